/* See stack.h. */

#include "stack.h"

#include "check.h"

#include "lwip/init.h"
#include "lwip/ip.h"
#include "lwip/memp.h"
#include "lwip/netif.h"
#include "lwip/stats.h"
#include "lwip/sys.h"
#include "lwip/timeouts.h"

#include <stdlib.h>

#define QUEUE 64
#define STEP_MS 10

/* A connection that was closed is remembered for two minutes, and one that is not answered for some more. */
#define ALL_DEAD_MS 600000

static struct netif interface;
static struct pbuf *queue[QUEUE];
static unsigned queued;
static bool hole;
static uint32_t now_ms = 1000;

u32_t sys_now(void)
{
    return now_ms;
}

static err_t queue_packet(struct netif *netif, struct pbuf *p, const ip4_addr_t *to)
{
    (void)netif;
    (void)to;
    if (hole || queued == QUEUE) {
        return ERR_OK;
    }
    struct pbuf *copy = pbuf_clone(PBUF_RAW, PBUF_POOL, p);
    if (copy != NULL) {
        queue[queued] = copy;
        queued++;
    }
    return ERR_OK;
}

static void deliver(void)
{
    struct pbuf *now[QUEUE];
    const unsigned count = queued;
    for (unsigned i = 0; i < count; i++) {
        now[i] = queue[i];
    }
    queued = 0;
    for (unsigned i = 0; i < count; i++) {
        if (interface.input(now[i], &interface) != ERR_OK) {
            pbuf_free(now[i]);
        }
    }
}

static err_t prepare(struct netif *netif)
{
    netif->mtu = 1500;
    netif->output = queue_packet;
    netif->flags = NETIF_FLAG_LINK_UP;
    return ERR_OK;
}

void stack_start(void)
{
    ip4_addr_t address;
    ip4_addr_t mask;
    ip4addr_aton(ADDRESS, &address);
    ip4addr_aton("255.255.255.0", &mask);
    lwip_init();
    netif_add(&interface, &address, &mask, &address, NULL, prepare, ip_input);
    netif_set_default(&interface);
    netif_set_up(&interface);
}

struct netif *stack_netif(void)
{
    return &interface;
}

void stack_hole(bool on)
{
    hole = on;
}

void stack_pass(uint32_t ms)
{
    for (uint32_t passed_ms = 0; passed_ms < ms; passed_ms += STEP_MS) {
        now_ms += STEP_MS;
        deliver();
        sys_check_timeouts();
    }
}

int32_t stack_open(struct limpet_lwip *net, const char *server, uint16_t port)
{
    int32_t result = limpet_lwip_transport.open(net, server, port);
    for (int i = 0; i < 1000 && result == MQTT_WOULD_BLOCK; i++) {
        stack_pass(STEP_MS);
        result = limpet_lwip_transport.open(net, server, port);
    }
    return result;
}

unsigned stack_in_use(void)
{
    unsigned used = (unsigned)lwip_stats.mem.used;
#ifndef TEST_MALLOC
    for (int i = 0; i < MEMP_MAX; i++) {
        /* The number of timers is that of lwIP's own modules, and changes with what they have to do. */
        if (i != MEMP_SYS_TIMEOUT) {
            used += lwip_stats.memp[i]->used;
        }
    }
#endif
    return used;
}

void stack_check_clean(unsigned before)
{
    hole = false;
    stack_pass(ALL_DEAD_MS);
    CHECK_EQ(stack_in_use(), before);
}
