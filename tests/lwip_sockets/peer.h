/* The transport as a program uses it, and the other end of its connection: lwIP's sockets, which wait. */

#ifndef PEER_H
#define PEER_H

#include "stack.h"

extern const struct mqtt_transport *const under_test;

/* A socket that waits for connections at ADDRESS, and its port. */
int peer_listen(uint16_t *port);

/* The next connection. */
int peer_accept(int listener);

/* All of these bytes; false if they do not get through. */
bool peer_send(int peer, const void *bytes, size_t len);

/* So many bytes, less if it ends before, or if they do not come. */
size_t peer_receive(int peer, void *bytes, size_t len);

/* What comes next: 0 at an end in good order, else -errno; above 0 it is bytes. */
int peer_next(int peer);

/* No more comes from this end; it still listens. */
void peer_shut(int peer);

void peer_close(int peer);

/* Closes so that the other end sees a reset. */
void peer_reset(int peer);

/* What open answers in the end. Waits as a program would. */
int32_t opened(struct limpet_sockets *net, const char *host, uint16_t port);

/* Connects, and gives the socket of the peer. */
int connected(struct limpet_sockets *net);

/* Reads so many bytes, less at an end. Waits as a program would. */
size_t read_all(struct limpet_sockets *net, void *bytes, size_t len);

/* How long limpet_sockets_wait waits. */
uint32_t waited_ms(struct limpet_sockets *net, int32_t ms);

/* Closes both. */
void finished(struct limpet_sockets *net, int peer);

#endif
