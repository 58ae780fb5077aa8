"""The words of a message about a field: a value short enough to show, an example, the nearest known name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from zongmu.model.acts.kinds import KINDS
from zongmu.model.codes import CODE_LISTS
from zongmu.model.fields.leaves import row_key
from zongmu.model.finding import Bilingual
from zongmu.model.guards import scan
from zongmu.model.record_types import FORMAT
from zongmu.model.scalars.republic import in_common_era
from zongmu.store.fitting.codes import PATTERN_FORMS
from zongmu.store.fitting.shapes import Group, Leaf, Listing, Node, Slot

HIDDEN: Final = "***"
"""Stands for a text that must not be repeated."""

NOTHING: Final = Bilingual("", "")

NO_KEYS: Final = Bilingual("每行写成“键: 值”，例如 format: 1", "Write “key: value” on each line, for example format: 1")
"""How to begin a record that is none."""

REPUBLIC: Final = Bilingual(
    "民国纪年要换算成公历：{ours}？请核对后写公历", "In years of the common era: {ours}? Check it and write that"
)
"""What is said of a year of the Republic: ``{ours}`` is the same day in our years."""

_SHOWN: Final = 40
_ALLOWED_SHOWN: Final = 24
_NEAR: Final = 60
_NEAR_SHORT: Final = 70
_PLAIN_KEY: Final = re.compile(r"[\w.\-/]{1,80}")

_YES: Final = frozenset({"是", "有", "对", "yes", "y", "on", "1", "true"})
_NO: Final = frozenset({"否", "无", "没有", "不", "no", "n", "off", "0", "false"})

_QUOTES: Final = frozenset("“”‘’＂＇「」")
_COMMAS: Final = frozenset("，、；")

_TYPES: Final[dict[type, Bilingual]] = {
    str: Bilingual("文字", "text"),
    int: Bilingual("整数", "a whole number"),
    bool: Bilingual("真假值", "true or false"),
    list: Bilingual("列表", "a list"),
    dict: Bilingual("一组“键: 值”", "keys with values"),
}
_ANYTHING: Final = Bilingual("别的东西", "something else")


def show(value: Any) -> str:
    """*value* short enough for a message, or :data:`HIDDEN` where a guard would not let it out."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (dict, list)):
        return "{…}" if isinstance(value, dict) else "[…]"
    text = str(value)
    # What stands behind the cut is not shown, yet a number that the cut divides must be seen whole.
    if scan(text[:1024]):
        return HIDDEN
    cut = "".join(c if c.isprintable() else " " for c in text[:_SHOWN]) + ("…" if len(text) > _SHOWN else "")
    return f'"{cut}"' if cut.strip() != cut or not cut else cut


def type_name(value: Any) -> Bilingual:
    """What kind of thing *value* is."""
    return _TYPES.get(type(value), _ANYTHING)


def expected_type(node: Node) -> Bilingual:
    """What kind of thing *node* takes."""
    if isinstance(node, Listing):
        return _TYPES[list]
    return _TYPES[dict] if isinstance(node, Group) else _TYPES[node.base]


def meant_by(node: Node, value: Any) -> str | None:
    """What *node* takes and *value*, of another type, says all the same, as it is written; None where that is not certain."""
    if isinstance(value, str) and show(value) == HIDDEN:
        return None
    if isinstance(node, Listing):
        if isinstance(node.item, Group) or not isinstance(value, str):
            return None
        items = [part.strip() for part in re.split("[,，、；;]", value.strip("[]【】［］ "))]
        plain = all(_PLAIN_KEY.fullmatch(item) for item in items)
        return f"[{', '.join(items)}]" if plain else None
    if isinstance(node, Leaf) and node.base is bool:
        word = str(value).strip().lower()
        return "true" if word in _YES else "false" if word in _NO else None
    if isinstance(node, Leaf) and node.base is int and isinstance(value, str) and re.fullmatch("[0-9]{1,15}", value):
        return str(int(value))
    return None


def type_hint(node: Node, value: Any) -> Bilingual:
    """How to write what *node* takes, given what was written."""
    if (meant := meant_by(node, value)) is not None:
        return Bilingual(f"写成 {meant}", f"Write {meant}")
    if isinstance(node, Listing):
        return Bilingual("每项另起一行，以“- ”开头", "One item on each line, beginning with “- ”")
    if isinstance(node, Group):
        return Bilingual("在下面各行缩进写“键: 值”", "Write “key: value” on the lines below, indented")
    if node.base is bool:
        return Bilingual("只能写 true 或 false", "Write true or false")
    if node.base is int:
        return Bilingual(
            "写整数，只用数字：不带引号、单位、正负号和小数点",
            "Write a whole number in digits alone: no quotes, unit, sign or decimal point",
        )
    if node.example is not None and not re.fullmatch(node.pattern or "", str(value)):
        return Bilingual(f"写成文字，例如 {node.example}", f"Write text, for example {node.example}")
    if isinstance(value, (int, bool)):
        return Bilingual(f'请加引号："{show(value)}"', f'Put it in quotes: "{show(value)}"')
    return Bilingual("写成一段文字", "Write one piece of text")


def slip(value: Any, *, in_list: bool) -> Bilingual | None:
    """What an input method put where a sign of the keyboard belongs, quotes and brackets, commas between items; a year of the Republic."""
    text = value if isinstance(value, str) else ""
    if (ours := in_common_era(text)) is not None:
        return Bilingual(REPUBLIC.zh.format(ours=ours), REPUBLIC.en.format(ours=ours))
    if len(text) > 1 and text[0] in _QUOTES and text[-1] in _QUOTES:
        right = show(text[1:-1])
        return Bilingual(f'引号要用英文直引号："{right}"', f'Use straight quotes: "{right}"')
    if in_list and _COMMAS & set(text):
        return Bilingual(
            "列表各项之间用英文逗号加空格，如 [a, b]", "Put an ASCII comma and a space between items: [a, b]"
        )
    return None


def example_line(slot: Slot) -> str:
    """A line that would do for a missing field."""
    node = slot.node
    if isinstance(node, Listing):
        return f"{slot.name}: […]"
    if isinstance(node, Group):
        return f"{slot.name}: {{…}}"
    if slot.name == "format":
        return f"format: {FORMAT}"
    if node.choices:
        return f"{slot.name}: {node.choices[0]}"
    if node.example is not None:
        return f'{slot.name}: "{node.example}"' if node.example.isdigit() else f"{slot.name}: {node.example}"
    if node.base is bool:
        return f"{slot.name}: true"
    if node.base is int:
        return f"{slot.name}: {2026 if slot.name == 'year' else 1}"
    form = PATTERN_FORMS.get(node.pattern or "", ("", ""))[0]
    found = re.search(r"例如 ([!-~]+)", form)
    return f"{slot.name}: {found[1] if found else '…'}"


def near(word: str, known: Iterable[str], count: int = 1) -> list[str]:
    """The *known* names that *word* may have been meant for, nearest first."""
    # Of a short word three shared letters are chance: city is no county.
    percent = _NEAR_SHORT if len(word) <= 5 else _NEAR
    return close_matches(word, list(known), count, percent) if 0 < len(word) <= 64 else []


def close_matches(word: str, known: list[str], count: int, percent: int) -> list[str]:
    """``difflib.get_close_matches``, imported only now: few records have anything wrong with them."""
    import difflib

    return difflib.get_close_matches(word, known, count, percent / 100)


def offered_keys(key: str, known: Sequence[str], titles: Mapping[str, tuple[str, str]]) -> tuple[Bilingual, Bilingual]:
    """The question which of the *known* fields *key* was meant for, and those that there are, the likeliest first."""
    close = _and(nearest_code(key, known, titles), near(key.lower().replace("-", "_"), known, _ALLOWED_SHOWN))
    allowed = _and(close, known)
    if len(allowed) > _ALLOWED_SHOWN:
        allowed = [*allowed[: _ALLOWED_SHOWN // 2], "…"]
    return perhaps(close), spelled(allowed, titles)


def offered_kinds(
    word: str, known: Sequence[str], titles: Mapping[str, tuple[str, str]]
) -> tuple[Bilingual, Bilingual]:
    """The question which of the *known* kinds *word* was meant for, and some that there are, the likeliest first."""
    close = nearest_code(word, known, titles)
    return perhaps(close), spelled(_and(_and(close, near(word, known, 4)), known)[:6], titles)


def offered_codes(
    word: Any, known: Sequence[str], titles: Mapping[str, tuple[str, str]]
) -> tuple[Bilingual, Bilingual]:
    """The question which of the *known* codes *word* was meant for, and all that there are."""
    return perhaps(nearest_code(word, known, titles)), spelled(known, titles)


def nearest_code(word: Any, choices: Sequence[str], titles: Mapping[str, tuple[str, str]]) -> list[str]:
    """The code that *word* may have been meant for: by its title, or by likeness."""
    if not isinstance(word, str) or not word:
        return []
    by_title = titled(word, choices, titles) or shortened(word.strip(), choices, titles)
    return by_title[:1] or near(word.strip().lower().replace("-", "_").replace(" ", "_"), choices)


def _and(first: Sequence[str], then: Sequence[str]) -> list[str]:
    return [*first, *(one for one in then if one not in first)]


def titled(word: str, choices: Sequence[str], titles: Mapping[str, tuple[str, str]]) -> list[str]:
    """The codes whose title *word* is."""
    bare = word.strip().lower()
    return [c for c in choices if c in titles and bare in (titles[c][0], titles[c][1].lower())]


def shortened(word: str, choices: Sequence[str], titles: Mapping[str, tuple[str, str]]) -> list[str]:
    """The codes whose Chinese title has the signs of *word* in their order: 运维 is short for 运行维护."""
    if not 2 <= len(word) <= 16 or word.isascii():
        return []
    return [code for code in choices if code in titles and _in_order(word, titles[code][0])]


def _in_order(signs: str, text: str) -> bool:
    at = 0
    for sign in signs:
        at = text.find(sign, at) + 1
        if at == 0:
            return False
    return True


def perhaps(words: Sequence[str]) -> Bilingual:
    """The question whether the first of *words* was meant; nothing where there is none."""
    return Bilingual(f"，是不是 {words[0]}？", f"; did you mean {words[0]}?") if words else NOTHING


def titles_of(slot: Slot) -> Mapping[str, tuple[str, str]]:
    """Chinese and English title of each code of a field, where its list has titles."""
    if slot.name == "kind" and slot.codelist is None:
        return {code: (kind.zh, kind.en) for code, kind in KINDS.items()}
    return CODE_LISTS.get(slot.codelist or "", {})


def spelled(choices: Sequence[str], titles: Mapping[str, tuple[str, str]]) -> Bilingual:
    """*choices* in a row, each with its title."""
    zh = "、".join(f"{c} {titles[c][0]}" if c in titles else c for c in choices)
    en = ", ".join(f"{c} ({titles[c][1]})" if c in titles else c for c in choices)
    return Bilingual(zh, en)


def field_path(value: Any, pointer: Sequence[str | int], series: Mapping[str, Sequence[str]]) -> str:
    """The identity-based path of *pointer* in plain data: ``milestones/contract_signed/2/amount``.

    A row whose identity is unsound, or must not be shown, goes by its place; a key by :data:`HIDDEN`.
    """
    out: list[str] = []
    node = value
    for part in pointer:
        name = str(part)
        if isinstance(part, int) and isinstance(node, list):
            node = node[part] if part < len(node) else None
            if isinstance(node, dict):
                name = _row_name(node, part, series.get("/".join(out), ()))
        else:
            node = node.get(part) if isinstance(node, dict) else None
        if not _PLAIN_KEY.fullmatch(name) or scan(name):
            name = str(part) if isinstance(part, int) else HIDDEN
        out.append(name)
    return "/".join(out)


def _row_name(row: Mapping[str, Any], index: int, natural: Sequence[str]) -> str:
    """The identity of a row that may be of any shape."""
    if any(isinstance(inner, (dict, list)) for inner in row.values()):
        row = {name: inner for name, inner in row.items() if not isinstance(inner, (dict, list))}
    if natural and not all(name in row for name in natural if name != "seq" or len(natural) == 1):
        return str(index)
    return row_key(row, index, natural)
