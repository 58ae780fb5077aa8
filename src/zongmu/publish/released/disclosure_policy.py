"""The document by which a city says what may be public, in one line: on the site, the plan, the sheet and the statement."""

from __future__ import annotations

import datetime as dt

from zongmu.model.records.instance import Instance


def policy_line(instance: Instance, asof: dt.date, lang: str) -> str | None:
    """Office, title, number, day, and by when it is to be reviewed; None where the registry names no such document."""
    policy = instance.policy
    if policy is None:
        return None
    number = f" {policy.number}" if policy.number is not None else ""
    day = policy.date.isoformat()
    zh = lang == "zh"
    said = (
        f"{policy.office}《{policy.title}》{number} {day}" if zh else f"{policy.office}: {policy.title},{number} {day}"
    )
    if policy.review is not None:
        until = policy.review.isoformat()
        if policy.review < asof:
            said += f"；应于 {until} 前复核，已过期" if zh else f"; was to be reviewed by {until}, overdue"
        else:
            said += f"；下次复核 {until}" if zh else f"; to be reviewed by {until}"
    return said


def policy_overdue(instance: Instance, asof: dt.date) -> bool:
    """Whether the day on which it was to be reviewed is over."""
    policy = instance.policy
    return policy is not None and policy.review is not None and policy.review < asof
