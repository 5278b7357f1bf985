/* The port of c_examples/sockets as a program uses it, and the other end of its connection. */

#ifndef SOCKETS_PEER_H
#define SOCKETS_PEER_H

#include "limpet_sockets.h"

extern const struct mqtt_transport *const under_test;

/* What open answers in the end. Waits as a program would. */
int32_t opened(struct limpet_sockets *net, const char *host, uint16_t port);

/* How long limpet_sockets_wait waits. */
uint32_t waited_ms(struct limpet_sockets *net, int32_t ms);

/* Connects, and gives the socket of the peer. */
int connected(struct limpet_sockets *net);

/* Closes both. */
void finished(struct limpet_sockets *net, int peer);

#endif
