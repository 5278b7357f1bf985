/* An Ethernet driver as lwIP's netif, polled. One file of drivers/ each. */

#ifndef ETHERNET_H
#define ETHERNET_H

#include "lwip/netif.h"

/* For netif_add. */
err_t ethernet_init(struct netif *netif);

/* Takes received frames in and follows the cable: netif_set_link_up and _down. */
void ethernet_poll(struct netif *netif);

#endif
