"""The page of one project: facts, bodies, money, time, acts, contracts, outcomes by clause, what is withheld, how to cite."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from zongmu.disclosure.projection import GROUNDS, STATE_FIELDS, PublicMilestone, PublicProject
from zongmu.model.acts.kinds import ENDS, KINDS
from zongmu.model.acts.milestones import key_of
from zongmu.model.derived.views import Variance, View, variance
from zongmu.model.finding import Bilingual
from zongmu.model.records.project import Project
from zongmu.publish.derived.duration import put_off
from zongmu.publish.derived.duties import Duty, duties_of
from zongmu.publish.derived.figures import first_estimate, limit_price
from zongmu.publish.derived.parties import PARTY_FIELDS
from zongmu.publish.derived.ratings import limits_of
from zongmu.publish.pages.adjustments import changes_table, evaluations_table
from zongmu.publish.pages.base import Maker
from zongmu.publish.pages.changes import history_html
from zongmu.publish.pages.money_time import (
    act_link,
    act_title,
    duration_table,
    exact_amounts,
    ladder_chart,
    ladder_table,
    om_note,
    parts_table,
    schedule_table,
    tiles,
    timeline_chart,
)
from zongmu.publish.pages.outcomes import law_sections, totals
from zongmu.publish.pages.project_tables import TABLES, contracts_table, further_tables
from zongmu.publish.pages.questions import thread
from zongmu.publish.pages.ratings import rating_rows
from zongmu.publish.released.release import Released, Tombstone
from zongmu.publish.rendering.escape import html, safe
from zongmu.publish.rendering.fields import FieldInfo, fields_of
from zongmu.publish.rendering.say import anchor, definition, slug

_MAIL = re.compile(r"[A-Za-z0-9._+-]+@[A-Za-z0-9.-]*[A-Za-z0-9]")
_WEB = re.compile(r"https?://[A-Za-z0-9./?=&%_~-]+")
_TEXTS = ("summary", "necessity_public", "content_public", "policy_basis_public")
_ELSEWHERE = frozenset(
    {"name", "name_en", "summary", "summary_en", "buyer_name", "responsible", "planned", "withheld"}
    | {*_TEXTS, *TABLES, *PARTY_FIELDS}
)
_FACTS = tuple(name for name in STATE_FIELDS if name not in _ELSEWHERE)

STATUS: dict[str, Bilingual] = {
    "opened": Bilingual("期初登记", "Opening entry"),
    "active": Bilingual("进行中", "Under way"),
    "suspended": Bilingual("暂停", "Suspended"),
    "in_use": Bilingual("已投入使用", "In use"),
    "retired": Bilingual("已停用", "Retired"),
    "withdrawn": Bilingual("已撤回", "Withdrawn"),
    "terminated": Bilingual("已终止", "Terminated"),
    "superseded": Bilingual("由其他项目承接", "Carried on by another project"),
    "closed": Bilingual("已办结", "Closed"),
}


def project_page(make: Maker, project: Released) -> tuple[str, bytes]:
    """The page of one project."""
    public, say, j = project.public, make.say, project.public.jurisdiction
    acts = in_order(public.milestones)
    sentence = _sentence(make, project, acts)
    plain = sentence.striptags()
    parties = _parties(make, project)
    duties = duties_of((project,), make.release.asof)
    law, hidden = law_sections(make, project)
    withheld = _withheld(make, project)
    name = say.name(public.name, public.facts.get("name_en"))
    address = f"{make.release.address}{make.prefix}projects/{public.id}.html"
    updated = _updated(make, project)
    body = make.render(
        "project",
        id=public.id,
        name=name,
        other_name=_other_name(make, project),
        city=say.city(j),
        city_id=j,
        stage=say.stage(j, project.stage),
        status=say.pick(STATUS[project.view.status]),
        status_code=project.view.status,
        cls=say.code(j, "class", public.facts["class"]) if "class" in public.facts else None,
        sentence=sentence,
        tiles=tiles(make, project),
        ratings=rating_rows(make, project),
        overdue=_said(make, duties.late),
        extension=_extension(make, project, duties.late),
        next_due=_said(make, duties.due[:1]),
        facts=_facts(make, project),
        texts=_texts(make, project),
        parties=parties,
        renamed=any(former for _, _, former in parties),
        ladder=ladder_table(make, project),
        exact=exact_amounts(make, project),
        parts=parts_table(make, project),
        operation=om_note(make, project),
        ladder_chart=ladder_chart(make, project),
        schedule=schedule_table(make, project),
        duration=duration_table(make, project),
        timeline=timeline_chart(make, project),
        milestones=safe("".join([_act(make, project, m) for m in acts])),
        contracts=contracts_table(make, project),
        histories=[
            t
            for t in (
                changes_table(make, project, acts),
                evaluations_table(make, project, acts),
            )
            if t is not None
        ],
        tables=further_tables(make, project),
        questions=thread(make, project),
        asof=make.release.asof.isoformat(),
        law=law,
        totals=totals(law),
        hidden=hidden,
        withheld=withheld,
        notes=any(note for _, _, note in withheld),
        review=_review(make, project),
        history=history_html(make, project),
        updated=updated,
        told=_told(make, public, address),
        address=address,
        quoted=_quoted(make, name, public.id, plain, address, updated),
        site=say.name(make.release.instance.name, make.release.instance.name_en),
        up=say.up,
        root="../" if make.zh else "../../",
    )
    title = public.name if make.zh else public.name_en
    return make.page("project", f"{public.id}.html", f"{title} {public.id}", plain, body)


def _other_name(make: Maker, project: Released) -> Markup | None:
    """The name in the other language, where there is one."""
    public = project.public
    if "name_en" not in public.facts:
        return None
    lang, name = ("en", public.name_en) if make.zh else ("zh", public.name)
    return safe(f'<span lang="{lang}">{html(name)}</span>')


_LIFE = {kind: n for n, kind in enumerate(KINDS)}


def in_order(milestones: Sequence[PublicMilestone]) -> list[PublicMilestone]:
    """Acts by day; those of one day in the order of a life."""
    return sorted(milestones, key=lambda m: (m.date, _LIFE.get(m.kind, len(_LIFE)), m.facts.get("seq", 1)))


# ── the first screen ──


def _said(make: Maker, duties: Sequence[Duty]) -> list[tuple[str, Markup]]:
    """Duties as the first screen says them: the day and the rule."""
    return [
        (day.isoformat(), make.say.rule(found[0], finding.rule))
        for day, _, finding in duties
        if (found := make.release.checks.rule(finding.rule)) is not None
    ]


def _extension(make: Maker, project: Released, late: Sequence[Duty]) -> Markup | None:
    """Why something is overdue although the end was put off: an extension moves the last days that its own clause names, and
    no others, while the rating against the current period goes by it. None where no later end was granted, or none of what is
    overdue ended before it."""
    later = put_off(project.view)
    if later is None or not any(duty.day < later[0] for duty in late):
        return None
    day, extension = later
    until = f'<span class="zm-date">{day.isoformat()}</span>'
    by = next(act_link(make, project, m) for m in project.public.milestones if m.key == key_of(extension))
    rated = limits_of(make.release.instance).shown
    return safe(
        make.word(
            f"已获准延期到 {until}（{by}），为什么仍有逾期：每一项的最后一天按它自己的条文算，延期只移动条文准许移动的日子，点开事项可看条文。",
            f"Put off to {until} ({by}), and still overdue? The last day of each item follows from its own clause; an extension moves "
            "those alone that a clause lets it move. Open an item to read its clause. ",
        )
        + (
            make.word(
                "评级里的“较现行基线”按延期后的日子算。",
                "The rating against the current baseline goes by the later day.",
            )
            if rated
            else ""
        )
    )


MOST_BUILDERS = 3
"""Builders that the sentence names; of more it says how many."""


_DONE: dict[str, tuple[str, str]] = {
    "build": ("承建", "built by"),
    "supply": ("供货", "supplied by"),
    "service": ("提供服务", "served by"),
    "data_operation": ("负责数据运营", "data operated by"),
    "om": ("负责运维", "operated and maintained by"),
}
"""What whoever has a contract does, by its role."""


def _builders(make: Maker, project: Released) -> str | None:
    """Who builds it, or supplies or operates it; None where nobody is known."""
    role, found = make.release.suppliers.builders(project)
    if not found:
        return None
    names = make.say.joined([make.say.supplier(s) for s in found[:MOST_BUILDERS]])
    more = len(found) - MOST_BUILDERS
    if more > 0:
        names += make.word(f"等 {len(found)} 家", f" and {more} more")
    zh, en = _DONE.get(role, ("承担", "contracted to"))
    return make.word(f"由{names}{zh}", f"{en} {names}")


def _sentence(make: Maker, project: Released, acts: Sequence[PublicMilestone]) -> Markup:
    """The project in one sentence, computed: whose, how much approved and contracted, where it stands."""
    public, say, view = project.public, make.say, project.view
    owner = public.facts.get("owner")
    kind = public.facts.get("class")
    cls = say.code(public.jurisdiction, "class", kind) if kind else None
    who = (
        say.body(owner) if owner else say.chinese(public.facts["buyer_name"]) if "buyer_name" in public.facts else None
    )
    approved, contracted, final = view.current_baseline.value, view.contracted.value, view.final_total.value
    estimate, limit = first_estimate(view).value, limit_price(view).value
    last = [m for m in acts if m.kind != "opened"][-1:]
    builders = _builders(make, project)
    said: list[str] = []
    for amount, zh, en in (
        (estimate, "最初估算", "first estimate"),
        (approved, "批复", "approved"),
        (limit if contracted is None else None, "采购限价", "limit price"),
        (contracted, "已签合同", "contracted"),
        (final, "决算", "final accounts"),
    ):
        if amount is not None:
            said.append(f"{make.word(zh, en)} {say.money(amount)}")
    reached = final or contracted
    if reached is not None and estimate is not None and estimate.fen > 0:
        said[-1] += _against_estimate(make, variance(reached, estimate), whole=_all_known(view))
    if builders is not None:
        said.append(builders)
    for m in last:
        title, day = html(act_title(make, project, m)), m.date.isoformat()
        said.append(make.word(f"最近一项：{day} {title}", f"latest act: {title}, {day}"))
    if make.zh:
        whose = [f"{who}的{html(cls or '')}项目"] if who else [f"{html(cls)}项目"] if cls else []
        return safe("，".join([*whose, *said]) + "。") if whose or said else safe("")
    head = f"A project of {who}" if who else "A project"
    return safe(f"{head}{f' ({html(cls)})' if cls else ''}{': ' if said else ''}{'; '.join(said)}.")


def _all_known(view: View) -> bool:
    """Whether no contract is to be expected any more: the accounts are settled, or it is accepted, or it has ended."""
    return view.final_total.value is not None or view.has("final_accepted", *ENDS)


def _against_estimate(make: Maker, by: Variance, *, whole: bool) -> str:
    """What was reached against the first estimate, in brackets; with the reservation where contracts may still follow.

    More is more whatever follows; less and the same may not stay so.
    """
    share = make.say.share(abs(by.bp)).lstrip("+")
    if by.fen > 0:
        return make.word(f"（比最初估算多 {share}）", f" ({share} more than the first estimate)")
    if whole and not by.fen:
        return make.word("（与最初估算相同）", " (the same as the first estimate)")
    if whole:
        return make.word(f"（比最初估算少 {share}）", f" ({share} less than the first estimate)")
    if not by.fen:
        return make.word(
            "（目前与最初估算相同，合同未必已签完）",
            " (so far the same as the first estimate; more contracts may follow)",
        )
    return make.word(
        f"（目前比最初估算少 {share}，合同未必已签完）",
        f" (so far {share} less than the first estimate; more contracts may follow)",
    )


def _updated(make: Maker, project: Released) -> str | None:
    """The day on which what is public of the project last changed; None where the history is not known."""
    day = make.release.history.last_day(project.public.id)
    return day.isoformat() if day is not None else None


def _told(make: Maker, public: PublicProject, address: str) -> Mapping[str, str] | None:
    """Whom to tell of an error: the operator and how to reach it. Where a mail address is given, *href* opens a letter with
    the project's number, name and address in it; where a web address is, that page."""
    site = make.release.instance.site
    name = " ".join(word for word in (site.operator, site.contact) if word)
    if not name:
        return None
    mail, web = _MAIL.search(site.contact or ""), _WEB.search(site.contact or "")
    href = web[0] if web is not None else ""
    if mail is not None:
        title = public.name if make.zh else public.name_en
        head = make.word(f"{title}（{public.id}）", f"{title} ({public.id})")
        form = make.word(
            "\r\n\r\n哪一项不对：\r\n应当是：\r\n依据（文号或公告网址）：\r\n",
            "\r\n\r\nWhat is wrong:\r\nWhat it should be:\r\nSource (document number or notice):\r\n",
        )
        subject = quote(public.id, safe="") + _in_address(make.word(" 登记内容有误", ": an error in the record"))
        body = quote(f"{head}\r\n{address}", safe="") + _in_address(form)
        href = f"mailto:{mail[0]}?subject={subject}&body={body}"
    return {"name": name, "href": href}


@cache
def _in_address(words: str) -> str:
    """Words of this program, for an address: the same on every page."""
    return quote(words, safe="")


def _quoted(make: Maker, name: Markup, id: str, sentence: str, address: str, updated: str | None) -> str:
    """The project as a piece of HTML for another site: words and one link, so that nothing is asked of this site."""
    site = make.say.name(make.release.instance.name, make.release.instance.name_en)
    source = make.word("来源：", "Source: ")
    day = make.word(f"，公开内容更新于 {updated}", f", public text updated on {updated}") if updated else ""
    return (
        f'<blockquote cite="{html(address)}">\n<p><a href="{html(address)}">{html(name.striptags())}</a> ({html(id)})</p>\n'
        f"<p>{html(sentence)}</p>\n<footer>{source}{html(site.striptags())}{day}</footer>\n</blockquote>"
    )


# ── facts and bodies ──


def _facts(make: Maker, project: Released) -> list[Markup]:
    public, say, j = project.public, make.say, project.public.jurisdiction
    known = fields_of(Project)
    rows = [
        definition(html(known[name].title.pick(make.lang)), _fact(make, j, known[name], public.facts[name]))
        for name in _FACTS
        if name in public.facts
    ]
    rows += say.definitions(j, _external(), public.external_ids)
    return [safe(row) for row in rows]


def _fact(make: Maker, jurisdiction: str, info: FieldInfo, value: Any) -> Markup:
    if info.name == "region" and isinstance(value, str):
        return _region(make, value)
    return make.say.value(jurisdiction, info, value)


def _region(make: Maker, code: str) -> Markup:
    for district in make.release.districts:
        if district.region == code:
            name = make.say.name(district.name, district.name_en)
            return safe(
                f'<a href="{make.say.up}districts/{html(slug(district.id))}.html">{html(name)}</a> {html(code)}'
            )
    for city in make.release.instance.jurisdictions:
        if city.region == code:
            return safe(f"{html(make.say.name(city.name, city.name_en))} {html(code)}")
    return safe(html(code))


def _external() -> Any:
    model = fields_of(Project)["external_ids"].model
    assert model is not None
    return model


def _texts(make: Maker, project: Released) -> list[tuple[str, Markup]]:
    known, facts, out = fields_of(Project), project.public.facts, []
    for name in _TEXTS:
        if name == "summary" and not make.zh and "summary_en" in facts:
            out.append((known[name].title.en, safe(html(facts["summary_en"]))))
        elif name in facts:
            out.append((known[name].title.pick(make.lang), make.say.chinese(facts[name])))
    return out


def _parties(make: Maker, project: Released) -> list[tuple[Markup, Markup, Markup]]:
    """What each body is to the project: its parts, the body, the names it bore before."""
    facts, known = project.public.facts, fields_of(Project)
    parts: dict[str, list[str]] = {}
    for name in PARTY_FIELDS:
        value = facts.get(name)
        for id in (value,) if isinstance(value, str) else value or ():
            parts.setdefault(id, []).append(known[name].title.pick(make.lang))
    out = [(make.say.joined(titles), make.say.body(id), former_names(make, id)) for id, titles in parts.items()]
    if "buyer_name" in facts:
        out.append((_party_title(make, "buyer_name"), make.say.chinese(facts["buyer_name"]), Markup("")))
    if "responsible" in facts:
        post = facts["responsible"]
        out.append(
            (_party_title(make, "responsible"), make.say.chinese(f"{post['office']} {post['post']}"), Markup(""))
        )
    return out


def _party_title(make: Maker, name: str) -> Markup:
    return safe(html(fields_of(Project)[name].title.pick(make.lang)))


def former_names(make: Maker, id: str) -> Markup:
    """The names a body bore before, each with the day until which it bore it."""
    body = make.release.organizations.get(id)
    if body is None or not body.former_names:
        return Markup("")
    rows = []
    for name, until in body.former_names:
        rows.append(
            Markup(make.word("%s（至 %s）", "%s (until %s)")) % (make.say.chinese(name), until.isoformat())
            if until is not None
            else make.say.chinese(name)
        )
    return make.say.joined(rows)


# ── acts and contracts ──


def _act(make: Maker, project: Released, m: PublicMilestone) -> str:
    """A milestone as the page lists it: single values in a line, then each list of rows in a line of its own."""
    say, j = make.say, project.public.jurisdiction
    single: dict[str, Any] = {}
    lines = [single]
    for name, value in m.facts.items():
        if not isinstance(value, list):
            single[name] = value
        elif name != "scope":
            lines.append({name: value})
        else:  # its items by their names, as the project calls them
            names = {item["id"]: item["name"] for item in project.public.facts.get("scope", ())}
            lines.append({name: [{**row, "item": names.get(row["item"], row["item"])} for row in value]})
    said = [rows for line in lines if (rows := say.milestone_facts(j, m.kind, line))]
    facts = "".join([f'<dl class="zm-inline">{"".join(rows)}</dl>' for rows in said])
    number = f' <span class="zm-number">{say.chinese(m.number)}</span>' if m.number else ""
    who = say.body(m.body) if m.body else say.chinese(m.body_name) if m.body_name else None
    body = f'<p class="zm-acts__body">{html(who)}</p>' if who is not None else ""
    papers = say.joined([say.code(j, "document", d) for d in m.documents])
    if papers:
        title = make.word("随附文件", "Papers")
        papers = safe(f'<p class="zm-acts__papers"><span class="zm-key">{title}</span> {html(papers)}</p>')
    return (
        f'<li id="m-{anchor(m.key)}"><div class="zm-acts__when zm-date">{m.date.isoformat()}</div>\n'
        f'<div class="zm-acts__what"><p class="zm-acts__title">{html(act_title(make, project, m))}{number}</p>\n'
        f"{body}{facts}{html(papers)}</div></li>\n"
    )


# ── what is withheld, and who reviewed ──


def _withheld(make: Maker, project: Released) -> list[tuple[Markup | str, str, Markup | str]]:
    """What is there and not said: what, ground, note."""
    j, say = project.public.jurisdiction, make.say
    out: list[tuple[Markup | str, str, Markup | str]] = []
    for row in project.public.withheld:
        ground = GROUNDS.get(row.ground)
        what = row.what if make.zh else row.what_en
        out.append((what, Bilingual(*ground).pick(make.lang) if ground else row.ground, ""))
    for declared in project.public.facts.get("withheld", ()):
        known = fields_of(Project).get(declared["field"])
        named = known.title.pick(make.lang) if known is not None else say.chinese(declared["field"])
        note = say.chinese(declared["text"]) if "text" in declared else ""
        out.append((named, say.code(j, "withholding_ground", declared["ground"]), note))
    return out


def _review(make: Maker, project: Released) -> Mapping[str, Any] | None:
    review = project.review
    if review is None:
        return None
    return _signed(make, project.public.jurisdiction, review.date, review.role, review.organization)


def _signed(make: Maker, jurisdiction: str, date: dt.date, role: str, body: str | None) -> Mapping[str, Any]:
    return {
        "date": date.isoformat(),
        "role": make.say.role(jurisdiction, role),
        "body": make.say.body(body) if body else None,
    }


def tombstone_page(make: Maker, stone: Tombstone) -> tuple[str, bytes]:
    """What stays of a project that a review withheld."""
    j = stone.jurisdiction
    body = make.render(
        "tombstone",
        id=stone.id,
        city=make.say.city(j),
        ground=make.say.code(j, "withholding_ground", stone.ground) if stone.ground else None,
        review=_signed(make, j, stone.date, stone.role, stone.organization),
        up=make.say.up,
    )
    title = make.word(f"{stone.id} 不予公开", f"{stone.id} withheld")
    return make.page("project", f"{stone.id}.html", title, title, body)
