/* See names.h. */

#define _POSIX_C_SOURCE 200809L

#include "names.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdbool.h>
#include <string.h>

static sem_t slow_begun;
static sem_t slow_go;
static sem_t slow_gone;
static int lookups;
static int lists;

/* One list entry with room for its address. */
struct entry {
    struct addrinfo info;
    struct sockaddr_storage at;
};

static struct entry entries[64];
static bool entry_used[64];
static pthread_mutex_t entries_lock = PTHREAD_MUTEX_INITIALIZER;

static struct addrinfo *entry(const char *text, struct addrinfo *next)
{
    size_t i = 0;
    pthread_mutex_lock(&entries_lock);
    while (entry_used[i]) {
        i++;
    }
    entry_used[i] = true;
    lists++;
    pthread_mutex_unlock(&entries_lock);
    struct entry *e = &entries[i];
    memset(e, 0, sizeof *e);
    struct sockaddr_in *in4 = (struct sockaddr_in *)&e->at;
    struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)&e->at;
    if (inet_pton(AF_INET, text, &in4->sin_addr) == 1) {
        in4->sin_family = AF_INET;
        e->info.ai_addrlen = sizeof *in4;
    } else {
        inet_pton(AF_INET6, text, &in6->sin6_addr);
        in6->sin6_family = AF_INET6;
        e->info.ai_addrlen = sizeof *in6;
    }
    e->info.ai_family = e->at.ss_family;
    e->info.ai_addr = (struct sockaddr *)&e->at;
    e->info.ai_next = next;
    return &e->info;
}

int getaddrinfo(const char *host, const char *service, const struct addrinfo *hints, struct addrinfo **list)
{
    unsigned char any[16];
    (void)service;
    if (inet_pton(AF_INET, host, any) == 1 || inet_pton(AF_INET6, host, any) == 1) {
        *list = entry(host, NULL);
        return 0;
    }
    if ((hints->ai_flags & AI_NUMERICHOST) != 0) {
        return EAI_NONAME;
    }
    __atomic_fetch_add(&lookups, 1, __ATOMIC_SEQ_CST);
    if (strcmp(host, "slow") == 0) {
        sem_post(&slow_begun);
        sem_wait(&slow_go);
        sem_post(&slow_gone);
    }
    if (strcmp(host, "one") == 0 || strcmp(host, "slow") == 0) {
        *list = entry("127.0.0.1", NULL);
    } else if (strcmp(host, "two") == 0) {
        *list = entry("127.0.0.2", entry("127.0.0.1", NULL));
    } else if (strcmp(host, "six") == 0) {
        *list = entry("::1", entry("127.0.0.1", NULL));
    } else {
        return EAI_NONAME;
    }
    return 0;
}

void freeaddrinfo(struct addrinfo *list)
{
    pthread_mutex_lock(&entries_lock);
    for (; list != NULL; list = list->ai_next) {
        entry_used[(struct entry *)(void *)list - entries] = false;
        lists--;
    }
    pthread_mutex_unlock(&entries_lock);
}

void names_init(void)
{
    sem_init(&slow_begun, 0, 0);
    sem_init(&slow_go, 0, 0);
    sem_init(&slow_gone, 0, 0);
}

int names_lookups(void)
{
    return __atomic_load_n(&lookups, __ATOMIC_SEQ_CST);
}

int names_lists(void)
{
    pthread_mutex_lock(&entries_lock);
    const int n = lists;
    pthread_mutex_unlock(&entries_lock);
    return n;
}

void slow_wait(void)
{
    sem_wait(&slow_begun);
}

void slow_let_go(int n)
{
    for (int i = 0; i < n; i++) {
        sem_post(&slow_go);
    }
    for (int i = 0; i < n; i++) {
        sem_wait(&slow_gone);
    }
}
