"""``zongmu trust``: who joins, leaves, changes a key or stands in for somebody; and the second root person's consent.

The commands edit ``trust/keys.yaml`` in place and commit nothing: a change of trust is landed by one root person with the
consent of another.
"""

from __future__ import annotations

import argparse
import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO

from zongmu.cli.session import checks_at, no_settings, parse_day, registry_at
from zongmu.cli.trouble import Trouble, trouble
from zongmu.report.text import printable
from zongmu.store.atomic import write_atomic
from zongmu.store.edit import EditError, Editor
from zongmu.store.emit import document
from zongmu.store.git import Git
from zongmu.store.reader import parse_exact
from zongmu.trust.files import KEYS, KEYS_PATH, POLICY, POLICY_PATH, ROOT, Keys, Policy
from zongmu.trust.sshsig import fingerprint, public_key


def run_trust(root: Path, args: argparse.Namespace, out: TextIO) -> int:
    """Run what was asked for: 0, 1 where the trust files are not in order, or :class:`Trouble`."""
    command = _COMMANDS[args.what]
    try:
        return command(root, args, out)
    except EditError as problem:
        raise Trouble.of(problem, KEYS_PATH, exit_code=1) from None


# --- beginning --------------------------------------------------------------------------------------------------------


def _init(root: Path, args: argparse.Namespace, out: TextIO) -> int:
    """Write a first ``trust/policy.yaml``: what the measures say must be confirmed, and cautious roles."""
    place = root / POLICY_PATH
    if place.exists():
        raise trouble(
            "trust.policy-exists",
            f"{POLICY_PATH} 已存在",
            f"{POLICY_PATH} is there already",
            "直接编辑它；改动须两名根人员同意",
            "edit it; a change needs two root persons",
        )
    registry = registry_at(root)
    instance = registry.instance
    if instance is None:
        raise no_settings(registry)
    measures = checks_at(root).measures
    confirm = [
        {"kind": kind, "jurisdiction": city.id, "role": role}
        for city in instance.jurisdictions
        for kind, role in sorted(
            {
                use.kind: use.confirmed_by
                for name in city.measures
                if name in measures
                for use in measures[name].measure.milestones.values()
                if use.confirmed_by is not None
            }.items()
        )
    ]
    value: dict[str, Any] = {
        "format": 1,
        "roots": 2,
        "land": ["forge"],
        "edit": [{"role": "department", "own": True}, {"role": "registrar"}],
        "code": ["registrar"],
    }
    if confirm:
        value["confirm"] = confirm
    notes = (
        "# 谁可以做什么。改动须两名根人员同意。Who may do what; a change needs two root persons.",
        "# land 谁的密钥可以签提交；edit 谁可以填报（own 只限本单位的项目）；confirm 哪些里程碑须签认，",
        "# 加 level: S 或 signed: {field: total, above: 1000万元} 则须本人签名；fields 可限定字段，如",
        "# fields: [{field: class, roles: [data_bureau]}]。",
    )
    place.parent.mkdir(exist_ok=True)
    write_atomic(place, document(value, header=notes).encode())
    out.write(
        f"已写入 {POLICY_PATH}，须签认的里程碑 {len(confirm)} 种，取自办法。接着：zongmu trust add\n"
        if args.lang == "zh"
        else f"{POLICY_PATH} is written, with {len(confirm)} kinds to be confirmed, from the measures. Next: zongmu trust add\n"
    )
    return 0


# --- editing the list of keys -----------------------------------------------------------------------------------------


def _add(root: Path, args: argparse.Namespace, out: TextIO) -> int:
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
        return _check(root, args, out)
    editor = Editor.open(place)
    editor.append(("people",), person)
    return _saved(editor, out, args.lang)


def _retire(root: Path, args: argparse.Namespace, out: TextIO) -> int:
    editor, at, person = _person(root, args.person)
    day = _day(args.date)
    if args.key is None:
        editor.set(("people", at, "left"), day)
    else:
        editor.set(
            ("people", at, "keys", _key_at(person, args.key), "retired"), {"date": day, "reason": args.reason or "停用"}
        )
    return _saved(editor, out, args.lang)


def _rotate(root: Path, args: argparse.Namespace, out: TextIO) -> int:
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


def _delegate(root: Path, args: argparse.Namespace, out: TextIO) -> int:
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
    from zongmu.store.validate import validate

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


# --- is it in order? --------------------------------------------------------------------------------------------------


def _check(root: Path, args: argparse.Namespace, out: TextIO) -> int:
    """Say what is wrong with the trust files, else who holds what."""
    from zongmu.trust.epochs import EPOCHS_PATH, epochs_in
    from zongmu.trust.standing import expired, load, standing

    zh = args.lang == "zh"
    step = "怎么办" if zh else "next"
    wrong = 0
    models: list[Keys | Policy | None] = []
    for kind, path in ((KEYS, KEYS_PATH), (POLICY, POLICY_PATH)):
        file = root / path
        data = file.read_bytes() if file.is_file() else None
        model, findings = load(kind, data)
        models.append(model)
        for found in findings:
            place = f":{found.position.line}:{found.position.column}" if found.position else ""
            out.write(printable(f"{path}{place}: [{found.code}] {found.message.pick(args.lang)}\n").rstrip() + "\n")
            out.write(f"    {step}: {printable(found.next_step.pick(args.lang))}\n")
            wrong += 1
        if data is None:
            out.write(f"{path}: {'没有这个文件' if zh else 'there is no such file'}\n")
            out.write(
                f"    {step}: {'zongmu trust init，再用 zongmu trust add 增加账号' if zh else 'zongmu trust init, then zongmu trust add for each account'}\n"
            )
            wrong += 1
    epochs = root / EPOCHS_PATH
    if epochs.is_file() and epochs_in(epochs.read_bytes()) is None:
        out.write(f"{EPOCHS_PATH}: [trust.epoch-record] {'写得不合规' if zh else 'not in order'}\n")
        out.write(
            f"    {step}: {'恢复原文件；它由 zongmu trust epoch 写' if zh else 'put it back as it was; zongmu trust epoch writes it'}\n"
        )
        wrong += 1
    _, broken = standing(lambda path: (root / path).read_bytes() if (root / path).is_file() else None)
    if not wrong and broken is not None:
        out.write(f"{broken}: [trust.no-trust] ")
        out.write(
            "账号、邮箱或密钥有重复，或根人员不足\n"
            if zh
            else "an account, e-mail or key occurs twice, or too few root persons\n"
        )
        out.write(f"    {step}: {'改正后再检查一次' if zh else 'mend it, then check again'}\n")
        wrong += 1
    keys = models[0]
    if isinstance(keys, Keys):
        old = expired(keys, dt.date.today())
        for person in keys.people:
            roles = "、".join(person.roles) or "—"
            state = f"  {'离岗' if zh else 'left'} {person.left}" if person.left else ""
            out.write(printable(f"{person.id}  {person.organization or ''}  {roles}{state}") + "\n")
            for key in person.keys:
                over = f"{person.id}/{key.id}" in old
                until = f"  → {key.until}" if key.until else ""
                gone = f"  {'停用' if zh else 'retired'} {key.retired.date}" if key.retired else ""
                try:
                    print_ = fingerprint(public_key(key.public))
                except ValueError as error:
                    print_ = f"[trust.bad-public-key] {error}"
                    wrong += 1
                over_said = ("  已到期，请停用" if zh else "  expired: retire it") if over else ""
                out.write(printable(f"    {key.id}  {print_}{until}{gone}{over_said}") + "\n")
    return 1 if wrong else 0


# --- consent ----------------------------------------------------------------------------------------------------------


def _consent(root: Path, args: argparse.Namespace, out: TextIO) -> int:
    """Sign the change of trust in *head* (or the work tree) as the second root person; print the line to add."""
    from zongmu.trust.changes import edits_between, moves_of, trust_edits, trusted_at
    from zongmu.trust.consent import statement
    from zongmu.trust.objects import Objects
    from zongmu.trust.signing import sign
    from zongmu.trust.sshsig import CONSENT
    from zongmu.trust.standing import standing

    git = Git(root)
    try:
        if args.head is None:
            tip = git.resolve("HEAD")
            objects = Objects(git, len(tip))
            new = git.run("write-tree").decode("ascii").strip()
        else:
            head = git.resolve(args.head)
            objects = Objects(git, len(head))
            commit = objects.commit(head)
            tip, new = (commit.parents or (head,))[0], commit.tree
        old = objects.commit(tip).tree
        edits = edits_between(objects, old, new)
        trust = trust_edits(edits, moves_of(edits))
        if not trust:
            raise trouble(
                "trust.nothing-to-consent",
                "没有信任区的改动",
                "nothing of the trust zone was changed",
                "先用 git add 暂存改动，或用 --head 指明提交",
                "stage the change with git add, or name the commit with --head",
            )
        message = statement(trusted_at(objects, tip), trust)
        signature, key = sign(message, CONSENT, args.sign)
        here, _ = standing(lambda path: objects.file(old, path))
        owner = here.signer(key, dt.date.today())
    finally:
        git.close()
    if here.known and (owner is None or ROOT not in owner.roles):
        raise trouble(
            "trust.not-root",
            "这把密钥不是根人员的",
            "that key is no root person's",
            "由 trust/keys.yaml 里有 root 职责的人签署",
            "somebody with the role root in trust/keys.yaml has to sign",
            exit_code=1,
        )
    for edit in trust:
        out.write(f"# {printable(edit.path)}\n")
    out.write(f"Zongmu-Consent: {owner.id if owner else args.person or 'root'} {signature}\n")
    return 0


def _epoch(root: Path, args: argparse.Namespace, out: TextIO) -> int:
    from zongmu.cli.trust_epoch import run_epoch

    return run_epoch(root, args, out)


_COMMANDS: dict[str, Callable[[Path, argparse.Namespace, TextIO], int]] = {
    "init": _init,
    "add": _add,
    "retire": _retire,
    "rotate": _rotate,
    "delegate": _delegate,
    "check": _check,
    "consent": _consent,
    "epoch": _epoch,
}
