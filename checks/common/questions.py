"""Questions from the public: a reply follows its question and says something, and nobody learns who asked."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from checks.common.texts import code
from zongmu.model import Project, Question, key_of
from zongmu.policy import CheckContext, Problem, Severity, check, problem

BEFORE_QUESTION = code(
    "record.reply-before-question",
    ("早于收到提问", "Before the question came"),
    ("{day} 早于收到提问的 {received}", "{day} lies before {received}, when the question came"),
    ("核对两个日期", "check both days"),
)
SAYS_NOTHING = code(
    "record.reply-says-nothing",
    ("答复没有内容", "A reply that says nothing"),
    (
        "答复既没有要点，也没有不公开的依据",
        "the reply has neither words that may be shown nor the ground on which they are not",
    ),
    ("写 text（可以公开的要点）或 ground（不公开依据）", "give text, in words that may be shown, or ground"),
)
ASKS_OF_NOTHING = code(
    "record.asks-of-nothing",
    ("提问没有对象", "A question about nothing"),
    ("{field}: {value} 在本记录和本辖区的条款里找不到", "{field}: {value} is not in this record, nor a sentence that holds here"),
    (
        "of 写在前的一件的序号；about 写里程碑键、行键、字段或条款；泛指的不写",
        "of is the number of an earlier question; about is a milestone, a row, a field or a sentence; leave it out where none is meant",
    ),
)  # fmt: skip
ASKER_NAMED = code(
    "content.asker-named",
    ("可能写了提问人", "May say who asked"),
    ("这里像是写了提问人（内容不显示）", "this seems to say who asked (not shown)"),
    (
        "用登记机关自己的话写问题，删去姓名、称呼和联系方式",
        "put the question in the registry's own words, without names, titles or ways to reach the asker",
    ),
    sensitive=True,
)
_ASKER = re.compile(
    r"[\u4e00-\u9fff](?:先生|女士|小姐)|(?:姓名|申请人|提问人|来信人|投诉人|联系人|市民|网友)\s*[:：]\s*\S"
)
_TEXTS = ("/text", "/reason")


@check(codes=[BEFORE_QUESTION, SAYS_NOTHING, ASKS_OF_NOTHING, ASKER_NAMED])
def questions_hold(ctx: CheckContext) -> Iterator[Problem]:
    """What became of a question comes after it; a reply has a text or a ground; what is named exists; nobody is."""
    project = ctx.project
    if not project.questions:
        return
    known = _known(ctx, project)
    for q in project.questions:
        at = f"questions/{q.seq}"
        for path, day in _days(q):
            if day < q.received:
                yield problem(BEFORE_QUESTION, f"{at}/{path}", day=day.isoformat(), received=q.received.isoformat())
        if q.reply is not None and q.reply.text is None and q.reply.ground is None:
            yield problem(SAYS_NOTHING, f"{at}/reply")
        if q.of is not None and (q.of >= q.seq or f"questions/{q.of}" not in known):
            yield problem(ASKS_OF_NOTHING, f"{at}/of", field="of", value=str(q.of))
        if q.about is not None and q.about not in known and (ctx.rules or not q.about[0].isupper()):
            yield problem(ASKS_OF_NOTHING, f"{at}/about", field="about", value=q.about)
    for path, text in ctx.leaves:
        if path.startswith("questions/") and path.endswith(_TEXTS) and _ASKER.search(str(text)):
            yield problem(ASKER_NAMED, path, severity=Severity.WARNING)


def _days(q: Question) -> Iterator[tuple[str, dt.date]]:
    """The days of what became of a question, with their paths below it."""
    for n, c in enumerate(q.consulting):
        yield f"consulting/{n}/start", c.start
    if q.extended is not None:
        yield "extended/date", q.extended.date
    if q.reply is not None:
        yield "reply/date", q.reply.date


def _known(ctx: CheckContext, project: Project) -> set[str]:
    """What a question may be about or follow: milestones, rows, fields, sentences and their articles."""
    rows = {"/".join(path.split("/")[:n]) for path, _ in ctx.leaves for n in (1, 2)}
    sentences = {" ".join(one.split(" ")[:n]) for one in ctx.rules for n in (1, 2, 3)}
    return rows | sentences | {key_of(m) for m in project.milestones}
