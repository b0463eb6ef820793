#include "peer.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

#include "base/buf.h"
#include "base/scan.h"
#include "base/xalloc.h"

struct peer {
    pthread_t thread;
    int listener, stop[2];
    struct peer_step *steps; /* copies, their texts too */
    size_t count, next;
    unsigned port, connections;
    struct buf requests;
    gnutls_certificate_credentials_t credentials; /* NULL: plain TCP */
    bool stopped;
};

struct line {
    int fd;
    gnutls_session_t tls;
};

/* False: the test is over. */
static bool wait_for(const struct peer *p, int fd, short events, int ms)
{
    struct pollfd fds[2] = {{.fd = p->stop[0], .events = POLLIN}, {.fd = fd, .events = events}};
    poll(fds, fd < 0 ? 1 : 2, ms);
    return fds[0].revents == 0;
}

static bool send_some(struct line *c, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t n =
            c->tls ? gnutls_record_send(c->tls, bytes, len) : send(c->fd, bytes, len, MSG_NOSIGNAL);
        if (n <= 0)
            return false;
        bytes += n;
        len -= (size_t)n;
    }
    return true;
}

/* Reads one request into p->requests. */
static bool read_request(struct peer *p, struct line *c)
{
    size_t from = p->requests.len;
    for (;;) {
        char chunk[4096];
        bool pending = c->tls && gnutls_record_check_pending(c->tls) > 0;
        if (!pending && !wait_for(p, c->fd, POLLIN, -1))
            return false;
        ssize_t n = c->tls ? gnutls_record_recv(c->tls, chunk, sizeof chunk)
                           : recv(c->fd, chunk, sizeof chunk, 0);
        if (n == GNUTLS_E_AGAIN || n == GNUTLS_E_INTERRUPTED)
            continue;
        if (n <= 0)
            return false;
        buf_add(&p->requests, chunk, (size_t)n);
        const char *head = buf_text(&p->requests) + from, *end = strstr(head, "\r\n\r\n");
        const char *length = strcasestr(head, "content-length: ");
        int64_t body = 0;
        if (length && (length += 16))
            scan_digits(&length, 1, 9, &body);
        if (end && p->requests.len - from >= (size_t)(end + 4 - head) + (size_t)body)
            return true;
    }
}

static bool answer(struct peer *p, struct line *c)
{
    const struct peer_step *s = &p->steps[p->next];
    const char *text = s->text;
    size_t len = s->len, piece = s->drip_ms ? 1 : len;
    if (p->next + 1 < p->count)
        p->next++;
    for (size_t at = 0; at < len; at += piece) {
        if (!send_some(c, text + at, piece))
            return false;
        if (s->drip_ms && !wait_for(p, -1, 0, s->drip_ms))
            return false;
    }
    if (s->hang)
        wait_for(p, -1, 0, -1);
    return s->keep;
}

static bool shake_hands(const struct peer *p, struct line *c)
{
    if (!p->credentials)
        return true;
    gnutls_init(&c->tls, GNUTLS_SERVER | GNUTLS_NO_SIGNAL);
    gnutls_set_default_priority(c->tls);
    gnutls_credentials_set(c->tls, GNUTLS_CRD_CERTIFICATE, p->credentials);
    gnutls_transport_set_int(c->tls, c->fd);
    gnutls_handshake_set_timeout(c->tls, 5000);
    int status;
    do
        status = gnutls_handshake(c->tls);
    while (status < 0 && !gnutls_error_is_fatal(status));
    return status >= 0;
}

static void *serve(void *arg)
{
    struct peer *p = arg;
    while (wait_for(p, p->listener, POLLIN, -1)) {
        struct line c = {.fd = accept(p->listener, NULL, NULL)};
        if (c.fd < 0) /* gone again */
            continue;
        p->connections++;
        if (shake_hands(p, &c))
            while (read_request(p, &c) && answer(p, &c))
                ;
        if (c.tls)
            gnutls_deinit(c.tls);
        close(c.fd);
    }
    return NULL;
}

static void make_certificate(struct peer *p, const struct peer_tls *tls)
{
    gnutls_x509_privkey_t key;
    gnutls_x509_crt_t crt;
    gnutls_datum_t pem;
    struct in_addr ip;
    time_t from = time(NULL) + tls->valid_from_s;
    gnutls_x509_privkey_init(&key);
    gnutls_x509_privkey_generate(key, GNUTLS_PK_EC,
                                 GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0);
    gnutls_x509_crt_init(&crt);
    gnutls_x509_crt_set_version(crt, 3);
    gnutls_x509_crt_set_serial(crt, "\x01", 1);
    gnutls_x509_crt_set_dn(crt, "CN=Peer Of A Test,O=Nobody", NULL);
    gnutls_x509_crt_set_activation_time(crt, from);
    gnutls_x509_crt_set_expiration_time(crt, from + tls->valid_for_s);
    gnutls_x509_crt_set_ca_status(crt, 1);
    if (tls->ip && inet_pton(AF_INET, tls->ip, &ip) == 1)
        gnutls_x509_crt_set_subject_alt_name(crt, GNUTLS_SAN_IPADDRESS, &ip, sizeof ip,
                                             GNUTLS_FSAN_APPEND);
    if (tls->dns)
        gnutls_x509_crt_set_subject_alt_name(crt, GNUTLS_SAN_DNSNAME, tls->dns,
                                             (unsigned)strlen(tls->dns), GNUTLS_FSAN_APPEND);
    gnutls_x509_crt_set_key(crt, key);
    gnutls_x509_crt_sign2(crt, crt, key, GNUTLS_DIG_SHA256, 0);
    gnutls_certificate_allocate_credentials(&p->credentials);
    gnutls_certificate_set_x509_key(p->credentials, &crt, 1, key);
    gnutls_x509_crt_export2(crt, GNUTLS_X509_FMT_PEM, &pem);
    FILE *f = tls->ca_path ? fopen(tls->ca_path, "w") : NULL;
    if (f) {
        fwrite(pem.data, 1, pem.size, f);
        fclose(f);
    }
    gnutls_free(pem.data);
    gnutls_x509_crt_deinit(crt);
    gnutls_x509_privkey_deinit(key);
}

struct peer *peer_start(const struct peer_step *steps, size_t count, const struct peer_tls *tls)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof a;
    struct peer *p = NEW(struct peer);
    p->steps = xmemdup(steps, count * sizeof *steps);
    for (size_t i = 0; i < count; i++) {
        struct peer_step *s = &p->steps[i];
        s->len = s->len || !s->text ? s->len : strlen(s->text);
        s->text = xmemdup(s->text, s->len);
    }
    p->count = count;
    p->requests = BUF_INIT(1 << 20);
    if (tls)
        make_certificate(p, tls);
    p->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (bind(p->listener, (struct sockaddr *)&a, len) || listen(p->listener, 16) ||
        getsockname(p->listener, (struct sockaddr *)&a, &len) || pipe(p->stop) ||
        pthread_create(&p->thread, NULL, serve, p))
        abort();
    p->port = ntohs(a.sin_port);
    return p;
}

unsigned peer_port(const struct peer *p)
{
    return p->port;
}

void peer_stop(struct peer *p)
{
    if (p->stopped)
        return;
    p->stopped = true;
    close(p->stop[1]);
    pthread_join(p->thread, NULL);
    close(p->stop[0]);
    close(p->listener);
}

const char *peer_requests(const struct peer *p)
{
    return buf_text(&p->requests);
}

unsigned peer_connections(const struct peer *p)
{
    return p->connections;
}

void peer_free(struct peer *p)
{
    if (!p)
        return;
    peer_stop(p);
    if (p->credentials)
        gnutls_certificate_free_credentials(p->credentials);
    for (size_t i = 0; i < p->count; i++)
        free((void *)(uintptr_t)p->steps[i].text);
    free(p->steps);
    buf_done(&p->requests);
    free(p);
}
