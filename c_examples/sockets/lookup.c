/* Names to addresses without blocking. lwIP's getaddrinfo waits for the answer; the DNS client below it does not, but
 * must be called in lwIP's thread. It cannot be told to forget a question, and answers every one in the end. So a
 * transport has one question at most: one that closes and opens again meanwhile waits for the answer. */

#define _POSIX_C_SOURCE 200809L

#include "stack.h"

#include <string.h>

static bool is_address(struct limpet_sockets *net, const char *host)
{
#if HAS_IPV4
    if (net_pton(AF_INET, host, net->address) == 1) {
        net->is_ipv6 = false;
        return true;
    }
#endif
#if HAS_IPV6
    if (net_pton(AF_INET6, host, net->address) == 1) {
        net->is_ipv6 = true;
        return true;
    }
#endif
    return false;
}

#if HAS_DNS

#include "lwip/dns.h"
#include "lwip/tcpip.h"

/* limpet_sockets.lookup. While it is ASKED the fields name, address, is_ipv6 and lookup_result belong to lwIP's thread. */
enum { NONE = 0, ASKED, ANSWERED };

static uint8_t state_of(struct limpet_sockets *net)
{
    return __atomic_load_n(&net->lookup, __ATOMIC_ACQUIRE);
}

/* The rest is in place before this: the other thread may look at once. */
static void set_state(struct limpet_sockets *net, uint8_t state)
{
    __atomic_store_n(&net->lookup, state, __ATOMIC_RELEASE);
}

static void answer(struct limpet_sockets *net, const ip_addr_t *address, int32_t error)
{
    net->lookup_result = error;
    if (address != NULL) {
        net->lookup_result = 0;
        net->is_ipv6 = IP_IS_V6(address);
#if HAS_IPV4
        if (!net->is_ipv6) {
            memcpy(net->address, ip_2_ip4(address), 4);
        }
#endif
#if HAS_IPV6
        if (net->is_ipv6) {
            memcpy(net->address, ip_2_ip6(address), 16);
        }
#endif
    }
    set_state(net, ANSWERED);
    /* This thread must not wait for itself, so no limpet_sockets_wake. */
    limpet_sockets_wake_flag(net);
}

static void on_answer(const char *name, const ip_addr_t *address, void *user)
{
    (void)name;
    answer(user, address, -ENOENT);
}

/* In lwIP's thread. */
static void ask(void *user)
{
    struct limpet_sockets *net = user;
    ip_addr_t address;
#if HAS_IPV4 && HAS_IPV6
    const u8_t kind = net->swapped ? LWIP_DNS_ADDRTYPE_IPV6_IPV4 : LWIP_DNS_ADDRTYPE_IPV4_IPV6;
#else
    const u8_t kind = LWIP_DNS_ADDRTYPE_DEFAULT;
#endif
    const err_t error = dns_gethostbyname_addrtype(net->name, &address, on_answer, net, kind);
    if (error == ERR_OK) {
        answer(net, &address, 0);
    } else if (error != ERR_INPROGRESS) {
        /* Its table is full, or it has no server. */
        answer(net, NULL, error == ERR_MEM ? -ENOMEM : -EHOSTUNREACH);
    }
}

static int32_t begin(struct limpet_sockets *net, const char *host)
{
    strcpy(net->name, host);
    set_state(net, ASKED);
    if (tcpip_try_callback(ask, net) != ERR_OK) {
        /* The thread has its hands full: the next open asks. */
        set_state(net, NONE);
    }
    return MQTT_WOULD_BLOCK;
}

void limpet_sockets_lookup_begin(struct limpet_sockets *net)
{
    if (state_of(net) == ANSWERED) {
        set_state(net, NONE);
    }
}

int32_t limpet_sockets_lookup(struct limpet_sockets *net, const char *host)
{
    const uint8_t state = state_of(net);
    if (state == ASKED) {
        return MQTT_WOULD_BLOCK;
    }
    if (is_address(net, host)) {
        return 0;
    }
    if (strlen(host) >= sizeof net->name) {
        return -ENAMETOOLONG;
    }
    if (state == NONE || strcmp(net->name, host) != 0) {
        return begin(net, host);
    }
    set_state(net, NONE);
    return net->lookup_result;
}

#else

void limpet_sockets_lookup_begin(struct limpet_sockets *net)
{
    (void)net;
}

int32_t limpet_sockets_lookup(struct limpet_sockets *net, const char *host)
{
    return is_address(net, host) ? 0 : -ENOENT;
}

#endif
