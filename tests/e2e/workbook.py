"""A small writer of workbooks, with zipfile: sheets of texts, numbers and dates."""
import zipfile
from xml.sax.saxutils import escape, quoteattr

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


class Date:
    """A number formatted as a date: style is a built-in id, or a format code."""

    def __init__(self, serial, style="m/d/yyyy", system=1900):
        self.serial, self.style, self.system = serial, style, system


class Iso:
    """A cell of type d."""

    def __init__(self, text):
        self.text = text


class Raw:
    """A cell as it is written."""

    def __init__(self, xml):
        self.xml = xml


def column_name(i):
    name = ""
    i += 1
    while i:
        i, rest = divmod(i - 1, 26)
        name = chr(65 + rest) + name
    return name


class Book:
    def __init__(self, shared):
        self.shared, self.strings, self.styles, self.system = shared, {}, [], 1900

    def style(self, style):
        if style not in self.styles:
            self.styles.append(style)
        return self.styles.index(style) + 1

    def cell(self, place, value):
        if isinstance(value, Raw):
            return value.xml
        if isinstance(value, Date):
            self.system = value.system
            return f'<c r="{place}" s="{self.style(value.style)}"><v>{value.serial}</v></c>'
        if isinstance(value, Iso):
            return f'<c r="{place}" t="d"><v>{value.text}</v></c>'
        if isinstance(value, bool):
            return f'<c r="{place}" t="b"><v>{int(value)}</v></c>'
        if isinstance(value, (int, float)):
            return f'<c r="{place}"><v>{value}</v></c>'
        if self.shared:
            index = self.strings.setdefault(value, len(self.strings))
            return f'<c r="{place}" t="s"><v>{index}</v></c>'
        return f'<c r="{place}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'

    def sheet(self, rows):
        yield f'{HEAD}<worksheet xmlns="{MAIN}"><sheetData>'
        for number, row in enumerate(rows, 1):
            if row:
                cells = "".join(self.cell(f"{column_name(i)}{number}", value) for i, value in enumerate(row)
                                if value is not None)
                yield f'<row r="{number}">{cells}</row>'
        yield "</sheetData></worksheet>"

    def styles_xml(self):
        custom = {style: 164 + i for i, style in enumerate(self.styles) if not style.isdigit()}
        formats = "".join(f'<numFmt numFmtId="{n}" formatCode={quoteattr(code)}/>' for code, n in custom.items())
        cells = "".join(f'<xf numFmtId="{custom.get(style, style)}"/>' for style in self.styles)
        return (f'{HEAD}<styleSheet xmlns="{MAIN}"><numFmts count="{len(custom)}">{formats}</numFmts>'
                f'<cellStyleXfs count="1"><xf numFmtId="14"/></cellStyleXfs>'
                f'<cellXfs><xf numFmtId="0"/>{cells}</cellXfs></styleSheet>')

    def strings_xml(self):
        texts = "".join(f'<si><t xml:space="preserve">{escape(text)}</t></si>' for text in self.strings)
        return f'{HEAD}<sst xmlns="{MAIN}">{texts}</sst>'


def write(path, rows, shared=True, more=None, replaced=None):
    """rows: of the first sheet, lists of values. more: further sheets by name. replaced: parts by name
    that stand in the place of those made here (None leaves one out)."""
    book = Book(shared)
    sheets = {"Sheet1": rows, **(more or {})}
    parts = {}
    for i, one in enumerate(sheets.values(), 1):
        parts[f"xl/worksheets/sheet{i}.xml"] = "".join(book.sheet(one))
    listed = "".join(f'<sheet name={quoteattr(name)} sheetId="{i}" r:id="rId{i}"/>' for i, name in enumerate(sheets, 1))
    parts["xl/workbook.xml"] = (f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">'
                                f'<workbookPr date1904="{int(book.system == 1904)}"/><sheets>{listed}</sheets></workbook>')
    related = "".join(f'<Relationship Id="rId{i}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{i}.xml"/>'
                      for i in range(1, len(sheets) + 1))
    parts["xl/_rels/workbook.xml.rels"] = (
        f'{HEAD}<Relationships xmlns="{PACKAGE}">{related}'
        f'<Relationship Id="rId98" Type="{OFFICE}/styles" Target="styles.xml"/>'
        f'<Relationship Id="rId99" Type="{OFFICE}/sharedStrings" Target="/xl/sharedStrings.xml"/></Relationships>')
    parts["_rels/.rels"] = (f'{HEAD}<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" '
                            f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>')
    parts["xl/styles.xml"] = book.styles_xml()
    parts["xl/sharedStrings.xml"] = book.strings_xml()
    parts.update(replaced or {})
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            if content is not None:
                archive.writestr(name, content)
