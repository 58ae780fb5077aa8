"""What keeps a command from running at all (exit 2): what is wrong, where, and what to do next."""

from __future__ import annotations

from zongmu.model.finding import Bilingual


class Trouble(Exception):
    """The command could not run. Every text in both languages; *code* is stable.

    *exit_code* is 2, or 1 where a person has to act on what was asked (a change that cannot be joined to its base).
    """

    def __init__(
        self,
        code: str,
        message: Bilingual,
        next_step: Bilingual,
        where: str | None = None,
        *,
        exit_code: int = 2,
    ) -> None:
        super().__init__(message.zh)
        self.code = code
        self.message = message
        self.next_step = next_step
        self.where = where
        self.exit_code = exit_code

    def lines(self, lang: str) -> list[str]:
        """The lines to print; what was typed is repeated without its control characters."""
        from zongmu.report.text import printable  # only now: start-up is most of a small command

        place = f"{self.where}: " if self.where else ""
        head = "无法运行" if lang == "zh" else "could not run"
        step = "怎么办" if lang == "zh" else "next"
        text = f"{place}{head} [{self.code}] {self.message.pick(lang)}\n    {step}: {self.next_step.pick(lang)}"
        return [printable(line) for line in text.split("\n")]
