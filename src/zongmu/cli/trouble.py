"""What keeps a command from running (exit 2) or from doing what was asked (exit 1): what is wrong, where, and what to do next."""

from __future__ import annotations

import errno
import os
from typing import Final

from zongmu.model.finding import Bilingual, Code, CodedError
from zongmu.store.refusal import refusal

_COULD_NOT_RUN = Bilingual("无法运行", "could not run")
_REFUSED = Bilingual("不予办理", "refused")


class Trouble(Exception):
    """The command could not run, or refuses. Every text in both languages; *code* is stable.

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

    def lines(self, lang: str, head: Bilingual | None = None) -> list[str]:
        """The lines to print, under *head* instead of the usual; what was typed is repeated without its control characters."""
        from zongmu.report.terminal import bounded  # only now: start-up is most of a small command

        place = f"{self.where}: " if self.where else ""
        called = (head or (_REFUSED if self.exit_code == 1 else _COULD_NOT_RUN)).pick(lang)
        step = "怎么办：" if lang == "zh" else "next: "
        text = f"{place}{called} [{self.code}] {self.message.pick(lang)}\n    {step}{self.next_step.pick(lang)}"
        return [bounded(line) for line in text.split("\n")]


BAD_VALUE: Final = Code(
    "cli.bad-value",
    Bilingual("给出的值不能用", "A value that cannot be used"),
    Bilingual(
        "选项或 --set 给出的值不是该处要的写法，或所指的单位、项目、代码不存在",
        "what an option or --set gives is not written as the field takes it, or names a body, a project or a code that is not there",
    ),
    Bilingual("按提示里的写法改正后再运行", "put it right as the message says, then run it again"),
)
FIELD_NEEDED: Final = Code(
    "cli.field-needed",
    Bilingual("缺少必须给出的内容", "Something that has to be given is missing"),
    Bilingual("没有给出命令所需的字段", "a field that the command needs was not given"),
    Bilingual(
        "用 --set 字段=值 给出，或用 --ask 逐项回答", "give it with --set FIELD=VALUE, or answer questions with --ask"
    ),
)
NO_SUCH_KIND: Final = Code(
    "cli.no-such-kind",
    Bilingual("没有这种里程碑", "No such kind of milestone"),
    Bilingual(
        "本地办法里没有叫这个名称或代码的里程碑", "the measure that holds here has no milestone of that name or code"
    ),
    Bilingual("运行 zongmu record 项目 可列出接下来的里程碑", "zongmu record PROJECT lists what may come next"),
)


def trouble(
    code: str, zh: str, en: str, next_zh: str, next_en: str, where: str | None = None, *, exit_code: int = 2
) -> Trouble:
    """Trouble from its four texts."""
    return Trouble(code, Bilingual(zh, en), Bilingual(next_zh, next_en), where, exit_code=exit_code)


def unreadable(name: str, problem: OSError) -> Trouble:
    """A file that was named and cannot be read."""
    return trouble(
        "cli.no-such-file",
        f"读不了 {name}（{refusal(problem).zh}）",
        f"{name} cannot be read ({refusal(problem).en})",
        "核对文件名",
        "check the name of the file",
    )


_PERMISSION = Bilingual("请管理员给予读写权限后再运行", "get the permission, then run it again")
_ROOM = Bilingual("腾出空间后再运行", "make room, then run it again")
_PATH = Bilingual("核对路径后再运行", "look at the path, then run it again")
_STEPS: dict[int, Bilingual] = {
    errno.ENOSPC: _ROOM,
    errno.EDQUOT: _ROOM,
    errno.EACCES: _PERMISSION,
    errno.EPERM: _PERMISSION,
    errno.EROFS: Bilingual("换到可写的地方再运行", "run it where files can be written"),
    errno.EIO: Bilingual("检查磁盘后再运行", "look at the disk, then run it again"),
    errno.EMFILE: Bilingual("用 ulimit -n 放宽后再运行", "raise it with ulimit -n, then run it again"),
    errno.ENOENT: _PATH,
    errno.ENOTDIR: _PATH,
    errno.EISDIR: _PATH,
    errno.ENAMETOOLONG: _PATH,
    errno.ELOOP: _PATH,
}


def refused_by_system(error: OSError) -> Trouble:
    """What the operating system refused, said as trouble of the machine and not of zongmu (``cli.system``, exit 2)."""
    otherwise = Bilingual("按系统所说处理后再运行", "see to what the system says, then run it again")
    said = refusal(error)
    where = os.fsdecode(error.filename) if isinstance(error.filename, (str, bytes)) else None
    message = Bilingual(f"系统拒绝了读写：{said.zh}", f"the system refused: {said.en}")
    return Trouble("cli.system", message, _STEPS.get(error.errno or 0, otherwise), where)
