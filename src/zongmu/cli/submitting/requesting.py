"""Opening a merge request for a commit on behalf of somebody without an account: the push, then the forge."""

from __future__ import annotations

import argparse
import os
import re
from typing import Final, TextIO, cast

from zongmu.exchange.forges.calling import send
from zongmu.exchange.forges.merge_request import (
    Forge,
    Place,
    Request,
    call_of,
    forge_of,
    link_of,
    place_of,
    push_options,
)
from zongmu.model.records.instance import Instance
from zongmu.report.terminal import printable
from zongmu.store.git.asking import Git
from zongmu.store.git.pushing import default_branch, push, remote_url, remotes

TOKEN: Final = "ZONGMU_FORGE_TOKEN"
"""Where the token of the desk's own account is looked for. It is never printed and never written."""
_PAGE: Final = re.compile(r"https?://\S+/(?:merge_requests|pulls?)/[0-9]+")


def wants_request(git: Git, args: argparse.Namespace) -> str | None:
    """The remote to push to; None where it stays here: ``--local``, or a clone without the remote nobody named."""
    if args.local:
        return None
    return args.remote or ("origin" if "origin" in remotes(git) else None)


def open_request(
    git: Git, instance: Instance, remote: str, branch: str, commit: str, text: tuple[str, str],
    args: argparse.Namespace, out: TextIO, *, again: bool = False,
) -> None:  # fmt: skip
    """Push *commit* as *branch* and open the request with the title and body *text*; *again*: it is open already.

    Raises :class:`PushProblem` and :class:`ForgeProblem`; the branch stays.
    """
    zh = args.lang == "zh"
    url = remote_url(git, remote)
    token = os.environ.get(TOKEN, "").strip()
    forge, place = _forge(url, instance, args.forge)
    target = args.target or default_branch(git, remote) or (git.main_branch() or "main").removeprefix("refs/heads/")
    request = Request(text[0], text[1], branch, target)
    by_push = push_options(forge, request) if forge is not None and not (forge == "gitea" and token) else None
    to, options = by_push or (f"refs/heads/{branch}", ())
    said = push(git, remote, commit, to, options, (token,))
    out.write(f"{'已推送' if zh else 'pushed'} {printable(remote)} {to}\n")
    if again:
        out.write("原合并请求随之更新\n" if zh else "the merge request follows\n")
        return
    if forge is None or place is None:
        note = (
            "看不出是什么平台：在平台上提出合并请求；没有平台的，由有权并入的人核对后并入（zongmu diff、zongmu queue --proposals）"
            if zh
            else "no forge is known: open the merge request there; without one, whoever may merge reads it and merges "
            "(zongmu diff, zongmu queue --proposals)"
        )
        out.write(f"{note}\n{branch} → {target}\n")
        return
    page = next((found[0] for line in said if (found := _PAGE.search(line))), None) if by_push else None
    link = link_of(forge, place, request)
    call = call_of(forge, place, request, token) if token and by_push is None else None
    if call is not None:
        page = send(call, token, link) or place.page
    if by_push or call is not None:
        out.write(f"{'已提出合并请求' if zh else 'merge request opened'} {printable(page or place.page)}\n")
    else:
        note = "打开这个链接，点一下即提出" if zh else "open this page and click once"
        out.write(f"{note}: {printable(link)}\n")


def _forge(url: str, instance: Instance, given: str | None) -> tuple[Forge | None, Place | None]:
    """The forge and the repository on it: as given, else as the address says, else as the registry's settings do."""
    place = place_of(url)
    if place is None:
        return None, None
    editor = instance.site.editor
    forge = cast("Forge | None", given) or forge_of(place) or (editor.forge if editor is not None else None)
    return forge, place_of(url, forge)
