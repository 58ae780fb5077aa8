"""A change in words, as blocks of lines that the terminal indents and the forge's comment makes lists of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field

from zongmu.model.fields.titles import path_title
from zongmu.model.finding import Bilingual, ChangeState, Finding, Gate, Outcome
from zongmu.model.immutable import immutable
from zongmu.policy.judging.world import World
from zongmu.policy.proposals.approvals import Need, merged, unheld
from zongmu.policy.proposals.merging import stands_in_way
from zongmu.report.changes.report import ChangeReport, RecordChange, Shift
from zongmu.report.changes.trail import Notes, Titles, moved_lines
from zongmu.report.terminal import printable
from zongmu.report.words import GATE, OUTCOME, STATE, sayable, value_text, verdict_word
from zongmu.store.registry import Registry
from zongmu.store.survey import safe_path

SHOWN = 12
"""Lines of one kind that a record gets; the rest is counted."""

_IN_THE_HEAD = frozenset(("format", "id", "jurisdiction", "name"))
"""Fields of a new record that need no line: its head says them."""

_TURN: Mapping[str, Bilingual] = {
    "begins": Bilingual("开始适用", "now applies"),
    "ends": Bilingual("不再适用", "no longer applies"),
    "changes": Bilingual("结论改变", "answer changes"),
    "moves": Bilingual("期限移动", "day moves"),
}


@immutable
class Line:
    """One line of text, and what belongs below it."""

    text: str
    below: tuple[Line, ...] = ()


@immutable
class Block:
    """A heading and its lines."""

    title: str
    lines: tuple[Line, ...]


@immutable
class Names:
    """What roles, rules and bodies are called, codes and kinds by jurisdiction, and what the trail has to say of the changes."""

    roles: Mapping[str, Bilingual]
    titles: Mapping[str | None, Titles]
    rules: Mapping[str, Bilingual]
    notes: Notes = field(default_factory=Notes)

    def of(self, jurisdiction: str | None) -> Titles:
        """The titles of a jurisdiction."""
        return self.titles.get(jurisdiction) or next(iter(self.titles.values()), Titles())


def names_of(world: World, registry: Registry) -> Names:
    """The names that the measures and the organizations of *registry* give."""
    bodies = {
        r.model.id: Bilingual(r.model.name, r.model.name_en or r.model.name)  # type: ignore[attr-defined]
        for r in registry.of_type("organization")
        if r.model is not None
    }
    roles: dict[str, Bilingual] = {}
    titles: dict[str | None, Titles] = {}
    rules: dict[str, Bilingual] = {}
    for jurisdiction, laws in world.laws.items():
        kinds: dict[str, Bilingual] = {}
        codes: dict[str, dict[str, Bilingual]] = {}
        for loaded, _ in laws:
            roles |= loaded.measure.roles
            rules |= {rule: text.title for rule, text in loaded.texts.items()}
            kinds |= {kind: use.title for kind, use in loaded.measure.milestones.items() if use.title is not None}
            for name, table in (*loaded.measure.codes.items(), ("role", loaded.measure.roles)):
                codes.setdefault(name, {}).update(table)
        titles[jurisdiction] = Titles(codes, kinds, bodies)
    return Names(roles, titles, rules)


class Teller:
    """Tells a report in one language."""

    def __init__(self, report: ChangeReport, names: Names, lang: str) -> None:
        self.report = report
        self._names = names
        self._lang = lang

    def say(self, zh: str, en: str) -> str:
        """The text in the language."""
        return zh if self._lang == "zh" else en

    def _join(self, parts: Iterable[str]) -> str:
        return self.say("、", ", ").join(parts)

    # ── the whole ──

    def verdict(self) -> str:
        """What the gate says, in one line."""
        r = self.report
        gate = GATE[r.gate].pick(self._lang)
        if r.gate is Gate.REFUSED:
            return self.say(f"{gate}：{r.refused} 处须先改正", f"{gate}: {r.refused} to be mended first")
        if r.gate is Gate.NEEDS_PERSON:
            return self.say(
                f"{gate}：{r.needs_person} 项违规须由人确认", f"{gate}: {r.needs_person} breaches to be acknowledged"
            )
        return gate

    def next_step(self) -> str:
        """Who acts next, in one line."""
        r = self.report
        if r.gate is Gate.REFUSED:
            return self.say("填报人改正后重新提交", "the submitter mends it and pushes again")
        wanted = [n for n in r.needs if n.why == "breach"] or list(r.needs)
        in_a_role = {o for n in wanted if n.role for o in n.organizations}
        who = self._join(
            dict.fromkeys(self.who(n) for n in wanted if n.role or not in_a_role.issuperset(n.organizations or ("",)))
        )
        if r.gate is Gate.NEEDS_PERSON:
            return self.say(f"{who} 核实后确认（zongmu acknowledge）", f"{who}: look into it, then zongmu acknowledge")
        if who:
            return self.say(f"{who} 复核", f"review by {who}")
        return self.say("无须他人同意，可以合并", "nobody else has to agree; merge it")

    def who(self, need: Need) -> str:
        """The role and the bodies of a need."""
        bodies = self._join(self._body(o) for o in need.organizations)
        if need.why == "trust":
            return self.say("信任区责任人（两人）", "two keepers of the trust zone")
        if need.why == "code":
            return self.say("代码区责任人", "the keepers of the code")
        role = self._names.roles.get(need.role)
        name = role.pick(self._lang) if role is not None else need.role
        if not need.role:
            return bodies
        if not bodies:
            return name + self.say("（没有单位承担）", " (held by nobody)")
        return f"{name}（{bodies}）" if self._lang == "zh" else f"{name} ({bodies})"

    def _body(self, organization: str) -> str:
        for titles in self._names.titles.values():
            if organization in titles.organizations:
                return printable(titles.organizations[organization].pick(self._lang))
        return organization

    def needs(self) -> list[Line]:
        """Who has to agree, each with the reasons."""
        out = []
        for rows in merged(self.report.needs).values():
            reasons = [Line(self._reason(need)) for need in rows]
            out.append(Line(self.who(rows[0]), self._cut(reasons)))
        return out

    def _reason(self, need: Need) -> str:
        clauses = f" [{self._join(need.clauses)}]" if need.clauses else ""
        amount = f" {value_text(need.amount, self._lang)}" if need.amount is not None else ""
        about = printable(need.about)
        match need.why:
            case "confirms":
                kind = path_title(f"milestones/{need.about}").pick(self._lang)
                return self.say(
                    f"签认 {need.record} {kind}{amount}{clauses}", f"signs off {need.record} {kind}{amount}{clauses}"
                )
            case "breach":
                title = self._names.rules.get(need.about)
                breach = f"{title.pick(self._lang)} [{about}]" if title is not None else about
                return self.say(
                    f"确认 {need.record} 的违规：{breach}{clauses}", f"acknowledges {breach} of {need.record}{clauses}"
                )
            case "waives":
                return self.say(
                    f"核实 {need.record} 的豁免确由其作出{clauses}",
                    f"confirms that the waiver of {need.record} is its own{clauses}",
                )
            case "attests":
                return self.say(
                    f"核实 {need.record} 的证明确由其出具", f"confirms that the attestation of {need.record} is its own"
                )
            case "corrects":
                kind = path_title(f"milestones/{need.about}").pick(self._lang)
                return self.say(
                    f"核实对 {need.record} {kind}的更正或作废", f"confirms the correction of {kind} of {need.record}"
                )
            case "party":
                field = path_title(need.about).pick(self._lang)
                return self.say(f"{need.record} 的{field}变更", f"{field} of {need.record} changes")
            case "register":
                field = path_title(need.about).pick(self._lang)
                return self.say(f"核对 {need.record} 的{field}{clauses}", f"checks {field} of {need.record}{clauses}")
            case "disclosure":
                return self.say(f"{need.record} 的公开审查", f"disclosure review of {need.record}")
            case _:
                return about

    def _cut(self, lines: list[Line]) -> tuple[Line, ...]:
        more = len(lines) - SHOWN
        if more <= 1:
            return tuple(lines)
        return (*lines[:SHOWN], Line(self.say(f"另有 {more} 项", f"{more} more")))

    # ── one record ──

    def head(self, record: RecordChange) -> str:
        """The record in one line."""
        event = record.event
        name = f" {printable(sayable(record.name))}" if record.name else ""
        aside = event.summary.pick(self._lang)
        return f"{event.record}{name}  {self.say('〔', '[')}{aside}{self.say('〕', ']')}"

    def blocks(self, record: RecordChange) -> Iterator[Block]:
        """What there is to say of one record."""
        if not record.judged:
            why = self.say(
                "文件有误，规则无从裁决；改正后再看后果",
                "the file is defective: no rule can be asked before it is mended",
            )
            yield Block(self.say("裁决", "Verdict"), (Line(why),))
        elif record.stage[0] != record.stage[1] and record.stage[1] is not None:
            old = record.stage[0].pick(self._lang) if record.stage[0] else self.say("无", "none")
            stage = Line(f"{old} → {record.stage[1].pick(self._lang)}")
            yield Block(self.say("阶段", "Stage"), (stage,))
        moved, told = self._moved(record)
        if moved:
            yield Block(self.say("改动及其后果", "What moved, and what follows"), self._cut(moved))
        rest = [s for s in record.shifts if s not in told and not _quiet(s)]
        waiting = [s for s in rest if record.event.file == "created" and _waits(s)]
        else_follows = [Line(self._shift(s)) for s in rest if s not in waiting]
        if waiting:
            text = self.say(
                f"另有 {len(waiting)} 条规则开始适用，等事实或等到期",
                f"{len(waiting)} more rules now apply and wait for facts or for their day",
            )
            else_follows = [*self._cut(else_follows), Line(text)]
        if else_follows:
            yield Block(self.say("其他后果", "What else follows"), self._cut(else_follows))
        duties = [Line(self._duty(mark, s)) for mark, s in record.duties]
        if duties:
            yield Block(self.say("义务与期限", "Duties and days"), self._cut(duties))
        yield from self._findings(record)
        if record.publication is not None and record.publication.fields:
            yield Block(self.say("公开", "Publication"), tuple(self._publication(record)))

    def _moved(self, record: RecordChange) -> tuple[list[Line], set[Shift]]:
        lines: list[Line] = []
        told: set[Shift] = set()
        titles = self._names.of(record.jurisdiction)
        created = record.event.file == "created"
        for paths, text in moved_lines(record.event, self._lang, titles, self._names.notes):
            if created and _IN_THE_HEAD.issuperset(paths):
                continue
            mine = [s for s in record.shifts if s not in told and not _quiet(s) and set(paths) & set(s.read)]
            told.update(mine)
            lines.append(Line(text, self._cut([Line(self._shift(s)) for s in mine])))
        return lines, told

    def _shift(self, shift: Shift) -> str:
        turn = _TURN[shift.turn].pick(self._lang)
        answer = ""
        if shift.after is not None and shift.turn != "ends":
            answer = self.say("：", ": ") + OUTCOME[shift.after].pick(self._lang)
            why = shift.why.pick(self._lang)
            if why and shift.turn == "begins" and shift.after is Outcome.UNDETERMINED:
                answer = f"（{why}）" if self._lang == "zh" else f" ({why})"
            elif why and shift.after.value not in (why, shift.turn):
                answer += f"（{why}）" if self._lang == "zh" else f" ({why})"
        at = f" {path_title(f'milestones/{shift.at}').pick(self._lang)}" if shift.at and "/" not in shift.at else ""
        title = shift.title.pick(self._lang)
        return f"{title}{at} [{self._join(shift.clauses)}] {turn}{answer}"

    def _duty(self, mark: str, shift: Shift) -> str:
        old = shift.due_before.isoformat() if shift.due_before else ""
        new = shift.due_after.isoformat() if shift.due_after else ""
        day = f"{old} → {new}" if mark == "~" else old or new
        met = self.say("（了结）", " (settled)") if mark == "-" else ""
        return f"{mark} {day}  {shift.title.pick(self._lang)}{met} [{self._join(shift.clauses)}]"

    def _findings(self, record: RecordChange) -> Iterator[Block]:
        fresh = [f for f in record.findings if f.state is not ChangeState.EXISTING]
        lines = [Line(self.finding(f, record.event.path)) for f in sorted(fresh, key=lambda f: -f.severity)]
        lines += [Line(self.finding(f, record.event.path)) for f in record.cured]
        old = len(record.findings) - len(fresh)
        if old:
            lines.append(
                Line(
                    self.say(f"原已存在 {old} 项，不拦这次改动", f"{old} were there before and do not stand in the way")
                )
            )
        lines += [Line(self._excuse(code, why)) for code, why in record.excused]
        if lines:
            yield Block(self.say("发现", "Findings"), self._cut(lines))

    def finding(self, finding: Finding, within: str | None = None) -> str:
        """A finding in one line; *within*: the file that is being told of."""
        place = "" if finding.path == within else f" {finding.path}"
        if finding.position is not None and finding.state is not ChangeState.CURED:
            line, column = finding.position.line, finding.position.column
            place += self.say(f"（第 {line} 行第 {column} 列）", f" (line {line}, column {column})")
        state = STATE[finding.state].pick(self._lang)
        word = verdict_word(finding, self._lang)
        text = printable(finding.message.pick(self._lang))
        step = printable(finding.next_step.pick(self._lang)) if stands_in_way(finding) else ""
        tail = self.say(f"；怎么办：{step}", f"; next: {step}") if step else ""
        return f"{state}·{word} [{finding.code}] {text}{tail}{place}"

    def _excuse(self, code: str, why: str) -> str:
        word = {"waived": ("已豁免", "waived"), "explained": ("已说明理由", "explained")}[why]
        return f"{self.say(*word)} [{code}]"

    def _publication(self, record: RecordChange) -> Iterator[Line]:
        publication = record.publication
        assert publication is not None
        names = self._public_names(publication.fields)
        more = len(names) - SHOWN
        shown = self._join(names[:SHOWN]) + (self.say(f" 等 {len(names)} 处", f" and {more} more") if more > 0 else "")
        if publication.after == "public":
            yield Line(self.say(f"合并后即公开：{shown}", f"public once merged: {shown}"))
        elif publication.after == "withheld":
            yield Line(self.say("已决定不予公开，合并后仍不公开", "withheld, and stays so"))
        else:
            yield Line(self.say(f"经公开审查后公开：{shown}", f"public after its review: {shown}"))
            if publication.before == "public":
                yield Line(
                    self.say(
                        "现有的公开审查不再覆盖合并后的内容，重新审查前网站不更新",
                        "the review there is no longer covers it: the site keeps what was reviewed until it is reviewed again",
                    )
                )
            yield Line(self.say("审查所绑定的摘要 ", "digest that a review binds to ") + publication.digest)

    def _public_names(self, paths: Iterable[str]) -> list[str]:
        """What the values are called, those of one act together."""
        out: dict[str, list[str]] = {}
        for path in paths:
            parts = path.split("/")
            if parts[0] != "milestones" or len(parts) < 2:
                out.setdefault(path_title(parts[0]).pick(self._lang), [])
                continue
            row = "/".join(parts[: 3 if len(parts) > 2 and parts[2].isdigit() else 2])
            name = path[len(row) + 1 :].split("/")[0]
            act = path_title(row).pick(self._lang)
            inner = out.setdefault(act, [])
            field = path_title(f"{row}/{name}").pick(self._lang)[len(act) :].lstrip(" ·")
            if name not in ("kind", "seq") and field not in inner:
                inner.append(field)
        return [
            f"{head}{self.say('（', ' (')}{self._join(f)}{self.say('）', ')')}" if f else head
            for head, f in out.items()
        ]

    def warnings(self) -> list[str]:
        """What would keep the change waiting for ever."""
        roles = dict.fromkeys(n.role for n in unheld(self.report.needs))
        return [
            self.say(
                f"没有单位承担 {role}：无人可以签认，请先在单位文件的 holds 中写明",
                f"nobody holds {role}: name a body under holds first",
            )
            for role in roles
        ]


def _quiet(shift: Shift) -> bool:
    """A rule that begins to apply and is met already, or met before and gone, needs no line of its own."""
    return (
        shift.turn in ("begins", "ends")
        and (shift.after or shift.before) is not None
        and (
            (shift.after or shift.before).value == "pass"  # type: ignore[union-attr]
        )
    )


def _waits(shift: Shift) -> bool:
    """A rule that only begins to apply: there is no answer and no day yet."""
    return shift.turn == "begins" and shift.after is Outcome.UNDETERMINED and shift.due_after is None


def text_lines(report: ChangeReport, names: Names, lang: str) -> Iterator[str]:
    """The report for a terminal."""
    teller = Teller(report, names, lang)
    for record in report.records:
        yield teller.head(record)
        yield f"    {safe_path(record.event.path)}"
        for block in teller.blocks(record):
            yield f"  {block.title}"
            yield from _indented(block.lines, 4)
        yield ""
    if report.elsewhere:
        yield teller.say("在别的记录里引起的", "In other records")
        yield from _indented([Line(teller.finding(f)) for f in report.elsewhere], 4)
        yield ""
    if report.other_paths:
        yield teller.say("登记文件之外的改动", "Other files")
        yield from _indented([Line(safe_path(path)) for path in report.other_paths[:SHOWN]], 4)
        if len(report.other_paths) > SHOWN:
            yield f"    … {len(report.other_paths) - SHOWN}"
        yield ""
    needs = teller.needs()
    if needs:
        yield teller.say("须由谁办", "Who has to agree")
        yield from _indented(needs, 4)
        yield ""
    yield from teller.warnings()
    yield f"{teller.say('结论', 'gate')}{teller.say('：', ': ')}{teller.verdict()}"
    yield f"{teller.say('下一步', 'next')}{teller.say('：', ': ')}{teller.next_step()}"


def _indented(lines: Iterable[Line], depth: int) -> Iterator[str]:
    for line in lines:
        yield " " * depth + line.text
        yield from _indented(line.below, depth + 4)
