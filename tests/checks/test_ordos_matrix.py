"""The Ordos measure: every sentence of the text at hand has its row, the gaps bind nothing, every key has words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.checks.words_used import words_used
from tests.ours import checks
from tests.shared import SHARED, needs_shared
from zongmu.exchange.law_text import split
from zongmu.policy.law.loading import LoadedMeasure
from zongmu.policy.law.words import BECAUSE, CAP_WHY, SAY

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "checks" / "ordos_2025"
DIGITS = {c: n for n, c in enumerate("一二三四五六七八九", start=1)}
SENTENCES = 139
GAPS = {
    "OD-2 p1(6)", "OD-6 p1(1)", "OD-6 p1(2)", "OD-6 p1(3)", "OD-6 p1(4)", "OD-6 p1(6)", "OD-10", "OD-19", "OD-47",
    "OD-49",
}  # fmt: skip
PREAMBLE = "OD-0"


def measure() -> LoadedMeasure:
    return checks().measures["ordos_2025"]


def _number(text: str) -> int:
    tens, ten, ones = text.rpartition("十") if "十" not in text else text.partition("十")
    return (DIGITS.get(tens, 1) * 10 if ten else 0) + DIGITS.get(ones, 0)


def _sentences(line: str) -> int:
    """Sentences of a line of the copy: they end at 。；！？ or its half-width ; outside brackets and quotation marks."""
    depth, count, rest = 0, 0, ""
    for c in line:
        depth += (c in "(（“《") - (c in ")）”》")
        rest += c
        if c in "。；！？;" and depth == 0:
            count, rest = count + 1, ""
    return count + bool(rest.strip())


def _addresses() -> list[frozenset[str]]:
    """Per sentence the addresses that may stand for it: a lone sentence, paragraph or item need not be counted."""
    rows: list[tuple[int, int, int, int]] = []
    article = paragraph = 0
    for line in (SHARED / "measures" / "ordos-2025.txt").read_text(encoding="utf-8").split("\n"):
        item = 0
        if found := re.match(r"第([一二三四五六七八九十]+)条", line):
            article, paragraph = _number(found[1]), 1
        elif found := re.match(r"\(([一二三四五六七八九十]+)\)", line):
            item = _number(found[1])
        else:
            paragraph += 1
        if article and line.strip():
            rows.append((article, paragraph, item, _sentences(line)))
    last = {a: max(p for b, p, _, _ in rows if b == a) for a, _, _, _ in rows}
    out = []
    for article, paragraph, item, count in rows:
        for n in range(1, count + 1):
            place = f"OD-{article} p{paragraph}" + (f"({item})" if item else "")
            alone = {place} if count == 1 else set()
            whole = {f"OD-{article}"} if count == 1 and last[article] == 1 and not item else set()
            out.append(frozenset({f"{place} s{n}"} | alone | whole))
    return out


@needs_shared
def test_every_sentence_of_the_text_has_a_row_and_no_row_lacks_a_sentence() -> None:
    wanted = _addresses()
    assert len(wanted) == SENTENCES
    rows = {re.sub(r"(s[0-9]+)[ab]$", r"\1", at) for at in measure().measure.sentences}
    assert [sorted(names) for names in wanted if not names & rows] == []
    assert sorted(rows - frozenset().union(*wanted) - GAPS - {PREAMBLE}) == []


@needs_shared
@pytest.mark.parametrize(("id", "text"), [("ordos_2025", "ordos-2025.txt"), ("laizhou_2022", "laizhou-2022.txt")])
def test_every_row_was_written_from_the_wording_at_hand(id: str, text: str) -> None:
    law = checks().measures[id].measure
    wording = {
        f"{law.prefix}-{s.at}": s.digest for s in split((SHARED / "measures" / text).read_text(encoding="utf-8"))
    }
    rows = {re.sub(r"(?<=[0-9)])[a-c]$", "", at): s.hash for at, s in law.sentences.items() if s.hash is not None}
    assert {at.removesuffix(" p1") if at == "LZ-42 p1" else at: digest for at, digest in rows.items()} == wording
    assert law.text_sentences == len(wording)


def test_the_gaps_are_listed_with_what_is_known_and_bind_nothing() -> None:
    missing = {s.at: s for s in measure().measure.sentences.values() if s.coverage == "missing"}
    assert set(missing) == GAPS
    assert all(s.reason is not None and not s.rules and s.modality == "declares" for s in missing.values())
    assert not GAPS & {address for rule in measure().rules for address in rule.cites}


def test_every_row_says_what_its_class_asks_for() -> None:
    wrong = []
    for s in measure().measure.sentences.values():
        needed = {
            "automated": bool(s.rules),
            "attested": bool(s.attested),
            "structural": s.field is not None,
            "informational": s.reason is not None,
            "missing": s.reason is not None,
            "todo": False,
        }
        if not needed[s.coverage]:
            wrong.append(s.at)
    assert wrong == []


def test_attestations_and_roles_are_codes_of_the_measure() -> None:
    m = measure().measure
    assert sorted({a for s in m.sentences.values() for a in s.attested} - set(m.codes["attestation"])) == []
    assert sorted({s.binds for s in m.sentences.values()} - set(m.roles) - {"unit"}) == []


def test_readings_and_numbers_name_sentences_and_every_number_is_asked_for() -> None:
    loaded = measure()
    addresses = set(loaded.measure.sentences)
    assert [r.id for r in loaded.measure.readings.values() if not set(r.clauses) <= addresses] == []
    source = "\n".join(file.read_text(encoding="utf-8") for file in FOLDER.glob("*.py"))
    attested_only = {"od.dispute.clause"}
    assert sorted(id for id in loaded.parameters if f'"{id}"' not in source) == sorted(attested_only)


# ── the words ──


@pytest.mark.parametrize(("kind", "known"), [("because", BECAUSE), ("say", SAY), ("cap", CAP_WHY)])
def test_every_key_has_words(kind: str, known: dict[str, object]) -> None:
    loaded = measure()
    own = {*loaded.words, *loaded.measure.readings}
    assert sorted(words_used(FOLDER)[kind] - set(known) - own) == []


def test_a_reason_has_no_gaps_to_fill() -> None:
    """A reason is shown as it stands; only the words of a trace step have placeholders."""
    loaded, used = measure(), words_used(FOLDER)
    for key in (used["because"] | used["cap"]) - used["say"]:
        words = loaded.words_for(key)
        assert words is None or "{" not in words.zh + words.en, key
