"""``projects/compare.html``: some projects side by side. Which ones stands in its address, so that it needs no server."""

from __future__ import annotations

from zongmu.publish.pages.base import Maker


def compare_page(make: Maker) -> tuple[str, bytes]:
    """The page of one language; ``assets/compare.js`` fills it from ``projects/rows.js`` and ``projects/figures.js``."""
    title = make.word("并列比较", "Side by side")
    about = make.word("项目并列比较：金额、进度、评级", "Projects side by side: money, time, ratings")
    return make.page("compare", "compare.html", title, about, make.render("compare", title=title, up=make.say.up))
