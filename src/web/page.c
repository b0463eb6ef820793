/* The files of the page. Every one of its routes is answered with index.html. */
#include <string.h>

#include "web/assets.h"
#include "web/routes.h"

/* ../shared/ui: what the page knows of addresses. */
static bool is_page(const char *path)
{
    static const char *const heads[] = {"/c/", "/connectors", "/settings/", "/sign-in"};
    if (strcmp(path, "/") == 0)
        return true;
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
        size_t len = strlen(heads[i]);
        if (strncmp(path, heads[i], len) == 0 &&
            (heads[i][len - 1] == '/' || path[len] == '/' || !path[len]))
            return true;
    }
    return false;
}

static const struct asset *find(const char *path)
{
    if (is_page(path))
        path = "/";
    for (const struct asset *a = assets; a->path; a++)
        if (strcmp(a->path, path) == 0)
            return a;
    return NULL;
}

/* "gzip" among the encodings, and not as "gzip;q=0". */
static bool takes_gzip(const struct listen_request *rq)
{
    const char *accepted = listen_header(rq, "Accept-Encoding");
    const char *gzip = accepted ? strstr(accepted, "gzip") : NULL;
    return gzip && strncmp(gzip + 4, ";q=0", 4) != 0;
}

/* A person in front of a browser gets the page, which says that nothing is there. */
static bool is_person(const struct listen_request *rq)
{
    const char *accepted = listen_header(rq, "Accept");
    return accepted && strstr(accepted, "text/html");
}

bool page_file(struct exchange *x, struct err *e)
{
    const struct asset *a = find(x->rq->raw_path);
    if (!a) {
        x->status = 404;
        a = is_person(x->rq) ? find("/") : NULL;
    }
    if (!a)
        return err_set(e, ERR_USAGE, "there is nothing at %s", x->rq->path);
    bool is_gzip = takes_gzip(x->rq);
    x->answer->content_type = a->type;
    x->answer->fixed = is_gzip ? a->gzip : a->plain;
    x->answer->fixed_len = is_gzip ? a->gzip_len : a->plain_len;
    if (is_gzip)
        listen_add_header(x->answer, "Content-Encoding", "gzip");
    listen_add_header(x->answer, "Vary", "Accept-Encoding");
    listen_add_header(x->answer, "Cache-Control",
                      strcmp(a->path, "/") == 0 ? "no-store"
                                                : "public, max-age=31536000, immutable");
    return true;
}
