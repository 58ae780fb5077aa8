"""Marks and words of state secrecy (保守国家秘密法) and of internal papers.

The registry holds only what is no secret. A *mark* (级别 with a star or a term, 密级：…, a level spaced out as in a
letterhead, a document number of a level, "定为机密级") is refused. A bare *word* is a warning, for it may as well say
that something is not secret, and what is negated or belongs to another word passes: 机密性, 商业秘密, 商用密码, 不涉密.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from zongmu.model.expressions import Lazy
from zongmu.model.guards.base import Folded, Hit, Traces, without_overlaps

_BLANK: Final = r"[\s\u00b7.\-_*/|]"
_LEVEL = Lazy(rf"(?:[绝机秘](?:{_BLANK}{{0,40}}))密")
_INVOLVED = Lazy(r"涉\s{0,40}密")
_GRADE = Lazy(r"密\s{0,40}级\s{0,40}[:：=]\s{0,40}(?P<value>[绝机秘]\s{0,40}密|\S{0,8})")

_HAN = Lazy("[\u3400-\u9fff\U00020000-\U0003fffd]")
# 计算机密码, 随机密钥, 主机密评, 发动机密封: the two characters belong to two words. 机密性, 机密计算: to a longer one.
_OTHER_WORD = Lazy(r"码|钥|评(?!审)|封(?![级套面])|闭|切|集|度|性|计算|算|植|文(?!件)|匙")
_OTHER_SECRET = Lazy(r"(?:商业|技术|个人|通信|通讯|企业|贸易)$")
_LAW_OF = Lazy(r"(?:保守|泄露|泄漏)(?:党和)?国家$")
_NEGATED = Lazy(
    r"(?:不|非|未|无|没有|并无|严禁|禁止|不得)"
    r"(?:属于|属|涉及|涉|含有|包含|含|是|为|存储|处理|传输|产生|登记|得|存在|公开|有)?"
    r"(?:任何|有关|相关|国家|安全|商业|工作|绝密|机密|秘密|[、,和或及])*\Z"
)
_NOT_INVOLVED = Lazy(r"(?:不|非|未|无|脱|没有|是否|不得|严禁|禁止|是不是)(?:处理|存储|传输|含|包含|有)?\Z")

_STAR_AFTER = Lazy(r"\s{0,4}(?:[★☆✩✪✭⭐\u2606]|\*\s{0,2}(?:[0-9]|长期|启用))")
_STAR_BEFORE = Lazy(r"[★☆✩✪✭⭐]\s{0,4}\Z")
_TERM_AFTER = Lazy(r"\s{0,4}(?:[0-9]{1,2}\s?(?:年|个月)|长期|启用前|解密前)")
_NUMBER_AFTER = Lazy(r"\s{0,2}[〔\[【(（]\s?(?:19|20)[0-9]{2}")
_RANK_AFTER = Lazy(r"\s{0,2}级(?!别)")

_OPEN_GRADE = Lazy(r"(?:无|公开|非|不|否|未定|普通|一般|空|none|null|public|n/?a|open|no\b|[-—/~\"'”])", re.IGNORECASE)
_INTERNAL_GRADE = Lazy(r"内部|工作秘密|internal", re.IGNORECASE)

_INTERNAL = Lazy(
    r"内部(?:资料|文件|材料|刊物|参考|明电)(?!管理|流转|共享|系统|平台|库|室|归档|检索|交换|传输)"
    r"|(?:仅限|仅供|限|供)[^\s,。;]{0,6}内部[^\s,。;]{0,4}(?:使用|参考|传阅|查阅|掌握)"
    r"|内部(?:使用|传阅|掌握|参阅)[^\u3400-\u9fff]{0,3}(?:注意|不得|严禁|请勿|禁止|妥善)"
)
_INTERNAL_NEGATED = Lazy(r"(?:不|非|未|无)(?:属于|属|涉及|是|含)?\Z")
_ENGLISH = Lazy(r"(?<![A-Za-z])(?:top\s{0,3}secret|state\s{1,3}secrets?)(?![A-Za-z])", re.IGNORECASE)
_ENGLISH_MARK = Lazy(r"(?<![A-Za-z_])(?:SECRET|CONFIDENTIAL|CLASSIFIED)(?![A-Za-z_]|\s{0,2}[=:：])")

_SECRET_BYTES: Final = b"secret"
_MARK_BYTES: Final = "密".encode()
_CAPITAL_WORDS: Final = (b"SECRET", b"CONFIDENTIAL", b"CLASSIFIED")
_PAPER_BYTES: Final = "内部".encode()
_BEFORE_MARK = Lazy(rf"[绝机秘涉]{_BLANK}{{0,40}}\Z")
_AFTER_MARK = Lazy(r"\s{0,40}级")

_Found = tuple[str, int, int, bool]


def _level(folded: Folded, match: re.Match[str]) -> tuple[str, bool] | None:
    """What one 绝密, 机密 or 秘密 amounts to: its kind and whether it is refused; ``None`` where it says nothing."""
    text, (start, end) = folded.text, match.span()
    before, spaced = text[max(0, start - 16) : start], end - start > 2
    after = text[end : end + 42]
    if _STAR_AFTER.match(text, end) or _STAR_BEFORE.search(before):
        return "secrecy_mark", True
    if _OTHER_WORD.match(after.lstrip() if spaced else after):
        return None
    if not folded.unbroken(start, end):
        return "secrecy_mark", True  # somebody hid a character inside the word
    if spaced:
        loose = not _HAN.search(before[-1:]) and not _HAN.match(text, end)
        if not loose and "\n" in text[start:end]:
            return None  # the last character of one item and the first of the next
        return ("secrecy_mark", True) if loose else ("secrecy_word", False)
    if _OTHER_SECRET.search(before) or _NEGATED.search(before):
        return None
    if _RANK_AFTER.match(text, end) or _NUMBER_AFTER.match(text, end):
        return "secrecy_mark", True
    if _TERM_AFTER.match(text, end) and not _HAN.search(before[-1:]):
        return "secrecy_mark", True
    if before.endswith("工作"):
        return "internal_mark", False
    if _LAW_OF.search(before) or (before.endswith("国家") and text.startswith("载体", end)):
        return None
    return "secrecy_word", False


def _grades(text: str) -> Iterator[_Found]:
    for match in _GRADE.finditer(text):
        value = match["value"]
        if not value:
            yield "secrecy_word", match.start(), match.end(), False
        elif _INTERNAL_GRADE.match(value):
            yield "internal_mark", match.start(), match.end(), False
        elif not _OPEN_GRADE.match(value):
            yield "secrecy_mark", match.start(), match.end(), True


def _levels(folded: Folded) -> Iterator[_Found]:
    for match in _LEVEL.finditer(folded.text):
        verdict = _level(folded, match)
        if verdict is not None:
            yield verdict[0], match.start(), match.end(), verdict[1]


def _involved(text: str) -> Iterator[_Found]:
    for match in _INVOLVED.finditer(text):
        before = text[max(0, match.start() - 8) : match.start()]
        if not _NOT_INVOLVED.search(before) and not _OTHER_WORD.match(text, match.end()):
            yield "secrecy_word", match.start(), match.end(), False


def _papers(text: str) -> Iterator[_Found]:
    for match in _INTERNAL.finditer(text):
        if not _INTERNAL_NEGATED.search(text, max(0, match.start() - 6), match.start()):
            yield "internal_mark", match.start(), match.end(), False
    for pattern in (_ENGLISH, _ENGLISH_MARK):
        for match in pattern.finditer(text):
            yield "secrecy_word", match.start(), match.end(), False


def secrecy_hits(folded: Folded) -> list[Hit]:
    """Marks and words of secrecy in *folded*: ``secrecy_mark`` is refused, ``secrecy_word``, ``internal_mark`` warn."""
    text = folded.text
    found = [*_grades(text), *_levels(folded), *_involved(text), *_papers(text)]
    return without_overlaps([folded.hit(kind, first, last, block=block) for kind, first, last, block in found])


def _near_mark(text: str) -> bool:
    """Whether some 密 has 绝, 机, 秘 or 涉 before it or 级 after it, blanks aside."""
    at = text.find("密")
    while at >= 0:
        if _BEFORE_MARK.search(text, max(0, at - 42), at) or _AFTER_MARK.match(text, at + 1):
            return True
        at = text.find("密", at + 1)
    return False


def secrecy_maybe(text: str, traces: Traces) -> bool:
    """Whether *text*, with nothing folded, may hold something this module reports."""
    return (
        (_MARK_BYTES in traces.han and _near_mark(text))
        or (_PAPER_BYTES in traces.han and _INTERNAL.search(text) is not None)
        or (_SECRET_BYTES in traces.small and _ENGLISH.search(text) is not None)
        or (any(word in traces.capitals for word in _CAPITAL_WORDS) and _ENGLISH_MARK.search(text) is not None)
    )
