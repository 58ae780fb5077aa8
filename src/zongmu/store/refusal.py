"""What the operating system refuses most, in the words of a person."""

from __future__ import annotations

import errno
import os
import re
from typing import Final

from zongmu.model.finding import Bilingual

_CHINESE: Final = {
    errno.ENOSPC: "磁盘已满",
    errno.EDQUOT: "超过磁盘配额",
    errno.EACCES: "没有权限",
    errno.EPERM: "不允许",
    errno.EROFS: "文件系统只读",
    errno.EIO: "磁盘读写出错",
    errno.EMFILE: "打开的文件过多",
    errno.ENOENT: "没有这个文件或目录",
    errno.ENOTDIR: "路径中有一段不是目录",
    errno.EISDIR: "这是目录，不是文件",
    errno.EEXIST: "已经存在",
    errno.ENAMETOOLONG: "路径太长",
    errno.ELOOP: "符号链接绕成一圈",
    errno.EADDRINUSE: "已被占用",
    errno.EFBIG: "文件太大",
}


_NUMBER: Final = re.compile(r"\[Errno ([0-9]{1,3})\]")


def refusal(error: OSError) -> Bilingual:
    """Why the system refused; in English its own words."""
    if error.errno is None and (number := _NUMBER.search(str(error))):
        # Many files that could not be copied (shutil.Error): what was wrong with the first says it.
        error = OSError(int(number[1]), os.strerror(int(number[1])))
    english = (os.strerror(error.errno) if error.errno else error.strerror) or str(error) or type(error).__name__
    return Bilingual(_CHINESE.get(error.errno or 0, english), english)
