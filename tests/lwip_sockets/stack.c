/* See stack.h. */

#define _POSIX_C_SOURCE 200809L

#include "stack.h"

#include "check.h"

#include "lwip/memp.h"
#include "lwip/stats.h"
#include "lwip/sys.h"
#include "lwip/tcpip.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#define CROWD_MAX 16

/* An IPv4 packet of this length is an acknowledgement and nothing else. */
#define BARE_LEN 40

/* More of them in a row are lost. */
#define BARE_MAX 64

static struct netif interface;
static bool hole;

static bool crowding;
static pthread_t crowd[CROWD_MAX];
static unsigned crowd_len;

/* For ports and sequence numbers; a fixed row. Called in lwIP's thread, or with its lock. */
unsigned stack_random(void)
{
    static unsigned state = 2463534242u;
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state;
}

void stack_fault(const char *text)
{
    printf("assertion of lwIP: %s\n", text);
    fflush(stdout);
    abort();
}

/* Two ends that both have asked into a full window answer each other's answers until one of them has room. On a wire
 * programs run meanwhile and make room; here lwIP does not let go of its lock as long as one packet brings forth the next.
 * Called in lwIP's thread, or with its lock. */
static bool is_a_quarrel(const struct pbuf *p)
{
    static unsigned in_a_row;
    in_a_row = p->tot_len <= BARE_LEN ? in_a_row + 1 : 0;
    if (in_a_row <= BARE_MAX) {
        return false;
    }
    in_a_row = 0;
    return true;
}

/* Nonzero: it is taken, and so lost. */
int stack_takes(struct pbuf *p, struct netif *netif)
{
    if (netif != &interface || (!__atomic_load_n(&hole, __ATOMIC_RELAXED) && !is_a_quarrel(p))) {
        return 0;
    }
    (void)pbuf_free(p);
    return 1;
}

/* To others than itself. */
static err_t lose(struct netif *netif, struct pbuf *p, const ip4_addr_t *to)
{
    (void)netif;
    (void)p;
    (void)to;
    return ERR_OK;
}

static err_t prepare(struct netif *netif)
{
    netif->mtu = 1500;
    netif->output = lose;
    netif->flags = NETIF_FLAG_LINK_UP;
    return ERR_OK;
}

static void start(void *user)
{
    ip4_addr_t address;
    ip4_addr_t mask;
    ip4addr_aton(ADDRESS, &address);
    ip4addr_aton("255.255.255.0", &mask);
    netif_add(&interface, &address, &mask, &address, NULL, prepare, tcpip_input);
    netif_set_default(&interface);
    netif_set_up(&interface);
    sys_sem_signal(user);
}

void stack_start(void)
{
    sys_sem_t done;
    sys_init();
    sys_sem_new(&done, 0);
    tcpip_init(start, &done);
    sys_arch_sem_wait(&done, 0);
    sys_sem_free(&done);
}

struct call {
    void (*function)(void *user);
    void *user;
    sys_sem_t done;
};

static void carry_out(void *user)
{
    struct call *call = user;
    call->function(call->user);
    sys_sem_signal(&call->done);
}

void stack_call(void (*function)(void *user), void *user)
{
    struct call call = { .function = function, .user = user };
    sys_sem_new(&call.done, 0);
    while (tcpip_callback(carry_out, &call) != ERR_OK) {
        stack_pause(1);
    }
    sys_arch_sem_wait(&call.done, 0);
    sys_sem_free(&call.done);
}

void stack_hole(bool on)
{
    __atomic_store_n(&hole, on, __ATOMIC_RELAXED);
}

static void set_up(void *user)
{
    (void)user;
    netif_set_up(&interface);
}

static void set_down(void *user)
{
    (void)user;
    netif_set_down(&interface);
}

void stack_set_up(bool up)
{
    stack_call(up ? set_up : set_down, NULL);
}

/* It may have found no place in the mailbox for its own call. */
static void poll_interface(void *user)
{
    (void)user;
    netif_poll(&interface);
}

static void nothing(void *user)
{
    (void)user;
}

static void *push(void *user)
{
    (void)user;
    while (__atomic_load_n(&crowding, __ATOMIC_RELAXED)) {
        (void)tcpip_callback(nothing, NULL);
    }
    return NULL;
}

void stack_crowd(unsigned threads)
{
    __atomic_store_n(&crowding, threads > 0, __ATOMIC_RELAXED);
    if (threads == 0) {
        for (; crowd_len > 0; crowd_len--) {
            pthread_join(crowd[crowd_len - 1], NULL);
        }
        stack_call(poll_interface, NULL);
    }
    for (; crowd_len < threads; crowd_len++) {
        if (pthread_create(&crowd[crowd_len], NULL, push, NULL) != 0) {
            abort();
        }
    }
}

static void count(void *user)
{
    unsigned used = (unsigned)lwip_stats.mem.used;
#ifndef TEST_MALLOC
    for (int i = 0; i < MEMP_MAX; i++) {
        /* Timers are lwIP's own, and messages are under way while they are counted. */
        if (i != MEMP_SYS_TIMEOUT && i != MEMP_TCPIP_MSG_API) {
            used += lwip_stats.memp[i]->used;
        }
    }
#endif
    *(unsigned *)user = used;
}

unsigned stack_in_use(void)
{
    unsigned used = 0;
    stack_call(count, &used);
    return used;
}

void stack_check_clean(unsigned before)
{
    const uint32_t begin_ms = sys_now();
    stack_hole(false);
    unsigned used = stack_in_use();
    while (used != before && sys_now() - begin_ms < PATIENCE_MS) {
        stack_pause(10);
        used = stack_in_use();
    }
    CHECK_EQ(used, before);
}

void stack_pause(uint32_t ms)
{
    struct timespec pause = { .tv_sec = (time_t)(ms / 1000), .tv_nsec = (long)(ms % 1000) * 1000000 };
    nanosleep(&pause, NULL);
}
