"""The words of every command: what may stand after ``zongmu`` and what it means. Parsing only, so that start-up stays light."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import cast

from zongmu import __version__
from zongmu.cli.arguments import Unasked, add_sub
from zongmu.cli.audit_arguments import add_audit
from zongmu.cli.release_arguments import add_release
from zongmu.cli.review_arguments import add_review
from zongmu.cli.submit_arguments import add_submit
from zongmu.cli.usage import Parser


def parser_of(asked: str | None = None) -> argparse.ArgumentParser:
    """The words of all commands; where a command is *asked* for and there is one of that name, of this one alone."""
    parser: argparse.ArgumentParser = Parser(
        prog="zongmu",
        description="总目：用 Git 仓库管理的政务信息化项目总目录。A registry of government IT projects, run out of a Git repository.",
    )
    parser.add_argument("--version", action="version", version=f"zongmu {__version__}")
    parser.add_argument(
        "--root", type=Path, default=None, metavar="DIR", help="实例根目录（缺省为当前目录或其上级）instance root"
    )
    parser.add_argument("--lang", choices=("zh", "en"), default=_default_lang(), help="语言 language")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)

    def add(name: str, help: str) -> argparse.ArgumentParser:
        return add_sub(commands, name, help) if asked in (None, name) else cast(argparse.ArgumentParser, Unasked())

    check = add("check", "检查登记文件：格式、事实、办法 check records: form, facts, the law")
    check.add_argument("paths", nargs="*", metavar="PATH", help="只报告这些文件或目录 report on these only")
    check.add_argument(
        "--base", metavar="REV", help="与该版本相比，只就本次改动作出结论 judge the change against this revision"
    )
    check.add_argument(
        "--head", metavar="REV", help="被检查的版本（缺省为工作区）the revision to judge (default: the work tree)"
    )
    check.add_argument("--as-of", metavar="DATE", help="裁决日 the day to judge on (YYYY-MM-DD)")
    check.add_argument("--at", metavar="DATE|REV", help="检查当时的登记 judge the registry as it stood then")
    check.add_argument(
        "--format",
        choices=("text", "json", "github", "sarif", "codequality", "junit"),
        default="text",
        help="输出格式 output format",
    )
    check.add_argument(
        "--fix", action="store_true", help="先改正能机械改正的写法 first mend what is only a matter of notation"
    )
    check.add_argument("--strict", action="store_true", help="提醒也算阻断 count warnings")
    check.add_argument(
        "--all",
        action="store_true",
        help="逐项列出全部，含原已存在的 list everything one by one, also what was already so",
    )
    check.add_argument("--tally", action="store_true", help="列出每条规则的裁决数 outcomes per rule")
    check.add_argument("--jobs", type=int, default=None, metavar="N", help="并行进程数 worker processes")
    check.add_argument("--no-cache", action="store_true", help="不用缓存 without the cache")
    check.add_argument(
        "--shard", metavar="I/N", help="只检查 N 份中的第 I 份，结果供 --pieces 合并 judge part I of N, for --pieces"
    )
    check.add_argument(
        "--pieces", nargs="+", type=Path, default=None, metavar="FILE", help="合并各份 put the parts together"
    )

    explain = add(
        "explain", "解释规则、条款、代码、办法或项目 explain a rule, a sentence, a code, a measure or a project"
    )
    explain.add_argument("what", metavar="CODE|CLAUSE|MEASURE|PROJECT", nargs="+")
    explain.add_argument("--as-of", metavar="DATE")
    explain.add_argument(
        "--text",
        type=Path,
        default=None,
        metavar="FILE",
        help="办法的纯文本：逐句比较措辞 compare a measure with its text",
    )

    show = add("show", "显示一个项目 show a project")
    show.add_argument("project", metavar="PROJECT")
    show.add_argument("--as-of", metavar="DATE")
    show.add_argument("--at", metavar="DATE|REV", help="当时的样子 as it stood then")
    show.add_argument("--format", choices=("text", "json"), default="text")

    log = add(
        "log", "字段级变更记录：项目、单位、字段或条款 field-level history: a project, a unit, a field, a sentence"
    )
    log.add_argument("record", nargs="?", metavar="PROJECT|UNIT|FIELD|CLAUSE")
    log.add_argument(
        "--by", metavar="ACCOUNT", help="只看这个账号（或邮箱）填报、签认的 what this account (or e-mail) recorded"
    )
    log.add_argument("--format", choices=("text", "json"), default="text")
    log.add_argument("--limit", type=int, default=None, metavar="N")

    schema = add("schema", "生成 JSON Schema generate the JSON Schemas")
    schema.add_argument("--check", action="store_true", help="过期即失败 fail when stale")

    build = add("build", "生成公开网站 build the public site")
    build.add_argument(
        "--out", type=Path, default=None, metavar="DIR", help="输出目录（缺省 public）output (default public)"
    )
    build.add_argument("--as-of", metavar="DATE")
    build.add_argument("--no-cache", action="store_true", help="全部重做，不用缓存 make everything, without the cache")

    serve = add("serve", "在本机提供网站 serve the site on 127.0.0.1")
    serve.add_argument("--port", type=int, default=8000)
    serve.add_argument("--dir", type=Path, default=None, metavar="DIR")

    importer = add("import", "按映射文件导入表格 import a table by a mapping file")
    importer.add_argument("table", type=Path, metavar="TABLE", help=".csv / .xlsx")
    importer.add_argument(
        "--map", type=Path, default=None, metavar="FILE", help="映射文件，填好的模板不用 mapping; a template needs none"
    )
    importer.add_argument(
        "--marked",
        type=Path,
        default=None,
        metavar="FILE",
        help="标出错处的工作簿 the workbook with what is wrong marked",
    )
    importer.add_argument(
        "--jurisdiction",
        default=None,
        metavar="ID",
        help="辖区（CSV 里看不出时写）jurisdiction, where a CSV does not say",
    )
    importer.add_argument("--dry-run", action="store_true", help="只报告，不写入 report, write nothing")

    init = add("init", "建立一个城市自己的仓库 make a city's own repository")
    init.add_argument("dir", type=Path, metavar="DIR")
    init.add_argument(
        "--jurisdiction", metavar="ID", help="辖区编号，写进每个登记号 id of the city, part of every project's id"
    )
    init.add_argument("--name", default=None, metavar="NAME")
    init.add_argument("--region", default=None, metavar="CODE", help="行政区划代码 GB/T 2260")
    init.add_argument(
        "--wheel", type=Path, default=None, metavar="FILE", help="固定到该 wheel 的摘要 pin this wheel by hash"
    )
    init.add_argument("--repository", default=None, metavar="URL", help="与 --revision 一起用 goes with --revision")
    init.add_argument("--revision", default=None, metavar="REV", help="固定到该 Git 版本 pin this Git revision")

    measure = add("init-measure", "为一个办法建立文件夹 make the folder of a measure")
    measure.add_argument("id", metavar="ID", help="办法编号，如 shili_2026 id of the measure")
    measure.add_argument("--jurisdiction", required=True, metavar="ID", help="辖区编号 jurisdiction")
    measure.add_argument("--title", required=True, metavar="TITLE", help="办法名称 title in Chinese")
    measure.add_argument("--title-en", default=None, metavar="TITLE", help="英文名称 title in English")
    measure.add_argument("--prefix", default=None, metavar="XX", help="条款前缀，如 SL prefix of addresses")
    measure.add_argument(
        "--text", type=Path, default=None, metavar="FILE", help="办法的纯文本 plain text of the measure"
    )
    measure.add_argument("--from", dest="since", default=None, metavar="DATE", help="施行日期 first day in force")
    measure.add_argument("--to", dest="until", default=None, metavar="DATE", help="失效日期 last day in force")

    add_submit(add)

    examples = add("examples", "运行规则旁的例子 run the examples beside the rules")
    examples.add_argument("names", nargs="*", metavar="MEASURE|RULE", help="只运行这些 run these only")

    add_review(add)
    add_audit(add)
    add_release(add)
    return parser if commands.choices else parser_of()


def _default_lang() -> str:
    chosen = os.environ.get("ZONGMU_LANG", "")
    return "en" if chosen.lower().startswith("en") else "zh"
