"""What a parser's complaint most likely means, said to the person who wrote the file."""

from __future__ import annotations

import re
from typing import Final

from zongmu.model.finding import Bilingual, Code
from zongmu.store.reading.characters import TAB
from zongmu.store.reading.collect import Problems

SYNTAX = Code(
    id="yaml.syntax",
    title=Bilingual("写法有误", "Not valid YAML"),
    message=Bilingual(
        "从这里起读不懂。常见原因：缩进不齐、冒号后缺空格、引号或括号没有成对。",
        "The file cannot be understood from here on. Usual causes: uneven indentation, no space after a colon, "
        "a quote or bracket that is not closed.",
    ),
    next_step=Bilingual(
        "对照上下各行的缩进和标点，改正后再检查。",
        "Compare indentation and punctuation with the lines above and below, put it right and check again.",
    ),
)
UNCLOSED_QUOTE = Code(
    id="yaml.unclosed-quote",
    title=Bilingual("引号没有成对", "Quote not closed"),
    message=Bilingual(
        "从这里开始的引号一直没有结束。",
        "The quote that begins here is never closed.",
    ),
    next_step=Bilingual(
        "在这个值的末尾补上同样的引号。注意：中文引号“ ”不能与英文引号配对。"
        "值里面本来就有双引号的，整个值改用英文单引号括起。",
        "Close the value with the same quote. A Chinese quotation mark does not close an English one. A value that "
        "itself holds double quotes goes in single ones.",
    ),
)
UNCLOSED_BRACKET = Code(
    id="yaml.unclosed-bracket",
    title=Bilingual("括号没有成对", "Bracket not closed"),
    message=Bilingual(
        "从这里开始的方括号或花括号没有正确结束：缺少逗号、右括号，或者里面有没加引号的标点。",
        "The bracket that begins here does not end as it should: a comma or the closing bracket is missing, "
        "or something inside needs quotes.",
    ),
    next_step=Bilingual(
        "检查各项之间是否用英文逗号加空格分隔、末尾是否有右括号；含有逗号、冒号、括号的值要加引号。",
        "Separate the parts by an ordinary comma and a space, close the bracket, and quote a value that holds "
        "a comma, a colon or a bracket.",
    ),
)
BAD_INDENTATION = Code(
    id="yaml.bad-indentation",
    title=Bilingual("缩进不齐", "Uneven indentation"),
    message=Bilingual(
        "这一行的缩进与上面各行对不上，或者引号结束后还有文字。",
        "The indentation of this line fits none of the lines above, or there is text after a closing quote.",
    ),
    next_step=Bilingual(
        "同一层的各项左端对齐，下一层多缩进两个空格，只用空格。",
        "Items of one level begin in one column, the next level two spaces further; use spaces only.",
    ),
)
COLON_IN_VALUE = Code(
    id="yaml.colon-in-value",
    title=Bilingual("值里有冒号", "Colon inside a value"),
    message=Bilingual(
        "同一行里出现了第二个“冒号加空格”（或行末的冒号），不知道哪里是键、哪里是值；也可能是上一行的缩进有误。",
        "There is a second colon with a space (or at the end of the line), so key and value cannot be told apart; "
        "or the indentation of the line above is wrong.",
    ),
    next_step=Bilingual(
        '值里有“: ”的，把整个值放进双引号，如 title: "一期: 平台"；或者改用全角冒号。',
        'Put a value that holds ": " in double quotes, like title: "Phase 1: platform".',
    ),
)
MISSING_COLON = Code(
    id="yaml.missing-colon",
    title=Bilingual("缺少冒号或冒号后的空格", "Colon or space missing"),
    message=Bilingual(
        "这一行不是“键: 值”的样子：缺少英文冒号，或冒号后面缺少空格。",
        "This line is not of the form “key: value”: the colon, or the space after it, is missing.",
    ),
    next_step=Bilingual(
        "写成“键: 值”，冒号用英文冒号，后面空一格；如果它是上一行文字的续行，请并到上一行。",
        "Write “key: value” with a space after the colon; if it continues the text above, join it to that line.",
    ),
)
FULL_WIDTH_COLON = Code(
    id="yaml.full-width-colon",
    title=Bilingual("用了全角冒号", "Full-width colon"),
    message=Bilingual(
        "这一行用的是全角冒号（：，U+FF1A），程序不认作键与值的分隔。",
        "This line has a full-width colon (U+FF1A), which does not separate a key from its value.",
    ),
    next_step=Bilingual(
        "把它换成英文冒号，后面空一格。",
        "Replace it by an ordinary colon followed by a space.",
    ),
)
BAD_START = Code(
    id="yaml.bad-start",
    title=Bilingual("值的第一个字符须加引号", "First character needs quotes"),
    message=Bilingual(
        "值不能以这个字符（如 @、`、%、]、,）开头而不加引号。",
        "A value cannot begin with this character (such as @, `, %, ] or a comma) unless it is quoted.",
    ),
    next_step=Bilingual("把整个值放进双引号。", "Put the whole value in double quotes."),
)
DASH_ON_KEY_LINE = Code(
    id="yaml.dash-on-key-line",
    title=Bilingual("列表要另起一行", "List on the line of its key"),
    message=Bilingual(
        "“- ”开头的列表项不能与键写在同一行。",
        "An item with “- ” cannot stand on the line of its key.",
    ),
    next_step=Bilingual(
        "把列表移到下一行并缩进两个空格；如果是文字，请加引号。",
        "Move the list to the next line, indented by two spaces; if it is text, quote it.",
    ),
)
BAD_ESCAPE = Code(
    id="yaml.bad-escape",
    title=Bilingual("反斜线写法有误", "Backslash in double quotes"),
    message=Bilingual(
        "双引号里的反斜线有特殊含义，这里的写法不成立。",
        "A backslash inside double quotes has a special meaning, and this one has none.",
    ),
    next_step=Bilingual(
        "改用英文单引号括起这个值，反斜线就是普通字符。",
        "Put the value in single quotes: there a backslash is an ordinary character.",
    ),
)
BAD_BLOCK = Code(
    id="yaml.bad-block",
    title=Bilingual("多行文字的开头有误", "Bad start of a block of text"),
    message=Bilingual(
        "“|”或“>”之后同一行不能再写文字，下面各行要一样缩进。",
        "Nothing may follow “|” or “>” on its line, and the lines below are indented alike.",
    ),
    next_step=Bilingual(
        "文字从下一行写起，每行比键多缩进两个空格。",
        "Begin the text on the next line, each line two spaces further in than the key.",
    ),
)
DIRECTIVE = Code(
    id="yaml.directive",
    title=Bilingual("有 % 指令", "Directive"),
    message=Bilingual(
        "文件里有以 % 开头的 YAML 指令。登记文件不用指令：它会改变整个文件的读法。",
        "There is a YAML directive (a line that begins with %). Records have none: it changes how the file is read.",
    ),
    next_step=Bilingual("删去这一行。", "Delete the line."),
)
TAG = Code(
    id="yaml.tag",
    title=Bilingual("有标签", "Tag"),
    message=Bilingual(
        "这里有以 ! 开头的标签。标签能让有的程序读别的文件或运行命令，登记文件一律不用。",
        "There is a tag (it begins with !). Tags make some programs read other files or run commands; "
        "records have none.",
    ),
    next_step=Bilingual(
        "删去标签；如果 ! 是文字的一部分，请给整个值加引号。",
        "Delete the tag; if the ! belongs to the text, quote the whole value.",
    ),
)
ANCHOR = Code(
    id="yaml.anchor",
    title=Bilingual("有锚点", "Anchor"),
    message=Bilingual(
        "这里有以 & 开头的锚点。每个事实只写一处，登记文件不用锚点。",
        "There is an anchor (it begins with &). Each fact is written where it belongs; records have none.",
    ),
    next_step=Bilingual(
        "删去锚点；如果 & 是文字的一部分，请给整个值加引号。",
        "Delete the anchor; if the & belongs to the text, quote the whole value.",
    ),
)
ALIAS = Code(
    id="yaml.alias",
    title=Bilingual("有别名引用", "Alias"),
    message=Bilingual(
        "这里有以 * 开头的别名，引用别处的内容。登记文件不用别名：几行就能展开成巨大的数据。",
        "There is an alias (it begins with *). Records have none: a few lines of them can grow without limit.",
    ),
    next_step=Bilingual(
        "把内容直接写在这里；如果 * 是文字的一部分，请给整个值加引号。",
        "Write the value itself; if the * belongs to the text, quote the whole value.",
    ),
)
CONFLICT = Code(
    id="yaml.conflict-marker",
    title=Bilingual("合并冲突没有解决", "Merge conflict left open"),
    message=Bilingual(
        "这里是 Git 合并冲突的标记：两份改动碰到了同一处，还没有取舍。",
        "This is a marker of a merge conflict in Git: two changes met here, and nobody has chosen yet.",
    ),
    next_step=Bilingual(
        "运行 zongmu update，按里程碑合并；或者在“=======”上下两份中留下对的，删去三行标记。",
        "Run zongmu update, which joins by milestone; or keep what is right above and below “=======” and delete the markers.",
    ),
)
SECOND_DOCUMENT = Code(
    id="yaml.second-document",
    title=Bilingual("有第二个文档", "Second document"),
    message=Bilingual(
        "从这里起是第二个 YAML 文档。一个文件只能有一个文档，后面的内容有的程序会直接丢掉。",
        "A second YAML document begins here. A file holds one; some programs silently drop the rest.",
    ),
    next_step=Bilingual(
        "删去分隔行，或把后面的内容移到另一个文件。", "Delete the marker, or move the rest to another file."
    ),
)
UNREADABLE = Code(
    id="yaml.unreadable",
    title=Bilingual("无法读取", "Cannot be read"),
    message=Bilingual(
        "读取程序在这个文件上出错（{kind}），没有得到内容。",
        "The parser failed on this file ({kind}); nothing could be read.",
    ),
    next_step=Bilingual(
        "检查这个文件里是否有不寻常的写法；找不到原因的，请把文件交给维护人员。",
        "Look for anything unusual in this file; if there is nothing, hand the file to the maintainers.",
    ),
)

ODD_SPACE = Code(
    id="yaml.odd-space",
    title=Bilingual("键名前后有特殊空格", "Unusual space around a key"),
    message=Bilingual(
        "行首或键名前后有全角空格或不换行空格，看上去像缩进，其实成了内容的一部分。",
        "There is a full-width or no-break space at the head of the line or beside the key: it looks like indentation "
        "and is a part of the text.",
    ),
    next_step=Bilingual("换成普通空格。", "Replace it by ordinary spaces."),
)

CODES: Final = (
    ODD_SPACE,
    SYNTAX,
    UNCLOSED_QUOTE,
    UNCLOSED_BRACKET,
    BAD_INDENTATION,
    COLON_IN_VALUE,
    MISSING_COLON,
    FULL_WIDTH_COLON,
    BAD_START,
    DASH_ON_KEY_LINE,
    BAD_ESCAPE,
    BAD_BLOCK,
    DIRECTIVE,
    TAG,
    ANCHOR,
    ALIAS,
    CONFLICT,
    SECOND_DOCUMENT,
    UNREADABLE,
)

# Words of libyaml's context and problem, the first match counts; the third column says at which of its two marks the
# cause stands (where the construct began, or where reading stopped).
_AT_START, _AT_STOP = True, False
_CAUSES: Final[tuple[tuple[str, str, Code, bool], ...]] = (
    ("quoted scalar", "unknown escape character", BAD_ESCAPE, _AT_STOP),
    ("quoted scalar", "hexdecimal", BAD_ESCAPE, _AT_STOP),
    ("quoted scalar", "Unicode character escape", BAD_ESCAPE, _AT_STOP),
    ("quoted scalar", "", UNCLOSED_QUOTE, _AT_START),
    ("block scalar", "", BAD_BLOCK, _AT_STOP),
    ("directive", "", DIRECTIVE, _AT_START),
    ("%YAML", "", DIRECTIVE, _AT_START),
    ("%TAG", "", DIRECTIVE, _AT_START),
    ("tag", "", TAG, _AT_START),
    ("anchor", "", ANCHOR, _AT_START),
    ("alias", "", ALIAS, _AT_START),
    ("", "undefined tag handle", TAG, _AT_STOP),
    ("", "tag", TAG, _AT_STOP),
    ("", "directive", DIRECTIVE, _AT_STOP),
    ("", "incompatible YAML document", DIRECTIVE, _AT_STOP),
    ("flow sequence", "", UNCLOSED_BRACKET, _AT_START),
    ("flow mapping", "", UNCLOSED_BRACKET, _AT_START),
    ("flow node", "", UNCLOSED_BRACKET, _AT_STOP),
    ("simple key", "", MISSING_COLON, _AT_START),
    ("", "mapping values are not allowed", COLON_IN_VALUE, _AT_STOP),
    ("", "mapping keys are not allowed", BAD_INDENTATION, _AT_STOP),
    ("", "block sequence entries are not allowed", DASH_ON_KEY_LINE, _AT_STOP),
    ("", "cannot start any token", BAD_START, _AT_STOP),
    ("block node", "node content", BAD_START, _AT_STOP),
    ("block mapping", "", BAD_INDENTATION, _AT_STOP),
    ("block collection", "", BAD_INDENTATION, _AT_STOP),
    ("plain scalar", "", UNCLOSED_BRACKET, _AT_STOP),
    ("", "<document start>", BAD_INDENTATION, _AT_STOP),
)
FULL_WIDTH_COLON_SIGN: Final = "："


_CONFLICT_LINE: Final = re.compile(r"(?:<{7}|>{7}) .*|<{7}|={7}|>{7}")
_OPENED: Final = re.compile(r"[ -]*[A-Za-z0-9_]+: ([\"'])")


_OF_INDENTATION: Final = (BAD_INDENTATION, COLON_IN_VALUE, MISSING_COLON, DASH_ON_KEY_LINE, SYNTAX)
_ODD_HEAD: Final = re.compile(r" *[^\S\n ]")


_TOP_KEY: Final = re.compile(r"^[A-Za-z_][A-Za-z0-9_]*:(?=[ \n])", re.MULTILINE)
_NOTHING_YET: Final = re.compile(r"(?:[ ]*(?:#[^\n]*)?\n)*")


def behind(error: Exception, text: str) -> str | None:
    """*text* from the next outermost key behind the parser's *error* on, in its lines still: what is before them is blank.

    ``None`` where that key may be a part of what is broken: in a quoted text, in brackets, in a conflict of a merge, or
    where the outermost keys do not stand at the head of their lines.
    """
    stop, context = getattr(error, "problem_mark", None), str(getattr(error, "context", None) or "")
    nothing = _NOTHING_YET.match(text)
    if stop is None or "quoted" in context or nothing is None or _TOP_KEY.match(text, nothing.end()) is None:
        return None
    lines = text.split("\n")
    if any(_CONFLICT_LINE.fullmatch(line.rstrip()) for line in lines):
        return None
    begun = getattr(error, "context_mark", None) or stop
    heads = [number for number, line in enumerate(lines) if _TOP_KEY.match(f"{line}\n")]
    following = next((head for head in heads if head > stop.line), None)
    if following is None:
        return None
    broken = "\n".join(lines[max((head for head in heads if head <= begun.line), default=0) : following])
    if any(broken.count(opening) != broken.count(closing) for opening, closing in ("[]", "{}")):
        return None
    return "\n" * following + "\n".join(lines[following:])


def note_odd_indentation(text: str, start: int, line: int, problems: Problems) -> bool:
    """Whether *line* (from 0), which begins at *start* of *text*, is indented by what is no ordinary space: that is noted then."""
    head = _ODD_HEAD.match(text, start)
    if head is not None:
        problems.add(ODD_SPACE, line + 1, head.end() - start)
    return head is not None


def _cause_above(lines: list[str], line: int, code: Code) -> tuple[Code, int, int] | None:
    """A cause that stands above the place where reading stopped: conflict markers, a quote that ran on into *line*."""
    conflict = next((i for i, one in enumerate(lines) if _CONFLICT_LINE.fullmatch(one.rstrip())), None)
    if conflict is not None:
        return CONFLICT, conflict, 0
    if code is BAD_INDENTATION and ('"' in lines[line] or "'" in lines[line]):
        for above in range(line - 1, -1, -1):
            opened = _OPENED.match(lines[above])
            if opened is not None and opened[1] in lines[line]:
                closed = opened[1] in lines[above][opened.end() :]
                return None if closed else (UNCLOSED_QUOTE, above, opened.start(1))
    return None


def note_error(error: Exception, text: str, problems: Problems) -> None:
    """Notes the parser's *error* about *text*, at its place and under its most likely cause. Never raises."""
    context = str(getattr(error, "context", None) or "")
    problem = str(getattr(error, "problem", None) or "")
    if not problem:
        problems.add(UNREADABLE, 1, 1, kind=type(error).__name__)
        return
    code, at_start = SYNTAX, _AT_STOP
    for in_context, in_problem, cause, where in _CAUSES:
        if in_context in context and in_problem in problem:
            code, at_start = cause, where
            break
    mark = getattr(error, "context_mark" if at_start else "problem_mark", None) or getattr(error, "problem_mark", None)
    lines = text.split("\n")
    line = min(getattr(mark, "line", 0), len(lines) - 1)
    column = min(getattr(mark, "column", 0), len(lines[line]))
    above = _cause_above(lines, line, code)
    if above is not None:
        code, line, column = above
    elif code in _OF_INDENTATION:
        for one in range(line, -1, -1):
            if (one == line or lines[one][:1] not in ("", " ")) and note_odd_indentation(lines[one], 0, one, problems):
                return
    sign = lines[line].find(FULL_WIDTH_COLON_SIGN)
    if sign >= 0 and code in (MISSING_COLON, BAD_INDENTATION, SYNTAX) and ": " not in lines[line]:
        code, column = FULL_WIDTH_COLON, sign
    if code in (BAD_INDENTATION, SYNTAX) and problems.has(TAB):
        return  # the echo of a tab in the indentation, which is already noted
    if line == len(lines) - 1 and not lines[line] and line:
        # The end of the file: point at the end of the last line that has something on it.
        line = max((i for i, content in enumerate(lines) if content.strip()), default=0)
        column = len(lines[line])
    problems.add(code, line + 1, column + 1)
