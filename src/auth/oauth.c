#include "auth/oauth.h"

#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "net/url.h"

enum {
    RANDOM_BYTES = 32, /* RFC 7636 4.1: 32 octets make a verifier of 43 characters */
    RANDOM_TEXT = 44,
    CODE_BYTES_MAX = 8192, /* a code is a JWT (goto-api.md 1.2) */
    PEER_TEXT_WIDTH = 200, /* of a peer's words in our sentences */
};

struct oauth_service oauth_service_of(const struct config *c)
{
    return (struct oauth_service){
        .authorize_url = config_text(c, "authorize_url"),
        .token_url = config_text(c, "token_url"),
        .revoke_url = config_text(c, "revoke_url"),
        .client_id = config_text(c, "client_id"),
        .redirect_uri = config_text(c, "redirect_uri"),
    };
}

static void base64url(const unsigned char *bytes, char out[RANDOM_TEXT])
{
    sodium_bin2base64(out, RANDOM_TEXT, bytes, RANDOM_BYTES,
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

static void random_text(struct secret *out)
{
    unsigned char bytes[RANDOM_BYTES];
    char text[RANDOM_TEXT];
    randombytes_buf(bytes, sizeof bytes);
    base64url(bytes, text);
    secret_set(out, text, strlen(text));
    sodium_memzero(bytes, sizeof bytes);
    sodium_memzero(text, sizeof text);
}

void oauth_flow_begin(struct oauth_flow *f)
{
    if (sodium_init() < 0)
        abort();
    random_text(&f->state);
    random_text(&f->verifier);
}

void oauth_flow_done(struct oauth_flow *f)
{
    secret_done(&f->state);
    secret_done(&f->verifier);
}

/* RFC 7636 4.2: BASE64URL(SHA256(verifier)). */
static void challenge_of(const struct secret *verifier, char out[RANDOM_TEXT])
{
    _Static_assert(crypto_hash_sha256_BYTES == RANDOM_BYTES, "both are 32 bytes");
    unsigned char hash[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(hash, (const unsigned char *)secret_reveal(verifier), verifier->len);
    base64url(hash, out);
}

bool oauth_authorize_url(const struct oauth_service *s, const struct oauth_flow *f, struct buf *out,
                         struct err *e)
{
    char challenge[RANDOM_TEXT];
    challenge_of(&f->verifier, challenge);
    bool ok = buf_adds(out, s->authorize_url) && url_add_query(out, "response_type", "code") &&
              url_add_query(out, "client_id", s->client_id) &&
              url_add_query(out, "redirect_uri", s->redirect_uri) &&
              url_add_query(out, "state", secret_reveal(&f->state)) &&
              url_add_query(out, "code_challenge", challenge) &&
              url_add_query(out, "code_challenge_method", "S256");
    return ok || err_set(e, ERR_USAGE, "the authorize URL is too long");
}

static void wipe_text(char **text)
{
    if (*text)
        explicit_bzero(*text, strlen(*text));
    free(*text);
}

/* A parameter of the redirect, NULL when it is absent or empty. False: given twice or garbled. */
static bool parameter(const char *query, const char *name, char **out, struct err *e)
{
    if (!query_get(query, name, out, e))
        return false;
    if (*out && **out == '\0') {
        free(*out);
        *out = NULL;
    }
    return true;
}

static bool state_is_ours(const char *query, const struct oauth_flow *f, struct err *e)
{
    CLEANUP(wipe_text) char *state = NULL;
    if (!parameter(query, "state", &state, e))
        return false;
    if (!state)
        return err_set(e, ERR_USAGE, "this is not the answer of a sign-in: it carries no state");
    CLEANUP(secret_done) struct secret came = SECRET_INIT;
    secret_set(&came, state, strlen(state));
    return secret_equal(&came, &f->state) ||
           err_set(e, ERR_USAGE,
                   "this is not the answer to the current sign-in: its state is "
                   "another; it may be an old window");
}

/* RFC 6749 4.1.2.1. */
static bool refusal(const char *error, const char *description, struct err *e)
{
    CLEANUP(buf_done) struct buf said = BUF_INIT(2048);
    text_add_visible(&said, error, PEER_TEXT_WIDTH);
    if (description) {
        buf_adds(&said, ": ");
        text_add_visible(&said, description, PEER_TEXT_WIDTH);
    }
    if (strcmp(error, "access_denied") == 0) {
        err_set(e, ERR_AUTH, "access was refused at the sign-in page (%s)", buf_text(&said));
        return err_next(e, "run Get Token again and choose Allow on the consent page");
    }
    if (strcmp(error, "server_error") == 0 || strcmp(error, "temporarily_unavailable") == 0) {
        err_set(e, ERR_AUTH, "the sign-in page has a fault of its own (%s)", buf_text(&said));
        return err_next(e, "run Get Token again in a few minutes");
    }
    err_set(e, ERR_AUTH, "the sign-in page refused the request (%s)", buf_text(&said));
    return err_next(e, "compare client_id, redirect_uri and the scopes with those of the OAuth "
                       "client, then run Get Token again");
}

enum oauth_redirect oauth_read_redirect(const char *query, const struct oauth_flow *f,
                                        struct secret *code, struct err *e)
{
    CLEANUP(wipe_text) char *error = NULL;
    CLEANUP(wipe_text) char *description = NULL;
    CLEANUP(wipe_text) char *given = NULL;
    if (!state_is_ours(query, f, e) || !parameter(query, "error", &error, e) ||
        !parameter(query, "error_description", &description, e) ||
        !parameter(query, "code", &given, e))
        return REDIRECT_STRANGE;
    if (error) {
        refusal(error, description, e);
        return REDIRECT_REFUSED;
    }
    if (!given || strlen(given) > CODE_BYTES_MAX) {
        err_set(e, ERR_USAGE, "this is not the answer of a sign-in: it carries no code");
        return REDIRECT_STRANGE;
    }
    secret_set(code, given, strlen(given));
    return REDIRECT_CODE;
}
