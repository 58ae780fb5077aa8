"""The words of ``zongmu release``. Parsing only, so that start-up stays light."""

from __future__ import annotations

from pathlib import Path

from zongmu.cli.arguments import Add, add_signing, add_sub


def add_release(add: Add) -> None:
    """Declare ``zongmu release`` with *add*."""
    release = add(
        "release", "公开发布：计划、审查、打包、应用、撤下 plan, review, pack, apply and withdraw what is public"
    )
    verbs = release.add_subparsers(dest="verb", metavar="VERB", required=True)

    plan = add_sub(verbs, "plan", "逐字段列出将要公开什么 what becomes public, field by field")
    plan.add_argument("--against", type=Path, metavar="PATH", help="与该发布包或公开目录相比（缺省 public）")
    plan.add_argument("--all", action="store_true", help="没有变化的也列出 list what is unchanged")
    plan.add_argument("--as-of", metavar="DATE", help="裁决日 the day to judge on")
    plan.add_argument("--format", choices=("text", "json"), default="text", help="输出格式 output format")

    review = add_sub(verbs, "review", "写一条公开审查 write a disclosure review")
    review.add_argument("projects", nargs="+", metavar="PROJECT")
    review.add_argument("--conclusion", choices=("public", "partly"), default="public", help="结论 conclusion")
    add_signing(review)

    pack = add_sub(verbs, "pack", "制作跨网发布包 make a package that crosses the air gap")
    pack.add_argument("--out", type=Path, required=True, metavar="FILE", help="发布包 the package (.zip)")
    pack.add_argument("--previous", type=Path, metavar="FILE", help="上一次的发布包 the package before it")
    pack.add_argument("--sheet", type=Path, metavar="FILE", help="审查单另存 the review sheet, to be printed (.html)")
    pack.add_argument(
        "--statement",
        type=Path,
        metavar="FILE",
        help="发布说明，一页，供签字 a statement of one page, to be signed (.html)",
    )
    pack.add_argument("--looked-at", action="store_true", help="汇聚审查看过了 the aggregation review was looked at")
    pack.add_argument("--as-of", metavar="DATE", help="裁决日 the day to judge on")

    apply = add_sub(verbs, "apply", "在外网应用发布包 apply a package on the outer side")
    apply.add_argument("package", type=Path, metavar="PACKAGE")
    apply.add_argument("--to", type=Path, required=True, metavar="DIR", help="公开目录 the public tree")
    apply.add_argument("--code", metavar="CODE", help="审查单上的核对码 the release code of the signed sheet")
    apply.add_argument("--over-gap", action="store_true", help="中间缺一次也应用 also where one between is missing")
    apply.add_argument("--republish", action="store_true", help="撤下的又公开 also what was withdrawn here")

    withdraw = add_sub(verbs, "withdraw", "立即撤下一个项目 withdraw a project at once")
    withdraw.add_argument("project", metavar="PROJECT")
    withdraw.add_argument("--ground", required=True, metavar="CODE", help="依据 the ground")
    withdraw.add_argument("--tree", type=Path, metavar="DIR", help="已应用的公开目录 an applied public tree")
    add_signing(withdraw, required=False)
