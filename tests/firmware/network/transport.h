/* What tcp.c and tls.c, the transports over lwIP without an operating system, give to lwip.c besides network.h. */

#ifndef TRANSPORT_H
#define TRANSPORT_H

/* Called once, when lwIP is up. */
void transport_start(void);

#endif
