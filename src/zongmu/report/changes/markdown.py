"""A change as one comment of a merge request: what the gate says and who acts next, the rest folded.

The first line is a marker by which the comment is found and updated in place. Every text of a record is hostile: all
ASCII punctuation becomes character references, and what a forge reads after that (mentions, references to issues)
is written with the full-width sign.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from zongmu.model.finding import Finding, Gate
from zongmu.report.changes.report import ChangeReport
from zongmu.report.changes.text import Line, Names, Teller

MARKER: Final = "<!-- zongmu:change -->"
"""The first line of the comment. Whoever updates it looks for this line in comments of its own account only."""
LIMIT: Final = 60_000
"""Bytes of a comment: forges take 65,536 characters, and a job hands it on in one variable."""
_OPEN: Final = 2
"""Up to so many records are shown unfolded: who reviews one project reads it at once."""
_SIGN: Final = {Gate.GOOD: "✅", Gate.NEEDS_PERSON: "✋", Gate.REFUSED: "⛔"}
_ESCAPES: Final = {
    **{ord(c): f"&#{ord(c)};" for c in "!\"$%&'()*+,-./:;<=>?[\\]^_`{|}~"},
    ord("@"): "＠",
    ord("#"): "＃",
    ord("\n"): " ",
    ord("\r"): " ",
}


def escaped(text: str) -> str:
    """*text* as words of Markdown and nothing else."""
    return text.translate(_ESCAPES)


def markdown(report: ChangeReport, names: Names, lang: str) -> str:
    """The comment. Cut at a whole line where a forge would not take all of it."""
    out: list[str] = []
    size = 0
    for line in _lines(Teller(report, names, lang), report):
        size += len(line.encode("utf-8", "replace")) + 1
        if size > LIMIT:
            more = "……全文见 zongmu diff" if lang == "zh" else "… the rest: zongmu diff"
            out += ["", more, ""]
            if sum(row.startswith("<details") for row in out) > sum(row == "</details>" for row in out):
                out.append("</details>")
            break
        out.append(line)
    return "\n".join(out) + "\n"


def gate_comment(report: ChangeReport, names: Names, own: Sequence[Finding], lang: str) -> str:
    """The comment with what the gate itself has against the proposal before everything else."""
    text = markdown(
        report if not own else replace(report, gate=Gate.REFUSED, refused=report.refused + len(own)), names, lang
    )
    first, rest = text.split("\n", 1)
    rows = [f"- `{f.code}` {escaped(f.message.pick(lang))} {escaped(f.next_step.pick(lang))}" for f in own[:50]]
    return "\n".join((first, *rows, "", rest)) if rows else text


def _lines(teller: Teller, report: ChangeReport) -> Iterator[str]:
    yield MARKER
    yield f"**{_SIGN[report.gate]} {escaped(teller.verdict())}**"
    yield ""
    yield f"{teller.say('下一步：', 'Next: ')}{escaped(teller.next_step())}"
    yield ""
    for warning in teller.warnings():
        yield f"⚠️ {escaped(warning)}"
        yield ""
    few = len(report.records) <= _OPEN
    for record in report.records:
        yield "<details open>" if few else "<details>"
        yield f"<summary>{escaped(teller.head(record))}</summary>"
        yield ""
        for block in teller.blocks(record):
            yield f"**{escaped(block.title)}**"
            yield ""
            yield from _list(block.lines, 0)
            yield ""
        yield "</details>"
        yield ""
    if report.elsewhere:
        yield f"**{teller.say('在别的记录里引起的', 'In other records')}**"
        yield ""
        yield from _list([Line(teller.finding(f)) for f in report.elsewhere[:20]], 0)
        yield ""
    needs = teller.needs()
    if needs:
        yield f"**{teller.say('须由谁办', 'Who has to agree')}**"
        yield ""
        yield from _list(needs, 0)


def _list(lines: Iterable[Line], depth: int) -> Iterator[str]:
    for line in lines:
        yield f"{'  ' * depth}- {escaped(line.text)}"
        yield from _list(line.below, depth + 1)
