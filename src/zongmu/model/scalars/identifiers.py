"""Identifiers that other registers give out: credit codes, investment project codes, divisions, digests, addresses.

Each is plain text with a form. What a wrong character means differs: the check character of a credit code is part of
its standard, so a wrong one is refused; the check digit of an investment project code was found on real codes, not
read in the standard, so it is only asked about (:func:`investment_code_check_ok`) and never refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache, partial
from typing import Annotated, Final, Literal

from zongmu.model.finding import Bilingual
from zongmu.model.scalars import TextForm, refusal

_MEMO: Final = 8192

IDENTIFIER_MESSAGES: Final[dict[str, tuple[str, str]]] = {
    "uscc_format": (
        "统一社会信用代码是 18 位大写字母和数字，不含 I、O、Z、S、V，例如 91110000600037341L",
        "A unified social credit code has 18 capital letters and digits, never I, O, Z, S or V, "
        "for example 91110000600037341L",
    ),
    "uscc_check": (
        "统一社会信用代码的校验位不符，多半是抄错了一位，请对照证书核对，例如 91110000600037341L",
        "The check character of the credit code does not fit: most often one character was miscopied; compare with "
        "the certificate. A valid one is 91110000600037341L",
    ),
    "investment_code_format": (
        "投资项目代码是 24 位：4-6-2-2-6 组数字，以短横相连，例如 2411-130202-89-01-637015",
        "An investment project code has 24 characters: digits in groups of 4-6-2-2-6 with hyphens, "
        "for example 2411-130202-89-01-637015",
    ),
    "division_format": (
        "行政区划代码是 6 位（县级以上）或 9 位（乡级）数字，以省级代码开头，例如 150602 或 150602001",
        "A division code has 6 digits (county and above) or 9 (township), and begins with a province, "
        "for example 150602 or 150602001",
    ),
    "sha256_format": (
        "SHA-256 是 64 位小写的十六进制数字（0-9、a-f）",
        "A SHA-256 digest has 64 lower-case hexadecimal digits (0-9, a-f)",
    ),
    "url_host": (
        "网址的主机名里 xn-- 开头的一段解不成文字，请从浏览器地址栏重新复制，例如 https://xn--fiqs8s.example/",
        "A part of the host that begins with xn-- stands for no text: copy the address from the browser again, for example "
        "https://xn--fiqs8s.example/",
    ),
    "url_format": (
        "网址以 http:// 或 https:// 开头，不含用户名、密码、空格和汉字（汉字用 %E6 这类编码），例如 https://example.org/a.html",
        "An address begins with http:// or https:// and has no user name, password, space or Chinese character "
        "(encode those, as in %E6), for example https://example.org/a.html",
    ),
}
"""What to tell a person about each error type of this module: Chinese, English. Never holds the offending value."""


def _reader(pattern: str, error: str, example: str, max_length: int = 64) -> Callable[[str], str]:
    return partial(_read, pattern, error, example, max_length)


def _read(pattern: str, error: str, example: str, max_length: int, text: str) -> str:
    if len(text) > max_length or re.fullmatch(pattern, text) is None:
        raise refusal(error, example)
    return text


# --- unified social credit code ----------------------------------------------------------------------------------

# Registering authority: digits, A (军改), N (农业农村), Y (others). stdnum refuses the letters, hence the wrapping.
_USCC_PATTERN: Final = r"[0-9ANY][0-9]{7}[0-9A-HJ-NPQRTUWXY]{10}"
_USCC_ACCEPTS: Final = re.compile(_USCC_PATTERN).fullmatch


@lru_cache(_MEMO)
def read_uscc(text: str) -> str:
    """*text* if it is a credit code (GB 32100-2015) with the right check character.

    Raises ``PydanticCustomError`` uscc_format or uscc_check.
    """
    if _USCC_ACCEPTS(text) is None:
        raise refusal("uscc_format", "91110000600037341L")
    if uscc_check_character(text) != text[17]:
        raise refusal("uscc_check")
    return text


def uscc_check_character(code: str) -> str:
    """The check character that the first 17 characters of *code* call for (GB 32100-2015)."""
    from stdnum.cn import uscc  # only registers with credit codes pay for this import

    return uscc.calc_check_digit(code[:17])


Uscc = Annotated[
    str,
    TextForm(
        pattern=_USCC_PATTERN,
        error="uscc_format",
        description=Bilingual("统一社会信用代码（GB 32100）", "Unified social credit code (GB 32100)"),
        examples=("91110000600037341L",),
        read=read_uscc,
        max_length=18,
    ),
]
"""统一社会信用代码, check character included. JSON Schema can say its form only."""


# --- investment project code -------------------------------------------------------------------------------------

# 4 (YYMM; the old form has a year 2016 to 2020, which is no YYMM) - 6 division - 2 department or trade - 2 type - 6.
_INVESTMENT_PATTERN: Final = r"(?:[0-9]{2}(?:0[1-9]|1[0-2])|201[6-9]|2020)-[1-9][0-9]{5}-[0-9]{2}-[0-9]{2}-[0-9]{6}"

InvestmentCode = Annotated[
    str,
    TextForm(
        pattern=_INVESTMENT_PATTERN,
        error="investment_code_format",
        description=Bilingual("投资项目代码（GB/T 40058）", "Investment project code (GB/T 40058)"),
        examples=("2411-130202-89-01-637015",),
        read=_reader(_INVESTMENT_PATTERN, "investment_code_format", "2411-130202-89-01-637015", 24),
        max_length=24,
    ),
]
"""投资项目代码 in the new form (GB/T 40058-2021) or the old (2016 to 2020); the check digit is no part of the type."""


def investment_code_form(code: str) -> Literal["2021", "2016"]:
    """Which form an investment project code has: ``2021`` (begins with YYMM) or ``2016`` (begins with 2016 to 2020).

    A month is never above 12, so the two cannot be confused.
    """
    return "2016" if code[2:4] > "12" else "2021"


def investment_code_check_ok(code: str) -> bool | None:
    """Whether the last digit of *code* fits (ISO 7064 MOD 11,10 over the 20 digits); None in the old form.

    Seen on real codes, not read in the standard: warn, never refuse.
    """
    if investment_code_form(code) == "2016":
        return None
    from stdnum.iso7064 import mod_11_10

    return mod_11_10.is_valid(code.replace("-", ""))


# --- administrative division -------------------------------------------------------------------------------------

# Province-level prefixes of GB/T 2260: a code that begins otherwise is a typing error in any city.
_DIVISION_PATTERN: Final = r"(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[12])[0-9]{4}(?:[0-9]{3})?"

DivisionCode = Annotated[
    str,
    TextForm(
        pattern=_DIVISION_PATTERN,
        error="division_format",
        description=Bilingual(
            "行政区划代码（GB/T 2260，乡级 9 位）", "Division code (GB/T 2260; 9 digits for a township)"
        ),
        examples=("150602", "370683101"),
        read=_reader(_DIVISION_PATTERN, "division_format", "150602", 9),
        max_length=9,
    ),
]
"""行政区划代码: 6 digits for county and above, 9 for a township-level division."""

# --- digest and address ------------------------------------------------------------------------------------------

_SHA256_PATTERN: Final = r"[0-9a-f]{64}"

Sha256 = Annotated[
    str,
    TextForm(
        pattern=_SHA256_PATTERN,
        error="sha256_format",
        description=Bilingual("SHA-256 摘要", "SHA-256 digest"),
        examples=("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",),
        read=_reader(_SHA256_PATTERN, "sha256_format", ""),
    ),
]
"""A SHA-256 digest in lower-case hexadecimal."""

URL_MAX_LENGTH: Final = 2000
_LABEL: Final = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_PORT: Final = "[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]"
# Characters of RFC 3986 only. No @ before the path, so neither a password nor a disguised host fits.
_URL_PATTERN: Final = (
    rf"https?://{_LABEL}(?:\.{_LABEL})*(?::(?:{_PORT}))?(?:[/?#][A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]*)?"
)

_ENCODED_LABEL: Final = re.compile(r"xn--([A-Za-z0-9-]*)", re.IGNORECASE)


def _read_url(text: str) -> str:
    """*text* if it is an address that a browser can look up. Raises ``PydanticCustomError`` url_format or url_host."""
    url = _read(_URL_PATTERN, "url_format", "https://example.org/a.html", URL_MAX_LENGTH, text)
    if "xn--" in url.lower():
        host = re.split("[/?#]", url.partition("://")[2], maxsplit=1)[0]
        for label in host.partition(":")[0].split("."):
            found = _ENCODED_LABEL.fullmatch(label)
            if found is not None and not _stands_for_text(found[1].lower()):
                raise refusal("url_host", "https://xn--fiqs8s.example/")
    return url


def _stands_for_text(encoded: str) -> bool:
    """Whether a label of a host, without its ``xn--``, is the encoding (RFC 3492) of a text that needs one."""
    try:
        text = encoded.encode("ascii").decode("punycode")
    except UnicodeError:
        return False
    return not text.isascii() and text.isprintable() and text.encode("punycode").decode() == encoded


HttpUrl = Annotated[
    str,
    TextForm(
        pattern=_URL_PATTERN,
        error="url_format",
        description=Bilingual("网址（http 或 https）", "Web address (http or https)"),
        examples=("https://example.org/notices/1.html",),
        read=_read_url,
        max_length=URL_MAX_LENGTH,
    ),
]
"""A web address: http as well as https, since many official notices are still on http. ASCII, no user name."""
