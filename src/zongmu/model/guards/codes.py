"""The codes under which hits are told to people. All are sensitive: place and kind, never the passage itself."""

from __future__ import annotations

from typing import Any, Final

from zongmu.model.finding import Bilingual, Code
from zongmu.model.guards.base import Hit

KINDS: Final[dict[str, Bilingual]] = {
    "resident_id": Bilingual("居民身份证号码", "resident identity number"),
    "mobile": Bilingual("手机号码", "mobile number"),
    "bank_card": Bilingual("银行卡号", "bank card number"),
    "travel_document": Bilingual("护照或通行证号码", "passport or travel permit number"),
    "bank_account": Bilingual("银行账号", "bank account number"),
    "email": Bilingual("电子邮箱地址", "e-mail address"),
    "secrecy_mark": Bilingual("密级标志", "secrecy mark"),
    "secrecy_word": Bilingual("涉密字样", "word of state secrecy"),
    "internal_mark": Bilingual("内部资料或工作秘密字样", "mark of an internal paper or work secret"),
    "password": Bilingual("口令", "password"),
    "token": Bilingual("密钥或令牌", "key or token"),
    "private_key": Bilingual("私钥", "private key"),
    "bidi": Bilingual("改变文字方向的控制符", "control that turns the direction of text"),
    "zero_width": Bilingual("零宽字符", "zero-width character"),
    "format": Bilingual("不可见的格式字符", "invisible format character"),
    "tag": Bilingual("不可见的标签字符", "invisible tag character"),
    "variation": Bilingual("异体选择符", "variation selector"),
    "filler": Bilingual("空白占位字符", "blank filler character"),
    "control": Bilingual("控制字符", "control character"),
    "line_separator": Bilingual("非常规换行符", "unusual line separator"),
    "private_use": Bilingual("私用区字符", "private-use character"),
    "noncharacter": Bilingual("非字符码位", "noncharacter code point"),
    "surrogate": Bilingual("不成对的代理码位", "lone surrogate"),
    "unassigned": Bilingual("未分配的码位", "unassigned code point"),
    "cjk_radical": Bilingual("形似汉字的部首或笔画", "radical or stroke that looks like a Han character"),
    "not_nfc": Bilingual("未组合的字符（不是 NFC 形式）", "uncomposed character (not in form NFC)"),
    "stacked_marks": Bilingual("一个字上叠加过多的符号", "marks piled on one letter"),
    "replacement": Bilingual("乱码替代符", "replacement character of damaged text"),
    "mixed_script": Bilingual("与拉丁字母形似的外文字母", "foreign letter that looks like a Latin one"),
}
"""Every kind of hit, named in both languages."""


def _code(name: str, zh: tuple[str, str, str], en: tuple[str, str, str]) -> Code:
    title, message, next_step = (Bilingual(*pair) for pair in zip(zh, en, strict=True))
    return Code(f"content.{name}", title, message, next_step, sensitive=True)


_PLACE_ZH: Final = "第 {first} 至第 {last} 个字符："
_PLACE_EN: Final = "Characters {first} to {last}: "

PERSONAL_NUMBER: Final = _code(
    "personal-number",
    (
        "个人号码",
        f"{_PLACE_ZH}{{kind_zh}}",
        "登记库不收个人号码：删去它，负责人只写科室和岗位；确需联系方式，写办公固定电话。如已推送，请按泄露处置。",
    ),
    (
        "Personal number",
        f"{_PLACE_EN}{{kind_en}}",
        "The registry takes no personal numbers: remove it, name office and post only, and give an office landline if "
        "one is needed. If it has been pushed already, treat it as a leak.",
    ),
)
BANK_ACCOUNT: Final = _code(
    "bank-account",
    ("银行账号", f"{_PLACE_ZH}{{kind_zh}}", "公开登记用不着账号：请删去；款项只记日期、金额和合同。"),
    (
        "Bank account",
        f"{_PLACE_EN}{{kind_en}}",
        "A public record needs no account number: remove it; a payment is recorded by date, amount and contract.",
    ),
)
EMAIL: Final = _code(
    "email",
    (
        "电子邮箱地址",
        f"{_PLACE_ZH}{{kind_zh}}",
        "个人邮箱请删去；单位公开的公务邮箱可以保留。程序分不清这两种，所以只作提醒。",
    ),
    (
        "E-mail address",
        f"{_PLACE_EN}{{kind_en}}",
        "Remove it if it is a person's; the published mailbox of an office may stay. The two cannot be told apart "
        "here, so this only warns.",
    ),
)
SECRECY_MARK: Final = _code(
    "secrecy-mark",
    (
        "密级标志",
        f"{_PLACE_ZH}{{kind_zh}}",
        "涉密内容一律不得进入登记库：停止操作，不要推送，立即告知本单位保密机构；已经推送的，不要再传播，按泄密处置程序办理。",
    ),
    (
        "Secrecy mark",
        f"{_PLACE_EN}{{kind_en}}",
        "Nothing secret may enter the registry: stop, do not push, tell your secrecy office at once; if it has been "
        "pushed, do not spread it further and follow the procedure for a leak.",
    ),
)
SECRECY_WORD: Final = _code(
    "secrecy-word",
    (
        "涉密字样",
        f"{_PLACE_ZH}{{kind_zh}}",
        "请本单位保密审查人员看一遍：确不涉密的，可以保留，或改写为“不涉密”“不属于国家秘密”。",
    ),
    (
        "Word of secrecy",
        f"{_PLACE_EN}{{kind_en}}",
        "Have your secrecy reviewer read it: if nothing here is secret it may stay, or say so in the text.",
    ),
)
INTERNAL_MARK: Final = _code(
    "internal-mark",
    (
        "内部资料字样",
        f"{_PLACE_ZH}{{kind_zh}}",
        "标有内部字样的材料不宜原样登记：请核对来源，改用可以公开的表述。",
    ),
    (
        "Internal mark",
        f"{_PLACE_EN}{{kind_en}}",
        "Material marked internal should not be copied here as it is: check where it comes from and put it in words "
        "that may be public.",
    ),
)
CREDENTIAL: Final = _code(
    "credential",
    (
        "口令或密钥",
        f"{_PLACE_ZH}{{kind_zh}}",
        "删去它，并立即在对应系统中更换：写进仓库的口令和密钥应视为已经泄露。",
    ),
    (
        "Password or key",
        f"{_PLACE_EN}{{kind_en}}",
        "Remove it, and change it at once in the system it opens: what was written into a repository counts as known.",
    ),
)
HIDDEN_CHARACTER: Final = _code(
    "hidden-character",
    ("隐藏或控制字符", f"{_PLACE_ZH}{{kind_zh}}", "删去这里看不见的字符，最稳妥的办法是把这几个字重新输入一遍。"),
    (
        "Hidden or control character",
        f"{_PLACE_EN}{{kind_en}}",
        "Remove what cannot be seen here; the surest way is to type these few characters again.",
    ),
)
LOOKALIKE: Final = _code(
    "lookalike-character",
    ("形似字符", f"{_PLACE_ZH}{{kind_zh}}", "用输入法重新输入这个字，不要从 PDF 或图片识别结果中复制。"),
    (
        "Lookalike character",
        f"{_PLACE_EN}{{kind_en}}",
        "Type it again with the keyboard; do not copy it from a PDF or from recognised text.",
    ),
)
NOT_NORMALISED: Final = _code(
    "not-normalised",
    ("字符未规范化", f"{_PLACE_ZH}{{kind_zh}}", "重新输入这个字，或用编辑器转换为 Unicode NFC 形式。"),
    (
        "Character not normalised",
        f"{_PLACE_EN}{{kind_en}}",
        "Type it again, or convert it to Unicode form NFC in the editor.",
    ),
)
DAMAGED: Final = _code(
    "damaged-text",
    ("乱码", f"{_PLACE_ZH}{{kind_zh}}", "原文在转码时丢了字：请对照原件补上。"),
    (
        "Damaged text",
        f"{_PLACE_EN}{{kind_en}}",
        "Characters were lost in a conversion: restore them from the original.",
    ),
)
CODES: Final[tuple[Code, ...]] = (
    PERSONAL_NUMBER,
    BANK_ACCOUNT,
    EMAIL,
    SECRECY_MARK,
    SECRECY_WORD,
    INTERNAL_MARK,
    CREDENTIAL,
    HIDDEN_CHARACTER,
    LOOKALIKE,
    NOT_NORMALISED,
    DAMAGED,
)
"""Every code of the guards, for the pages of codes."""

_CODE_OF: Final[dict[str, Code]] = {
    **dict.fromkeys(("resident_id", "mobile", "bank_card", "travel_document"), PERSONAL_NUMBER),
    "bank_account": BANK_ACCOUNT,
    "email": EMAIL,
    "secrecy_mark": SECRECY_MARK,
    "secrecy_word": SECRECY_WORD,
    "internal_mark": INTERNAL_MARK,
    **dict.fromkeys(("password", "token", "private_key"), CREDENTIAL),
    **dict.fromkeys(("cjk_radical", "mixed_script"), LOOKALIKE),
    "not_nfc": NOT_NORMALISED,
    "replacement": DAMAGED,
}


def code_for(kind: str) -> Code:
    """The code under which a hit of *kind* is told. Raises ``KeyError`` on an unknown kind."""
    if kind not in KINDS:
        raise KeyError(kind)
    return _CODE_OF.get(kind, HIDDEN_CHARACTER)


def values_for(hit: Hit) -> dict[str, Any]:
    """What fills the placeholders of the hit's code: place (from 1, last character included) and kind, no text."""
    name = KINDS[hit.kind]
    return {"first": hit.start + 1, "last": hit.end, "kind": hit.kind, "kind_zh": name.zh, "kind_en": name.en}
