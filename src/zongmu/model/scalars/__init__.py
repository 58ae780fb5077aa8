"""Typed scalars of a record: money, ratio, duration, day, month.

Each is first an ASCII pattern that means the same in Python's ``re`` and in ECMA-262, so that the published JSON
Schema and the model say the same thing, and then a value. Values are exact integers or dates: no float ever takes
part, and two notations of one value are equal (``480.5万元`` == ``4805000元``).

A scalar is read from text alone. A number, a boolean or a date object in its place means that the file was not read by
the exact reader, and is refused.
"""

from zongmu.model.scalars.days import Day, DayOrMonth, Month, parse_day
from zongmu.model.scalars.duration import Duration, DurationUnit
from zongmu.model.scalars.form import SCALAR_MESSAGES, Scalar, TextForm, json_pattern, refusal
from zongmu.model.scalars.money import Money, OfAWhole, Ratio, Share, share_cmp

__all__ = [
    "SCALAR_MESSAGES",
    "Day",
    "DayOrMonth",
    "Duration",
    "DurationUnit",
    "Money",
    "Month",
    "OfAWhole",
    "Ratio",
    "Scalar",
    "Share",
    "TextForm",
    "json_pattern",
    "parse_day",
    "refusal",
    "share_cmp",
]
