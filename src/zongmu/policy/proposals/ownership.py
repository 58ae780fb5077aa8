"""Who may change what: a department its own projects, a body that holds a role what its role is about, nobody its own approval.

Everything is read from the tip: an owner, a role or an account that the change itself gives counts for nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from zongmu.model.fields.digest import digest_now
from zongmu.model.finding import Bilingual, Code, Finding, finding
from zongmu.model.records.endorsement import Endorsement, Endorsements, Signed
from zongmu.model.records.organization import Organization
from zongmu.model.records.project import Project
from zongmu.model.records.system import System
from zongmu.policy.judging.world import World
from zongmu.policy.proposals.approvals import PARTIES, attested, corrected, waived
from zongmu.policy.proposals.pushers import Pusher
from zongmu.policy.proposals.signoffs import confirmers
from zongmu.policy.proposals.zones import Zone, zone_of
from zongmu.store.registry import LoadedRecord, Registry

OWN_APPROVAL: Final = Code(
    "gate.own-approval",
    Bilingual("自己签认自己的登记", "Signing off what one records oneself"),
    Bilingual("{what}", "{what_en}"),
    Bilingual(
        "先合并登记，再由承担该职责的另一单位另行提交签认（zongmu approve）",
        "merge the record first; then another body that holds the role signs it off in a change of its own (zongmu approve)",
    ),
)
NOT_HELD: Final = Code(
    "gate.approval-without-role",
    Bilingual("签认单位没有该职责", "Signed off without the role"),
    Bilingual("{organization} 在目标分支上不承担 {role}", "on the target branch {organization} does not hold {role}"),
    Bilingual(
        "由承担该职责的单位签认；职责写在单位文件的 holds 里",
        "a body that holds the role signs it off; see holds in its file",
    ),
)
OTHER_CONTENT: Final = Code(
    "gate.approval-of-other-content",
    Bilingual("签认的不是现有内容", "A sign-off of something else"),
    Bilingual(
        "对 {of} 的签认所绑定的摘要与目标分支上的内容不符",
        "the sign-off of {of} is bound to other content than the target branch holds",
    ),
    Bilingual("更新分支后重新签认：zongmu approve", "update the branch and sign off again: zongmu approve"),
)
NOT_YOURS: Final = Code(
    "gate.not-yours",
    Bilingual("别的单位的登记", "A record of another body"),
    Bilingual(
        "{account} 代表 {organizations}，无权改动 {id}（{owner}）",
        "{account} stands for {organizations} and may not change {id} ({owner})",
    ),
    Bilingual(
        "请该单位自己提交，或由承担职责的主管单位提交", "let that body submit it, or an authority that holds a role"
    ),
)
UNKNOWN_PUSHER: Final = Code(
    "gate.unknown-pusher",
    Bilingual("不认识的推送人", "An unknown pusher"),
    Bilingual("账号 {account} 不在 trust/pushers.yaml 里", "the account {account} is not in trust/pushers.yaml"),
    Bilingual(
        "请信任区责任人把账号和单位登记进去", "let the keepers of the trust zone enter the account with its body"
    ),
)
NOT_YOUR_ZONE: Final = Code(
    "gate.not-your-zone",
    Bilingual("无权改动这个区", "A zone one may not change"),
    Bilingual("{account} 无权改动{zone_zh}区", "{account} may not change the zone {zone_en}"),
    Bilingual(
        "请有权的人提交；权限写在目标分支的 trust/pushers.yaml 的 zones 里",
        "let somebody submit it who may; zones are named in trust/pushers.yaml on the target branch",
    ),
)
NOT_MERGER: Final = Code(
    "gate.not-merger",
    Bilingual("不能直接推送主分支", "May not push the main branch"),
    Bilingual("{account} 不能推送主分支", "{account} may not push the main branch"),
    Bilingual(
        "推送到自己的分支，由有权的人审核后合并：git push origin HEAD:refs/heads/<分支>",
        "push a branch of your own; somebody who may reviews and merges it: git push origin HEAD:refs/heads/<branch>",
    ),
)
WAIVER: Final = Code(
    "gate.waiver-of-another",
    Bilingual("别的单位的豁免", "A waiver of another body"),
    Bilingual(
        "{account} 不代表 {authority}，不能把它作出的豁免（{of}）并入主分支",
        "{account} does not stand for {authority} and cannot bring its waiver of {of} into the main branch",
    ),
    Bilingual(
        "由代表该单位的账号核对原件后并入",
        "an account that stands for that body compares it with the paper and merges it",
    ),
)
ATTESTATION: Final = Code(
    "gate.attestation-of-another",
    Bilingual("别的单位的证明", "An attestation of another body"),
    Bilingual(
        "{account} 不代表 {authority}，不能把它出具的证明（{of}）并入主分支",
        "{account} does not stand for {authority} and cannot bring its attestation of {of} into the main branch",
    ),
    WAIVER.next_step,
)
CORRECTION: Final = Code(
    "gate.correction-of-another",
    Bilingual("更正别的单位的行为", "A correction of another body's act"),
    Bilingual(
        "{account} 不代表 {body}，不能把对它的 {of} 的更正或作废并入主分支",
        "{account} does not stand for {body} and cannot bring a correction of its {of} into the main branch",
    ),
    Bilingual(
        "由代表该单位或签认这类行为的单位的账号核对原件后并入",
        "an account that stands for it, or for the body that confirms such acts, compares it with the paper and merges it",
    ),
)
CODES: Final = (
    ATTESTATION,
    CORRECTION,
    OWN_APPROVAL,
    NOT_HELD,
    OTHER_CONTENT,
    NOT_YOURS,
    UNKNOWN_PUSHER,
    NOT_YOUR_ZONE,
    NOT_MERGER,
    WAIVER,
)
_ZONE_ZH: Final = {"data": "数据", "trust": "信任", "code": "代码"}


def of_pusher(
    pusher: Pusher | None, account: str, zones: tuple[Zone, ...], path: str, *, merging: bool
) -> Iterator[Finding]:
    """Whether the account may change these zones at all (none named means the data) and, *merging*, the main branch."""
    if pusher is None:
        yield finding(UNKNOWN_PUSHER, record=path, path=path, account=account)
        return
    if merging and not pusher.merges:
        yield finding(NOT_MERGER, record=path, path=path, account=account)
    for zone in zones:
        if zone not in (pusher.zones or ("data",)):
            yield zone_refused(account, zone, path)


def zone_refused(account: str, zone: Zone, path: str) -> Finding:
    """That *account* may not change *zone*."""
    return finding(NOT_YOUR_ZONE, record=path, path=path, account=account, zone_zh=_ZONE_ZH[zone], zone_en=zone)


def of_records(
    pusher: Pusher, tip: Registry, head: Registry, world: World, paths: tuple[str, ...]
) -> Iterator[Finding]:
    """The touched records that the pusher's bodies have no business with."""
    bodies = set(pusher.organizations)
    cities = {o.split("/")[0] for held in world.authority.values() for o in held if o in bodies}
    for path in paths:
        old, new = tip.at(path), head.at(path)
        loaded = old or new
        if loaded is None or loaded.type.name == "endorsements" or zone_of(path) == "trust":
            continue  # sign-offs are judged row by row, the trust zone by who may change it
        if loaded.jurisdiction in cities:
            continue  # an authority of this city
        owners = _owners(old, new)
        if not owners & bodies:
            yield finding(
                NOT_YOURS,
                record=loaded.id,
                path=path,
                id=loaded.id,
                account=pusher.account,
                organizations="、".join(pusher.organizations) or "（没有单位 no body）",
                owner="、".join(sorted(owners)) or "主管单位 an authority",
            )


def of_waivers(
    pusher: Pusher, tip: Registry, head: Registry, world: World, paths: tuple[str, ...]
) -> Iterator[Finding]:
    """Waivers that have an effect, and attestations, that somebody would merge who does not stand for the body that gave them."""
    holders = {body for held in world.authority.values() for body in held}
    for path in paths:
        old, new = tip.at(path), head.at(path)
        if new is None or not isinstance(new.model, Project):
            continue
        before = old.model if old is not None and isinstance(old.model, Project) else None
        rows = [(ATTESTATION, f"attestations/{a.seq}", "by", by, a.kind) for a, by in attested(new.model, before)]
        rows += [
            (WAIVER, f"waivers/{w.seq}", "authority", w.authority, w.of)
            for w in waived(new.model, before)
            if w.authority in holders
        ]
        for code, place, field, body, of in sorted(rows, key=lambda row: row[1]):
            if body in pusher.organizations:
                continue
            at = f"{place}/{field}"
            yield finding(
                code,
                record=new.id,
                path=path,
                key=place,
                field_path=at,
                position=new.position(at),
                account=pusher.account,
                authority=body,
                of=of,
            )


def of_corrections(
    pusher: Pusher, tip: Registry, head: Registry, world: World, paths: tuple[str, ...]
) -> Iterator[Finding]:
    """Corrections of acts of other bodies that somebody would merge who stands for none of those whose say it is."""
    for path in paths:
        old, new = tip.at(path), head.at(path)
        if old is None or new is None or not (isinstance(old.model, Project) and isinstance(new.model, Project)):
            continue
        by_kind = confirmers(world, old.model.jurisdiction)
        for row, act in corrected(new.model, old.model):
            if act.body is None or act.body in (old.model.owner, old.model.builder):
                continue
            may = {act.body, *world.authority.get(by_kind.get(act.kind, ""), ())}
            if not may & set(pusher.organizations):
                place = f"corrections/{row.seq}"
                yield finding(
                    CORRECTION,
                    record=new.id,
                    path=path,
                    key=place,
                    field_path=f"{place}/of",
                    position=new.position(f"{place}/of"),
                    account=pusher.account,
                    body=act.body,
                    of=row.of,
                )


def _owners(old: LoadedRecord | None, new: LoadedRecord | None) -> set[str]:
    """The bodies whose record it is: as the tip says; of a new record its owner and its folder, which must agree."""
    loaded = old or new
    assert loaded is not None
    model = loaded.model
    if isinstance(model, Project):
        named = {body for name in PARTIES if isinstance(body := getattr(model, name), str)}
        folder = "/".join(loaded.path.split("/")[2:4])
        if old is None:
            return {folder} if not named or folder in named else set()
        return named or {folder}
    if isinstance(model, System):
        return {model.unit}
    if isinstance(model, Organization):
        return {model.id} if old is not None else set()
    if loaded.type.name == "project":
        return {"/".join(loaded.path.split("/")[2:4])}
    return set()


# ── sign-offs ──


def of_endorsements(
    pusher: Pusher | None, tip: Registry, head: Registry, world: World, paths: tuple[str, ...]
) -> Iterator[Finding]:
    """Sign-offs that the change adds: by a body that holds the role and is not the project's own, of what the tip holds."""
    for path in paths:
        loaded = head.at(path)
        if loaded is None or not isinstance(loaded.model, Endorsements):
            continue
        old = tip.at(path)
        before = old.model if old is not None and isinstance(old.model, Endorsements) else None
        subject = loaded.model.subject
        projects = [_project(registry, subject) for registry in (tip, head)]
        for name in ("endorsements", "acknowledgements", "disclosure_reviews"):
            known = {row.seq for row in getattr(before, name, ())}
            for row in getattr(loaded.model, name):
                if row.seq not in known:
                    place = f"{name}/{row.seq}"
                    yield from _one(pusher, loaded, place, row, projects[0], projects[1], world)


def _project(registry: Registry, id: str) -> Project | None:
    path = next(iter(registry.paths_of("project", id)), None)
    loaded = registry.at(path) if path is not None else None
    return loaded.model if loaded is not None and isinstance(loaded.model, Project) else None


def _one(
    pusher: Pusher | None,
    loaded: LoadedRecord,
    place: str,
    row: Signed,
    standing: Project | None,
    proposed: Project | None,
    world: World,
) -> Iterator[Finding]:
    def told(code: Code, field: str, **values: Any) -> Finding:
        at = f"{place}/{field}"
        return finding(
            code, record=loaded.id, path=loaded.path, key=place, field_path=at, position=loaded.position(at), **values
        )

    holders = world.authority.get(row.role, frozenset())
    body = row.organization
    if body is None or body not in holders:
        yield told(NOT_HELD, "organization", organization=body or "（未写 none）", role=row.role)
    if pusher is not None and body is not None and body not in pusher.organizations:
        yield told(
            OWN_APPROVAL,
            "organization",
            what=f"{pusher.account} 不代表 {body}，不能替它签认",
            what_en=f"{pusher.account} does not stand for {body} and cannot sign for it",
        )
    if place.startswith("disclosure_reviews/"):
        return
    owned = {p for project in (standing, proposed) if project is not None for p in (project.owner, project.builder)}
    if body is not None and body in owned:
        yield told(
            OWN_APPROVAL,
            "organization",
            what=f"{loaded.id} 是 {body} 自己的项目",
            what_en=f"{loaded.id} is {body}'s own project",
        )
    if isinstance(row, Endorsement) and row.digest != digest_now(standing, row.of):
        if row.digest == digest_now(proposed, row.of):
            yield told(
                OWN_APPROVAL,
                "of",
                what=f"同一次改动里既登记 {row.of} 又签认它",
                what_en=f"one change records {row.of} and signs it off",
            )
        else:
            yield told(OTHER_CONTENT, "digest", of=row.of)
