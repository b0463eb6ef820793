#include "account.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/xalloc.h"

struct script {
    const char *first[6], *last[6];
};

static const struct script scripts[] = {
    {{"Ada", "Bo", "Cy", "Dana", "Eli", "Fay"}, {"Lind", "Ek", "Lee", "O'Neil", "Smith", "Mc Coy"}},
    {{"Åsa", "Zoë", "José", "François", "Łukasz", "Þóra"},
     {"Öberg", "Müller-Straße", "Núñez", "d’Été", "Żółć", "Ðorđević"}},
    {{"Анна", "Борис", "Юлія", "Ђорђе", "Щукарь", "Ёлка"},
     {"Иванова", "Петров", "Ґжицька", "Живковић", "Достоевский", "Жуков"}},
    {{"Ελένη", "Γιώργος", "Άννα", "Οδυσσέας", "Ζωή", "Νίκος"},
     {"Παπαδοπούλου", "Ιωάννου", "Σοφός", "Ωραίου", "Δήμου", "Ξένος"}},
    {{"أحمد", "فاطمة", "يوسف", "ليلى", "عمر", "نور"},
     {"الحسن", "بن علي", "منصور", "خوري", "حداد", "سعيد"}},
    {{"דוד", "שרה", "יעל", "משה", "נועה", "אבי"},
     {"כהן", "לוי", "מזרחי", "פרץ", "בן־דוד", "פרידמן"}},
    {{"अनिता", "राहुल", "प्रिया", "विक्रम", "लक्ष्मी", "श्रेया"},
     {"शर्मा", "सिंह", "गुप्ता", "कृष्णमूर्ति", "द्विवेदी", "राव"}},
    {{"伟", "秀英", "娜", "敏", "静", "强"}, {"王", "李", "欧阳", "張", "刘", "𠮷田"}},
    {{"さくら", "太郎", "ハナコ", "健一", "ゆうき", "美咲"},
     {"佐藤", "鈴木", "ﾀﾅｶ", "髙橋", "渡邉", "伊藤"}},
    {{"민수", "지영", "현우", "서연", "도윤", "하은"}, {"김", "이", "박", "최", "남궁", "황보"}},
    {{"สมชาย", "สุดา", "อนันต์", "กมลา", "ณัฐ", "พิมพ์"},
     {"ใจดี", "ศรีสุข", "วงศ์ใหญ่", "ทองคำ", "น้ำใส", "แก้ว"}},
    {{"🦊 Fox", "👩🏽‍💻", "Ze\xcc\x88na", "A\xcc\x8ake", "Nguye\xcc\x82\xcc\x83n",
      "e\xcc\x81"},
     {"🎉", "👨‍👩‍👧‍👦 Family", "I\xcc\x87stanbul", "n\xcc\x83", "Trâ\xcc\x80n",
      "ß"}},
};

/* Whole pairs that break naive readers and writers. */
static const char *const odd[][2] = {
    {"Robert \"Bob\"", "Quote"},
    {"Comma, Jr.", "Semi;colon"},
    {"Two\nLines", "Tab\tbed"},
    {" Leading", "Trailing "},
    {"=1+1", "@SUM(A1)"},
    {"", "Lastonly"},
    {"Firstonly", ""},
    {"<b>Bold</b>", "&amp; \\ / \x01"},
    {"+46 70", "-1"},
    {"null", "NaN"},
    {"\xe2\x80\xaeright", "to left"},
    {"\xef\xbb\xbf"
     "BOM",
     "\xc2\xa0NBSP\xe2\x80\x8b"},
};

static char *long_name(void)
{
    struct buf b = BUF_INIT(4096);
    for (unsigned i = 0; i < 40; i++)
        buf_adds(&b, "Wolfeschlegelsteinhausen");
    return buf_take(&b);
}

void people_name(struct rng *r, size_t nth, char **first, char **last)
{
    if (nth % 9 == 7) {
        size_t i = nth / 9 % (sizeof odd / sizeof *odd + 1);
        bool is_long = i == sizeof odd / sizeof *odd;
        *first = is_long ? long_name() : xstrdup(odd[i][0]);
        *last = xstrdup(is_long ? "Bergerdorff" : odd[i][1]);
        return;
    }
    const struct script *s = &scripts[nth % 3 ? 0 : nth / 3 % (sizeof scripts / sizeof *scripts)];
    *first = xstrdup(s->first[rng_below(r, 6)]);
    *last = xstrdup(s->last[rng_below(r, 6)]);
}

char *people_email(size_t nth, const char *kind)
{
    static const char *const forms[] = {"%s%zu@example.com",     "%s.%zu@Example.COM",
                                        "%s+tag%zu@example.com", "%s_%zu@sub.example.org",
                                        "%s%zu@bücher.example",  "o'%s%zu@example.net"};
    struct buf b = BUF_INIT(256);
    const char *form = forms[nth % (sizeof forms / sizeof *forms)];
    for (const char *at = form; *at; at++) {
        if (at[0] != '%') {
            buf_addc(&b, *at);
        } else if (at[1] == 's') {
            buf_adds(&b, kind);
            at += 1;
        } else {
            buf_addf(&b, "%zu", nth);
            at += 2;
        }
    }
    return buf_take(&b);
}

#define PICK(list, n) (list)[(n) % (sizeof(list) / sizeof *(list))]

const char *people_locale(unsigned n)
{
    static const char *const locales[] = {"en_US", "de_DE", "es_ES", "fr_FR", "it_IT", "zh_CN",
                                          "en_GB", "ja_JP", "ko_KR", "pt_BR", "nl_NL", "sv-SE"};
    return PICK(locales, n);
}

const char *people_zone(unsigned n)
{
    static const char *const zones[] = {
        "America/Los_Angeles", "Europe/Berlin",       "Asia/Tokyo",       "Pacific/Kiritimati",
        "Asia/Kolkata",        "Australia/Lord_Howe", "Europe/Stockholm", "UTC"};
    return PICK(zones, n);
}

const char *people_subject(unsigned n)
{
    static const char *const subjects[] = {"Weekly",
                                           "",
                                           "\"Q3\", plan\nand budget",
                                           "=HYPERLINK(\"http://x\")",
                                           "企画会議 📅",
                                           "Réunion d’équipe",
                                           "اجتماع الفريق",
                                           "  spaces  ",
                                           "],\"results\":[{",
                                           "\\u0000 \\",
                                           "Планёрка"};
    return PICK(subjects, n);
}

const char *people_group_name(unsigned n)
{
    static const char *const names[] = {
        "Sales",    "R&D, \"Labs\"", "営業部",        "Kundtjänst\nNorr",
        "=Finance", "Отдел",         "Support / 2nd", " Ops "};
    return PICK(names, n);
}
