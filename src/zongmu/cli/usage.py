"""What is wrong with the words of a command, in both languages: the language asked for may be among what could not be read."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from typing import Final, NoReturn

from zongmu.model.finding import Bilingual, Code

USAGE: Final = Code(
    "cli.usage",
    Bilingual("命令写法有误", "A command that is not understood"),
    Bilingual("命令、选项或其值写得不对，没有运行", "a command, an option or its value is not right; nothing was run"),
    Bilingual(
        "看提示里最接近的写法；zongmu 命令 --help 列出全部用法",
        "see the nearest that is known; zongmu COMMAND --help lists all",
    ),
)

# What argparse says, and the same in Chinese; it has no codes of its own to go by. Compiled only where something is wrong.
_SAID: Final = (
    (r"the following arguments are required: (.+)", "还缺 {0}", "{0} is missing"),
    (r"one of the arguments (.+) is required", "须写其中之一：{0}", "one of these is required: {0}"),
    (r"unrecognized arguments: (.+)", "不认识 {0}", "{0} is not known here"),
    (r"ambiguous option: (\S+) could match (.+)", "{0} 可以是 {1}，请写全", "{0} may be {1}; write it in full"),
    (r"argument (.+?): invalid choice: (.+) \(choose from .+\)", "{0} 不能是 {1}", "{0} cannot be {1}"),
    (r"argument (.+?): expected .+", "{0} 后面还缺内容", "{0} wants something after it"),
    (r"argument (.+?): invalid int value: (.+)", "{0} 须为整数，不能是 {1}", "{0} is a whole number, not {1}"),
    (r"argument (.+?): not allowed with argument (.+)", "{0} 不能与 {1} 同用", "{0} does not go with {1}"),
    (r"argument (.+?): ignored explicit argument (.+)", "{0} 不带内容，却写了 {1}", "{0} takes nothing, but got {1}"),
)
_CHOICES: Final = r"invalid choice: '(.*)' \(choose from (.+)\)"
_ASSIGNED: Final = r"unrecognized arguments: (--[a-z_]+)[ =]([^-\s]\S*)"
_UNKNOWN: Final = r"unrecognized arguments: (-[^\s=]*)"


class Parser(argparse.ArgumentParser):
    """argparse, whose refusals are told in both languages, with the nearest word that is known and what to do next."""

    def parse_known_args(self, args=None, namespace=None):  # type: ignore[no-untyped-def]  # overloaded in argparse
        """As argparse, but what a sub-command does not know is refused by that sub-command, which knows its options."""
        parsed, extra = super().parse_known_args(args, namespace)
        if extra:
            self.error(f"unrecognized arguments: {' '.join(extra)}")
        return parsed, extra

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and end with 2."""
        from zongmu.report.terminal import bounded  # only now: start-up is most of a small command

        zh, en = _told(message)
        steps_zh, steps_en = f"{self.prog} --help 列出全部用法", f"{self.prog} --help lists all of it"
        meant = self._meant(message)
        if meant:
            steps_zh, steps_en = f"想写的是 {meant} 吗？{steps_zh}", f"did you mean {meant}? {steps_en}"
        lines = (
            f"无法运行 could not run [{USAGE.id}] {zh} / {en}",
            f"    怎么办 next: {steps_zh} / {steps_en}",
            *self.format_usage().splitlines(),
        )
        self.exit(2, "".join(bounded(line) + "\n" for line in lines))

    def _meant(self, message: str) -> str | None:
        if choice := re.search(_CHOICES, message, re.DOTALL):
            return _nearest(choice[1], re.findall(r"'([^']*)'", choice[2]))
        if unknown := re.search(_UNKNOWN, message):
            if unknown[1] == "--root":
                return f"zongmu --root DIR {self.prog.partition(' ')[2]}"
            known = [option for action in self._actions for option in action.option_strings]
            if "--set" in known and (field := re.search(_ASSIGNED, message)) and not _nearest(field[1], known, 0.8):
                return f"--set {field[1][2:]}={field[2]}"
            return _nearest(unknown[1], known)
        return None


def _nearest(word: str, known: Sequence[str], cutoff: float = 0.6) -> str | None:
    from difflib import get_close_matches  # only now: start-up is most of a small command

    return next(iter(get_close_matches(word, known, 1, cutoff)), None)


def _told(message: str) -> tuple[str, str]:
    for pattern, zh, en in _SAID:
        if found := re.fullmatch(pattern, message, re.DOTALL):
            return zh.format(*found.groups()), en.format(*found.groups())
    return message, message
