"""What two people have to agree on: one value that both changed, with both values, in one question."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from zongmu.model.fields.titles import path_title
from zongmu.model.finding import Bilingual
from zongmu.model.guards import scan
from zongmu.model.record_types import type_of_path
from zongmu.report.terminal import printable
from zongmu.report.words import HIDDEN
from zongmu.store.editing.join import Question

_LONG = 120


def question_text(question: Question) -> Bilingual:
    """The question; *ours* is what the target branch holds, *theirs* what the change wants."""
    record_type = type_of_path(question.file)
    title = path_title(question.path, record_type.name if record_type is not None else "project")
    if question.path == "name" and question.base is None:
        return _two_projects(question)
    ours, theirs, base = (_shown(v) for v in (question.ours, question.theirs, question.base))
    was = Bilingual("", "") if question.base is None else Bilingual(f"（原为 {base}）", f" (it was {base})")
    return Bilingual(
        f"{question.file}：{printable(title.zh)}{was.zh}，目标分支改为 {ours}，您改为 {theirs}。应以哪个为准？",
        f"{question.file}: {printable(title.en)}{was.en} became {ours} on the target branch and {theirs} in your change. "
        "Which is right?",
    )


def _two_projects(question: Question) -> Bilingual:
    """Both sides began a record under one id."""
    ours, theirs = _shown(question.ours), _shown(question.theirs)
    return Bilingual(
        f"{question.file}：两边各新建了一个，目标分支上是 {ours}，您的是 {theirs}。不是同一个项目的，后来的改用下一个空号"
        "（zongmu update 分支 会代改）",
        f"{question.file}: both sides began one, {ours} on the target branch and {theirs} in your change. Where these are two "
        "projects, the later one takes the next free id (zongmu update BRANCH does it)",
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
