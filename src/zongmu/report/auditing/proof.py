"""The report of a verification for people: text for a terminal, and one HTML page that can be filed and printed."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Iterator
from typing import Final

from zongmu.model.finding import Bilingual
from zongmu.report.terminal import printable
from zongmu.trust.codes import ROOT_NOT_FOUND
from zongmu.trust.verifying.conclusions import Conclusion, Weight, conclusions, state_text
from zongmu.trust.verifying.result import Result, Seen

_HEADS: Final[dict[Weight, Bilingual]] = {
    "refused": Bilingual("不能接受", "Not acceptable"),
    "known": Bilingual("已知的情形", "Known irregularities"),
    "proved": Bilingual("已经证明", "Proved"),
    "not_proved": Bilingual("没有证明", "Not proved"),
}
_SHOWN: Final = 40


def _verdict(result: Result) -> Bilingual:
    if result.faults:
        return Bilingual("不能接受", "not accepted")
    if result.seen:
        return Bilingual("核验通过，另有已知的情形", "accepted, with known irregularities")
    if not result.pinned_root or (result.end.known and not result.pinned_keys):
        return Bilingual(
            "核验通过，但只凭包里的材料，见“没有证明”", "accepted, on the bundle's own word alone: see Not proved"
        )
    return Bilingual("核验通过", "accepted")


def _head(result: Result) -> Iterator[tuple[Bilingual, str]]:
    yield Bilingual("最新提交", "Head"), result.head
    if any(fault.code is ROOT_NOT_FOUND for fault in result.faults):
        return  # no commit was judged: there is no start and nothing to count
    yield Bilingual("起点", "Start"), result.root
    yield Bilingual("主线提交数", "Commits on the main line"), str(result.checkpoint.size)
    yield Bilingual("保证级别", "Assurance"), result.end.assurance


def _acts(result: Result, lang: str) -> list[str]:
    counts = Counter(act.state for act in result.acts)
    return [f"{state_text(state).pick(lang)} {count}" for state, count in sorted(counts.items())]


def proof_lines(result: Result, lang: str) -> Iterator[str]:
    """The lines of the report."""
    colon = "：" if lang == "zh" else ": "
    yield _verdict(result).pick(lang)
    yield ""
    for title, value in _head(result):
        yield f"  {title.pick(lang)}{colon}{value}"
    # What was not accepted puts nothing into effect.
    if result.acts and not result.faults:
        acts = "须签认的事项" if lang == "zh" else "Acts to be endorsed"
        yield f"  {acts}{colon}{('，' if lang == 'zh' else ', ').join(_acts(result, lang))}"
    for weight, said in _grouped(result):
        yield ""
        yield _HEADS[weight].pick(lang)
        for one in said:
            yield f"  - {one.text.pick(lang)}"
        if weight == "refused":
            yield from _fault_lines(result, lang)
        elif weight == "known":
            yield from (f"  {line}" for one in result.seen for line in _known_lines(one, lang))
    yield ""
    yield _keep(result).pick(lang)
    # As they are to be kept: the last four lines of the report are the file.
    yield from map(printable, result.checkpoint.text().splitlines())


def _keep(result: Result) -> Bilingual:
    if result.faults:
        return Bilingual(
            "检查点（未通过核验，只作证据）", "Checkpoint (not accepted: evidence, and nothing to go on from)"
        )
    return Bilingual("检查点（请保存，下次核验用 --since）", "Checkpoint (keep it, for --since the next time)")


def _grouped(result: Result) -> Iterator[tuple[Weight, list[Conclusion]]]:
    said = list(conclusions(result))
    for weight in _HEADS:
        some = [one for one in said if one.weight == weight]
        if some:
            yield weight, some


def _fault_lines(result: Result, lang: str) -> Iterator[str]:
    for fault in result.faults[:_SHOWN]:
        place = f"{fault.commit[:12]} " if fault.commit else ""
        yield f"  {place}[{fault.code.id}] {printable(fault.message.pick(lang))}"
        yield f"      {'怎么办：' if lang == 'zh' else 'next: '}{printable(fault.code.next_step.pick(lang))}"
    more = len(result.faults) - _SHOWN
    if more > 0:
        yield f"  … 另有 {more} 处" if lang == "zh" else f"  … and {more} more"


def _known_lines(one: Seen, lang: str) -> tuple[str, str]:
    fault = one.fault
    return (
        f"{fault.commit[:12]} [{fault.code.id}] {printable(fault.message.pick(lang))}",
        f"    {'说明：' if lang == 'zh' else 'note: '}{printable(one.note)}",
    )


_STYLE: Final = """
:root{color-scheme:light}
body{font:16px/1.7 "Noto Sans SC","Microsoft YaHei","PingFang SC","Noto Sans CJK SC",sans-serif;color:#1b2430;background:#fff;
max-width:46rem;margin:2.5rem auto;padding:0 1.25rem}
h1{font-size:1.6rem;margin:0 0 .25rem}h2{font-size:1.1rem;margin:2rem 0 .5rem;border-bottom:2px solid #d8dee6;padding-bottom:.25rem}
.verdict{font-size:1.25rem;font-weight:700;border-left:.4rem solid;padding:.4rem .9rem;margin:1rem 0}
.yes{border-color:#1a7f4b;color:#12613a}.no{border-color:#b3261e;color:#8c1d18}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1.25rem;margin:0}dt{color:#566275}
dd{margin:0;overflow-wrap:anywhere;font-variant-numeric:tabular-nums}
code,pre{font:14px/1.55 "Noto Sans Mono CJK SC",ui-monospace,Consolas,monospace;overflow-wrap:anywhere;white-space:pre-wrap}
pre{background:#f3f5f8;padding:.75rem 1rem;border-radius:.3rem}li{margin:.3rem 0}.next{color:#566275}
@media print{body{margin:0 auto}h2{break-after:avoid}}
"""


def proof_html(result: Result, lang: str) -> str:
    """One page without scripts, fonts or addresses. The same result gives the same bytes."""
    say = html.escape
    zh = lang == "zh"
    title = "变更轨迹核验报告" if zh else "Verification of the change trail"
    good = not result.faults
    out = [
        f'<!doctype html>\n<html lang="{"zh-CN" if zh else "en"}">\n<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width,initial-scale=1">',
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n<main>\n<h1>{title}</h1>",
        f'<p class="verdict {"yes" if good else "no"}">{_verdict(result).pick(lang)}</p>\n<dl>',
        *(f"<dt>{name.pick(lang)}<dd>{say(value)}" for name, value in _head(result)),
        "</dl>",
    ]
    if result.acts and not result.faults:
        rows = "".join(f"<li>{say(line)}" for line in _acts(result, lang))
        out.append(f"<h2>{'须签认的事项' if zh else 'Acts to be endorsed'}</h2>\n<ul>{rows}</ul>")
    for weight, said in _grouped(result):
        out.append(f"<h2>{_HEADS[weight].pick(lang)}</h2>\n<ul>")
        out.extend(f"<li>{say(one.text.pick(lang))}" for one in said)
        if weight == "refused":
            out.extend(
                f"<li><code>{say(fault.commit[:12])} {say(fault.code.id)}</code> {say(printable(fault.message.pick(lang)))}"
                f'<br><span class="next">{say(fault.code.next_step.pick(lang))}</span>'
                for fault in result.faults
            )
        elif weight == "known":
            out.extend(
                "<li>" + '<br><span class="next">'.join(map(say, _known_lines(one, lang))) + "</span>"
                for one in result.seen
            )
        out.append("</ul>")
    out.append(f"<h2>{_keep(result).pick(lang)}</h2>\n<pre>{say(result.checkpoint.text())}</pre>\n</main>\n</html>\n")
    return "\n".join(out)
