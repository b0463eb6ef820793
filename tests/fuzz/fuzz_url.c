#include "fuzz.h"

#include "net/url.h"

static void check_query(const char *query, const char *name)
{
    struct err e = {0};
    CLEANUP(free_text) char *value = NULL;
    bool ok = query_get(query, name, &value, &e);
    assert(ok || (e.kind == ERR_USAGE && !value));
    if (!value)
        return;
    CLEANUP(buf_done) struct buf written = BUF_INIT(1 << 20);
    CLEANUP(free_text) char *again = NULL;
    assert(form_add(&written, name, value) && query_get(buf_text(&written), name, &again, &e));
    assert(again && strcmp(again, value) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    CLEANUP(free_text) char *text = fuzz_text(bytes, len);
    CLEANUP(url_done) struct url u = {0};
    struct err e = {0};
    bool ok = url_parse(&u, text, &e);
    assert(ok || (e.kind == ERR_USAGE && e.msg[0]));
    assert(!ok || (u.scheme && u.host && *u.host && u.path && *u.path == '/' && u.port <= 65535));
    bool is_here = ok && url_is_loopback(&u);
    if (url_check_service(text, &e) || url_check_redirect(text, &e))
        assert(ok && (strcmp(u.scheme, "https") == 0 || is_here));
    (void)url_check_proxy(text, &e);
    (void)url_proxy_is_loopback(text);
    check_query(text, "code");
    check_query(u.query, "state");
    return 0;
}
