"""The codes under which a record that does not fit its schema is reported, and how each form is told to a person."""

from __future__ import annotations

from typing import Final

from zongmu.model.finding import Bilingual, Code
from zongmu.model.scalars import SCALAR_MESSAGES
from zongmu.model.scalars.identifiers import IDENTIFIER_MESSAGES

MISSING_FIELD: Final = Code(
    "schema.missing-field",
    Bilingual("缺少必填项", "Required field missing"),
    Bilingual("{where_zh}缺少 {field}（{title_zh}）", "{where_en} lacks {field} ({title_en})"),
    Bilingual("请补上一行，例如 {example}", "Add the line, for example {example}"),
)
UNKNOWN_KEY: Final = Code(
    "schema.unknown-key",
    Bilingual("没有这个字段", "Unknown key"),
    Bilingual("{where_zh}没有 {name} 这个字段{hint_zh}", "{where_en} has no field {name}{hint_en}"),
    Bilingual(
        "改成下列字段之一，或者删去这一行：{allowed_zh}", "Use one of these fields, or delete the line: {allowed_en}"
    ),
)
UNKNOWN_KIND: Final = Code(
    "schema.unknown-kind",
    Bilingual("没有这种里程碑", "Unknown kind of milestone"),
    Bilingual("没有 {value} 这种里程碑{hint_zh}", "There is no kind of milestone {value}{hint_en}"),
    Bilingual(
        "改成已有的种类，例如 {allowed_zh}；办法里有而这里没有的行为，写 kind: act，再用 code 写行为代码",
        "Use a kind that exists, for example {allowed_en}; for an act of the measure that is not among them write "
        "kind: act and its code",
    ),
)
NOT_IN_LIST: Final = Code(
    "schema.not-in-list",
    Bilingual("不在代码表里", "Not in the list"),
    Bilingual("{field}（{title_zh}）不能是 {value}{hint_zh}", "{field} ({title_en}) cannot be {value}{hint_en}"),
    Bilingual("改成下列之一：{allowed_zh}", "Use one of: {allowed_en}"),
)
WRONG_TYPE: Final = Code(
    "schema.wrong-type",
    Bilingual("类型不对", "Wrong type"),
    Bilingual(
        "{field}（{title_zh}）应当是{expected_zh}，这里是{found_zh}",
        "{field} ({title_en}) should be {expected_en}; here is {found_en}",
    ),
    Bilingual("{hint_zh}", "{hint_en}"),
)
PATTERN: Final = Code(
    "schema.pattern",
    Bilingual("写法不对", "Wrong form"),
    Bilingual("{field}（{title_zh}）的写法不对：{value}", "{field} ({title_en}) has the wrong form: {value}"),
    Bilingual("{form_zh}", "{form_en}"),
)
TOO_LONG: Final = Code(
    "schema.too-long",
    Bilingual("太长", "Too long"),
    Bilingual(
        "{field}（{title_zh}）有 {length} 个字，最多 {limit} 个",
        "{field} ({title_en}) has {length} characters; {limit} at most",
    ),
    Bilingual("请缩短，或者把细节写进备注、附件", "Shorten it, or put the details into a note or an attachment"),
)
TOO_SHORT: Final = Code(
    "schema.too-short",
    Bilingual("是空的", "Empty"),
    Bilingual("{field}（{title_zh}）没有内容", "{field} ({title_en}) is empty"),
    Bilingual("填上内容，或者删去这一行", "Fill it in, or delete the line"),
)
OUT_OF_RANGE: Final = Code(
    "schema.out-of-range",
    Bilingual("超出范围", "Out of range"),
    Bilingual("{field}（{title_zh}）是 {value}，{limit_zh}", "{field} ({title_en}) is {value}; {limit_en}"),
    Bilingual("请核对这个数", "Check the number"),
)
EMPTY_LIST: Final = Code(
    "schema.empty-list",
    Bilingual("空列表", "Empty list"),
    Bilingual("{field}（{title_zh}）是空列表", "{field} ({title_en}) is an empty list"),
    Bilingual("{hint_zh}", "{hint_en}"),
)
DUPLICATE_ROW: Final = Code(
    "schema.duplicate-row",
    Bilingual("重复的一行", "Duplicate row"),
    Bilingual(
        "{field}（{title_zh}）里已经有一条 {value}（第 {first} 行）",
        "{field} ({title_en}) already has a row {value} (line {first})",
    ),
    Bilingual("{hint_zh}", "{hint_en}"),
)
BAD_FORMAT: Final = Code(
    "schema.bad-format",
    Bilingual("格式版本不对", "Unknown format"),
    Bilingual("格式版本 format 不能是 {value}", "The format cannot be {value}"),
    Bilingual("{hint_zh}", "{hint_en}"),
)
NOT_ACCEPTED: Final = Code(
    "schema.not-accepted",
    Bilingual("不能接受的值", "Value not accepted"),
    Bilingual("{field}（{title_zh}）不能是 {value}", "{field} ({title_en}) cannot be {value}"),
    Bilingual("请对照字段说明改正", "Compare with the description of the field"),
)
MORE: Final = Code(
    "schema.more",
    Bilingual("同类问题还有很多", "Many more of the same"),
    Bilingual("本文件还有 {count} 处不合要求，没有逐一列出", "This file has {count} more defects that are not listed"),
    Bilingual(
        "先改正已列出的各处，再检查一次，其余的会接着列出",
        "Put right the ones that are listed and check again: the rest will follow",
    ),
)

CODES: Final[tuple[Code, ...]] = (
    MISSING_FIELD,
    UNKNOWN_KEY,
    UNKNOWN_KIND,
    NOT_IN_LIST,
    WRONG_TYPE,
    PATTERN,
    TOO_LONG,
    TOO_SHORT,
    OUT_OF_RANGE,
    EMPTY_LIST,
    DUPLICATE_ROW,
    BAD_FORMAT,
    NOT_ACCEPTED,
    MORE,
)
"""Everything that a schema can say against a record."""

VALUE_FORMS: Final[dict[str, tuple[str, str]]] = {**SCALAR_MESSAGES, **IDENTIFIER_MESSAGES}
"""Error type of a typed scalar → what to tell a person."""

_REFERENCE: Final = (
    "写作 辖区/短名，小写字母、数字和短横，例如 shili/example-bureau；在填报页和表格里写登记的单位名称即可",
    "Written jurisdiction/short-name in lower-case letters, digits and hyphens, for example shili/example-bureau; "
    "in the form and in workbooks the registered name will do",
)

OTHER_FORM: Final = ("写法对照同类文件的例子", "Compare with an example of such a file")
"""Of a pattern of which the record knows no words: of a file that is no record (a mapping, the settings of the site)."""
PATTERN_FORMS: Final[dict[str, tuple[str, str]]] = {
    r"^[^\n\r]*$": ("只能写一行，不能换行", "One line only, without a line break"),
    r"^[a-z][a-z0-9_]*$": (
        "代码用小写字母开头，只含小写字母、数字和下划线，例如 general_budget",
        "A code begins with a lower-case letter and has lower-case letters, digits and underscores, "
        "for example general_budget",
    ),
    r"^[a-z0-9][a-z0-9-]*$": (
        "短名只含小写字母、数字和短横，例如 data-platform",
        "A short name has lower-case letters, digits and hyphens, for example data-platform",
    ),
    r"^[a-z][a-z0-9]*$": (
        "辖区写 registry.yaml 里的编号，小写字母开头，只含小写字母和数字，例如 shili",
        "A jurisdiction is its id in registry.yaml: lower-case letters and digits, for example shili",
    ),
    r"^[a-z][a-z0-9]*/[a-z0-9][a-z0-9-]*$": _REFERENCE,
    r"^[a-z][a-z0-9]*(?:/[a-z0-9][a-z0-9-]*)?$": (
        "写作 辖区/短名，全市的写辖区，例如 shili/example-system 或 shili",
        "Written jurisdiction/short-name, or the jurisdiction alone, for example shili/example-system or shili",
    ),
    r"^[A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.-]+)+$": (
        "仓库路径只含字母、数字、点、短横和下划线，用 / 分开，例如 zuzhi/registry",
        "A repository is its path on the forge: letters, digits, dots, hyphens and underscores, for example group/registry",
    ),
    r"^[A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.-]+)*$": (
        "分支名只含字母、数字、点、短横和下划线，可用 / 分开，例如 main",
        "A branch has letters, digits, dots, hyphens and underscores, and may have slashes, for example main",
    ),
    r"^(?:mailto:[!-~]+@[!-~]+|tel:\+?[0-9-]+|https://[!-~]+)$": (
        "联系方式写作 mailto:邮箱、tel:电话 或 https:// 网址，例如 mailto:security@example.gov.cn",
        "A contact is mailto:ADDRESS, tel:NUMBER or an https:// address, for example mailto:security@example.gov.cn",
    ),
    r"^[a-z][a-z0-9]*-[0-9]{4}-(?:[0-9]{4}|[1-9][0-9]{4,7})$": (
        "项目登记号写作 辖区-年份-四位以上序号，例如 shili-2026-0001",
        "A project id is jurisdiction-year-serial, the serial with four or more digits, for example shili-2026-0001",
    ),
    r"^[a-z][a-z0-9_]*(?:/[1-9][0-9]{0,2})?$": (
        "里程碑写作 种类 或 种类/序号，例如 contract_signed 或 contract_signed/2",
        "A milestone is its kind, or kind/number, for example contract_signed or contract_signed/2",
    ),
    r"^[A-Za-z][A-Za-z0-9_.]*(?:-[0-9]+[a-z]?(?: [ps][0-9]+[a-z]?| ?\([0-9]+\))*)?$": (
        "写规则编号或条款地址，例如 ab12_supervision 或 AB-12 p1 s1",
        "The id of a rule or the address of a sentence, for example ab12_supervision or AB-12 p1 s1",
    ),
    r"^(?:[a-z_]+(?:/[a-z0-9_-]+){0,2}|[A-Z]+-[0-9]+[a-z]?(?: [ps][0-9]+[a-z]?| ?\([0-9]+\))*)$": (
        "写里程碑键、行键、字段名或条款地址，例如 contract_signed/2、funding_form、AB-12 p1",
        "A milestone, a row, a field or the address of a sentence, for example contract_signed/2, funding_form, AB-12 p1",
    ),
    r"^[a-z_]+(?:/[a-z0-9_-]+){0,2}$": (
        "写里程碑键或行键，例如 contract_signed/2、payments/1",
        "The key of a milestone or of a row, for example contract_signed/2 or payments/1",
    ),
    r"^[a-z0-9_]+(?:/[a-z0-9_-]+)*$": (
        "写字段名，里层字段用 / 相连，例如 amount 或 period/end",
        "The name of a field, with / before an inner one, for example amount or period/end",
    ),
    r"^[A-Za-z0-9][A-Za-z0-9._+-]*@[A-Za-z0-9][A-Za-z0-9.-]*$": (
        "写提交所用的邮箱，例如 caizheng-a@example.gov.cn",
        "The e-mail address of the commits, for example finance-a@example.gov.cn",
    ),
    r"^[A-Za-z0-9][A-Za-z0-9._@+-]*$": (
        "写服务器上的账号，只含字母、数字和 . _ @ + -，例如 shuili-a",
        "The account as the server knows it: letters, digits and . _ @ + -, for example water-a",
    ),
    r"^[a-z0-9@.-]+ [A-Za-z0-9+/]+={0,2}(?: [^\n\r]{1,80})?$": (
        "写 .pub 文件里的那一行，例如 ssh-ed25519 AAAA…",
        "The line of the .pub file, for example ssh-ed25519 AAAA…",
    ),
    r"^[a-z_]+(?:/[A-Za-z0-9_.-]+)*$": (
        "写字段名，里层用 / 相连，例如 class 或 milestones/approved",
        "The name of a field, with / before an inner one, for example class or milestones/approved",
    ),
    r"^(?:registry(?:/[a-z0-9][A-Za-z0-9_.-]*)+|trust/(?:keys|policy))\.yaml$": (
        "写登记文件的路径，例如 registry/projects/shili/water/shili-2026-0001.yaml；或 trust/keys.yaml、trust/policy.yaml",
        "The path of a record, for example registry/projects/shili/water/shili-2026-0001.yaml; or trust/keys.yaml, trust/policy.yaml",
    ),
    r"^[a-z][a-z0-9]*/[0-9]{6}(?:[0-9]{3})?$": (
        "地区编号写作 辖区/行政区划代码，例如 shili/110101",
        "A district is jurisdiction/division code, for example shili/110101",
    ),
    r"^[0-9]{4}(?:-(?:0[1-9]|1[0-2])|-q[1-4]|-h[12])?$": (
        "报送期写作 年、年-月、年-季度或年-半年，例如 2026、2026-03、2026-q1、2026-h1",
        "A period is a year, a month, a quarter or a half-year, for example 2026, 2026-03, 2026-q1, 2026-h1",
    ),
    r"^sha256:[0-9a-f]{64}$": (
        "摘要写作 sha256: 加 64 位小写十六进制数字，由程序生成，不用手写",
        "A digest is sha256: and 64 lower-case hexadecimal digits; the program writes it",
    ),
    r"^[0-9a-f]{40}(?:[0-9a-f]{24})?$": (
        "提交写 40 位小写十六进制编号",
        "A commit is its id of 40 lower-case hexadecimal digits",
    ),
    r"^[0-9]{4,}(?:-[0-9]{4,})?$": (
        "登记号写四位以上数字并加引号，连续的用短横相连，例如 '0007' 或 '0007-0012'",
        "A serial has four or more digits, in quotes; a range has a hyphen, for example '0007' or '0007-0012'",
    ),
}
"""Pattern of a plain text field → what to tell a person."""
