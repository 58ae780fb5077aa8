"""The words of the commands by which a clerk submits. Parsing only, so that start-up stays light."""

from __future__ import annotations

import argparse
from pathlib import Path

from zongmu.cli.arguments import Add, add_requesting


def add_submit(add: Add) -> None:
    """Declare the commands."""
    new = add("new", "登记一个新项目 begin a project")
    new.add_argument("--name", default=None, metavar="TEXT", help="项目名称 name")
    new.add_argument("--owner", default=None, metavar="BODY", help="项目单位（名称或编号）unit: its name or reference")
    new.add_argument("--jurisdiction", default=None, metavar="ID", help="辖区 jurisdiction")
    new.add_argument("--year", type=int, default=None, metavar="YYYY", help="登记号的年份 year of the id")
    new.add_argument("--again", action="store_true", help="同名也新建 although the unit has one of that name")
    _common(new)

    record = add(
        "record", "登记一条里程碑；不写种类则列出接下来可登记的 record a milestone, or list what may come next"
    )
    record.add_argument("project", metavar="PROJECT")
    record.add_argument(
        "milestone", nargs="?", default=None, metavar="MILESTONE", help="种类或其名称 kind, or its title"
    )
    record.add_argument("--date", default=None, metavar="DATE", help="行为之日 day of the act")
    record.add_argument(
        "--document", action="append", default=[], metavar="KIND[=FILE]", help="随附文件，给出文件则记其摘要 a paper"
    )
    _common(record)

    question = add("question", "登记公众提问，或补登答复、延长 record a question from the public, or the reply to one")
    question.add_argument("project", metavar="PROJECT")
    question.add_argument(
        "number", nargs="?", type=int, default=None, metavar="NUMBER", help="已登记的第几件 which one"
    )
    _common(question)

    correct = add("correct", "更正写错的值，原值与理由留存 correct a value, keeping the old one and the reason")
    correct.add_argument("project", metavar="PROJECT")
    correct.add_argument("field", metavar="FIELD", help="如 contract_signed/2/amount like contract_signed/2/amount")
    correct.add_argument("--value", default=None, metavar="TEXT", help="新值 new value")
    correct.add_argument("--reason", default=None, metavar="TEXT", help="理由 reason")
    correct.add_argument("--date", default=None, metavar="DATE", help="更正日期（缺省为今日）day of the correction")
    correct.add_argument("--void", action="store_true", help="整条里程碑系误登，作废 the milestone was a mistake")
    correct.add_argument("--dry-run", action="store_true", help="只试算，不写入 write nothing")

    draw = add("draw", "随机抽取：先固定名单，种子公布后抽取 fix the pool of a random draw, then draw from it")
    draw.add_argument("--jurisdiction", default=None, metavar="ID", help="辖区 jurisdiction")
    draw.add_argument("--year", type=int, default=None, metavar="YYYY", help="年度（缺省为今年）year")
    draw.add_argument("--size", type=int, default=None, metavar="N", help="样本量：固定名单 how many: fix the pool")
    draw.add_argument(
        "--among",
        action="append",
        default=[],
        metavar="PROJECT",
        help="只从这些项目中抽（缺省为已通过竣工验收的）the pool",
    )
    draw.add_argument("--without", action="append", default=[], metavar="PROJECT", help="回避的项目 leave one out")
    draw.add_argument(
        "--seed",
        action="append",
        default=[],
        metavar="TEXT",
        help="已公布的种子，可写几行：抽取 what became public: draw",
    )
    draw.add_argument("--date", default=None, metavar="DATE", help="固定名单之日（缺省为今日）day of the pool")
    draw.add_argument("--set", action="append", default=[], metavar="FIELD=VALUE", help="给出一个字段 give a field")
    draw.add_argument("--dry-run", action="store_true", help="只试算，不写入 write nothing")

    fmt = add("fmt", "整理成统一格式，注释保留 bring records into the one layout, comments kept")
    fmt.add_argument("paths", nargs="*", metavar="PATH", help="只整理这些文件或目录 these files or folders only")
    fmt.add_argument("--check", action="store_true", help="只检查，不改写 say which are not, write nothing")

    intake = add("intake", "收件：核对申报包，代为登记并提出合并请求 take in packages and propose them")
    intake.add_argument("packages", nargs="+", type=Path, metavar="PACKAGE", help="填报页的 .zip 或填好的模板 .xlsx")
    intake.add_argument("--by", required=True, metavar="TEXT", help="录入的处室和职务 office and role that enters it")
    intake.add_argument("--unit", default=None, metavar="TEXT", help="来文单位（缺省取自包内）whose paper it is")
    intake.add_argument("--paper", default=None, metavar="TEXT", help="来文文号 number of the covering letter")
    intake.add_argument("--code", default=None, metavar="CODE", help="纸面上的校验码，与包核对 check code on the paper")
    intake.add_argument("--base", default="HEAD", metavar="REV", help="在此版本之上登记 the revision to build on")
    intake.add_argument("--out", type=Path, default=None, metavar="DIR", help="回执、补正告知书的去处 where slips go")
    intake.add_argument("--archive", type=Path, default=None, metavar="DIR", help="按摘要存放附件 where papers go")
    intake.add_argument("--dry-run", action="store_true", help="只核对，不登记 check, record nothing")
    add_requesting(intake)

    template = add("template", "生成 Excel 模板 write an Excel template")
    template.add_argument("type", choices=("project", "plan", "district"), help="项目、年度计划或地区计划")
    template.add_argument("--out", type=Path, required=True, metavar="FILE.xlsx")
    template.add_argument("--jurisdiction", default=None, metavar="ID", help="辖区 jurisdiction")

    export = add("export", "把登记内容导出为同样的工作簿 write records into such a workbook")
    export.add_argument("records", nargs="*", metavar="PROJECT", help="只导出这些 these only")
    export.add_argument("--type", choices=("project", "plan", "district"), default="project")
    export.add_argument("--unit", default=None, metavar="BODY", help="只导出这个项目单位的 of this owner only")
    export.add_argument("--out", type=Path, required=True, metavar="FILE.xlsx")
    export.add_argument("--jurisdiction", default=None, metavar="ID", help="辖区 jurisdiction")

    completion = add("completion", "输出命令补全脚本 print a completion script")
    completion.add_argument("shell", choices=("bash", "zsh", "fish"))


def _common(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("--set", action="append", default=[], metavar="FIELD=VALUE", help="给出一个字段 give a field")
    sub.add_argument("--ask", action="store_true", help="逐项询问（终端上缺省如此）ask for what is missing")
    sub.add_argument("--dry-run", action="store_true", help="只试算，不写入 write nothing")
