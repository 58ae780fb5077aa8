"""``zongmu init-measure``: a folder for a city's own measure, from its text or from nothing. It loads at once."""

from __future__ import annotations

import argparse
import datetime as dt
from pathlib import Path
from typing import TextIO

from zongmu.cli.checking.examples import run_examples_of
from zongmu.cli.session import SETTINGS, parse_day, registry_at
from zongmu.cli.trouble import Trouble
from zongmu.exchange.law_text import Gap, LawSentence, gaps, split
from zongmu.exchange.new_measure import Beginning, valid_id, valid_prefix, write
from zongmu.exchange.seed import valid_jurisdiction
from zongmu.model.finding import Bilingual
from zongmu.policy.law.loading import load_checks
from zongmu.store.refusal import refusal

FEWEST = 3
"""Articles below which a text is worth a second look."""


def run_init_measure(root: Path, args: argparse.Namespace, out: TextIO) -> int:
    """Write ``checks/<id>/``, load it, run its example and say what comes next. :class:`Trouble` when it cannot be made."""
    new = _beginning(root, args)
    folder = root / "checks" / new.id
    if folder.exists():
        raise _trouble("exists", f"checks/{new.id} 已经有了", f"checks/{new.id} is there already", *_OTHER_ID)
    written = write(folder, new)
    for name in written:
        out.write(f"  checks/{new.id}/{name}\n")
    _say_what_was_read(new, args.lang, out)
    loaded = load_checks(root)
    problems = [p for p in loaded.problems if p.path.startswith(f"checks/{new.id}")]
    if problems:  # cannot happen unless another folder gets in the way; said all the same
        raise _trouble(
            "invalid", str(problems[0].message.zh), str(problems[0].message.en), "请报告", "please report it"
        )
    out.write("\n")
    code = run_examples_of(root, loaded, [new.id], args.lang, out)
    _say_what_is_next(new, args.lang, out)
    return code


def _beginning(root: Path, args: argparse.Namespace) -> Beginning:
    if not valid_id(args.id):
        raise _trouble(
            "bad-id", f"{args.id} 不能作办法编号", f"{args.id} cannot be the id of a measure",
            "用小写字母、数字和下划线，字母开头，如 shili_2026",
            "lower-case letters, digits and underscores, a letter first: shili_2026",
        )  # fmt: skip
    if not valid_jurisdiction(args.jurisdiction):
        raise _trouble(
            "bad-jurisdiction", f"{args.jurisdiction} 不能作辖区编号", f"{args.jurisdiction} cannot be a jurisdiction id",
            "用 registry/registry.yaml 里的辖区编号", "take the id of a jurisdiction in registry/registry.yaml",
        )  # fmt: skip
    if not (root / "checks").is_dir():
        raise _trouble("no-checks", f"{root.name} 里没有 checks/", f"there is no checks/ in {root.name}", *_NO_INSTANCE)
    cities = _cities(root)
    if cities is not None and args.jurisdiction not in cities:
        raise _trouble(
            "unknown-jurisdiction",
            f"registry.yaml 里没有辖区 {args.jurisdiction}", f"registry.yaml has no jurisdiction {args.jurisdiction}",
            f"用已有的：{'、'.join(cities)}；新的先由信任区的人加进 registry/registry.yaml",
            f"take one of {', '.join(cities)}; a new one is first added to registry/registry.yaml by the trust zone",
        )  # fmt: skip
    prefix = args.prefix or _prefix(args.id)
    if not valid_prefix(prefix):
        raise _trouble(
            "bad-prefix", f"{prefix} 不能作条款前缀", f"{prefix} cannot be the prefix of addresses",
            "用二至八个大写字母或数字，字母开头，如 SL", "two to eight capitals or digits, a letter first: SL",
        )  # fmt: skip
    for id, loaded in load_checks(root).measures.items():
        if loaded.measure.prefix == prefix and id != args.id:
            raise _trouble(
                "prefix-taken", f"前缀 {prefix} 已由 {id} 使用", f"the prefix {prefix} is taken by {id}",
                "用 --prefix 另给一个", "give another with --prefix",
            )  # fmt: skip
    sentences, holes = read_text(args.text) if args.text is not None else ((), ())
    return Beginning(
        id=args.id,
        prefix=prefix,
        jurisdiction=args.jurisdiction,
        region=(cities or {}).get(args.jurisdiction, "000000"),
        title=args.title,
        title_en=args.title_en or args.id,
        since=parse_day(args.since),
        until=parse_day(args.until),
        sentences=sentences,
        gaps=holes,
        today=dt.date.today(),
    )


def _prefix(id: str) -> str:
    """What addresses begin with when nobody says: the first two letters of the id."""
    return "".join(c for c in id.split("_")[0] if c.isalpha())[:2].upper().ljust(2, "X")


def read_text(file: Path) -> tuple[tuple[LawSentence, ...], tuple[Gap, ...]]:
    """The sentences of a text and where its numbering has gaps. :class:`Trouble` where it cannot be read or has no article."""
    try:
        data = file.read_bytes()
    except OSError as problem:
        raise _trouble(
            "no-text", f"读不到 {file}：{refusal(problem).zh}", f"{file} cannot be read: {refusal(problem).en}",
            "核对路径", "check the path",
        ) from None  # fmt: skip
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            sentences = split(data.decode(encoding))
        except UnicodeDecodeError:
            continue
        if sentences:
            return sentences, gaps(sentences)
    raise _trouble(
        "no-articles", f"{file} 里没有找到“第一条”这样的条文", f"no article (第一条) was found in {file}",
        "给纯文本（.txt），每条另起一行；PDF、DOCX 先另存为文本",
        "give plain text (.txt), each article on a line of its own; save a PDF or DOCX as text first",
    )  # fmt: skip


def _cities(root: Path) -> dict[str, str] | None:
    """The jurisdictions of the registry with their division codes; None where there is no registry yet."""
    instance = registry_at(root).instance if (root / "registry").is_dir() else None
    return {j.id: str(j.region) for j in instance.jurisdictions} if instance else None


def _say_what_was_read(new: Beginning, lang: str, out: TextIO) -> None:
    if not new.sentences:
        return
    articles = len({s.article for s in new.sentences})
    items = len({(s.article, s.paragraph, s.item) for s in new.sentences if s.item})
    if lang == "zh":
        out.write(f"\n读到 {articles} 条、{len(new.sentences)} 句（含 {items} 项）")
        out.write(f"；编号缺 {len(new.gaps)} 处：{'、'.join(g.at for g in new.gaps)}\n" if new.gaps else "\n")
        if articles < FEWEST:
            out.write("条数很少，请核对文本是否完整、每条是否另起一行\n")
    else:
        out.write(f"\nread {articles} articles, {len(new.sentences)} sentences ({items} items)")
        out.write(f"; numbers skipped: {', '.join(g.at for g in new.gaps)}\n" if new.gaps else "\n")
        if articles < FEWEST:
            out.write("that is few: is the text complete, and each article on a line of its own?\n")


def _say_what_is_next(new: Beginning, lang: str, out: TextIO) -> None:
    first = new.sentences[0].at if new.sentences else "1"
    lines = (_NEXT_ZH if lang == "zh" else _NEXT_EN).format(
        id=new.id, jurisdiction=new.jurisdiction, first=f"{new.prefix}-{first}", rule=new.rule, settings=SETTINGS
    )
    out.write("\n" + lines)
    if new.since is None:
        out.write((_ISSUED_ZH if lang == "zh" else _ISSUED_EN).format(id=new.id))
    out.write(_GUIDE_ZH if lang == "zh" else _GUIDE_EN)


_NEXT_ZH = """\
接着：
  1. checks/{id}/measure.yaml：逐句写要旨，核定 modality 与 binds，填 roles 与 codes
  2. 照 example.py 与 examples/{rule}.yaml 写第一条规则；随时运行 zongmu examples {id}
  3. zongmu explain "{first}" 看一句；zongmu build 看全表
  4. 由信任区的人把办法写进 {settings}：辖区 {jurisdiction} 的 measures: [{id}]；随后运行 zongmu schema
"""
_ISSUED_ZH = "     并写明施行日期：law: [{{measure: {id}, issued: 年-月-日, source: 依据}}]，或在 measure.yaml 的 in_force 里写 from\n"
_NEXT_EN = """\
next:
  1. checks/{id}/measure.yaml: write the gists, settle modality and binds, fill in roles and codes
  2. write the first rule after example.py and examples/{rule}.yaml; run zongmu examples {id} as you go
  3. zongmu explain "{first}" shows a sentence, zongmu build the whole matrix
  4. the people of the trust zone add the measure to {settings}: measures: [{id}] of {jurisdiction}; then run zongmu schema
"""
_ISSUED_EN = "     and its first day: law: [{{measure: {id}, issued: YYYY-MM-DD, source: …}}], or from: under in_force in measure.yaml\n"

_GUIDE_ZH = "  从 PDF 到第一条规则，见说明页 new-measure\n"
_GUIDE_EN = "  the page new-measure leads from a PDF to the first rule\n"

_OTHER_ID = ("换一个编号，或先移走这个文件夹", "take another id, or move the folder away first")
_NO_INSTANCE = (
    "到实例目录里运行，或用 --root 指明；新建实例用 zongmu init DIR",
    "run it inside an instance, or say --root; zongmu init DIR makes one",
)


def _trouble(name: str, zh: str, en: str, next_zh: str, next_en: str) -> Trouble:
    return Trouble(f"init-measure.{name}", Bilingual(zh, en), Bilingual(next_zh, next_en))
