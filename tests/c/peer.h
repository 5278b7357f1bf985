/* The other end of a connection over loopback, and the port of c_examples/posix as a program uses it. */

#ifndef PEER_H
#define PEER_H

#include "limpet_posix.h"

extern const struct mqtt_transport *const tcp;

/* A listening socket on a free port of this IPv4 address. */
int listen_on(const char *text, uint16_t *port);

/* What open answers in the end. Waits as a program would, at most so many times. */
int32_t open_in_the_end(struct limpet_posix *net, const char *host, uint16_t port, int waits);

/* Accepts the connection, and sees bytes and the end of it go through. */
bool echoes(struct limpet_posix *net, int listener);

/* How long limpet_posix_wait waits. */
uint32_t elapsed_ms(struct limpet_posix *net, int32_t ms);

#endif
