"""Signatures: what stock OpenSSH and Git refuse, we refuse; what they write, we accept; anything else never raises."""

from __future__ import annotations

import base64
import json
import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.shared import REPO
from tests.trust.history import PROJECT, History, keys, project, registry, signature_header, who
from tests.trust.verifying import outcome, verified
from zongmu.store.git.tree_changes import RawChange
from zongmu.trust.authority.edits import Edit, form_faults, moved
from zongmu.trust.authority.standing import standing
from zongmu.trust.chain import commits
from zongmu.trust.signatures import schemes, sshsig
from zongmu.trust.signatures.sshsig import GIT, BadSignature, public_key, signed_data, verify

needs_keygen = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="needs ssh-keygen of OpenSSH")


@needs_keygen
@pytest.mark.parametrize("kind", ["ed25519", "ecdsa"])
def test_what_ssh_keygen_signs_is_accepted_and_bound_to_its_namespace(kind: str, tmp_path: Path) -> None:
    key = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", "", "-C", "x", "-f", key], check=True)
    signed = subprocess.run(
        ["ssh-keygen", "-q", "-Y", "sign", "-n", "file", "-f", key], input=b"text", capture_output=True, check=True
    )
    blob = sshsig.from_armor(signed.stdout)
    public = sshsig.public_key((tmp_path / "key.pub").read_text())
    assert sshsig.verify(blob, b"text", "file") == public
    for message, namespace in ((b"other", "file"), (b"text", "git")):
        with pytest.raises(BadSignature):
            sshsig.verify(blob, message, namespace)
    printed = subprocess.run(["ssh-keygen", "-lf", key], capture_output=True, text=True, check=True).stdout
    assert sshsig.fingerprint(public) in printed


@needs_keygen
def test_an_rsa_key_is_refused_with_a_reason(tmp_path: Path) -> None:
    subprocess.run(["ssh-keygen", "-q", "-t", "rsa", "-b", "2048", "-N", "", "-f", tmp_path / "key"], check=True)
    with pytest.raises(ValueError, match="not an accepted algorithm"):
        sshsig.public_key((tmp_path / "key.pub").read_text())


def _oracle(made: History, ids: list[str], folder: Path) -> dict[str, str]:
    """What stock Git says of each commit: ``G`` is good."""
    allowed = folder / "allowed"
    allowed.write_text("".join(f"{who(n).email} {who(n).public}\n" for n in ("forge", "bureau")))
    config = ["-c", "gpg.format=ssh", "-c", f"gpg.ssh.allowedSignersFile={allowed}"]
    asked = ["git", *config, "-C", made.folder, "log", "--no-walk=unsorted", "--format=%H %G?", *ids]
    for _ in range(5):
        done = subprocess.run(asked, capture_output=True, text=True, check=False)
        # Now and then Git itself dies where the program that it asks refuses a signature before it has read the text.
        if done.returncode != -signal.SIGPIPE:
            break
    done.check_returncode()
    return dict(line.split(" ") for line in done.stdout.splitlines())


@needs_keygen
def test_where_git_refuses_so_do_we(tmp_path: Path) -> None:
    made = registry(tmp_path / "r")
    honest = made.landed({PROJECT: project("shili-2026-0001", "water", name="改")})
    raw = made.bytes_of(honest)
    begin, end = raw.index(b"gpgsig "), raw.index(b"-----END SSH SIGNATURE-----\n") + 28
    blob = who("forge").sign(raw[:begin] + raw[end:], GIT)
    variants = [raw, raw[:begin] + raw[end:], raw.replace(b"+0800", b"+0900", 1), raw + b"more\n"]
    variants += [raw[:begin] + signature_header(blob[:n] + bytes([blob[n] ^ 1]) + blob[n + 1 :]) + raw[end:]
                 for n in range(0, len(blob), 14)]  # fmt: skip
    variants += [
        raw[:begin] + signature_header(blob + b"x") + raw[end:],
        raw[:begin] + signature_header(blob[:-1]) + raw[end:],
    ]
    variants += [raw.replace(b"BEGIN SSH", b"BEGIN PGP"), raw.replace(b"gpgsig ", b"gpgsig-sha256 ")]
    ids = [made.put("commit", data) for data in variants]
    said = _oracle(made, ids, tmp_path)
    good = 0
    for id in dict.fromkeys(ids):
        made.move(id)
        refused = bool(outcome(made)[0])
        assert refused or said[id] == "G", id
        good += not refused
    assert good == 1


def _ours(blob: bytes) -> bool:
    try:
        sshsig.verify(blob, b"message", "git")
    except BadSignature:
        return False
    return True


_GOOD = who("forge").sign(b"message", "git")


@given(
    st.binary(max_size=400)
    | st.builds(
        lambda at, new: _GOOD[:at] + new + _GOOD[at + len(new) :], st.integers(0, len(_GOOD)), st.binary(max_size=6)
    )
)
@settings(max_examples=300)
def test_no_other_bytes_are_a_signature(blob: bytes) -> None:
    assert _ours(blob) is (blob == _GOOD)


@given(st.binary(max_size=600) | st.text(max_size=300).map(lambda t: t.encode("utf-8", "replace")))
@settings(max_examples=200)
def test_no_bytes_break_the_readers(data: bytes) -> None:
    for read in (sshsig.from_armor, sshsig.parse, lambda d: sshsig.parse(sshsig.from_text(d.decode("latin-1")))):
        with pytest.raises(BadSignature):
            read(data)
    with pytest.raises(commits.BadCommit):
        commits.parse("0" * 40, data)


# --- fuzz: commit objects and trust files -----------------------------------------------------------------------------

_LINES = st.sampled_from(
    [b"tree " + b"4b825dc642cb6eb9a060e54bf8d69288fbee4904", b"parent " + b"0" * 40, b"author A <a@b> 1 +0000", b"committer A <a@b> 1 +0000",
     b"author A <a@b> 99999999999999 +0000", b"gpgsig x", b"encoding x", b"", b" ", b"\0", b"mergetag object", b"HG:extra x"]
)  # fmt: skip


@given(st.lists(_LINES | st.binary(max_size=30), max_size=12))
@settings(max_examples=300)
def test_a_commit_of_random_lines_never_passes_for_an_exact_signed_one(lines: list[bytes]) -> None:
    raw = b"\n".join(lines)
    try:
        found = commits.parse("0" * 40, raw)
    except commits.BadCommit:
        return
    assert found.signature is None or not found.exact


_SPOTS = st.integers(0, len(keys().encode()) - 1)


@given(st.lists(st.tuples(_SPOTS, st.binary(min_size=1, max_size=5)), min_size=1, max_size=4))
@settings(max_examples=150)
def test_damaged_trust_files_give_nobody_a_key(edits: list[tuple[int, bytes]]) -> None:
    honest = {
        sshsig.public_key(who(n).public)
        for n in ("root-a", "root-b", "forge", "clerk", "clerk-b", "roads", "bureau", "finance")
    }
    data = keys().encode()
    for at, new in edits:
        data = data[:at] + new + data[at + len(new) :]
    files = {"trust/keys.yaml": data, "trust/policy.yaml": _policy(), "registry/registry.yaml": b"assurance: F\n"}
    made, broken = standing(files.get)
    # What is damaged is refused as a whole, or still names only keys that stand in it letter for letter.
    if broken is None:
        assert {key for _, key in made.roots()} <= {k for k in honest if base64.b64encode(k) in data} | _in(data)
    else:
        assert not made.known


def _in(data: bytes) -> set[bytes]:
    found = set()
    for word in data.replace(b'"', b" ").replace(b",", b" ").replace(b"}", b" ").split():
        try:
            found.add(sshsig.public_key(f"ssh-ed25519 {word.decode()}"))
        except ValueError:
            continue
    return found


def _policy() -> bytes:
    from tests.trust.history import POLICY

    return POLICY.encode()


@given(
    st.lists(
        st.sampled_from(
            [
                b"format: 1",
                b"people:",
                b"roots: 2",
                b"  - id: x",
                b"- &a *a",
                b"[[[[",
                b"\xff",
                b"roots: 1",
                b"land: []",
                b"edit: []",
            ]
        ),
        max_size=8,
    )
)
@settings(max_examples=100)
def test_a_policy_of_random_lines_is_none(lines: list[bytes]) -> None:
    data = b"\n".join(lines)
    files = {"trust/keys.yaml": keys().encode(), "trust/policy.yaml": data, "registry/registry.yaml": b""}
    made, broken = standing(files.get)
    assert (made.known, broken) == (False, "trust/policy.yaml")


_VALUES = st.recursive(
    st.text("abé甲 :-", max_size=6) | st.integers(0, 99) | st.booleans(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["kind", "seq", "id", "date", "from", "x"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(_VALUES, _VALUES)
@settings(max_examples=150)
def test_records_of_any_shape_are_judged_or_refused_and_never_crash(one: object, other: object) -> None:
    head = '{"format": 1, "id": "shili-2026-0001", "milestones": %s, "holds": %s}'
    sides = [(head % (json.dumps(a), json.dumps(b))).encode() for a, b in ((one, other), (other, one))]
    for path in (
        PROJECT,
        "registry/organizations/shili/water.yaml",
        "registry/endorsements/shili/shili-2026-0001.yaml",
    ):
        edit = Edit(RawChange(path, "100644", "0" * 40, "100644", "1" * 40), *sides)
        refused = {fault.code.id for fault in form_faults([edit], lambda *_: False)}
        if moved(edit) is None:
            assert "trust.unreadable" in refused


# --- algorithms of others ---------------------------------------------------------------------------------------------

SM2 = """\
import subprocess, tempfile
from pathlib import Path
from zongmu.trust.signatures.schemes import Words

class Sm2:
    def check_key(self, key):
        words = Words(key)
        if words.take() != b"sm2-sm3@example.org" or not words.take().startswith(b"-----BEGIN PUBLIC KEY-----"):
            raise ValueError("no SM2 key")
        words.end()

    def verify(self, key, signature, data):
        self.check_key(key)
        words = Words(key)
        words.take()
        with tempfile.TemporaryDirectory() as name:
            public, value = Path(name, "key"), Path(name, "value")
            public.write_bytes(words.take())
            value.write_bytes(signature)
            command = ["openssl", "dgst", "-sm3", "-verify", public, "-signature", value, *{options}]
            return subprocess.run(command, input=data, capture_output=True).returncode == 0

def broken():
    raise RuntimeError("no device")
"""
_OPTIONS = ["-sigopt", "distid:1234567812345678"]


@pytest.fixture
def sm2(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[bytes], bytes]]:
    """A package with SM2 is installed beside the program; what makes a signature (SSHSIG) of a message with one key."""
    command = ["openssl", "genpkey", "-algorithm", "SM2", "-out", str(tmp_path / "key")]
    if shutil.which("openssl") is None or subprocess.run(command, capture_output=True).returncode:
        pytest.skip("this openssl has no SM2")
    place = tmp_path / "site"
    (place / "city_sm2-1.dist-info").mkdir(parents=True)
    (place / "city_sm2-1.dist-info/METADATA").write_text("Metadata-Version: 2.1\nName: city-sm2\nVersion: 1\n")
    points = "[zongmu.schemes]\nsm2-sm3@example.org = city_sm2:Sm2\nbroken1@example.org = city_sm2:broken\n"
    (place / "city_sm2-1.dist-info/entry_points.txt").write_text(points)
    (place / "city_sm2.py").write_text(SM2.replace("{options}", repr(_OPTIONS)))
    monkeypatch.syspath_prepend(str(place))
    schemes._installed.cache_clear()
    public = subprocess.run(
        ["openssl", "pkey", "-in", tmp_path / "key", "-pubout"], capture_output=True, check=True
    ).stdout
    key = schemes.word(b"sm2-sm3@example.org") + schemes.word(public)

    def sign(message: bytes) -> bytes:
        command = ["openssl", "dgst", "-sm3", "-sign", tmp_path / "key", *_OPTIONS]
        value = subprocess.run(command, input=signed_data(message, GIT), capture_output=True, check=True).stdout
        return b"SSHSIG\0\0\0\1" + b"".join(map(schemes.word, (key, b"git", b"", b"sha512", value)))

    yield sign
    schemes._installed.cache_clear()


def test_sm2_comes_with_a_package_that_is_installed_beside_the_program(sm2: Callable[[bytes], bytes]) -> None:
    blob = sm2(b"payload")
    key = verify(blob, b"payload", GIT)
    line = f"sm2-sm3@example.org {base64.b64encode(key).decode()}"
    assert public_key(line) == key
    with pytest.raises(BadSignature):
        verify(blob, b"another payload", GIT)
    with pytest.raises(ValueError, match="no SM2 key"):
        public_key(
            f"sm2-sm3@example.org {base64.b64encode(schemes.word(b'sm2-sm3@example.org') + schemes.word(b'x')).decode()}"
        )
    # One that does not work is no verdict; one that nobody brings signs nothing.
    with pytest.raises(schemes.BrokenScheme):
        verify(
            blob.replace(schemes.word(b"sm2-sm3@example.org"), schemes.word(b"broken1@example.org")), b"payload", GIT
        )
    with pytest.raises(BadSignature):
        verify(
            blob.replace(schemes.word(b"sm2-sm3@example.org"), schemes.word(b"another@example.org")), b"payload", GIT
        )


# --- the demonstration ------------------------------------------------------------------------------------------------


@needs_keygen
def test_the_demonstration_at_level_s(tmp_path: Path) -> None:
    env = os.environ | {"XDG_CACHE_HOME": str(tmp_path / "cache"), "ZONGMU_LANG": "en"}
    done = subprocess.run([REPO / "script/demo-trust", tmp_path / "demo"], capture_output=True, text=True, env=env)
    assert done.returncode == 0, done.stderr
    assert "Acts to be endorsed: in effect 3" in done.stdout
    assert "since the checkpoint of 3 commits" in done.stdout
    assert "cosigned by audit-office" in done.stdout


def test_the_strong_id_of_a_tree_is_what_git_gives_it_in_sha256(tmp_path: Path) -> None:
    made = registry(tmp_path / "r")
    work = tmp_path / "w"
    run = lambda *a: subprocess.run(["git", *a], cwd=work, capture_output=True, text=True, check=True).stdout.strip()  # noqa: E731
    subprocess.run(["git", "init", "-q", "--object-format=sha256", work], check=True)
    assert made.head is not None
    for path, (_, data) in made.head.files.items():
        (work / path).parent.mkdir(parents=True, exist_ok=True)
        (work / path).write_bytes(data)
    run("add", "-A")
    from zongmu.trust.chain.objects import Objects, opened

    with opened(made.folder) as (git, head):
        objects = Objects(git)
        assert objects.strong_tree(bytes.fromhex(objects.commit(head).tree)).hex() == run("write-tree")
    assert verified(made).faults == []
