"""The Laizhou measure: every sentence of the text has its row, and every word that a rule uses has its meaning."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.checks.words_used import modules, words_used
from tests.ours import checks
from tests.shared import SHARED, needs_shared
from zongmu.policy.law.loading import LoadedMeasure
from zongmu.policy.law.words import BECAUSE, CAP_WHY, SAY

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "checks" / "laizhou_2022"
DIGITS = {c: n for n, c in enumerate("一二三四五六七八九", start=1)}
SENTENCES = 127


def measure() -> LoadedMeasure:
    return checks().measures["laizhou_2022"]


# ── the text ──


def _number(text: str) -> int:
    if "十" not in text:
        return DIGITS[text]
    tens, _, ones = text.partition("十")
    return DIGITS.get(tens, 1) * 10 + DIGITS.get(ones, 0)


def _paragraphs(text: str) -> list[tuple[int, int, int, str]]:
    """(article, paragraph, item, text), lines broken by a page joined again."""
    lines = [line.strip() for line in text[text.index("第一章 总则") : text.index("抄送：")].split("\n")]
    joined: list[str] = []
    for line in lines:
        if not line or re.match(r"第[一二三四五六七]章", line):
            continue
        if (
            joined
            and not re.match(r"第[一二三四五六七八九十]+条 ", line)
            and not re.search(r"[。；：！？]$", joined[-1])
        ):
            joined[-1] += line
        else:
            joined.append(line)
    out = []
    article = paragraph = item = 0
    for line in joined:
        if found := re.match(r"第([一二三四五六七八九十]+)条 ", line):
            article, paragraph, item = _number(found[1]), 1, 0
        elif found := re.match(r"（([一二三四五六七八九十]+)）", line):
            item = _number(found[1])
        else:
            paragraph, item = paragraph + 1, 0
        out.append((article, paragraph, item, line))
    return out


def _count(text: str) -> int:
    """Sentences of a paragraph: they end at 。；！？ outside brackets, or with the paragraph."""
    depth, count, rest = 0, 0, ""
    for c in text:
        depth += (c in "（《“(") - (c in "）》”)")
        rest += c
        if c in "。；！？" and depth == 0:
            count, rest = count + 1, ""
    return count + bool(rest.strip())


def _addresses(text: str) -> list[frozenset[str]]:
    """Per sentence of the text the addresses that may stand for it: a lone sentence or paragraph need not be counted."""
    rows = _paragraphs(text)
    paragraphs = {a: max(p for b, p, _, _ in rows if b == a) for a, _, _, _ in rows}
    out = []
    for article, paragraph, item, line in rows:
        count = _count(line)
        for n in range(1, count + 1):
            place = f"LZ-{article} p{paragraph}" + (f"({item})" if item else "")
            names = {f"{place} s{n}"}
            if count == 1:
                names.add(place)
                if paragraphs[article] == 1 and not item:
                    names.add(f"LZ-{article}")
            out.append(frozenset(names))
    return out


@needs_shared
def test_every_sentence_of_the_text_has_a_row() -> None:
    wanted = _addresses((SHARED / "measures" / "laizhou-2022.txt").read_text(encoding="utf-8"))
    assert len(wanted) == SENTENCES
    rows = {re.sub(r"[a-c]$", "", at) for at in measure().measure.sentences}
    lacking = [sorted(names) for names in wanted if not names & rows]
    assert lacking == []
    known = frozenset().union(*wanted)
    assert sorted(rows - known) == []


def test_every_sentence_is_classed() -> None:
    assert [s.at for s in measure().measure.sentences.values() if s.coverage == "todo"] == []


def test_every_row_says_what_its_class_asks_for() -> None:
    wrong = []
    for s in measure().measure.sentences.values():
        needed = {
            "automated": bool(s.rules),
            "attested": bool(s.attested),
            "structural": s.field is not None,
            "informational": s.reason is not None,
        }
        if not needed.get(s.coverage, True):
            wrong.append(s.at)
    assert wrong == []


def test_what_a_person_vouches_for_is_a_kind_of_attestation() -> None:
    m = measure().measure
    assert sorted({a for s in m.sentences.values() for a in s.attested} - set(m.codes["attestation"])) == []


def test_whom_a_sentence_binds_is_a_role() -> None:
    m = measure().measure
    assert sorted({s.binds for s in m.sentences.values()} - set(m.roles) - {"unit"}) == []


# ── the words ──


@pytest.mark.parametrize(("kind", "known"), [("because", BECAUSE), ("say", SAY), ("cap", CAP_WHY)])
def test_every_key_has_words(kind: str, known: dict[str, object]) -> None:
    loaded = measure()
    lacking = {
        k
        for k in words_used(FOLDER)[kind]
        if k not in known and loaded.words_for(k) is None and k not in loaded.measure.readings
    }
    assert sorted(lacking) == []


def test_words_that_stand_alone_have_no_gaps_to_fill() -> None:
    """A reason is shown as it is; only the words of a trace step may have placeholders."""
    loaded = measure()
    used = words_used(FOLDER)
    keys = (used["because"] | used["cap"]) - used["say"]
    assert [k for k in sorted(keys) if (w := loaded.words_for(k)) is not None and "{" in w.zh + w.en] == []


def test_every_own_word_is_used() -> None:
    constants = {
        node.value for module in modules(FOLDER) for node in ast.walk(module) if isinstance(node, ast.Constant)
    }
    assert [key for key in measure().words if key not in constants] == []
