/* Answers that no lawful server gives: cut, lost, dripping, of a wrong length, badly compressed. */
#pragma once

struct MHD_Response;
struct request;

/* The response of a reply that is to be spoilt; NULL: none can be made. The reply, which owns what
 * is sent, must live until the request has ended. */
struct MHD_Response *spoil_response(struct request *r);
/* When the response has gone out: sends, past its end, what its Content-Length left out. */
void spoil_after(struct request *r);
