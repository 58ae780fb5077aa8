"""``zongmu trust check``: whether the trust files are in order, and who holds what."""

from __future__ import annotations

import argparse
import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple, TextIO

from zongmu.model.finding import Bilingual
from zongmu.report.terminal import printable
from zongmu.trust.authority.files import KEYS, KEYS_PATH, POLICY, POLICY_PATH, Keys
from zongmu.trust.signatures.sshsig import fingerprint, public_key


class _Wrong(NamedTuple):
    """Something that is not in order: where it stands, with its code if it has one, and what to do."""

    place: str
    code: str | None
    message: Bilingual
    next_step: Bilingual


_MISSING: Final = (
    Bilingual("没有这个文件", "there is no such file"),
    Bilingual(
        "zongmu trust init，再用 zongmu trust add 增加账号", "zongmu trust init, then zongmu trust add for each account"
    ),
)
_EPOCHS: Final = (
    Bilingual("写法不合要求", "not in order"),
    Bilingual("恢复原文件；它由 zongmu trust epoch 写", "put it back as it was; zongmu trust epoch writes it"),
)
_TOGETHER: Final = (
    Bilingual(
        "账号、邮箱或密钥有重复，或根人员不足", "an account, e-mail or key occurs twice, or too few root persons"
    ),
    Bilingual("改正后再检查一次", "mend it, then check again"),
)


def check(root: Path, args: argparse.Namespace, out: TextIO) -> int:
    """Say what is wrong with the trust files, else who holds what."""
    lang = args.lang
    keys, wrong = _read(root)
    wrong = wrong or list(_odd_together(root))
    for one in wrong:
        code = f"[{one.code}] " if one.code else ""
        out.write(printable(f"{one.place}: {code}{one.message.pick(lang)}").rstrip() + "\n")
        out.write(f"    {'怎么办：' if lang == 'zh' else 'next: '}{printable(one.next_step.pick(lang))}\n")
    unreadable = _tell_holders(keys, lang == "zh", out) if keys is not None else False
    return 1 if wrong or unreadable else 0


def _read(root: Path) -> tuple[Keys | None, list[_Wrong]]:
    """Who holds which keys, and what is wrong with each trust file by itself."""
    from zongmu.trust.authority.standing import load
    from zongmu.trust.rewriting.epochs import EPOCHS_PATH, epochs_in

    wrong: list[_Wrong] = []
    keys: Keys | None = None
    for kind, path in ((KEYS, KEYS_PATH), (POLICY, POLICY_PATH)):
        file = root / path
        data = file.read_bytes() if file.is_file() else None
        model, findings = load(kind, data)
        keys = model if isinstance(model, Keys) else keys
        for found in findings:
            place = f":{found.position.line}:{found.position.column}" if found.position else ""
            wrong.append(_Wrong(f"{path}{place}", found.code, found.message, found.next_step))
        if data is None:
            wrong.append(_Wrong(path, None, *_MISSING))
    epochs = root / EPOCHS_PATH
    if epochs.is_file() and epochs_in(epochs.read_bytes()) is None:
        wrong.append(_Wrong(EPOCHS_PATH, "trust.epoch-record", *_EPOCHS))
    return keys, wrong


def _odd_together(root: Path) -> Iterator[_Wrong]:
    """What is wrong with the files taken together, each of which is in order."""
    from zongmu.trust.authority.standing import standing

    _, broken = standing(lambda path: (root / path).read_bytes() if (root / path).is_file() else None)
    if broken is not None:
        yield _Wrong(broken, "trust.no-trust", *_TOGETHER)


def _tell_holders(keys: Keys, zh: bool, out: TextIO) -> bool:
    """Each person with her keys; whether a key cannot be read."""
    from zongmu.trust.authority.standing import expired

    old = expired(keys, dt.date.today())
    unreadable = False
    for person in keys.people:
        roles = "、".join(person.roles) or "—"
        state = f"  {'离岗' if zh else 'left'} {person.left}" if person.left else ""
        out.write(printable(f"{person.id}  {person.organization or ''}  {roles}{state}") + "\n")
        for key in person.keys:
            until = f"  → {key.until}" if key.until else ""
            gone = f"  {'停用' if zh else 'retired'} {key.retired.date}" if key.retired else ""
            over = f"{person.id}/{key.id}" in old
            over_said = ("  已到期，请停用" if zh else "  expired: retire it") if over else ""
            try:
                print_ = fingerprint(public_key(key.public))
            except ValueError as error:
                print_, unreadable = f"[trust.bad-public-key] {error}", True
            out.write(printable(f"    {key.id}  {print_}{until}{gone}{over_said}") + "\n")
    return unreadable
