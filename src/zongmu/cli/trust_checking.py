"""``zongmu trust check``: whether the trust files are in order, and who holds what."""

from __future__ import annotations

import argparse
import datetime as dt
from pathlib import Path
from typing import TextIO

from zongmu.report.text import printable
from zongmu.trust.files import KEYS, KEYS_PATH, POLICY, POLICY_PATH, Keys, Policy
from zongmu.trust.sshsig import fingerprint, public_key


def check(root: Path, args: argparse.Namespace, out: TextIO) -> int:
    """Say what is wrong with the trust files, else who holds what."""
    from zongmu.trust.epochs import EPOCHS_PATH, epochs_in
    from zongmu.trust.standing import expired, load, standing

    zh = args.lang == "zh"
    step = "怎么办：" if zh else "next: "
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
            out.write(f"    {step}{printable(found.next_step.pick(args.lang))}\n")
            wrong += 1
        if data is None:
            out.write(f"{path}: {'没有这个文件' if zh else 'there is no such file'}\n")
            out.write(
                f"    {step}{'zongmu trust init，再用 zongmu trust add 增加账号' if zh else 'zongmu trust init, then zongmu trust add for each account'}\n"
            )
            wrong += 1
    epochs = root / EPOCHS_PATH
    if epochs.is_file() and epochs_in(epochs.read_bytes()) is None:
        out.write(f"{EPOCHS_PATH}: [trust.epoch-record] {'写法不合要求' if zh else 'not in order'}\n")
        out.write(
            f"    {step}{'恢复原文件；它由 zongmu trust epoch 写' if zh else 'put it back as it was; zongmu trust epoch writes it'}\n"
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
        out.write(f"    {step}{'改正后再检查一次' if zh else 'mend it, then check again'}\n")
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
