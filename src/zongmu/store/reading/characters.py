"""From bytes to text that a parser may safely see: encoding, line ends, and characters nobody can see.

The text handed on has the same lines and the same columns as the file. Characters that are refused stand in it as
``□``, so that nothing behind the reader, and no terminal, ever meets them.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from typing import Final

from zongmu.model.finding import Bilingual, Code
from zongmu.model.guards.unicode import character_hits
from zongmu.store.reading.collect import Problems
from zongmu.store.reading.guard import MAX_BYTES, plain_characters

PLACEHOLDER: Final = "□"
"""Stands where a refused character stood."""

TOO_LARGE = Code(
    id="yaml.too-large",
    title=Bilingual("文件过大", "File too large"),
    message=Bilingual(
        "文件有 {size} 字节，超过 {limit} 字节（256 KiB）的上限，没有读取。",
        "The file has {size} bytes; the limit is {limit} bytes (256 KiB). It was not read.",
    ),
    next_step=Bilingual(
        "登记文件只写事实，不写附件正文。请删去误贴的内容，或拆成几个文件。",
        "A record holds facts, not the text of attachments. Take out what was pasted by mistake, or split the file.",
    ),
)
NOT_UTF8 = Code(
    id="yaml.not-utf8",
    title=Bilingual("不是 UTF-8 编码", "Not UTF-8"),
    message=Bilingual(
        "从这里起不是 UTF-8 编码，文件没有读取。",
        "From here on the bytes are not UTF-8; the file was not read.",
    ),
    next_step=Bilingual(
        "用编辑器“另存为”UTF-8（不带 BOM），再提交。",
        "Save the file as UTF-8 (without BOM) in your editor and submit it again.",
    ),
)
LOOKS_GBK = Code(
    id="yaml.looks-gbk",
    title=Bilingual("像是 GBK 编码", "Looks like GBK"),
    message=Bilingual(
        "文件不是 UTF-8，像是 GBK（ANSI、GB18030）编码，没有读取。",
        "The file is not UTF-8; it looks like GBK (ANSI, GB18030). It was not read.",
    ),
    next_step=Bilingual(
        "记事本：文件 → 另存为 → 编码选“UTF-8”（不选“带有 BOM 的 UTF-8”）。",
        "In Notepad: File → Save as → Encoding: UTF-8 (not “UTF-8 with BOM”).",
    ),
)
LOOKS_UTF16 = Code(
    id="yaml.looks-utf16",
    title=Bilingual("像是 UTF-16 编码", "Looks like UTF-16"),
    message=Bilingual(
        "文件是 UTF-16（记事本里叫“Unicode”）编码，没有读取。",
        "The file is UTF-16 (“Unicode” in Notepad); it was not read.",
    ),
    next_step=Bilingual(
        "记事本：文件 → 另存为 → 编码选“UTF-8”。",
        "In Notepad: File → Save as → Encoding: UTF-8.",
    ),
)
BOM = Code(
    id="yaml.bom",
    title=Bilingual("文件开头有 BOM", "Byte order mark"),
    message=Bilingual(
        "文件开头有字节顺序标记（BOM，U+FEFF），有的程序会把它当作第一个键名的一部分。",
        "The file begins with a byte order mark (U+FEFF); some programs take it for a part of the first key.",
    ),
    next_step=Bilingual(
        "另存为“UTF-8”，不选“带有 BOM 的 UTF-8”。",
        "Save as UTF-8, not as “UTF-8 with BOM”.",
    ),
)
CARRIAGE_RETURN = Code(
    id="yaml.carriage-return",
    title=Bilingual("换行不是 LF", "Line ends are not LF"),
    message=Bilingual(
        "从这一行起，行尾有回车符（U+000D）。本库的换行一律是 LF。",
        "From this line on, lines end in a carriage return (U+000D). The registry uses LF alone.",
    ),
    next_step=Bilingual(
        "在编辑器右下角把行尾序列由 CRLF 改为 LF，再保存。",
        "Change the end-of-line sequence from CRLF to LF in your editor and save.",
    ),
)
TAB = Code(
    id="yaml.tab",
    title=Bilingual("有制表符", "Tab character"),
    message=Bilingual(
        "这里有制表符（Tab，U+0009）。缩进和间隔都用空格：各种读取程序对制表符理解不一。",
        "There is a tab (U+0009) here. Indent and separate with spaces: programs disagree about tabs.",
    ),
    next_step=Bilingual(
        "把制表符换成空格，缩进每层两个空格。",
        "Replace the tab by spaces: two for each level of indentation.",
    ),
)
NO_FINAL_NEWLINE = Code(
    id="yaml.no-final-newline",
    title=Bilingual("文件末尾缺少换行", "No newline at the end"),
    message=Bilingual(
        "最后一行没有以换行结束。",
        "The last line does not end in a newline.",
    ),
    next_step=Bilingual("在文件末尾按一次回车再保存。", "Press Enter once at the end of the file and save."),
)
NOT_NFC = Code(
    id="yaml.not-nfc",
    title=Bilingual("字符未规范化（NFC）", "Text is not normalised (NFC)"),
    message=Bilingual(
        "这里的字符（{points}）不是规范写法（NFC）：看上去相同的两个词会被当成不同的词。",
        "The characters here ({points}) are not in normal form (NFC): two words that look alike "
        "would count as different.",
    ),
    next_step=Bilingual(
        "删去这个字，用输入法重新输入。",
        "Delete the character and type it again.",
    ),
)


def _refused(id: str, zh: str, why_zh: str, en: str, why_en: str) -> Code:
    """A code for one family of refused characters. Sensitive: such a line must not reach a terminal as it is."""
    return Code(
        id=id,
        title=Bilingual(zh, en[0].upper() + en[1:]),
        message=Bilingual(f"这里有{zh}（{{points}}），{why_zh}。", f"There is {en} here ({{points}}): {why_en}."),
        next_step=Bilingual(
            "删去它。它常常是从网页或文档里粘贴带来的；删去前后各一个字重新输入，最为稳妥。",
            "Delete it. It usually came with a paste from a page or document; "
            "retyping the characters on both sides is the surest way.",
        ),
        sensitive=True,
    )


CONTROL = _refused(
    "yaml.control-character",
    "控制字符",
    "它显示不出来，也不能写入公开数据",
    "a control character",
    "it shows nothing and cannot be published",
)
BIDI = _refused(
    "yaml.bidi-character",
    "方向控制字符",
    "它使看到的顺序与实际内容不同",
    "a direction control",
    "what is seen is not the order of what is written",
)
INVISIBLE = _refused(
    "yaml.invisible-character",
    "看不见的字符",
    "它使看上去相同的两个词不相等",
    "an invisible character",
    "two words that look alike would not be equal",
)
PRIVATE_USE = _refused(
    "yaml.private-use-character",
    "自造字",
    "它在别人的电脑上显示不出来，或显示成别的字",
    "a private-use character",
    "on other machines it shows nothing, or something else",
)
STACKED = _refused(
    "yaml.stacked-marks",
    "叠加过多的符号",
    "一个字上叠了八个以上的符号，会盖住别的行，撑破页面",
    "a pile of marks",
    "more than eight on one letter cover other lines and break the page",
)
NONCHARACTER = _refused(
    "yaml.noncharacter",
    "不是字符的编码",
    "它没有分配给任何字符",
    "a code point that is no character",
    "nothing can show it",
)
LINE_SEPARATOR = _refused(
    "yaml.line-separator",
    "特殊的换行符",
    "有的程序在这里另起一行，有的不会",
    "an unusual line break",
    "some programs begin a new line here and others do not",
)
LOOKALIKE = Code(
    id="yaml.lookalike-character",
    title=Bilingual("部首或笔画字符", "Radical instead of a character"),
    message=Bilingual(
        "这里的字符（{points}）是部首或笔画符号，不是汉字：看上去一样，检索却找不到。",
        "The character here ({points}) is a radical or stroke symbol, not the Han character it looks like: "
        "a search would miss it.",
    ),
    next_step=Bilingual("删去这个字，用输入法重新输入。", "Delete the character and type it again."),
)

CODES: Final = (
    TOO_LARGE,
    NOT_UTF8,
    LOOKS_GBK,
    LOOKS_UTF16,
    BOM,
    CARRIAGE_RETURN,
    TAB,
    NO_FINAL_NEWLINE,
    NOT_NFC,
    CONTROL,
    BIDI,
    INVISIBLE,
    PRIVATE_USE,
    STACKED,
    NONCHARACTER,
    LINE_SEPARATOR,
    LOOKALIKE,
)

_OF_KIND: Final[dict[str, Code]] = {
    "control": CONTROL,
    "bidi": BIDI,
    "zero_width": INVISIBLE,
    "format": INVISIBLE,
    "tag": INVISIBLE,
    "variation": INVISIBLE,
    "filler": INVISIBLE,
    "private_use": PRIVATE_USE,
    "surrogate": NONCHARACTER,
    "noncharacter": NONCHARACTER,
    "unassigned": NONCHARACTER,
    "line_separator": LINE_SEPARATOR,
    "cjk_radical": LOOKALIKE,
    "stacked_marks": STACKED,
    "not_nfc": NOT_NFC,
}

_TABS = re.compile(r"\t+")
_HAN = re.compile("[\u4e00-\u9fff]")
_CRLF = re.compile("\r\n?")
_SHOWN: Final = 4  # code points named in one message


class Lines:
    """Where the lines of a text begin, to turn an offset into line and column (from 1, in code points)."""

    __slots__ = ("_starts",)

    def __init__(self, text: str) -> None:
        self._starts = [0]
        self._starts.extend(match.end() for match in re.finditer("\n", text))

    def at(self, offset: int) -> tuple[int, int]:
        """Line and column of the code point at *offset*."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1


def read_text(data: bytes, problems: Problems) -> str | None:
    """The text of a file, with what is wrong with its characters noted in *problems*.

    ``None`` when it is too large or in another encoding. Line ends of the result are LF; refused characters are
    ``□`` and tabs are single spaces, so that lines and columns stay those of the file.
    """
    if len(data) > MAX_BYTES:
        problems.add(TOO_LARGE, 1, 1, size=len(data), limit=MAX_BYTES)
        return None
    if data.startswith((b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")):
        problems.add(LOOKS_UTF16, 1, 1)
        return None
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        _note_encoding(data, error.start, problems)
        return None
    if text.startswith("\ufeff"):
        problems.add(BOM, 1, 1)
        text = text[1:]
    if "\r" in text:
        line = text.count("\n", 0, text.index("\r")) + 1
        first = re.split("[\r\n]", text[text.rfind("\n", 0, text.index("\r")) + 1 :], maxsplit=1)[0]
        problems.add(CARRIAGE_RETURN, line, len(first) + 1)
        text = _CRLF.sub("\n", text)
    return _without_refused(text, problems)


def readable_text(data: bytes) -> str:
    """A text of *data* for showing and for looking up places, whatever is wrong with it."""
    text = read_text(data, Problems())
    if text is None:
        text = _without_refused(_CRLF.sub("\n", data[:MAX_BYTES].decode("utf-8", "replace")), Problems())
    return text


def note_escaped(value: str, line: int, column: int, end_line: int, end_column: int, problems: Problems) -> str:
    """*value* of a double-quoted scalar, where escapes can write what the file itself may not hold.

    Notes refused characters at the place of the scalar and puts ``□`` in their stead.
    """
    hits = [hit for hit in character_hits(value) if hit.block]
    starts = {hit.start for hit in hits}
    tabs_and_returns = [i for i, char in enumerate(value) if char in "\t\r" and i not in starts]
    for hit in hits:
        points = _points(value[hit.start : hit.end])
        problems.add(_OF_KIND.get(hit.kind, INVISIBLE), line, column, end_line, end_column, points=points)
    for i in tabs_and_returns:
        problems.add(CONTROL, line, column, end_line, end_column, points=_points(value[i]))
    for hit in hits:
        if hit.kind != "not_nfc":
            value = _blank(value, hit.start, hit.end)
    for i in tabs_and_returns:
        value = _blank(value, i, i + 1)
    if not hits and not unicodedata.is_normalized("NFC", value):
        problems.add(NOT_NFC, line, column, end_line, end_column, points=_points(_first_not_nfc(value)[1]))
    return value


def _note_encoding(data: bytes, start: int, problems: Problems) -> None:
    before = data[:start].decode()
    line = before.count("\n") + 1
    column = len(before) - (before.rfind("\n") + 1) + 1
    if b"\0" in data:  # no text has one; UTF-16 and UTF-32 are full of them
        problems.add(LOOKS_UTF16, line, column)
        return
    try:
        other = data.decode("gb18030")
    except UnicodeDecodeError:
        other = ""
    problems.add(LOOKS_GBK if _HAN.search(other) else NOT_UTF8, line, column)


def _without_refused(text: str, problems: Problems) -> str:
    lines: Lines | None = None
    hits = [] if plain_characters(text.encode()) else [hit for hit in character_hits(text) if hit.block]
    if hits:
        lines = Lines(text)
        pieces: list[str] = []
        done = 0
        for hit in hits:
            code = _OF_KIND.get(hit.kind, INVISIBLE)
            if not problems.full(code):
                line, column = lines.at(hit.start)
                points = _points(text[hit.start : hit.end])
                problems.add(code, line, column, line, column + hit.end - hit.start, points=points)
            if hit.kind != "not_nfc" and hit.start >= done:
                pieces += (text[done : hit.start], PLACEHOLDER * (hit.end - hit.start))
                done = hit.end
        text = "".join((*pieces, text[done:]))
    elif not unicodedata.is_normalized("NFC", text):
        offset, piece = _first_not_nfc(text)
        line, column = Lines(text).at(offset)
        problems.add(NOT_NFC, line, column, line, column + len(piece), points=_points(piece))
    if "\t" in text:
        lines = lines or Lines(text)
        for match in _TABS.finditer(text):
            if problems.full(TAB):
                continue
            line, column = lines.at(match.start())
            problems.add(TAB, line, column, line, column + match.end() - match.start())
        text = text.replace("\t", " ")
    if text and not text.endswith("\n"):
        line, column = (lines or Lines(text)).at(len(text))
        problems.add(NO_FINAL_NEWLINE, line, column)
    return text


def _blank(text: str, start: int, end: int) -> str:
    return f"{text[:start]}{PLACEHOLDER * (end - start)}{text[end:]}"


def _points(text: str) -> str:
    """The code points of *text* by number: the one way in which a refused character is ever shown."""
    named = " ".join(f"U+{ord(char):04X}" for char in text[:_SHOWN])
    return f"{named} …" if len(text) > _SHOWN else named


def _first_not_nfc(text: str) -> tuple[int, str]:
    """Offset and text of the first place where *text* leaves NFC. A prefix that is not NFC stays so when it grows."""
    low, high = 0, len(text)  # text[:low] is NFC, text[:high] is not
    while high - low > 1:
        middle = (low + high) // 2
        if unicodedata.is_normalized("NFC", text[:middle]):
            low = middle
        else:
            high = middle
    start = low - 1 if low and unicodedata.combining(text[low]) else low
    return start, text[start:high]
