"""What keeps a command from running at all (exit 2): what is wrong, where, and what to do next."""

from __future__ import annotations

from zongmu.model.finding import Bilingual


class Trouble(Exception):
    """The command could not run. Every text in both languages; *code* is stable."""

    def __init__(self, code: str, message: Bilingual, next_step: Bilingual, where: str | None = None) -> None:
        super().__init__(message.zh)
        self.code = code
        self.message = message
        self.next_step = next_step
        self.where = where

    def lines(self, lang: str) -> list[str]:
        """The lines to print."""
        place = f"{self.where}: " if self.where else ""
        head = "无法运行" if lang == "zh" else "could not run"
        step = "怎么办" if lang == "zh" else "next"
        return [f"{place}{head} [{self.code}] {self.message.pick(lang)}", f"    {step}: {self.next_step.pick(lang)}"]
