"""What two people have to agree on: one value that both changed, with both values, in one question."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from zongmu.model.finding import Bilingual
from zongmu.model.guards import scan
from zongmu.model.records import type_of_path
from zongmu.model.titles import path_title
from zongmu.report.text import printable
from zongmu.report.words import HIDDEN
from zongmu.store.join import Question

_LONG = 120


def question_text(question: Question) -> Bilingual:
    """The question; *ours* is what the target branch holds, *theirs* what the change wants."""
    record_type = type_of_path(question.file)
    title = path_title(question.path, record_type.name if record_type is not None else "project")
    ours, theirs, base = (_shown(v) for v in (question.ours, question.theirs, question.base))
    was = Bilingual("", "") if question.base is None else Bilingual(f"（原为 {base}）", f" (it was {base})")
    return Bilingual(
        f"{question.file}：{printable(title.zh)}{was.zh}，目标分支改为 {ours}，您改为 {theirs}。应以哪个为准？",
        f"{question.file}: {printable(title.en)}{was.en} became {ours} on the target branch and {theirs} in your change. "
        "Which is right?",
    )


def questions_text(questions: Sequence[Question]) -> Bilingual:
    """All of them, one a line."""
    texts = [question_text(q) for q in questions]
    return Bilingual("\n    ".join(t.zh for t in texts), "\n    ".join(t.en for t in texts))


def _shown(value: Any) -> str:
    if value is None:
        return "无 none"
    if isinstance(value, dict):
        text = "{" + "，".join(f"{k}: {_shown(v)}" for k, v in value.items()) + "}"
    elif isinstance(value, list):
        text = "[" + "，".join(_shown(v) for v in value) + "]"
    else:
        text = str(value)
    if scan(text):
        return HIDDEN
    text = printable(text.replace("\n", " "))
    return text if len(text) <= _LONG else text[: _LONG - 1] + "…"
