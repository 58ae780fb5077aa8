"""``zongmu trust add | retire | rotate | delegate``: edit the list of keys in place. Nothing is committed."""

from __future__ import annotations

import argparse
import datetime as dt
from pathlib import Path
from typing import Any, TextIO

from zongmu.cli.auditing.trust_checking import check
from zongmu.cli.session import parse_day
from zongmu.cli.trouble import Trouble, trouble
from zongmu.store.atomic import write_atomic
from zongmu.store.editing.edit import Editor
from zongmu.store.editing.emit import document
from zongmu.store.reading.reader import parse_exact
from zongmu.trust.authority.files import KEYS, KEYS_PATH
from zongmu.trust.signatures.sshsig import public_key


def add(root: Path, args: argparse.Namespace, out: TextIO) -> int:
    """Enter an account, or a further key of one."""
    place = root / KEYS_PATH
    key = _new_key(args) if args.key else None
    people = _people(place)
    at = next((n for n, person in enumerate(people) if person.get("id") == args.person), None)
    if at is not None:
        if key is None or any((args.post, args.email, args.organization, args.roles)):
            raise trouble(
                "trust.person-exists",
                f"{args.person} 已在名册",
                f"{args.person} is on the list already",
                "增加密钥只写 --key；改职责请直接编辑文件",
                "to add a key give --key alone; edit the file to change roles",
            )
        editor = Editor.open(place)
        key = {"id": _next_id(people[at])} | key
        if "keys" in people[at]:
            editor.append(("people", at, "keys"), key)
        else:
            editor.set(("people", at, "keys"), [key])
        return _saved(editor, out, args.lang)
    if not args.email or not args.post:
        raise trouble(
            "trust.person-needs",
            "新账号须写 --email 和 --post",
            "a new account needs --email and --post",
            "岗位写职务，不写姓名",
            "a post is an office, never a name",
        )
    person: dict[str, Any] = {"id": args.person, "post": args.post, "email": args.email}
    if args.organization:
        person["organization"] = args.organization
    if args.roles:
        person["roles"] = args.roles.split(",")
    if key is not None:
        person["keys"] = [{"id": "k1"} | key]
    if not place.exists():
        note = "# 谁的密钥算数。改动须两名根人员同意。Whose keys count; two root persons."
        text = document({"format": 1, "people": [person]}, header=(note,))
        _sound(parse_exact(text.encode(), KEYS_PATH).value, text)
        place.parent.mkdir(exist_ok=True)
        write_atomic(place, text.encode())
        return check(root, args, out)
    editor = Editor.open(place)
    editor.append(("people",), person)
    return _saved(editor, out, args.lang)


def retire(root: Path, args: argparse.Namespace, out: TextIO) -> int:
    """An account leaves, or one of its keys counts no more."""
    editor, at, person = _person(root, args.person)
    day = _day(args.date)
    if args.key is None:
        editor.set(("people", at, "left"), day)
    else:
        editor.set(
            ("people", at, "keys", _key_at(person, args.key), "retired"), {"date": day, "reason": args.reason or "停用"}
        )
    return _saved(editor, out, args.lang)


def rotate(root: Path, args: argparse.Namespace, out: TextIO) -> int:
    """One new key instead of all that an account has."""
    editor, at, person = _person(root, args.person)
    new = {"id": _next_id(person)} | _new_key(args)
    for number, key in enumerate(person.get("keys", ())):
        if "retired" not in key:
            editor.set(
                ("people", at, "keys", number, "retired"), {"date": _day(args.date), "reason": args.reason or "更换"}
            )
    if person.get("keys"):
        editor.append(("people", at, "keys"), new)
    else:
        editor.set(("people", at, "keys"), [new])
    return _saved(editor, out, args.lang)


def delegate(root: Path, args: argparse.Namespace, out: TextIO) -> int:
    """Let another account act in roles for some days."""
    editor, _, _ = _person(root, args.person)
    _person(root, args.to)
    rows = editor.value.get("delegations", [])
    row: dict[str, Any] = {
        "seq": max((r.get("seq", 0) for r in rows), default=0) + 1,
        "from": args.person,
        "to": args.to,
    }
    row |= {"roles": args.roles.split(","), "start": _day(args.start), "end": _day(args.end)}
    if args.number:
        row["number"] = args.number
    if rows:
        editor.append(("delegations",), row)
    else:
        editor.set(("delegations",), [row])
    return _saved(editor, out, args.lang)


def _people(place: Path) -> list[dict[str, Any]]:
    people = Editor.open(place).value.get("people", []) if place.exists() else []
    return [person for person in people if isinstance(person, dict)]


def _person(root: Path, id: str) -> tuple[Editor, int, dict[str, Any]]:
    place = root / KEYS_PATH
    people = _people(place)
    at = next((n for n, person in enumerate(people) if person.get("id") == id), None)
    if at is None:
        known = "、".join(str(person.get("id")) for person in people[:20]) or "—"
        raise trouble(
            "trust.no-such-person",
            f"名册里没有 {id}",
            f"{id} is not on the list",
            f"已有：{known}",
            f"there are: {known}",
        )
    return Editor.open(place), at, people[at]


def _key_at(person: dict[str, Any], id: str) -> int:
    at = next((n for n, key in enumerate(person.get("keys", ())) if key.get("id") == id), None)
    if at is None:
        known = "、".join(str(key.get("id")) for key in person.get("keys", ())) or "—"
        raise trouble(
            "trust.no-such-key", f"没有密钥 {id}", f"there is no key {id}", f"已有：{known}", f"there are: {known}"
        )
    return at


def _next_id(person: dict[str, Any]) -> str:
    taken = {key.get("id") for key in person.get("keys", ())}
    return next(f"k{n}" for n in range(1, 1000) if f"k{n}" not in taken)


def _new_key(args: argparse.Namespace) -> dict[str, Any]:
    """A row for the public key that was given: a ``.pub`` file, or the key itself."""
    text = args.key
    try:
        if Path(text).is_file():
            text = Path(text).read_text("utf-8", "replace")
        public = " ".join(text.split()[:2])
        public_key(public)
    except (ValueError, OSError):
        raise trouble(
            "trust.bad-public-key",
            "不是可用的公钥",
            "that is no public key that can be used",
            "给出 .pub 文件；可用 ed25519、ECDSA P-256 及其 UKey（sk）",
            "give a .pub file: ed25519, ECDSA P-256, or these on a security key (sk)",
        ) from None
    out: dict[str, Any] = {"public": public}
    if args.start:
        out["from"] = _day(args.start)
    if args.until:
        out["until"] = _day(args.until)
    return out


def _day(text: str | None) -> str:
    day = parse_day(text)
    return (day or dt.date.today()).isoformat()


def _sound(value: Any, text: str) -> None:
    """Refuse a list of keys that would not be in order."""
    from zongmu.store.fitting.validate import validate

    findings = validate(KEYS, value, data=text.encode(), path=KEYS_PATH).findings
    if findings:
        raise Trouble(findings[0].code, findings[0].message, findings[0].next_step, where=KEYS_PATH, exit_code=1)


def _saved(editor: Editor, out: TextIO, lang: str) -> int:
    _sound(editor.value, editor.text())
    editor.save()
    out.write(
        f"已写入 {KEYS_PATH}。由一名根人员签名提交，并附另一名根人员的同意：zongmu trust consent\n"
        if lang == "zh"
        else f"{KEYS_PATH} is written. One root person commits it signed, with another's consent: zongmu trust consent\n"
    )
    return 0
