"""What is wrong between the parts of a measure is told when it is loaded, with the file and the line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.instances import Instance, make
from tests.ours import checks
from tests.shared import REPO
from zongmu.policy.law.inspection import inspect
from zongmu.policy.law.law_files import LawFiles
from zongmu.policy.law.literals import _may_hold_numbers, numbers, wrong_in_code
from zongmu.policy.law.loading import load_checks
from zongmu.store.kept.cache import Cache

FOLDER = "checks/demo_2025"
MEASURE, PARAMETERS, RULES = f"{FOLDER}/measure.yaml", f"{FOLDER}/parameters.yaml", f"{FOLDER}/rules.py"
MEASURES = ("laizhou_2022", "ordos_2025")


def told(one: Instance) -> list[str]:
    """``file:line`` of everything that is wrong, with what is said in English."""
    return [f"{p.path}:{p.line} {p.message.en}" for p in load_checks(one.root).problems]


def line_of(one: Instance, file: str, text: str) -> int:
    (line,) = [n for n, row in enumerate(one.read(file).splitlines(), 1) if text in row]
    return line


@pytest.mark.parametrize("measure", MEASURES)
def test_both_measures_are_as_they_should_be(measure: str) -> None:
    assert [str(p) for p in inspect(checks().measures[measure], REPO)] == []


# ── sentences and what their class owes ──

CLASSES = {
    "attested, of what": ("class: informational", "class: attested", "does not say of what"),
    "structural, by which field": ("class: informational", "class: structural", "names no field"),
    "informational, why": (", reason: {zh: 无可检查, en: nothing to check}", "", "gives no reason"),
    "missing, what is known": (
        "class: informational, reason: {zh: 无可检查, en: nothing to check}",
        "class: missing",
        "gives no reason",
    ),
}


@pytest.mark.parametrize("name", CLASSES)
def test_a_sentence_has_what_its_class_owes(name: str, tmp_path: Path) -> None:
    one = make(tmp_path)
    old, new, said = CLASSES[name]
    one.edit(MEASURE, old, new)
    line = line_of(one, MEASURE, "at: DM-5")
    assert told(one) == [f"{MEASURE}:{line} DM-5 " + told(one)[0].split("DM-5 ")[1]]
    assert said in told(one)[0]


def test_what_a_person_attests_is_of_a_listed_kind(tmp_path: Path) -> None:
    one = make(tmp_path)
    one.edit(MEASURE, "codes:\n", "codes:\n  attestation: {depth: {zh: 深度, en: Depth}}\n")
    one.edit(MEASURE, "class: informational", "class: attested, attested: [depht]")
    assert [t.split(" ", 1)[1] for t in told(one)] == ["DM-5 wants depht, which is no code of attestation"]


def test_a_reading_is_about_something_there_is(tmp_path: Path) -> None:
    one = make(tmp_path)
    one.edit(
        MEASURE, "clauses: [DM-2]", "clauses: [DM-1, DM-9]"
    )  # an article will do: DM-1 p1 s1 is one of its sentences
    assert told(one) == [f"{MEASURE}:{line_of(one, MEASURE, 'id: R1')} reading R1 is about DM-9, unknown"]


# ── rules ──


def test_a_role_that_may_waive_is_a_role_of_the_measure(tmp_path: Path) -> None:
    one = make(tmp_path)
    one.edit(RULES, 'waivable_by=["bureau"]', 'waivable_by=["mayor"]')
    assert told(one) == [
        f"{RULES}:{line_of(one, RULES, 'mayor')} rule dm1_apply: waivable_by names mayor, which is no role"
    ]


def test_who_may_waive_by_default_is_a_role_of_the_measure(tmp_path: Path) -> None:
    one = make(tmp_path)
    one.edit(MEASURE, "waivable_by: {any: [finance]}", "waivable_by: {any: [mayor]}")
    (said,) = told(one)
    assert said.startswith(
        f"{MEASURE}:{line_of(one, MEASURE, 'waivable_by')} waivable_by.any is mayor, not one of bureau"
    )


GUARDS = {
    "two exceptions at once": (
        '[Guard("class_", ("build",), "build_only"), Guard("class_", ("service",), "no_service", but=True)]',
        "where class_ is service two exceptions apply at once (build_only, no_service)",
    ),
    "nothing left": (
        '[Guard("class_", ("build", "service"), "nobody", but=True)]',
        "never applies, whatever class_ is",
    ),
    "no such code": ('[Guard("class_", ("built",), "built_only")]', "class_ has no code built"),
    "no such field": ('[Guard("klass", ("build",), "build_only")]', "a project has no field klass"),
}


@pytest.mark.parametrize("name", GUARDS)
def test_guards_settle_whom_a_rule_binds(name: str, tmp_path: Path) -> None:
    one = make(tmp_path)
    guards, said = GUARDS[name]
    one.edit(RULES, 'cites=["DM-2"],', f'cites=["DM-2"], applies_to={guards},')
    one.edit(RULES, "    ProjectContext,\n", "    Guard,\n    ProjectContext,\n")
    line = line_of(one, RULES, 'cites=["DM-2"]')
    assert f"{RULES}:{line} rule dm2_supervision: {said}" in told(one)


def test_guards_that_agree_or_speak_of_different_codes_are_fine(tmp_path: Path) -> None:
    one = make(tmp_path)
    guards = '[Guard("class_", ("build",), "build_only"), Guard("class_", ("service",), "build_only", but=True)]'
    one.edit(RULES, 'cites=["DM-2"],', f'cites=["DM-2"], applies_to={guards},')
    one.edit(RULES, "    ProjectContext,\n", "    Guard,\n    ProjectContext,\n")
    assert told(one) == []


# ── code ──

CODE = {
    "a figure": (
        "    if not over:\n",
        "    if ctx.view.total_investment.value.fen > 200000000:\n",
        "the number 200000000",
    ),
    "a share": ("    if not over:\n", "    if not over and 0.15:\n", "the number 0.15"),
    "a length of time": ('ctx.duration("dm.apply")', 'Duration.parse("30日")', "the number '30日'"),
    "a day": ("    if not over:\n", '    if not over or str(ctx.asof) < "2025-06-30":\n', "the number '2025-06-30'"),
    "an unknown parameter": ('"dm.supervision"', '"dm.oversight"', "parameter dm.oversight is not in parameters.yaml"),
    "a parameter of another kind": (
        'ctx.duration("dm.apply")',
        'ctx.money("dm.apply")',
        "dm.apply is duration, not money",
    ),
    "an unknown sentence": (
        'because="absent")\n',
        'because="absent", cites=("DM-22",))\n',
        "there is no sentence DM-22",
    ),
}


@pytest.mark.parametrize("name", CODE)
def test_the_law_is_not_in_the_code(name: str, tmp_path: Path) -> None:
    one = make(tmp_path)
    old, new, said = CODE[name]
    one.edit(RULES, old, new)
    line = line_of(one, RULES, new.strip().splitlines()[0])
    first, *rest = told(one)
    assert first.startswith(f"{RULES}:{line} ")
    assert said in first
    assert rest == []


FREE = (
    "x = rows[3]\n",
    "x = month[:4] + month[5:7]\n",
    "x = n + 1 if n > 0 else -1\n",
    "x = n // 12  # structural: the months of a year\n",
    'x = f"{n:04d}"\n',
    '"""Within 30 days, 200万元; "30日" is quoted."""\n',
    "x = 'DM-12'  # 30 of them\n",
    "x = True\n",
)


@pytest.mark.parametrize("text", FREE)
def test_figures_of_form_are_left_to_code(text: str) -> None:
    assert list(numbers(text)) == []


BOUND = (
    "x = 2\n", "x = n * 12\n", "x = [30]\n", "x = rows[f(30)]\n", "x = 1.0\n", "x = .5\n", "x = 0.1\n", "x = 0x1E\n",
    "x = f'{n + 30}'\n", "x = '15%'\n", "x = '07-31'\n", "x = n // 12  # structural:\n", "def f(n=30): ...\n",
    "x = {'a': 30}\n", "x = 3_000\n", "x = 1e3\n", "x = (n\n     + 30)\n", "x = -30\n",
)  # fmt: skip


@pytest.mark.parametrize("text", BOUND)
def test_every_other_number_is_a_parameter(text: str) -> None:
    assert len(list(numbers(text))) == 1


@pytest.mark.parametrize("text", BOUND)
def test_the_quick_look_overlooks_nothing(text: str) -> None:
    assert _may_hold_numbers(text)


@pytest.mark.parametrize("measure", MEASURES)
def test_the_quick_look_at_both_measures_overlooks_nothing(measure: str) -> None:
    for file in sorted(checks().measures[measure].folder.glob("*.py")):
        assert list(numbers(file.read_text(encoding="utf-8"))) == [], file.name


def test_an_article_may_be_named_as_a_whole() -> None:
    sentences = {"DM-3 p1 s1": 1, "DM-4a": 1}
    text = 'x = ("DM-3", "DM-4", "DM-3 p1 s1")\n'
    assert list(wrong_in_code(text, {}, sentences, "DM")) == []
    assert [line for line, _ in wrong_in_code('\nx = "DM-3 p2 s1"\n', {}, sentences, "DM")] == [2]


# ── measures of one jurisdiction ──

SECOND = "id: demo_2026\nprefix: DN\ntitle: {zh: 乙, en: b}\nin_force: {from: %s, to: 2030-12-31}\n"


def with_second(tmp_path: Path, since: str) -> Instance:
    one = make(tmp_path)
    one.write("checks/demo_2026/measure.yaml", SECOND % since)
    one.edit("registry/registry.yaml", "measures: [demo_2025]", "measures: [demo_2025, demo_2026]")
    return one


def test_two_measures_in_force_on_the_same_day_are_refused(tmp_path: Path) -> None:
    one = with_second(tmp_path, "2026-12-31")
    said = one.say("check")
    assert said.code == 2
    line = line_of(one, "registry/registry.yaml", "demo_2026")
    assert said.err.startswith(f"registry/registry.yaml:{line}: ")
    assert "cli.measures-overlap" in said.err
    assert "demo_2025" in said.err
    assert "demo_2026" in said.err


def test_one_measure_after_the_other_is_fine(tmp_path: Path) -> None:
    assert "cli.measures-overlap" not in with_second(tmp_path, "2027-01-01").say("check").err


def test_a_measure_that_is_continued_overlaps_with_its_successor(tmp_path: Path) -> None:
    one = with_second(tmp_path, "2027-01-01")
    one.append(
        "registry/registry.yaml",
        "law:\n  - {measure: demo_2025, after_expiry: continued, continued_by: 示政发〔2026〕9号}\n",
    )
    assert "cli.measures-overlap" in one.say("check").err


def test_a_measure_named_twice_is_refused(tmp_path: Path) -> None:
    one = make(tmp_path)
    one.edit("registry/registry.yaml", "measures: [demo_2025]", "measures: [demo_2025, demo_2025]")
    assert "cli.measures-overlap" in one.say("check").err


def test_the_law_comes_back_from_the_cache_as_it_was_read(tmp_path: Path) -> None:
    cache = Cache(tmp_path, b"a key")
    read, again = load_checks(REPO, cache), load_checks(REPO, cache)
    assert LawFiles(REPO / "checks", cache).sound
    for id, loaded in read.measures.items():
        kept = again.measures[id]
        assert (kept.measure, kept.parameters) == (loaded.measure, loaded.parameters)
        assert (kept.texts, kept.words) == (loaded.texts, loaded.words)
        assert kept.measure is not loaded.measure
