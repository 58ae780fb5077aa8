"""``zongmu completion SHELL``: a script that completes commands, options, projects and milestone kinds.

Made from the parser itself. Projects are looked up in ``registry/projects`` by the shell, so that completing starts no Python.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping

from zongmu.model.acts.kinds import KINDS
from zongmu.model.immutable import immutable

PROJECTS = "projects"
KIND_WORDS = "kinds"
FILES = "files"


@immutable
class Known:
    """What can follow a command: its options with their help, and what its words are."""

    help: str
    options: Mapping[str, str]
    values: Mapping[str, tuple[str, ...]]  # option → what it takes
    words: tuple[str, ...]


def commands_of(parser: argparse.ArgumentParser) -> dict[str, Known]:
    """Every command of *parser* with what can follow it."""
    out = {}
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            helps = {a.dest: a.help or "" for a in action._choices_actions}
            for name, sub in action.choices.items():
                out[name] = _known(sub, helps.get(name, ""))
    return out


def _known(sub: argparse.ArgumentParser, help: str) -> Known:
    options: dict[str, str] = {}
    values: dict[str, tuple[str, ...]] = {}
    words: list[str] = []
    for action in sub._actions:
        if action.help == argparse.SUPPRESS:
            continue
        if not action.option_strings:
            name = str(action.metavar or action.dest).upper()
            words.append(PROJECTS if name in ("PROJECT", "RECORD") else KIND_WORDS if name == "MILESTONE" else FILES)
        for option in action.option_strings:
            if option.startswith("--"):
                options[option] = action.help or ""
                if action.choices is not None:
                    values[option] = tuple(str(c) for c in action.choices)
    return Known(help, options, values, tuple(words))


def script(parser: argparse.ArgumentParser, shell: str) -> str:
    """The script for ``bash``, ``zsh`` or ``fish``."""
    known = commands_of(parser)
    return {"bash": _bash, "zsh": _zsh, "fish": _fish}[shell](known)


_FIND = "ls -1 registry/projects/*/*/*.yaml 2>/dev/null | sed 's:.*/::; s:\\.yaml$::'"


def _bash(known: Mapping[str, Known]) -> str:
    lines = [
        "# bash completion for zongmu:  source <(zongmu completion bash)",
        "_zongmu() {",
        "  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} cmd='' n=0 i words=''",
        "  for ((i = 1; i < COMP_CWORD; i++)); do",
        "    case ${COMP_WORDS[i]} in",
        "      --root|--lang) ((i++)) ;;",
        "      -*) ;;",
        "      *) if [[ -z $cmd ]]; then cmd=${COMP_WORDS[i]}; else ((n++)); fi ;;",
        "    esac",
        "  done",
        "  case $cmd in",
        f"    '') words='{' '.join(known)} --root --lang --version --help' ;;",
    ]
    for name, one in known.items():
        lines.append(f"    {name})")
        for option, choices in one.values.items():
            lines.append(
                f"      [[ $prev == {option} ]] && {{ COMPREPLY=($(compgen -W '{' '.join(choices)}' -- \"$cur\")); return; }}"
            )
        lines.append(f"      if [[ $cur == -* ]]; then words='{' '.join(one.options)}'")
        for n, what in enumerate(one.words):
            test = f"$n -eq {n}" if n + 1 < len(one.words) else f"$n -ge {n}"
            given = {PROJECTS: f"$({_FIND})", KIND_WORDS: " ".join(KINDS), FILES: ""}[what]
            body = f'words="{given}"' if what != FILES else 'COMPREPLY=($(compgen -f -- "$cur")); return'
            lines.append(f"      elif [[ {test} ]]; then {body}")
        lines += ["      fi ;;"]
    lines += ["  esac", '  COMPREPLY=($(compgen -W "$words" -- "$cur"))', "}", "complete -F _zongmu zongmu"]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return text.replace("'", "").replace(":", " ").replace("[", "(").replace("]", ")").replace("%", "%%")


def _zsh(known: Mapping[str, Known]) -> str:
    lines = [
        "#compdef zongmu",
        "# zsh completion for zongmu:  source <(zongmu completion zsh)",
        "_zongmu_projects() { local -a ids; ids=(registry/projects/*/*/*.yaml(N:t:r)); compadd -a ids }",
        f"_zongmu_kinds() {{ compadd {' '.join(KINDS)} }}",
        "_zongmu() {",
        "  local line state",
        "  _arguments -C '--root[instance root]:dir:_files -/' '--lang[language]:value:(zh en)' '1: :->cmd' '*::arg:->args'",
        "  case $state in",
        "    cmd) local -a c; c=(",
        *(f"      '{name}:{_quoted(one.help)}'" for name, one in known.items()),
        "    ); _describe command c ;;",
        "    args) case $line[1] in",
    ]
    for name, one in known.items():
        specs = []
        for option, help in one.options.items():
            choices = f":value:({' '.join(one.values[option])})" if option in one.values else ""
            specs.append(f"'{option}[{_quoted(help)}]{choices}'")
        for n, what in enumerate(one.words):
            action = {PROJECTS: "_zongmu_projects", KIND_WORDS: "_zongmu_kinds", FILES: "_files"}[what]
            specs.append(f"'{'*' if n + 1 == len(one.words) else n + 1}:{what}:{action}'")
        lines.append(f"      {name}) _arguments {' '.join(specs)} ;;")
    lines += ["    esac ;;", "  esac", "}", "compdef _zongmu zongmu"]
    return "\n".join(lines) + "\n"


def _fish(known: Mapping[str, Known]) -> str:
    lines = ["# fish completion for zongmu:  zongmu completion fish | source"]
    lines += list(_fish_lines(known))
    return "\n".join(lines) + "\n"


def _fish_lines(known: Mapping[str, Known]) -> Iterator[str]:
    yield f"function __zongmu_projects; {_FIND}; end"
    yield "complete -c zongmu -f"
    for name, one in known.items():
        yield f"complete -c zongmu -n __fish_use_subcommand -a {name} -d '{_quoted(one.help)}'"
        seen = f"'__fish_seen_subcommand_from {name}'"
        for option, help in one.options.items():
            choices = f" -x -a '{' '.join(one.values[option])}'" if option in one.values else ""
            yield f"complete -c zongmu -n {seen} -l {option[2:]} -d '{_quoted(help)}'{choices}"
        for what in dict.fromkeys(one.words):
            given = {PROJECTS: "'(__zongmu_projects)'", KIND_WORDS: f"'{' '.join(KINDS)}'", FILES: ""}[what]
            yield f"complete -c zongmu -n {seen} {'-F' if what == FILES else f'-a {given}'}"
