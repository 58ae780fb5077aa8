"""The place of the form on its page: what stands there until the form takes over, and for whom it never does."""

from __future__ import annotations

from markupsafe import Markup

from zongmu.publish.pages.base import Maker

_WAITING = {
    "zh": (
        "正在打开表单…… 如果一直停在这里，多半是浏览器太旧：请换用 Chromium 80 以上内核的浏览器，或向经办机关索取 Excel 模板。",
        "本页的表单需要 JavaScript。不能使用时，请向经办机关索取 Excel 模板，或直接填写登记文件。",
    ),
    "en": (
        "Opening the form… If nothing else appears, the browser is probably too old: use one on Chromium 80 or newer, or ask the office for the Excel template.",
        "The form on this page needs JavaScript. Without it, ask the office for the Excel template, or write the file itself.",
    ),
}


def form_html(make: Maker) -> Markup:
    """The root of the form in one language."""
    base = "../../" if make.prefix else "../"
    waiting, without = _WAITING[make.lang]
    return Markup(
        '<link rel="stylesheet" href="{}assets/form/form.css">'
        '<div id="zf-root" class="zf" data-base="{}"><p>{}</p></div><noscript><p><strong>{}</strong></p></noscript>'
    ).format(base, base, waiting, without)
