/* lwIP over the serial line, and the link that Limpet supervises. */

#ifndef NETWORK_H
#define NETWORK_H

#include "limpet_lwip.h"

/* Starts lwIP. The line is started by the link's owner. */
struct mqtt_link *network_start(void);

/* Of limpet_lwip_transport. */
void *network_user(void);

/* Moves packets and timers; before each mqtt_poll. */
void network_poll(void);

#endif
