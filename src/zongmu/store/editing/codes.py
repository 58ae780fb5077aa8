"""Why an edit was not done: the codes, and the error that bears one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from zongmu.model.finding import Bilingual, Code, CodedError, Finding

NOT_READABLE = Code(
    id="edit.not-readable",
    title=Bilingual("文件有误，不能编辑", "File is not in order"),
    message=Bilingual(
        "{name} 读取时有问题，不能由程序编辑。",
        "{name} has problems of form and cannot be edited by a program.",
    ),
    next_step=Bilingual("先按检查结果改正这个文件。", "Put the file right first, as the check says."),
)
NO_SUCH_PLACE = Code(
    id="edit.no-such-place",
    title=Bilingual("没有这个位置", "No such place"),
    message=Bilingual("文件里没有 {pointer} 这个位置。", "The file has no place {pointer}."),
    next_step=Bilingual("核对键名和序号。", "Check the keys and the index."),
)
NOT_A_LIST = Code(
    id="edit.not-a-list",
    title=Bilingual("不是列表", "Not a list"),
    message=Bilingual("{pointer} 不是列表，不能追加。", "{pointer} is no list; nothing can be appended."),
    next_step=Bilingual("核对键名。", "Check the key."),
)
ONLY_GROWS = Code(
    id="edit.only-grows",
    title=Bilingual("列表只增不减", "Lists only grow"),
    message=Bilingual(
        "{pointer} 是列表里的一项。登记的事实只增不减，不能删去。",
        "{pointer} is an item of a list. Recorded facts are added and never taken away.",
    ),
    next_step=Bilingual(
        "写错了的，更正并写明原因（corrections）；情况变了的，追加新的一项。",
        "What was wrongly written is corrected, with its reason (corrections); what changed is a new item.",
    ),
)
WOULD_BE_EMPTY = Code(
    id="edit.would-be-empty",
    title=Bilingual("删去后什么也不剩", "Nothing would be left"),
    message=Bilingual(
        "{pointer} 是这里唯一的一项，删去后就是空值。",
        "{pointer} is all that stands there; without it nothing would be left.",
    ),
    next_step=Bilingual("删去上一级。", "Remove the level above."),
)
UNWRITABLE = Code(
    id="edit.unwritable-value",
    title=Bilingual("不能写入这样的值", "Value cannot be written"),
    message=Bilingual(
        "{pointer} 的新值不能写入登记文件：只能写文字、不超过 15 位的非负整数、true、false，"
        "以及由它们组成的列表和映射。",
        "The new value of {pointer} cannot be written: a record holds text, whole numbers of at most 15 digits, true, "
        "false, and lists and mappings of them.",
    ),
    next_step=Bilingual("改用文字。", "Write it as text."),
)
RESULT_REFUSED = Code(
    id="edit.result-refused",
    title=Bilingual("编辑后的文件不合格", "Result would be refused"),
    message=Bilingual(
        "对 {pointer} 的这次编辑会使文件不合格（{codes}），没有进行。",
        "This edit of {pointer} would make the file one that is refused ({codes}); it was not done.",
    ),
    next_step=Bilingual("改正新值里的问题，再编辑。", "Put the new value right and edit again."),
)
CHANGES_MORE = Code(
    id="edit.changes-more",
    title=Bilingual("会改动别的内容", "Would change something else"),
    message=Bilingual(
        "对 {pointer} 的这次编辑会连带改动别的内容，没有进行。",
        "This edit of {pointer} would change something else as well; it was not done.",
    ),
    next_step=Bilingual(
        "这个位置的写法不寻常，请在编辑器里手工修改。",
        "The place is written in an unusual way: edit it by hand.",
    ),
)
CHANGED_MEANWHILE = Code(
    id="edit.changed-meanwhile",
    title=Bilingual("文件已被别人改动", "Changed in the meantime"),
    message=Bilingual(
        "{name} 在打开之后被改动过，没有保存，以免盖掉别人的修改。",
        "{name} was changed after it was opened; nothing was saved, lest the other change be lost.",
    ),
    next_step=Bilingual("重新执行一次。", "Run the command again."),
)

CODES: Final = (
    NOT_READABLE,
    NO_SUCH_PLACE,
    NOT_A_LIST,
    ONLY_GROWS,
    WOULD_BE_EMPTY,
    UNWRITABLE,
    RESULT_REFUSED,
    CHANGES_MORE,
    CHANGED_MEANWHILE,
)


class EditError(CodedError):
    """An edit that was not done. ``code`` says why, ``values`` fill its texts, ``findings`` are those of the reader."""

    def __init__(self, code: Code, *, findings: Sequence[Finding] = (), **values: object) -> None:
        self.findings = tuple(findings)
        super().__init__(code, **values)
