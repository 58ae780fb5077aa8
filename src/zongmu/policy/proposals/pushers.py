"""``trust/pushers.yaml``: which account of the server stands for which bodies, and which zones it may change.

Read from the branch that would take the change, never from the proposal. Without the file nobody is told apart, and
the forge's own review is all there is; a bare server then takes data only.
"""

from __future__ import annotations

import re
from typing import Annotated, Final, Literal

from pydantic import Field

from zongmu.model.base import Format, OrgRef, Strict, need, rows
from zongmu.model.finding import Bilingual, Code, CodedError
from zongmu.model.record_types import RecordType
from zongmu.store.fitting.validate import validate
from zongmu.store.reading.reader import parse
from zongmu.store.refusal import refusal
from zongmu.store.trees import Tree

PATH: Final = "trust/pushers.yaml"

UNREADABLE: Final = Code(
    "gate.pushers-unreadable",
    Bilingual("推送人清单有误", "The list of pushers is wrong"),
    Bilingual("{file} 有误：{zh}", "{file} is wrong: {en}"),
    Bilingual("由信任区责任人改正后再推送；此前一律不收", "its keepers mend it first; until then nothing is taken"),
)
LOCKED_OUT: Final = Code(
    "gate.pushers-locked-out",
    Bilingual("推送人清单把人都关在了门外", "A list of pushers that locks everybody out"),
    Bilingual(
        "照 {file} 这样改，没有账号既可改信任区又可推送主分支，这份清单以后谁也改不了",
        "with {file} so, no account may both change the trust zone and push the main branch: nobody could change the list again",
    ),
    Bilingual(
        "至少留一个 merges: true 且 zones 含 trust 的账号",
        "leave at least one account with merges: true and trust among its zones",
    ),
)
CODES: Final = (UNREADABLE, LOCKED_OUT)

Account = Annotated[str, Field(strict=True, pattern=r"^[A-Za-z0-9][A-Za-z0-9._@+-]*$", max_length=100)]


class Pusher(Strict):
    """One account."""

    account: Account = need("账号", "Account", d="I")
    organizations: tuple[OrgRef, ...] = rows("代表的单位", "Bodies that it stands for", d="I")
    zones: tuple[Literal["data", "trust", "code"], ...] = rows(
        "可改动的区", "Zones that it may change", d="I", codes="zone"
    )
    merges: bool = need(
        "可推送主分支", "May push the main branch", ("缺省为否", "absent means no"), d="I", default=False, strict=True
    )


class Pushers(Strict):
    """The whole list."""

    format: Format = need("格式版本", "Format", change="frozen")
    pushers: tuple[Pusher, ...] = need("推送人", "Pushers", d="I", min_length=1)

    @property
    def kept(self) -> bool:
        """Whether an account may change this very list on the main branch."""
        return any(pusher.merges and "trust" in pusher.zones for pusher in self.pushers)

    def named(self, account: str) -> Pusher | None:
        """The account of that name."""
        return next((p for p in self.pushers if p.account == account), None)


PUSHERS: Final = RecordType(
    "pushers", "推送人", "Pushers", re.compile(re.escape(PATH)), PATH, Pushers, {"pushers": ("account",)}
)


class Unreadable(CodedError):
    """The list is there and cannot be used. Nothing is taken then."""

    def __init__(self, why: Bilingual) -> None:
        self.why = why
        super().__init__(UNREADABLE, file=PATH, zh=why.zh, en=why.en)


def pushers_in(tree: Tree) -> Pushers | None:
    """The list in *tree*; None where there is none. Raises :class:`Unreadable`."""
    if not tree.exists(PATH):
        return None
    try:
        data = tree.read(PATH)
    except OSError as error:
        raise Unreadable(refusal(error)) from None
    parsed = parse(data, PATH)
    done = validate(PUSHERS, parsed.value, data=data, path=PATH) if parsed.sound else None
    findings = done.findings if done is not None else parsed.findings
    if findings:
        place, said = findings[0].position, findings[0].message
        raise Unreadable(
            Bilingual(
                f"{f'第 {place.line} 行，' if place else ''}{said.zh}",
                f"{f'line {place.line}: ' if place else ''}{said.en}",
            )
        )
    assert done is not None
    assert isinstance(done.model, Pushers)
    return done.model
