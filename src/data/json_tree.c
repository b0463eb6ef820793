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

static struct json_node *find_child(struct json_node *of, const char *name, size_t len)
{
    bool is_element = len == 1 && *name == '#';
    return is_element ? json_tree_element(of) : json_tree_named(of, name, len);
}

/* Finds the child, or makes it. */
static struct json_node *child(struct json_node *of, const char *name, size_t len)
{
    struct json_node *n = find_child(of, name, len);
    if (n)
        return n;
    n = NEW(struct json_node);
    n->name = name;
    n->name_len = len;
    n->is_element = len == 1 && *name == '#';
    struct json_node **last = &of->child;
    while (*last)
        last = &(*last)->next;
    *last = n;
    return n;
}

static size_t step(const char **path)
{
    size_t len = strcspn(*path, "/");
    *path += len + ((*path)[len] == '/');
    return len;
}

/* The node of a path, made where it is missing. */
static struct json_node *at_path(struct json_node *from, const char *path)
{
    while (*path) {
        const char *name = path;
        size_t len = step(&path);
        from = child(from, name, len);
    }
    return from;
}

struct json_node *json_tree_find(struct json_node *root, const char *path)
{
    while (root && *path) {
        const char *name = path;
        size_t len = step(&path);
        root = find_child(root, name, len);
    }
    return root;
}

struct json_node *json_tree_new(const struct record_spec *spec)
{
    static const char *const none[] = {NULL};
    struct json_node *root = NEW(struct json_node), *record = root;
    if (spec->array) {
        struct json_node *list =
            *spec->array ? child(root, spec->array, strlen(spec->array)) : root;
        list->is_list = true;
        record = child(list, "#", 1);
    }
    record->is_record = true;
    for (const char *const *p = spec->fields ? spec->fields : none; *p; p++)
        at_path(record, *p)->field = *p;
    for (const char *const *p = spec->streamed ? spec->streamed : none; *p; p++)
        at_path(record, *p)->streamed = *p;
    for (const char *const *p = spec->envelope ? spec->envelope : none; *p; p++)
        at_path(root, *p)->envelope = *p;
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
