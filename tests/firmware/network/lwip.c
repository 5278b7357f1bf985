/* The network of firmware that has lwIP and no operating system. The transport over it is in tcp.c or tls.c. */

#include "board.h"
#include "ethernet.h"
#include "limpet_lwip.h"
#include "network.h"
#include "transport.h"

#include "lwip/init.h"
#include "lwip/sys.h"
#include "lwip/timeouts.h"
#include "netif/ethernet.h"

/* The exit code of an assertion of lwIP. */
#define LWIP_FAULT 99

static struct netif interface;

void network_start(void)
{
    ip4_addr_t address;
    ip4_addr_t mask;
    ip4_addr_t gateway;
    IP4_ADDR(&address, 10, 0, 2, 15);
    IP4_ADDR(&mask, 255, 255, 255, 0);
    IP4_ADDR(&gateway, 10, 0, 2, 2);
    lwip_init();
    (void)netif_add(&interface, &address, &mask, &gateway, NULL, ethernet_init, ethernet_input);
    netif_set_default(&interface);
    netif_set_up(&interface);
    transport_start();
}

void network_poll(void)
{
    ethernet_poll(&interface);
    sys_check_timeouts();
}

/* Nothing tells us of a frame: the clock's interrupt ends it. */
void network_wait(int32_t ms, bool wants_write)
{
    (void)ms;
    (void)wants_write;
    board_idle();
}

int32_t network_link_status(void *user)
{
    (void)user;
    return limpet_lwip_link_status(&interface);
}

u32_t sys_now(void)
{
    return board_now_ms();
}

void firmware_lwip_fault(const char *text)
{
    board_log(text);
    board_exit(LWIP_FAULT);
}
