"""Pages of the problem codes."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from zongmu.model.finding import Code
from zongmu.publish.pages.base import Files, Maker, Table
from zongmu.report.findings.catalog import blanked, next_step_of


def code_pages(make: Maker, known: Sequence[Code]) -> Files:
    """The list of the codes, and a page for each."""
    say = make.say
    rows = []
    for code in known:
        rows.append(
            (
                Markup('<a href="%s.html">%s</a>') % (code.id, code.id),
                say.pick(code.title),
                say.pick(next_step_of(code)),
            )
        )
    title = make.word("问题代码", "Problem codes")
    headers = make.word("代码;名称;怎么办", "Code;Title;What to do").split(";")
    yield make.listing(
        "code",
        title,
        make.word(
            "登记文件可能遇到的每一种问题，代码固定不变，各有一页。",
            "Every problem that a record can have; codes never change, and each has its page.",
        ),
        [Table("codes", title, headers, rows, wordy=True)],
    )
    for code in known:
        body = make.render(
            "code",
            id=code.id,
            title=say.pick(code.title),
            message=blanked(say.pick(code.message)),
            next_step=say.pick(next_step_of(code)),
            sensitive=code.sensitive,
            up=say.up,
        )
        yield make.page("code", f"{code.id}.html", f"{say.pick(code.title)} {code.id}", say.pick(code.title), body)
