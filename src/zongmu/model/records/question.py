"""A question from the public and the body's reply, as the registry records them: never who asked, nor the words as they came."""

from typing import Annotated

from pydantic import Field, StrictBool

from zongmu.model.base import Code, Line, Maybe, OrgRef, Seq, Strict, Text, may, need, rows
from zongmu.model.codes import QuestionChannel, QuestionKind
from zongmu.model.scalars import Day

Subject = Annotated[
    str,
    Field(
        strict=True,
        pattern=r"^(?:[a-z_]+(?:/[a-z0-9_-]+){0,2}|[A-Z]+-[0-9]+[a-z]?(?: [ps][0-9]+[a-z]?| ?\([0-9]+\))*)$",
        max_length=80,
    ),
]
"""A milestone, a row or a field of the project (``contract_signed/2``), or a sentence of a measure (``AB-12 p1``)."""


class Consulting(Strict):
    """A time in which others were asked for their opinion; it does not count towards the limit (条例 art. 33)."""

    start: Day = need("发出日期", "Sent out", change="fact")
    end: Maybe[Day] = may("收回日期", "Came back", ("还没有收回的不写", "Absent while it is out"), change="fact")


class Deferral(Strict):
    """A notice to the asker that the reply takes longer (条例 art. 33)."""

    date: Day = need("告知日期", "Day of the notice", change="fact")
    until: Day = need("延长至", "Until", change="fact")
    reason: Text = need("理由", "Reason", ("可以公开的文字", "Words that may be shown"), change="fact")
    reason_en: Maybe[Text] = may("理由（英文）", "Reason in English")


class Reply(Strict):
    """What the body replied: in words that may be shown, or the ground on which they are not."""

    date: Day = need("答复日期", "Day of the reply", change="fact")
    number: Maybe[Line] = may("文号", "Document number", change="fact")
    text: Maybe[Text] = may("答复要点", "Reply", ("可以公开的文字", "Words that may be shown"), change="fact")
    text_en: Maybe[Text] = may("答复要点（英文）", "Reply in English")
    ground: Maybe[Code] = may(
        "不公开依据",
        "Ground of withholding",
        (
            "答复全部或部分不公开的写明；两者都写即部分公开",
            "Where all or part of the reply is not shown; with a text too, it is shown in part",
        ),
        change="fact",
        codes="withholding_ground",
    )
    satisfied: Maybe[StrictBool] = may(
        "提问人满意",
        "Asker satisfied",
        (
            "提问人书面表示过才写；没有表示的不写",
            "Only where the asker said so on paper; absent where nothing was said",
        ),
        change="fact",
    )


class Question(Strict):
    """A request, a question or an objection of a member of the public about the project, in the registry's own words."""

    seq: Seq = need("序号", "Number", change="fact")
    of: Maybe[Seq] = may(
        "追问", "Follows", ("接着哪一件问的，写它的序号", "The number of the one that it follows up"), change="fact"
    )
    kind: QuestionKind = need("种类", "Kind", change="fact", codes="question_kind")
    channel: Maybe[QuestionChannel] = may("来源", "Channel", change="fact", codes="question_channel")
    received: Day = need(
        "收到日期",
        "Day received",
        (
            "补正过的写收到补正之日（条例第三十条）",
            "Of a request that was completed, the day on which the completion came (Regulation, art. 30)",
        ),
        change="fact",
    )
    about: Maybe[Subject] = may(
        "针对",
        "About",
        (
            "里程碑、行、字段或条款，如 contract_signed/2、funding_form、AB-12；泛指的不写",
            "A milestone, a row, a field or a sentence, such as contract_signed/2, funding_form, AB-12; none where it is about all",
        ),
        change="fact",
    )
    body: Maybe[OrgRef] = may("答复单位", "Body to reply", ("缺省为项目单位", "Absent means the owner"), change="fact")
    text: Text = need(
        "问题要点",
        "Question",
        (
            "登记机关自己的话，可以公开；不写提问人和原文",
            "The registry's own words, fit to be shown; neither who asked nor the words as they came",
        ),
        change="fact",
    )
    text_en: Maybe[Text] = may("问题要点（英文）", "Question in English")
    consulting: tuple[Consulting, ...] = rows("征求意见", "Asking others", change="fact")
    extended: Maybe[Deferral] = may("延长答复", "Extension", change="fact")
    reply: Maybe[Reply] = may("答复", "Reply", change="fact")
