#include "base/thread.h"

#include <signal.h>

enum { STACK_BYTES = 1 << 20 };

bool thread_start(pthread_t *thread, void *(*body)(void *ctx), void *ctx)
{
    sigset_t all, before;
    pthread_attr_t attr;
    sigfillset(&all);
    pthread_attr_init(&attr);
    pthread_attr_setstacksize(&attr, STACK_BYTES);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    bool ok = pthread_create(thread, &attr, body, ctx) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attr);
    return ok;
}
