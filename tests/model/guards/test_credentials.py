"""Passwords, tokens and keys are refused; 密码 as cryptography passes. All credentials are made up."""

from __future__ import annotations

import pytest

from zongmu.model import guards

AWS_EXAMPLE = "AKIA" + "IOSFODNN7EXAMPLE"  # the vendor's own example; split so that scanners of this file stay quiet

FOUND = [
    ("管理员密码：Abc@12345", "password", "Abc@12345"),
    ("初始密码:123456", "password", "123456"),
    ("密码为Zm2026!x请勿外传", "password", "Zm2026!x"),
    ("密码：“hunter22”", "password", "hunter22"),
    ("口令 Admin@123", "password", "Admin@123"),
    ("用户名admin密码admin123", "password", "admin123"),
    ("密\u200b码：abc12345", "password", "abc12345"),
    ("密码：\n  abc12345", "password", "abc12345"),
    ("password=hunter22", "password", "hunter22"),
    ("DB_PASSWORD: s3cretpw", "password", "s3cretpw"),
    ('"password": "hunter22"', "password", "hunter22"),
    ("pwd=letmein", "password", "letmein"),
    ("ｐａｓｓｗｏｒｄ＝ａｂｃ１２３４５", "password", "ａｂｃ１２３４５"),
    ("mysql://root:Passw0rd@192.0.2.1/db", "password", "Passw0rd"),
    ("api_key=abcdefghij0123456789", "token", "abcdefghij0123456789"),
    ("AK：abcdefgh12345678", "token", "abcdefgh12345678"),
    ("secretKey: 0123456789abcdefABCDEF", "token", "0123456789abcdefABCDEF"),
    ("访问密钥：abcDEF123456", "token", "abcDEF123456"),
    ("https://example.gov.cn/a?token=abcdef1234567890", "token", "abcdef1234567890"),
    (AWS_EXAMPLE, "token", AWS_EXAMPLE),
    ("Bearer eyJhbGciOiJI.eyJzdWIiOiIx.abcdefghij", "token", "eyJhbGciOiJI.eyJzdWIiOiIx.abcdefghij"),
    ("-----BEGIN " + "PRIVATE KEY-----", "private_key", "-----BEGIN PRIVATE KEY-----"),
    ("-----BEGIN RSA " + "PRIVATE KEY-----", "private_key", "-----BEGIN RSA PRIVATE KEY-----"),
]

CLEAN = [
    "密码应用方案评估意见",
    "商用密码：SM2、SM3、SM4",
    "密码：SM2/SM3/SM4 算法",
    "密码SM4算法改造，密码：ZUC",
    "密码(GM/T 0054-2018)",
    "密码（GB/T 39786-2021）",
    "商用密码应用安全性评估（密评）报告编号：MP-2026-001",
    "密码机 SJJ1012-A 两台，密码卡、密码模块二级",
    "密码：见附件",
    "口令：不少于8位",
    "密码策略：8位以上并含字母",
    "密码：******，口令：<待填>，password: ${DB_PASSWORD}",
    "密码 2026年12月前完成改造，密码：2026年完成",
    "密钥管理系统，统一身份认证令牌",
    "password policy: required",
    "password: strong and changed every 90 days",
    "token ring, secretary, keyboard: 104",
    "conclusion: pass",
    "key: od26-supervision-0001",
    "https://example.gov.cn:8443/a/b",
]


@pytest.mark.parametrize(("text", "kind", "value"), FOUND)
def test_given_a_credential_then_its_value_is_refused(text: str, kind: str, value: str) -> None:
    hits = [hit for hit in guards.scan(text) if hit.kind == kind]
    assert [(text[hit.start : hit.end], hit.block) for hit in hits] == [(value, True)]


@pytest.mark.parametrize("text", CLEAN)
def test_given_cryptography_or_prose_then_nothing_is_said(text: str) -> None:
    assert guards.thorough(text) == ()
