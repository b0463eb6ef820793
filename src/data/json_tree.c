#include "data/json_tree.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

struct json_node *json_tree_element(const struct json_node *of)
{
    struct json_node *n = of->child;
    while (n && !n->is_element)
        n = n->next;
    return n;
}

struct json_node *json_tree_named(const struct json_node *of, const char *name, size_t len)
{
    struct json_node *n = of->child;
    while (n && (n->is_element || n->name_len != len || memcmp(n->name, name, len) != 0))
        n = n->next;
    return n;
}

bool json_tree_wants_object(const struct json_node *n)
{
    const struct json_node *c = n->child;
    while (c && c->is_element)
        c = c->next;
    return c != NULL;
}

static struct json_node *child(struct json_node *of, const char *name, size_t len, bool make)
{
    bool is_element = len == 1 && *name == '#';
    struct json_node *n = is_element ? json_tree_element(of) : json_tree_named(of, name, len);
    if (n || !make)
        return n;
    n = NEW(struct json_node);
    n->name = name;
    n->name_len = len;
    n->is_element = is_element;
    struct json_node **last = &of->child;
    while (*last)
        last = &(*last)->next;
    *last = n;
    return n;
}

static struct json_node *walk(struct json_node *from, const char *path, bool make)
{
    while (from && *path) {
        size_t len = strcspn(path, "/");
        from = child(from, path, len, make);
        path += len + (path[len] == '/');
    }
    return from;
}

struct json_node *json_tree_find(struct json_node *root, const char *path)
{
    return walk(root, path, false);
}

struct json_node *json_tree_new(const struct record_spec *spec)
{
    static const char *const none[] = {NULL};
    struct json_node *root = NEW(struct json_node), *record = root;
    if (spec->array) {
        struct json_node *list =
            *spec->array ? child(root, spec->array, strlen(spec->array), true) : root;
        list->is_list = true;
        record = child(list, "#", 1, true);
    }
    record->is_record = true;
    for (const char *const *p = spec->fields ? spec->fields : none; *p; p++)
        walk(record, *p, true)->field = *p;
    for (const char *const *p = spec->streamed ? spec->streamed : none; *p; p++)
        walk(record, *p, true)->streamed = *p;
    for (const char *const *p = spec->envelope ? spec->envelope : none; *p; p++)
        walk(root, *p, true)->envelope = *p;
    return root;
}

void json_tree_free(struct json_node *n)
{
    while (n) {
        struct json_node *next = n->next;
        json_tree_free(n->child); /* as deep as the spec's longest path */
        if (n->value)
            explicit_bzero(n->value, strlen(n->value));
        free(n->value);
        free(n);
        n = next;
    }
}
