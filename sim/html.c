#include "html.h"

static const char STYLE[] =
    "body{font:16px/1.5 system-ui,sans-serif;margin:10vh auto;max-width:30rem;padding:0 1rem;"
    "color:#1d2433;background:#f5f6f8}main{background:#fff;padding:1.5rem 2rem;border-radius:8px;"
    "box-shadow:0 1px 4px #0003}button{font:inherit;padding:.5rem 1.5rem;margin:.5rem .5rem 0 0;"
    "border:1px solid #2a5bd7;border-radius:6px;background:#2a5bd7;color:#fff}"
    "button.quiet{background:#fff;color:#2a5bd7}input{font:inherit;width:100%;padding:.4rem;"
    "box-sizing:border-box}";

void html_begin(struct buf *out, const char *title)
{
    buf_adds(out, "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>");
    html_text(out, title);
    buf_adds(out, "</title><meta name=\"viewport\" content=\"width=device-width\"><style>");
    buf_adds(out, STYLE);
    buf_adds(out, "</style></head>\n<body><main><h1>");
    html_text(out, title);
    buf_adds(out, "</h1>\n");
}

void html_text(struct buf *out, const char *text)
{
    for (; *text; text++) {
        switch (*text) {
        case '&':
            buf_adds(out, "&amp;");
            break;
        case '<':
            buf_adds(out, "&lt;");
            break;
        case '>':
            buf_adds(out, "&gt;");
            break;
        case '"':
            buf_adds(out, "&quot;");
            break;
        case '\'':
            buf_adds(out, "&#39;");
            break;
        default:
            buf_addc(out, *text);
            break;
        }
    }
}

void html_end(struct buf *out)
{
    buf_adds(out, "<p><small>gotosim, a stand-in for GoTo's sign-in service</small></p>"
                  "</main></body></html>\n");
}
