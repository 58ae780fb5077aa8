"""What keeps a command from running at all (exit 2): what is wrong, where, and what to do next."""

from __future__ import annotations

import errno
import os

from zongmu.model.finding import Bilingual, CodedError


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

    @classmethod
    def of(cls, problem: CodedError, where: str | None = None, *, exit_code: int | None = None) -> Trouble:
        """What was not done, as trouble; with the problem's own exit code unless *exit_code* says another."""
        code = problem.exit_code if exit_code is None else exit_code
        return cls(problem.code.id, problem.message, problem.next_step, where, exit_code=code)

    def lines(self, lang: str) -> list[str]:
        """The lines to print; what was typed is repeated without its control characters."""
        from zongmu.report.text import printable  # only now: start-up is most of a small command

        place = f"{self.where}: " if self.where else ""
        head = "无法运行" if lang == "zh" else "could not run"
        step = "怎么办" if lang == "zh" else "next"
        text = f"{place}{head} [{self.code}] {self.message.pick(lang)}\n    {step}: {self.next_step.pick(lang)}"
        return [printable(line) for line in text.split("\n")]


def trouble(
    code: str, zh: str, en: str, next_zh: str, next_en: str, where: str | None = None, *, exit_code: int = 2
) -> Trouble:
    """Trouble from its four texts."""
    return Trouble(code, Bilingual(zh, en), Bilingual(next_zh, next_en), where, exit_code=exit_code)


def unreadable(name: str, problem: OSError) -> Trouble:
    """A file that was named and cannot be read."""
    return trouble(
        "cli.no-such-file",
        f"读不了 {name}（{problem.strerror}）",
        f"{name} cannot be read ({problem.strerror})",
        "核对文件名",
        "check the name of the file",
    )


# What the operating system refuses most, in Chinese, and what to do about it.
_REFUSALS: dict[int, tuple[str, Bilingual]] = {
    errno.ENOSPC: ("磁盘已满", Bilingual("腾出空间后再运行", "make room, then run it again")),
    errno.EDQUOT: ("超过磁盘配额", Bilingual("腾出空间后再运行", "make room, then run it again")),
    errno.EACCES: ("没有权限", Bilingual("请管理员给予读写权限后再运行", "get the permission, then run it again")),
    errno.EPERM: ("不允许", Bilingual("请管理员给予读写权限后再运行", "get the permission, then run it again")),
    errno.EROFS: ("文件系统只读", Bilingual("换到可写的地方再运行", "run it where files can be written")),
    errno.EIO: ("磁盘读写出错", Bilingual("检查磁盘后再运行", "look at the disk, then run it again")),
    errno.EMFILE: (
        "打开的文件过多",
        Bilingual("用 ulimit -n 放宽后再运行", "raise it with ulimit -n, then run it again"),
    ),
    errno.ENOENT: ("没有这个文件或目录", Bilingual("核对路径后再运行", "look at the path, then run it again")),
    errno.ENOTDIR: ("路径中有一段不是目录", Bilingual("核对路径后再运行", "look at the path, then run it again")),
    errno.EISDIR: ("这是目录，不是文件", Bilingual("核对路径后再运行", "look at the path, then run it again")),
    errno.ENAMETOOLONG: ("路径太长", Bilingual("缩短路径后再运行", "shorten the path, then run it again")),
    errno.ELOOP: ("符号链接绕成一圈", Bilingual("核对路径后再运行", "look at the path, then run it again")),
}


def refused_by_system(error: OSError) -> Trouble:
    """What the operating system refused, said as trouble of the machine and not of zongmu (``cli.system``, exit 2)."""
    otherwise = Bilingual("按系统所说处理后再运行", "see to what the system says, then run it again")
    english = os.strerror(error.errno) if error.errno else type(error).__name__
    chinese, step = _REFUSALS.get(error.errno or 0, (english, otherwise))
    where = os.fsdecode(error.filename) if isinstance(error.filename, (str, bytes)) else None
    return Trouble("cli.system", Bilingual(f"系统拒绝了读写：{chinese}", f"the system refused: {english}"), step, where)
