"""Why a change, a signature or a history is not accepted: one stable code each."""

from __future__ import annotations

from dataclasses import field
from typing import Any, Final

from zongmu.model.finding import Bilingual, Code
from zongmu.model.immutable import immutable

_ASK = Bilingual("请向登记单位要求说明，并保留此份数据", "Ask the registry's operator to explain, and keep this copy")
_REDO = Bilingual("由有权限的人重新提交", "Somebody with the authority has to make the change again")


def _code(id: str, title: tuple[str, str], message: tuple[str, str], step: Bilingual = _ASK) -> Code:
    return Code(f"trust.{id}", Bilingual(*title), Bilingual(*message), step)


# --- form of a commit -------------------------------------------------------------------------------------------------

ODD_COMMIT = _code(
    "odd-commit",
    ("提交的写法不合要求", "Commit not in the exact form"),
    (
        "提交含有规定之外或重复的头信息，不同程序会读出不同的内容",
        "The commit has headers that are doubled or not allowed: programs would read different things in it",
    ),
)
UNSIGNED = _code(
    "unsigned",
    ("提交没有签名", "Commit not signed"),
    ("保证级别要求每个提交都有签名，这个提交没有", "Every commit has to be signed here, and this one is not"),
)
BAD_SIGNATURE = _code(
    "bad-signature",
    ("签名无效", "Invalid signature"),
    ("{what}的签名无效：{reason}", "The signature of {what_en} is not valid: {reason}"),
)
UNKNOWN_KEY = _code(
    "unknown-key",
    ("密钥无权限", "Key not authorised"),
    (
        "{what}由密钥 {key} 签名；依上一版本的 trust/keys.yaml，该密钥当时不存在、未生效、已过期或已停用",
        "{what_en} was signed by key {key}; as of the version before, it was unknown, not yet valid, expired or retired",
    ),
)
SIGNED_FOR_ANOTHER = _code(
    "signed-for-another",
    ("签名人与署名不符", "Signed by somebody else"),
    (
        "密钥属于 {person}，提交却署名 {claimed}",
        "The key belongs to {person}, but the commit names {claimed}",
    ),
)
UNKNOWN_AUTHOR = _code(
    "unknown-author",
    ("作者不在名册", "Author not on the list"),
    (
        "作者 {claimed} 不是 trust/keys.yaml 里在岗的账号",
        "The author {claimed} is no current account of trust/keys.yaml",
    ),
)
CLOCK = _code(
    "clock-runs-back",
    ("时间倒退", "Time runs backwards"),
    (
        "提交时间比上一个提交早 {minutes} 分钟，超过允许的 {allowed} 分钟",
        "Committed {minutes} minutes before the commit it follows; {allowed} minutes are allowed",
    ),
)
CLOCK_AHEAD = _code(
    "clock-ahead",
    ("时间在将来", "Time in the future"),
    (
        "提交时间比核验者的时钟晚 {days} 天；以后照实际时间的提交都会显得倒退",
        "Committed {days} days after the verifier's clock; every later commit at its real time would seem to run back",
    ),
    Bilingual(
        "先核对本机时钟（--as-of 写明日期）；时钟无误，请登记单位说明",
        "Check your own clock first (--as-of names the day); if it is right, ask the registry's operator to explain",
    ),
)
MAY_NOT_LAND = _code(
    "may-not-land",
    ("无权合入", "May not land changes"),
    ("{person} 没有合入职责（{roles}）", "{person} holds none of the roles that land changes ({roles})"),
    _REDO,
)

# --- merges -----------------------------------------------------------------------------------------------------------

MERGE_SHAPE = _code(
    "merge-shape",
    ("不允许的合并", "Merge not allowed"),
    (
        "合并有 {parents} 个父提交、{bases} 个共同起点；只接受两个父提交和一个共同起点",
        "A merge of {parents} parents with {bases} merge bases; two parents and one merge base are allowed",
    ),
)
MERGE_CONTENT = _code(
    "merge-content",
    ("合并夹带改动", "Merge with content of its own"),
    (
        "合并结果中的 {path} 不是任何一方所改的内容（两边都改，或被丢弃，或夹带）",
        "{path} in the merge is not what one side made of it: changed on both, dropped, or slipped in",
    ),
)

# --- paths and records ------------------------------------------------------------------------------------------------

REMOVED = _code(
    "removed",
    ("删除了记录", "Record removed"),
    (
        "{path} 被删除或改名；登记只增不减，项目以里程碑结束",
        "{path} was removed or renamed; a record is never taken away",
    ),
)
ODD_PATH = _code(
    "odd-path",
    ("不该有的文件", "File that does not belong"),
    ("{path}（模式 {mode}）不是登记库里该有的文件", "{path} (mode {mode}) is no file that belongs in the registry"),
)
WRONG_ID = _code(
    "wrong-id",
    ("编号与文件不符", "Id differs from the file"),
    (
        "{path} 里的编号或辖区与其路径不符，或同一编号已有另一份文件",
        "The id or the jurisdiction in {path} is not that of its path, or another file has the id",
    ),
)
UNREADABLE = _code(
    "unreadable",
    ("记录无法读取", "Unreadable record"),
    ("{path} 无法读取，不能判断谁可以这样改", "{path} cannot be read, so nobody can say who may change it so"),
)

# --- authority --------------------------------------------------------------------------------------------------------

MAY_NOT_EDIT = _code(
    "may-not-edit",
    ("无权改动这份记录", "May not change this record"),
    ("{person} 无权改动 {path}", "{person} may not change {path}"),
    _REDO,
)
MAY_NOT_SET = _code(
    "may-not-set",
    ("无权改动这个字段", "May not change this field"),
    ("{person} 无权改动 {path} 的 {field}；须有职责 {roles}", "{person} may not change {field} of {path}: {roles} may"),
    _REDO,
)
TWO_ROOTS = _code(
    "two-roots",
    ("缺少第二个根人员同意", "A second root person is missing"),
    (
        "改动信任区或 checks/ 须 {needed} 名根人员同意，这里只有 {found} 名：{path}",
        "A change of trust or checks needs {needed} root persons, and has {found}: {path}",
    ),
    Bilingual("由另一名根人员用 zongmu trust consent 签署", "Another root person signs with zongmu trust consent"),
)
NO_TRUST = _code(
    "no-trust",
    ("信任文件缺失或无效", "Trust files missing or invalid"),
    (
        "此后的提交没有可用的信任文件：{path} 缺失、无效，或少于两名根人员",
        "Nothing after this commit could be judged: {path} is missing, invalid, or names fewer than two root persons",
    ),
)
WRONG_ROOT = _code(
    "wrong-root",
    ("根密钥不符", "Root keys differ"),
    (
        "起点提交的根人员密钥 {key} 不在您给的根密钥文件里",
        "The root key {key} at the starting commit is not in your file of root keys",
    ),
)

# --- endorsements -----------------------------------------------------------------------------------------------------

ROW_CHANGED = _code(
    "row-changed",
    ("改动了已有的签认", "An endorsement was changed"),
    ("{path} 的 {row} 被改动或删去；签认只增不改", "{row} of {path} was changed or removed; endorsements only grow"),
)
ROW_BY = _code(
    "row-by",
    ("签认人无此职责", "Endorser without the role"),
    ("{path} 的 {row}：{person} 当时没有职责 {role}", "{row} of {path}: {person} did not hold the role {role} then"),
    _REDO,
)
ROW_OWN = _code(
    "row-own",
    ("签认自己填报的内容", "Endorsed one's own entry"),
    ("{path} 的 {row}：{person} 也填报过所签认的内容", "{row} of {path}: {person} also entered what is endorsed"),
    _REDO,
)
ROW_DIGEST = _code(
    "row-digest",
    ("签认的不是现有内容", "Endorses something else"),
    (
        "{path} 的 {row} 的摘要与项目里的里程碑不符：从别处抄来，或内容已变",
        "{row} of {path} has a digest that is not the milestone's: copied from elsewhere, or the content has changed",
    ),
    Bilingual("核对原件后对现有内容重新签认", "Check against the paper and endorse what stands now"),
)
ROW_LEVEL = _code(
    "row-level",
    ("签认的保证级别不足", "Endorsement below its level"),
    (
        "{path} 的 {row} 没有所需的凭据：F 级须由合并服务的密钥提交并记明合并请求，S 级须本人签名",
        "{row} of {path} lacks what its level needs: F a merge service's key and the merge request, S a personal signature",
    ),
    _REDO,
)

# --- the whole --------------------------------------------------------------------------------------------------------

ROOT_NOT_FOUND = _code(
    "root-not-found",
    ("起点不在历史里", "Root not in the history"),
    ("{root} 不在主线上：这不是同一段历史", "{root} is not on the main line: this is not the same history"),
)
CHECKPOINT_DIFFERS = _code(
    "checkpoint-differs",
    ("与检查点不符", "Differs from the checkpoint"),
    (
        "检查点记的第 {size} 个提交是 {head}，这份历史里不是：历史被回退、改写或分叉",
        "The checkpoint has {head} as commit number {size}; this history does not: it was rolled back, rewritten or forked",
    ),
)
CHECKPOINT_ROOT = _code(
    "checkpoint-root",
    ("检查点的摘要不符", "Checkpoint root differs"),
    (
        "前 {size} 个提交重新算出的根摘要，或当时的网址，与检查点不同",
        "The root computed again over the first {size} commits, or whose history it was then, is not the checkpoint's",
    ),
)
CHECKPOINT_FILE = _code(
    "checkpoint-file",
    ("公布的检查点不符", "Published checkpoint is wrong"),
    (
        "{path} 不是这份历史在此之前的检查点或它的共签，或改动了已公布的",
        "{path} is no checkpoint of the history before it, nor a cosignature of one, or changes one that was published",
    ),
)
BAD_OBJECTS = _code(
    "bad-objects",
    ("数据损坏或写法不合要求", "Damaged or malformed objects"),
    ("Git 对象损坏或写法不合要求：{reason}", "Objects of Git are damaged or malformed: {reason}"),
    Bilingual("请重新取得完整的仓库包", "Get a complete bundle again"),
)

BAD_BUNDLE = _code(
    "bad-bundle",
    ("不是完整的仓库包", "Not a complete bundle"),
    ("{name} 不是含全部历史的 Git 仓库包：{zh}", "{name} is no Git bundle with the whole history: {en}"),
    Bilingual(
        "请重新生成：git bundle create registry.bundle HEAD main",
        "Make it again: git bundle create registry.bundle HEAD main",
    ),
)
SHALLOW = _code(
    "shallow",
    ("克隆不完整", "Shallow clone"),
    ("这个克隆没有全部历史，无法核验", "This clone lacks part of the history; nothing can be verified"),
    Bilingual("请取得全部历史：git fetch --unshallow", "Fetch the whole history: git fetch --unshallow"),
)
CANNOT_SIGN = _code(
    "cannot-sign",
    ("签名没有做成", "Not signed"),
    ("ssh-keygen 没有用 {key} 签成：{reason}", "ssh-keygen did not sign with {key}: {reason}"),
    Bilingual(
        "核对密钥文件（或其 .pub，由代理或 UKey 签）；试：ssh-keygen -Y sign -n file -f 密钥 文件",
        "check the key file (or its .pub, for an agent or a security key); try: ssh-keygen -Y sign -n file -f KEY FILE",
    ),
)

# --- epochs -----------------------------------------------------------------------------------------------------------

SCHEME = _code(
    "scheme-broken",
    ("签名算法插件不能用", "A signature algorithm does not work"),
    (
        "另装的程序包提供的签名算法 {name} 出错（{reason}），没有结论",
        "The signature algorithm {name}, of a package installed beside this program, failed ({reason}): no verdict",
    ),
    Bilingual(
        "更新或卸载提供它的程序包（入口组 zongmu.schemes）后再核验",
        "update or remove the package that brings it (entry points zongmu.schemes), and verify again",
    ),
)
EPOCH_RECORD = _code(
    "epoch-record",
    ("改写记录不合要求", "Epoch record not in order"),
    (
        "这个提交写入的历史改写记录没有相应的改写，或夹带别的改动，或改动了已有记录",
        "This commit enters an epoch record that no rewriting stands behind, or with other changes, or alters one",
    ),
)
EPOCH_FORMER = _code(
    "epoch-former-missing",
    ("缺少改写前的历史", "Former history missing"),
    (
        "第 {seq} 号记录改写了前 {size} 个提交；没有改写前的提交与目录（最后的提交 {head}），无法证明此外未变",
        "Epoch {seq} rewrote the first {size} commits; without the former commits and trees (last commit {head}) it "
        "cannot be proved that nothing else changed",
    ),
    Bilingual(
        "向登记单位索取改写前的提交与目录，用 --former 给出；只核验其后：--root 写改写记录的提交",
        "ask the operator for the former commits and trees and give them with --former; to verify only what came after, "
        "give the commit of the epoch record as --root",
    ),
)
EPOCH_UNNAMED = _code(
    "epoch-former-unnamed",
    ("没有记录提到的历史", "Former history not on record"),
    (
        "给出的改写前历史（最后的提交 {head}）不是任何改写记录所说的：记录被去掉，或给错了文件",
        "No epoch record names the former history that was given (last commit {head}): the record was taken away, or it is "
        "the wrong file",
    ),
)
EPOCH_OTHER = _code(
    "epoch-former-differs",
    ("改写前的历史不符", "Former history differs"),
    (
        "第 {seq} 号记录所说的原历史（{size} 个提交）与所给的不符：{zh}",
        "The former history that epoch {seq} names ({size} commits) is not the one that was given: {en}",
    ),
)
EPOCH_KEPT = _code(
    "epoch-original-missing",
    ("缺少改写前的原件", "Former content missing"),
    (
        "第 {seq} 号记录改写了 {path}，签名或权限以它为准；改写前的历史里没有它的原件 {id}",
        "Epoch {seq} replaced a version of {path}, on which signatures or authority rest; the former history lacks its "
        "content {id}",
    ),
    Bilingual(
        "向登记单位索取 zongmu trust epoch 当时写出的 former.bundle：原件在里面",
        "ask the operator for the former.bundle that zongmu trust epoch wrote: the content is in it",
    ),
)
EPOCH_CHANGED = _code(
    "epoch-changed-more",
    ("改写超出记录", "More was rewritten than recorded"),
    (
        "第 {seq} 号记录以外还有改动：{zh}",
        "More changed than epoch {seq} says: {en}",
    ),
)

CODES: Final = (
    ODD_COMMIT,
    UNSIGNED,
    BAD_SIGNATURE,
    UNKNOWN_KEY,
    SIGNED_FOR_ANOTHER,
    UNKNOWN_AUTHOR,
    CLOCK,
    CLOCK_AHEAD,
    MAY_NOT_LAND,
    MERGE_SHAPE,
    MERGE_CONTENT,
    REMOVED,
    ODD_PATH,
    WRONG_ID,
    UNREADABLE,
    MAY_NOT_EDIT,
    MAY_NOT_SET,
    TWO_ROOTS,
    NO_TRUST,
    WRONG_ROOT,
    ROW_CHANGED,
    ROW_BY,
    ROW_OWN,
    ROW_DIGEST,
    ROW_LEVEL,
    ROOT_NOT_FOUND,
    CHECKPOINT_DIFFERS,
    CHECKPOINT_ROOT,
    CHECKPOINT_FILE,
    BAD_OBJECTS,
    BAD_BUNDLE,
    SHALLOW,
    CANNOT_SIGN,
    SCHEME,
    EPOCH_RECORD,
    EPOCH_FORMER,
    EPOCH_UNNAMED,
    EPOCH_OTHER,
    EPOCH_KEPT,
    EPOCH_CHANGED,
)
"""Every code of the trail's proof, with its own page."""


@immutable
class Fault:
    """One reason why a commit is not accepted. *commit* is empty where it is about the whole."""

    code: Code
    commit: str = ""
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def message(self) -> Bilingual:
        """What is wrong."""
        return self.code.message.format(self.values)
