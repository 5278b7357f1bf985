/* The network of the firmware tests: lwIP raw, with TLS over it or without, lwIP sockets under FreeRTOS, or a modem behind a
 * UART. In network/. */

#ifndef NETWORK_H
#define NETWORK_H

#include "limpet.h"

/* Brings the interface up. The address is fixed: 10.0.2.15, and the host is 10.0.2.2. */
void network_start(void);

/* Moves frames and timers; called before each mqtt_poll. */
void network_poll(void);

/* Sleeps until there may be something for mqtt_poll to do, ms at most, and more than 0. */
void network_wait(int32_t ms, bool wants_write);

/* The transport and its user. */
extern const struct mqtt_transport *const network_transport;
void *network_user(void);

/* For struct mqtt_link: 1 while the cable is in, 0 while it is out. */
int32_t network_link_status(void *user);

#endif
