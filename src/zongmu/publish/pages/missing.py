"""``404.html``: what a host shows for an address that leads nowhere.

It is shown at any depth of the tree, so its style sheets are in it (``shells``), and its links start at the root of the site's
address, and not at the page as all others do. A script in the page's frame mends them where that root is another: opened from a
folder, or below a path that the address does not know.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from zongmu.publish.pages.base import Maker
from zongmu.publish.rendering.escape import encode

FILE = "404.html"
_RELATIVE = re.compile(r'(?<= )(href|src|data-to)="(?![a-z]+:|/|#|")(?:\./)?')


def missing_page(make: Maker) -> tuple[str, bytes]:
    """The page in one language."""
    title = make.word("没有这个页面", "There is no such page")
    page = make.rendered.shells["missing"].fill(
        title=title, description=title, file=FILE, body=make.render("missing", title=title)
    )
    root = urlsplit(make.release.address).path + make.prefix
    return f"{make.prefix}{FILE}", encode(_RELATIVE.sub(lambda m: f'{m[1]}="{root}', page.decode("utf-8")))
