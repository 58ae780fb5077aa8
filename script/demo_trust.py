"""Makes a demonstration history at level S, with plain Git and ssh-keygen, and verifies it.

    script/demo-trust [--site] DIR

In DIR: registry/ (the repository), keys/ (throw-away keys), registry.bundle, roots.pub, auditors, first.checkpoint with its
cosignature, and report.html; with --site also site/, which serves the checkpoint. Several roles, a deputy, a changed key, a
checkpoint that an outsider cosigned and that was published. Everything in it is fictitious.
生成一段 S 级演示历史并核验，--site 另建网站；全部虚构。Exit 0, or 1 when a step fails.
"""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
from pathlib import Path

from zongmu.cli.main import main as zongmu

ACCOUNTS = {
    "root-a": ("信任管理岗甲", "", "root"),
    "root-b": ("信任管理岗乙", "", "root"),
    "merge-service": ("合并服务", "", "forge"),
    "water-clerk": ("填报岗", "shili/water", "department"),
    "finance-a": ("预算岗 A", "shili/finance", "finance"),
    "finance-b": ("预算岗 B", "shili/finance", ""),
}
POLICY = """\
# 谁可以做什么。改动须两名根人员同意。Who may do what; a change needs two root persons.
format: 1
roots: 2
land: [forge]
edit:
  - {role: department, own: true}
code: [root]
confirm:
  - {kind: approved, role: finance, level: S}
"""
PROJECT = """\
format: 1
id: shili-2026-000{n}
jurisdiction: shili
name: 示例水务平台{n}（演示）
owner: shili/water

milestones:
  - kind: declared
    date: 2026-10-0{n}
    total: 48{n}万元
  - kind: approved
    date: 2026-10-2{n}
    body: shili/finance
    number: 示财〔2026〕{n}号
    total: 48{n}万元
"""


class Demonstration:
    """One folder in which it all happens, with a clock of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.root = folder / "registry"
        self.keys = folder / "keys"
        self.hours = 0

    def run(self, *command: str, stdin: str | None = None, **env: str) -> str:
        """The output of a program."""
        done = subprocess.run(
            command,
            cwd=self.root if self.root.exists() else self.folder,
            env=os.environ | {"GIT_CONFIG_GLOBAL": "/dev/null"} | env,
            input=stdin,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise SystemExit(f"{' '.join(command[:3])}: {done.stderr}")
        return done.stdout

    def zongmu(self, *words: str, ok: tuple[int, ...] = (0,)) -> str:
        """The output of a command of zongmu, run in the repository."""
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            status = zongmu(["--root", str(self.root), *words])
        if status not in ok:
            raise SystemExit(f"zongmu {' '.join(words[:3])}: exit {status}\n{out.getvalue()}")
        return out.getvalue()

    def key(self, name: str) -> str:
        """The file of a person's key, made on first use."""
        file = self.keys / name
        if not file.exists():
            self.keys.mkdir(exist_ok=True)
            self.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(file))
        return str(file)

    def write(self, path: str, text: str) -> None:
        """A file of the registry."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def commit(self, message: str, by: str, author: str | None = None) -> None:
        """Commit everything, signed by *by*, an hour after the last commit."""
        self.hours += 1
        clock = f"2026-11-{2 + self.hours // 24:02}T{self.hours % 24:02}:00:00+08:00"
        names: dict[str, str] = {}
        for part, who in (("AUTHOR", author or by), ("COMMITTER", by)):
            names |= {f"GIT_{part}_NAME": who, f"GIT_{part}_EMAIL": mail(who), f"GIT_{part}_DATE": clock}
        self.run("git", "add", "-A")
        signing = ("-c", "gpg.format=ssh", "-c", f"user.signingKey={self.key(by)}")
        self.run("git", *signing, "commit", "-q", "-S", "-F", "-", stdin=message, **names)

    def landed(self, message: str, author: str) -> None:
        """What the merge service commits for somebody, squashed onto the main line."""
        self.commit(message, "merge-service", author)

    def agreed(self, message: str) -> None:
        """A change of trust: one root person commits, another consents."""
        self.run("git", "add", "-A")
        said = self.zongmu("trust", "consent", "--sign", self.key("root-b"))
        line = next(line for line in said.splitlines() if line.startswith("Zongmu-Consent: "))
        self.commit(f"{message}\n\n{line}\n", "root-a")


def mail(name: str) -> str:
    return f"{name}@registry.example"


def tell(demo: Demonstration) -> None:
    """The story."""
    with contextlib.redirect_stdout(io.StringIO()):
        zongmu(["init", str(demo.root), "--jurisdiction", "shili", "--name", "示例市", "--region", "110000"])
    settings = (demo.root / "registry/registry.yaml").read_text(encoding="utf-8")
    demo.write("registry/registry.yaml", settings.replace("assurance: none", "assurance: S"))
    for name, title, holds in (
        ("water", "示例水务局（演示）", ""),
        ("finance", "示例财政局（演示）", "holds: [finance]\n"),
    ):
        text = f"format: 1\nid: shili/{name}\njurisdiction: shili\nname: {title}\n{holds}"
        demo.write(f"registry/organizations/shili/{name}.yaml", text)
    demo.write("trust/policy.yaml", POLICY)
    for name, (post, organization, roles) in ACCOUNTS.items():
        words = ["trust", "add", name, "--post", post, "--email", mail(name), "--key", demo.key(name) + ".pub"]
        words += ["--organization", organization] if organization else []
        # The list is not in order before it names two root persons.
        demo.zongmu(*words, *(["--roles", roles] if roles else []), ok=(0, 1))
    demo.run("git", "init", "-q", "-b", "main")
    demo.commit("Begin the registry", "root-a")

    demo.write("registry/projects/shili/water/shili-2026-0001.yaml", PROJECT.format(n=1))
    demo.landed("Record the first project", "water-clerk")
    approve(demo, "shili-2026-0001/approved", "finance-a", "finance-a")
    demo.landed("Endorse its approval", "finance-a")
    publish(demo)

    days = ("--start", "2026-11-01", "--end", "2026-11-30", "--number", "示财办〔2026〕9号")
    demo.zongmu("trust", "delegate", "finance-a", "finance-b", "--roles", "finance", *days)
    demo.agreed("Let the deputy of finance stand in during November")
    demo.write("registry/projects/shili/water/shili-2026-0002.yaml", PROJECT.format(n=2))
    demo.landed("Record the second project", "water-clerk")
    approve(demo, "shili-2026-0002/approved", "finance-b", "finance-b")
    demo.landed("Endorse its approval, by the deputy", "finance-b")

    new = demo.key("finance-a-new")
    demo.zongmu("trust", "rotate", "finance-a", "--key", new + ".pub", "--date", "2026-11-02", "--reason", "UKey 更换")
    demo.agreed("Change the key of finance")
    demo.write("registry/projects/shili/water/shili-2026-0003.yaml", PROJECT.format(n=3))
    demo.landed("Record the third project", "water-clerk")
    approve(demo, "shili-2026-0003/approved", "finance-a", "finance-a-new")
    demo.landed("Endorse its approval, with the new key", "finance-a")


def publish(demo: Demonstration) -> None:
    """A checkpoint goes to the auditor, is cosigned, and stands on the site from the next build on."""
    demo.zongmu("checkpoint", "--publish")
    (public,) = (demo.root / "trust/checkpoints").iterdir()
    demo.run("ssh-keygen", "-q", "-Y", "sign", "-n", "zongmu-checkpoint", "-f", demo.key("audit-office"), str(public))
    signature = public.with_name(f"{public.name}.sig").rename(public.with_suffix(".audit-office.sig"))
    for file, kept in ((public, "first.checkpoint"), (signature, "first.checkpoint.sig")):
        (demo.folder / kept).write_bytes(file.read_bytes())
    demo.commit("Publish a checkpoint", "root-a")


def approve(demo: Demonstration, what: str, by: str, key: str) -> None:
    words = ("--role", "finance", "--by", by, "--date", "2026-11-02", "--sign", demo.key(key))
    demo.zongmu("approve", what, *words)


def verify(demo: Demonstration) -> str:
    """What the auditor does."""
    roots = "".join((demo.keys / f"{name}.pub").read_text() for name in ("root-a", "root-b"))
    (demo.folder / "roots.pub").write_text(roots)
    (demo.folder / "auditors").write_text("audit-office " + (demo.keys / "audit-office.pub").read_text())
    checkpoint, bundle = demo.folder / "first.checkpoint", demo.folder / "registry.bundle"
    demo.run("git", "bundle", "create", "-q", str(bundle), "HEAD", "main")
    first = demo.run("git", "rev-list", "--max-parents=0", "HEAD").strip()
    said = demo.zongmu("checkpoint", "--verify", str(checkpoint), "--cosigners", str(demo.folder / "auditors"),
                       "--signatures", str(checkpoint) + ".sig")  # fmt: skip
    words: tuple[str, ...] = (
        "audit",
        "verify",
        str(bundle),
        "--root",
        first,
        "--root-keys",
        str(demo.folder / "roots.pub"),
    )
    words += ("--since", str(checkpoint), "--require", "S", "--as-of", "2026-11-30", "--no-cache")
    demo.zongmu(*words, "--format", "html", "--out", str(demo.folder / "report.html"))
    return said + demo.zongmu(*words)


def main(argv: list[str]) -> int:
    """Runs the command."""
    site = "--site" in argv
    argv = [word for word in argv if word != "--site"]
    if len(argv) != 1 or argv[0].startswith("-"):
        print(__doc__, file=sys.stderr)
        return 2
    folder = Path(argv[0]).resolve()
    if folder.exists() and any(folder.iterdir()):
        print(f"{folder}: 不是空目录 not an empty folder", file=sys.stderr)
        return 2
    folder.mkdir(parents=True, exist_ok=True)
    demo = Demonstration(folder)
    tell(demo)
    print(verify(demo), end="")
    if site:
        demo.zongmu("build", "--out", str(folder / "site"))
        print(f"{folder / 'site/changes/trail.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
