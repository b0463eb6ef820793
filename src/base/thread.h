/* A thread beside the main one. */
#pragma once

#include <pthread.h>
#include <stdbool.h>

/* It hears no signals: those are the main thread's. False: this machine gives no more threads. */
bool thread_start(pthread_t *thread, void *(*body)(void *ctx), void *ctx);
