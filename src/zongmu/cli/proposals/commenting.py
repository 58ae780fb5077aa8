"""``zongmu comment``: what the gate wrote becomes the one comment of the merge request, updated in place."""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path
from typing import Any, TextIO

from zongmu.cli.submitting.requesting import TOKEN
from zongmu.cli.trouble import Trouble, trouble, unreadable
from zongmu.exchange.forges.calling import ForgeProblem
from zongmu.exchange.forges.comment import put_comment, put_suggestions
from zongmu.exchange.forges.merge_request import place_of


def run_comment(args: argparse.Namespace, out: TextIO) -> int:
    """Post the comment, or change the one that is there. Exit 0; 1 where the forge did not take it."""
    token = os.environ.get(TOKEN, "").strip()
    if not token:
        raise trouble(
            "comment.no-token",
            f"环境变量 {TOKEN} 里没有访问令牌，不知道以谁的名义评论",
            f"the environment variable {TOKEN} holds no access token: nobody to comment as",
            "建一个只能评论的项目访问令牌，设为流水线的屏蔽变量",
            "make an access token of the project that may comment, and set it as a masked variable of the pipeline",
        )
    place = place_of(args.at, args.forge)
    if place is None:
        raise trouble(
            "comment.no-forge",
            "看不出是哪个仓库",
            "the address names no repository",
            "用 --at 写仓库网址，如 https://git.example/组织/仓库",
            "give its address with --at, like https://git.example/group/name",
        )
    try:
        text = args.file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise unreadable(str(args.file), problem if isinstance(problem, OSError) else OSError(str(problem))) from None
    try:
        again = put_comment(args.forge, place, args.request, text, token, args.account)
        review = _review(args.suggestions) if args.suggestions is not None and args.forge == "gitlab" else {}
        offered = put_suggestions(place, args.request, review, token, args.account) if review else 0
    except ForgeProblem as problem:
        raise Trouble.of(problem) from None
    zh, en = ("评论已更新", "comment updated") if again else ("评论已发出", "comment posted")
    out.write((zh if args.lang == "zh" else en) + "\n")
    if offered:
        out.write(f"提出修改建议 {offered} 处\n" if args.lang == "zh" else f"suggestions offered: {offered}\n")
    return 0


def _review(file: Path) -> dict[str, Any]:
    """What ``zongmu gate --suggestions`` wrote; empty where it had nothing to suggest. Raises :class:`Trouble`."""
    try:
        text = file.read_text("utf-8")
        found = json.loads(text) if text.strip() else {}
    except (OSError, ValueError) as problem:
        raise unreadable(str(file), problem if isinstance(problem, OSError) else OSError(str(problem))) from None
    return found if isinstance(found, dict) else {}
