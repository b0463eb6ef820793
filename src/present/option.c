#include "present/option.h"

static const char *type_word(enum option_type t)
{
    switch (t) {
    case OPT_TEXT:
        return "text";
    case OPT_INT:
        return "int";
    case OPT_DURATION:
        return "duration";
    case OPT_URL:
        return "url";
    case OPT_REDIRECT:
        return "redirect";
    case OPT_PROXY:
        return "proxy";
    case OPT_FILE:
        return "file";
    case OPT_ZONE:
        return "zone";
    case OPT_LIST:
        return "list";
    case OPT_WORD:
        return "word";
    }
    return "text";
}

void option_write(struct json_out *w, const struct option_def *o)
{
    json_text(w, "key", o->key);
    json_text(w, "default", o->def);
    json_text(w, "default_text", o->def_text);
    json_text(w, "type", type_word(o->type));
    if (o->type == OPT_INT || o->type == OPT_DURATION) {
        json_object(w, "range");
        json_int(w, "min", o->min);
        json_int(w, "max", o->max);
        json_object_end(w);
    } else {
        json_null(w, "range");
    }
    json_text(w, "words", o->words);
    json_text(w, "help", o->help);
}
