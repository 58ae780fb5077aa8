"""Attacks on a registry's history, each a small real repository.

An attack gets an honest registry and does its worst. What must come of it is declared beside it: the code under which
the verifier refuses, ``neutral`` where it has no effect, or ``checkpoint`` where only an outside copy of a checkpoint shows it.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from tests.trust.history import (
    HOUR,
    OTHER,
    PEOPLE,
    POLICY,
    PROJECT,
    SETTINGS,
    SIGNED,
    History,
    Made,
    digest_of,
    endorsements,
    keys,
    project,
    row,
    signature_header,
    who,
)
from tests.trust.verifying import verified
from zongmu.trust.signatures.sshsig import CHECKPOINT, GIT, armor

WATER: Final = project("shili-2026-0001", "water")
ORGANIZATION: Final = "registry/organizations/shili/water.yaml"

Build = Callable[[History], None]


@dataclass(frozen=True)
class Attack:
    """``level``: the registry's assurance. ``root``: verify from ``first`` or ``head`` commit that was honest."""

    build: Build
    caught: str
    level: str = "F"


ATTACKS: Final[dict[str, Attack]] = {}


def attack(caught: str, level: str = "F") -> Callable[[Build], Build]:
    """Enter a function in the list."""

    def enter(build: Build) -> Build:
        ATTACKS[build.__name__] = Attack(build, caught, level)
        return build

    return enter


def edited(**more: str) -> str:
    return project("shili-2026-0001", "water", **more)


def published(made: History) -> None:
    """Somebody keeps the checkpoint of what stands now."""
    made.seen = verified(made).checkpoint


def head(made: History) -> Made:
    assert made.head is not None
    return made.head


# --- spoofing ---------------------------------------------------------------------------------------------------------


@attack("trust.signed-for-another")
def author_is_somebody_else(h: History) -> None:
    h.commit({PROJECT: edited(name="改")}, signer=who("bureau"), author=who("finance"), committer=who("bureau"))


@attack("trust.signed-for-another")
def committer_is_somebody_else(h: History) -> None:
    h.landed({PROJECT: edited(name="改")}, committer=who("root-a"))


@attack("trust.unknown-author")
def author_nobody_knows(h: History) -> None:
    h.landed({PROJECT: edited(name="改")}, by="stranger")


@attack("trust.unknown-author")
def the_service_as_author(h: History) -> None:
    h.landed({PROJECT: edited(name="改")}, by="forge")


@attack("trust.unknown-key")
def key_nobody_knows(h: History) -> None:
    h.commit({PROJECT: edited(name="改")}, signer=who("stranger"), author=who("clerk"), committer=who("forge"))


@attack("trust.unsigned")
def no_signature(h: History) -> None:
    h.commit({PROJECT: edited(name="改")}, author=who("clerk"), committer=who("forge"))


@attack("trust.may-not-land")
def a_clerk_pushes_by_himself(h: History) -> None:
    h.commit({PROJECT: edited(name="改")}, signer=who("clerk"))


# --- time -------------------------------------------------------------------------------------------------------------


@attack("trust.clock-runs-back")
def backdated(h: History) -> None:
    h.landed({PROJECT: edited(name="改")}, time=head(h).time - 86_400)


@attack("trust.clock-runs-back")
def expired_key_with_an_old_date(h: History) -> None:
    h.trust({"trust/keys.yaml": keys(key={"forge": {"until": "2026-09-22"}})})
    h.trust({"trust/policy.yaml": POLICY + "# later\n"}, time=head(h).time + 10 * 86_400)
    h.landed({PROJECT: edited(name="改")}, time=head(h).time - 10 * 86_400)


@attack("trust.clock-runs-back")
def ten_minutes_back_at_every_commit(h: History) -> None:
    h.landed({PROJECT: edited(name="一")}, time=head(h).time - 540)
    h.landed({PROJECT: edited(name="二")}, time=head(h).time - 540)


@attack("trust.unknown-key")
def expired_key_on_an_old_branch(h: History) -> None:
    old = head(h)
    policy = POLICY.replace("[forge, ", "[forge, finance, ")
    h.trust({"trust/keys.yaml": keys(key={"finance": {"until": "2026-09-22"}}), "trust/policy.yaml": policy})
    h.trust({"trust/policy.yaml": policy + "# later\n"}, time=head(h).time + 10 * 86_400)
    main = head(h)
    changed = {OTHER: project("shili-2026-0002", "roads", name="改")}
    # Its time is before the expiry and after its parent's: nothing is wrong with the branch itself.
    side = h.commit(changed, signer=who("finance"), author=who("finance"), parents=[old], move=False)
    h.commit(changed, signer=who("forge"), author=who("roads"), parents=[main, side], time=main.time + HOUR)


@attack("trust.clock-ahead")
def dated_after_the_audit(h: History) -> None:
    h.landed({PROJECT: edited(name="改")}, time=head(h).time + 365 * 86_400)
    h.landed({PROJECT: edited(name="又改")})


@attack("trust.unknown-key")
def expired_key(h: History) -> None:
    h.trust({"trust/keys.yaml": keys(key={"forge": {"until": "2026-09-22"}})})
    h.landed({PROJECT: edited(name="改")}, time=head(h).time + 10 * 86_400)


@attack("trust.unknown-key")
def key_before_its_first_day(h: History) -> None:
    h.trust({"trust/keys.yaml": keys(key={"forge": {"from": "2027-01-01"}})})
    h.landed({PROJECT: edited(name="改")})


@attack("trust.unknown-key")
def retired_key(h: History) -> None:
    h.trust({"trust/keys.yaml": keys(key={"forge": {"retired": {"date": "2026-09-21", "reason": "遗失"}}})})
    h.landed({PROJECT: edited(name="改")})


@attack("trust.unknown-author")
def author_who_left(h: History) -> None:
    h.trust({"trust/keys.yaml": keys(person={"clerk": {"left": "2026-09-20"}})})
    h.landed({PROJECT: edited(name="改")})


@attack("trust.unknown-key")
def retired_key_on_an_old_branch(h: History) -> None:
    old = head(h)
    h.trust(
        {
            "trust/keys.yaml": keys(key={"forge": {"retired": {"date": "2026-09-21", "reason": "遗失"}}}),
            "trust/policy.yaml": POLICY.replace("[forge, ", "[forge, finance, "),
        }
    )
    main = head(h)
    side = h.commit(
        {OTHER: project("shili-2026-0002", "roads", name="改")},
        signer=who("forge"),
        author=who("roads"),
        parents=[old],
        move=False,
    )
    merged = h.commit(
        {OTHER: project("shili-2026-0002", "roads", name="改")},
        signer=who("bureau"),
        parents=[main, side],
        move=False,
        time=main.time + HOUR,
    )
    h.move(merged)


# --- spelling ---------------------------------------------------------------------------------------------------------


def _respelled(h: History, change: Callable[[bytes], bytes]) -> None:
    made = h.landed({PROJECT: edited(name="改")})
    h.raw(change(h.bytes_of(made)))


@attack("trust.odd-commit")
def a_second_signature_header(h: History) -> None:
    _respelled(
        h,
        lambda raw: raw.replace(
            b"\n\nchange", b"\n" + signature_header(who("forge").sign(b"x", GIT))[:-1] + b"\n\nchange"
        ),
    )


@attack("trust.odd-commit")
def a_signature_for_the_other_hash(h: History) -> None:
    _respelled(
        h,
        lambda raw: raw.replace(
            b"\n\nchange", b"\ngpgsig-sha256 -----BEGIN SSH SIGNATURE-----\n x\n -----END SSH SIGNATURE-----\n\nchange"
        ),
    )


@attack("trust.odd-commit")
def a_tag_merged_into_the_header(h: History) -> None:
    tag = b"mergetag object " + b"0" * 40 + b"\n type commit\n tag v1\n tagger x <x@x> 1 +0000\n \n approved\n"
    h.landed({PROJECT: edited(name="改")}, headers=tag)


@attack("trust.odd-commit")
def an_encoding_header(h: History) -> None:
    h.landed({PROJECT: edited(name="改")}, headers=b"encoding GB18030\n")


@attack("trust.odd-commit")
def an_unknown_header(h: History) -> None:
    h.landed({PROJECT: edited(name="改")}, headers=b"approved-by finance\n")


@attack("trust.bad-signature")
def a_broken_line_of_the_signature(h: History) -> None:
    def change(raw: bytes) -> bytes:
        at = raw.index(b"U1NIU0lH") + 40
        return raw[:at] + b"\n " + raw[at:]

    _respelled(h, change)


@attack("trust.bad-signature")
def unused_bits_of_base64(h: History) -> None:
    made = h.landed({PROJECT: edited(name="改")})
    raw = h.bytes_of(made)
    end = raw.index(b"\n -----END")
    assert raw[end - 1 : end] == b"="
    letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    at = end - (3 if raw[end - 2 : end] == b"==" else 2)
    other = letters[letters.index(raw[at]) ^ 1]
    h.raw(raw[:at] + bytes([other]) + raw[at + 1 :])


@attack("trust.bad-signature")
def another_scalar_of_the_same_signature(h: History) -> None:
    order = 2**252 + 27742317777372353535851937790883648493

    def change(raw: bytes) -> bytes:
        begin = raw.index(b"gpgsig ")
        end = raw.index(b"-----END SSH SIGNATURE-----\n", begin) + 28
        body = raw[begin:end].split(b"-----\n", 1)[1].rsplit(b"\n -----END", 1)[0].replace(b"\n ", b"")
        blob = base64.b64decode(body)
        scalar = int.from_bytes(blob[-32:], "little") + order
        return raw[:begin] + signature_header(blob[:-32] + scalar.to_bytes(32, "little")) + raw[end:]

    _respelled(h, change)


@attack("trust.bad-signature")
def signature_of_another_commit(h: History) -> None:
    one = h.bytes_of(h.landed({PROJECT: edited(name="改")}))
    sig = one[one.index(b"gpgsig ") : one.index(b"-----END SSH SIGNATURE-----\n") + 28]
    other = h.landed({PROJECT: edited(name="又改")})
    raw = h.bytes_of(other)
    begin, end = raw.index(b"gpgsig "), raw.index(b"-----END SSH SIGNATURE-----\n") + 28
    h.raw(raw[:begin] + sig + raw[end:])


@attack("trust.bad-signature")
def signature_made_for_something_else(h: History) -> None:
    made = h.commit({PROJECT: edited(name="改")}, author=who("clerk"), committer=who("forge"), move=False)
    raw = h.bytes_of(made)
    at = raw.index(b"\n\n") + 1
    h.raw(raw[:at] + signature_header(who("forge").sign(raw, "file")) + raw[at:])


@attack("trust.bad-objects")
def text_after_a_nul(h: History) -> None:
    h.landed({PROJECT: edited(name="改")}, message="change\0hidden")


# --- merges -----------------------------------------------------------------------------------------------------------


def _merge(
    h: History,
    side: dict[str, str],
    result: dict[str, str | None],
    *,
    side_signer: str | None = "forge",
    flip: bool = False,
    signer: str = "forge",
    author: str = "bureau",
) -> None:
    base = head(h)
    branch = h.commit(
        side,
        signer=who(side_signer) if side_signer else None,
        author=who("roads"),
        committer=who("forge"),
        parents=[base],
        move=False,
    )
    main = h.landed({PROJECT: edited(name="主线")}, parents=[base])
    published(h)
    over = [branch, main] if flip else [main, branch]
    h.commit(result, signer=who(signer), author=who(author), parents=over, time=main.time + HOUR)


ROADS = project("shili-2026-0002", "roads", name="支线")


@attack("neutral")
def honest_merge(h: History) -> None:
    _merge(h, {OTHER: ROADS}, {OTHER: ROADS})


@attack("trust.unsigned")
def unsigned_content_under_a_signed_merge(h: History) -> None:
    _merge(h, {OTHER: ROADS}, {OTHER: ROADS}, side_signer=None)


@attack("trust.merge-content")
def evil_merge(h: History) -> None:
    _merge(h, {OTHER: ROADS}, {OTHER: ROADS, PROJECT: edited(total="900万元")})


@attack("trust.merge-content")
def merge_that_drops_a_change(h: History) -> None:
    _merge(h, {OTHER: ROADS}, {})


@attack("trust.merge-content")
def both_sides_changed_one_file(h: History) -> None:
    base = head(h)
    branch = h.landed({PROJECT: edited(name="支线")}, parents=[base], move=False)
    main = h.landed({PROJECT: edited(name="主线")}, parents=[base])
    h.commit({PROJECT: edited(name="支线")}, signer=who("forge"), author=who("bureau"), parents=[main, branch])


@attack("trust.merge-shape")
def merge_of_three(h: History) -> None:
    base = head(h)
    one = h.landed({OTHER: ROADS}, by="roads", parents=[base], move=False)
    two = h.landed({PROJECT: edited(name="二")}, parents=[base], move=False)
    main = h.landed(
        {"registry/projects/shili/water/shili-2026-0009.yaml": project("shili-2026-0009", "water")}, parents=[base]
    )
    h.commit(
        {OTHER: ROADS, PROJECT: edited(name="二")}, signer=who("forge"), author=who("bureau"), parents=[main, one, two]
    )


@attack("trust.merge-shape")
def merge_of_a_foreign_history(h: History) -> None:
    main = head(h)
    alone = h.commit({OTHER: ROADS}, signer=who("forge"), author=who("roads"), parents=[], move=False, time=main.time)
    h.commit({OTHER: ROADS}, signer=who("forge"), author=who("bureau"), parents=[main, alone], time=main.time + HOUR)


@attack("checkpoint")
def foxtrot_merge(h: History) -> None:
    _merge(h, {OTHER: ROADS}, {PROJECT: edited(name="主线")}, flip=True)


@attack("trust.signed-for-another")
def merge_in_the_name_of_another(h: History) -> None:
    _merge(h, {OTHER: ROADS}, {OTHER: ROADS}, signer="bureau", author="finance")


@attack("trust.unknown-author")
def merge_for_nobody(h: History) -> None:
    _merge(h, {OTHER: ROADS}, {OTHER: ROADS}, author="stranger")


# --- who may ----------------------------------------------------------------------------------------------------------


@attack("trust.two-roots")
def lets_himself_in(h: History) -> None:
    people = dict(PEOPLE) | {"stranger": ("", ("root", "registrar"))}
    h.landed({"trust/keys.yaml": keys(people)}, by="bureau")


@attack("trust.two-roots")
def one_root_person_alone(h: History) -> None:
    h.commit({"trust/policy.yaml": POLICY.replace("roots: 2", "roots: 2 ")}, signer=who("root-a"))


@attack("trust.two-roots")
def one_root_person_twice(h: History) -> None:
    h.trust({"trust/policy.yaml": POLICY + "# x\n"}, consents=("root-a",))


@attack("trust.bad-signature")
def consent_to_something_else(h: History) -> None:
    h.trusted = "0" * 40
    h.trust({"trust/policy.yaml": POLICY + "# x\n"})


@attack("trust.bad-signature")
def consent_used_again_to_bring_an_old_policy_back(h: History) -> None:
    weak = POLICY.replace("roots: 2\nland: [forge, registrar]", "roots: 2\nland: [forge, registrar, department]")
    before = head(h)
    first = h.trust({"trust/policy.yaml": weak})
    message = h.bytes_of(first).partition(b"\n\n")[2].decode().strip()
    h.trust({"trust/policy.yaml": POLICY})
    assert before
    h.commit({"trust/policy.yaml": weak}, signer=who("root-a"), message=message)


@attack("trust.two-roots")
def weakens_the_policy(h: History) -> None:
    h.landed({"trust/policy.yaml": POLICY.replace("role: department, own: true", "role: department")}, by="bureau")


@attack("trust.two-roots")
def lowers_the_assurance(h: History) -> None:
    h.landed({"registry/registry.yaml": SETTINGS.format(level="none")}, by="bureau")


@attack("trust.removed")
def deletes_the_policy(h: History) -> None:
    h.trust({"trust/policy.yaml": None})


@attack("trust.removed")
def deletes_all_trust(h: History) -> None:
    h.trust({"trust/policy.yaml": None, "trust/keys.yaml": None})


@attack("trust.no-trust")
def leaves_one_root_person(h: History) -> None:
    h.trust({"trust/keys.yaml": keys({k: v for k, v in PEOPLE.items() if k != "root-b"})})


@attack("trust.no-trust")
def one_key_for_two_root_persons(h: History) -> None:
    text = keys().replace(who("root-b").public, who("root-a").public)
    h.trust({"trust/keys.yaml": text})


@attack("trust.two-roots")
def gives_an_organization_a_role(h: History) -> None:
    text = "format: 1\nid: shili/water\njurisdiction: shili\nname: 示例水务局\n"
    h.landed({ORGANIZATION: text}, by="bureau")
    h.landed({ORGANIZATION: text + "holds: [finance]\n"}, by="bureau")


@attack("trust.two-roots")
def changes_the_law(h: History) -> None:
    h.landed({"checks/shili_2026/rules.py": "raise SystemExit(0)\n"}, by="bureau")


@attack("trust.two-roots")
def changes_the_calendar(h: History) -> None:
    h.landed({"registry/calendars/2026.yaml": "format: 1\nyear: 2026\n"}, by="bureau")


@attack("trust.may-not-edit")
def edits_the_project_of_another_department(h: History) -> None:
    h.landed({OTHER: ROADS}, by="clerk")


@attack("trust.may-not-edit")
def takes_a_project_over(h: History) -> None:
    h.landed({OTHER: project("shili-2026-0002", "water")}, by="clerk")


@attack("trust.may-not-edit")
def enters_a_project_in_the_name_of_another(h: History) -> None:
    h.landed({"registry/projects/shili/roads/shili-2026-0007.yaml": project("shili-2026-0007", "water")}, by="clerk")


@attack("trust.may-not-set")
def sets_a_field_of_the_bureau(h: History) -> None:
    h.landed({PROJECT: edited(more="class: governance\n")})


@attack("trust.may-not-edit")
def changes_the_program(h: History) -> None:
    h.landed({"src/zongmu/cli/main.py": "pass\n"}, by="clerk")


# --- endorsements -----------------------------------------------------------------------------------------------------


def endorse(h: History, **more: object) -> None:
    h.landed({SIGNED: endorsements(row(1, digest_of(WATER), **more))}, by="finance")  # type: ignore[arg-type]


@attack("trust.row-by")
def endorses_for_one_who_left(h: History) -> None:
    more = (
        "delegations:\n  - {seq: 1, from: finance, to: roads, roles: [finance], start: 2026-09-01, end: 2026-12-31}\n"
    )
    h.trust({"trust/keys.yaml": keys(extra=more)})
    h.trust({"trust/keys.yaml": keys(person={"finance": {"left": "2026-09-20"}}, extra=more)})
    endorse(h, by="roads")


@attack("trust.row-own")
def endorses_his_own_entry(h: History) -> None:
    people = dict(PEOPLE) | {"clerk": ("shili/water", ("department", "finance"))}
    h.trust({"trust/keys.yaml": keys(people)})
    text = edited(total="500万元")
    h.landed({PROJECT: text})
    h.landed({SIGNED: endorsements(row(1, digest_of(text), by="clerk"))})


@attack("trust.row-own")
def enters_and_endorses_at_once(h: History) -> None:
    people = dict(PEOPLE) | {"clerk": ("shili/water", ("department", "finance"))}
    h.trust({"trust/keys.yaml": keys(people)})
    text = edited(total="500万元")
    h.landed({PROJECT: text, SIGNED: endorsements(row(1, digest_of(text), by="clerk"))})


@attack("trust.row-by")
def endorses_without_the_role(h: History) -> None:
    endorse(h, by="clerk-b")


@attack("trust.row-by")
def endorses_after_the_delegation_ended(h: History) -> None:
    extra = (
        "delegations:\n  - {seq: 1, from: finance, to: clerk-b, roles: [finance], start: 2026-09-01, end: 2026-09-20}\n"
    )
    h.trust({"trust/keys.yaml": keys(extra=extra)})
    endorse(h, by="clerk-b")


@attack("trust.row-digest")
def copies_an_endorsement_to_another_project(h: History) -> None:
    endorse(h)
    path = "registry/endorsements/shili/shili-2026-0002.yaml"
    h.landed({path: endorsements(row(1, digest_of(WATER)), record="shili-2026-0002")}, by="finance")


@attack("void")
def edits_after_the_endorsement(h: History) -> None:
    endorse(h)
    h.landed({PROJECT: edited(total="900万元")})


@attack("trust.row-changed")
def changes_the_digest_in_the_endorsement(h: History) -> None:
    endorse(h)
    text = edited(total="900万元")
    h.landed({PROJECT: text, SIGNED: endorsements(row(1, digest_of(text)))})


@attack("trust.row-changed")
def takes_an_endorsement_away(h: History) -> None:
    one, two = row(1, digest_of(WATER)), row(2, digest_of(WATER, "declared"), of="declared")
    h.landed({SIGNED: endorsements(one, two)}, by="finance")
    h.landed({SIGNED: endorsements(one)}, by="finance")


@attack("trust.row-level")
def forge_endorsement_without_the_forge(h: History) -> None:
    h.commit({SIGNED: endorsements(row(1, digest_of(WATER)))}, signer=who("bureau"))


@attack("trust.row-level", "S")
def forge_endorsement_where_a_signature_is_asked_for(h: History) -> None:
    endorse(h)


@attack("trust.bad-signature", "S")
def personal_endorsement_copied(h: History) -> None:
    signed = row(1, digest_of(WATER), level="S")
    h.landed({SIGNED: endorsements(signed)}, by="finance")
    path = "registry/endorsements/shili/shili-2026-0002.yaml"
    fake = signed | {"digest": digest_of(project("shili-2026-0002", "roads"))}
    h.landed({path: endorsements(fake, record="shili-2026-0002")}, by="finance")


@attack("trust.signed-for-another", "S")
def personal_endorsement_by_somebody_else(h: History) -> None:
    endorse(h, level="S", signer=who("bureau"))


@attack("below_level")
def forge_endorsement_above_the_amount(h: History) -> None:
    text = edited(total="1200万元")
    h.landed({PROJECT: text})
    h.landed({SIGNED: endorsements(row(1, digest_of(text)))}, by="finance")


# --- paths ------------------------------------------------------------------------------------------------------------


@attack("trust.removed")
def deletes_a_project(h: History) -> None:
    h.landed({PROJECT: None}, by="bureau")


@attack("trust.removed")
def renames_a_project(h: History) -> None:
    h.landed(
        {PROJECT: None, "registry/projects/shili/water/shili-2026-0003.yaml": project("shili-2026-0003", "water")},
        by="bureau",
    )


@attack("trust.wrong-id")
def a_second_file_with_the_same_id(h: History) -> None:
    h.landed({"registry/projects/shili/roads/shili-2026-0001.yaml": WATER}, by="bureau")


@attack("trust.wrong-id")
def a_file_with_the_id_of_another(h: History) -> None:
    h.landed({"registry/projects/shili/water/shili-2026-0005.yaml": WATER}, by="bureau")


@attack("trust.wrong-id")
def says_it_belongs_to_a_city_with_other_rules(h: History) -> None:
    h.landed({PROJECT: WATER.replace("jurisdiction: shili", "jurisdiction: lincheng")})


@attack("trust.wrong-id")
def an_id_kept_free_in_the_folder_of_another_city(h: History) -> None:
    elsewhere = "registry/projects/lincheng/water/shili-2026-0005.yaml"
    h.landed({elsewhere: project("shili-2026-0005", "water")}, by="bureau")


@attack("trust.odd-path")
def a_link_in_place_of_a_record(h: History) -> None:
    h.landed({PROJECT: ("120000", b"../../../../../etc/passwd")}, by="bureau")  # type: ignore[dict-item]


@attack("trust.odd-path")
def a_submodule(h: History) -> None:
    h.landed({"vendor/law": ("160000", b"")}, by="bureau")  # type: ignore[dict-item]


@attack("trust.odd-path")
def an_executable_record(h: History) -> None:
    h.landed({PROJECT: ("100755", edited(name="改").encode())}, by="bureau")  # type: ignore[dict-item]


@attack("trust.odd-path")
def the_same_folder_in_capitals(h: History) -> None:
    h.landed({"Trust/keys.yaml": keys()}, by="bureau")


@attack("trust.odd-path")
def the_same_folder_with_a_dot_behind_it(h: History) -> None:
    h.landed({"checks./laizhou.py": "pass\n"}, by="bureau")


@attack("trust.odd-path")
def the_same_folder_by_the_name_of_its_stream(h: History) -> None:
    h.landed({"trust::$INDEX_ALLOCATION/keys.yaml": keys()}, by="bureau")


@attack("trust.odd-path")
def the_jobs_of_the_forge_in_capitals(h: History) -> None:
    h.landed({".GitHub/workflows/gate.yml": "on: push\n"}, by="bureau")


@attack("trust.bad-objects")
def an_entry_that_git_reads_and_a_strict_reader_would_skip(h: History) -> None:
    _with_tree(h, lambda tree: tree + b"644 zzz\0" + b"\x07" * 20)


@attack("trust.bad-objects")
def folders_within_folders_without_end(h: History) -> None:
    inner = h.put("tree", b"100644 f\0" + bytes.fromhex(h.put("blob", b"x")))
    for _ in range(70):
        inner = h.put("tree", b"40000 a\0" + bytes.fromhex(inner))
    _with_tree(h, lambda tree: b"40000 a\0" + bytes.fromhex(inner) + tree)


def _with_tree(h: History, change: Callable[[bytes], bytes]) -> None:
    """A commit signed by the merge service over a tree that no honest program writes."""
    made = h.landed({PROJECT: edited(name="改")})
    tree = h.put("tree", change(h.read(made.tree)))
    head, body = h.bytes_of(made).partition(b"gpgsig ")[0].replace(made.tree.encode(), tree.encode()), b"\nchange\n"
    h.raw(head + signature_header(who("forge").sign(head + body, GIT)) + body)


@attack("trust.odd-path")
def a_path_that_is_no_text(h: History) -> None:
    h.landed({"registry/projects/shili/water/\udcff.yaml": WATER}, by="bureau")


@attack("trust.unreadable")
def a_record_that_says_two_things(h: History) -> None:
    h.landed({PROJECT: WATER + "name: 另一个名称\n"}, by="bureau")


# --- the whole history ------------------------------------------------------------------------------------------------


@attack("checkpoint")
def rolled_back(h: History) -> None:
    before = head(h)
    h.landed({PROJECT: edited(name="改")})
    published(h)
    h.commit(
        {}, signer=who("forge"), author=who("bureau"), parents=[before], time=before.time + 3 * HOUR, message="again"
    )


@attack("checkpoint")
def made_again_with_valid_signatures(h: History) -> None:
    before = head(h)
    h.landed({PROJECT: edited(total="900万元")}, parents=[before])
    published(h)
    h.landed({PROJECT: edited(total="950万元")}, parents=[before])


@attack("checkpoint")
def another_history_for_somebody_else(h: History) -> None:
    first = head(h)
    h.landed({PROJECT: edited(name="一份")})
    published(h)
    h.commit(
        {PROJECT: edited(name="另一份")},
        signer=who("forge"),
        author=who("clerk"),
        parents=[first],
        time=first.time + 60,
    )


# --- published checkpoints --------------------------------------------------------------------------------------------

PLACE: Final = "trust/checkpoints/2026-09-22.txt"
COSIGNED: Final = "trust/checkpoints/2026-09-22.audit-office.sig"


def _cosigned(text: str, by: str = "audit-office") -> bytes:
    return armor(who(by).sign(text.encode(), CHECKPOINT)) + b"\n"


@attack("neutral")
def publishes_a_checkpoint_with_its_cosignature(h: History) -> None:
    text = verified(h).checkpoint.text()
    h.landed({PLACE: text})
    h.landed({COSIGNED: _cosigned(text)})
    h.landed({PROJECT: edited(name="改")})


@attack("trust.checkpoint-file")
def publishes_a_checkpoint_of_another_history(h: History) -> None:
    lines = verified(h).checkpoint.text().splitlines()
    lines[2] = "A" * 43 + "="
    h.landed({PLACE: "\n".join(lines) + "\n"})


@attack("trust.checkpoint-file")
def publishes_a_checkpoint_of_what_is_to_come(h: History) -> None:
    text = verified(h).checkpoint.text()
    h.landed({PLACE: text.replace("\n2\n", "\n3\n")})


@attack("trust.checkpoint-file")
def changes_a_published_checkpoint(h: History) -> None:
    h.landed({PLACE: verified(h).checkpoint.text()})
    h.landed({PLACE: verified(h).checkpoint.text()})


@attack("trust.checkpoint-file")
def a_cosignature_of_something_else(h: History) -> None:
    text = verified(h).checkpoint.text()
    h.landed({PLACE: text, COSIGNED: _cosigned(text + "more")})


@attack("trust.removed")
def takes_a_published_checkpoint_away(h: History) -> None:
    h.landed({PLACE: verified(h).checkpoint.text()})
    h.landed({PLACE: None})
