#include "present/prometheus.h"

#include <inttypes.h>

void prometheus_metric(FILE *to, const char *name, const char *type, const char *help)
{
    fprintf(to, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void put_value(FILE *to, const char *text)
{
    for (; *text; text++) {
        if (*text == '\n')
            fputs("\\n", to);
        else if (*text == '\\' || *text == '"')
            fprintf(to, "\\%c", *text);
        else
            fputc(*text, to);
    }
}

void prometheus_text(FILE *to, const char *name, const struct prometheus_label *labels,
                     const char *value)
{
    fputs(name, to);
    for (size_t i = 0; labels && labels[i].name; i++) {
        fprintf(to, "%c%s=\"", i ? ',' : '{', labels[i].name);
        put_value(to, labels[i].value);
        fputc('"', to);
    }
    fprintf(to, "%s %s\n", labels && labels[0].name ? "}" : "", value);
}

void prometheus_int(FILE *to, const char *name, const struct prometheus_label *labels,
                    int64_t value)
{
    char text[24];
    snprintf(text, sizeof text, "%" PRId64, value);
    prometheus_text(to, name, labels, text);
}
