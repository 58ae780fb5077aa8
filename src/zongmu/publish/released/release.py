"""What is released: the only source of the pages. What is not public is not in here, in no form and in no count.

A project is released when its public projection stands reviewed (``zongmu.disclosure``). Everything derived from it
(stage, baselines, sums) and every outcome that is shown comes from a copy that holds what is public and nothing else: no
figure and no outcome can rest on more. A rule that would come out otherwise on all that is recorded is declared internal
(``zongmu examples`` holds it to that). A rule across records is asked about released projects alone, and the page says so.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from zongmu.disclosure.findings import PublicFinding
from zongmu.disclosure.projection import (
    PublicProject,
    Told,
    as_project,
    lean,
)
from zongmu.disclosure.review import closed_by, standing, withheld_by
from zongmu.model.derived.timeline import Fact
from zongmu.model.derived.views import View
from zongmu.model.finding import Finding, Outcome
from zongmu.model.guards.codes import CODES
from zongmu.model.immutable import immutable
from zongmu.model.records.district import District
from zongmu.model.records.endorsement import DisclosureReview, Endorsements
from zongmu.model.records.instance import ClosedUnit, Instance, Jurisdiction
from zongmu.model.records.organization import Organization
from zongmu.model.records.system import System
from zongmu.model.scalars import Money
from zongmu.policy.judging.acknowledging import acknowledgements_in
from zongmu.policy.judging.world import World
from zongmu.policy.law.loading import Checks, LoadedMeasure
from zongmu.policy.run import Run
from zongmu.publish.derived.duties import Duties, duties_of
from zongmu.publish.derived.parties import parties_of
from zongmu.publish.derived.suppliers import Suppliers, suppliers_of
from zongmu.publish.released.history import PublicHistory, public_history
from zongmu.publish.released.neutral import (
    PublicDistrict,
    PublicOrganization,
    PublicSystem,
    district_public,
    organization_public,
    system_public,
)
from zongmu.publish.released.outcomes import Outcomes
from zongmu.publish.released.registers import Registers, registers_of
from zongmu.publish.released.reviewed import Reviewed, Waiting, reviewed_before
from zongmu.publish.released.texts import (
    JudgedCopy,
    Text,
    Texts,
    among,
    judged_copy,
    projects_of,
    references,
    told_by_city,
)
from zongmu.store.kept.cache import Cache
from zongmu.store.registry import LoadedRecord, Registry
from zongmu.trust.chain.checkpoint import origin_of_address
from zongmu.trust.chain.published import Published, published_in

SYSTEM_REFERENCES = ("builds", "extends", "maintains")


BESIDE_FIGURES = frozenset(
    {
        "scope", "data_catalog", "civil", "supervision", "standards", "indicators", "shared_resources", "external_ids",
        "progress", "waivers", "reasons", "documents",
    }
)  # fmt: skip
"""What no figure of a page follows from: a view does not hold it, since ten thousand of them are held at once. Pages show it as it
stands in the public text."""


class PublicView(View):
    """What follows from public facts, but for :data:`BESIDE_FIGURES`. Its figures are worked out once: every page that shows a project asks for them."""

    @cached_property
    def original_baseline(self) -> Fact[Money]:
        """As :attr:`View.original_baseline`."""
        return super().original_baseline

    @cached_property
    def current_baseline(self) -> Fact[Money]:
        """As :attr:`View.current_baseline`."""
        return super().current_baseline

    @cached_property
    def contracted(self) -> Fact[Money]:
        """As :attr:`View.contracted`."""
        return super().contracted

    @cached_property
    def final_total(self) -> Fact[Money]:
        """As :attr:`View.final_total`."""
        return super().final_total


@dataclass(frozen=True)
class Released:
    """A project that is public, with what follows from its public facts."""

    public: PublicProject
    stage: str | None
    findings: tuple[PublicFinding, ...]  # public outcomes, in the order of the law
    checked: tuple[str, ...]  # rules whose outcome is not public
    review: DisclosureReview | None
    print: bytes | None = None  # of public text and stage, where they are those of the file; see :class:`Text`

    @cached_property
    def view(self) -> PublicView:
        """What follows from the public facts."""
        return PublicView(lean(as_project(self.public, BESIDE_FIGURES)))

    @cached_property
    def parties(self) -> tuple[tuple[str, str], ...]:
        """Bodies that the project names, each with the field that names it; a body may come several times."""
        return tuple(dict.fromkeys(parties_of(self.public)))

    def days(self) -> Iterator[dt.date]:
        """The days of acts, payments, reports of progress, questions, replies and the review that are public."""
        yield from (m.date for m in self.public.milestones)
        for rows in (self.public.payments, self.public.progress):
            yield from (dt.date.fromisoformat(row["date"]) for row in rows)
        for row in self.public.questions:
            yield dt.date.fromisoformat(row["received"])
            if "reply" in row:
                yield dt.date.fromisoformat(row["reply"]["date"])
        if self.review is not None:
            yield self.review.date

    def last_act(self) -> dt.date | None:
        """The day of the latest act."""
        return max((m.date for m in self.public.milestones), default=None)

    def counts(self) -> Counter[Outcome]:
        """How often each outcome is there; what is only advice is left out."""
        words = Counter([f.outcome._value_ for f in self.findings if f.outcome is not None and not f.advisory])
        return Counter({Outcome(word): number for word, number in words.items()})


@immutable
class Tombstone:
    """A project that a review withheld: that it is there, on which ground, since when."""

    id: str
    jurisdiction: str
    ground: str | None
    date: dt.date
    role: str
    organization: str | None


@immutable
class Defective:
    """A record of which nothing new is released because of a defect. Said to whoever builds, not on the site."""

    path: str
    codes: tuple[str, ...]
    stands: bool = False  # the text that was reviewed before, or that it is withheld, stays


@dataclass(frozen=True)
class Release:
    """Everything the pages are made from."""

    instance: Instance
    checks: Checks
    world: World
    asof: dt.date
    projects: tuple[Released, ...]
    tombstones: tuple[Tombstone, ...]
    organizations: Mapping[str, PublicOrganization]
    systems: Mapping[str, PublicSystem]
    districts: tuple[PublicDistrict, ...]
    registers: Registers
    suppliers: Suppliers
    tally: Mapping[str, Counter[str]]  # rule → public outcomes; rules without any are there, empty
    unreviewed: int  # for whoever builds
    closed: int  # projects that are never public for their unit: for whoever builds
    counted: int  # those of them whose number the site may say
    defective: tuple[Defective, ...]  # for whoever builds
    unlike: tuple[tuple[str, str], ...] = ()
    """Rules that all that is recorded answers otherwise, each with one project of which it does: for whoever builds."""
    waiting: tuple[tuple[PublicProject, DisclosureReview | None], ...] = ()  # not reviewed as they are now, the same
    history: PublicHistory = field(default_factory=PublicHistory)  # empty until :func:`with_history`
    checkpoints: tuple[Published, ...] = ()  # of the history, as the operator made them public
    odd_checkpoints: tuple[str, ...] = ()  # files beside them that are not served: for whoever builds
    texts: Mapping[str, PublicProject] = field(default_factory=dict)  # projections by the blob that they were made from

    @property
    def address(self) -> str:
        """The address of the site, with a slash at its end."""
        return address_of(self.instance)

    def project(self, id: str) -> Released | None:
        """The released project with that id."""
        return self._by_id.get(id)

    @cached_property
    def _by_id(self) -> dict[str, Released]:
        return {p.public.id: p for p in self.projects}

    @cached_property
    def duties(self) -> Duties:
        """Duties that are overdue, and those still to come."""
        return duties_of(self.projects, self.asof)

    def measures(self, jurisdiction: str) -> tuple[LoadedMeasure, ...]:
        """The measures of a city."""
        return tuple(m for m, _ in self.world.laws.get(jurisdiction, ()))

    def jurisdiction(self, id: str) -> Jurisdiction | None:
        """The city with that id."""
        return self.instance.jurisdiction(id)


def address_of(instance: Instance) -> str:
    """The address of the site of *instance*, with a slash at its end."""
    return instance.site.address.rstrip("/") + "/"


def needed(result: Run) -> Run:
    """All that is read here of a run. The rest, which is most of it, need not be held while the pages are made."""
    return replace(
        result,
        judged={path: judged for path, judged in result.judged.items() if judged.type != "project"},
        findings=tuple(finding for finding in result.findings if finding.is_defect or finding.is_breach),
        tally={},
        check_facts={},
        registry_rulings=(),
        facts_in={},
        rulings_by_rule={},
        found_by_check={},
    )


def release(
    checks: Checks, registry: Registry, world: World, result: Run, root: Path | None = None, texts: Texts | None = None
) -> Release:
    """What of *registry* is released.

    *root*: the repository in which a text that was reviewed is looked for, where the record has moved on; without one such
    a project is not released until it is reviewed again. *texts*: of *registry*, where somebody began to make them.
    """
    defects, unstorable = _defects(result.findings), _unstorable(checks)
    reviews = {r.id: r for r in registry.of_type("endorsements")}
    told = told_by_city(world)
    sorted_out = _sort_out(world, registry, (texts or Texts(world, registry)).all(), reviews, defects, unstorable)
    published, tombstones, waiting = sorted_out.published, sorted_out.tombstones, sorted_out.waiting
    paths = {row.public.id: row.path for row in waiting} | sorted_out.broken
    earlier = _earlier(root, world.instance, told, paths, reviews)
    published += [_Published(paths[id], None, was.public, was.review, was.keys) for id, was in earlier.items()]
    published.sort(key=lambda row: row.public.id)
    stays = {paths[id] for id in earlier}
    known = frozenset({row.public.id for row in published} | {t.id for t in tombstones})
    copies: dict[str, JudgedCopy] = {}
    for n, row in enumerate(published):
        published[n], copies[row.public.id] = _among_published(world, told, row, known)
    unfit = _unfit(registry, defects, unstorable)
    systems = _systems(registry, (row.public for row in published), known, unfit)
    given = acknowledgements_in(registry.of_type("endorsements"), world)
    outcomes = Outcomes(world, result, told, copies, frozenset(systems), frozenset(earlier), given)
    projects = tuple(
        Released(
            row.public,
            copies[row.public.id].stage,
            *outcomes.of(row.path, row.public.id, row.keys),
            row.review,
            row.text.print if row.text is not None else None,
        )
        for row in published
    )
    signed = [r.organization for r in (*(p.review for p in projects), *tombstones) if r is not None and r.organization]
    registers = registers_of(
        world.instance, registry, frozenset(p.public.id for p in projects), frozenset(defects), world.asof
    )
    named = [*signed, *registers.bodies()]
    organizations = _organizations(registry, projects, systems.values(), named, unfit)
    origin = origin_of_address(world.instance.site.address)
    checkpoints, odd = published_in(root, origin) if root is not None else ([], [])
    divisions = world.instance.demonstration.divisions if world.instance.demonstration else ()
    fictitious = frozenset(str(d.code) for d in divisions)
    return Release(
        instance=world.instance,
        checks=checks,
        world=world,
        asof=world.asof,
        projects=projects,
        tombstones=tuple(tombstones),
        organizations=organizations,
        systems=systems,
        districts=tuple(
            district_public(r.model, fictitious)
            for r in registry.of_type("district")
            if isinstance(r.model, District) and r.path not in defects
        ),
        registers=registers,
        suppliers=suppliers_of(projects, organizations),
        tally=_tally(world, projects),
        unreviewed=len(waiting),
        closed=len(sorted_out.closed),
        counted=sum(unit.counted for unit in sorted_out.closed),
        waiting=tuple((among(row.public, known), row.review) for row in waiting),
        defective=(
            *(replace(one, stands=one.stands or one.path in stays) for one in sorted_out.defective),
            *unfit.values(),
        ),
        unlike=tuple(sorted(outcomes.unlike.items())),
        checkpoints=tuple(checkpoints),
        odd_checkpoints=tuple(odd),
        texts=sorted_out.by_blob,
    )


class _Published(NamedTuple):
    """A project on its way to the public: its file, the text of that where it is this one, the text, its review.

    ``keys``: the keys of acts that bear another one outside.
    """

    path: str
    text: Text | None
    public: PublicProject
    review: DisclosureReview | None
    keys: Mapping[str, str]


def _among_published(
    world: World, told: Mapping[str, Told], row: _Published, known: frozenset[str]
) -> tuple[_Published, JudgedCopy]:
    """A project that names nothing that is not *known* outside, and what the rules say of it then: what they said when its text
    was made, where it named the same."""
    shown = among(row.public, known)
    if row.text is not None and references(row.public) & known == row.text.known:
        return row._replace(public=shown), row.text.copy
    told_here = told.get(shown.jurisdiction, Told())
    return row._replace(public=shown, text=None), judged_copy(world, told_here, shown)


@dataclass(slots=True)
class _SortedOut:
    """The projects of the registry by what the public may see of them; ``by_blob``: the public text of each file read.

    ``broken``: the file of each project that has a defect while its reviews are sound and do not withhold it, by id.
    """

    published: list[_Published] = field(default_factory=list)
    tombstones: list[Tombstone] = field(default_factory=list)
    defective: list[Defective] = field(default_factory=list)
    waiting: list[_Published] = field(default_factory=list)
    by_blob: dict[str, PublicProject] = field(default_factory=dict)
    broken: dict[str, str] = field(default_factory=dict)
    closed: list[ClosedUnit] = field(default_factory=list)


def _sort_out(
    world: World,
    registry: Registry,
    texts: Mapping[str, Text],
    reviews: Mapping[str, LoadedRecord],
    defects: Mapping[str, set[str]],
    unstorable: frozenset[str],
) -> _SortedOut:
    """Every project where it belongs, by its defects and by the reviews that stand."""
    out = _SortedOut()
    for one in projects_of(registry):
        endorsements, text = reviews.get(one.id), texts.get(one.path)
        rows = endorsements.model if endorsements is not None else None
        if text is not None and (unit := closed_by(world.instance, text.public)) is not None:
            out.closed.append(unit)
            continue
        wrong = [path for path in (one.path, endorsements.path if endorsements else "") if path in defects]
        if wrong or text is None or (endorsements is not None and rows is None):
            codes = {c for path in wrong for c in defects[path]}
            # A withdrawal may stand in reviews that cannot be read; what must not be stored may stand in the earlier text too.
            readable = endorsements is not None and endorsements.path not in defects
            sound = rows if readable and isinstance(rows, Endorsements) else None
            withheld = withheld_by(sound.disclosure_reviews) if sound is not None else None
            if sound is not None and withheld is not None:
                out.tombstones.append(_tombstone(one.id, sound.jurisdiction, withheld))
            elif sound is not None and codes.isdisjoint(unstorable):
                out.broken[one.id] = one.path
            out.defective.append(Defective(one.path, tuple(sorted(codes)), stands=withheld is not None))
            continue
        if one.blob is not None:
            out.by_blob[one.blob] = text.public
        found = standing(world.instance, text.public, rows if isinstance(rows, Endorsements) else None, text.digest)
        row = _Published(one.path, text, text.public, found.review, text.keys)
        if found.state == "public":
            out.published.append(row)
        elif found.state == "withheld" and found.review is not None:
            out.tombstones.append(_tombstone(text.public.id, text.public.jurisdiction, found.review))
        else:
            out.waiting.append(row)
    return out


def _earlier(
    root: Path | None,
    instance: Instance,
    told: Mapping[str, Told],
    paths: Mapping[str, str],
    reviews: Mapping[str, LoadedRecord],
) -> Reviewed:
    """The reviewed texts of projects whose text now waits for a review, or cannot be told for a defect. *paths*: their files."""
    if root is None:
        return {}
    rows = {id: (path, reviews[id].model) for id, path in paths.items() if id in reviews}
    found = reviewed_before(
        root,
        told,
        {id: Waiting(path, e.disclosure_reviews) for id, (path, e) in rows.items() if isinstance(e, Endorsements)},
    )
    return {id: was for id, was in found.items() if closed_by(instance, was.public) is None}


def with_history(release: Release, root: Path, cache: Cache | None = None) -> Release:
    """*release* with the history of what is public in it, from the Git repository at *root*; see :mod:`public_history`."""
    published = frozenset(p.public.id for p in release.projects)
    named = published | {t.id for t in release.tombstones}
    # The clock of a demonstration stands still while its records are written.
    until = None if release.instance.demonstration is not None else release.asof
    told = told_by_city(release.world)
    history = public_history(root, release.instance, told, published, named, until, cache, release.texts)
    return replace(release, history=history)


def _defects(findings: Iterable[Finding]) -> dict[str, set[str]]:
    """Defects of the record that stand in the way, by file."""
    out: dict[str, set[str]] = {}
    for finding in findings:
        if finding.is_defect:
            out.setdefault(finding.path, set()).add(finding.code)
    return out


def _unstorable(checks: Checks) -> frozenset[str]:
    """Codes of what must not be stored, and the checks that look for it: where one of them crashed, nobody knows what is there."""
    looking = (check.id for check in checks.common if any(code.sensitive for code in check.codes))
    return frozenset({*(code.id for code in CODES), *looking})


def _tombstone(id: str, jurisdiction: str, review: DisclosureReview) -> Tombstone:
    return Tombstone(id, jurisdiction, review.ground, review.date, review.role, review.organization)


# ── bodies and systems that published projects name ──


def _unfit(registry: Registry, defects: Mapping[str, set[str]], unstorable: frozenset[str]) -> dict[str, Defective]:
    """Bodies and systems that are named by their ids alone, by file: their files hold what must not be stored, or claim to be
    another's."""
    out: dict[str, Defective] = {}
    for record in (*registry.of_type("organization"), *registry.of_type("system")):
        codes = defects.get(record.path, set())
        misnamed = isinstance(record.model, Organization | System) and record.model.id != record.id
        if misnamed or not codes.isdisjoint(unstorable):
            out[record.path] = Defective(record.path, tuple(sorted(codes)))
    return out


def _organizations(
    registry: Registry,
    projects: Iterable[Released],
    systems: Iterable[PublicSystem],
    others: Iterable[str],
    unfit: Container[str],
) -> dict[str, PublicOrganization]:
    models = {
        r.id: r.model
        for r in registry.of_type("organization")
        if isinstance(r.model, Organization) and r.path not in unfit
    }
    wanted = {id for p in projects for _, id in p.parties} | {s.unit for s in systems} | {*others}
    out: dict[str, PublicOrganization] = {}
    while wanted:
        id = wanted.pop()
        model = models.get(id)
        if model is None or id in out:
            continue
        out[id] = organization_public(model)
        wanted.update(x for x in (model.parent, model.successor.organization if model.successor else None) if x)
    return dict(sorted(out.items()))


def _systems(
    registry: Registry, projects: Iterable[PublicProject], known: frozenset[str], unfit: Container[str]
) -> dict[str, PublicSystem]:
    wanted = {id for p in projects for name in SYSTEM_REFERENCES for id in p.facts.get(name, ())}
    return {
        r.id: system_public(r.model, known)
        for r in sorted(registry.of_type("system"), key=lambda r: r.id)
        if r.id in wanted and isinstance(r.model, System) and r.path not in unfit
    }


# ── outcomes ──


def _tally(world: World, projects: Iterable[Released]) -> dict[str, Counter[str]]:
    """How often each rule came out how, of what is public; what is only advice is counted as advice."""
    out: dict[str, Counter[str]] = {r.id: Counter() for m in world.checks.measures.values() for r in m.rules}
    for project in projects:
        for finding in project.findings:
            if finding.outcome is not None and finding.rule in out:
                word = "advisory" if finding.advisory else finding.outcome._value_
                out[finding.rule][word] += 1
        for rule in project.checked:
            if rule in out:
                out[rule]["not_public"] += 1
    return out
