"""``zongmu checkpoint``: write down what the whole history is now, and check who cosigned it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TextIO

from zongmu.cli.audit import checkpoint_at, read_bytes, read_text, write
from zongmu.cli.trouble import Trouble
from zongmu.model.finding import Bilingual
from zongmu.store.git import Git, GitProblem


def run_checkpoint(root: Path, args: argparse.Namespace, out: TextIO) -> int:
    """Print the checkpoint of the head; or with ``--verify`` check a checkpoint's cosignatures. 0, 1 or :class:`Trouble`."""
    if args.verify is not None:
        return _verify(args, out)
    from zongmu.trust.checkpoint import Checkpoint, leaf_hash, origin_of, root_hash
    from zongmu.trust.codes import SHALLOW
    from zongmu.trust.files import SETTINGS_PATH
    from zongmu.trust.objects import Objects, Refused

    git = Git(root)
    try:
        if git.is_shallow():
            raise GitProblem(SHALLOW)
        head = git.resolve(args.at or "HEAD")
        objects = Objects(git, len(head))
        leaves = [leaf_hash(objects.leaf(commit.id)) for commit in objects.each(objects.main_line(head))]
        origin = origin_of(objects.file(objects.commit(head).tree, SETTINGS_PATH))
    except Refused as refused:
        raise Trouble(refused.fault.code.id, refused.fault.message, refused.fault.code.next_step) from None
    finally:
        git.close()
    write(Checkpoint(origin, len(leaves), root_hash(leaves), head).text(), args.out, out)
    return 0


def _verify(args: argparse.Namespace, out: TextIO) -> int:
    """Who of the allowed cosigners signed this checkpoint. 0 when somebody did and nobody else."""
    from zongmu.trust.checkpoint import cosigned_by
    from zongmu.trust.sshsig import BadSignature, allowed_signers, fingerprint

    checkpoint_at(args.verify)
    text = read_bytes(args.verify)
    names: dict[bytes, str] = {}
    if args.cosigners is not None:
        try:
            names = {key: name for name, key in allowed_signers(read_text(args.cosigners))}
        except ValueError as error:
            raise Trouble(
                "trust.bad-key-file",
                Bilingual(f"{args.cosigners.name} 不是公钥文件：{error}", f"{args.cosigners.name}: {error}"),
                Bilingual("每行：名称 ssh-ed25519 AAAA…", "each line: NAME ssh-ed25519 AAAA…"),
            ) from None
    zh = args.lang == "zh"
    good, bad = 0, 0
    for file in args.signatures:
        try:
            key = cosigned_by(text, read_bytes(file))
        except BadSignature as error:
            out.write(f"{file.name}: {'签名无效' if zh else 'not valid'} ({error})\n")
            bad += 1
            continue
        if key in names:
            out.write(f"{file.name}: {'共签' if zh else 'cosigned by'} {names[key]} {fingerprint(key)}\n")
            good += 1
        else:
            out.write(
                f"{file.name}: {'不在名单上的密钥' if zh else 'a key that is not on the list'} {fingerprint(key)}\n"
            )
            bad += 1
    if not good and not bad:
        out.write("没有共签\n" if zh else "nobody cosigned it\n")
    return 0 if good and not bad else 1
