/* Figures in Prometheus' text format (0.0.4). What is not known has no line. */
#pragma once

#include <stdint.h>
#include <stdio.h>

/* The head of a metric, before its samples. type: gauge, counter. */
void prometheus_metric(FILE *to, const char *name, const char *type, const char *help);
/* labels: pairs of name and value, ending with a NULL name; values are escaped here. */
struct prometheus_label {
    const char *name, *value;
};
void prometheus_text(FILE *to, const char *name, const struct prometheus_label *labels,
                     const char *value);
void prometheus_int(FILE *to, const char *name, const struct prometheus_label *labels,
                    int64_t value);
