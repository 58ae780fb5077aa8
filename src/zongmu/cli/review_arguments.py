"""The words of the commands of review: sign off, compare, gate. Parsing only, so that start-up stays light."""

from __future__ import annotations

import argparse
from collections.abc import Callable

Add = Callable[[str, str], argparse.ArgumentParser]


def add_review(add: Add) -> None:
    """Declare the commands of review with *add*."""
    approve = add("approve", "签认里程碑 sign off recorded milestones")
    approve.add_argument(
        "targets",
        nargs="+",
        metavar="PROJECT[/MILESTONE]",
        help="只写项目则签认全部待签认的 a project alone: all that waits",
    )
    _signing(approve)

    acknowledge = add("acknowledge", "确认一项违规（不掩盖它） take note of a breach, which stays visible")
    acknowledge.add_argument("project", metavar="PROJECT")
    acknowledge.add_argument("rule", metavar="RULE", help="规则编号 id of the rule")
    acknowledge.add_argument("--key", metavar="KEY", help="哪个里程碑或行 which milestone or row")
    acknowledge.add_argument("--reason", required=True, metavar="TEXT", help="理由 the reason")
    acknowledge.add_argument("--number", metavar="NUMBER", help="文号 document number")
    acknowledge.add_argument(
        "--base", metavar="REV", help="与该版本相比才有的违规 breaches that only a comparison shows"
    )
    _signing(acknowledge)

    diff = add("diff", "一次改动在办法上意味着什么 what a change means in the terms of the law")
    _change(diff)
    diff.add_argument("--as-of", metavar="DATE", help="裁决日 the day to judge on")
    diff.add_argument("--format", choices=("text", "markdown", "json"), default="text", help="输出格式 output format")


def _change(command: argparse.ArgumentParser) -> None:
    command.add_argument("base", metavar="BASE", help="要并入的分支 the branch that would take the change")
    command.add_argument(
        "head", nargs="?", metavar="HEAD", help="改动（缺省为工作区） the change (default: the work tree)"
    )


def _signing(command: argparse.ArgumentParser) -> None:
    command.add_argument("--role", required=True, metavar="ROLE", help="以何职责 in which role")
    command.add_argument("--organization", metavar="ORG", help="哪个单位（唯一承担者可省） the body that holds it")
    command.add_argument("--by", metavar="OFFICE", help="经办岗位，不写姓名 office, never a name")
    command.add_argument("--date", metavar="DATE", help="日期（缺省今天） day (default: today)")
    command.add_argument("--forge", metavar="NAME", help="凭据：平台 evidence: forge")
    command.add_argument("--request", metavar="NUMBER", help="凭据：合并请求 evidence: merge request")
    command.add_argument("--at", metavar="COMMIT", help="凭据：所审提交 evidence: the commit that was reviewed")
