"""The codes under which files are reported that do not belong, cannot be read, or contradict one another as files."""

from __future__ import annotations

from typing import Final

from zongmu.model.finding import Bilingual, Code

NO_INSTANCE: Final = Code(
    "tree.no-instance",
    Bilingual("缺少 registry.yaml", "registry.yaml is missing"),
    Bilingual(
        "没有 registry/registry.yaml：不知道本实例的辖区、时区和所用的办法",
        "There is no registry/registry.yaml: jurisdictions, timezone and measures of this instance are unknown",
    ),
    Bilingual(
        "请在实例根目录运行；新建实例用 zongmu init",
        "Run this in the root of the instance; zongmu init makes a new one",
    ),
)
NO_REGISTRY: Final = Code(
    "tree.no-registry",
    Bilingual("没有 registry 文件夹", "No registry folder"),
    Bilingual("这里没有 registry/ 文件夹，或者是空的", "There is no folder registry/ here, or it is empty"),
    Bilingual(
        "请在实例根目录运行；新建实例用 zongmu init",
        "Run this in the root of the instance; zongmu init makes a new one",
    ),
)
NO_SUCH_FILE: Final = Code(
    "tree.no-such-file",
    Bilingual("没有这个文件", "No such file"),
    Bilingual("{file} 不在这里", "{file} is not here"),
    Bilingual("请核对路径，写成从实例根目录起的路径", "Check the path; it starts from the root of the instance"),
)
UNREADABLE: Final = Code(
    "tree.unreadable",
    Bilingual("读不出来", "Cannot be read"),
    Bilingual("{file} 读不出来：{reason_zh}", "{file} cannot be read: {reason_en}"),
    Bilingual("检查文件是否还在、是否有读取权限，然后再试", "Check that it is there and may be read, and try again"),
)
SYMLINK: Final = Code(
    "tree.symlink",
    Bilingual("符号链接", "Symbolic link"),
    Bilingual("{file} 是符号链接，没有读取", "{file} is a symbolic link and was not followed"),
    Bilingual("换成文件本身", "Put the file itself in its place"),
)
SUBMODULE: Final = Code(
    "tree.submodule",
    Bilingual("嵌套的仓库", "Repository within the repository"),
    Bilingual("{file} 是子模块或嵌套的 Git 仓库，没有读取", "{file} is a submodule or a nested Git repository"),
    Bilingual(
        "把其中的文件直接放进本库，删去嵌套的仓库", "Put its files into this repository and remove the nested one"
    ),
)
SPECIAL: Final = Code(
    "tree.special-file",
    Bilingual("不是普通文件", "No ordinary file"),
    Bilingual("{file} 是管道、套接字或设备，没有读取", "{file} is a pipe, a socket or a device and was not read"),
    Bilingual("删去它", "Remove it"),
)
EXECUTABLE: Final = Code(
    "tree.executable",
    Bilingual("可执行文件", "Executable file"),
    Bilingual("{file} 带有可执行权限；登记文件只是数据", "{file} is executable; a record is data"),
    Bilingual("去掉权限：{command}", "Take the permission away: {command}"),
)
FOLDER_NAMED_AS_FILE: Final = Code(
    "tree.folder-named-as-file",
    Bilingual("文件夹起了文件的名字", "Folder with the name of a file"),
    Bilingual("{file} 是文件夹，名字却像登记文件", "{file} is a folder with a name like that of a record"),
    Bilingual(
        "把里面的文件移到该放的地方，删去这个文件夹", "Move the files in it to their place and remove the folder"
    ),
)
ODD_NAME: Final = Code(
    "tree.odd-name",
    Bilingual("文件名里有不允许的字符", "Odd characters in a name"),
    Bilingual(
        "{file} 的名字只能用小写字母、数字、短横和点",
        "The name {file} may have lower-case letters, digits, - and . only",
    ),
    Bilingual("改名：用编号或拼音，不用汉字、空格和符号", "Rename it after its id: ASCII, without spaces or signs"),
)
LEFT_BEHIND: Final = Code(
    "tree.left-behind",
    Bilingual("写到一半的文件", "A file that was half written"),
    Bilingual(
        "{file} 是某次写入被打断（断电、被终止）留下的，没有读取；原文件是完整的",
        "{file} was left by a command that was killed while it wrote; it was not read, and the file itself is whole",
    ),
    Bilingual("删去它，再把那条命令运行一次：{command}", "Remove it and run that command again: {command}"),
)
SENSITIVE_NAME: Final = Code(
    "tree.sensitive-name",
    Bilingual("文件名里有不该有的内容", "A name that must not be stored"),
    Bilingual(
        "{file} 的名字里有个人信息、涉密标志或口令，没有读取",
        "The name {file} holds personal data, a mark of secrecy or a credential; it was not read",
    ),
    Bilingual(
        "改用登记号或单位简称作名字；已提交的，连同历史一起处理（zongmu trust epoch）",
        "Name it after its id or a short name of the body; if it is committed, see to the history too (zongmu trust epoch)",
    ),
    sensitive=True,
)
UPPER_CASE: Final = Code(
    "tree.upper-case",
    Bilingual("文件名里有大写字母", "Capital letters in a name"),
    Bilingual(
        "{file} 有大写字母；有的系统分不清大小写，会互相覆盖",
        "{file} has capital letters; some systems do not tell them apart and overwrite one file with the other",
    ),
    Bilingual("改名：{command}", "Rename it: {command}"),
)
WRONG_EXTENSION: Final = Code(
    "tree.wrong-extension",
    Bilingual("扩展名不对", "Wrong extension"),
    Bilingual("{file} 不以 .yaml 结尾，没有读取", "{file} does not end in .yaml and was not read"),
    Bilingual(
        "登记文件改名为 .yaml；附件、备份和别的文件不放在 registry/ 里",
        "A record is renamed to .yaml; attachments, backups and other files do not belong in registry/",
    ),
)
UNKNOWN_FOLDER: Final = Code(
    "tree.unknown-folder",
    Bilingual("没有这个文件夹", "Unknown folder"),
    Bilingual("registry/ 里没有 {folder} 这个文件夹{hint_zh}", "registry/ has no folder {folder}{hint_en}"),
    Bilingual("放进下列文件夹之一：{allowed}", "Put the file into one of: {allowed}"),
)
WRONG_PLACE: Final = Code(
    "tree.wrong-place",
    Bilingual("位置或文件名不对", "Wrong place or name"),
    Bilingual("{file} 不是{type_zh}文件该在的地方", "{file} is not where a file of the type {type_en} belongs"),
    Bilingual("应当像这样：{example}", "It should be like {example}"),
)
CASE_COLLISION: Final = Code(
    "tree.case-collision",
    Bilingual("名字只差大小写", "Names that differ in case only"),
    Bilingual(
        "{file} 与 {other} 只差大小写或字符的写法，在有的系统上是同一个文件",
        "{file} and {other} differ in case or in the form of characters only: one file on some systems",
    ),
    Bilingual("只留一个，或者改名", "Keep one, or rename it"),
)
CALENDAR_YEAR: Final = Code(
    "calendar.year-mismatch",
    Bilingual("日历年度不符", "Year of a calendar"),
    Bilingual(
        "文件名是 {named} 年，内容写的是 {year} 年，这份日历没有采用",
        "The file is named {named} and says {year}: this calendar is not used",
    ),
    Bilingual("改正 year 或文件名", "Correct the year or the name of the file"),
)
CALENDAR_DAY: Final = Code(
    "calendar.day",
    Bilingual("日历里有不该有的日子", "Day that does not belong in a calendar"),
    Bilingual("{day} {reason_zh}，这份日历没有采用", "{day} {reason_en}: this calendar is not used"),
    Bilingual("对照国务院办公厅的放假通知改正", "Compare with the holiday notice of the State Council"),
)

CODES: Final[tuple[Code, ...]] = (
    NO_INSTANCE,
    NO_REGISTRY,
    NO_SUCH_FILE,
    UNREADABLE,
    LEFT_BEHIND,
    SENSITIVE_NAME,
    SYMLINK,
    SUBMODULE,
    SPECIAL,
    EXECUTABLE,
    FOLDER_NAMED_AS_FILE,
    ODD_NAME,
    UPPER_CASE,
    WRONG_EXTENSION,
    UNKNOWN_FOLDER,
    WRONG_PLACE,
    CASE_COLLISION,
    CALENDAR_YEAR,
    CALENDAR_DAY,
)
"""Everything that can be wrong with the files of a registry as files, and with its calendars as a whole."""
