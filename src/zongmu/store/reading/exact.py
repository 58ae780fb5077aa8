"""The definition of the file format: a strict reader on the events of libyaml.

It takes a small part of YAML 1.2 and reports everything else with line and column, going on wherever it can, so that
one run shows all that is wrong. It never recurses, and it stops at fixed limits of depth and of size, before an input
can cost more than a fraction of a second.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from zongmu.model.finding import Bilingual, Code, Severity
from zongmu.store.reading import scalars, syntax
from zongmu.store.reading.characters import note_escaped
from zongmu.store.reading.collect import Problems

MAX_DEPTH: Final = 32
"""How deep mappings and lists may stand inside one another."""

MAX_EVENTS: Final = 80_000
"""How many keys, values, and begins and ends of mappings and lists a file may have."""

MAX_PIECES: Final = 8
"""How often a file is read on behind what cannot be parsed."""

TOO_DEEP = Code(
    id="yaml.too-deep",
    title=Bilingual("嵌套过深", "Nested too deeply"),
    message=Bilingual(
        "这里的嵌套超过 {limit} 层，后面的内容没有读取。",
        "The nesting is deeper than {limit} levels here; what follows was not read.",
    ),
    next_step=Bilingual(
        "登记文件只有几层。检查这里是否多了括号或“- ”。",
        "A record has a few levels. Look for brackets or dashes too many.",
    ),
)
TOO_MANY = Code(
    id="yaml.too-many-values",
    title=Bilingual("内容过多", "Too many values"),
    message=Bilingual(
        "文件里的键和值超过 {limit} 个，从这里起没有读取。",
        "The file has more than {limit} keys and values; from here on it was not read.",
    ),
    next_step=Bilingual("拆成几个文件，或删去误贴的内容。", "Split the file, or take out what was pasted by mistake."),
)
EMPTY = Code(
    id="yaml.empty",
    title=Bilingual("文件是空的", "Empty file"),
    message=Bilingual("文件里没有内容（只有空行或注释）。", "The file has no content (blank lines or comments only)."),
    next_step=Bilingual("填写内容，或者不要提交这个文件。", "Fill it in, or do not submit it."),
)
NOT_STRUCTURED = Code(
    id="yaml.not-structured",
    title=Bilingual("不是“键: 值”", "Not “key: value”"),
    message=Bilingual(
        "整个文件只是一段文字，没有“键: 值”的结构。",
        "The whole file is one piece of text, without any “key: value”.",
    ),
    next_step=Bilingual(
        "每行写成“键: 值”，冒号用英文冒号，后面空一格。",
        "Write “key: value” on each line, with an ordinary colon and a space after it.",
    ),
)
DUPLICATE_KEY = Code(
    id="yaml.duplicate-key",
    title=Bilingual("键重复", "Duplicate key"),
    message=Bilingual(
        "这个键在同一层里已经写过（第 {first} 行）。有的程序取前一个，有的取后一个。",
        "This key was already written at this level (line {first}). Some programs take the first, others the last.",
    ),
    next_step=Bilingual("只留一个，删去另一个。", "Keep one and delete the other."),
)
KEY_NOT_TEXT = Code(
    id="yaml.key-not-text",
    title=Bilingual("键不是文字", "Key is not text"),
    message=Bilingual(
        "键必须是文字。没有引号的 no、on、yes、null、true 或数字，会被有的程序读成真假、空或数。",
        "A key has to be text. Without quotes, no, on, yes, null, true or a number is read as a truth value, "
        "nothing, or a number by some programs.",
    ),
    next_step=Bilingual(
        "改用本库规定的键名；确需这个键名的，加双引号。",
        "Use the key that the format provides; if it has to be this one, put it in double quotes.",
    ),
)
COMPLEX_KEY = Code(
    id="yaml.complex-key",
    title=Bilingual("键是列表或映射", "Key is a list or mapping"),
    message=Bilingual(
        "这里把列表或映射当成了键（“? ”写法，或方括号、花括号后面跟着冒号）。",
        "A list or mapping stands where a key should be (after “? ”, or brackets followed by a colon).",
    ),
    next_step=Bilingual(
        "键写成一个词；如果括号是文字的一部分，请加引号。",
        "Make the key a single word; if the brackets belong to the text, quote it.",
    ),
)
MERGE_KEY = Code(
    id="yaml.merge-key",
    title=Bilingual("有合并键 <<", "Merge key <<"),
    message=Bilingual(
        "这里用了合并键“<<”。有的程序会并入别处的内容，有的不会，登记文件不用。",
        "There is a merge key (<<). Some programs merge what it names and others do not; records have none.",
    ),
    next_step=Bilingual("把内容直接写在这里。", "Write the content itself."),
)
DOCUMENT_MARKER = Code(
    id="yaml.document-marker",
    title=Bilingual("有文档分隔行", "Document marker"),
    message=Bilingual(
        "这里有文档分隔行（--- 或 ...）。一个文件就是一个文档，不需要分隔行。",
        "There is a document marker (--- or ...). A file is one document and needs none.",
    ),
    next_step=Bilingual("删去这一行。", "Delete the line."),
)
FOLDED_CJK = Code(
    id="yaml.folded-cjk",
    title=Bilingual("折行会在汉字间添空格", "Folding puts spaces between Han characters"),
    message=Bilingual(
        "这段文字分成几行书写，读取时换行会变成空格，汉字之间就多出了空格。",
        "This text is written over several lines; reading turns each line break into a space, "
        "which then stands between Han characters.",
    ),
    next_step=Bilingual(
        "写在一行里；要保留换行的，用“|”开头，文字从下一行写起。",
        "Write it on one line; to keep the line breaks, begin with “|” and write the text below.",
    ),
)
FOLDED_DASH = Code(
    id="yaml.folded-dash",
    title=Bilingual("列表项被当成了文字", "List item read as text"),
    message=Bilingual(
        "键后面已经有文字，下面以“- ”开头的行就成了这段文字的一部分，不是列表。",
        "There is text behind the key, so the lines below that begin with “- ” are a part of that text and no list.",
    ),
    next_step=Bilingual(
        "要写列表的，键后面不写文字；要写文字的，写在一行里。",
        "For a list, leave nothing behind the key; for text, write it on one line.",
    ),
)
CODES: Final = (
    FOLDED_DASH,
    TOO_DEEP,
    TOO_MANY,
    EMPTY,
    NOT_STRUCTURED,
    DUPLICATE_KEY,
    KEY_NOT_TEXT,
    COMPLEX_KEY,
    MERGE_KEY,
    DOCUMENT_MARKER,
    FOLDED_CJK,
)

_HAN_SPACE_HAN = re.compile("[\u3000-\u9fff\uff01-\uffee] [\u3000-\u9fff\uff01-\uffee]")
_DASH_LINE = re.compile(r"\n *- ")
_HEAD = re.compile(r"(?:[ ]*(?:#[^\n]*)?\n|%[^\n]*(?:\n|\Z))*")
_DIRECTIVE = re.compile(r"^%", re.MULTILINE)

_NO_KEY: Final = object()  # a mapping waits for its next key
_COMPLEX: Final = object()  # the key is a list or mapping and still being read
_STOPPED: Final = object()  # a limit was met
_DROPPED: Final = object()  # the key was refused: its value is read for its findings, and not kept


def read(text: str, problems: Problems, *, nulls: bool = False) -> Any:
    """The value of the document *text*, or ``None`` when nothing can be read; what is wrong goes into *problems*.

    *text* is what :func:`zongmu.store.reading.characters.read_text` hands on. With *nulls*, ``null`` and an empty value are
    ``None`` and no problem: for files that speak of the absence of a field, never for records. Where reading goes on
    after a problem, the value holds the text of a scalar that should be quoted, the first of two duplicate keys,
    and no key that has no value. What cannot be parsed leaves no value; what stands from the next outermost key on is
    read all the same, for what is wrong with it.
    """
    from yaml._yaml import CParser

    rest: str | None = _without_directives(text, problems)
    for piece in range(MAX_PIECES):
        if rest is None:
            break
        try:
            value = _document(CParser(rest).get_event, rest, problems, nulls)
            return value if piece == 0 else None
        except Exception as error:
            # libyaml's errors and whatever else a parser may raise: something to tell, never a crash.
            syntax.note_error(error, rest, problems)
            rest = syntax.behind(error, rest)
    return None


def _without_directives(text: str, problems: Problems) -> str:
    """*text* with the directives at its head made comments: libyaml takes quadratic time over many of them."""
    if "%" not in text:
        return text
    head = _HEAD.match(text)
    if head is None or "%" not in head[0]:
        return text
    for line, content in enumerate(head[0].split("\n"), start=1):
        if content.startswith("%"):
            problems.add(syntax.DIRECTIVE, line, 1)
    return _DIRECTIVE.sub("#", head[0]) + text[head.end() :]


def _document(get_event: Callable[[], Any], text: str, problems: Problems, nulls: bool) -> Any:
    """The value of the first document. A second one is noted and not read. Raises what the parser raises."""
    from yaml.events import DocumentStartEvent, StreamEndEvent

    get_event()  # the start of the stream
    event = get_event()
    if type(event) is StreamEndEvent:
        problems.add(EMPTY, 1, 1)
        return None
    mark: Any = None
    if event.explicit:
        mark = event.start_mark
        code = syntax.DIRECTIVE if event.version or event.tags else DOCUMENT_MARKER
        problems.add(code, mark.line + 1, mark.column + 1)
    value = _tree(get_event, text, problems, nulls)
    if value is _STOPPED:
        return None
    event = get_event()
    if event.explicit:
        mark = event.start_mark
        problems.add(DOCUMENT_MARKER, mark.line + 1, mark.column + 1)
    mark = event.end_mark
    try:
        event = get_event()
        if type(event) is DocumentStartEvent:
            mark = event.start_mark
            problems.add(syntax.SECOND_DOCUMENT, mark.line + 1, mark.column + 1)
    except Exception as error:
        mark = getattr(error, "problem_mark", None) or mark
        problems.add(syntax.SECOND_DOCUMENT, mark.line + 1, mark.column + 1)
    return value


def _tree(get_event: Callable[[], Any], text: str, problems: Problems, nulls: bool) -> Any:
    """The mapping or list whose first event comes next, or ``_STOPPED``.

    One loop with its own stack and no inner functions: no input reaches the stack of the machine, and no closure
    leaves cycles behind while the collector is switched off.
    """
    from yaml.events import AliasEvent, MappingEndEvent, MappingStartEvent, ScalarEvent, SequenceEndEvent

    resolve = scalars.resolve
    stack: list[tuple[Any, Any, dict[str, int] | None]] = []
    node: Any = None  # the open mapping or list; None outside of all
    key: Any = None  # the pending key of a mapping, or one of the marks above
    lines: dict[str, int] | None = None  # of a mapping: its keys and their lines
    key_event: Any = None  # where the last key stands
    budget = MAX_EVENTS
    while True:
        event = get_event()
        kind = type(event)
        budget -= 1
        if budget < 0:
            mark = event.start_mark
            problems.add(TOO_MANY, mark.line + 1, mark.column + 1, limit=MAX_EVENTS)
            return _STOPPED

        if kind is ScalarEvent:
            if event.anchor is not None or event.tag is not None:
                _note_properties(event, problems)
            value = event.value
            style = event.style
            if style == '"' and not (value.isascii() and value.isprintable()):
                value = _escaped(event, value, problems)
            if key is _NO_KEY and lines is not None:
                key, key_event = _key(event, value, lines, problems), event
                continue
            if node is None:
                _note_root(event, problems)
                return _STOPPED
            if not style:
                meaning = resolve(value)
                if type(meaning) is not Code:
                    value = meaning
                elif meaning is scalars.NULL and nulls:
                    value = None
                elif not (meaning is scalars.NULL and _below_is_odd(event, text, problems)):
                    _note(meaning, event if value or lines is None else key_event, problems)
                    if meaning is scalars.NULL and lines is not None:
                        key = _NO_KEY  # what is absent is not written: the key is not kept
                        continue
            if style != "|" and event.start_mark.line != event.end_mark.line:
                _note_folding(event, text, problems)

        elif kind is MappingEndEvent or kind is SequenceEndEvent:
            value = node
            node, key, lines = stack.pop()
            if key is _COMPLEX:
                key, key_event = _DROPPED, event
                continue

        elif kind is AliasEvent:
            _note(syntax.ALIAS, event, problems)
            if lines is not None:
                key, key_event = (_DROPPED if key is _NO_KEY else _NO_KEY), event
                continue
            value = ""

        else:  # a mapping or a list begins
            if event.anchor is not None or event.tag is not None:
                _note_properties(event, problems)
            if len(stack) >= MAX_DEPTH:
                mark = event.start_mark
                problems.add(TOO_DEEP, mark.line + 1, mark.column + 1, limit=MAX_DEPTH)
                return _STOPPED
            if key is _NO_KEY:
                mark = event.start_mark
                problems.add(COMPLEX_KEY, mark.line + 1, mark.column + 1)
                key = _COMPLEX
            stack.append((node, key, lines))
            if kind is MappingStartEvent:
                node, key, lines = {}, _NO_KEY, {}
            else:
                node, key, lines = [], None, None
            continue

        # A value is complete.
        if node is None:
            return value
        if lines is None:
            node.append(value)
        else:
            if key is not _DROPPED:
                node[key] = value
            key = _NO_KEY


def _key(event: Any, text: str, lines: dict[str, int], problems: Problems) -> Any:
    """The key *text*, or ``_DROPPED`` when it is refused."""
    if not event.style:
        if text == "<<":
            _note(MERGE_KEY, event, problems)
            return _DROPPED
        meaning = scalars.resolve(text)
        if type(meaning) is not str:
            _note(meaning if meaning is scalars.QUOTE_LONG_NUMBER else KEY_NOT_TEXT, event, problems)
            return _DROPPED
    if not text.isascii() and text != text.strip():
        _note(syntax.ODD_SPACE, event, problems)
        text = text.strip()
    first = lines.get(text)
    if first is not None:
        _note(DUPLICATE_KEY, event, problems, first=first)
        return _DROPPED
    lines[text] = event.start_mark.line + 1
    return text


def _below_is_odd(event: Any, text: str, problems: Problems) -> bool:
    """Whether there is no value because the line below is indented by what is no space."""
    below = text.find("\n", event.end_mark.index) + 1
    return below > 0 and syntax.note_odd_indentation(text, below, event.end_mark.line + 1, problems)


def _escaped(event: Any, value: str, problems: Problems) -> str:
    start, end = event.start_mark, event.end_mark
    return note_escaped(value, start.line + 1, start.column + 1, end.line + 1, end.column + 1, problems)


def _note(code: Code, event: Any, problems: Problems, severity: Severity = Severity.BLOCKING, **values: Any) -> None:
    start, end = event.start_mark, event.end_mark
    problems.add(code, start.line + 1, start.column + 1, end.line + 1, end.column + 1, severity=severity, **values)


def _note_properties(event: Any, problems: Problems) -> None:
    """Notes an anchor and a tag. The mark of the event stands at the first of them."""
    mark = event.start_mark
    if event.anchor is not None:
        problems.add(syntax.ANCHOR, mark.line + 1, mark.column + 1)
    if event.tag is not None:
        problems.add(syntax.TAG, mark.line + 1, mark.column + 1)


def _note_folding(event: Any, text: str, problems: Problems) -> None:
    """Notes what folding several lines into one has done to a text without anybody wishing it."""
    if _HAN_SPACE_HAN.search(event.value):
        _note(FOLDED_CJK, event, problems, Severity.WARNING)
    if not event.style and _DASH_LINE.search(text, event.start_mark.index, event.end_mark.index):
        _note(FOLDED_DASH, event, problems, Severity.WARNING)


def _note_root(event: Any, problems: Problems) -> None:
    mark = event.start_mark
    text = event.value
    if not event.style and scalars.resolve(text) is scalars.NULL:
        problems.add(EMPTY, 1, 1)
    elif syntax.FULL_WIDTH_COLON_SIGN in text:
        problems.add(syntax.FULL_WIDTH_COLON, mark.line + 1, mark.column + 1)
    else:
        problems.add(NOT_STRUCTURED, mark.line + 1, mark.column + 1)
