"""Small real repositories, written object by object in this process: a signed commit costs no program.

What a careful registry looks like: a merge service that commits for others, three departments, two root persons. Times
are seconds since 1970, one hour apart unless a test says otherwise.
"""

from __future__ import annotations

import base64
import hashlib
import struct
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from zongmu.model.acts.milestones import key_of
from zongmu.model.fields.digest import milestone_digest
from zongmu.store.editing.emit import inline
from zongmu.trust.authority.consent import statement as consent_statement
from zongmu.trust.authority.edits import Edit
from zongmu.trust.authority.rows import read_project
from zongmu.trust.authority.rows import statement as row_statement
from zongmu.trust.chain.checkpoint import Checkpoint
from zongmu.trust.signatures.schemes import word
from zongmu.trust.signatures.sshsig import CONSENT, ENDORSEMENT, GIT, armor, signed_data

START = 1_790_000_000  # 2026-09-21
HOUR = 3600
PROJECT = "registry/projects/shili/water/shili-2026-0001.yaml"
OTHER = "registry/projects/shili/roads/shili-2026-0002.yaml"
SIGNED = "registry/endorsements/shili/shili-2026-0001.yaml"

SETTINGS = """\
format: 1
name: 示例
timezone: Asia/Shanghai
site:
  address: https://registry.example/
repository: internal
assurance: {level}
disclosure_review: separate
jurisdictions:
  - id: shili
    name: 示例市
    region: "110000"
"""


def project(id: str, owner: str, *, total: str = "480万元", name: str = "示例平台", more: str = "") -> str:
    """A project with one declaration and one approval."""
    return (
        f"format: 1\nid: {id}\njurisdiction: shili\nname: {name}\nowner: shili/{owner}\n\nmilestones:\n"
        f"  - kind: declared\n    date: 2026-09-01\n    total: {total}\n"
        f"  - kind: approved\n    date: 2026-09-10\n    number: 示审〔2026〕1号\n    total: {total}\n{more}"
    )


class Signer:
    """A person with an Ed25519 key that is the same on every run."""

    def __init__(self, name: str, email: str = "") -> None:
        self.name = name
        self.email = email or f"{name}@registry.example"
        self._private = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(name.encode()).digest())
        self.blob = word(b"ssh-ed25519") + word(self._private.public_key().public_bytes_raw())

    @property
    def public(self) -> str:
        """The public key as OpenSSH writes it."""
        return f"ssh-ed25519 {base64.b64encode(self.blob).decode()}"

    def sign(self, message: bytes, namespace: str) -> bytes:
        """The binary signature."""
        value = self._private.sign(signed_data(message, namespace))
        words = (self.blob, namespace.encode(), b"", b"sha512", word(b"ssh-ed25519") + word(value))
        return b"SSHSIG" + struct.pack(">I", 1) + b"".join(map(word, words))

    def text(self, message: bytes, namespace: str) -> str:
        """The signature as one word."""
        return base64.b64encode(self.sign(message, namespace)).decode()


@cache
def who(name: str) -> Signer:
    """The person of that name."""
    return Signer(name)


PEOPLE: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "root-a": ("", ("root",)),
    "root-b": ("", ("root",)),
    "forge": ("", ("forge",)),
    "clerk": ("shili/water", ("department",)),
    "clerk-b": ("shili/water", ("department",)),
    "roads": ("shili/roads", ("department",)),
    "bureau": ("shili/data", ("data_bureau", "registrar")),
    "finance": ("shili/finance", ("finance",)),
}


def keys(
    people: Mapping[str, tuple[str, tuple[str, ...]]] = PEOPLE,
    *,
    key: Mapping[str, Mapping[str, Any]] | None = None,
    person: Mapping[str, Mapping[str, Any]] | None = None,
    extra: str = "",
) -> str:
    """``trust/keys.yaml``; *key* adds to somebody's key, *person* to somebody."""
    out = ["format: 1", "people:"]
    for name, (organization, roles) in people.items():
        row: dict[str, Any] = {"id": name, "post": "岗位", "email": who(name).email}
        if organization:
            row["organization"] = organization
        row |= {
            "roles": list(roles),
            "keys": [{"id": "k1", "public": who(name).public} | dict((key or {}).get(name, {}))],
        }
        row |= (person or {}).get(name, {})
        out.append(f"  - {inline(row)}")
    return "\n".join(out) + "\n" + extra


POLICY = """\
format: 1
roots: 2
land: [forge, registrar]
edit:
  - {role: department, own: true}
  - {role: registrar}
code: [registrar]
fields:
  - {field: class, roles: [data_bureau]}
confirm:
  - {kind: approved, role: finance, signed: {field: total, above: 1000万元}}
"""


@dataclass(frozen=True)
class Made:
    """A commit."""

    id: str
    tree: str
    time: int
    files: Mapping[str, tuple[str, bytes]]


class History:
    """A bare repository that is written directly. ``main`` follows the last commit."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("objects", "refs/heads"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / "HEAD").write_text("ref: refs/heads/main\n")
        (folder / "config").write_text("[core]\n\trepositoryformatversion = 0\n\tbare = true\n")
        self.head: Made | None = None
        self.trusted = ""
        self.seen: Checkpoint | None = None  # a checkpoint that somebody kept

    # --- objects -----------------------------------------------------------------------------------------------------

    def put(self, kind: str, data: bytes) -> str:
        """Write an object; its id."""
        whole = f"{kind} {len(data)}\0".encode() + data
        id = hashlib.sha1(whole, usedforsecurity=False).hexdigest()
        place = self.folder / "objects" / id[:2] / id[2:]
        if not place.exists():
            place.parent.mkdir(exist_ok=True)
            place.write_bytes(zlib.compress(whole, 1))
        return id

    def tree(self, files: Mapping[str, tuple[str, bytes]]) -> str:
        """Write a tree of path → (mode, content)."""
        folders: dict[str, dict[str, tuple[str, bytes]]] = {}
        lines: list[tuple[str, bytes]] = []
        for path, (mode, data) in files.items():
            top, _, rest = path.partition("/")
            if rest:
                folders.setdefault(top, {})[rest] = (mode, data)
            else:
                id = "1" * 40 if mode == "160000" else self.put("blob", data)
                lines.append((path, f"{mode} {path}\0".encode("utf-8", "surrogateescape") + bytes.fromhex(id)))
        for name, inner in folders.items():
            lines.append((name + "/", f"40000 {name}\0".encode() + bytes.fromhex(self.tree(inner))))
        return self.put(
            "tree", b"".join(line for _, line in sorted(lines, key=lambda x: x[0].encode("utf-8", "surrogateescape")))
        )

    # --- commits -----------------------------------------------------------------------------------------------------

    def commit(
        self,
        change: Mapping[str, str | bytes | tuple[str, bytes] | None],
        *,
        signer: Signer | None = None,
        author: Signer | None = None,
        committer: Signer | None = None,
        parents: Sequence[Made] | None = None,
        time: int | None = None,
        message: str = "change",
        consents: Sequence[str] = (),
        headers: bytes = b"",
        move: bool = True,
    ) -> Made:
        """Commit *change* (path → text; None: delete) on the head or on *parents*; the head moves unless told not to."""
        over = list(parents) if parents is not None else ([self.head] if self.head else [])
        before = dict(over[0].files) if over else {}
        files = dict(before)
        for path, content in change.items():
            if content is None:
                files.pop(path, None)
            else:
                files[path] = content if isinstance(content, tuple) else ("100644", _bytes(content))
        if consents:
            text = self.consent_statement(
                before,
                files,
                [p for p in change if p.startswith(("trust/", "checks/", "registry/reg", "registry/organizations"))],
            )
            message += "\n\n" + "\n".join(f"Zongmu-Consent: {n} {who(n).text(text, CONSENT)}" for n in consents)
        clock = time if time is not None else (over[0].time + HOUR if over else START)
        tree = self.tree(files)
        by = author or signer or who("clerk")
        lander = committer or signer or by
        lines = [f"tree {tree}", *(f"parent {p.id}" for p in over)]
        lines += [
            f"author {by.name} <{by.email}> {clock} +0800",
            f"committer {lander.name} <{lander.email}> {clock} +0800",
        ]
        head = "\n".join(lines).encode() + b"\n" + headers
        body = b"\n" + message.encode() + b"\n"
        raw = head + (signature_header(signer.sign(head + body, GIT)) if signer else b"") + body
        made = Made(self.put("commit", raw), tree, clock, files)
        if move:
            self.move(made)
        return made

    def move(self, to: Made | str) -> None:
        """Let ``main`` be *to*."""
        if isinstance(to, Made):
            self.head = to
        (self.folder / "refs/heads/main").write_text((to.id if isinstance(to, Made) else to) + "\n")

    def raw(self, data: bytes) -> str:
        """Write *data* as a commit and let ``main`` be it."""
        id = self.put("commit", data)
        self.move(id)
        return id

    def bytes_of(self, made: Made) -> bytes:
        """A commit as it is stored."""
        return self.read(made.id)

    def read(self, id: str) -> bytes:
        """An object as it is stored."""
        return zlib.decompress((self.folder / "objects" / id[:2] / id[2:]).read_bytes()).partition(b"\0")[2]

    def consent_statement(self, before: Mapping[str, Any], after: Mapping[str, Any], paths: Sequence[str]) -> bytes:
        """What a second root person signs."""
        from zongmu.store.git.tree_changes import RawChange

        edits = []
        for path in paths:
            old, new = (files.get(path, ("", None))[1] for files in (before, after))
            edits.append(Edit(RawChange(path, None, None, None, None), old, new))
        return consent_statement(self.trusted, edits)

    def landed(self, change: Mapping[str, str | bytes | None], by: str = "clerk", **more: Any) -> Made:
        """What the merge service commits for somebody."""
        return self.commit(change, signer=who("forge"), author=who(by), **more)

    def trust(self, change: Mapping[str, str | None], **more: Any) -> Made:
        """A change of trust by both root persons."""
        made = self.commit(change, **{"signer": who("root-a"), "consents": ("root-b",)} | more)
        self.trusted = made.id
        return made


def _bytes(content: str | bytes) -> bytes:
    return content if isinstance(content, bytes) else content.encode()


def signature_header(blob: bytes) -> bytes:
    """A signature as a header of a commit."""
    return b"gpgsig " + armor(blob).replace(b"\n", b"\n ") + b"\n"


def registry(folder: Path, level: str = "F") -> History:
    """A registry at *level*: the pinned commit, and one project that a clerk entered."""
    made = History(folder)
    files = {
        "registry/registry.yaml": SETTINGS.format(level=level),
        "trust/keys.yaml": keys(),
        "trust/policy.yaml": POLICY,
    }
    made.trusted = made.commit(files, signer=who("root-a")).id
    made.landed({PROJECT: project("shili-2026-0001", "water"), OTHER: project("shili-2026-0002", "roads")}, by="bureau")
    return made


def row(
    seq: int,
    digest: str,
    *,
    by: str = "finance",
    role: str = "finance",
    of: str = "approved",
    level: str = "F",
    record: str = "shili-2026-0001",
    signer: Signer | None = None,
    **more: Any,
) -> dict[str, Any]:
    """A row of endorsements; at level S signed by *signer* (by its person, where none is named)."""
    made = {"seq": seq, "role": role, "by": by, "date": "2026-09-22", "level": level, "of": of, "digest": digest} | more
    if level == "S":
        made["evidence"] = {
            "signature": (signer or who(by)).text(row_statement(record, "endorsements", made), ENDORSEMENT)
        }
    elif level == "F":
        made.setdefault("evidence", {"request": "!12"})
    return made


def endorsements(*rows: Mapping[str, Any], record: str = "shili-2026-0001") -> str:
    """An endorsements file."""
    lines = [f"  - {inline(dict(one))}" for one in rows]
    return f"format: 1\njurisdiction: shili\nproject: {record}\n\nendorsements:\n" + "\n".join(lines) + "\n"


def digest_of(text: str | bytes, milestone: str = "approved") -> str:
    """The digest of a milestone of the project in *text*."""
    found = read_project(_bytes(text))
    assert found is not None
    return next(milestone_digest(found.id, m) for m in found.milestones if key_of(m) == milestone)
