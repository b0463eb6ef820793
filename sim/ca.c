#include "ca.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/xalloc.h"

#define DAY_S ((time_t)86400)

struct pair {
    gnutls_x509_privkey_t key;
    gnutls_x509_crt_t certificate;
};

static void pair_done(struct pair *p)
{
    if (p->key)
        gnutls_x509_privkey_deinit(p->key);
    if (p->certificate)
        gnutls_x509_crt_deinit(p->certificate);
}

/* What both certificates have in common; a GnuTLS code. */
static int pair_begin(struct pair *p, const char *name, const char *kind)
{
    unsigned char serial[16];
    time_t now = time(NULL);
    bool expired = strcmp(kind, "expired") == 0;
    unsigned bits = GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1);
    int rc = gnutls_x509_privkey_init(&p->key);
    if (rc == 0)
        rc = gnutls_x509_crt_init(&p->certificate);
    if (rc == 0)
        rc = gnutls_x509_privkey_generate(p->key, GNUTLS_PK_ECDSA, bits, 0);
    if (rc == 0)
        rc = gnutls_rnd(GNUTLS_RND_NONCE, serial, sizeof serial);
    if (rc != 0)
        return rc;
    serial[0] &= 0x7f;
    gnutls_x509_crt_set_version(p->certificate, 3);
    gnutls_x509_crt_set_serial(p->certificate, serial, sizeof serial);
    gnutls_x509_crt_set_activation_time(p->certificate, now - (expired ? 30 : 1) * DAY_S);
    gnutls_x509_crt_set_expiration_time(p->certificate, now + (expired ? -1 : 3650) * DAY_S);
    gnutls_x509_crt_set_dn_by_oid(p->certificate, GNUTLS_OID_X520_COMMON_NAME, 0, name,
                                  (unsigned)strlen(name));
    return gnutls_x509_crt_set_key(p->certificate, p->key);
}

static int set_key_id(gnutls_x509_crt_t certificate)
{
    unsigned char id[64];
    size_t len = sizeof id;
    int rc = gnutls_x509_crt_get_key_id(certificate, 0, id, &len);
    return rc ? rc : gnutls_x509_crt_set_subject_key_id(certificate, id, len);
}

static int make_authority(struct pair *p)
{
    int rc = pair_begin(p, "gotosim test authority", "good");
    if (rc == 0)
        rc = gnutls_x509_crt_set_ca_status(p->certificate, 1);
    if (rc == 0)
        rc = gnutls_x509_crt_set_key_usage(p->certificate,
                                           GNUTLS_KEY_KEY_CERT_SIGN | GNUTLS_KEY_CRL_SIGN);
    if (rc == 0)
        rc = set_key_id(p->certificate);
    return rc ? rc
              : gnutls_x509_crt_sign2(p->certificate, p->certificate, p->key, GNUTLS_DIG_SHA256, 0);
}

static int set_names(gnutls_x509_crt_t certificate, const char *kind)
{
    struct in_addr v4 = {htonl(INADDR_LOOPBACK)};
    struct in6_addr v6 = IN6ADDR_LOOPBACK_INIT;
    const unsigned append = GNUTLS_FSAN_APPEND;
    if (strcmp(kind, "wrong-name") == 0)
        return gnutls_x509_crt_set_subject_alt_name(certificate, GNUTLS_SAN_DNSNAME,
                                                    "other.example", 13, GNUTLS_FSAN_SET);
    int rc = gnutls_x509_crt_set_subject_alt_name(certificate, GNUTLS_SAN_DNSNAME, "localhost", 9,
                                                  GNUTLS_FSAN_SET);
    if (rc == 0)
        rc = gnutls_x509_crt_set_subject_alt_name(certificate, GNUTLS_SAN_IPADDRESS, &v4, sizeof v4,
                                                  append);
    if (rc == 0)
        rc = gnutls_x509_crt_set_subject_alt_name(certificate, GNUTLS_SAN_IPADDRESS, &v6, sizeof v6,
                                                  append);
    return rc;
}

static int make_server(struct pair *p, const struct pair *authority, const char *kind)
{
    unsigned char id[64];
    size_t len = sizeof id;
    int rc = pair_begin(p, "gotosim", kind);
    if (rc == 0)
        rc = gnutls_x509_crt_set_ca_status(p->certificate, 0);
    if (rc == 0)
        rc = gnutls_x509_crt_set_key_usage(p->certificate, GNUTLS_KEY_DIGITAL_SIGNATURE);
    if (rc == 0)
        rc = gnutls_x509_crt_set_key_purpose_oid(p->certificate, GNUTLS_KP_TLS_WWW_SERVER, 0);
    if (rc == 0)
        rc = set_names(p->certificate, kind);
    if (rc == 0)
        rc = set_key_id(p->certificate);
    if (rc == 0)
        rc = gnutls_x509_crt_get_key_id(authority->certificate, 0, id, &len);
    if (rc == 0)
        rc = gnutls_x509_crt_set_authority_key_id(p->certificate, id, len);
    return rc ? rc
              : gnutls_x509_crt_sign2(p->certificate, authority->certificate, authority->key,
                                      GNUTLS_DIG_SHA256, 0);
}

static char *certificate_text(gnutls_x509_crt_t certificate)
{
    gnutls_datum_t pem = {0};
    if (gnutls_x509_crt_export2(certificate, GNUTLS_X509_FMT_PEM, &pem) != 0)
        return NULL;
    char *text = xstrndup((char *)pem.data, pem.size);
    gnutls_free(pem.data);
    return text;
}

static char *key_text(gnutls_x509_privkey_t key)
{
    gnutls_datum_t pem = {0};
    if (gnutls_x509_privkey_export2(key, GNUTLS_X509_FMT_PEM, &pem) != 0)
        return NULL;
    char *text = xstrndup((char *)pem.data, pem.size);
    gnutls_memset(pem.data, 0, pem.size);
    gnutls_free(pem.data);
    return text;
}

/* A reader of ca.pem never sees half of it. */
static bool write_authority(const char *folder, const char *pem, struct err *e)
{
    struct buf path = BUF_INIT(4096), draft = BUF_INIT(4096);
    buf_addf(&path, "%s/ca.pem", folder);
    buf_addf(&draft, "%s/ca.pem.new", folder);
    bool good = file_make_folder(folder, e);
    FILE *file = good ? fopen(buf_text(&draft), "we") : NULL;
    if (good && (!file || fputs(pem, file) < 0))
        good = err_set(e, ERR_LOCAL, "cannot write %s: %s", buf_text(&draft), strerror(errno));
    if (file && fclose(file) != 0)
        good = err_set(e, ERR_LOCAL, "cannot write %s: %s", buf_text(&draft), strerror(errno));
    if (good && rename(buf_text(&draft), buf_text(&path)) != 0)
        good = err_set(e, ERR_LOCAL, "cannot write %s: %s", buf_text(&path), strerror(errno));
    buf_done(&path);
    buf_done(&draft);
    return good;
}

bool tls_identity_make(struct tls_identity *out, const char *folder, const char *kind,
                       struct err *e)
{
    struct pair authority = {0}, server = {0};
    struct tls_identity made = TLS_IDENTITY_INIT;
    char *ca = NULL;
    int rc = make_authority(&authority);
    if (rc == 0)
        rc = make_server(&server, &authority, kind);
    if (rc == 0) {
        ca = certificate_text(authority.certificate);
        made.certificate_pem = certificate_text(server.certificate);
        made.key_pem = key_text(server.key);
    }
    pair_done(&authority);
    pair_done(&server);
    bool good = ca && made.certificate_pem && made.key_pem;
    if (!good)
        err_set(e, ERR_LOCAL, "cannot make a certificate: %s", gnutls_strerror(rc));
    else
        good = write_authority(folder, ca, e);
    free(ca);
    if (good)
        *out = made;
    else
        tls_identity_done(&made);
    return good;
}

void tls_identity_done(struct tls_identity *t)
{
    if (t->key_pem)
        explicit_bzero(t->key_pem, strlen(t->key_pem));
    free(t->key_pem);
    free(t->certificate_pem);
    *t = TLS_IDENTITY_INIT;
}
