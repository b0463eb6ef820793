#include "spoil.h"

#include <string.h>
#include <sys/socket.h>

#include <microhttpd.h>

#include "server.h"
#include "sim.h"

enum { BLOCK_BYTES = 4096, LENGTH_LIE = 100 };

static int socket_of(const struct request *r)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(r->connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    return info ? info->connect_fd : -1;
}

static ssize_t give(const struct request *r, uint64_t at, size_t end, char *out, size_t max)
{
    if (at >= end)
        return MHD_CONTENT_READER_END_WITH_ERROR;
    size_t len = end - at < max ? end - at : max;
    memcpy(out, r->reply.body.data + at, len);
    return (ssize_t)len;
}

/* Half of a body, and then the connection is gone. */
static ssize_t read_half(void *ctx, uint64_t at, char *out, size_t max)
{
    const struct request *r = ctx;
    return give(r, at, r->reply.body.len / 2, out, max);
}

/* All of it, of which more was promised. */
static ssize_t read_whole(void *ctx, uint64_t at, char *out, size_t max)
{
    const struct request *r = ctx;
    return give(r, at, r->reply.body.len, out, max);
}

static ssize_t read_drop(void *ctx, uint64_t at, char *out, size_t max)
{
    struct request *r = ctx;
    if (max == 0)
        return 0;
    if (!r->dripped && server_delay(r->server, r->connection, r->reply.drip_ms)) {
        r->dripped = true;
        return 0; /* asked again when it is due */
    }
    r->dripped = false;
    return give(r, at, r->reply.body.len, out, 1);
}

/* ---- compressed without end ---- */

/* RFC 1951 3.2.6: fixed codes; Huffman codes go in from their highest bit, all else from the
 * lowest. */
struct bits {
    unsigned char *out;
    size_t len;
    unsigned held, count;
};

static void put_bits(struct bits *b, unsigned value, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        b->held |= (value >> i & 1) << b->count;
        if (++b->count == 8) {
            b->out[b->len++] = (unsigned char)b->held;
            b->held = b->count = 0;
        }
    }
}

static void put_code(struct bits *b, unsigned code, unsigned count)
{
    while (count-- > 0)
        put_bits(b, code >> count & 1, 1);
}

/* gzip's header, one block that begins with the text, and room is the caller's. */
static void begin_gzip(struct bits *b, const char *text)
{
    static const unsigned char header[] = {0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3};
    memcpy(b->out, header, sizeof header);
    b->len = sizeof header;
    put_bits(b, 1, 1); /* the last block */
    put_bits(b, 1, 2); /* fixed codes */
    for (; *text; text++)
        put_code(b, 0x30 + (unsigned char)*text, 8);
}

/* Eight times "258 bytes from 3 bytes ago" are 13 bytes: the pattern repeats from there on. */
static void put_repeats(struct bits *b)
{
    for (unsigned i = 0; i < 8; i++) {
        put_code(b, 0xc5, 8); /* length 258 */
        put_code(b, 2, 5);    /* distance 3 */
    }
}

static ssize_t read_endless(void *ctx, uint64_t at, char *out, size_t max)
{
    struct request *r = ctx;
    unsigned char block[BLOCK_BYTES];
    struct bits b = {.out = block};
    if (at > 0) { /* the bits that were held back are known by how the text ended */
        b.held = r->endless_held;
        b.count = r->endless_count;
    } else {
        begin_gzip(&b, r->api == API_G2M ? "[{},{}," : "{\"results\":[{},{},");
    }
    while (b.len + 16 < sizeof block && b.len + 16 < max)
        put_repeats(&b);
    r->endless_held = b.held;
    r->endless_count = b.count;
    memcpy(out, block, b.len);
    return (ssize_t)b.len;
}

static struct MHD_Response *unreadable_gzip(struct request *r)
{
    static const unsigned char header[] = {0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3};
    struct buf *body = &r->reply.body;
    if (body->len > sizeof header)
        memcpy(body->data, header, sizeof header);
    size_t len = body->len;
    return MHD_create_response_from_buffer(len, buf_take(body), MHD_RESPMEM_MUST_FREE);
}

/* ---- the response ---- */

static struct MHD_Response *cut_by_reset(struct request *r)
{
    struct linger at_once = {.l_onoff = 1, .l_linger = 0};
    int fd = socket_of(r);
    if (fd >= 0)
        setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    return MHD_create_response_from_callback(r->reply.body.len, BLOCK_BYTES, read_half, r, NULL);
}

static struct MHD_Response *nothing(struct request *r)
{
    int fd = socket_of(r);
    if (fd >= 0)
        shutdown(fd, SHUT_RDWR);
    return MHD_create_response_from_callback(r->reply.body.len, BLOCK_BYTES, read_half, r, NULL);
}

static struct MHD_Response *compressed(struct MHD_Response *response)
{
    if (response)
        MHD_add_response_header(response, "Content-Encoding", "gzip");
    return response;
}

struct MHD_Response *spoil_response(struct request *r)
{
    size_t len = r->reply.body.len;
    switch (r->reply.spoil) {
    case SPOIL_RESET:
        return cut_by_reset(r);
    case SPOIL_LOST:
        return nothing(r);
    case SPOIL_DRIP:
        return MHD_create_response_from_callback(len, BLOCK_BYTES, read_drop, r, NULL);
    case SPOIL_LONG_LENGTH:
        return MHD_create_response_from_callback(len + LENGTH_LIE, BLOCK_BYTES, read_whole, r,
                                                 NULL);
    case SPOIL_SHORT_LENGTH:
        return MHD_create_response_from_callback(len / 2, BLOCK_BYTES, read_whole, r, NULL);
    case SPOIL_GZIP_BROKEN:
        return compressed(unreadable_gzip(r));
    case SPOIL_GZIP_ENDLESS:
        return compressed(MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK_BYTES,
                                                            read_endless, r, NULL));
    case SPOIL_NOTHING:
        break;
    }
    return NULL;
}

void spoil_after(struct request *r)
{
    size_t half = r->reply.body.len / 2;
    int fd = socket_of(r);
    if (r->reply.spoil == SPOIL_SHORT_LENGTH && r->reply.body.len > 1 && fd >= 0)
        (void)!send(fd, r->reply.body.data + half, r->reply.body.len - half, MSG_DONTWAIT);
}
