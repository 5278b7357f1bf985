/* Names to addresses without blocking. getaddrinfo cannot be interrupted, so a thread runs it and writes into a slot of
 * a fixed table, never into the transport: that may be closed, or gone, when the answer comes at last.
 * A transport has one slot at most. If it closes and opens again meanwhile, it waits for the thread it has. */

#define _POSIX_C_SOURCE 200809L
#define _DARWIN_C_SOURCE

#include "phase.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>

/* Lookups at the same time in the whole process; further ones wait for a slot. */
#define SLOTS 4

/* RFC 1035: a name has at most 253 characters. */
#define HOST_SIZE 256

enum { FREE = 0, RUNNING, FOUND };

struct slot {
    uint8_t state;
    /* Only compared, unless wanted. */
    struct limpet_posix *owner;
    bool wanted;
    char host[HOST_SIZE];
    int32_t result;
    uint8_t count;
    struct limpet_posix_address addresses[LIMPET_POSIX_ADDRESSES];
};

/* Guards the table; the fields host, result, count and addresses belong to the thread while RUNNING. */
static pthread_mutex_t table_lock = PTHREAD_MUTEX_INITIALIZER;
static struct slot table[SLOTS];

static int32_t error_of(int code)
{
    switch (code) {
    case EAI_SYSTEM:
        return errno > 0 ? -(int32_t)errno : -EIO;
    case EAI_MEMORY:
        return -ENOMEM;
    case EAI_NONAME:
#if defined EAI_NODATA && EAI_NODATA != EAI_NONAME
    case EAI_NODATA:
#endif
        return -ENOENT;
    default:
        return -EHOSTUNREACH;
    }
}

static int32_t resolve(const char *host, int flags, struct limpet_posix_address *to, uint8_t *count)
{
    const struct addrinfo hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = flags };
    struct addrinfo *list = NULL;
    const int code = getaddrinfo(host, NULL, &hints, &list);
    if (code != 0) {
        return error_of(code);
    }
    *count = 0;
    for (const struct addrinfo *one = list; one != NULL && *count < LIMPET_POSIX_ADDRESSES; one = one->ai_next) {
        if (one->ai_family == AF_INET || one->ai_family == AF_INET6) {
            memcpy(&to[*count].at, one->ai_addr, one->ai_addrlen);
            to[*count].len = one->ai_addrlen;
            ++*count;
        }
    }
    freeaddrinfo(list);
    return *count > 0 ? 0 : -ENOENT;
}

static void *run(void *argument)
{
    struct slot *slot = argument;
    slot->result = resolve(slot->host, 0, slot->addresses, &slot->count);

    pthread_mutex_lock(&table_lock);
    slot->state = slot->wanted ? FOUND : FREE;
    if (slot->wanted) {
        /* The owner is alive: it takes this lock to be forgotten. */
        limpet_posix_wake(slot->owner);
    }
    pthread_mutex_unlock(&table_lock);
    return NULL;
}

static int32_t start_thread(struct slot *slot)
{
    pthread_attr_t attributes;
    pthread_t thread;
    sigset_t all;
    sigset_t before;
    int error = pthread_attr_init(&attributes);
    if (error != 0) {
        return -(int32_t)error;
    }
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    /* Signals are for the threads of the program. */
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    error = pthread_create(&thread, &attributes, run, slot);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
    return -(int32_t)error;
}

static struct slot *slot_of(const struct limpet_posix *net)
{
    for (size_t i = 0; i < SLOTS; i++) {
        if (table[i].state != FREE && table[i].owner == net) {
            return &table[i];
        }
    }
    return NULL;
}

static struct slot *free_slot(void)
{
    for (size_t i = 0; i < SLOTS; i++) {
        if (table[i].state == FREE) {
            return &table[i];
        }
    }
    return NULL;
}

static int32_t begin(struct limpet_posix *net, const char *host)
{
    struct slot *slot = free_slot();
    if (slot == NULL) {
        return MQTT_WOULD_BLOCK;
    }
    slot->owner = net;
    slot->wanted = true;
    strcpy(slot->host, host);
    slot->state = RUNNING;
    const int32_t error = start_thread(slot);
    if (error != 0) {
        slot->state = FREE;
        return error;
    }
    return MQTT_WOULD_BLOCK;
}

/* With the lock held. */
static int32_t look_up(struct limpet_posix *net, const char *host)
{
    struct slot *slot = slot_of(net);
    if (slot == NULL) {
        return begin(net, host);
    }
    if (slot->state == RUNNING) {
        slot->wanted = true;
        return MQTT_WOULD_BLOCK;
    }
    slot->state = FREE;
    if (strcmp(slot->host, host) != 0) {
        return begin(net, host);
    }
    memcpy(net->addresses, slot->addresses, sizeof net->addresses);
    net->count = slot->count;
    return slot->result;
}

static void set_port(struct limpet_posix_address *address, uint16_t port)
{
    if (address->at.ss_family == AF_INET6) {
        struct sockaddr_in6 in6;
        memcpy(&in6, &address->at, sizeof in6);
        in6.sin6_port = htons(port);
        memcpy(&address->at, &in6, sizeof in6);
    } else {
        struct sockaddr_in in4;
        memcpy(&in4, &address->at, sizeof in4);
        in4.sin_port = htons(port);
        memcpy(&address->at, &in4, sizeof in4);
    }
}

int32_t limpet_lookup(struct limpet_posix *net, const char *host, uint16_t port)
{
    if (strlen(host) >= HOST_SIZE) {
        return -ENAMETOOLONG;
    }
    int32_t result = resolve(host, AI_NUMERICHOST, net->addresses, &net->count);
    if (result != 0) {
        pthread_mutex_lock(&table_lock);
        result = look_up(net, host);
        pthread_mutex_unlock(&table_lock);
    }
    if (result == 0) {
        for (uint8_t i = 0; i < net->count; i++) {
            set_port(&net->addresses[i], port);
        }
    }
    return result;
}

void limpet_lookup_forget(struct limpet_posix *net)
{
    pthread_mutex_lock(&table_lock);
    struct slot *slot = slot_of(net);
    if (slot != NULL) {
        slot->wanted = false;
        if (slot->state == FOUND) {
            slot->state = FREE;
        }
    }
    pthread_mutex_unlock(&table_lock);
}
