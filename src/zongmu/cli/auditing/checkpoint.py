"""``zongmu checkpoint``: write down what the whole history is now, and check who cosigned it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TextIO

from zongmu.cli.auditing.audit import checkpoint_at, named_keys
from zongmu.cli.named_files import read_bytes, write
from zongmu.cli.trouble import Trouble
from zongmu.model.finding import Bilingual
from zongmu.store.git.asking import Git
from zongmu.store.git.codes import GitProblem


def run_checkpoint(root: Path, args: argparse.Namespace, out: TextIO) -> int:
    """Print the checkpoint of the head; or with ``--verify`` check a checkpoint's cosignatures. 0, 1 or :class:`Trouble`."""
    if args.verify is not None:
        return _verify(args, out)
    from zongmu.trust.authority.files import SETTINGS_PATH
    from zongmu.trust.chain.checkpoint import Checkpoint, origin_of, root_hash
    from zongmu.trust.chain.objects import Objects
    from zongmu.trust.codes import SHALLOW

    git = Git(root)
    try:
        if git.is_shallow():
            raise GitProblem(SHALLOW)
        head = git.resolve(args.at or "HEAD")
        objects = Objects(git)
        leaves = objects.leaves(objects.main_line(head))
        origin = origin_of(objects.file(objects.commit(head).tree, SETTINGS_PATH))
    finally:
        git.close()
    text = Checkpoint(origin, len(leaves), root_hash(leaves), head).text()
    if args.publish:
        _publish(root, text, args.lang, out)
    else:
        write(text, args.out, out)
    return 0


def _publish(root: Path, text: str, lang: str, out: TextIO) -> None:
    """Put the checkpoint where the site takes it from, under today's day."""
    import datetime as dt

    from zongmu.store.atomic import write_atomic
    from zongmu.trust.chain.published import FOLDER

    name = f"{FOLDER}/{dt.date.today().isoformat()}.txt"
    if (root / name).exists():
        raise Trouble(
            "trust.checkpoint-there",
            Bilingual(f"{name} 已公布", f"{name} is published already"),
            Bilingual("公布过的检查点不改动；一天一个", "a published checkpoint is never changed; one a day"),
            exit_code=1,
        )
    (root / FOLDER).mkdir(parents=True, exist_ok=True)
    write_atomic(root / name, text.encode())
    stem = name.removesuffix(".txt")
    out.write(
        f"已写入 {name}。请共签单位签名：ssh-keygen -Y sign -n zongmu-checkpoint -f 密钥 {name}，"
        f"签名改名为 {stem}.单位简称.sig；一起提交，下次建站即公布\n"
        if lang == "zh"
        else f"{name} is written. Have it cosigned: ssh-keygen -Y sign -n zongmu-checkpoint -f KEY {name}; name the "
        f"signature {stem}.COSIGNER.sig; commit both, and the next build serves them\n"
    )


def _verify(args: argparse.Namespace, out: TextIO) -> int:
    """Who of the allowed cosigners signed this checkpoint. 0 when somebody did and nobody else."""
    from zongmu.trust.chain.checkpoint import cosigned_by
    from zongmu.trust.signatures.sshsig import BadSignature, fingerprint

    checkpoint_at(args.verify)
    text = read_bytes(args.verify)
    names = named_keys(args.cosigners) if args.cosigners is not None else {}
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
