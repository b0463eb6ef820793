/* Who asks, and what they need to change something. */
#include "web/routes.h"

bool api_session_get(struct exchange *x, __attribute__((unused)) struct err *e)
{
    struct json_out *w = exchange_json(x);
    json_object(w, NULL);
    json_text(w, "version", SEATLEDGER_VERSION);
    json_bool(w, "needs_sign_in", false);
    json_bool(w, "signed_in", true);
    json_text(w, "role", "administrator");
    json_text(w, "csrf", x->server->csrf);
    json_time(w, "now", exchange_now(x));
    json_object_end(w);
    return true;
}
