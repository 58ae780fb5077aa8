"""Marks are refused, words are warned about, and words that only look alike pass."""

from __future__ import annotations

import json

import pytest

from tests.shared import SHARED, needs_shared
from zongmu.model import guards

MARKS = [
    "绝密★启用前",
    "机密★10年",
    "秘密★长期",
    "★机密",
    "机密☆",
    "机密*10年",
    "机密10年",
    "秘密 长期",
    "密级：机密",
    "密　级：　机　密",
    "密级=秘密",
    "密级：详见封面",
    "机 密",
    "绝　密",
    "秘·密",
    "机\u200b密",
    "绝\u00ad密文件",
    "机密〔2026〕3号",
    "系统定为机密级",
    "标题\n机 密\n正文",
    "附件：示例（秘密★5年）.pdf",
]

WORDS = [
    ("秘密", "secrecy_word"),
    ("机密文件", "secrecy_word"),
    ("涉及国家秘密的部分另行办理", "secrecy_word"),
    ("涉密信息系统分级保护（本项目不涉密）", "secrecy_word"),
    ("TOP SECRET", "secrecy_word"),
    ("Top Secret", "secrecy_word"),
    ("CONFIDENTIAL", "secrecy_word"),
    ("密级：", "secrecy_word"),
    ("工作秘密", "internal_mark"),
    ("密级：内部", "internal_mark"),
    ("本文件为内部资料，注意保存", "internal_mark"),
    ("仅供内部使用", "internal_mark"),
    ("内部掌握，不得外传", "internal_mark"),
]

CLEAN = [
    "商用密码应用安全性评估",
    "保密审查意见：同意公开",
    "不属于国家秘密",
    "凡不涉及国家安全、国家秘密和法律、法规未公开禁止的",
    "未涉及任何商业秘密和国家秘密",
    "秘书处",
    "机密性、完整性、可用性",
    "机密计算平台",
    "商业秘密部分另附",
    "随机密码、计算机密码、手机密码重置",
    "随机 密码",
    "- 虚拟主机\n- 密切配合",
    "- 更换主机\n- 密植绿化",
    "- 更换主机\n- 密实度检测",
    "主机密评、发动机密封件、绝密封闭",
    "密集架、气密性检测、功率密度",
    "非涉密政务信息系统，是否涉密：否，本项目不涉密",
    "《中华人民共和国保守国家秘密法》",
    "国家秘密载体印制资质",
    "密级：公开",
    "密级：无",
    "保密级别、密级管理制度",
    "市国家密码管理局，鄂密审〔2027〕示3号",
    "单位内部信息系统，内部控制，内部资料管理系统",
    "不属于内部资料",
    "secretary, confidentiality, client_secret",
]


@pytest.mark.parametrize("text", MARKS)
def test_given_a_mark_then_it_is_refused(text: str) -> None:
    assert ("secrecy_mark", True) in {(hit.kind, hit.block) for hit in guards.scan(text)}


@pytest.mark.parametrize(("text", "kind"), WORDS)
def test_given_a_word_then_it_is_a_warning(text: str, kind: str) -> None:
    assert {(hit.kind, hit.block) for hit in guards.scan(text)} == {(kind, False)}


@pytest.mark.parametrize("text", CLEAN)
def test_given_a_word_that_says_no_secret_then_nothing_is_said(text: str) -> None:
    assert guards.thorough(text) == ()


def test_given_a_graded_line_then_one_hit_covers_label_and_level() -> None:
    text = "封面 密级：机密 正文"
    assert [text[hit.start : hit.end] for hit in guards.scan(text)] == ["密级：机密"]


@needs_shared
def test_given_the_shared_markings_then_each_verdict_is_as_written() -> None:
    for row in json.loads((SHARED / "payloads/own/secrecy_markings.json").read_text("utf-8")):
        hits = guards.scan(row["text"])
        verdict = "block" if any(hit.block for hit in hits) else "warn" if hits else "OK"
        assert verdict == row["verdict"], row["text"]
