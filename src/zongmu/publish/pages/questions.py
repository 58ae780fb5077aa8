"""Questions from the public and the replies: the thread on a project's page, the list of all, and what a body owes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from zongmu.model.periods.reply_clock import LIMIT, ReplyClock, State
from zongmu.model.records.project import Project
from zongmu.model.records.question import Consulting, Question, Reply
from zongmu.publish.derived.questions import WANTED, Asked, asked_of, by_body, questions, states
from zongmu.publish.pages.base import Files, Maker, Table, mark_html
from zongmu.publish.pages.paged import paged
from zongmu.publish.released.release import Released
from zongmu.publish.rendering.escape import html, safe
from zongmu.publish.rendering.fields import fields_of
from zongmu.publish.rendering.say import anchor
from zongmu.report.reply_words import clock_words
from zongmu.report.words import value_text

_MARKS: Mapping[State, tuple[str, str]] = {
    "in_time": ("pass", "✓"),
    "late": ("open", "▲"),
    "overdue": ("fail", "✕"),
    "answered": ("pass", "✓"),
    "open": ("open", "…"),
    "waiting": ("na", "…"),
}
_SHORT = 60
"""Characters of a question in a list."""


def state_mark(make: Maker, clock: ReplyClock) -> Markup:
    """Where a reply stands: a colour, a sign, and the count of working days."""
    return mark_html(*_MARKS[clock.state], clock_words(clock).pick(make.lang))


# ── the thread on a project's page ──


def thread(make: Maker, project: Released) -> list[Mapping[str, Any]]:
    """The questions on a project for its page; what follows up a question stands after it."""
    rows = {one.question.seq: one for one in asked_of(make.release, project)}
    follows: dict[int, list[int]] = {}
    for seq, one in rows.items():
        before = one.question.of
        follows.setdefault(before if before is not None and before < seq and before in rows else 0, []).append(seq)
    order: list[tuple[int, int]] = []
    waiting = [(seq, 0) for seq in reversed(follows.get(0, []))]
    while waiting:
        seq, depth = waiting.pop()
        order.append((seq, depth))
        waiting += [(later, depth + 1) for later in reversed(follows.get(seq, []))]
    return [_entry(make, rows[seq], depth > 0) for seq, depth in order]


def _entry(make: Maker, one: Asked, follows: bool) -> Mapping[str, Any]:
    say, q, j = make.say, one.question, one.project.public.jurisdiction
    channel = say.code(j, "question_channel", q.channel) if q.channel else ""
    return {
        "seq": q.seq,
        "follows": q.of if follows else None,
        "kind": say.code(j, "question_kind", q.kind),
        "channel": channel,
        "received": q.received.isoformat(),
        "about": _about(make, one.project, q),
        "body": say.body(one.body) if one.body else None,
        "text": say.name(q.text, q.text_en),
        "state": state_mark(make, one.clock),
        "counting": _counting(make, one),
        "waits": one.clock.state in WANTED,
        "consulting": [_consulting(make, c) for c in q.consulting],
        "extended": _extended(make, one),
        "reply": _reply(make, j, q.reply) if q.reply is not None else None,
    }


def _about(make: Maker, project: Released, q: Question) -> Markup | None:
    """What it is about: an act with a link to it, a sentence, a field, a row."""
    if q.about is None:
        return None
    say, j, name = make.say, project.public.jurisdiction, q.about.partition("/")[0]
    if any(m.key == q.about for m in project.public.milestones):
        return safe(f'<a href="#m-{anchor(q.about)}">{html(say.key(j, q.about))}</a>')
    if q.about[0].isupper():
        found = next((m for m in make.release.measures(j) if m.measure.sentence(q.about) is not None), None)
        return say.clause(found, q.about) if found is not None else safe(html(q.about))
    known = fields_of(Project).get(name)
    title = known.title.pick(make.lang) if known is not None else name
    return Markup("%s") % title + (Markup(" %s") % q.about.partition("/")[2] if "/" in q.about else Markup(""))


def _counting(make: Maker, one: Asked) -> str:
    """By which day the reply is due, and by what that is counted."""
    due, word = one.clock.due, make.word
    if due is None:
        return word("法规、本站都没有规定答复时限。", "Neither the law nor this site sets a limit for the reply.")
    day = due.day.isoformat()
    if one.question.kind == "request":
        basis = word("政府信息公开条例第三十三条", "Regulation on open government information, art. 33")
    else:
        limit = value_text(make.release.instance.limit(LIMIT), make.lang)
        basis = word(f"本站时限 {limit}", f"{limit}, a limit of this site")
    said = word(f"最迟 {day} 答复（{basis}）。", f"Reply due by {day} ({basis}).")
    if due.provisional:
        said += word(
            "有年度的工作日历尚未公布，此日暂定。", " Provisional: the calendar of a year is not yet published."
        )
    return said


def _consulting(make: Maker, spell: Consulting) -> str:
    """A time in which others were asked."""
    start = spell.start.isoformat()
    if spell.end is None:
        return make.word(
            f"{start} 起征求意见，不计入时限。", f"Others are being asked since {start}; this does not count."
        )
    end = spell.end.isoformat()
    return make.word(
        f"{start} 至 {end} 征求意见，不计入时限。", f"Others were asked from {start} to {end}; this does not count."
    )


def _extended(make: Maker, one: Asked) -> Markup | None:
    """The notice that the reply takes longer, and whether all of it counts."""
    found, due = one.question.extended, one.clock.due
    if found is None:
        return None
    said = make.word("%s 告知延长至 %s：%s", "Extended by notice of %s until %s: %s")
    reason = make.say.name(found.reason, found.reason_en)
    text = Markup(said) % (found.date.isoformat(), found.until.isoformat(), reason)
    if due is None or due.day == found.until:
        return text
    return (
        text
        + Markup(" ")
        + make.word(
            "（未照此计：须在期限内告知，信息公开申请最多延长 20 个工作日。）",
            "(Not counted so: notice is to be given within the limit, and of a request for information 20 working days are the most.)",
        )
    )


def _reply(make: Maker, j: str, reply: Reply) -> Mapping[str, Any]:
    word = make.word
    asker = {None: "", True: word("提问人表示满意", "the asker was satisfied")}
    return {
        "date": reply.date.isoformat(),
        "number": make.say.chinese(reply.number) if reply.number else None,
        "text": make.say.name(reply.text, reply.text_en) if reply.text else None,
        "ground": make.say.code(j, "withholding_ground", reply.ground) if reply.ground else None,
        "asker": asker.get(reply.satisfied, word("提问人表示不满意", "the asker was not satisfied")),
    }


# ── the list of all, and of a body ──


def question_pages(make: Maker) -> Files:
    """``deadlines/questions.html`` and further pages: every question, those that wait for a reply first."""
    rows = questions(make.release)
    bodies = _bodies(make, rows)
    set_here = make.release.instance.limit(LIMIT)
    limit = value_text(set_here, make.lang) if set_here is not None else ""
    yield from paged(
        make,
        "deadlines",
        questions_table(make, rows, body=True),
        make.word(
            f"{f'截至 {make.release.asof}。' if rows else ''}提问由登记机关用自己的话登记，不写提问人。政府信息公开申请自收到之日起 20 个工作日内答复，期内告知的可延长，"
            f"最多 20 个工作日；征求他人意见的时间不计（政府信息公开条例第三十三条）。其他提问{f'按本站时限 {limit}' if limit else '本站没有设定时限'}。时限由答复单位承担，不计入项目的逾期。",
            f"{f'As of {make.release.asof}. ' if rows else ''}Questions are recorded in the registry's own words, without who asked. A request for information is to be "
            "answered within 20 working days of its receipt; by notice within that time up to 20 more; the time in which others are asked does not "
            f"count (Regulation on open government information, art. 33). {f'For all else this site sets {limit}.' if limit else 'This site sets no limit for all else.'} "
            "The limit binds the body that owes the reply and does not count against the project.",
        ),
        before=[bodies] if bodies.rows else [],
        empty=make.word("还没有登记公众提问。怎样提问，见各项目页“发现错误”一行。", "No question is recorded yet. How to ask stands on each project's page."),
        links=[
            ("index.html", make.word("期限与逾期", "Deadlines")),
            (f"{make.say.up}feeds/questions.atom", make.word("订阅提问与答复（Atom）", "Follow questions and replies (Atom)")),
        ],
        file="questions",
    )  # fmt: skip


def _bodies(make: Maker, rows: Sequence[Asked]) -> Table:
    """How each body replies, those with overdue replies first."""
    found = [(body, len(mine), states(mine)) for body, mine in by_body(rows).items()]
    found.sort(key=lambda row: (-row[2]["overdue"], -row[2]["late"], row[0]))
    headers = make.word(
        "答复单位;提问;按期答复;迟答;逾期未答;待答复;无时限的",
        "Body;Questions;In time;Late;Overdue;Open;Without a limit",
    ).split(";")
    cells = [
        (make.say.body(body), n, s["in_time"], s["late"], s["overdue"], s["open"], s["answered"] + s["waiting"])
        for body, n, s in found
    ]
    title = make.word("各单位答复情况", "How bodies reply")
    return Table("bodies", title, headers, cells, frozenset(range(1, 7)), sortable=True)


def questions_table(make: Maker, rows: Sequence[Asked], *, body: bool) -> Table:
    """Questions as a table, in the order given. *body*: whether it says who owes the reply."""
    say, cells = make.say, []
    for one in rows:
        q, due = one.question, one.clock.due
        text = q.text_en if not make.zh and q.text_en else q.text
        short = text if len(text) <= _SHORT else f"{text[:_SHORT]}…"
        said = safe(html(short)) if text is q.text_en else say.chinese(short)
        row: list[object] = [
            Markup('<a href="%s%s">%s</a>') % (say.up, one.address, said),
            state_mark(make, one.clock),
            Markup('<span class="zm-date">%s</span>') % due.day.isoformat() if due is not None else "",
            say.project(one.project.public.id),
            *((say.body(one.body) if one.body else "",) if body else ()),
            Markup('<span class="zm-date">%s</span>') % q.received.isoformat(),
            Markup('<span class="zm-date">%s</span>') % q.reply.date.isoformat() if q.reply is not None else "",
        ]
        cells.append(row)
    headers = make.word(
        "提问;状态;应答日;项目;答复单位;收到;答复", "Question;State;Due;Project;Body to reply;Received;Replied"
    ).split(";")
    if not body:
        headers.pop(4)
    short_ones = frozenset({2, len(headers) - 2, len(headers) - 1})
    return Table(
        "questions", make.word("公众提问与答复", "Questions and replies"), headers, cells, short=short_ones, wordy=True
    )


def summary(make: Maker) -> str:
    """How many wait and how many were answered, in a line; nothing where nobody asked."""
    found = states(questions(make.release))
    if not found:
        return ""
    late, due = found["overdue"], found["open"] + found["waiting"]
    done, in_time = found["in_time"] + found["late"] + found["answered"], found["in_time"]
    return make.word(
        f"公众提问 {found.total()} 件：逾期未答复 {late} 件，待答复 {due} 件，已答复 {done} 件（按期 {in_time} 件）",
        f"Questions from the public: {found.total()}; {late} overdue, {due} open, {done} answered ({in_time} in time)",
    )
