"""What a commit, or a tag, may bring by itself: how much, at what time, and in which words.

Read as the bytes that Git keeps: its own log leaves out headers, and stops at a NUL.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from zongmu.model.finding import Bilingual, Code, Finding, finding
from zongmu.model.guards import code_for, scan

MAX_BYTES: Final = 64 * 1024
"""Size of a commit or a tag, its message included."""
MAX_AHEAD: Final = 86_400
"""Seconds that a committer's clock may be ahead of the server's, and..."""
MAX_BACK: Final = 600
"""...behind the commit that it follows: as the audit allows."""

SENSITIVE_MESSAGE: Final = Code(
    "gate.sensitive-message",
    Bilingual("提交说明里有不该有的内容", "A commit message that must not be kept"),
    Bilingual(
        "提交或标签 {commit} 的说明、姓名里有个人信息、涉密标志或口令",
        "the message or a name in commit or tag {commit} holds personal data, a mark of secrecy or a credential",
    ),
    Bilingual(
        "改写后重新推送：git commit --amend --reset-author，或 git tag -f -a",
        "rewrite it and push again: git commit --amend --reset-author, or git tag -f -a",
    ),
    sensitive=True,
)
TOO_LONG: Final = Code(
    "gate.commit-too-long",
    Bilingual("提交说明太长", "A commit message that is too long"),
    Bilingual(
        "提交或标签 {commit} 有 {size} 字节，上限 {limit}；没有打开",
        "commit or tag {commit} has {size} bytes, {limit} are allowed; it was not opened",
    ),
    Bilingual("缩短说明后重新推送：git commit --amend", "shorten its message and push again: git commit --amend"),
)
CLOCK: Final = Code(
    "gate.clock",
    Bilingual("提交时间不对", "A commit at a wrong time"),
    Bilingual(
        "提交 {commit} 的时间（{time}）晚于服务器的现在（{now}），或早于它所接的提交；登记是否及时要看它，以后的提交也会显得倒退",
        "commit {commit} is dated {time}, which is ahead of now ({now} on the server) or before the commit that it follows; whether a record is late goes by it, and later commits would seem to run back",
    ),
    Bilingual(
        "合并时合成一个新提交：git merge --squash；是自己的提交，校准时钟后 git commit --amend --no-edit --date=now；是服务器的钟慢了，请管理员校准",
        "merge it as one new commit: git merge --squash; if it is your own, set the clock, then git commit --amend --no-edit --date=now; if it is the server that is slow, tell its operator",
    ),
)
ODD_ENCODING: Final = Code(
    "gate.odd-encoding",
    Bilingual("提交声称的编码读不出来", "A commit in an encoding that hides it"),
    Bilingual(
        "提交 {commit} 声称用一种不收的编码书写：照它读，作者、时间和说明会变成别的样子",
        "commit {commit} claims an encoding that is not taken: read by it, author, time and message would be others",
    ),
    Bilingual(
        "用 UTF-8 重新提交：git config --unset i18n.commitEncoding，然后 git commit --amend --no-edit",
        "commit again in UTF-8: git config --unset i18n.commitEncoding, then git commit --amend --no-edit",
    ),
)
ODD_SHAPE: Final = Code(
    "gate.odd-commit",
    Bilingual("提交的头部不是 Git 写的样子", "A commit with a head that Git does not write"),
    Bilingual(
        "提交 {commit} 接在两个以上的提交后面，或同一个写了两次，或编号不是小写：审计不认这样的提交",
        "commit {commit} follows more than two commits, or one of them twice, or spells an id in capitals: the audit accepts none of that",
    ),
    Bilingual(
        "合成一个新提交再推送：git merge --squash <分支>，git commit",
        "make one new commit of it and push that: git merge --squash <branch>, git commit",
    ),
)
CODES: Final = (SENSITIVE_MESSAGE, TOO_LONG, CLOCK, ODD_ENCODING, ODD_SHAPE)

_WHEN: Final = re.compile(rb"^(?:committer|tagger) [^\n]*> ([0-9]{1,12}) [+-][0-9]{4}$", re.MULTILINE)
_NO_WORDS: Final = re.compile(
    rb"^(?:tree|parent|object|type) [^\n]*\n|^gpgsig(?:-sha256)? -----BEGIN [A-Z ]+-----\n(?: (?:(?=[^\n]*[a-z])[A-Za-z0-9+/=]{40,})?\n)*|(?<=>) [0-9]+ [+-][0-9]{4}$",
    re.MULTILINE,
)
_SHAPE: Final = re.compile(rb"tree [0-9a-f]+\n(?:parent ([0-9a-f]+)\n(?:parent (?!\1\n)[0-9a-f]+\n)?)?author ")
_ENCODING: Final = re.compile(rb"^encoding ([^\n]*)$", re.MULTILINE)
_LETTERS: Final = re.compile(rb"utf-?8|gb-?(?:k|2312|18030)|cp936|big5|iso-8859-1|latin-?1", re.IGNORECASE)
_UNSAYABLE: Final = frozenset(
    f"content.{name}"
    for name in ("personal-number", "bank-account", "secrecy-mark", "secrecy-word", "internal-mark", "credential")
)
"""What a message may not hold. An address of the trailers that forges add (``Co-authored-by``) and odd letters it may."""
_TARGET: Final = re.compile(rb"object ([0-9a-f]+)\ntype commit\n")


def time_of(raw: bytes) -> int | None:
    """The committer's (or tagger's) clock in seconds since 1970; None where there is none that can be read."""
    found = _WHEN.search(raw.partition(b"\n\n")[0])
    return int(found[1]) if found else None


def target_of(raw: bytes) -> str | None:
    """The commit that a tag stands for; None where it stands for anything else."""
    found = _TARGET.match(raw)
    return found[1].decode() if found else None


def too_long(id: str, size: int) -> Finding | None:
    """That a commit or a tag is larger than one is, before it is read."""
    return _about(TOO_LONG, id, size=size, limit=MAX_BYTES) if size > MAX_BYTES else None


def of_words(id: str, raw: bytes) -> Iterator[Finding]:
    """That the message, a name or a header of the commit or tag *raw* holds what must not be kept (it is not repeated), or
    that it claims an encoding by which it would read as another."""
    head, _, body = raw.partition(b"\n\n")
    words = _NO_WORDS.sub(b"", head + b"\n") + b"\n" + body
    if any(code_for(hit.kind).id in _UNSAYABLE for hit in scan(_text(words))):
        yield _about(SENSITIVE_MESSAGE, id)
    if any(not _LETTERS.fullmatch(name) for name in _ENCODING.findall(head)):
        yield _about(ODD_ENCODING, id)


def of_shape(id: str, raw: bytes) -> Iterator[Finding]:
    """That a commit is none that the audit could accept, whoever signed it; one that follows a thousand is not walked."""
    if not _SHAPE.match(raw):
        yield _about(ODD_SHAPE, id)


def of_clock(id: str, raw: bytes, before: int | None, now: int) -> Iterator[Finding]:
    """That a commit lies in the future, or before the latest of its parents (at *before*).

    Asked of what comes into the main branch: the clock of a PC where something is only proposed blocks nobody.
    """
    time = time_of(raw)
    if time is None or time > now + MAX_AHEAD or (before is not None and time < before - MAX_BACK):
        yield _about(CLOCK, id, time="?" if time is None else _day(time), now=_day(now))


def _day(time: int) -> str:
    import datetime as dt

    try:
        return dt.datetime.fromtimestamp(time, dt.UTC).strftime("%Y-%m-%dT%H:%MZ")
    except (ValueError, OverflowError, OSError):
        return str(time)


def _text(raw: bytes) -> str:
    """Text in the encodings that a message comes in: UTF-8, else what Chinese systems write."""
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("utf-8", "replace")


def _about(code: Code, id: str, **values: Any) -> Finding:
    return finding(code, record=id[:12], path=id[:12], commit=id[:12], **values)
