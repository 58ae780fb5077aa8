"""Making signatures with the person's own ``ssh-keygen``: key files, agents and security keys alike.

The private key never comes near this program.
"""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Final

from zongmu.model.finding import Bilingual, Code
from zongmu.store.git import GitProblem, path_text, shown
from zongmu.trust.sshsig import BadSignature, to_text, verify

CANNOT_SIGN = Code(
    "trust.cannot-sign",
    Bilingual("签名没有做成", "Not signed"),
    Bilingual("ssh-keygen 没有用 {key} 签成：{reason}", "ssh-keygen did not sign with {key}: {reason}"),
    Bilingual(
        "核对密钥文件（或其 .pub，由代理或 UKey 签）；试：ssh-keygen -Y sign -n file -f 密钥 文件",
        "check the key file (or its .pub, for an agent or a security key); try: ssh-keygen -Y sign -n file -f KEY FILE",
    ),
)
CODES: Final[tuple[Code, ...]] = (CANNOT_SIGN,)


def sign(message: bytes, namespace: str, key: Path) -> tuple[str, bytes]:
    """*message* signed with the key file *key*: the signature as one word, and the public key that made it.

    Raises :class:`~zongmu.store.git.GitProblem`.
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
        raise GitProblem(CANNOT_SIGN, key=shown(key.name), reason=reason) from None
    if done.returncode != 0:
        reason = shown(path_text(done.stderr.strip()), 200) or f"exit {done.returncode}"
        raise GitProblem(CANNOT_SIGN, key=shown(key.name), reason=reason)
    try:
        text = to_text(done.stdout)
        from zongmu.trust.sshsig import from_text

        return text, verify(from_text(text), message, namespace)
    except BadSignature as error:
        raise GitProblem(CANNOT_SIGN, key=shown(key.name), reason=str(error)) from None
