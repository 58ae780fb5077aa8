"""iCalendar (RFC 5545): the deadlines that are open or have passed, whole, of each body and of each district.

An event keeps its id as long as the duty is the same. Its stamp is the day of the project's latest act and not the minute
of the build, so that the same deadlines are the same bytes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from zongmu.publish.derived.duties import Duty
from zongmu.publish.derived.questions import Asked, pressing, questions
from zongmu.publish.open_data.about import About
from zongmu.publish.open_data.columns import rule_titles
from zongmu.publish.released.release import Release, Released
from zongmu.publish.rendering.say import Say, slug


def calendars(about: About, release: Release, say: Say) -> Iterator[tuple[str, bytes]]:
    """Paths and bytes of the calendars; the first is that of the whole."""
    titles = rule_titles(release)
    events = [
        (
            duty.project,
            str(duty.project.public.facts.get("owner", "")),
            _duty(about, say, duty, titles, passed),
        )
        for passed, duties in ((True, release.duties.late), (False, release.duties.due))
        for duty in duties
    ]
    events += [(one.project, one.body or "", _reply(about, day, one)) for day, one in pressing(questions(release))]
    yield "data/deadlines.ics", _calendar(about, f"{about.registry}：期限", (e for _, _, e in events))
    owners: dict[str, list[bytes]] = {}
    regions: dict[str, list[bytes]] = {}
    for project, owner, event in events:
        owners.setdefault(owner, []).append(event)
        regions.setdefault(project.public.facts.get("region", ""), []).append(event)
    for body in release.organizations.values():
        yield f"organizations/{slug(body.id)}.ics", _calendar(about, f"{body.name}：期限", owners.get(body.id, ()))
    for district in release.districts:
        mine = regions.get(district.region, ())
        yield f"districts/{slug(district.id)}.ics", _calendar(about, f"{district.name}：期限", mine)


def _duty(about: About, say: Say, duty: Duty, titles: dict[str, str], passed: bool) -> bytes:
    """The event of a duty of the law."""
    day, project, finding = duty
    public = project.public
    at = finding.verdict.at if finding.verdict is not None else None
    title = titles.get(finding.rule, finding.rule)
    said = [f"依据：{'、'.join(finding.cites)}", f"规则：{finding.rule}"]
    if finding.addressee is not None:
        said.append(f"责任方：{say.role(public.jurisdiction, finding.addressee)}")
    return _event(about, project, f"{finding.rule}/{at or ''}", day, title, said, passed)


def _reply(about: About, day: dt.date, one: Asked) -> bytes:
    """The event of a reply that is owed to the public."""
    said = [f"提问 {one.question.seq}，{one.question.received} 收到"]
    return _event(
        about, one.project, f"questions/{one.question.seq}", day, "答复公众提问", said, one.clock.state == "overdue"
    )


def _event(about: About, project: Released, key: str, day: dt.date, title: str, said: list[str], passed: bool) -> bytes:
    from icalendar import Event

    public = project.public
    host = about.address.partition("://")[2].partition("/")[0]
    stamp = project.last_act() or dt.date(1970, 1, 1)
    if about.notice is not None:
        said = [*said, about.notice]
    event = Event()
    event.add("uid", f"{public.id}/{key}@{host}")
    event.add("dtstamp", dt.datetime.combine(stamp, dt.time(), dt.UTC))
    event.add("dtstart", day)
    event.add("summary", f"{'【逾期】' if passed else ''}{public.name}：{title}")
    event.add("description", "\n".join(said))
    event.add("url", f"{about.address}projects/{public.id}.html")
    event.add("categories", ["逾期" if passed else "期限"])
    event.add("transp", "TRANSPARENT")
    data: bytes = event.to_ical()
    return data


def _calendar(about: About, name: str, events: Iterable[bytes]) -> bytes:
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", "-//zongmu//deadlines//ZH")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-caldesc", "；".join(text for text in (about.notice, about.licence) if text) or name)
    frame: bytes = calendar.to_ical()
    # The events are text already: to parse them again for each calendar would take as long as to make them.
    return frame.replace(b"END:VCALENDAR", b"".join(events) + b"END:VCALENDAR")
