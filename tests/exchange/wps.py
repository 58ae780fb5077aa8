"""Workbooks in the manner of WPS 表格, made here: no file that WPS itself saved is among the fixtures.

What WPS writes otherwise than openpyxl, as far as it can reach a reader: its own ``app.xml`` and build number, shared
strings in runs with a font each, an untyped ``phoneticPr``, the style 常规, ``xr:uid`` marks.
"""

from __future__ import annotations

import io
import re
import zipfile

_APP = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Properties xmlns="http://schemas.openxmlformats.org/'
    'officeDocument/2006/extended-properties"><Application>WPS 表格</Application></Properties>'
)
_CUSTOM = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Properties xmlns="http://schemas.openxmlformats.org/'
    'officeDocument/2006/custom-properties" xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/'
    'docPropsVTypes"><property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="2" name="KSOProductBuildVer">'
    "<vt:lpwstr>2052-12.1.0.16120</vt:lpwstr></property></Properties>"
)
_RUN = '<r><rPr><sz val="11"/><color theme="1"/><rFont val="宋体"/><charset val="134"/></rPr><t xml:space="preserve">{}</t></r>'
_ITEM = re.compile(r't="inlineStr"><is><t(?: xml:space="preserve")?>([^<]*)</t></is>')
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OVERRIDE = '<Override PartName="{}" ContentType="application/vnd.openxmlformats-officedocument.{}+xml"/>'


def as_wps(data: bytes) -> bytes:
    """The same workbook in WPS's manner."""
    strings: list[str] = []

    def shared(match: re.Match[str]) -> str:
        strings.append(_in_runs(match[1]))
        return f't="s"><v>{len(strings) - 1}</v>'

    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        parts = {name: old.read(name).decode() for name in old.namelist()}
        for name in parts:
            if name.startswith("xl/worksheets/sheet"):
                parts[name] = _ITEM.sub(shared, parts[name])
        parts["docProps/app.xml"] = _APP
        parts["docProps/custom.xml"] = _CUSTOM
        parts["xl/sharedStrings.xml"] = (
            f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<sst xmlns="{_MAIN}" count="{len(strings)}" '
            f'uniqueCount="{len(strings)}">{"".join(strings)}</sst>'
        )
        parts["xl/styles.xml"] = parts["xl/styles.xml"].replace('cellStyle name="Normal"', 'cellStyle name="常规"')
        parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(
            "<workbookPr", '<fileVersion appName="xl" lastEdited="3" rupBuild="9302"/><workbookPr', 1
        )
        parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(
            "</Types>",
            _OVERRIDE.format("/docProps/custom.xml", "custom-properties")
            + _OVERRIDE.format("/xl/sharedStrings.xml", "spreadsheetml.sharedStrings")
            + "</Types>",
        )
        parts["xl/_rels/workbook.xml.rels"] = parts["xl/_rels/workbook.xml.rels"].replace(
            "</Relationships>",
            '<Relationship Id="rIdKso" Target="sharedStrings.xml" Type="http://schemas.openxmlformats.org/'
            'officeDocument/2006/relationships/sharedStrings"/></Relationships>',
        )
        for name, text in parts.items():
            new.writestr(name, text)
    return out.getvalue()


def _in_runs(text: str) -> str:
    half = len(text) // 2 if "&" not in text else 0
    runs = "".join(_RUN.format(part) for part in (text[:half], text[half:]) if part)
    return f'<si>{runs}<phoneticPr fontId="0" type="noConversion"/></si>'
