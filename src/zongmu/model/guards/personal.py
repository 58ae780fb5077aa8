"""Numbers and addresses that lead to a person: resident ids, mobile numbers, bank cards, travel documents, e-mail.

A registry of projects needs none of them: officers appear as office and post. Credit codes of organisations,
amounts, procurement and contract numbers, and the landlines of offices are public and pass.

What each detector asks before it speaks, so that an honest number is not called a person:

* resident id (GB 11643): province, a real date of birth, check character by MOD 11-2 (ISO 7064). From 2010 on the
  date may be that of a business number (division, day, serial), so without a word of context it is a warning.
  The 15 digits of before 1999 carry no check and need the word.
* mobile: ``1[3-9]`` and nine digits, whole or grouped as people write them, with or without 86. Followed by 元 or by
  decimals it is an amount. Right after capitals it may be the number of a paper: not reported where a word says so, after
  one letter refused, after several a warning, unless they are those that people put before a telephone.
* bank card: a range of card issuers, Luhn (ISO/IEC 7812-1), and a word of context or groups of four. Luhn alone
  passes one random number in ten.
* a long number right after 账号 or 卡号 that is no valid card is a warning: the account may be an organisation's.
* e-mail: a warning, because whether an address is an office's or a person's cannot be told from it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Final

from zongmu.model.expressions import Lazy
from zongmu.model.guards.base import Folded, Hit, Traces, without_overlaps

# What people put between the groups of one number. A line break with the indentation after it too: a long YAML
# text may be folded there.
GAP: Final = " \t\n-./_\u00a0\u00b7\u2022\u202f\u205f\u2212\u3000\u30fb\ufe63\uff0d\uff0e" + "".join(
    map(chr, [*range(0x2000, 0x200B), *range(0x2010, 0x2016)])
)
PARTING: Final = ",，、;；()（）[]【】"
"""What parts the members of a list, and cuts up a number of which somebody does not want that it is found."""
_MAX_GAP: Final = 40
# The lookbehind comes after the first digit so that the search can skip to digits quickly.
_RUN = Lazy(rf"[0-9](?<![0-9][0-9])(?:[{re.escape(GAP)}]{{0,{_MAX_GAP}}}+[0-9]){{10,}}+")
_GROUP = Lazy("[0-9]+")
_BYTES_BETWEEN_BUT_HYPHEN: Final = (GAP + PARTING).replace("-", "").encode()
_DIGITS_AS_ZERO: Final = bytes.maketrans(b"123456789", b"000000000")
_ELEVEN: Final = b"0" * 11
_GAPS: Final = frozenset(GAP)
_X: Final = frozenset("Xx")
_DIGITS: Final = frozenset("0123456789")
_ZERO_OR_HYPHEN: Final = (b"0", b"-")
_CODE_AS_ZERO: Final = b"0000-000000-00-00-000000"

# Codes of investment projects (投资项目代码) stand in every record.
_INVESTMENT_CODE = Lazy(r"[0-9]{4}-[0-9]{6}-[0-9]{2}-[0-9]{2}-[0-9]{6}")

_PROVINCES: Final = frozenset(
    str(code)
    for codes in (
        range(11, 16),
        range(21, 24),
        range(31, 38),
        range(41, 47),
        range(50, 55),
        range(61, 66),
        (71, 81, 82, 83),
    )
    for code in codes
)
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS: Final = "10X98765432"
_BIRTHS_UNTIL: Final = 2010  # later dates are as likely those of business numbers; see the module's text
ID_WORDS = Lazy(r"身份|证件|公民|居民|居住证|户口|出生|护照|(?<![a-z])id(?![a-z])", re.IGNORECASE)

PHONE_WORDS = Lazy(r"电话|手机|联系|致电|拨打|微信|短信|(?<![a-z])(?:tel|phone|mobile|cell|wechat|call)", re.IGNORECASE)
_PHONE_SHAPES: Final = frozenset({(11,), (3, 4, 4), (3, 8), (3, 3, 5), (7, 4), (1,) * 11})
_PHONE_PREFIXES: Final = {"1": ("",), "8": ("86",), "0": ("0", "086", "0086")}
_AMOUNT_AFTER = Lazy(
    r"\s{0,2}(?:万|亿)?元(?![旦宵月])|\s{0,2}[万亿]|\s{0,2}(?:CNY|RMB|yuan)\b|\.[0-9]{1,2}(?![0-9.])", re.IGNORECASE
)
_AMOUNT_BEFORE = Lazy(r"(?:[¥￥$]|CNY|RMB|人民币)\s{0,2}$", re.IGNORECASE)
_CODE_BEFORE = Lazy(r"(?:^|[^A-Za-z])([A-Z]+)$")
_PHONE_LETTERS: Final = frozenset(
    {"T", "TEL", "M", "MOB", "P", "PHONE", "V", "VX", "WX", "WECHAT", "SJ", "SJH", "DH", "LX", "LXDH", "LXFS"}
)
_PAPER_BEFORE = Lazy(
    r"(?:号|编码|代码|合同|项目|采购|招标|备案|证书|(?<![a-z])(?:no|number|code|id|ref))[^0-9A-Za-z\u4e00-\u9fff]{0,4}$",
    re.IGNORECASE,
)

_CARD_RANGE = Lazy(r"35|4|5[1-5]|60|62|81|9[0-9]")
_CARD_WORDS = Lazy(
    r"[账帐][号户]|卡号|银行卡|储蓄卡|信用卡|借记卡|工资卡|社保卡|一卡通|收款|付款|汇款|转账|转帐|打款|汇入|开户|户名"
    r"|(?<![a-z])(?:card|account|acct|a/c)",
    re.IGNORECASE,
)
_ACCOUNT_BEFORE = Lazy(r"(?:[账帐]号|卡号|[账帐]户)[^0-9A-Za-z\n]{0,8}$")

_OPAQUE_CHARACTERS: Final = frozenset("0123456789abcdefABCDEF-")
_OPAQUE = Lazy(
    r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
    r"|(?=[0-9]*[a-fA-F])(?:[0-9a-f]{32,128}|[0-9A-F]{32,128})"
)

_TRAVEL = Lazy(r"(?:护照|通行证)[^0-9A-Za-z\n]{0,8}([A-Za-z]{1,2}[0-9]{7,10})(?![0-9A-Za-z])")
_TRAVEL_WORDS: Final = ("护照".encode(), "通行证".encode())
_MAIL_SIGN = Lazy(r"[A-Za-z0-9_%+-]\s?@\s?(?=[A-Za-z0-9])")
_MAIL_LOCAL = Lazy(r"[A-Za-z0-9._%+-]{1,64}\s?\Z")
_MAIL_HOST = Lazy(r"\s?[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,6}\.[A-Za-z]{2,24}(?![A-Za-z0-9])")

_CONTEXT_BEFORE: Final = 24
_CONTEXT_AFTER: Final = 8


def resident_id_ok(number: str) -> bool:
    """Whether *number* (17 digits and a digit or ``X``) is a well-formed resident id with a real date of birth."""
    if number[:2] not in _PROVINCES or not _is_date(number[6:10], number[10:12], number[12:14]):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], _WEIGHTS, strict=True))
    return _CHECK_CHARACTERS[total % 11] == number[17]


def luhn_ok(number: str) -> bool:
    """Whether the digits of *number* satisfy the Luhn check (ISO/IEC 7812-1)."""
    total = sum(int(digit) for digit in number[-1::-2])
    total += sum((0, 2, 4, 6, 8, 1, 3, 5, 7, 9)[int(digit)] for digit in number[-2::-2])
    return total % 10 == 0


def _is_date(year: str, month: str, day: str) -> bool:
    if not ("1900" <= year <= "2099" and "01" <= month <= "12" and "01" <= day <= "31"):
        return False
    try:
        dt.date(int(year), int(month), int(day))
    except ValueError:
        return False
    return True


def near(words: Lazy, text: str, start: int, end: int) -> bool:
    """Whether one of *words* stands shortly before or after ``text[start:end]``."""
    return (
        words.search(text, max(0, start - _CONTEXT_BEFORE), start) is not None
        or words.search(text, end, end + _CONTEXT_AFTER) is not None
    )


def _token(text: str, at: int) -> str:
    """The hexadecimal digits and hyphens around the character at *at*."""
    first, last = at, at + 1
    while first > 0 and at - first < 128 and text[first - 1] in _OPAQUE_CHARACTERS:
        first -= 1
    while last < len(text) and last - at < 128 and text[last] in _OPAQUE_CHARACTERS:
        last += 1
    return text[first:last].strip("-")


def _inside_opaque(text: str, start: int, end: int) -> bool:
    """Whether ``text[start:end]`` begins or ends in a digest or a UUID, which hold any digits by chance."""
    return any(_OPAQUE.fullmatch(_token(text, at)) for at in (start, end - 1))


class _Run:
    """A run of digit groups that could be read as one number, and the numbers that can be made of whole groups."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self.text = text
        groups = [match.span() for match in _GROUP.finditer(text, start, end)]
        self.digits = "".join([text[first:last] for first, last in groups])
        self.places = [place for first, last in groups for place in range(first, last)]
        self.group_of: dict[int, int] = {}  # offset in digits where a group begins -> its number
        self.sizes = [last - first for first, last in groups]
        offset = 0
        for number, size in enumerate(self.sizes):
            self.group_of[offset] = number
            offset += size
        self.group_of[offset] = len(groups)

    def whole(self, start: int, length: int) -> bool:
        """Whether digits *start* to *start + length* are whole groups."""
        return start in self.group_of and start + length in self.group_of

    def shape(self, start: int, length: int) -> tuple[int, ...]:
        """Sizes of the groups that make up these digits; they must be whole."""
        return tuple(self.sizes[self.group_of[start] : self.group_of[start + length]])

    def span(self, start: int, length: int) -> tuple[int, int]:
        """Where these digits stand in the text."""
        return self.places[start], self.places[start + length - 1] + 1


def _resident_ids(run: _Run) -> Iterator[tuple[str, int, int, bool]]:
    text = run.text
    for start in run.group_of:
        if run.digits[start : start + 2] not in _PROVINCES:
            continue
        first = run.places[start]
        if run.whole(start, 18) and resident_id_ok(run.digits[start : start + 18]):
            last = run.span(start, 18)[1]
        elif start + 17 in run.group_of and (x := _check_letter(text, run.span(start, 17)[1])) is not None:
            if not resident_id_ok(run.digits[start : start + 17] + "X"):
                continue
            last = x + 1
        elif run.whole(start, 15) and len(run.shape(start, 15)) <= 3 and _old_resident_id(run, start):
            last = run.span(start, 15)[1]
        else:
            continue
        if _inside_opaque(text, first, last):
            continue
        sure = int(run.digits[start + 6 : start + 10]) < _BIRTHS_UNTIL or near(ID_WORDS, text, first, last)
        yield "resident_id", first, last, sure


def _check_letter(text: str, at: int) -> int | None:
    """Where the X that ends a resident id stands, at *at* or after one gap character."""
    place = at + (text[at : at + 1] in _GAPS)
    return place if text[place : place + 1] in _X and text[place + 1 : place + 2] not in _DIGITS else None


def _old_resident_id(run: _Run, start: int) -> bool:
    digits = run.digits[start : start + 15]
    first, last = run.span(start, 15)
    return _is_date("19" + digits[6:8], digits[8:10], digits[10:12]) and near(ID_WORDS, run.text, first, last)


def _cards(run: _Run) -> Iterator[tuple[str, int, int, bool]]:
    text = run.text
    called = near(_CARD_WORDS, text, run.places[0], run.places[-1] + 1)
    if not called and run.sizes.count(4) < 3:
        return
    for start in run.group_of:
        if _CARD_RANGE.match(run.digits, start) is None:
            continue
        for length in (19, 18, 17, 16):
            if not run.whole(start, length):
                continue
            shape = run.shape(start, length)
            in_fours = len(shape) > 3 and set(shape[:-1]) == {4} and run.digits.startswith("62", start)
            if not (called or in_fours) or not luhn_ok(run.digits[start : start + length]):
                continue
            first, last = run.span(start, length)
            if not _inside_opaque(text, first, last):
                yield "bank_card", first, last, True
                break


def _accounts(run: _Run) -> Iterator[tuple[str, int, int, bool]]:
    first = run.places[0]
    if _ACCOUNT_BEFORE.search(run.text, max(0, first - _CONTEXT_BEFORE), first) and 12 <= len(run.digits) <= 30:
        yield "bank_account", first, run.places[-1] + 1, False


def _mobiles(run: _Run) -> Iterator[tuple[str, int, int, bool]]:
    digits, starts = run.digits, run.group_of
    for start in starts:
        for prefix in _PHONE_PREFIXES.get(digits[start : start + 1], ()):
            at = start + len(prefix)
            if not digits.startswith(prefix + "1", start) or not "3" <= digits[at + 1 : at + 2] <= "9":
                continue
            if at + 11 not in starts:
                continue
            shape = run.shape(start, len(prefix) + 11)
            if prefix:
                shape = _without_prefix(shape, len(prefix))
            first, last = run.span(start, len(prefix) + 11)
            sure = _mobile_stands(run, at, shape, first, last)
            if sure is not None:
                yield "mobile", first, last, sure
                break


def _without_prefix(shape: tuple[int, ...], size: int) -> tuple[int, ...]:
    return shape[1:] if shape[0] == size else (shape[0] - size, *shape[1:])


def _mobile_stands(run: _Run, at: int, shape: tuple[int, ...], first: int, last: int) -> bool | None:
    """Whether eleven digits that could be a mobile number surely are one, by grouping and surroundings; None: they are none."""
    text = run.text
    usual = shape in _PHONE_SHAPES
    if (not usual and (shape[0] < 3 or len(shape) > 5)) or _inside_opaque(text, first, last):
        return None
    if near(PHONE_WORDS, text, first, last):
        return True
    if not usual:
        return None
    if len(shape) > 1:
        # A link in a longer chain with the same separator is a document's number: HT-138-2024-0001.
        separator = text[run.places[at + shape[0] - 1] + 1]
        if _linked(text[max(0, first - 2) : first][::-1], separator) or _linked(text[last : last + 2], separator):
            return None
    if _AMOUNT_AFTER.match(text, last) or _AMOUNT_BEFORE.search(text, max(0, first - 6), first):
        return None
    code = _CODE_BEFORE.search(text, max(0, first - 12), first)
    if code is None or code[1] in _PHONE_LETTERS:
        return True
    return None if _PAPER_BEFORE.search(text, max(0, first - _CONTEXT_BEFORE), code.start(1)) else len(code[1]) == 1


def _linked(outside: str, separator: str) -> bool:
    """Whether the two characters outside a number, nearest first, are the separator and a letter or digit."""
    return len(outside) == 2 and outside[0] == separator and outside[1].isascii() and outside[1].isalnum()


def number_hits(text: str) -> Iterator[tuple[str, int, int, bool]]:
    for match in _RUN.finditer(text):
        found = match[0]
        if _INVESTMENT_CODE.fullmatch(found) or (len(found) > 30 and found.isdigit()):
            continue
        run = _Run(text, *match.span())
        yield from _resident_ids(run)
        yield from _cards(run)
        yield from _mobiles(run)
        yield from _accounts(run)


def _mail_hits(text: str) -> Iterator[tuple[str, int, int, bool]]:
    for sign in _MAIL_SIGN.finditer(text):
        at = text.index("@", sign.start())
        local = _MAIL_LOCAL.search(text, max(0, at - 65), at)
        host = _MAIL_HOST.match(text, at + 1)
        if local and host:
            yield "email", local.start(), host.end(), False


def eleven_in_a_row(encoded: bytes) -> bool:
    """Whether eleven digits follow each other when all that may stand between those of one number is thrown away.

    One investment project code that stands by itself is passed over: every record has one.
    """
    digits = encoded.translate(_DIGITS_AS_ZERO, _BYTES_BETWEEN_BUT_HYPHEN)
    at = digits.find(_CODE_AS_ZERO)
    end = at + len(_CODE_AS_ZERO)
    if at > 0 and digits[at - 1 : at] not in _ZERO_OR_HYPHEN and digits[end : end + 1] not in _ZERO_OR_HYPHEN:
        digits = digits[:at] + b"|" + digits[end:]
    return _ELEVEN in digits.replace(b"-", b"")


def personal_maybe(text: str, traces: Traces, eleven: bool) -> bool:
    """Whether *text*, with nothing folded, holds something this module reports. *eleven*: see :func:`eleven_in_a_row`."""
    return (
        ("@" in text and next(_mail_hits(text), None) is not None)
        or (eleven and next(number_hits(text), None) is not None)
        or (any(word in traces.han for word in _TRAVEL_WORDS) and _TRAVEL.search(text) is not None)
    )


def personal_hits(folded: Folded) -> list[Hit]:
    """Personal numbers and addresses in *folded*.

    Kinds: ``resident_id`` (a warning where it may be a business number), ``mobile``, ``bank_card``,
    ``travel_document`` are refused; ``bank_account`` and ``email`` are warnings.
    """
    found = [*number_hits(folded.text), *_mail_hits(folded.text)]
    found += [("travel_document", *match.span(1), True) for match in _TRAVEL.finditer(folded.text)]
    return without_overlaps([folded.hit(kind, first, last, block=block) for kind, first, last, block in found])
