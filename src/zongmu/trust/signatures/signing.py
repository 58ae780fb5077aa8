"""Making signatures with the person's own ``ssh-keygen``: key files, agents and security keys alike.

The private key never comes near this program.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

from zongmu.store.git.codes import GitProblem
from zongmu.store.git.text import path_text, shown
from zongmu.trust import codes
from zongmu.trust.signatures.sshsig import BadSignature, from_text, to_text, verify


def sign(message: bytes, namespace: str, key: Path) -> tuple[str, bytes]:
    """*message* signed with the key file *key*: the signature as one word, and the public key that made it.

    Raises :class:`~zongmu.store.git.codes.GitProblem`.
    """
    try:
        done = subprocess.run(
            ["ssh-keygen", "-Y", "sign", "-q", "-n", namespace, "-f", str(key)],
            input=message,
            capture_output=True,
            check=False,
        )
    except FileNotFoundError:
        reason = "没有 ssh-keygen；apt-get install openssh-client"
        raise GitProblem(codes.CANNOT_SIGN, key=shown(key.name), reason=reason) from None
    if done.returncode != 0:
        reason = shown(path_text(done.stderr.strip()), 200) or f"exit {done.returncode}"
        raise GitProblem(codes.CANNOT_SIGN, key=shown(key.name), reason=reason)
    try:
        text = to_text(done.stdout)
        return text, verify(from_text(text), message, namespace)
    except BadSignature as error:
        raise GitProblem(codes.CANNOT_SIGN, key=shown(key.name), reason=str(error)) from None
