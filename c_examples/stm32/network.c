/* See network.h. For another network this is what changes: the interface, and what brings it up and down. */

#include "network.h"

#include "board.h"
#include "line.h"
#include "settings.h"

#include "lwip/init.h"
#include "lwip/ip.h"
#include "lwip/sys.h"
#include "lwip/timeouts.h"
#include "netif/slipif.h"

static struct netif interface;
static struct limpet_lwip connection;

/* Limpet calls it when it needs the link. */
static void link_start(void *user)
{
    board_log("link", "started");
    line_start();
    netif_set_up(user);
    netif_set_link_up(user);
}

/* When it has left, and to reset a link over which it has not reached the broker three times in a row. Switch your modem
 * off here. */
static void link_stop(void *user)
{
    board_log("link", "stopped");
    netif_set_link_down(user);
    netif_set_down(user);
    line_stop();
}

static struct mqtt_link link = {
    .start = link_start,
    .stop = link_stop,
    /* A wire of three threads does not tell whether somebody is at its other end. If you have a fourth, such as a modem's
     * DCD, return 0 while it says no. */
    .status = limpet_lwip_link_status,
    .user = &interface,
    /* It does not come and go as a radio does. */
    .settle_ms = MQTT_OFF,
};

struct mqtt_link *network_start(void)
{
    ip4_addr_t address;
    ip4_addr_t mask;
    ip4_addr_t gateway;
    IP4_ADDR(&mask, 255, 255, 255, 0);
    lwip_init();
    if (!ip4addr_aton(ADDRESS, &address) || !ip4addr_aton(GATEWAY, &gateway)) {
        board_restart("settings.h has a wrong address");
    }
    if (netif_add(&interface, &address, &mask, &gateway, NULL, slipif_init, ip_input) == NULL) {
        board_restart("no interface");
    }
    netif_set_default(&interface);
    return &link;
}

void *network_user(void)
{
    return &connection;
}

void network_poll(void)
{
    slipif_poll(&interface);
    sys_check_timeouts();
}

u32_t sys_now(void)
{
    return board_now_ms();
}
