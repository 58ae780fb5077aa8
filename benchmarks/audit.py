"""Verifying a signed history: cost of the signatures, of the full policy, and of what is new since the last time.

The peer for signatures is the bare minimum in the same process: ``git cat-file --batch``, the signature cut out of each
commit and verified with Ed25519, no question asked. Stock Git's own way (``git log %G?``, two programs for every commit) is timed on a sample.
"""

from __future__ import annotations

import base64
import resource
import subprocess
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tests.trust.history import POLICY, SETTINGS, History, digest_of, endorsements, keys, project, row, who
from zongmu.trust.chain import commits
from zongmu.trust.chain.objects import Objects, opened
from zongmu.trust.signatures.sshsig import GIT, from_armor, signed_data, verify
from zongmu.trust.verifying import progress
from zongmu.trust.verifying.verify import Verifier


def make(folder: Path, size: int) -> History:
    """A registry of *size* commits: projects entered and edited, one in five an endorsement."""
    made = History(folder)
    files = {
        "registry/registry.yaml": SETTINGS.format(level="F"),
        "trust/keys.yaml": keys(),
        "trust/policy.yaml": POLICY,
    }
    made.commit(files, signer=who("root-a"), author=who("root-a"))
    texts: dict[int, str] = {}
    for n in range(1, size):
        number = (n * 7) % max(size // 10, 1)
        id = f"shili-2026-{number:04}"
        if n % 5 == 0 and number in texts:
            path = f"registry/endorsements/shili/{id}.yaml"
            assert made.head is not None
            if path not in made.head.files:
                made.landed({path: endorsements(row(1, digest_of(texts[number]), record=id), record=id)}, by="finance")
                continue
        texts[number] = project(id, "water", total=f"{480 + n % 500}万元")
        made.landed({f"registry/projects/shili/water{number % 20}/{id}.yaml": texts[number]}, by="bureau")
    return made


def _bare(data: bytes) -> None:
    """Verify the signature of one commit, trusting that it is spelled as OpenSSH spells it."""
    head, _, rest = data.partition(b"gpgsig ")
    armour, _, body = rest.partition(b"-----END SSH SIGNATURE-----\n")
    blob = base64.b64decode(armour.replace(b"-----BEGIN SSH SIGNATURE-----", b""))
    key = blob[33:65]
    Ed25519PublicKey.from_public_bytes(key).verify(blob[-64:], signed_data(head + body, GIT))


def _timed(work: Callable[[], object]) -> float:
    """Processor seconds of *work* and of the programs that it ran to their end."""
    begin = _used()
    work()
    return _used() - begin


def _used() -> float:
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in both)


def run(size: int, runs: int) -> list[str]:
    """Lines of the report for *size* commits; each thing is timed once, *runs* or not."""
    with tempfile.TemporaryDirectory() as name:
        made = make(Path(name) / "r", size)
        subprocess.run(["git", "-C", made.folder, "gc", "-q"], check=True)
        roots = frozenset(who(n).blob for n in ("root-a", "root-b"))
        with opened(made.folder) as (git, head):
            ids = git.run("rev-list", "--reverse", head).decode().split()

            def bare() -> None:
                for data in git.objects(ids, "commit"):
                    _bare(data)

            def strict() -> None:
                for id, data in zip(ids, git.objects(ids, "commit"), strict=True):
                    found = commits.parse(id, data)
                    assert found.signature is not None
                    verify(from_armor(found.signature), found.payload, GIT)

            git.close()
            assert made.head is not None
            now = made.head.time
            peer = _timed(bare)
            signatures = _timed(strict)
            first = _timed(lambda: Verifier(Objects(git), head, roots).run(ids[0], now=now))
            kept = Path(name) / "kept.json"
            result = Verifier(Objects(git), head, roots).run(ids[0], now=now)
            assert result.faults == [], result.faults[:3]
            progress.save(kept, result.progress)
            again = _timed(lambda: Verifier(Objects(git), head, roots).run(ids[0], known=progress.load(kept), now=now))
        unpack = _timed(partial(_unpack, made.folder))
        sample = ids[:: max(1, size // 50)]
        allowed = Path(name) / "allowed"
        allowed.write_text("".join(f"{who(n).email} {who(n).public}\n" for n in ("forge", "root-a")))
        config = ("-c", "gpg.format=ssh", "-c", f"gpg.ssh.allowedSignersFile={allowed}")
        words = ["git", *config, "-C", str(made.folder), "log", "--no-walk", "--format=%G?", *sample]
        stock = _timed(lambda: subprocess.run(words, check=True, capture_output=True)) / len(sample) * size
    rows = {
        "Ed25519 over each commit, nothing else": peer,
        "signatures, as strict as the audit": signatures,
        "stock git (from a sample)": stock,
        "everything, first time": first,
        "everything, again": again,
        "unpacking the objects": unpack,
    }
    return [
        f"audit: {size} signed commits",
        *(f"  {name:<44}{value:>9.2f} s{value / peer:>9.2f}" for name, value in rows.items()),
    ]


def _unpack(folder: Path) -> None:
    with opened(folder):
        pass
