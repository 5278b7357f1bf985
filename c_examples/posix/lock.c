/* The locks behind mqtt_post. On a microcontroller they mask interrupts; here they hold signals off and lock a mutex,
 * for the same reason: a handler that posts must not find its own thread inside. */

#define _POSIX_C_SOURCE 200809L

#include "limpet_posix.h"

#include <pthread.h>
#include <signal.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_mutex_t mutex;

/* Both belong to who holds the mutex. */
static uint32_t depth;
static sigset_t signals_before;

static void make_mutex(void)
{
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE);
    pthread_mutex_init(&mutex, &attributes);
    pthread_mutexattr_destroy(&attributes);
}

uint32_t mqtt_lock(void)
{
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    pthread_once(&once, make_mutex);
    pthread_mutex_lock(&mutex);
    if (depth == 0) {
        signals_before = before;
    }
    return depth++;
}

void mqtt_unlock(uint32_t state)
{
    const sigset_t before = signals_before;
    depth = state;
    pthread_mutex_unlock(&mutex);
    if (state == 0) {
        pthread_sigmask(SIG_SETMASK, &before, NULL);
    }
}
