"""The words of the commands of the trail: audit, checkpoint, trust. Parsing only, so that start-up stays light."""

from __future__ import annotations

import argparse
from pathlib import Path

from zongmu.cli.arguments import Add, add_sub

_ACCOUNT = "账号 account"


def add_audit(add: Add) -> None:
    """Declare the commands of the trail with *add*."""
    audit = add("audit", "核验变更轨迹 verify the change trail")
    what = audit.add_subparsers(dest="what", metavar="WHAT", required=True)
    verify = add_sub(what, "verify", "离线核验一个仓库包 verify a bundle, offline")
    verify.add_argument("source", type=Path, metavar="BUNDLE", help="仓库包或克隆 a bundle, or a clone")
    verify.add_argument(
        "--root", dest="pinned", metavar="ID", help="从外部取得的起点提交 starting commit, from outside"
    )
    verify.add_argument("--root-keys", type=Path, metavar="FILE", help="从外部取得的根公钥 root keys, from outside")
    verify.add_argument("--since", type=Path, metavar="FILE", help="上次的检查点 the last checkpoint")
    verify.add_argument(
        "--former",
        type=Path,
        nargs="+",
        default=(),
        metavar="FILE",
        help="依法改写前的提交与目录 commits and trees before a lawful rewriting",
    )
    verify.add_argument(
        "--known",
        type=Path,
        metavar="FILE",
        help="已查明情形的清单，每行：提交全号 代码 说明 list of irregularities looked into: COMMIT CODE NOTE",
    )
    verify.add_argument("--require", choices=("F", "S"), help="低于此保证级别即不通过 refuse a lower assurance")
    verify.add_argument("--branch", metavar="NAME", help="分支（缺省 HEAD）branch (default: HEAD)")
    verify.add_argument(
        "--as-of", metavar="DATE", help="核验当天（缺省依本机时钟）the day of verifying (default: today)"
    )
    verify.add_argument("--no-cache", action="store_true", help="从头核验 begin anew")
    _output(verify, ("text", "json", "html"))

    report = add_sub(what, "report", "一段时间的审计报告 what an auditor asks of a period")
    report.add_argument("--from", dest="start", required=True, metavar="DATE", help="起 first day")
    report.add_argument("--to", dest="end", required=True, metavar="DATE", help="止 last day")
    report.add_argument("--late", type=int, default=30, metavar="DAYS", help="晚于行为几天算迟（缺省 30）late (30)")
    report.add_argument("--quiet", type=int, default=180, metavar="DAYS", help="几天没有动静（缺省 180）quiet (180)")
    report.add_argument("--near", type=int, default=5, metavar="PERCENT", help="低于界限百分之几以内（缺省 5）near (5)")
    _output(report, ("text", "html", "xlsx", "json"))

    checkpoint = add("checkpoint", "检查点：全部历史的摘要 what the whole history is now")
    checkpoint.add_argument("--at", metavar="REV", help="哪个版本（缺省 HEAD）which revision (default: HEAD)")
    where = checkpoint.add_mutually_exclusive_group()
    where.add_argument("--out", type=Path, metavar="FILE", help="写入文件 write to a file")
    where.add_argument(
        "--publish", action="store_true", help="写到 trust/checkpoints/ 供公布 put where the site takes it"
    )
    checkpoint.add_argument(
        "--verify", type=Path, metavar="FILE", help="核对这个检查点的共签 check who cosigned this one"
    )
    checkpoint.add_argument("--cosigners", type=Path, metavar="FILE", help="共签人公钥 allowed_signers")
    checkpoint.add_argument("--signatures", type=Path, nargs="+", default=(), metavar="SIG", help="共签文件 .sig files")

    _trust(add("trust", "密钥与权限：入职、离岗、换钥、委托 keys and authority"))


def _trust(trust: argparse.ArgumentParser) -> None:
    what = trust.add_subparsers(dest="what", metavar="WHAT", required=True)
    add_sub(what, "init", "写一份起步的权限文件 write a first trust/policy.yaml from the measures")
    new = add_sub(what, "add", "增加账号，或给账号增加密钥 add an account, or a key to one")
    new.add_argument("person", metavar="PERSON", help=_ACCOUNT)
    new.add_argument("--post", metavar="TEXT", help="岗位，不写姓名 post, never a name")
    new.add_argument("--email", metavar="EMAIL", help="提交所用邮箱 e-mail of commits")
    new.add_argument("--organization", metavar="ORG", help="单位 organization")
    new.add_argument("--roles", metavar="A,B", help="职责 roles")
    _key(new, required=False)

    gone = add_sub(what, "retire", "离岗，或停用一把密钥 somebody leaves, or a key is retired")
    gone.add_argument("person", metavar="PERSON", help=_ACCOUNT)
    gone.add_argument("--key", metavar="ID", help="只停用这把 this key only")
    gone.add_argument("--date", metavar="DATE", help="日期（缺省今天）day (default: today)")
    gone.add_argument("--reason", metavar="TEXT", help="原因 reason")

    rotate = add_sub(what, "rotate", "换密钥 change somebody's key")
    rotate.add_argument("person", metavar="PERSON", help=_ACCOUNT)
    _key(rotate, required=True)
    rotate.add_argument("--date", metavar="DATE", help="旧钥停用日期 day the old one is retired")
    rotate.add_argument("--reason", metavar="TEXT", help="原因 reason")

    delegate = add_sub(what, "delegate", "委托他人代行（A/B 岗）let somebody stand in")
    delegate.add_argument("person", metavar="FROM", help="委托人 who delegates")
    delegate.add_argument("to", metavar="TO", help="受托人 who stands in")
    delegate.add_argument("--roles", required=True, metavar="A,B", help="职责 roles")
    delegate.add_argument("--start", required=True, metavar="DATE", help="起 from")
    delegate.add_argument("--end", required=True, metavar="DATE", help="止 until")
    delegate.add_argument("--number", metavar="NUMBER", help="依据文号 document number")

    add_sub(what, "check", "检查信任文件，列出谁有什么权限 check the trust files, list who holds what")

    consent = add_sub(
        what, "consent", "以另一名根人员身份同意信任区改动 agree to a change of trust as another root person"
    )
    consent.add_argument("--sign", type=Path, required=True, metavar="KEY", help="自己的 SSH 密钥 your own SSH key")
    consent.add_argument(
        "--head", metavar="REV", help="所同意的提交（缺省为暂存区）the commit (default: what is staged)"
    )
    consent.add_argument("--as", dest="person", metavar="PERSON", help="首次启用时写账号 account, at adoption only")

    epoch = add_sub(what, "epoch", "依法从历史里去掉内容，并留下记录 take words out of the history by order, on record")
    epoch.add_argument(
        "words",
        type=Path,
        metavar="FILE",
        help="每行一处：原文 或 原文==>替换（- 为标准输入）TEXT or TEXT==>REPLACEMENT",
    )
    epoch.add_argument("--authority", required=True, metavar="TEXT", help="决定机关 who ordered it")
    epoch.add_argument("--ground", required=True, metavar="TEXT", help="法律依据 provision of law")
    epoch.add_argument("--number", metavar="NUMBER", help="文号 document number")
    epoch.add_argument("--date", metavar="DATE", help="日期（缺省今天）day (default: today)")
    epoch.add_argument(
        "--former", type=Path, required=True, metavar="OUT", help="改写前的提交与目录写到哪 former commits and trees"
    )


def _key(command: argparse.ArgumentParser, *, required: bool) -> None:
    command.add_argument("--key", required=required, metavar="FILE", help="公钥或 .pub 文件 public key or .pub file")
    command.add_argument("--from", dest="start", metavar="DATE", help="启用日期 first day")
    command.add_argument("--until", metavar="DATE", help="有效至 last day")


def _output(command: argparse.ArgumentParser, formats: tuple[str, ...]) -> None:
    command.add_argument("--format", choices=formats, default=formats[0], help="输出格式 output format")
    command.add_argument("--out", type=Path, metavar="FILE", help="写入文件 write to a file")
