"""``trust/keys.yaml`` and ``trust/policy.yaml``: whose keys count, and who may do what.

Both belong to the trust zone: a change needs two root persons. They are read from the *parent* of the change that they
judge, so nobody can let himself in. Persons are accounts and posts, never names.
"""

from __future__ import annotations

import re
from typing import Annotated, Final, Literal

from pydantic import Field, StrictBool, StrictInt

from zongmu.model.base import Code, Format, JurisdictionId, Line, Maybe, OrgRef, Seq, Slug, Strict, may, need, rows
from zongmu.model.record_types import RecordType
from zongmu.model.scalars import Day, Money

ROOT: Final = "root"
"""The role of those who may change trust and checks, two at a time."""
FORGE: Final = "forge"
"""The role of the merge service."""

Account = Annotated[
    str, Field(strict=True, pattern=r"^[A-Za-z0-9][A-Za-z0-9._+-]*@[A-Za-z0-9][A-Za-z0-9.-]*$", max_length=120)
]
PublicKey = Annotated[
    str, Field(strict=True, pattern=r"^[a-z0-9@.-]+ [A-Za-z0-9+/]+={0,2}(?: [^\n\r]{1,80})?$", max_length=1200)
]
Path = Annotated[str, Field(strict=True, pattern=r"^[a-z_]+(?:/[A-Za-z0-9_.-]+)*$", max_length=120)]
Level = Literal["F", "S"]


class Retired(Strict):
    """From the change that says so, the key counts no more. What it signed before stays signed."""

    date: Day = need("停用日期", "Day")
    reason: Line = need("原因", "Reason", d="I")


class Key(Strict):
    """A key of one person."""

    id: Slug = need("密钥编号", "Id")
    public: PublicKey = need(
        "公钥", "Public key", ("OpenSSH 格式，如 ssh-ed25519 AAAA…", "As OpenSSH writes it"), d="I"
    )
    start: Maybe[Day] = may("启用日期", "First day", alias="from")
    until: Maybe[Day] = may("有效至", "Last day")
    retired: Maybe[Retired] = may("停用", "Retired")


class Person(Strict):
    """An account: a post of an office, or a service. Never a person's name."""

    id: Slug = need("账号", "Account")
    post: Line = need("岗位", "Post", d="I")
    email: Account = need("提交邮箱", "E-mail of commits", ("提交所记的作者邮箱", "As in author lines"), d="I")
    organization: Maybe[OrgRef] = may("单位", "Organization")
    roles: tuple[Code, ...] = rows("职责", "Roles", codes="role")
    left: Maybe[Day] = may("离岗日期", "Left on", ("从此不再有任何权限", "No authority from then on"))
    keys: tuple[Key, ...] = rows("密钥", "Keys", d="I")


class Delegation(Strict):
    """For some days another account may act in a role (A/B 岗)."""

    seq: Seq = need("序号", "Number")
    giver: Slug = need("委托人", "From", alias="from")
    to: Slug = need("受托人", "To")
    roles: tuple[Code, ...] = need("职责", "Roles", min_length=1, codes="role")
    start: Day = need("起", "Start")
    end: Day = need("止", "End")
    number: Maybe[Line] = may("依据文号", "Document number")


class Keys(Strict):
    """``trust/keys.yaml``."""

    format: Format = need("格式版本", "Format", change="frozen")
    people: tuple[Person, ...] = need("人员", "People", min_length=1)
    delegations: tuple[Delegation, ...] = rows("委托", "Delegations")


class Editors(Strict):
    """Accounts of a role may author changes of records."""

    role: Code = need("职责", "Role", codes="role")
    own: Maybe[StrictBool] = may(
        "限本单位", "Own only", ("只能改本单位的项目", "Only projects of the account's organization")
    )


class FieldRule(Strict):
    """Who may change one field of a project, everything below it included."""

    field: Path = need("字段", "Field", ("如 class、milestones/approved", "Such as class, milestones/approved"))
    roles: tuple[Code, ...] = need("职责", "Roles", min_length=1, codes="role")


class Threshold(Strict):
    """Above an amount a personal signature is asked for."""

    field: Code = need("金额字段", "Field of the amount")
    above: Money = need("超过", "Above")


class Confirmation(Strict):
    """A kind of milestone that takes effect when somebody in a role has endorsed it."""

    kind: Code = need("里程碑种类", "Milestone kind")
    jurisdiction: Maybe[JurisdictionId] = may("辖区", "Jurisdiction", ("缺省为全部", "Absent: all of them"))
    role: Code = need("职责", "Role", codes="role")
    level: Maybe[Level] = may(
        "保证级别", "Level", ("缺省按 registry.yaml", "Absent: as registry.yaml says"), codes="assurance"
    )
    signed: Maybe[Threshold] = may("须本人签名", "Personal signature")


class Policy(Strict):
    """``trust/policy.yaml``. The level of assurance itself stands in ``registry/registry.yaml``."""

    format: Format = need("格式版本", "Format", change="frozen")
    roots: Annotated[StrictInt, Field(ge=2, le=9)] = need(
        "根人员数", "Root persons", ("改动信任区与 checks/ 须几人同意", "How many must agree on trust and checks")
    )
    land: tuple[Code, ...] = need(
        "合入职责", "Roles that land", ("谁的密钥可以签提交", "Whose keys may sign commits"), min_length=1, codes="role"
    )
    edit: tuple[Editors, ...] = need("填报职责", "Roles that edit", min_length=1)
    code: tuple[Code, ...] = rows("程序职责", "Roles for code and pages", codes="role")
    fields: tuple[FieldRule, ...] = rows("字段权限", "Fields")
    confirm: tuple[Confirmation, ...] = rows("须签认的里程碑", "Milestones to endorse")


KEYS_PATH: Final = "trust/keys.yaml"
POLICY_PATH: Final = "trust/policy.yaml"
SETTINGS_PATH: Final = "registry/registry.yaml"

KEYS: Final = RecordType(
    "keys",
    "密钥",
    "Keys",
    re.compile(re.escape(KEYS_PATH)),
    KEYS_PATH,
    Keys,
    {"people": ("id",), "delegations": ("seq",)},
)
POLICY: Final = RecordType(
    "policy",
    "权限",
    "Policy",
    re.compile(re.escape(POLICY_PATH)),
    POLICY_PATH,
    Policy,
    {"edit": ("role",), "fields": ("field",), "confirm": ("kind", "jurisdiction")},
)
TRUST_TYPES: Final = (KEYS, POLICY)
