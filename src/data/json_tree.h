/* The paths of a record_spec as a tree, so that the reader walks down it beside the document and
 * skips whatever has no node. Private to data/json_in.c. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "data/json_in.h"

struct json_node {
    const char *name; /* a part of the spec's text, name_len bytes; "#" when is_element */
    size_t name_len;
    bool is_element; /* stands for every element of its array */
    bool is_list;    /* the array that holds the records */
    bool is_record;
    const char *field, *streamed, *envelope; /* the spec's path, when it ends here */
    char *value;                             /* of the envelope; NULL: none yet */
    uint64_t seen_in;                        /* the last object in which this name was met */
    struct json_node *child, *next;
};

struct json_node *json_tree_new(const struct record_spec *spec);
void json_tree_free(struct json_node *n); /* wipes the values */
/* NULL when nothing below is wanted. */
struct json_node *json_tree_named(const struct json_node *of, const char *name, size_t len);
struct json_node *json_tree_element(const struct json_node *of);
bool json_tree_wants_object(const struct json_node *n); /* it has a child with a name */
struct json_node *json_tree_find(struct json_node *root, const char *path);
