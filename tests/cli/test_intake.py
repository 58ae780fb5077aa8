"""``zongmu intake``: a package from the form is recorded on her behalf, once; a hostile one is not taken in."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import stat
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.instances import PROJECT, Instance
from zongmu.exchange import package
from zongmu.exchange.package import PackageProblem, check_code, digest_of, read_package

RECORD = (
    "format: 1\nid: demo-2026-0001\njurisdiction: demo\nname: 交来的项目\nsecrecy: none\nowner: demo/finance\n\n"
    "milestones:\n  - kind: declared\n    date: 2026-03-01\n    documents:\n      - kind: application\n        sha256: {}\n"
)
PAPER = b"%PDF-1.4 paper"


def packed(
    content: str = "", papers: tuple[bytes, ...] = (PAPER,), *, extra: dict[str, bytes] | None = None, **changed: Any
) -> bytes:
    """A package as the form makes it; *changed* are parts of its manifest."""
    text = (content or RECORD.format(hashlib.sha256(PAPER).hexdigest())).encode()
    digests = [hashlib.sha256(p).hexdigest() for p in papers]
    rows = [{"path": f"attachments/{d[:12]}-a.pdf", "name": "申请.pdf", "size": 1, "sha256": d} for d in digests]
    record_digest = hashlib.sha256(text).hexdigest()
    manifest = {
        "format": 1,
        "type": "zongmu-package",
        "check_code": check_code(digest_of(record_digest, digests)),
        "record": {"path": "project.yaml", "sha256": record_digest, "id": "demo-2026-0001"},
        "attachments": rows,
        "submitter": {"unit": "示例财政局", "office": "信息科\nEntered-By: 冒名", "paper": "示财〔2026〕1号"},
        **changed,
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("manifest.json", json.dumps(manifest))
        made.writestr("project.yaml", text)
        made.writestr("sheet.html", "<html>")
        for row, data in zip(rows, papers, strict=True):
            made.writestr(row["path"], data)
        for name, data in (extra or {}).items():
            made.writestr(name, data)
    return out.getvalue()


@pytest.fixture
def office(tiny: Instance, tmp_path: Path) -> tuple[Instance, Path]:
    tiny.commit()
    return tiny, tmp_path / "a.zip"


def test_a_package_is_recorded_on_a_branch_with_whose_it_was_and_who_typed_it(
    office: tuple[Instance, Path], tmp_path: Path
) -> None:
    tiny, file = office
    file.write_bytes(packed())
    said = tiny.say("intake", file, "--by", "数据局窗口", "--out", tmp_path / "slips", "--archive", tmp_path / "papers")
    assert said.code == 0, said.all
    ref = tiny.git("for-each-ref", "--format=%(refname)", "refs/heads/intake/")
    assert ref.count("\n") == 0
    path = "registry/projects/demo/finance/demo-2026-0003.yaml"
    assert tiny.git("diff", "--name-only", "HEAD", ref) == path
    assert "id: demo-2026-0003\n" in tiny.git("show", f"{ref}:{path}")
    assert tiny.git("status", "--porcelain") == ""
    trailers = tiny.git("log", "-1", "--format=%(trailers:only)", ref)
    assert "Handed-In-By: 示例财政局" in trailers
    assert trailers.count("\nEntered-By: ") == 1
    assert "\nEntered-By: 数据局窗口" in trailers
    digest = hashlib.sha256(PAPER).hexdigest()
    assert (tmp_path / "papers" / digest[:2] / digest).read_bytes() == PAPER
    receipt = next((tmp_path / "slips").glob("*-receipt.html")).read_text("utf-8")
    assert "demo-2026-0003" in receipt
    assert "示财〔2026〕1号" in receipt
    again = tiny.say("intake", file, "--by", "另一人", "--lang", "en")
    assert (again.code, "came in before" in again.out) == (0, True)
    # What was cut short after the branch stood comes about the next time.
    for name in ("slips", "papers"):
        shutil.rmtree(tmp_path / name)
    tiny.say("intake", file, "--by", "另一人", "--out", tmp_path / "slips", "--archive", tmp_path / "papers")
    assert (tmp_path / "papers" / digest[:2] / digest).read_bytes() == PAPER
    assert "补开的回执" in next((tmp_path / "slips").glob("*-receipt.html")).read_text("utf-8")
    file.write_bytes(packed(RECORD.format("0" * 64).replace("交来的", "另一个")))
    third = tiny.say("intake", file, "--by", "数据局窗口")
    assert "demo-2026-0004" in third.out, third.all
    file.write_bytes(packed(RECORD.format(digest) + "    number: 示财〔2026〕2号\n"))
    better = tiny.say("intake", file, "--by", "数据局窗口")
    assert better.code == 0, better.all
    assert "已登记 demo-2026-0003" in better.out
    assert "代替收件号" in better.out
    assert tiny.git("rev-list", "--count", f"HEAD..{ref}") == "2"
    assert "Instead-Of: " in tiny.git("log", "-1", "--format=%B", ref)
    # Once it is merged, the same again is most likely no second project.
    tiny.git("merge", "-q", "--ff-only", ref)
    file.write_bytes(packed(RECORD.format(digest) + "    number: 示财〔2026〕3号\n"))
    once_more = tiny.say("intake", file, "--by", "数据局窗口", "--out", tmp_path / "slips")
    assert "本单位已有同名项目 demo-2026-0003" in once_more.out, once_more.all
    notice = max((tmp_path / "slips").glob("*-notice.md"), key=lambda p: p.stat().st_mtime).read_text("utf-8")
    assert ("本单位已有同名项目" in notice, "无误的，不必再交" in notice) == (True, True)
    assert tiny.say("show", "交来的项目").out.startswith("demo-2026-0003")


def test_all_that_is_wrong_goes_back_at_once_in_the_order_of_the_form(
    office: tuple[Instance, Path], tmp_path: Path
) -> None:
    tiny, file = office
    bad = RECORD.format("0" * 64).replace("secrecy: none", "class: 火箭 <b>").replace("2026-03-01", "2026-02-30")
    file.write_bytes(packed(bad + "    total: '480'\n    colour: red\n"))
    said = tiny.say("intake", file, "--by", "窗口", "--out", tmp_path)
    assert said.code == 1, said.all
    assert tiny.git("for-each-ref", "refs/heads/intake/") == ""
    page = next(tmp_path.glob("*-notice.html")).read_text("utf-8")
    places = [page.index(word) for word in ("项目类别", "·日期", "申报总投资")]
    assert places == sorted(places)
    assert "<b>" not in page
    assert "文件不在包里" in page
    for n, data in enumerate((packed(bad.replace("demo/finance", "财政局 (演示)")), b"PK no package")):
        file.write_bytes(data)
        assert tiny.say("intake", file, "--by", "窗口", "--out", tmp_path / str(n)).code == 1
    pages = [next((tmp_path / str(n)).glob("*-notice.html")).read_text("utf-8") for n in range(2)]
    assert all(word in pages[0] for word in ("项目类别", "项目单位", "·日期"))
    assert "package.not-a-package" in pages[1]


def test_an_edit_of_a_record_that_has_moved_on_is_not_taken_over_it(office: tuple[Instance, Path]) -> None:
    tiny, file = office
    now = tiny.read(PROJECT)
    text = now.replace("示例平台", "示例平台二期")
    stated = {"path": "project.yaml", "sha256": hashlib.sha256(text.encode()).hexdigest(), "id": "demo-2026-0001"}
    file.write_bytes(packed(text, (), record={**stated, "base_sha256": hashlib.sha256(now.encode()).hexdigest()}))
    assert "demo-2026-0001" in tiny.say("intake", file, "--by", "窗口").out
    file.write_bytes(packed(text + "# 又\n", (), record={
        **stated, "sha256": hashlib.sha256((text + "# 又\n").encode()).hexdigest(), "base_sha256": "0" * 64,
    }))  # fmt: skip
    said = tiny.say("intake", file, "--by", "窗口")
    assert (said.code, "intake.changed-meanwhile" in said.out) == (1, True), said.all


def _link() -> bytes:
    data = io.BytesIO(packed())
    with zipfile.ZipFile(data, "a") as made:
        info = zipfile.ZipInfo("attachments/link")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        made.writestr(info, "/etc/passwd")
    return data.getvalue()


def _twice() -> bytes:
    data = io.BytesIO(packed())
    with zipfile.ZipFile(data, "a") as made, pytest.warns(UserWarning, match="Duplicate"):
        made.writestr("project.yaml", "format: 1\n")
    return data.getvalue()


def _lying_bomb() -> bytes:
    """Says it is small and is not."""
    data = bytearray(packed(extra={"attachments/big": b"\0" * 3_000_000}))
    for mark in (b"PK\x01\x02", b"PK\x03\x04"):
        at = data.rfind(mark)
        size = 24 if mark == b"PK\x01\x02" else 22
        data[at + size : at + size + 4] = (10).to_bytes(4, "little")
    return bytes(data)


def _garbled() -> bytes:
    """What is packed is no stream of its kind any more."""
    data = bytearray(packed())
    at = data.find(b"project.yaml") + len("project.yaml")
    data[at : at + 30] = b"\xff" * 30
    return bytes(data)


def _other_packing() -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_LZMA) as made:
        made.writestr("manifest.json", "{}")
    return data.getvalue()


HOSTILE = {
    "garbled": (_garbled(), package.NOT_A_PACKAGE),
    "packed otherwise": (_other_packing(), package.STRANGE_ENTRY),
    "text": (b"hello", package.NOT_A_PACKAGE),
    "empty": (b"", package.NOT_A_PACKAGE),
    "cut": (packed()[:-60], package.NOT_A_PACKAGE),
    "up": (packed(extra={"../../etc/cron.d/x": b"x"}), package.STRANGE_ENTRY),
    "absolute": (packed(extra={"/etc/x": b"x"}), package.STRANGE_ENTRY),
    "backslash": (packed(extra={"attachments/..\\x": b"x"}), package.STRANGE_ENTRY),
    "dots": (packed(extra={"attachments/..": b"x"}), package.STRANGE_ENTRY),
    "deep": (packed(extra={"attachments/a/b": b"x"}), package.STRANGE_ENTRY),
    "hook": (packed(extra={".git/hooks/pre-commit": b"x"}), package.STRANGE_ENTRY),
    "link": (_link(), package.STRANGE_ENTRY),
    "twice": (_twice(), package.STRANGE_ENTRY),
    "unlisted": (packed(extra={"attachments/more": b"x"}), package.NOT_A_PACKAGE),
    "many": (packed(extra={f"attachments/{n}": b"" for n in range(400)}), package.TOO_LARGE),
    "large record": (packed("# " + "x" * 300_000), package.TOO_LARGE),
    "large manifest": (packed(pad="x" * 600_000), package.TOO_LARGE),
    "lying": (_lying_bomb(), package.NOT_A_PACKAGE),
    "other record": (packed(record={"sha256": "0" * 64}), package.TAMPERED),
    "no record": (packed(record=None), package.TAMPERED),
    "list": (packed(type="other"), package.NOT_A_PACKAGE),
    "future": (packed(format=2), package.NOT_A_PACKAGE),
    "papers": (packed(attachments=[]), package.NOT_A_PACKAGE),
    "papers no list": (packed(attachments="x"), package.NOT_A_PACKAGE),
    "code": (packed(check_code="AAAA-AAAA-AAAA"), package.WRONG_CODE),
}


def test_a_hostile_package_is_refused_for_its_own_reason() -> None:
    for name, (data, code) in HOSTILE.items():
        with pytest.raises(PackageProblem) as refused:
            read_package(data, "x.zip")
        assert refused.value.code is code, (name, refused.value)


def test_the_refusal_is_said_and_nothing_is_written(office: tuple[Instance, Path]) -> None:
    tiny, file = office
    file.write_bytes(HOSTILE["up"][0])
    said = tiny.say("intake", file, "--by", "窗口")
    assert said.code == 1
    assert "package.strange-entry" in said.out
    assert "etc/cron" not in said.all
    assert tiny.say("intake", file.with_name("none.zip"), "--by", "窗口").code == 2
    file.write_bytes(packed(RECORD.format("0" * 64).replace("jurisdiction: demo", "jurisdiction: other")))
    assert "[intake.other-jurisdiction]" in (said := tiny.say("intake", file, "--by", "窗口")).out, said.all
    assert tiny.git("for-each-ref", "refs/heads/intake/") == ""
