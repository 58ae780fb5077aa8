"""The command ``zongmu``: parses words, picks a command, turns every failure into a line for a person and an exit code.

Exit codes: 0 nothing blocking; 1 refused, or needs a person; 2 could not run; 130 interrupted.
"""

from __future__ import annotations

import argparse
import gc
import io
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import cast

from zongmu import __version__
from zongmu.cli.arguments import Unasked, add_sub, asked_for
from zongmu.cli.audit_arguments import add_audit
from zongmu.cli.release_arguments import add_release
from zongmu.cli.review_arguments import add_review
from zongmu.cli.submit_args import SUBMIT, add_submit, run_submit
from zongmu.cli.trouble import Trouble, refused_by_system, trouble
from zongmu.cli.usage import Parser
from zongmu.model.finding import Bilingual, Code, CodedError

INTERNAL = Code(
    "cli.internal",
    Bilingual("zongmu 自身的缺陷", "A defect of zongmu itself"),
    Bilingual("内部错误", "internal error"),
    Bilingual(
        "这是 zongmu 的缺陷，请连同命令一起报告；设 ZONGMU_DEBUG=1 可看到细节",
        "please report it with the command; ZONGMU_DEBUG=1 shows details",
    ),
)

INTERRUPTED = 130
"""What shells expect of a command that Ctrl-C ended."""


def _parser(asked: str | None = None) -> argparse.ArgumentParser:
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
        "--marked", type=Path, default=None, metavar="FILE", help="标出错处的工作簿 her workbook, marked"
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
    init.add_argument("--jurisdiction", default="city", metavar="ID")
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
    return parser if commands.choices else _parser()


def _default_lang() -> str:
    chosen = os.environ.get("ZONGMU_LANG", "")
    return "en" if chosen.lower().startswith("en") else "zh"


def find_root(given: Path | None) -> Path:
    """The instance root: as given, else the nearest folder upwards that holds ``registry/registry.yaml``."""
    if given is not None:
        return given.resolve()
    here = Path.cwd().resolve()
    for folder in (here, *here.parents):
        if (folder / "registry" / "registry.yaml").is_file():
            return folder
    return here


def _odd_root() -> Trouble:
    """A path with line breaks, or with bytes that are no text, comes back otherwise from the programs that are asked."""
    return trouble(
        "cli.odd-root",
        "实例所在路径里有换行或不是文字的字节",
        "the path of the instance holds a line break, or bytes that are no text",
        "移到名字普通的文件夹里再运行",
        "move it to a folder with a plain name, then run it again",
    )


def _dispatch(args: argparse.Namespace) -> int:
    # Each command imports what it needs and no more: start-up is most of a small check.
    root = find_root(args.root)
    if any(letter < " " or "\ud800" <= letter <= "\udfff" for letter in str(root)):
        raise _odd_root()
    if args.command in SUBMIT:
        return run_submit(root, args)
    match args.command:
        case "check":
            # A check makes many objects and no cycles to speak of; looking for them takes a fifth of its time.
            gc.disable()
            if args.fix:
                from zongmu.cli.fixing import run_fix

                # Not among the findings: those may be for a machine.
                run_fix(root, args, sys.stderr)
            from zongmu.cli.again import check_again

            return check_again(root, args)
        case "explain":
            from zongmu.cli.explain import run_explain
            from zongmu.report.folding import on_terminal

            return run_explain(root, " ".join(args.what), args.lang, args.as_of, args.text, on_terminal(sys.stdout))
        case "show":
            from zongmu.cli.show import run_show

            return run_show(root, args.project, args.lang, args.as_of, args.format, sys.stdout, args.at)
        case "log":
            gc.disable()  # as for a check: many objects and no cycles
            from zongmu.cli.log import run_log

            return run_log(
                root, args.record, by=args.by, lang=args.lang, format=args.format, limit=args.limit, out=sys.stdout
            )
        case "schema":
            from zongmu.cli.schema import run_schema

            return run_schema(root, args.check, sys.stdout)
        case "build":
            from zongmu.cli.built import run_build

            return run_build(root, args.out, args.as_of, args.lang, sys.stdout, cached=not args.no_cache)
        case "serve":
            from zongmu.cli.serve import run_serve

            return run_serve(root, args.dir, args.port, args.lang, sys.stdout)
        case "import":
            if args.map is None:
                from zongmu.cli.workbooks import run_workbook_import

                return run_workbook_import(root, args, sys.stdout)
            from zongmu.cli.importing import run_import

            return run_import(root, args.table, args.map, args.lang, sys.stdout, dry_run=args.dry_run)
        case "init-measure":
            from zongmu.cli.init_measure import run_init_measure

            return run_init_measure(root, args, sys.stdout)
        case "completion":
            from zongmu.cli.completion import script

            sys.stdout.write(script(_parser(), args.shell))
            return 0
        case "examples":
            from zongmu.cli.examples import run_examples

            return run_examples(root, args.names, args.lang, sys.stdout)
        case "approve" | "acknowledge":
            from zongmu.cli import endorsing

            command = endorsing.run_approve if args.command == "approve" else endorsing.run_acknowledge
            return command(root, args, sys.stdout)
        case "audit":
            gc.disable()
            from zongmu.cli.audit import run_audit

            return run_audit(root, args, sys.stdout)
        case "checkpoint":
            from zongmu.cli.checkpoint import run_checkpoint

            return run_checkpoint(root, args, sys.stdout)
        case "trust":
            from zongmu.cli.trust import run_trust

            return run_trust(root, args, sys.stdout)
        case "diff":
            from zongmu.cli.diff import run_diff

            return run_diff(root, args, sys.stdout)
        case "merge-driver":
            from zongmu.cli.joining import run_merge_driver

            return run_merge_driver(args.base, args.ours, args.theirs, args.path, sys.stderr)
        case "update":
            from zongmu.cli.joining import run_update

            return run_update(root, args.branch, args.onto, args.lang, sys.stdout)
        case "reviewers" | "codeowners":
            from zongmu.cli import reviewers

            command = reviewers.run_reviewers if args.command == "reviewers" else reviewers.run_codeowners
            return command(root, args, sys.stdout)
        case "queue":
            from zongmu.cli.queue import run_queue

            return run_queue(root, args, sys.stdout)
        case "verdicts":
            from zongmu.cli.verdicts import run_verdicts

            return run_verdicts(root, args, sys.stdout)
        case "hook":
            from zongmu.cli.hook import run_hook

            return run_hook(root, args, sys.stdout, main)
        case "release":
            from zongmu.cli.release import run_release

            return run_release(root, args, sys.stdout)
        case "comment":
            from zongmu.cli.commenting import run_comment

            return run_comment(args, sys.stdout)
        case "gate":
            from zongmu.cli.gate import run_gate

            return run_gate(root, args, sys.stdout)
        case _:
            from zongmu.cli.init import run_init

            return run_init(args.dir, args, sys.stdout, main)


def _settle_streams() -> None:
    """A terminal keeps its encoding and a file or a pipe gets UTF-8; a character that neither can write never ends a run."""
    if sys.stdout is None:  # closed by the caller: the next file opened must not become the output
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - stays open as long as the process
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding=stream.encoding if stream.isatty() else "utf-8", errors="backslashreplace")


def _drop_output() -> None:
    """Where the output takes nothing more, what still waits goes nowhere: closing it must not fail again."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command. No traceback ever reaches a user (set ``ZONGMU_DEBUG=1`` to see one)."""
    _settle_streams()
    words = sys.argv[1:] if argv is None else argv
    args = _parser(asked_for(words)).parse_args(words)
    collecting = gc.isenabled()
    try:
        code = _dispatch(args)
        sys.stdout.flush()
        return code
    except (Trouble, CodedError) as problem:
        # A repository may turn out to lack something when a blob is read, deep inside a run.
        trouble = problem if isinstance(problem, Trouble) else Trouble.of(problem)
        for line in trouble.lines(args.lang):
            print(line, file=sys.stderr)
        return trouble.exit_code
    except BrokenPipeError:
        _drop_output()
        return 2
    except OSError as refused:
        if os.environ.get("ZONGMU_DEBUG"):
            raise
        _drop_output()
        print("\n".join(refused_by_system(refused).lines(args.lang)), file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("已中断 interrupted", file=sys.stderr)
        return INTERRUPTED
    except Exception as crash:
        if os.environ.get("ZONGMU_DEBUG"):
            raise
        from zongmu.policy.measure import MeasureError
        from zongmu.report.text import printable

        if isinstance(crash, MeasureError):  # an example, say, that is read only where it is shown
            from zongmu.cli.session import invalid_checks

            print("\n".join(invalid_checks([crash]).lines(args.lang)), file=sys.stderr)
            return 2
        # The text of an exception may repeat what stands in a record: type and place are enough to report it.
        place = traceback.extract_tb(crash.__traceback__)[-1]
        print(
            f"zongmu {INTERNAL.message.zh} {INTERNAL.message.en} [{INTERNAL.id}] {type(crash).__name__} "
            f"({printable(os.path.basename(place.filename))}:{place.lineno})\n"
            f"怎么办 next: {INTERNAL.next_step.zh} / {INTERNAL.next_step.en}",
            file=sys.stderr,
        )
        return 2
    finally:
        if collecting:
            gc.enable()


if __name__ == "__main__":
    from zongmu.cli.entry import command

    command()
