/* What lwIP asks of an operating system, given by pthreads. */

#define _POSIX_C_SOURCE 200809L

#include "lwip/sys.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

struct sys_sem {
    pthread_mutex_t mutex;
    pthread_cond_t more;
    unsigned count;
};

struct sys_mutex {
    pthread_mutex_t mutex;
};

/* A ring. */
struct sys_mbox {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    unsigned size;
    unsigned first;
    unsigned len;
    void *messages[];
};

static pthread_mutex_t protection;

static void make_condition(pthread_cond_t *condition)
{
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(condition, &attributes);
    pthread_condattr_destroy(&attributes);
}

static struct timespec end_of(u32_t ms)
{
    struct timespec end;
    clock_gettime(CLOCK_MONOTONIC, &end);
    end.tv_sec += (time_t)(ms / 1000);
    end.tv_nsec += (long)(ms % 1000) * 1000000;
    if (end.tv_nsec >= 1000000000) {
        end.tv_sec++;
        end.tv_nsec -= 1000000000;
    }
    return end;
}

/* False after the end; there is none if ms is 0. */
static bool wait_until(pthread_cond_t *condition, pthread_mutex_t *mutex, u32_t ms, const struct timespec *end)
{
    if (ms == 0) {
        pthread_cond_wait(condition, mutex);
        return true;
    }
    return pthread_cond_timedwait(condition, mutex, end) != ETIMEDOUT;
}

void sys_init(void)
{
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE);
    pthread_mutex_init(&protection, &attributes);
    pthread_mutexattr_destroy(&attributes);
}

u32_t sys_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (u32_t)((u64_t)now.tv_sec * 1000u + (u64_t)now.tv_nsec / 1000000u);
}

sys_prot_t sys_arch_protect(void)
{
    pthread_mutex_lock(&protection);
    return 0;
}

void sys_arch_unprotect(sys_prot_t before)
{
    (void)before;
    pthread_mutex_unlock(&protection);
}

err_t sys_mutex_new(sys_mutex_t *mutex)
{
    *mutex = calloc(1, sizeof **mutex);
    return pthread_mutex_init(&(*mutex)->mutex, NULL) == 0 ? ERR_OK : ERR_MEM;
}

void sys_mutex_lock(sys_mutex_t *mutex)
{
    pthread_mutex_lock(&(*mutex)->mutex);
}

void sys_mutex_unlock(sys_mutex_t *mutex)
{
    pthread_mutex_unlock(&(*mutex)->mutex);
}

void sys_mutex_free(sys_mutex_t *mutex)
{
    pthread_mutex_destroy(&(*mutex)->mutex);
    free(*mutex);
}

err_t sys_sem_new(sys_sem_t *sem, u8_t count)
{
    *sem = calloc(1, sizeof **sem);
    (*sem)->count = count;
    make_condition(&(*sem)->more);
    return pthread_mutex_init(&(*sem)->mutex, NULL) == 0 ? ERR_OK : ERR_MEM;
}

void sys_sem_signal(sys_sem_t *sem)
{
    struct sys_sem *it = *sem;
    pthread_mutex_lock(&it->mutex);
    it->count++;
    pthread_cond_signal(&it->more);
    /* Who waits may free it as soon as it is let go. */
    pthread_mutex_unlock(&it->mutex);
}

u32_t sys_arch_sem_wait(sys_sem_t *sem, u32_t timeout)
{
    struct sys_sem *it = *sem;
    const struct timespec end = end_of(timeout);
    bool waiting = true;
    pthread_mutex_lock(&it->mutex);
    while (it->count == 0 && waiting) {
        waiting = wait_until(&it->more, &it->mutex, timeout, &end);
    }
    const bool taken = it->count > 0;
    it->count -= taken ? 1 : 0;
    pthread_mutex_unlock(&it->mutex);
    return taken ? 0 : SYS_ARCH_TIMEOUT;
}

void sys_sem_free(sys_sem_t *sem)
{
    pthread_cond_destroy(&(*sem)->more);
    pthread_mutex_destroy(&(*sem)->mutex);
    free(*sem);
}

err_t sys_mbox_new(sys_mbox_t *mbox, int size)
{
    *mbox = calloc(1, sizeof **mbox + (size_t)size * sizeof(void *));
    (*mbox)->size = (unsigned)size;
    make_condition(&(*mbox)->changed);
    return pthread_mutex_init(&(*mbox)->mutex, NULL) == 0 ? ERR_OK : ERR_MEM;
}

static void put(struct sys_mbox *it, void *msg)
{
    it->messages[(it->first + it->len) % it->size] = msg;
    it->len++;
    pthread_cond_broadcast(&it->changed);
}

void sys_mbox_post(sys_mbox_t *mbox, void *msg)
{
    struct sys_mbox *it = *mbox;
    pthread_mutex_lock(&it->mutex);
    while (it->len == it->size) {
        pthread_cond_wait(&it->changed, &it->mutex);
    }
    put(it, msg);
    pthread_mutex_unlock(&it->mutex);
}

err_t sys_mbox_trypost(sys_mbox_t *mbox, void *msg)
{
    struct sys_mbox *it = *mbox;
    pthread_mutex_lock(&it->mutex);
    const bool room = it->len < it->size;
    if (room) {
        put(it, msg);
    }
    pthread_mutex_unlock(&it->mutex);
    return room ? ERR_OK : ERR_MEM;
}

err_t sys_mbox_trypost_fromisr(sys_mbox_t *mbox, void *msg)
{
    return sys_mbox_trypost(mbox, msg);
}

static bool take(struct sys_mbox *it, void **msg)
{
    if (it->len == 0) {
        return false;
    }
    if (msg != NULL) {
        *msg = it->messages[it->first];
    }
    it->first = (it->first + 1) % it->size;
    it->len--;
    pthread_cond_broadcast(&it->changed);
    return true;
}

u32_t sys_arch_mbox_fetch(sys_mbox_t *mbox, void **msg, u32_t timeout)
{
    struct sys_mbox *it = *mbox;
    const struct timespec end = end_of(timeout);
    bool waiting = true;
    pthread_mutex_lock(&it->mutex);
    while (it->len == 0 && waiting) {
        waiting = wait_until(&it->changed, &it->mutex, timeout, &end);
    }
    const bool taken = take(it, msg);
    pthread_mutex_unlock(&it->mutex);
    return taken ? 0 : SYS_ARCH_TIMEOUT;
}

u32_t sys_arch_mbox_tryfetch(sys_mbox_t *mbox, void **msg)
{
    struct sys_mbox *it = *mbox;
    pthread_mutex_lock(&it->mutex);
    const bool taken = take(it, msg);
    pthread_mutex_unlock(&it->mutex);
    return taken ? 0 : SYS_MBOX_EMPTY;
}

void sys_mbox_free(sys_mbox_t *mbox)
{
    pthread_cond_destroy(&(*mbox)->changed);
    pthread_mutex_destroy(&(*mbox)->mutex);
    free(*mbox);
}

struct start {
    lwip_thread_fn thread;
    void *arg;
};

static void *run(void *user)
{
    struct start *start = user;
    start->thread(start->arg);
    free(start);
    return NULL;
}

sys_thread_t sys_thread_new(const char *name, lwip_thread_fn thread, void *arg, int stacksize, int prio)
{
    pthread_t made;
    struct start *start = malloc(sizeof *start);
    (void)name;
    (void)stacksize;
    (void)prio;
    *start = (struct start) { thread, arg };
    if (pthread_create(&made, NULL, run, start) != 0) {
        abort();
    }
    pthread_detach(made);
    return (sys_thread_t)made;
}
