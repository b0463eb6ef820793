/* Makes a workbook of parts as they are given (libzip): for tests of what reads one. */
#pragma once

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

struct workbook_part {
    const char *name, *text; /* a part without a text is left out */
};

static inline zip_t *workbook_begin(zip_source_t *to, const struct workbook_part *parts,
                                    size_t count)
{
    zip_t *archive = to ? zip_open_from_source(to, ZIP_TRUNCATE, NULL) : NULL;
    bool ok = archive;
    for (size_t i = 0; ok && i < count; i++) {
        if (!parts[i].text)
            continue;
        zip_source_t *part = zip_source_buffer(archive, parts[i].text, strlen(parts[i].text), 0);
        zip_int64_t at = part ? zip_file_add(archive, parts[i].name, part, ZIP_FL_OVERWRITE) : -1;
        ok = at >= 0 && zip_set_file_compression(archive, (zip_uint64_t)at, ZIP_CM_STORE, 0) == 0;
    }
    return ok ? archive : NULL;
}

/* The caller frees it; NULL: libzip would not. */
static inline char *workbook_make(const struct workbook_part *parts, size_t count, size_t *len)
{
    char *bytes = NULL;
    zip_stat_t st;
    zip_source_t *to = zip_source_buffer_create(NULL, 0, 0, NULL);
    if (to)
        zip_source_keep(to);
    zip_t *archive = workbook_begin(to, parts, count);
    if (archive && zip_close(archive) == 0 && zip_source_open(to) == 0 &&
        zip_source_stat(to, &st) == 0) {
        *len = (size_t)st.size;
        bytes = malloc(*len + 1);
        if (bytes && zip_source_read(to, bytes, *len) != (zip_int64_t)*len) {
            free(bytes);
            bytes = NULL;
        }
        zip_source_close(to);
    }
    zip_source_free(to);
    return bytes;
}

#define WORKBOOK_TYPES "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

/* The parts that every workbook has: one sheet, its formats and its texts. */
enum { PART_ROOT, PART_BOOK, PART_RELATIONS, PART_SHEET, PART_STRINGS, PART_STYLES, PART_COUNT };
static const struct workbook_part workbook_parts[PART_COUNT] = {
    [PART_ROOT] = {"_rels/.rels", "<Relationships><Relationship Id=\"r1\" Type=\"" WORKBOOK_TYPES
                                  "/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"},
    [PART_BOOK] = {"xl/workbook.xml", "<workbook xmlns:r=\"" WORKBOOK_TYPES "\"><sheets>"
                                      "<sheet name=\"One\" sheetId=\"1\" r:id=\"r1\"/>"
                                      "</sheets></workbook>"},
    [PART_RELATIONS] = {"xl/_rels/workbook.xml.rels",
                        "<Relationships>"
                        "<Relationship Id=\"r1\" Type=\"" WORKBOOK_TYPES
                        "/worksheet\" Target=\"worksheets/sheet1.xml\"/>"
                        "<Relationship Id=\"r2\" Type=\"" WORKBOOK_TYPES
                        "/styles\" Target=\"styles.xml\"/>"
                        "<Relationship Id=\"r3\" Type=\"" WORKBOOK_TYPES
                        "/sharedStrings\" Target=\"/xl/sharedStrings.xml\"/>"
                        "</Relationships>"},
    [PART_SHEET] = {"xl/worksheets/sheet1.xml", "<worksheet><sheetData/></worksheet>"},
    [PART_STRINGS] = {"xl/sharedStrings.xml", "<sst><si><t>zero</t></si><si><t>one</t></si></sst>"},
    /* 0: a number, 1: a built-in date, 2: a date of the file's own, 3: of a time only */
    [PART_STYLES] = {"xl/styles.xml", "<styleSheet><numFmts>"
                                      "<numFmt numFmtId=\"164\" formatCode=\"dd/mm/yyyy\"/>"
                                      "<numFmt numFmtId=\"165\" formatCode=\"hh:mm\"/></numFmts>"
                                      "<cellStyleXfs><xf numFmtId=\"14\"/></cellStyleXfs>"
                                      "<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/>"
                                      "<xf numFmtId=\"164\"/><xf numFmtId=\"165\"/></cellXfs>"
                                      "</styleSheet>"},
};
