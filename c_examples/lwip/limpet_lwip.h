/* Limpet on lwIP's raw API: a TCP transport, a clock and a link for firmware with or without an operating system.
 * Build limpet_lwip.c with your program. lwIP 2.1 or later, with LWIP_TCP; names need LWIP_DNS, too.
 *
 *     static struct limpet_lwip net;                       zero is its start
 *     config.transport = &limpet_lwip_transport;
 *     config.transport_user = &net;
 *     config.now_ms = limpet_lwip_now_ms;
 *     for (;;) {
 *         ethernetif_input(&netif);                        your driver
 *         sys_check_timeouts();
 *         const int32_t ms = mqtt_poll(&client);
 *         board_sleep(ms);                                 until an interrupt, or ms have passed
 *     }
 *
 * That is the main loop of NO_SYS. With an operating system call all functions of the client from the task of lwIP
 * (tcpip_callback, sys_timeout), or between LOCK_TCPIP_CORE and UNLOCK_TCPIP_CORE. In either case not from inside a
 * callback of lwIP's TCP: close frees the connection.
 *
 * lwIP has an MQTT client of its own with functions of the same names. Leave its apps/mqtt out of your build.
 *
 * Received bytes stay in lwIP's buffers until the client reads them, and only then the window opens again: a client that
 * holds a message stops the broker, and PBUF_POOL_SIZE must be enough for TCP_WND.
 */

#ifndef LIMPET_LWIP_H
#define LIMPET_LWIP_H

#include "limpet.h"

#include "lwip/ip_addr.h"
#include "lwip/pbuf.h"
#include "lwip/tcp.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One connection. Declare one for each client, zeroed; what is in it belongs to limpet_lwip.c. It must stay where it
 * is: lwIP may answer a question for a name after the connection is closed. */
struct limpet_lwip {
    uint8_t phase;
    /* lwIP has a question for a name. It cannot be taken back, so there is one at a time. */
    bool asking;
    /* Nobody waits for its answer any more. */
    bool forgotten;
    /* The peer sends no more. */
    bool ended;
    /* Why there is no connection any more. */
    err_t error;
    /* NULL unless connecting or connected. */
    struct tcp_pcb *pcb;
    /* What was received and not yet read. */
    struct pbuf *received;
    ip_addr_t address;
};

/* Errors are lwIP's err_t, -1 to -16, such as ERR_RST for a connection that was reset or refused, and ERR_RTE when there
 * is no way to the address. A name that is not found is ERR_VAL, as in netconn_gethostbyname. */
extern const struct mqtt_transport limpet_lwip_transport;

/* sys_now. user is not used. */
uint32_t limpet_lwip_now_ms(void *user);

/* For mqtt_link: .status = limpet_lwip_link_status, .user = the struct netif. 1: it is up, its cable or radio is
 * connected, and it has an address. 0: not. Your driver tells lwIP by netif_set_link_up and netif_set_link_down. */
int32_t limpet_lwip_link_status(void *user);

#ifdef __cplusplus
}
#endif

#endif
