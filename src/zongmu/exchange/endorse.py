"""Writing sign-offs and acknowledgements: rows of ``registry/endorsements/``, appended and never changed.

What is bound is the milestone as the file holds it now, by its digest (:func:`zongmu.model.fields.digest.milestone_digest`); who
may sign is read from the organizations. Everything is examined before anything is written, so that several sign-offs in
one go are all there or none.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from zongmu.model.acts.milestones import key_of
from zongmu.model.base import Line, OrgRef, Text
from zongmu.model.derived.views import View
from zongmu.model.fields.digest import milestone_digest, short_digest
from zongmu.model.finding import Bilingual, Code, CodedError, Finding
from zongmu.model.guards import scan
from zongmu.model.immutable import immutable
from zongmu.model.record_types import FORMAT
from zongmu.model.records.endorsement import LEVELS, Acknowledgement, Endorsement, Evidence
from zongmu.model.records.project import Project
from zongmu.policy.judging.world import World
from zongmu.policy.proposals.approvals import holders
from zongmu.policy.proposals.signoffs import confirmers, endorsements_of, is_endorsed, waiting
from zongmu.store.atomic import write_atomic
from zongmu.store.editing.edit import Editor
from zongmu.store.editing.emit import document
from zongmu.store.registry import Registry
from zongmu.trust.authority.effect import acts
from zongmu.trust.authority.rows import statement
from zongmu.trust.authority.standing import standing

NO_SUCH_ROLE: Final = Code(
    "endorse.no-such-role",
    Bilingual("没有这个职责", "No such role"),
    Bilingual("{jurisdiction} 的办法没有职责 {role}", "no measure of {jurisdiction} knows the role {role}"),
    Bilingual("可用的职责：{known}", "the roles are: {known}"),
)
NOT_HELD: Final = Code(
    "endorse.role-not-held",
    Bilingual("单位没有这个职责", "The body does not hold the role"),
    Bilingual("{organization} 不承担 {role}", "{organization} does not hold {role}"),
    Bilingual("承担它的单位：{holders}；用 --organization 指明", "held by: {holders}; name one with --organization"),
)
OWN_PROJECT: Final = Code(
    "endorse.own-project",
    Bilingual("不能签认本单位的项目", "A body does not sign off its own project"),
    Bilingual(
        "{record} 是 {organization} 自己的项目，不能由它自己签认或确认",
        "{record} is {organization}'s own project: it cannot sign it off or acknowledge its breaches itself",
    ),
    Bilingual(
        "请承担同一职责的另一单位办理；没有的，由本级人民政府指定一个，写入该单位文件的 holds",
        "Let another body that holds the role do it; where there is none, one is named and gets the role under holds",
    ),
)
NO_SUCH_MILESTONE: Final = Code(
    "endorse.no-such-milestone",
    Bilingual("没有这个里程碑", "No such milestone"),
    Bilingual("{record} 没有里程碑 {key}，或已作废", "{record} has no milestone {key}, or it was voided"),
    Bilingual("已登记的：{known}", "recorded: {known}"),
)
OTHER_ROLE: Final = Code(
    "endorse.other-role",
    Bilingual("应由另一职责签认", "Another role confirms this"),
    Bilingual(
        "{record} 的 {key} 按办法由 {wanted} 签认，不是 {role}",
        "by the measure {key} of {record} is confirmed by {wanted}, not by {role}",
    ),
    Bilingual("请由 {wanted} 签认：--role {wanted}", "Let {wanted} sign it off: --role {wanted}"),
)
NO_SUCH_BREACH: Final = Code(
    "endorse.no-such-breach",
    Bilingual("没有这项违规", "No such breach"),
    Bilingual("{record} 现在没有 {rule} 这项违规{at}", "{record} has no breach of {rule} now{at}"),
    Bilingual("现有的违规：{known}", "the breaches there are: {known}"),
)
UNFIT: Final = Code(
    "endorse.unfit-text",
    Bilingual("文字不能登记", "Text that cannot be recorded"),
    Bilingual("{name} 不能登记：{why}", "{name} cannot be recorded: {why}"),
    Bilingual(
        "只写职务、事由和文号，不写姓名、证件号、密件内容", "Write office, reason and number; no names, no secrets"
    ),
)
NOTHING: Final = Code(
    "endorse.nothing-to-do",
    Bilingual("没有待签认的", "Nothing waits"),
    Bilingual("{record} 没有等待 {role} 签认的里程碑", "no milestone of {record} waits for {role}"),
    Bilingual("zongmu queue --role {role} 列出待办", "zongmu queue --role {role} lists what waits"),
)
MOVED: Final = Code(
    "endorse.content-moved",
    Bilingual("内容与所看的不同", "Not what was looked at"),
    Bilingual(
        "{record} 的 {key} 现在的摘要是 {digest}，不是所写的 {seen}：看过之后又有变动",
        "the digest of {key} of {record} is {digest} and not {seen}: it has changed since it was looked at",
    ),
    Bilingual("重新核对后再签认：zongmu show {record}", "look at it again, then sign it off: zongmu show {record}"),
)
CODES: Final = (
    MOVED,
    NO_SUCH_ROLE,
    NOT_HELD,
    OWN_PROJECT,
    NO_SUCH_MILESTONE,
    OTHER_ROLE,
    NO_SUCH_BREACH,
    UNFIT,
    NOTHING,
)


class EndorseError(CodedError):
    """A sign-off that was not written; ``code`` says why, ``values`` fill its texts."""


@immutable
class Signer:
    """Who signs: the role, the body that holds it, the office (never a name), the day, and where the click can be seen."""

    role: str
    organization: str
    date: dt.date
    by: str | None = None
    level: str | None = None
    evidence: Mapping[str, str] = field(default_factory=dict)
    seal: Callable[[bytes], str] | None = None  # signs a row's statement (zongmu.trust.authority.rows)

    def sealed(self, record: str, section: str, row: dict[str, Any]) -> dict[str, Any]:
        """*row* with the person's own signature, where there is one."""
        if self.seal is None:
            return row
        signature = self.seal(statement(record, section, row))
        return row | {"evidence": {**row.get("evidence", {}), "signature": signature}}

    def row(self, seq: int) -> dict[str, Any]:
        """What every row begins with."""
        out: dict[str, Any] = {"seq": seq, "role": self.role, "organization": self.organization}
        if self.by is not None:
            out["by"] = self.by
        out["date"] = self.date.isoformat()
        if self.level is not None:
            out["level"] = self.level
        return out

    def tail(self) -> dict[str, Any]:
        """What every row ends with."""
        return {"evidence": dict(self.evidence)} if self.evidence else {}


def signer_of(
    world: World,
    jurisdiction: str,
    role: str,
    organization: str | None,
    date: dt.date,
    *,
    by: str | None = None,
    level: str | None = None,
    evidence: Mapping[str, str] | None = None,
    seal: Callable[[bytes], str] | None = None,
) -> Signer:
    """The signer, with the one body that holds *role* where none is named. Raises :class:`EndorseError`."""
    known = world.vocabulary(jurisdiction)[0].get("role", {})
    if known and role not in known:
        raise EndorseError(NO_SUCH_ROLE, jurisdiction=jurisdiction, role=role, known="、".join(known))
    able = holders(world, jurisdiction, role)
    if organization is None and len(able) == 1:
        organization = able[0]
    if organization is None or organization not in world.authority.get(role, ()):
        raise EndorseError(
            NOT_HELD,
            organization=organization or "（未指明 none named）",
            role=role,
            holders="、".join(able) or "（没有 nobody）",
        )
    for name, text, type_ in (("--by", by, Line), ("--organization", organization, OrgRef)):
        _fit(name, text, type_)
    given = {k: v for k, v in (evidence or {}).items() if v}
    try:
        Evidence.model_validate(given)
    except ValidationError as error:
        raise EndorseError(
            UNFIT, name=f"evidence/{error.errors()[0]['loc'][0]}", why=error.errors()[0]["msg"]
        ) from None
    return Signer(role, organization, date, by, level, given, seal)


def _fit(name: str, text: str | None, type_: Any) -> None:
    """Refuse a text that the record could not hold, without repeating it."""
    if text is None:
        return
    if scan(text):
        raise EndorseError(
            UNFIT, name=name, why="个人信息、密级标志或口令 personal data, a secrecy mark or a credential"
        )
    try:
        TypeAdapter(type_).validate_python(text)
    except ValidationError as error:
        raise EndorseError(UNFIT, name=name, why=error.errors()[0]["msg"]) from None


@immutable
class Written:
    """One row: the file it goes to, the list, its number, what it is about, and the digest that binds it."""

    path: str
    list: str
    seq: int
    record: str
    about: str
    digest: str | None = None


@dataclass(slots=True)
class Booklet:
    """The endorsement files that one go will write, opened once each."""

    root: Path
    registry: Registry
    rows: list[Written] = field(default_factory=list)
    _open: dict[str, Editor] = field(default_factory=dict)
    _new: dict[str, dict[str, Any]] = field(default_factory=dict)

    def append(self, project: Project, name: str, make: Callable[[int], dict[str, Any]], about: str) -> Written:
        """Put a row into the list *name* of the project's file. Raises :class:`~zongmu.store.editing.codes.EditError`."""
        path = path_for(project)
        if path not in self._open and path not in self._new:
            if (self.root / path).exists():
                self._open[path] = Editor.open(self.root / path)
            else:
                self._new[path] = {"format": FORMAT, "jurisdiction": project.jurisdiction, "project": project.id}
        holder = self._new.get(path)
        value = self._open[path].value if holder is None else holder
        seq = max((row.get("seq", 0) for row in value.get(name, ())), default=0) + 1
        row = make(seq)
        if holder is None:
            self._open[path].append((name,), row)
        else:
            holder.setdefault(name, []).append(row)
        written = Written(path, name, seq, project.id, about, row.get("digest"))
        self.rows.append(written)
        return written

    def save(self) -> None:
        """Write every file, each whole or not at all."""
        for path, value in self._new.items():
            (self.root / path).parent.mkdir(parents=True, exist_ok=True)
            schema = f"../../../schema/{value['jurisdiction']}/endorsements.schema.json"
            text = document(value, header=(f"# yaml-language-server: $schema={schema}",))
            write_atomic(self.root / path, text.encode())
        for editor in self._open.values():
            editor.save()


def path_for(project: Project) -> str:
    """The file that holds a project's endorsements."""
    return f"registry/endorsements/{project.jurisdiction}/{project.id}.yaml"


SHORTEST: Final = 8
"""Digits of a digest that somebody has to write for it to say anything."""


def endorse(
    booklet: Booklet, world: World, project: Project, keys: Sequence[str], signer: Signer
) -> tuple[list[Written], list[str]]:
    """Sign off the milestones *keys* of a project (none named: all that wait for the role).

    A key may end in ``@`` and the first digits of the digest that was looked at: then nothing else is signed off. Returns
    the rows and the keys that were signed off already as they stand. Nothing is on the disk before :meth:`Booklet.save`.
    Raises :class:`EndorseError` and :class:`~zongmu.store.editing.codes.EditError`.
    """
    _not_its_own(project, signer)
    view = View(project)
    signed = endorsements_of(booklet.registry, project.id)
    wanted = confirmers(world, project.jurisdiction)
    if not keys:
        open_ = {key_of(m) for m in waiting(world, project, signed, signer.role)} | _too_low(booklet, project, signer)
        keys = [key for key in view.by_key if key in open_]
        if not keys:
            raise EndorseError(NOTHING, record=project.id, role=signer.role)
    rows: list[Written] = []
    already: list[str] = []
    for named in dict.fromkeys(keys):
        key, _, seen = named.partition("@")
        milestone = view.by_key.get(key)
        if milestone is None:
            raise EndorseError(
                NO_SUCH_MILESTONE, record=project.id, key=key, known="、".join(view.by_key) or "（没有 none）"
            )
        digest = milestone_digest(project.id, milestone)
        if seen and (len(seen) < SHORTEST or not digest.removeprefix("sha256:").startswith(seen)):
            raise EndorseError(MOVED, record=project.id, key=key, digest=short_digest(digest), seen=seen[:64])
        by = wanted.get(milestone.kind)
        if by is not None and by != signer.role:
            raise EndorseError(OTHER_ROLE, record=project.id, key=key, wanted=by, role=signer.role)
        if is_endorsed(signed, project.id, milestone, signer.role, signer.level):
            already.append(key)
            continue

        def make(seq: int, key: str = key, digest: str = digest) -> dict[str, Any]:
            row = {**signer.row(seq), "of": key, "digest": digest, **signer.tail()}
            row = signer.sealed(project.id, "endorsements", row)
            Endorsement.model_validate(row)
            return row

        rows.append(booklet.append(project, "endorsements", make, key))
    return rows, already


def acknowledge(
    booklet: Booklet,
    project: Project,
    findings: Iterable[Finding],
    code: str,
    key: str | None,
    signer: Signer,
    reason: str,
    number: str | None = None,
) -> list[Written]:
    """Take note of the project's breaches of *code* (*key*: of this milestone or row), which stay visible.

    *findings* are what the check finds of the project now. Raises :class:`EndorseError`.
    """
    _not_its_own(project, signer)
    _fit("--reason", reason, Text)
    _fit("--number", number, Line)
    found = [f for f in findings if f.record == project.id]
    meant = [f for f in found if f.code == code and (key is None or f.key == key)]
    if not meant:
        known = "、".join(dict.fromkeys(f"{f.code}（{f.key}）" if f.key else f.code for f in found))
        at = f"（{key}）" if key else ""
        raise EndorseError(NO_SUCH_BREACH, record=project.id, rule=code, at=at, known=known or "（没有 none）")
    rows = []
    for finding in meant:
        excess = finding.verdict.excess if finding.verdict is not None else None

        def make(seq: int, finding: Finding = finding, excess: int | None = excess) -> dict[str, Any]:
            row: dict[str, Any] = {**signer.row(seq), "code": finding.code}
            if finding.key is not None:
                row["key"] = finding.key
            if excess is not None:
                row["excess"] = excess
            row["reason"] = reason
            if number is not None:
                row["number"] = number
            row |= signer.tail()
            row = signer.sealed(project.id, "acknowledgements", row)
            Acknowledgement.model_validate(row)
            return row

        rows.append(booklet.append(project, "acknowledgements", make, f"{finding.code} {finding.key or ''}".strip()))
    return rows


def _too_low(booklet: Booklet, project: Project, signer: Signer) -> set[str]:
    """The milestones that the role signed off at a lower level than the policy asks for now, where *signer*'s is enough."""

    def read(path: str) -> bytes | None:
        file = booklet.root / path
        return file.read_bytes() if file.is_file() else None

    found = acts(standing(read)[0], project, endorsements_of(booklet.registry, project.id))
    return {
        act.milestone
        for act in found
        if act.role == signer.role
        and act.state == "below_level"
        and LEVELS.index(signer.level or "none") >= LEVELS.index(act.level)
    }


def _not_its_own(project: Project, signer: Signer) -> None:
    if signer.organization in (project.owner, project.builder):
        raise EndorseError(OWN_PROJECT, record=project.id, organization=signer.organization)
