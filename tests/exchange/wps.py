"""Workbooks in the manner of WPS 表格, written by hand: no file that WPS itself saved is among the fixtures.

What WPS writes otherwise than openpyxl, as far as it can reach a reader: its own ``app.xml`` and build number, shared
strings in runs with a font each and with a reading above them, an untyped ``phoneticPr``, the style 常规, a ``dimension`` of
the whole sheet, marks of its own namespace, drop-downs in the list of extensions. Other programs that save for an office
count days from 1904, leave the styles out, or write every name with a prefix: the second half.
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
_NAMES = (
    'xmlns:etc="http://www.wps.cn/officeDocument/2017/etCustomData" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" mc:Ignorable="etc"'
)
_MORE = (
    '<extLst><ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}" '
    'xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"><x14:dataValidations count="1" '
    'xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"><x14:dataValidation type="list" allowBlank="1">'
    "<x14:formula1><xm:f>codes!$A$1:$A$2</xm:f></x14:formula1><xm:sqref>A3:A303</xm:sqref></x14:dataValidation>"
    '</x14:dataValidations></ext><ext uri="{A0B2C5D6-0000-4000-8000-000000000000}"><etc:mark/></ext></extLst>'
)
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
                parts[name] = _as_et(_ITEM.sub(shared, parts[name]))
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


def _as_et(sheet: str) -> str:
    sheet = re.sub(r'<dimension ref="[^"]*"', '<dimension ref="A1:XFD1048576"', sheet)
    sheet = re.sub(r"<dataValidations.*</dataValidations>", "", sheet, flags=re.DOTALL)
    sheet = sheet.replace("<worksheet ", f"<worksheet {_NAMES} ", 1)
    return sheet.replace("</worksheet>", f"{_MORE}</worksheet>")


def bent(data: bytes, how: str) -> bytes:
    """The same workbook as another program would save it: ``1904``, ``bare`` (no styles) or ``prefixed``."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            text = old.read(name).decode()
            sheet = name.startswith("xl/worksheets/sheet")
            if how == "1904" and name == "xl/workbook.xml":
                text = re.sub("<workbookPr ?/?>", '<workbookPr date1904="1"/>', text)
            elif how == "bare" and name == "xl/styles.xml":
                continue
            elif how == "bare":
                text = re.sub(r"<(?:Override|Relationship) [^>]*styles[^>]*/>", "", text)
                text = re.sub(r' (?:s|style)="[0-9]+"', "", text) if sheet else text
            elif how == "prefixed" and sheet:
                text = re.sub(r"<(/?)(?=[a-zA-Z])", r"<\1x:", text).replace("xmlns=", "xmlns:x=")
            new.writestr(name, text)
    return out.getvalue()


def _in_runs(text: str) -> str:
    half = len(text) // 2 if "&" not in text else 0
    runs = "".join(_RUN.format(part) for part in (text[:half], text[half:]) if part)
    return f'<si>{runs}<rPh sb="0" eb="1"><t>pīn</t></rPh><phoneticPr fontId="0" type="noConversion"/></si>'
