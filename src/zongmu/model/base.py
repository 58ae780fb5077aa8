"""The ground every record class stands on: strictness, shared text types, and how a field is described.

A field is declared with :func:`need`, :func:`may` or :func:`rows`. Besides its default it carries what the schema, the
editor, the site and the gate want to know of it: its Chinese and English title, its disclosure class
(``P S R I L``), its change class, and the code list it draws from.

The modules of record classes do not postpone their annotations (no ``from __future__ import annotations``): pydantic would
parse each of them from text again at every start.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Optional, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictInt, StringConstraints
from pydantic.annotated_handlers import GetCoreSchemaHandler
from pydantic_core import CoreSchema, PydanticKnownError

T = TypeVar("T")

ChangeClass = Literal["frozen", "fact", "declared", "state"]
"""How a field may change between two revisions.

``frozen`` never; ``fact`` only with a matching correction; ``declared`` freely until the first act of an authority,
afterwards only through the act that changes it; ``state`` freely, Git keeps the history.
"""


class _NeverNull:
    """Absent is the one way to say nothing: the optional type stays optional in Python and refuses ``null`` in data."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        schema = handler(source)
        if schema["type"] == "nullable":
            inner: CoreSchema = schema["schema"]
            return inner
        raise TypeError("Maybe[...] wants an optional type")


# The older spelling keeps the alias generic on Python 3.11.
Maybe = Annotated[Optional[T], _NeverNull()]  # noqa: UP045


def _no_bool(value: Any) -> Any:
    # Literal[1] compares with ==, and True == 1.
    if isinstance(value, bool):
        raise PydanticKnownError("literal_error", {"expected": "1"})
    return value


Format = Annotated[Literal[1], BeforeValidator(_no_bool)]
"""The format version of a file. ``true`` is not 1."""


def _text(low: int, high: int, pattern: str | None = None) -> StringConstraints:
    return StringConstraints(strict=True, min_length=low, max_length=high, pattern=pattern)


Line = Annotated[str, _text(1, 200, r"^[^\n\r]*$")]
"""One line of text."""
Text = Annotated[str, _text(1, 4000)]
"""Text of several lines."""
Code = Annotated[str, _text(1, 48, r"^[a-z][a-z0-9_]*$")]
"""A code of a code list: lower-case ASCII."""
Slug = Annotated[str, _text(1, 64, r"^[a-z0-9][a-z0-9-]*$")]
"""A short local name: lower-case ASCII, digits, hyphens."""
JurisdictionId = Annotated[str, _text(1, 24, r"^[a-z][a-z0-9]*$")]
"""The folder name of a city."""
OrgRef = Annotated[str, _text(3, 90, r"^[a-z][a-z0-9]*/[a-z0-9][a-z0-9-]*$")]
"""An organization: ``<jurisdiction>/<slug>``."""
SystemRef = Annotated[str, _text(3, 90, r"^[a-z][a-z0-9]*/[a-z0-9][a-z0-9-]*$")]
"""A system: ``<jurisdiction>/<slug>``."""
ProjectId = Annotated[str, _text(11, 48, r"^[a-z][a-z0-9]*-[0-9]{4}-(?:[0-9]{4}|[1-9][0-9]{4,7})$")]
"""``<jurisdiction>-<year>-<serial of four digits, or up to eight that do not begin with a zero: 00003 is 0003>``."""
MilestoneKey = Annotated[str, _text(3, 60, r"^[a-z][a-z0-9_]*(?:/[1-9][0-9]{0,2})?$")]
"""``kind`` or ``kind/seq``: the identity of a milestone within its record."""
Year = Annotated[StrictInt, Field(ge=1990, le=2100)]
Seq = Annotated[StrictInt, Field(ge=1, le=999)]
"""Number of a row."""
LaterSeq = Annotated[StrictInt, Field(ge=2, le=999)]
"""Number in a kind of which the first bears none."""
Count = Annotated[StrictInt, Field(ge=0, le=9999)]
RuleOrSentence = Annotated[
    str, _text(2, 80, r"^[A-Za-z][A-Za-z0-9_.]*(?:-[0-9]+[a-z]?(?: [ps][0-9]+[a-z]?| ?\([0-9]+\))*)?$")
]
"""A rule id (``ab12_supervision``) or a sentence address (``AB-12 p1 s1``)."""


class Strict(BaseModel):
    """Base of everything that is read from a file: frozen, and unknown keys are refused."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=False, arbitrary_types_allowed=False, defer_build=True
    )


def _describe(
    zh: str,
    en: str,
    about: tuple[str, str] | None,
    disclosure: str,
    change: ChangeClass,
    codelist: str | None,
    clause: str | None,
) -> dict[str, Any]:
    extra: dict[str, Any] = {"x-title": {"zh": zh, "en": en}, "x-disclosure": disclosure, "x-change": change}
    if about:
        extra["x-about"] = {"zh": about[0], "en": about[1]}
    if codelist:
        extra["x-codelist"] = codelist
    if clause:
        extra["x-clause"] = clause
    return extra


def need(
    zh: str,
    en: str,
    about: tuple[str, str] | None = None,
    *,
    d: str = "P",
    change: ChangeClass = "state",
    codes: str | None = None,
    clause: str | None = None,
    **more: Any,
) -> Any:
    """A field, required unless *more* gives a default. *d* is its disclosure class, *codes* the code list it draws from, *clause* its source."""
    return Field(title=f"{zh} {en}", json_schema_extra=_describe(zh, en, about, d, change, codes, clause), **more)


def may(zh: str, en: str, about: tuple[str, str] | None = None, **more: Any) -> Any:
    """An optional field: absent means not recorded. Keywords as for :func:`need`."""
    return need(zh, en, about, default=None, **more)


def rows(zh: str, en: str, about: tuple[str, str] | None = None, **more: Any) -> Any:
    """An optional list: absent means empty. An empty list is not written. Keywords as for :func:`need`."""
    return need(zh, en, about, default=(), min_length=1, **more)
