"""The words of the commands of review: sign off, compare, gate. Parsing only, so that start-up stays light."""

from __future__ import annotations

import argparse
from pathlib import Path

from zongmu.cli.arguments import Add, add_signing


def add_review(add: Add) -> None:
    """Declare the commands of review with *add*."""
    approve = add("approve", "签认里程碑 sign off recorded milestones")
    approve.add_argument(
        "targets",
        nargs="+",
        metavar="PROJECT[/MILESTONE[@DIGEST]]",
        help="只写项目则签认全部待签认的；@摘要：与所看的不同即不签 a project alone: all that waits; @DIGEST: only as looked at",
    )
    _signing(approve)

    acknowledge = add("acknowledge", "确认一项违规（不掩盖它） take note of a breach, which stays visible")
    acknowledge.add_argument("project", metavar="PROJECT")
    acknowledge.add_argument("rule", metavar="RULE", help="规则编号 id of the rule")
    acknowledge.add_argument("--key", metavar="KEY", help="哪个里程碑或行 which milestone or row")
    acknowledge.add_argument("--reason", required=True, metavar="TEXT", help="理由 the reason")
    acknowledge.add_argument("--number", metavar="NUMBER", help="文号 document number")
    acknowledge.add_argument(
        "--base", metavar="REV", help="与该版本相比才有的违规 breaches that only a comparison shows"
    )
    _signing(acknowledge)

    diff = add("diff", "一次改动在办法上意味着什么 what a change means in the terms of the law")
    _change(diff)
    diff.add_argument("--as-of", metavar="DATE", help="裁决日 the day to judge on")
    diff.add_argument("--format", choices=("text", "markdown", "json"), default="text", help="输出格式 output format")

    gate = add("gate", "关口：裁决一次提案能否并入 decide whether a proposal may be merged")
    gate.add_argument("--base", required=True, metavar="REV", help="目标分支 the branch that would take it")
    gate.add_argument("--head", required=True, metavar="REV", help="提案 the proposal")
    gate.add_argument(
        "--pusher", metavar="ACCOUNT", help="推送人账号（缺省取自服务器） who pushes (default: as the server says)"
    )
    gate.add_argument(
        "--closed",
        action="store_true",
        help="没有别的审核：信任区、代码区只收有名账号 no other review: named accounts only",
    )
    gate.add_argument("--max-files", type=int, default=2000, metavar="N", help="文件数上限 most files of one change")
    gate.add_argument("--comment", type=Path, metavar="FILE", help="把合并请求的评论写入 write the comment to")
    gate.add_argument(
        "--format",
        choices=("text", "json", "github", "sarif", "codequality", "junit"),
        default="text",
        help="输出格式 output format",
    )
    gate.add_argument(
        "--report",
        type=Path,
        metavar="FILE",
        help="另把 SARIF、codequality 或 junit 写入（按扩展名 .sarif/.json/.xml） also write",
    )
    gate.add_argument(
        "--suggestions",
        type=Path,
        metavar="FILE",
        help="把可一键采纳的修改建议写入（GitHub 审阅） click-to-apply suggestions",
    )
    gate.add_argument(
        "--propose", action="store_true", help="只是提出：待人处理不算失败 a proposal only: what needs a person passes"
    )

    comment = add("comment", "把关口写出的评论放到合并请求上，原处更新 put the gate's comment on the merge request")
    comment.add_argument("file", type=Path, metavar="FILE", help="zongmu gate --comment 写出的文件 what the gate wrote")
    comment.add_argument("--forge", choices=("gitlab", "gitea"), required=True, help="平台 the forge")
    comment.add_argument("--at", required=True, metavar="ADDRESS", help="仓库网址 address of the repository")
    comment.add_argument("--request", required=True, type=int, metavar="NUMBER", help="合并请求的编号 its number")
    comment.add_argument(
        "--suggestions",
        type=Path,
        metavar="FILE",
        help="zongmu gate --suggestions 写出的修改建议（GitLab） suggestions to click (GitLab)",
    )
    comment.add_argument("--account", metavar="NAME", help="令牌的账号（缺省问平台）whose token it is")

    hook = add("hook", "Git 钩子：安装，或由 Git 调用 Git hooks: install them, or be called by Git")
    hook.add_argument("action", choices=("install", "pre-receive", "pre-push", "pre-commit"))
    hook.add_argument("dir", nargs="?", type=Path, metavar="DIR", help="仓库（裸仓库装 pre-receive） the repository")
    hook.add_argument("--to", type=Path, metavar="FILE", help="写到这里 where to write it")
    hook.add_argument("--branch", metavar="REF", help="主分支全名（缺省为 HEAD 所指） main branch, full name")

    driver = add("merge-driver", "由 Git 调用：按里程碑合并一个登记文件 called by Git: join one record by identity")
    for name in ("base", "ours", "theirs"):
        driver.add_argument(name, type=Path)
    driver.add_argument("path")

    update = add("update", "把分支更新到目标分支之上 bring a branch up to date, joined by identity")
    update.add_argument("branch", metavar="BRANCH")
    update.add_argument("--onto", default="main", metavar="REV", help="目标分支（缺省 main） target branch")

    reviewers = add("reviewers", "一次改动须由谁同意 whose approval a change needs")
    _change(reviewers)
    reviewers.add_argument("--format", choices=("text", "json"), default="text", help="输出格式 output format")

    owners = add("codeowners", "生成代码托管平台的责任人文件 write the forge's file of owners")
    owners.add_argument("--forge", choices=("github", "gitlab", "gitea"), default="github")
    owners.add_argument("--check", action="store_true", help="过期即失败 fail when stale")

    verdicts = add("verdicts", "两个版本的办法各自裁决，列出差异 every record under two versions of the law")
    verdicts.add_argument("base", metavar="BASE")
    verdicts.add_argument("head", metavar="HEAD")
    verdicts.add_argument("--as-of", metavar="DATE", help="裁决日 the day to judge on")
    verdicts.add_argument("--format", choices=("text", "json"), default="text", help="输出格式 output format")

    queue = add("queue", "某一职责、单位的待办，按期限排列 what waits for a role or a body, by its last day")
    queue.add_argument("--role", metavar="ROLE", help="职责 role")
    queue.add_argument(
        "--body",
        metavar="BODY",
        help="单位的名称或编号：该单位自己的待办 a body, by name or id: what it has to do itself",
    )
    queue.add_argument("--jurisdiction", metavar="ID", help="只列一个辖区的 of one jurisdiction only")
    queue.add_argument("--since", metavar="REV", help="标出该版本之后有变动的 mark what changed since this revision")
    queue.add_argument(
        "--seen",
        action="store_true",
        help="记住这次所看的，下次只标之后的变动 remember this look: later ones mark what is new",
    )
    queue.add_argument(
        "--proposals",
        nargs="?",
        const="",
        metavar="REFS",
        help="也列出未合并的分支（缺省为本地和远端的全部） also branches that are not merged, here and of the remotes",
    )
    queue.add_argument("--as-of", metavar="DATE", help="截至日 the day to judge on")
    queue.add_argument("--format", choices=("text", "json", "html"), default="text", help="输出格式 output format")
    queue.add_argument("--out", type=Path, metavar="FILE", help="写入文件 write to a file")


def _change(command: argparse.ArgumentParser) -> None:
    command.add_argument("base", metavar="BASE", help="要并入的分支 the branch that would take the change")
    command.add_argument(
        "head", nargs="?", metavar="HEAD", help="改动（缺省为工作区） the change (default: the work tree)"
    )


def _signing(command: argparse.ArgumentParser) -> None:
    add_signing(command)
    command.add_argument("--forge", metavar="NAME", help="凭据：平台 evidence: forge")
    command.add_argument("--request", metavar="NUMBER", help="凭据：合并请求 evidence: merge request")
    command.add_argument("--at", metavar="COMMIT", help="凭据：所审提交 evidence: the commit that was reviewed")
    command.add_argument(
        "--sign", type=Path, metavar="KEY", help="用自己的 SSH 密钥签名（S 级）sign with your own SSH key (level S)"
    )
