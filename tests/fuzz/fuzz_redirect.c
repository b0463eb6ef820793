#include "fuzz.h"

#include "auth/oauth.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    CLEANUP(free_text) char *text = fuzz_text(bytes, len);
    CLEANUP(oauth_flow_done) struct oauth_flow flow = {0};
    CLEANUP(secret_done) struct secret code = SECRET_INIT;
    struct err e = {0};
    secret_set(&flow.state, "stateSTATE", 10);
    secret_set(&flow.verifier, "verifier", 8);
    switch (oauth_read_redirect(text, &flow, &code, &e)) {
    case REDIRECT_CODE: /* never without our state */
        assert(secret_is_set(&code) && code.len > 0 && strstr(text, "state="));
        break;
    case REDIRECT_REFUSED:
        assert(!secret_is_set(&code) && e.kind == ERR_AUTH && e.msg[0] && strstr(text, "state="));
        break;
    case REDIRECT_STRANGE:
        assert(!secret_is_set(&code) && e.msg[0]);
        break;
    }
    return 0;
}
