"""Each code of ``checks/common``: a record that brings it up, and one next to it that does not, through the command."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest

from tests.instances import PROJECT, TINY, Instance
from tests.ours import checks, module
from zongmu.model.records.draw import pool_digest, select

NINE = "registry/projects/demo/office/demo-2026-0009.yaml"
ENDORSED = "registry/endorsements/demo/demo-2026-0001.yaml"
DISTRICT = "registry/districts/demo/150601-lingshi.yaml"
POOL = [f"demo-2026-{n:04d}" for n in range(1, 9)]
SEED = ["2026-06-01 收盘指数 3021.55"]


def nine(body: str) -> dict[str, str]:
    """A project with *body*."""
    return {NINE: f"format: 1\nid: demo-2026-0009\njurisdiction: demo\nname: 例\nowner: demo/office\n{body}"}


def acts(*rows: str) -> dict[str, str]:
    """A project with these milestones."""
    return nine("milestones:\n" + "".join(f"  - {{{row}}}\n" for row in rows))


def pair(nine_says: str, ten_says: str) -> dict[str, str]:
    """Two projects, each with one line more."""
    other = nine(ten_says + "\n")[NINE].replace("id: demo-2026-0009", "id: demo-2026-0010").replace("例", "另一个")
    return {**nine(nine_says + "\n"), NINE.replace("0009", "0010"): other}


def ten(*rows: str) -> dict[str, str]:
    """Another project, of another name, with these milestones."""
    text = acts(*rows)[NINE].replace("demo-2026-0009", "demo-2026-0010").replace("例", "另一个")
    return {NINE.replace("0009", "0010"): text}


def gaps(serials: str) -> dict[str, str]:
    """The settings with a gap."""
    text = (TINY / "registry/registry.yaml").read_text("utf-8")
    row = f'gaps: [{{year: 2026, serial: "{serials}", reason: 撤回}}]'
    return {"registry/registry.yaml": text.replace("measures: [demo_2025]", f"measures: [demo_2025], {row}")}


def district(region: str) -> dict[str, str]:
    return {DISTRICT: f'format: 1\nid: demo/150601\njurisdiction: demo\nname: 例区\nregion: "{region}"\n'}


def draw(*selected: str, pool: Sequence[str] = POOL, size: int = 2, digest: str = "") -> dict[str, str]:
    """A draw of *size*; without *selected* only its pool is recorded yet, under *digest* if one is given."""
    chosen = f", selected: [{', '.join(selected)}]" if selected else ""
    frozen = f", pool_sha256: {digest}" if digest else ""
    row = f"{{seq: 1, date: 2026-06-02, algorithm: sha256-rank-v1, pool: [{', '.join(pool)}]{frozen}, seed: [{SEED[0]}], size: {size}{chosen}}}"
    return {
        "registry/draws/demo/2026.yaml": f"format: 1\njurisdiction: demo\nyear: 2026\ndraws: [{row}]\n",
        **{
            f"registry/projects/demo/office/{id}.yaml": nine("")[NINE].replace("demo-2026-0009", id).replace("例", id)
            for id in POOL
        },
    }


NEW_BODY = "format: 1\nid: demo/new\njurisdiction: demo\nname: {name}\n{more}"


def old_office(act: str) -> dict[str, str]:
    """An act of a body that was taken over on 2026-03-01."""
    old = "format: 1\nid: demo/old\njurisdiction: demo\nname: 旧局\nsuccessor: {organization: demo/office, date: 2026-03-01}\n"
    return {"registry/organizations/demo/old.yaml": old, **acts(act)}


def bodies(**fields: str) -> dict[str, str]:
    """Bodies, each with what else stands in its file."""
    return {
        f"registry/organizations/demo/{id}.yaml": f"format: 1\nid: demo/{id}\njurisdiction: demo\nname: 示例{id}\n{more}\n"
        for id, more in fields.items()
    }


@dataclass(frozen=True)
class Case:
    """Files that bring a code up and files that do not; over *base*, against which they are judged if it is given."""

    fires: Mapping[str, str]
    quiet: Mapping[str, str]
    base: Mapping[str, str] | None = None
    gone: tuple[str, ...] = ()
    field: str | None = None
    severity: str = "blocking"
    never: tuple[str, ...] = ()


APPROVED = "kind: design_approved, date: 2026-02-01, total: 300万元"
SIGNED = "kind: contract_signed, date: 2026-02-01, role: build, amount: 10万元"
PAID = "payments: [{seq: 1, date: 2026-03-01, contract: 1, amount: 11万元}]\n"
FIX = "corrections: [{seq: 1, of: contract_signed, field: amount, was: 10万元, date: 2026-06-01, reason: 录错}]\n"
CHANGED = SIGNED.replace("10万元", "12万元")


def asked(*rows: str) -> dict[str, str]:
    """A project with these questions, all received on 2026-03-02."""
    return nine("questions:\n" + "".join(f"  - {{kind: inquiry, received: 2026-03-02, {row}}}\n" for row in rows))


NUMBERED = (
    "kind: declared, date: 2026-01-01, number: 示申〔2026〕7号, total: 310万元",
    f"{APPROVED}, number: 示批〔2026〕7号",
)

MEASURE = "checks/demo_2025/measure.yaml"
TOLD = {
    MEASURE: (TINY / MEASURE)
    .read_text("utf-8")
    .replace("codes:\n", "codes:\n  document_public: {needs: {zh: 需求书, en: Needs}}\n", 1)
}
"""The measure makes it public whether there is a needs document."""

CASES: dict[str, Case] = {
    "record.amounts-do-not-add-up": Case(
        acts(f"{APPROVED}, funding: [{{source: a, level: b, amount: 299.999999万元}}]"),
        acts(f"{APPROVED}, funding: [{{source: a, level: b, amount: 100万元}}, {{source: a, level: c, amount: 2000000元}}]"),
        field="milestones/design_approved/funding",
    ),
    "record.paid-over-contract": Case(
        nine(f"milestones: [{{{SIGNED}}}]\n{PAID}"),
        nine(f"milestones: [{{{SIGNED}}}, {{kind: contract_supplemented, date: 2026-02-09, of: contract_signed, amount: 11万元}}]\n{PAID}"),
        severity="warning",
    ),
    "record.act-twice": Case(
        acts(SIGNED, SIGNED + ", seq: 2"),
        nine(
            f"milestones: [{{{SIGNED}}}, {{{SIGNED}, seq: 2, note: 第二标段}}, {{{SIGNED}, seq: 3}}]\n"
            "corrections: [{seq: 1, of: contract_signed/3, date: 2026-06-01, reason: 误登}]\n"
        ),
        field="milestones/contract_signed/2",
        severity="warning",
    ),
    "record.paper-not-seen": Case(
        {**TOLD, **acts("kind: declared, date: 2026-02-01, documents: [{kind: needs, disclosure: I}, {kind: proposal}]")},
        {**TOLD, **acts("kind: declared, date: 2026-02-01, documents: [{kind: needs}, {kind: proposal, disclosure: R}]")},
        field="milestones/declared/documents/needs/disclosure",
        severity="warning",
    ),
    "record.unlikely-amount": Case(
        acts("kind: contract_signed, date: 2026-02-01, role: build, amount: 4805000万元"),
        {
            **nine(
                "original_investment: 0元\nmilestones: [{kind: contract_signed, date: 2026-02-01, role: build, amount: 999999999.99元}, "
                "{kind: design_approved, date: 2026-01-01, total: 1000元, scope: [{item: 甲, amount: 999.99元}]}]\n"
                "payments: [{seq: 1, date: 2026-03-01, contract: 1, amount: 560元}]\n"
            ),
            "registry/plans/demo/2026.yaml": "format: 1\njurisdiction: demo\nyear: 2026\n"
            "entries: [{seq: 1, project: demo-2026-0001, year_fund: 560元}]\n",
        },
        field="milestones/contract_signed/amount",
        severity="warning",
    ),
    "record.payment-without-contract": Case(nine(PAID), nine(f"milestones: [{{{SIGNED}}}]\n{PAID}"), field="payments/1/contract"),
    "record.frozen-field": Case(district("150602"), district("150601"), base=district("150601"), field="region"),
    "record.silent-edit": Case(
        acts(CHANGED), nine(f"milestones: [{{{CHANGED}}}]\n{FIX}"), base=acts(SIGNED), field="milestones/contract_signed/amount"
    ),
    "record.fact-removed": Case(
        nine(""),
        nine(f"milestones: [{{{SIGNED}}}]\ncorrections: [{{seq: 1, of: contract_signed, date: 2026-06-01, reason: 误登}}]\n"),
        base=acts(SIGNED),
        field="milestones/contract_signed",
        never=("record.silent-edit",),
    ),
    "record.declared-field-changed": Case(
        nine(f"milestones: [{{{APPROVED}}}]\nlead: demo/finance\n"),
        nine(f"milestones: [{{{APPROVED}}}, {{kind: adjusted, date: 2026-05-01}}]\nlead: demo/finance\n"),
        base=nine(f"milestones: [{{{APPROVED}}}]\nlead: demo/office\n"),
        field="lead",
    ),
    "record.unknown-code": Case(nine("class: bild\n"), nine("class: build\n"), field="class"),
    "record.future-date": Case(acts("kind: closed, date: 2026-07-01"), acts("kind: closed, date: 2026-06-30"), field="milestones/closed/date"),
    "record.period-backwards": Case(
        acts(f"{APPROVED}, period: {{start: 2026-03-02, end: 2026-03-01}}"),
        acts(f"{APPROVED}, period: {{start: 2026-03-01, end: 2026-03-01}}"),
        field="milestones/design_approved/period",
    ),
    "record.received-before-written": Case(
        acts("kind: closed, date: 2026-03-02, received: 2026-03-01"),
        acts("kind: closed, date: 2026-03-02, received: 2026-03-02"),
        field="milestones/closed/received",
        severity="warning",
    ),
    "record.draw-not-reproducible": Case(
        draw(*[p for p in POOL if p not in select(POOL, SEED, 2)][:2]), draw(*select(POOL, SEED, 2)), field="draws/1/selected"
    ),
    "record.draw-pool-unsound": Case(
        draw(digest=pool_digest(POOL[1:])), draw(digest=pool_digest(POOL)), field="draws/1/pool_sha256"
    ),
    "record.unknown-rule": Case(
        nine("reasons: [{seq: 1, of: DM-99, role: 主任, date: 2026-03-01, text: 理由}]\n"),
        nine("reasons: [{seq: 1, of: DM-2, role: 主任, date: 2026-03-01, text: 理由}]\n"),
        field="reasons/1/of",
    ),
    "record.exception-expired": Case(
        nine("reasons: [{seq: 1, of: DM-2, role: 主任, date: 2026-03-01, until: 2026-06-29, text: 理由}]\n"),
        nine("reasons: [{seq: 1, of: DM-2, role: 主任, date: 2026-03-01, until: 2026-06-30, text: 理由}]\n"),
        field="reasons/1/until",
        severity="warning",
    ),
    "record.corrects-nothing": Case(
        nine(FIX), nine(f"milestones: [{{{SIGNED}}}]\n{FIX}"), field="corrections/1/of"
    ),
    "record.attests-nothing": Case(
        nine("attestations: [{seq: 1, kind: a, of: closed, role: 主任, date: 2026-03-01}]\n"),
        nine("attestations: [{seq: 1, kind: a, role: 主任, date: 2026-03-01}]\n"),
        field="attestations/1/of",
    ),
    "record.reply-before-question": Case(
        asked("seq: 1, text: 问, reply: {date: 2026-03-01, text: 答}"),
        asked("seq: 1, text: 问, reply: {date: 2026-03-02, text: 答}, extended: {date: 2026-03-02, until: 2026-03-02, reason: 因}"),
        field="questions/1/reply/date",
    ),
    "record.reply-says-nothing": Case(
        asked("seq: 1, text: 问, reply: {date: 2026-03-03, number: 示复〔2026〕1号}"),
        asked("seq: 1, text: 问, reply: {date: 2026-03-03, ground: commercial}"),
        field="questions/1/reply",
    ),
    "record.asks-of-nothing": Case(
        asked("seq: 1, text: 问", "seq: 2, text: 再问, of: 2", "seq: 3, text: 问, about: DM-99", "seq: 4, text: 问, about: payments/1"),
        asked("seq: 1, text: 问, about: DM-2", "seq: 2, text: 再问, of: 1, about: owner"),
    ),
    "content.asker-named": Case(
        asked("seq: 1, text: 王女士问何时能用", "seq: 2, text: 问, reply: {date: 2026-03-03, text: '申请人：李某'}"),
        asked("seq: 1, text: 问申请人要不要带证件"),
        severity="warning", never=("王女士", "李某"),
    ),
    "record.investment-code-check": Case(
        nine("investment_code: 2411-130202-89-01-637016\n"), nine("investment_code: 2411-130202-89-01-637015\n"),
        field="investment_code", severity="warning",
    ),
    "record.document-number-form": Case(
        acts("kind: closed, date: 2026-03-01, number: '示函[2026]12号'"),
        acts("kind: closed, date: 2026-03-01, number: 示函〔2026〕12号"),
        field="milestones/closed/number",
        severity="notice",
    ),
    "record.path-id": Case({NINE: nine("")[NINE].replace("0009", "0008")}, nine(""), field="id"),
    "record.unknown-jurisdiction": Case(
        {"registry/projects/nowhere/office/nowhere-2026-0001.yaml": "format: 1\nid: nowhere-2026-0001\njurisdiction: nowhere\nname: 例\n"},
        nine(""),
        field="jurisdiction",
    ),
    "record.duplicate-id": Case(
        {**nine(""), NINE.replace("office", "other"): nine("")[NINE]}, nine(""), field="id"
    ),
    "record.removed": Case({}, nine(""), base=nine(""), gone=(NINE,)),
    "record.id-far-ahead": Case(
        {NINE.replace("0009", "1004"): nine("")[NINE].replace("0009", "1004")},
        {NINE.replace("0009", "1003"): nine("")[NINE].replace("0009", "1003")},
        field="id",
    ),
    "record.id-year": Case(
        {NINE.replace("2026", "2028"): nine("")[NINE].replace("2026", "2028")},
        {NINE.replace("2026", "2027"): nine("")[NINE].replace("2026", "2027")},
        field="id",
    ),
    "record.id-in-gap": Case(gaps("0007-0009") | nine(""), gaps("0010-0012") | nine(""), field="id"),
    "record.copied-acts": Case(
        acts(*NUMBERED) | ten(*NUMBERED),
        acts(*NUMBERED) | ten(NUMBERED[0], NUMBERED[1].replace("300万元", "301万元")),
        field="milestones/declared",
    ),
    "record.refers-to-itself": Case(
        nine("original_project: demo-2026-0009\n"), nine("original_project: demo-2026-0001\n"), field="original_project"
    ),
    "record.project-in-circle": Case(
        pair("original_project: demo-2026-0010", "original_project: demo-2026-0009"),
        pair("original_project: demo-2026-0010", "parent_project: demo-2026-0009"),
        field="original_project",
    ),
    "record.opened-late": Case(
        acts(SIGNED, "kind: opened, date: 2026-03-01"),
        acts(SIGNED, "kind: disclosed, date: 2026-03-01"),
        base=acts(SIGNED),
        field="milestones/opened",
    ),
    "record.unresolved-reference": Case(nine("lead: demo/nobody\n"), nine("lead: demo/finance\n"), field="lead"),
    "record.body-taken-over": Case(
        old_office("kind: approved, date: 2026-03-02, body: demo/old"),
        old_office("kind: approved, date: 2026-03-01, body: demo/old"),
        field="milestones/approved/body", severity="warning",
    ),
    "record.body-in-circle": Case(
        bodies(one="parent: demo/two", two="parent: demo/one"),
        bodies(one="parent: demo/two", two="parent: demo/finance", three="parent: demo/one\nsuccessor: {organization: demo/one, date: 2026-03-01}"),
        field="parent",
    ),
    "record.body-name-taken": Case(
        {"registry/organizations/demo/new.yaml": NEW_BODY.format(name="示例 财政局", more="")},
        {"registry/organizations/demo/new.yaml": NEW_BODY.format(name="示例财政局", more="successor: {organization: demo/finance, date: 2026-03-01}\n")},
        field="name",
    ),
    "record.document-prefix-taken": Case(
        {"registry/organizations/demo/new.yaml": NEW_BODY.format(name="新局", more="document_prefixes: [示新, 示财]\n"), "registry/organizations/demo/old.yaml": NEW_BODY.replace("demo/new", "demo/old").format(name="旧局", more="document_prefixes: [示财]\n")},
        {"registry/organizations/demo/new.yaml": NEW_BODY.format(name="新局", more="document_prefixes: [示新]\n")},
        field="document_prefixes", severity="warning",
    ),
    "record.registered-by-name-only": Case(
        acts(f"{SIGNED}, supplier: 示例 财政局"),
        acts(f"{SIGNED}, supplier: 示例财政局, supplier_org: demo/finance", "kind: closed, date: 2026-03-02, body_name: 别的单位"),
        field="milestones/contract_signed/supplier", severity="warning",
    ),
    "record.contradictory-order": Case(
        acts("kind: build_started, date: 2026-03-02", "kind: completed, date: 2026-03-01"),
        acts("kind: build_started, date: 2026-03-02", "kind: completed, date: 2026-03-02"),
        field="milestones/completed/date",
    ),
    "record.after-end": Case(
        acts("kind: terminated, date: 2026-03-01", "kind: deployed, date: 2026-03-02"),
        acts("kind: terminated, date: 2026-03-01", "kind: archived, date: 2026-03-02"),
        field="milestones/deployed/date",
    ),
    "record.answers-nothing": Case(
        acts("kind: rejected, date: 2026-03-01, of: approval_applied"),
        acts("kind: approval_applied, date: 2026-03-01", "kind: rejected, date: 2026-03-01, of: approval_applied"),
        field="milestones/rejected/of",
    ),
    "record.answers-later": Case(
        acts("kind: approval_applied, date: 2026-03-02", "kind: rejected, date: 2026-03-01, of: approval_applied"),
        acts("kind: approval_applied, date: 2026-03-02", "kind: rejected, date: 2026-03-02, of: approval_applied"),
        field="milestones/rejected/date",
    ),
    "content.personal-number": Case(
        nine("summary: 联系人身份证 110101198003076638\n"), nine("summary: 项目代码 2411-130202-89-01-637015\n"),
        field="summary", never=("110101198003076638",),
    ),
    "content.bank-account": Case(
        nine("summary: 开户行账号：3301 0401 6000 2345 678\n"), nine("summary: 财政专户核算\n"),
        field="summary", severity="warning", never=("2345 678",),
    ),
    "content.email": Case(
        nine("summary: 邮箱 wang@example.com\n"), nine("summary: 邮箱系统\n"), field="summary", severity="warning", never=("wang@",)
    ),
    "content.secrecy-mark": Case(nine("summary: 机密★10年\n"), nine("summary: 机密性要求\n"), field="summary", never=("★",)),
    "content.secrecy-word": Case(
        nine("summary: 第七号工程属于国家秘密\n"), nine("summary: 不涉及国家秘密\n"), field="summary", severity="warning", never=("第七号",)
    ),
    "content.internal-mark": Case(
        nine("summary: 内部资料 注意保存\n"), nine("summary: 内部办公系统\n"), field="summary", severity="warning", never=("注意保存",)
    ),
    "content.credential": Case(
        nine("summary: 密码：Abc123456!\n"), nine("summary: 商用密码应用\n"), field="summary", never=("Abc123456",)
    ),
    "content.lookalike-character": Case(
        nine("summary: р\u0430ypal 平台\n"), nine("summary: paypal 平台\n"), field="summary", severity="warning"
    ),
    "content.damaged-text": Case(nine("summary: 平\ufffd台\n"), nine("summary: 平台\n"), field="summary", severity="warning"),
}  # fmt: skip

AT_THE_DOOR = {
    "content.hidden-character": ('summary: "甲\\u200b乙"\n', "yaml.invisible-character"),
    "content.not-normalised": ('summary: "e\\u0301cole"\n', "yaml.not-nfc"),
}
"""What the reader refuses before any check: the code of the content is for other doors (forms, hooks)."""


def lay(one: Instance, case: Case, files: Mapping[str, str], gone: tuple[str, ...] = ()) -> list[str]:
    """The arguments to judge *files* by, after they were put there."""
    if case.base is not None:
        for path, text in case.base.items():
            one.write(path, text)
        one.commit()
    for path, text in files.items():
        one.write(path, text)
    for path in gone:
        one.path(path).unlink()
    return [] if case.base is None else ["--base", "HEAD"]


@pytest.mark.parametrize("code", CASES)
def test_it_fires_with_its_place(code: str, tiny: Instance) -> None:
    case = CASES[code]
    args = lay(tiny, case, case.fires, case.gone)
    found = tiny.found(code, *args)
    assert found, tiny.codes(*args)
    for one in found:
        assert one["severity"] == case.severity
        assert one["category"] == "record"
        assert case.field is None or one["field"] == case.field
        assert case.field is None or one["position"]["line"] >= 1
        for lang in ("zh", "en"):
            assert one["message"][lang]
            assert one["next_step"][lang]
            assert "{" not in one["message"][lang] + one["next_step"][lang]
    said = tiny.say("check", *args)
    assert said.code == (1 if case.severity == "blocking" else said.code)
    for text in case.never:
        assert text not in said.all
        assert text not in str(found)


@pytest.mark.parametrize("code", CASES)
def test_what_lies_next_to_it_is_let_be(code: str, tiny: Instance) -> None:
    case = CASES[code]
    assert tiny.found(code, *lay(tiny, case, case.quiet)) == []


@pytest.mark.parametrize("code", AT_THE_DOOR)
def test_some_are_refused_by_the_reader_already(code: str, tiny: Instance) -> None:
    body, instead = AT_THE_DOOR[code]
    for path, text in nine(body).items():
        tiny.write(path, text)
    assert instead in tiny.codes()
    assert code not in tiny.codes()


def test_a_body_by_its_former_name_is_told_by_its_id(tiny: Instance) -> None:
    tiny.edit(
        "registry/organizations/demo/finance.yaml",
        "name: 示例财政局",
        "name: 示例财政局\nformer_names: [{name: 示例财税局}]",
    )
    for path, text in acts(f"{SIGNED}, supplier: 示例财税局").items():
        tiny.write(path, text)
    (found,) = tiny.found("record.registered-by-name-only")
    assert found["message"]["en"] == "示例财税局 is the registered body demo/finance, yet supplier_org is not recorded"


def test_bodies_of_one_name_are_not_each_held_against_each() -> None:
    names = module("checks.common.names")
    asked = 0

    class Body(names._Body):  # type: ignore[misc]
        def carries_on(self, other: object) -> bool:
            nonlocal asked
            asked += 1
            return bool(super().carries_on(other))

    bodies = [
        Body(f"p{n}", f"demo/b{n:03d}", ("", "1", "2")[n % 3], "demo/b000" if n % 5 == 0 else "") for n in range(200)
    ]
    found = {body.id: other.id for body, other in names._pairs(bodies)}
    assert len(found) == 200
    assert (found["demo/b000"], found["demo/b001"], found["demo/b005"]) == ("demo/b001", "demo/b000", "demo/b002")
    assert asked < 2_000


def test_towns_may_have_offices_of_one_name(tiny: Instance) -> None:
    for town, region in (("new", "370683001"), ("old", "370683002")):
        body = NEW_BODY.replace("demo/new", f"demo/{town}").format(name="便民服务中心", more=f'region: "{region}"\n')
        tiny.write(f"registry/organizations/demo/{town}.yaml", body)
    assert [f["severity"] for f in tiny.found("record.body-name-taken")] == ["warning", "warning"]


@cache
def declared() -> set[str]:
    return {code.id for check in checks().common for code in check.codes}


def test_every_declared_code_is_exercised() -> None:
    assert declared() - set(CASES) - set(AT_THE_DOOR) == set()
    assert (set(CASES) | set(AT_THE_DOOR)) - declared() == set(), "a case of a code that is no more"


def test_every_code_can_be_explained(tiny: Instance) -> None:
    for code in sorted(declared()):
        for lang in ("zh", "en"):
            said = tiny.say("explain", code, "--lang", lang)
            assert said.code == 0
            assert said.out.startswith(code)


# ── what a case for each code does not say ──


@pytest.mark.parametrize(
    ("row", "fires"),
    [
        (f"{APPROVED}, scope: [{{item: a, amount: 301万元}}]", True),
        (f"{APPROVED}, scope: [{{item: a, amount: 200万元}}]", False),
        ("kind: adjusted, date: 2026-03-01, moved: 5万元, scope: [{item: a, from: 10万元, to: 15万元}, {item: b, from: 9万元, to: 4万元}]", False),
        ("kind: adjusted, date: 2026-03-01, moved: 5万元, scope: [{item: a, from: 10万元, to: 15万元}, {item: b, from: 9万元, to: 3万元}]", True),
        ("kind: accounts_settled, date: 2026-03-01, total: 5万元, funding: [{source: a, level: b, amount: 4万元}]", True),
        ("kind: approved, date: 2026-03-01, funding: [{source: a, level: b, amount: 4万元}]", False),
        ("kind: accounts_settled, date: 2026-03-01, total: 5万元, scope: [{item: a, amount: 6万元}]", True),
        ("kind: accounts_settled, date: 2026-03-01, total: 5万元, scope: [{item: a, amount: 4万元}]", False),
    ],
)  # fmt: skip
def test_amounts(row: str, fires: bool, tiny: Instance) -> None:
    tiny.write(NINE, acts(row)[NINE])
    assert bool(tiny.found("record.amounts-do-not-add-up")) is fires


@pytest.mark.parametrize(
    ("amount", "meant"),
    [
        ("10亿元", "10万元"),
        ("4805000万元", "4805000元"),
        ("999.99元", "999.99万元"),
        ("480亿元", "480万元"),
        ("1200000000元", ""),
        ("0.000001亿元", ""),
    ],
)
def test_an_unlikely_amount_is_asked_about_with_the_unit_that_was_meant(
    amount: str, meant: str, tiny: Instance
) -> None:
    tiny.write(NINE, nine(f"original_investment: {amount}\n")[NINE])
    (found,) = tiny.found("record.unlikely-amount")
    said = found["message"]["en"]
    assert said.endswith(f"; did you mean {meant}?" if meant else "IT projects cost"), said


@pytest.mark.parametrize(
    ("rows", "severity"),
    [
        ({"one": "parent: demo/one"}, "blocking"),
        ({"one": "successor: {organization: demo/one, date: 2026-03-01}"}, "blocking"),
        (
            {
                "one": "successor: {organization: demo/two, date: 2024-03-01}",
                "two": "successor: {organization: demo/one, date: 2026-03-01}",
            },
            "warning",
        ),
    ],
)
def test_a_body_that_leads_back_to_itself(rows: dict[str, str], severity: str, tiny: Instance) -> None:
    for path, text in bodies(**rows).items():
        tiny.write(path, text)
    found = tiny.found("record.body-in-circle")
    assert [one["severity"] for one in found] == [severity] * len(rows)
    assert all("demo/one" in one["message"]["zh"] for one in found)


@pytest.mark.parametrize("code", ["示范单元", "2026-A-元", "4805000万元"])
def test_a_code_of_another_platform_is_no_amount(code: str, tiny: Instance) -> None:
    tiny.write(NINE, nine(f"external_ids: {{budget: {code}}}\n")[NINE])
    assert tiny.codes() == []


def test_every_amount_of_the_model_is_looked_at() -> None:
    """The check goes by names; a field that is added to the model must be added there."""
    from tests.model.test_codes import record_classes

    amounts = {
        info.alias or name
        for cls in record_classes()
        for name, info in cls.model_fields.items()
        if "zongmu.model.scalars.money.Money" in str(info.annotation)
    }
    assert amounts == module("checks.common.amounts").AMOUNTS


RECORDS: dict[str, str] = {
    "registry/organizations/demo/nine.yaml": "format: 1\nid: demo/nine\njurisdiction: demo\nname: 九\n",
    "registry/systems/demo/nine.yaml": "format: 1\nid: demo/nine\njurisdiction: demo\nname: 九\nunit: demo/office\n",
    DISTRICT: district("150601")[DISTRICT],
    "registry/plans/demo/2026.yaml": "format: 1\njurisdiction: demo\nyear: 2026\n",
    "registry/draws/demo/2026.yaml": "format: 1\njurisdiction: demo\nyear: 2026\n",
    "registry/returns/demo/2026-q1.yaml": "format: 1\njurisdiction: demo\nperiod: 2026-q1\ntitle: 例\ndue: 2026-05-01\n",
    "registry/resources/demo.yaml": "format: 1\njurisdiction: demo\n",
    ENDORSED: "format: 1\njurisdiction: demo\nproject: demo-2026-0001\n",
}


def test_records_of_every_type_are_what_their_path_says(tiny: Instance) -> None:
    for path, text in RECORDS.items():
        tiny.write(path, text)
    assert tiny.codes() == []


@pytest.mark.parametrize("path", RECORDS)
def test_a_record_in_another_city_s_folder_is_none_of_it(path: str, tiny: Instance) -> None:
    tiny.write(path, RECORDS[path].replace("jurisdiction: demo", "jurisdiction: other"))
    assert "record.path-id" in tiny.codes()


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("registry/organizations/demo/nine.yaml", "demo/nine", "demo/ten"),
        ("registry/systems/demo/nine.yaml", "demo/nine", "demo/ten"),
        (DISTRICT, "id: demo/150601", "id: demo/150602"),
        ("registry/plans/demo/2026.yaml", "2026", "2025"),
        ("registry/draws/demo/2026.yaml", "2026", "2025"),
        ("registry/returns/demo/2026-q1.yaml", "2026-q1", "2026-q2"),
        (ENDORSED, "demo-2026-0001", "demo-2026-0002"),
        ("registry/calendars/2026.yaml", "year: 2026", "year: 2025"),
    ],
)
def test_a_record_that_says_another_identity_than_its_path(path: str, old: str, new: str, tiny: Instance) -> None:
    tiny.write(path, (RECORDS.get(path) or tiny.read(path)).replace(old, new))
    assert {"record.path-id", "calendar.year-mismatch"} & set(tiny.codes())


REFERRING: dict[str, str] = {
    "registry/organizations/demo/nine.yaml": "parent: demo/nobody\n",
    "registry/systems/demo/nine.yaml": "built_by: demo-2020-0001\n",
    DISTRICT: "plans: [{year: 2026, steps: [{kind: drafted, date: 2026-01-01, body: demo/nobody}]}]\n",
    "registry/plans/demo/2026.yaml": "entries: [{seq: 1, project: demo-2020-0001}]\n",
    "registry/draws/demo/2026.yaml": "draws: [{seq: 1, date: 2026-01-01, algorithm: sha256-rank-v1, size: 1, body: demo/nobody}]\n",
    "registry/returns/demo/2026-q1.yaml": "units: [{unit: demo/nobody}]\n",
    "registry/resources/demo.yaml": "resources: [{id: cloud, name: 云, provider: demo/nobody}]\n",
    ENDORSED: "acknowledgements: [{seq: 1, role: bureau, organization: demo/nobody, date: 2026-01-01, code: dm1_apply, reason: 知道}]\n",
    NINE: "builds: [demo/nosystem]\n",
}


def test_acts_that_differ_in_any_amount_are_no_copies(tiny: Instance) -> None:
    other = f"{NUMBERED[1]}, early_costs: 2万元"
    for path, text in (acts(NUMBERED[0], f"{NUMBERED[1]}, early_costs: 1万元") | ten(NUMBERED[0], other)).items():
        tiny.write(path, text)
    assert tiny.found("record.copied-acts") == []


@pytest.mark.parametrize("path", REFERRING)
def test_a_reference_to_nothing_is_found_in_records_of_every_type(path: str, tiny: Instance) -> None:
    tiny.write(path, (RECORDS.get(path) or nine("")[NINE]) + REFERRING[path])
    (found,) = tiny.found("record.unresolved-reference")
    assert found["path"] == path


@pytest.mark.parametrize(
    ("record", "fires"), [("demo/office", False), ("demo", False), ("demo/nobody", True), ("nowhere", True)]
)
def test_what_an_endorsement_of_another_record_is_of(record: str, fires: bool, tiny: Instance) -> None:
    path = "registry/endorsements/demo/office.yaml"
    tiny.write(path, f"format: 1\njurisdiction: demo\nrecord: {record}\n")
    assert bool(tiny.found("record.unresolved-reference")) is fires


def test_a_unit_that_the_settings_close_is_registered_so_that_no_slip_of_the_pen_opens_it(tiny: Instance) -> None:
    path = "registry/registry.yaml"
    for unit, found in (("demo/office", []), ("demo/ofice", ["disclosure/units/demo/ofice/unit"])):
        tiny.edit(path, "jurisdictions:\n", f"disclosure: {{units: [{{unit: {unit}}}]}}\njurisdictions:\n")
        assert [f["field"] for f in tiny.found("record.unresolved-reference")] == found
        tiny.edit(path, f"disclosure: {{units: [{{unit: {unit}}}]}}\n", "")


def test_a_project_is_filed_under_a_body_that_is_registered(tiny: Instance) -> None:
    path = NINE.replace("office", "ofice")
    tiny.write(path, nine("")[NINE])
    (found,) = tiny.found("record.unresolved-reference")
    assert (found["path"], found["severity"], found["key"]) == (path, "blocking", "=demo/ofice")
    assert "是不是 demo/office？" in found["message"]["zh"]
    assert "移到登记单位的文件夹" in found["next_step"]["zh"]
    tiny.write(path, nine("lead: demo/ofice\n")[NINE])
    (found,) = tiny.found("record.unresolved-reference")
    assert found["field"] == "lead", "said once, at the field that names the body too"


def test_an_endorsement_of_a_project_that_is_not_there(tiny: Instance) -> None:
    path = ENDORSED.replace("0001", "0077")
    tiny.write(path, RECORDS[ENDORSED].replace("0001", "0077"))
    assert [f["path"] for f in tiny.found("record.unresolved-reference")] == [path]


def test_a_reference_to_a_file_that_cannot_be_read_is_no_dead_end(tiny: Instance) -> None:
    tiny.write("registry/organizations/demo/broken.yaml", "a: [\n")
    tiny.write(NINE, nine("lead: demo/broken\n")[NINE])
    assert tiny.found("record.unresolved-reference") == []


def test_two_records_of_one_name_in_two_folders_do_not_hide_each_other(tiny: Instance) -> None:
    """A dead reference of one is new even where the other had the same before."""
    tiny.edit(
        "registry/registry.yaml", "jurisdictions:\n", 'jurisdictions:\n  - {id: other, name: 别处, region: "150600"}\n'
    )
    text = "format: 1\njurisdiction: {}\nyear: 2026\nentries: [{{seq: 1, project: demo-2020-0001}}]\n"
    tiny.write("registry/plans/other/2026.yaml", text.format("other"))
    tiny.commit()
    tiny.write("registry/plans/demo/2026.yaml", text.format("demo"))
    states = {f["path"]: f["state"] for f in tiny.found("record.unresolved-reference", "--base", "HEAD")}
    assert states == {"registry/plans/other/2026.yaml": "existing", "registry/plans/demo/2026.yaml": "new"}


def test_every_field_that_refers_to_a_record_is_followed() -> None:
    """The check goes by names; a field that is added to the model must be added there."""
    from tests.model.test_codes import record_classes
    from zongmu.model.base import OrgRef, ProjectId

    references = module("checks.common.references")
    patterns = {typing_pattern(OrgRef), typing_pattern(ProjectId)}
    named = references.ORGANIZATION_FIELDS | references.PROJECT_FIELDS | references.SYSTEM_FIELDS
    referring = {
        f"{cls.__name__}.{info.alias or name}"
        for cls in record_classes()
        for name, info in cls.model_fields.items()
        if typing_patterns(info) & patterns and name not in ("id",) and (info.alias or name) not in named
    }
    assert referring == set()


def typing_pattern(annotation: Any) -> str:
    (constraints,) = annotation.__metadata__
    return str(constraints.pattern)


def typing_patterns(info: Any) -> set[str]:
    """The patterns of texts in a field, those of records it holds left out."""
    found = {str(m.pattern) for m in info.metadata if getattr(m, "pattern", None)}
    stack = [info.annotation]
    while stack:
        one = stack.pop()
        found |= {str(m.pattern) for m in getattr(one, "__metadata__", ()) if getattr(m, "pattern", None)}
        stack.extend(getattr(one, "__args__", ()))
    return found


def test_waivers_of_sentences_and_rules_both_exist(tiny: Instance) -> None:
    for of, fires in (("DM-1 p1 s1", False), ("dm1_apply", False), ("DM-1", True), ("dm9", True)):
        row = f"waivers: [{{seq: 1, of: {of}, authority: demo/office, number: 示函〔2026〕1号, date: 2026-03-01}}]\n"
        tiny.write(NINE, nine(row)[NINE])
        assert bool(tiny.found("record.unknown-rule")) is fires, of


def test_days_of_series_lie_in_the_past_too(tiny: Instance) -> None:
    for row, at in (
        ("payments: [{seq: 1, date: 2026-07-01, contract: 1, amount: 1元}]\n", "payments/1/date"),
        ("progress: [{date: 2026-07-01, percent: 10%}]\n", "progress/2026-07-01/date"),
        ("attestations: [{seq: 1, kind: a, role: 主任, date: 2026-07-01}]\n", "attestations/1/date"),
        ("planned: [{kind: closed, date: 2026-07-01}]\n", None),
    ):
        tiny.write(NINE, nine(row)[NINE])
        assert [f["field"] for f in tiny.found("record.future-date")] == ([at] if at else [])


@pytest.mark.parametrize(
    ("path", "text", "at"),
    [
        ("plans/demo/2026.yaml", "year: 2026\ncompiled: {date: 2026-07-01, body: demo/office}\n", "compiled/date"),
        (
            "resources/demo.yaml",
            "sanctions: [{seq: 1, supplier: 某公司, body: demo/office, number: 示罚〔2026〕1号, date: 2026-07-01, until: 2027-07-01}]\n",
            "sanctions/1/date",
        ),
        (
            "draws/demo/2026.yaml",
            "year: 2026\ndraws: [{seq: 1, date: 2026-07-01, body: demo/office, algorithm: sha256-rank-v1, seed: [a],"
            " pool: [demo-2026-0001], size: 1, selected: [demo-2026-0001]}]\n",
            "draws/1/date",
        ),
    ],
)
def test_days_of_every_record_lie_in_the_past(path: str, text: str, at: str, tiny: Instance) -> None:
    tiny.write(f"registry/{path}", f"format: 1\njurisdiction: demo\n{text}")
    assert [f["field"] for f in tiny.found("record.future-date")] == [at]


@pytest.mark.parametrize(
    ("files", "at"),
    [
        (draw(pool=[*POOL, POOL[0]]), "draws/1/pool"),
        (draw(size=len(POOL) + 1), "draws/1/size"),
        (draw(size=len(POOL)), None),
    ],
)
def test_a_pool_holds_each_project_once_and_enough_of_them(
    files: dict[str, str], at: str | None, tiny: Instance
) -> None:
    for path, text in files.items():
        tiny.write(path, text)
    assert [f["field"] for f in tiny.found("record.draw-pool-unsound")] == ([at] if at else [])


def test_the_next_free_number_is_named(tiny: Instance) -> None:
    tiny.write(NINE.replace("office", "other"), nine("")[NINE])
    tiny.write(NINE, nine("")[NINE])
    (found,) = tiny.found("record.duplicate-id")
    assert found["path"] == NINE.replace("office", "other")
    assert "demo-2026-0010" in found["next_step"]["zh"]


def test_a_near_code_is_suggested(tiny: Instance) -> None:
    tiny.write(NINE, nine("class: bild\n")[NINE])
    (found,) = tiny.found("record.unknown-code")
    assert "是不是 build" in found["message"]["zh"]


def test_codes_within_milestones_and_documents_are_looked_up(tiny: Instance) -> None:
    """Lists that the measure does not declare are open; those it does are closed wherever they are used."""
    tiny.write(
        ENDORSED,
        RECORDS[ENDORSED]
        + "acknowledgements: [{seq: 1, role: boss, date: 2026-01-01, code: dm1_apply, reason: 知道}]\n",
    )
    assert [f["field"] for f in tiny.found("record.unknown-code")] == ["acknowledgements/1/role"]


def test_edited_words_are_cut_short(tiny: Instance) -> None:
    tiny.write(NINE, acts("kind: closed, date: 2026-03-01, note: " + "长" * 500)[NINE])
    tiny.commit()
    tiny.write(NINE, acts("kind: closed, date: 2026-03-01, note: 短")[NINE])
    (found,) = tiny.found("record.silent-edit", "--base", "HEAD")
    assert len(found["message"]["zh"]) < 150


def test_a_correction_tells_how_it_is_written(tiny: Instance) -> None:
    tiny.write(NINE, acts(SIGNED.replace("date:", "seq: 2, date:"))[NINE])
    tiny.commit()
    tiny.write(NINE, acts(CHANGED.replace("date:", "seq: 2, date:"))[NINE])
    (found,) = tiny.found("record.silent-edit", "--base", "HEAD")
    assert "of: contract_signed/2，field: amount，was: 10万元" in found["next_step"]["zh"]
    row = "corrections: [{seq: 1, of: contract_signed/2, field: amount, was: 10万元, date: 2026-06-01, reason: 录错}]\n"
    tiny.append(NINE, row)
    assert tiny.report("--base", "HEAD")["gate"] == "good", "what it tells is enough"


def test_a_single_fact_is_corrected_by_its_own_name(tiny: Instance) -> None:
    """An identifier is no milestone and no row: the correction names the field, and must tell the old value."""
    code, other = "2601-150602-04-05-123456", "2601-150602-04-05-123457"
    fix = "corrections: [{{seq: 1, of: investment_code, was: {}, date: 2026-06-01, reason: 抄错}}]\n"
    tiny.write(NINE, nine(f"investment_code: {code}\n")[NINE])
    tiny.commit()
    for tail, refused in (("", True), (fix.format(other), True), (fix.format(code), False)):
        tiny.write(NINE, nine(f"investment_code: {other}\n{tail}")[NINE])
        assert (tiny.report("--base", "HEAD")["gate"] == "refused") is refused


def test_a_plan_changes_as_its_measure_judges_and_its_acts_by_correction(tiny: Instance) -> None:
    path = "registry/plans/demo/2026.yaml"
    plan = "format: 1\njurisdiction: demo\nyear: 2026\napproved: {date: 2026-02-01}\nentries: [{seq: 1, project: demo-2026-0001, year_fund: 9万元}]\n"
    fix = "corrections: [{seq: 1, of: approved, field: date, was: 2026-02-01, date: 2026-06-01, reason: 录错}]\n"
    tiny.write(path, plan)
    tiny.commit()
    tiny.write(path, plan.replace("9万元", "8万元"))
    assert tiny.report("--base", "HEAD")["gate"] == "good"
    tiny.write(path, plan.replace("02-01}", "02-02}"))
    assert tiny.codes("--base", "HEAD") == ["record.silent-edit"]
    tiny.write(path, plan.replace("02-01}", "02-02}") + fix)
    assert tiny.report("--base", "HEAD")["gate"] == "good"


@pytest.mark.parametrize("path", ["registry/plans/demo/2026.yaml", "registry/draws/demo/2026.yaml"])
def test_no_record_of_any_type_is_taken_away(tiny: Instance, path: str) -> None:
    tiny.write(path, "format: 1\njurisdiction: demo\nyear: 2026\n")
    tiny.commit()
    tiny.path(path).unlink()
    assert tiny.codes("--base", "HEAD") == ["record.removed"]


def test_renaming_is_removing(tiny: Instance) -> None:
    tiny.commit()
    tiny.write(PROJECT.replace("office", "other"), tiny.read(PROJECT))
    tiny.path(PROJECT).unlink()
    assert "record.removed" in tiny.codes("--base", "HEAD")
