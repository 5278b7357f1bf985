/* The network of firmware that has lwIP with a thread of its own. The transport is c_examples/sockets, as users have it.
 * Everything about the interface happens in that thread. */

#include "network.h"

#include "board.h"
#include "ethernet.h"
#include "limpet_sockets.h"

#include "lwip/tcpip.h"
#include "lwip/timeouts.h"
#include "netif/ethernet.h"

/* Between two looks into the Ethernet controller. */
#define LOOK_MS 1

/* The exit code of an assertion of lwIP. */
#define LWIP_FAULT 99

static struct netif interface;
static struct limpet_sockets connection;

const struct mqtt_transport *const network_transport = &limpet_sockets_transport;

void *network_user(void)
{
    return &connection;
}

static void look(void *user)
{
    ethernet_poll(user);
    sys_timeout(LOOK_MS, look, user);
}

static void start(void *user)
{
    ip4_addr_t address;
    ip4_addr_t mask;
    ip4_addr_t gateway;
    (void)user;
    IP4_ADDR(&address, 10, 0, 2, 15);
    IP4_ADDR(&mask, 255, 255, 255, 0);
    IP4_ADDR(&gateway, 10, 0, 2, 2);
    (void)netif_add(&interface, &address, &mask, &gateway, NULL, ethernet_init, ethernet_input);
    netif_set_default(&interface);
    netif_set_up(&interface);
    look(&interface);
}

void network_start(void)
{
    tcpip_init(start, NULL);
}

void network_poll(void)
{
}

/* Sleeps as a product does. */
void network_wait(int32_t ms, bool wants_write)
{
    limpet_sockets_wait(&connection, ms, wants_write);
}

/* One byte of the interface, read while lwIP's thread may be writing it. */
int32_t network_link_status(void *user)
{
    (void)user;
    return netif_is_link_up(&interface) ? 1 : 0;
}

void firmware_lwip_fault(const char *text)
{
    board_log(text);
    board_exit(LWIP_FAULT);
}
