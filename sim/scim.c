/* SCIM Users/me (goto-api.md 2.9 and 6.4). Keys are always strings here. */
#include <string.h>

#include "base/buf.h"

#include "json.h"
#include "route.h"
#include "sim.h"

static const char EXTENSION[] = "urn:scim:schemas:extension:getgo:1.0";

static void write_accounts(struct request *r, struct json *j, bool admin)
{
    const struct sim *s = r->sim;
    json_object(j, EXTENSION);
    json_array(j, "accounts");
    for (size_t i = 0; i < s->opt.accounts; i++) {
        struct buf name = BUF_INIT(64);
        buf_addf(&name, i ? "Example %zu AB" : "Example AB", i + 1);
        json_object(j, NULL);
        json_text(j, "value", i ? s->extra_accounts[i - 1] : s->account.key);
        json_text(j, "display", buf_text(&name));
        json_array(j, "entitlements");
        json_text(j, NULL, "g2m");
        if (admin)
            json_text(j, NULL, "acctadmin");
        json_end_array(j);
        json_end_object(j);
        buf_done(&name);
    }
    json_end_array(j);
    json_end_object(j);
}

void handle_scim_me(struct request *r)
{
    const struct sim *s = r->sim;
    const struct person *p = &s->account.people[r->token->person];
    bool admin = sim_is_admin(s, r->token->person) && !faults_strike(r, FAULT_NOT_ADMIN, NULL);
    struct buf text = BUF_INIT(4096);
    struct json j;
    reply_restart(&r->reply, 200, "application/json");
    json_open(&j, &r->reply.body);
    json_object(&j, NULL);
    json_array(&j, "schemas");
    json_text(&j, NULL, "urn:scim:schemas:core:1.0");
    json_text(&j, NULL, EXTENSION);
    json_end_array(&j);
    json_text(&j, "id", p->key);
    json_text(&j, "userName", p->email);
    buf_addf(&text, "%s %s", p->first, p->last);
    json_text(&j, "displayName", buf_text(&text));
    json_object(&j, "name");
    json_text(&j, "givenName", p->first);
    json_text(&j, "familyName", p->last);
    json_end_object(&j);
    json_text(&j, "locale", s->opt.locale);
    json_text(&j, "timezone", s->opt.time_zone);
    json_object(&j, "meta");
    json_text(&j, "created", "2019-08-24T14:15:22Z");
    buf_clear(&text);
    buf_addf(&text, "%s/identity/v1/Users/%s", s->base_url, p->key);
    json_text(&j, "location", buf_text(&text));
    json_end_object(&j);
    write_accounts(r, &j, admin);
    json_end_object(&j);
    json_close(&j);
    buf_done(&text);
}
