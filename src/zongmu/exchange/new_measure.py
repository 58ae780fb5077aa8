"""A measure folder to begin with: every sentence of the law ``todo``, and one rule that is only an example.

Loads, passes its own examples and judges nothing from the first minute. Writes inside ``checks/<id>/`` alone; what the
instance has to say about the measure (``registry/registry.yaml``) stays with the people of the trust zone.
"""

from __future__ import annotations

import datetime as dt
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from zongmu.exchange.law_text import Gap, LawSentence
from zongmu.model.immutable import immutable


@immutable
class Beginning:
    """What is known of a measure before its first rule."""

    id: str
    prefix: str
    jurisdiction: str
    region: str
    title: str
    title_en: str
    since: dt.date | None
    until: dt.date | None
    sentences: tuple[LawSentence, ...]
    gaps: tuple[Gap, ...]
    today: dt.date

    @property
    def rule(self) -> str:
        """The id of the example rule."""
        return f"{self.prefix.lower()}0_example"

    @property
    def day(self) -> dt.date:
        """The day on which the period of the examples ends: a Wednesday in March, when the measure is in force."""
        begins = self.since or dt.date(2023, 12, 31)
        year = begins.year + ((begins.month, begins.day) > (2, 1))
        march = dt.date(year, 3, 11)
        return march + dt.timedelta(days=(2 - march.weekday()) % 7)


def valid_id(text: str) -> bool:
    """Whether *text* may name a measure and its folder, which is a Python package: ``shili_2026``."""
    return re.fullmatch(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*", text) is not None and len(text) <= 40 and text != "common"


def valid_prefix(text: str) -> bool:
    """Whether *text* may begin the addresses of a measure: ``SL``."""
    return re.fullmatch(r"[A-Z][A-Z0-9]{1,7}", text) is not None


def files_of(new: Beginning) -> dict[str, str]:
    """Path inside the folder → text, of everything that a measure begins with."""
    values = {
        "id": new.id,
        "prefix": new.prefix,
        "lower": new.prefix.lower(),
        "jurisdiction": new.jurisdiction,
        "region": new.region,
        "title": _quoted(new.title),
        "title_en": _quoted(new.title_en),
        "title_doc": new.title.replace("\\", "").replace('"', "'"),
        "today": new.today.isoformat(),
        "year": str((new.since or new.today).year),
        "rule": new.rule,
        "asof": f"{new.day.year}-12-31",
        "asof_year": str(new.day.year),
        "start": _day(new, -30),
        "before": _day(new, -1),
        "due": _day(new, 0),
        "after": _day(new, 1),
        "saturday": _day(new, 3 - 30),
        "monday": _day(new, 5),
    }
    return {
        "__init__.py": "",
        "measure.yaml": _MEASURE.format(**values, in_force=_in_force(new), counted=_counted(new), sentences=_rows(new)),
        "parameters.yaml": _PARAMETERS.format(**values, figures=_figures(new.prefix, new.sentences)),
        "messages.yaml": _MESSAGES.format(**values),
        "example.py": _RULE.format(**values),
        "examples/_base.yaml": _BASE.format(**values, law=_law(new)),
        f"examples/{new.rule}.yaml": _EXAMPLES.format(**values),
    }


def write(folder: Path, new: Beginning) -> list[str]:
    """Write the folder, or nothing of it. Returns the paths written, relative to it.

    Raises ``FileExistsError`` where one stands already, and ``OSError``.
    """
    folder.mkdir(parents=True)
    files = files_of(new)
    try:
        (folder / "examples").mkdir()
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8", newline="\n")
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)  # half a measure would stand in the way of every command
        raise
    return list(files)


def _day(new: Beginning, offset: int) -> str:
    return (new.day + dt.timedelta(days=offset)).isoformat()


def _quoted(text: str) -> str:
    """A YAML double-quoted scalar."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _in_force(new: Beginning) -> str:
    if new.since is None and new.until is None:
        return "{}"
    days = (("from", new.since), ("to", new.until))
    return "{" + ", ".join(f"{name}: {day.isoformat()}" for name, day in days if day is not None) + "}"


def _counted(new: Beginning) -> str:
    """How many sentences were read, so that none goes missing from the list unnoticed."""
    if not new.sentences:
        return ""
    return f"text_sentences: {len(new.sentences)} # 文本的句数，少列一句即报错 sentences of the text: a row that goes missing is an error\n"


def _law(new: Beginning) -> str:
    """The setting that the examples use where the text does not say when it begins."""
    if new.since is not None:
        return ""
    return f"  law:\n    - {{measure: {new.id}, issued: {new.day.year}-01-01, source: 测试值}}\n"


def _rows(new: Beginning) -> str:
    """One row per sentence, and one per gap in the numbering, in the order of the text."""
    if not new.sentences:
        row = f'  - {{at: {new.prefix}-1, gist: {{zh: 待写要旨：第一条, en: "gist to be written: Article 1"}}, class: todo}}\n'
        return row
    rows: list[tuple[tuple[int, ...], str]] = []
    for n, s in enumerate(new.sentences):
        gist = f'{{zh: 待写要旨：{s.label.zh}, en: "gist to be written: {s.label.en}"}}'
        rows.append(
            (
                (s.article, s.paragraph, s.item, n),
                f"  - {{at: {new.prefix}-{s.at}, gist: {gist}, modality: {s.modality}, class: todo, hash: '{s.digest}'}}\n",
            )
        )
    for gap in new.gaps:
        where = gap.label
        gist = f'{{zh: 原文缺失：{where.zh}, en: "missing from the text: {where.en}"}}'
        if gap.before:
            reason = f'{{zh: 手头文本的编号由 {gap.before} 跳到 {gap.after}, en: "the copy goes on from {gap.before} to {gap.after}"}}'
        else:
            reason = f'{{zh: 手头文本的编号从 {gap.after} 开始, en: "the copy begins with {gap.after}"}}'
        paragraph = int(found[1]) if (found := re.search(r"p(\d+)", gap.at)) else 0
        rows.append(
            (
                (gap.article, paragraph, gap.item, 0),
                f"  - {{at: {new.prefix}-{gap.at}, gist: {gist}, class: missing, reason: {reason}}}\n",
            )
        )
    return "".join(text for _, text in sorted(rows))


def _figures(prefix: str, sentences: Sequence[LawSentence]) -> str:
    """The words of the text that carry a number, each with its address: what may have to become a parameter."""
    lines = [f"#   {prefix}-{s.at}: {'、'.join(s.figures)}\n" for s in sentences if s.figures]
    if not lines:
        return ""
    head = "\n# 原文中带数字的词句（只列词句，不抄条文），逐条判断是否编为参数：\n# Words of the text that carry a number; each may have to become a parameter:\n"
    return head + "".join(lines)


_MEASURE = """\
# 一个办法的目录：每句一行，只写地址和自拟要旨，不抄条文；words 只取带数字的词句。
# The table of contents of a measure: a row per sentence, address and gist in our own words; no sentence of the law is copied.
id: {id}
prefix: {prefix}
title: {{zh: {title}, en: {title_en}}}
text_status: web_copy_unverified # 与正式文本核对后改为 official; official once compared with the official text
# number: 发文字号
# 施行与失效日期；没有 from 的，由 registry/registry.yaml 的 law: 给出施行日期。
# First and last day; without a from, law: in registry/registry.yaml says when it begins.
in_force: {in_force}
{counted}
# 承担职责的部门，如 data_bureau: {{zh: 市数据局, en: Data bureau}}；binds、confirmed_by、waivable_by 用这里的代码。
# Bodies with duties; binds, confirmed_by and waivable_by use these codes.
roles: {{}}

# 规则没有写明的，由谁决定豁免，如 any: [city_government]；没有写的，谁也不能豁免。也可以按项目级别（level 的代码）写。
# Who may waive where a rule names nobody, such as any: [city_government]; nobody else may. Codes of level may stand for any.
waivable_by: {{}}

# 本办法的代码表（class、level、path、attestation …）；没有列出的表不限代码。
# Code lists of this measure; a list that is not here is open.
codes: {{}}

# modality: must | principle | may | authority | declares（由用词初判，须由人核定 guessed from the words, to be settled by a person）
# binds: unit（缺省 default），或 roles 里的代码 or a code of roles
# class: todo → automated（rules）| attested（attested）| structural（field）| informational（reason）| missing（reason）
sentences:
  - at: {prefix}-0
    gist:
      zh: 示例：不是本办法的规定，写出第一条规则后连同 {rule} 一起删去
      en: "An example, no provision of the measure: delete it with {rule} once there is a first rule"
    modality: declares
    class: todo
    rules: [{rule}]
{sentences}
# 文本不清楚之处的读法 How open points of the text are read:
#   - {{id: R1, clauses: [{prefix}-1], point: {{zh: …, en: …}}, taken: {{zh: …, en: …}}, other: {{zh: …, en: …}}}}
readings: []
"""

_PARAMETERS = """\
# 办法里的每个数字：值、起止、比较符、带数字的词句、出处。规则代码里不写数字。
# Every number of the measure: its values with their days, comparator, words, citation. No number stands in the code of a rule.
{lower}.example:
  title: {{zh: 示例：立项期限, en: "Example: time to approve"}}
  kind: duration # money | ratio | duration | count | month_day
  comparator: "<="
  words: 三十日内
  cites: {prefix}-0
  last_checked: {today}
  values:
    - {{from: measure, value: 30日}}
{figures}"""

_MESSAGES = """\
# 每条规则对人说的话 What each rule says to people.
{rule}:
  title: {{zh: 示例：申报后按时立项, en: "Example: approved in time"}}
  about: {{zh: 申报之日起三十日内立项批复（示例，不是本办法的规定）, en: "Approved within thirty days of the declaration (an example, no provision of the measure)"}}
  cure: {{zh: 登记立项批复，写明日期, en: Record the approval with its day}}
"""

_RULE = '''\
"""{title_doc}：第一条规则之前的示例。写出第一条规则后删去本文件。

An example to copy from; delete this file once the measure has a first rule. Shapes: compare, share, deadline, window, gate,
in_order, covers, present (``zongmu.policy``).
"""

from __future__ import annotations

from zongmu.policy import ProjectContext, Verdict, deadline, rule


@rule(cites=["{prefix}-0"], since="{year}", act="declared")
def {rule}(ctx: ProjectContext) -> Verdict:
    """示例：申报之日起三十日内立项批复；最后一日逢休息日顺延。

    The declaration starts the period, the first approval ends it. Not declared: not applicable.
    """
    return deadline(ctx, ctx.view.day("declared"), ctx.view.day("approved"), ctx.duration("{lower}.example"))
'''

_BASE = """\
# 各例的底本：能通过结构校验的最小记录，各种里程碑的缺省字段，本实例的设定。单位、文号均为虚构。
# What all examples begin with: the smallest valid records, default fields of milestones, settings. All bodies are fictitious.
asof: {asof}
settings:
  format: 1
  name: 示例登记库
  timezone: Asia/Shanghai
  site: {{address: "https://zongmu.example/"}}
  repository: internal
  assurance: none
  disclosure_review: merge
  jurisdictions:
    - {{id: {jurisdiction}, name: 示例市, region: "{region}", measures: [{id}]}}
{law}# 谁承担哪项职责，如 data_bureau: [{jurisdiction}/shili-shuju]
roles: {{}}
project:
  format: 1
  id: {jurisdiction}-{asof_year}-0001
  jurisdiction: {jurisdiction}
  name: 示例项目
  owner: {jurisdiction}/shili-danwei
# 例子里没有写的字段取这里的值；用到别的里程碑种类时补上。
# What an example does not say is taken from here; add the kinds that your examples use.
milestone_defaults:
  declared: {{date: {start}}}
  approved: {{date: {due}}}
  design_approved: {{date: {due}}}
  contract_signed: {{date: {due}, role: build}}
  build_started: {{date: {due}}}
  final_accepted: {{date: {due}, conclusion: pass}}
"""

_EXAMPLES = """\
# 例子就是测试：给定、期望。每个数字要有界线上下三例，每个期限要有月末、节假日例。
# Examples are the tests: given, expect. Every number wants its boundary from both sides, every period a month-end and a holiday.
rule: {rule}
cases:
  - name: 第三十日当天
    name_en: On the thirtieth day
    given: {{milestones: {{declared: {{}}, approved: {{date: {due}}}}}}}
    expect: {{outcome: pass, because: in_time, due: {due}}}
  - name: 前一日
    name_en: The day before
    given: {{milestones: {{declared: {{}}, approved: {{date: {before}}}}}}}
    expect: {{outcome: pass}}
  - name: 晚一日
    name_en: A day late
    given: {{milestones: {{declared: {{}}, approved: {{date: {after}}}}}}}
    expect: {{outcome: fail, because: late, excess: 1}}
  - name: 第三十日是周六，顺延到周一
    name_en: The thirtieth day is a Saturday and moves to Monday
    given: {{milestones: {{declared: {{date: {saturday}}}, approved: {{date: {monday}}}}}}}
    expect: {{outcome: pass, due: {monday}}}
  - name: 尚未到期
    name_en: Not due yet
    asof: {due}
    given: {{milestones: {{declared: {{}}}}}}
    expect: {{outcome: undetermined, because: not_due, until: {after}}}
  - name: 逾期未批
    name_en: Overdue
    asof: {after}
    given: {{milestones: {{declared: {{}}}}}}
    expect: {{outcome: fail, because: overdue}}
  - name: 没有申报
    name_en: Not declared
    given: {{}}
    expect: {{outcome: not_applicable, because: not_triggered}}
"""
