"""The engine: each act under the law of its own day, weight from the sentence, exceptions, crashes."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Any

import pytest

from tests.instances import LATE, PROJECT, Instance, make

SETTINGS = "registry/registry.yaml"
NINE = "registry/projects/demo/office/demo-2026-0009.yaml"


def add_rule(
    one: Instance, id: str, source: str, *, modality: str = "must", binds: str = "unit", more: str = ""
) -> None:
    """Put a rule into the tiny measure, with everything that a rule needs."""
    at = f"DM-{50 + sum('modality' in line for line in one.read('checks/demo_2025/measure.yaml').splitlines())}"
    row = f"  - {{at: {at}, gist: {{zh: {id}, en: {id}}}, modality: {modality}, binds: {binds}, class: automated, rules: [{id}]}}\n"
    one.edit("checks/demo_2025/measure.yaml", "sentences:\n", "sentences:\n" + row)
    text = "{zh: 甲, en: a}"
    one.append(
        "checks/demo_2025/messages.yaml",
        f"{id}: {{title: {{zh: 名 {id}, en: title {id}}}, about: {text}, cure: {text}}}\n",
    )
    one.write(f"checks/demo_2025/examples/{id}.yaml", f"rule: {id}\ncases: []\n")
    head = "from __future__ import annotations\nfrom zongmu.policy import *\n" + more
    one.write(f"checks/demo_2025/{id}.py", head + textwrap.dedent(source).replace("AT", f'"{at}"'))


def nine(body: str) -> str:
    return f"format: 1\nid: demo-2026-0009\njurisdiction: demo\nname: 例\nowner: demo/office\n{body}"


def acts(*rows: str) -> str:
    return nine("milestones:\n" + "".join(f"  - {{{row}}}\n" for row in rows))


def late(proposed: str, applied: str) -> str:
    return acts(f"kind: proposal_approved, date: {proposed}", f"kind: approval_applied, date: {applied}")


def only(one: Instance, *args: str) -> dict[str, Any] | None:
    """The finding about project nine, if there is one."""
    found = [f for f in one.report(*args)["findings"] if f["path"] == NINE]
    assert len(found) <= 1, found
    return found[0] if found else None


def weight(one: Instance, text: str, *args: str) -> tuple[str, list[str]] | None:
    one.write(NINE, text)
    found = only(one, *args)
    return None if found is None else (found["severity"], [c["why"] for c in found["verdict"].get("caps", ())])


def tally(one: Instance, rule: str, text: str, *args: str) -> dict[str, int]:
    """What came of a rule for project nine alone."""
    one.write(NINE, text)
    for path in (PROJECT, LATE):
        one.path(path).unlink(missing_ok=True)
    counts: dict[str, int] = one.report("--tally", *args)["tally"][rule]
    return counts


# ── the three times of law ──


@pytest.mark.parametrize(
    ("proposed", "applied", "expected"),
    [
        ("2024-12-31", "2025-06-01", None),
        ("2025-01-01", "2025-06-01", ("blocking", [])),
        ("2026-05-20", "2026-06-30", ("blocking", [])),
    ],
)
def test_an_act_is_judged_by_the_law_of_its_day(
    proposed: str, applied: str, expected: tuple[str, list[str]] | None, tiny: Instance
) -> None:
    assert weight(tiny, late(proposed, applied)) == expected


def test_an_act_before_any_law_is_counted_as_not_its_business(tiny: Instance) -> None:
    assert tally(tiny, "dm1_apply", late("2024-12-31", "2025-06-01")) == {"not_applicable": 1}


def with_expiry(one: Instance, how: str | None) -> Instance:
    one.edit(SETTINGS, "demonstration: {as_of: 2026-06-30}", "demonstration: {as_of: 2027-09-01}")
    one.edit("registry/calendars/2026.yaml", "year: 2026", "year: 2026")
    if how is not None:
        one.append(SETTINGS, f"law:\n  - {{measure: demo_2025, after_expiry: {how}}}\n")
    return one


@pytest.mark.parametrize(
    ("how", "expected", "word"),
    [
        (None, None, "not_applicable"),
        ("none", None, "not_applicable"),
        ("advisory", ("notice", ["I11", "advisory"]), "advisory"),
        ("continued", ("blocking", []), "fail"),
    ],
)
def test_an_act_after_the_law_has_ended(
    how: str | None, expected: tuple[str, list[str]] | None, word: str, tiny: Instance
) -> None:
    with_expiry(tiny, how)
    text = late("2027-01-01", "2027-06-01")
    assert weight(tiny, text) == expected
    assert tally(tiny, "dm1_apply", text) == {word: 1}


def test_advice_never_stands_in_the_way_and_is_counted_apart(tiny: Instance) -> None:
    with_expiry(tiny, "advisory")
    tiny.write(NINE, late("2027-01-01", "2027-06-01"))
    tiny.path(LATE).unlink()
    report = tiny.report("--strict")
    assert report["gate"] == "good"
    assert report["summary"]["advisory"] >= 1


@pytest.mark.parametrize(
    ("how", "expected"),
    [("none", ("notice", ["I11"])), ("advisory", ("notice", ["I11"])), ("continued", ("blocking", []))],
)
def test_a_period_that_outlives_the_law(how: str, expected: tuple[str, list[str]], tiny: Instance) -> None:
    with_expiry(tiny, how)
    assert weight(tiny, late("2026-12-20", "2027-03-01")) == expected


def test_an_act_within_the_law_stays_a_breach_after_it(tiny: Instance) -> None:
    with_expiry(tiny, "none")
    assert weight(tiny, late("2026-03-02", "2026-06-01")) == ("blocking", [])


def test_the_first_day_may_be_left_to_the_instance(tmp_path: Path) -> None:
    one = make(tmp_path)
    one.edit("checks/demo_2025/measure.yaml", "from: 2025-01-01", "from: setting")
    assert tally(one, "dm1_apply", late("2026-03-02", "2026-06-01")) == {"undetermined": 1}
    assert one.report()["gate"] == "good", "what nobody has decided is no breach"
    one.append(SETTINGS, "law:\n  - {measure: demo_2025, issued: 2026-03-02}\n")
    assert tally(one, "dm1_apply", late("2026-03-02", "2026-06-01")) == {"fail": 1}
    assert tally(one, "dm1_apply", late("2026-03-01", "2026-06-01")) == {"not_applicable": 1}


def test_an_older_law_that_is_not_encoded_leaves_its_acts_undetermined(tmp_path: Path) -> None:
    one = make(tmp_path)
    one.edit("checks/demo_2025/measure.yaml", "prefix: DM\n", "prefix: DM\nreplaces: {zh: 旧办法, en: the older one}\n")
    assert tally(one, "dm1_apply", late("2024-12-01", "2025-06-01")) == {"undetermined": 1}


ACROSS = '''
    from zongmu.policy import ungoverned
    import datetime as dt

    @fact(on="project")
    def begun(ctx: ProjectContext) -> str | None:
        """开工日。"""
        return next((m.date.isoformat() for m in ctx.view.of_kind(object, "build_started")), None)

    @rule(cites=[AT], on="registry", since="0.1", reads=[begun])
    def dm57_begun(ctx: RegistryContext):
        """开工。"""
        for id, day in ctx.facts(begun).items():
            if day is not None:
                yield id, ungoverned(ctx, dt.date.fromisoformat(day)) or failed()
            else:
                yield id, failed()
'''


@pytest.mark.parametrize(
    ("how", "begun", "expected"),
    [
        ("none", "2026-12-31", {"fail": 1}),
        ("none", "2027-01-01", {"not_applicable": 1}),
        ("none", None, {"not_applicable": 1}),  # it did not ask: the as-of day, after the end
        ("advisory", "2027-01-01", {"advisory": 1}),
        ("continued", None, {"fail": 1}),
    ],
)
def test_a_rule_across_records_after_the_law_has_ended(
    how: str, begun: str | None, expected: dict[str, int], tmp_path: Path
) -> None:
    one = with_expiry(make(tmp_path), how)
    add_rule(one, "dm57_begun", ACROSS)
    rows = ["kind: proposal_approved, date: 2026-01-05"] + ([f"kind: build_started, date: {begun}"] if begun else [])
    assert tally(one, "dm57_begun", acts(*rows)) == expected


def test_a_rule_across_records_is_not_silent_while_the_first_day_is_not_set(tmp_path: Path) -> None:
    one = make(tmp_path)
    add_rule(one, "dm57_begun", ACROSS)
    one.edit("checks/demo_2025/measure.yaml", "from: 2025-01-01", "from: setting")
    assert tally(one, "dm57_begun", acts("kind: build_started, date: 2026-01-05")) == {"undetermined": 1}


def test_the_opening_entry_is_no_act(tiny: Instance) -> None:
    """A legacy project opened today does not bring its old acts under today's law."""
    text = acts(
        "kind: opened, date: 2026-01-01, stage: approved",
        "kind: proposal_approved, date: 2020-01-01",
        "kind: approval_applied, date: 2020-06-01",
    )
    assert tally(tiny, "dm1_apply", text) == {"not_applicable": 1}


# ── weight ──

BUILT = ("kind: design_approved, date: 2026-02-01, total: 300万元", "kind: build_started, date: 2026-03-01")


def test_modality_and_addressee_are_those_of_the_sentence(tiny: Instance) -> None:
    assert weight(tiny, late("2026-03-02", "2026-06-01")) == ("blocking", [])
    assert weight(tiny, acts(*BUILT)) == ("warning", [])
    assert weight(tiny, acts("kind: accounts_settled, date: 2026-03-01")) == ("notice", [])
    found = only(tiny)
    assert found is not None
    assert found["addressee"] == "finance"


def waiver(authority: str = "demo/office", of: str = "dm1_apply", **more: str) -> str:
    rest = "".join(f", {k}: {v}" for k, v in more.items())
    return (
        f"waivers:\n  - {{seq: 1, of: {of}, authority: {authority}, number: 示函〔2026〕3号, date: 2026-03-03{rest}}}\n"
    )


@pytest.mark.parametrize(
    ("row", "capped"),
    [
        (waiver(), True),
        (waiver(of="DM-1 p1 s1"), True),
        (waiver(until="2026-06-30"), True),
        (waiver(until="2026-06-29"), False),
        (waiver(of="DM-2"), False),
        (waiver(authority="demo/finance"), False),
    ],
)
def test_a_waiver_of_a_body_that_may_caps_at_a_notice_until_it_runs_out(row: str, capped: bool, tiny: Instance) -> None:
    tiny.write(NINE, late("2026-03-02", "2026-06-01") + row)
    (found,) = tiny.found("dm1_apply", tiny.path(NINE))
    assert found["severity"] == ("notice" if capped else "blocking")
    assert [c["why"] for c in found["verdict"].get("caps", ())] == (["waived"] if capped else [])


@pytest.mark.parametrize(
    ("default", "level", "severity"),
    [
        ("", "", "warning"),  # the measure says nothing: nobody may
        ("waivable_by: {any: [bureau]}\n", "", "notice"),
        ("waivable_by: {any: [finance]}\n", "", "warning"),
        ("waivable_by: {any: [finance], town: [bureau]}\n", "", "warning"),
        ("waivable_by: {any: [finance], town: [bureau]}\n", "level: town\n", "notice"),
    ],
)
def test_a_rule_that_names_nobody_is_waived_by_whom_the_measure_names(
    default: str, level: str, severity: str, tmp_path: Path
) -> None:
    one = make(tmp_path)
    one.edit("checks/demo_2025/measure.yaml", "codes:\n", "codes:\n  level: {town: {zh: 镇, en: Town}}\n")
    one.edit("checks/demo_2025/measure.yaml", "waivable_by: {any: [finance]}\n", default)
    one.write(NINE, acts(*BUILT) + level + waiver(of="dm2_supervision"))
    (found,) = one.found("dm2_supervision", one.path(NINE))
    assert found["severity"] == severity


def test_the_second_waiver_may_be_the_good_one(tiny: Instance) -> None:
    rows = waiver("demo/finance") + waiver().removeprefix("waivers:\n").replace("seq: 1", "seq: 2")
    tiny.write(NINE, late("2026-03-02", "2026-06-01") + rows)
    (found,) = tiny.found("dm1_apply", tiny.path(NINE))
    assert found["severity"] == "notice"


def reason(of: str, **more: str) -> str:
    rest = "".join(f", {k}: {v}" for k, v in more.items())
    return f"reasons:\n  - {{seq: 1, of: {of}, role: 主任, date: 2026-03-03, text: 由上级统一监理{rest}}}\n"


@pytest.mark.parametrize(
    ("text", "rule", "severity"),
    [
        (acts(*BUILT) + reason("DM-2"), "dm2_supervision", "notice"),
        (acts(*BUILT) + reason("dm2_supervision"), "dm2_supervision", "notice"),
        (acts(*BUILT) + reason("dm2_supervision", until="2026-06-29"), "dm2_supervision", "warning"),
        (late("2026-03-02", "2026-06-01") + reason("dm1_apply"), "dm1_apply", "blocking"),
    ],
)
def test_a_reason_excuses_from_a_principle_and_from_nothing_else(
    text: str, rule: str, severity: str, tiny: Instance
) -> None:
    tiny.write(NINE, text)
    (found,) = tiny.found(rule, tiny.path(NINE))
    assert found["severity"] == severity


def test_the_summary_counts_what_was_waived_and_explained(tiny: Instance) -> None:
    tiny.write(NINE, late("2026-03-02", "2026-06-01") + waiver())
    tiny.write(
        NINE.replace("0009", "0010"),
        (acts(*BUILT) + reason("DM-2")).replace("0009", "0010").replace("name: 例", "name: 另"),
    )
    summary = tiny.report()["summary"]
    assert (summary["waived"], summary["explained"]) == (1, 1)


# ── which rules are asked ──


def test_a_rule_about_every_milestone_of_a_kind(tmp_path: Path) -> None:
    one = make(tmp_path)
    add_rule(
        one,
        "dm50_numbered",
        '''
        @rule_each(Contract, "contract_signed", cites=[AT], since="0.1")
        def dm50_numbered(ctx: ProjectContext, m: Contract) -> Verdict:
            """合同有编号。"""
            return present(m.number, "milestones/contract_signed/number")
        ''',
        more="from zongmu.model.acts.milestones import Contract\n",
    )
    signed = "kind: contract_signed, date: 2026-02-01, role: build"
    one.write(NINE, acts(signed, f"{signed}, seq: 2, number: HT-2", f"{signed.replace('2026', '2024')}, seq: 3"))
    assert [f["key"] for f in one.found("dm50_numbered")] == ["contract_signed"]
    assert one.report("--tally")["tally"]["dm50_numbered"] == {"fail": 1, "pass": 1, "not_applicable": 3}


def test_a_rule_binds_whom_it_says(tmp_path: Path) -> None:
    one = make(tmp_path)
    add_rule(
        one,
        "dm51_build",
        '''
        @rule(cites=[AT], since="0.1", applies_to=[Guard("class_", ("build",), "other_class")])
        def dm51_build(ctx: ProjectContext) -> Verdict:
            """只对建设类。"""
            return failed()
        ''',
    )
    assert tally(one, "dm51_build", nine("class: build\n")) == {"fail": 1}
    assert tally(one, "dm51_build", nine("class: service\n")) == {"not_applicable": 1}
    assert tally(one, "dm51_build", nine("")) == {"undetermined": 1}


def test_what_the_measure_does_not_speak_of_no_rule_speaks_of(tmp_path: Path) -> None:
    one = make(tmp_path)
    add_rule(
        one,
        "dm52_scope",
        '''
        @rule(cites=[AT], since="0.1", scope=True)
        def dm52_scope(ctx: ProjectContext) -> Verdict:
            """服务类不适用。"""
            return not_applicable("other_class") if ctx.project.class_ == "service" else passed()
        ''',
    )
    broken = late("2026-03-02", "2026-06-01")
    assert tally(one, "dm1_apply", broken + "class: service\n") == {"not_applicable": 1}
    assert tally(one, "dm1_apply", broken + "class: build\n") == {"fail": 1}


def test_a_rule_that_compares_needs_a_base(tmp_path: Path) -> None:
    one = make(tmp_path)
    add_rule(
        one,
        "dm53_grows",
        '''
        @rule(cites=[AT], since="0.1", compares=True)
        def dm53_grows(ctx: ProjectContext) -> Verdict:
            """标签只增。"""
            assert ctx.base is not None
            return failed() if len(ctx.project.tags) < len(ctx.base.project.tags) else passed()
        ''',
    )
    one.write(NINE, nine("tags: [a, b]\n"))
    assert one.found("dm53_grows") == []
    one.commit()
    one.write(NINE, nine("tags: [a]\n"))
    assert [f["state"] for f in one.found("dm53_grows", "--base", "HEAD")] == ["new"]


def test_a_rule_about_systems_and_one_about_plans(tmp_path: Path) -> None:
    one = make(tmp_path)
    add_rule(
        one,
        "dm54_used",
        '''
        @rule(cites=[AT], on="system", since="0.1")
        def dm54_used(ctx: SystemContext) -> Verdict:
            """系统有人用。"""
            return present(ctx.system.usage, "usage")
        ''',
    )
    add_rule(
        one,
        "dm55_entries",
        '''
        @rule(cites=[AT], on="plan", since="0.1")
        def dm55_entries(ctx: RecordContext) -> Verdict:
            """计划有项目。"""
            return present(ctx.plan.entries, "entries")
        ''',
    )
    one.write(
        "registry/systems/demo/one.yaml", "format: 1\nid: demo/one\njurisdiction: demo\nname: 一\nunit: demo/office\n"
    )
    one.write("registry/plans/demo/2026.yaml", "format: 1\njurisdiction: demo\nyear: 2026\n")
    assert [(f["record"], f["path"]) for f in one.found("dm54_used")] == [
        ("demo/one", "registry/systems/demo/one.yaml")
    ]
    assert [f["path"] for f in one.found("dm55_entries")] == ["registry/plans/demo/2026.yaml"]


def test_a_rule_across_records_points_at_the_record_of_the_type_it_read(tmp_path: Path) -> None:
    """An organization and a system may share an id."""
    one = make(tmp_path)
    add_rule(
        one,
        "dm56_named",
        '''
        @fact(on="system")
        def system_name(ctx: SystemContext) -> str:
            """名称。"""
            return ctx.system.name

        @rule(cites=[AT], on="registry", since="0.1", reads=[system_name])
        def dm56_named(ctx: RegistryContext):
            """系统名称。"""
            for id in ctx.facts(system_name):
                yield id, failed()
        ''',
    )
    one.write(
        "registry/systems/demo/office.yaml",
        "format: 1\nid: demo/office\njurisdiction: demo\nname: 一\nunit: demo/office\n",
    )
    assert [f["path"] for f in one.found("dm56_named")] == ["registry/systems/demo/office.yaml"]


# ── a rule that crashes ──

CRASHES: dict[str, str] = {
    "raises": "    return 1 / 0",
    "gives nothing": "    return None",
    "gives a word": '    return "pass"',
    "gives words": '    return [passed(), "pass"]',
    # Spelt so that the look at the code does not find it: here the engine has to.
    "asks for a parameter of another kind": "    ask, id = ctx.ratio, 'dm.apply'\n    return passed() if ask(id) else failed()",
    "cites what does not exist": '    return failed(cites=("DM" "-404",))',
    "repeats what must not be repeated": '    raise ValueError("身份证 110101198003076638")',
}


@pytest.mark.parametrize("how", CRASHES)
def test_a_rule_that_crashes_is_named_and_no_verdict(how: str, tmp_path: Path) -> None:
    one = make(tmp_path)
    source = f'@rule(cites=[AT], since="0.1")\ndef dm60_crash(ctx: ProjectContext):\n    """坏了。"""\n{CRASHES[how]}\n'
    add_rule(one, "dm60_crash", source)
    one.append(PROJECT, "nonsense: 1\n")
    for args in ((), ("--base", "HEAD")):
        if args:
            one.commit()
        said = one.say("check", "--all", *args)
        assert said.code == 2
        assert "[dm60_crash]" in said.out
        assert "[cli.rule-crashed]" in said.err
        assert "Traceback" not in said.all
        assert "dm1_apply" in said.out, "the others are judged all the same"
        assert "schema.unknown-key" in said.out
        assert "110101198003076638" not in said.all
    report = one.report()
    assert report["gate"] == "refused"
    assert {f["verdict"]["outcome"] for f in report["findings"] if f["code"] == "dm60_crash"} == {"error"}
    assert "110101198003076638" not in str(report)


def test_an_answer_that_does_not_count_says_so_also_where_the_crash_is_no_news(tmp_path: Path) -> None:
    one = make(tmp_path)
    add_rule(
        one,
        "dm60_crash",
        f'@rule(cites=[AT], since="0.1")\ndef dm60_crash(ctx):\n    """坏了。"""\n{CRASHES["raises"]}\n',
    )
    one.commit()
    one.project(9)
    one.commit()
    for words in (("check", "--base", "HEAD~1"), ("diff", "HEAD~1"), ("gate", "--base", "HEAD~1", "--head", "HEAD")):
        said = one.say(*words)
        assert (said.code, "[cli.rule-crashed]" in said.err) == (2, True), said.all
    assert one.say("explain", "cli.rule-crashed").code == 0


@pytest.mark.parametrize(
    "line",
    [
        "    raise RuntimeError('坏了')",
        "    yield 'demo-2026-0001'",
        "    yield 'demo-2026-0001', None",
        "    return 1",
    ],
)
def test_a_rule_across_records_that_crashes(line: str, tmp_path: Path) -> None:
    one = make(tmp_path)
    add_rule(
        one,
        "dm61_crash",
        f'@rule(cites=[AT], on="registry", since="0.1")\ndef dm61_crash(ctx):\n    """坏了。"""\n{line}\n',
    )
    said = one.say("check")
    assert said.code == 2
    assert "[dm61_crash]" in said.out
    assert "dm1_apply" in said.out
    assert "Traceback" not in said.all


@pytest.mark.parametrize("line", ["    return 1 / 0", "    raise KeyError('x')"])
def test_a_fact_that_crashes(line: str, tmp_path: Path) -> None:
    one = make(tmp_path)
    one.edit("checks/demo_2025/rules.py", "    return ctx.project.name\n", line + "\n")
    said = one.say("check")
    assert said.code == 2
    assert "checks.demo_2025.rules.name" in said.out
    assert "dm1_apply" in said.out


@pytest.mark.parametrize(
    ("on", "lines"),
    [
        ("project", "    raise RuntimeError('坏了')"),
        ("any", "    yield problem(CODE, 'name')"),  # a placeholder that nobody fills
        ("registry", "    raise RuntimeError('坏了')\n    yield"),
        ("registry", "    yield problem(CODE, 'name', record='registry/projects/demo/office/demo-2026-0001.yaml')"),
    ],
)
def test_a_hygiene_check_that_crashes(on: str, lines: str, tmp_path: Path) -> None:
    one = make(tmp_path)
    code = 'code("record.broken", ("坏", "broken"), ("{what}", "{what}"), ("修", "mend"))'
    head = "from checks.common.texts import code\nfrom zongmu.policy import *\n"
    one.write(
        "checks/common/broken.py",
        f'{head}CODE = {code}\n@check(on="{on}", codes=[CODE])\ndef breaks(ctx):\n    """坏了。"""\n{lines}\n',
    )
    said = one.say("check")
    assert said.code == 2
    assert "[breaks]" in said.out
    assert "dm1_apply" in said.out
    assert "Traceback" not in said.all
