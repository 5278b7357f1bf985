/* The other end of the connection: a server on lwIP's raw API that the test tells what to do. */

#ifndef PEER_H
#define PEER_H

#include "lwip/tcp.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PEER_PORT 1883

/* What it keeps of what it receives. */
#define PEER_MAX 60000

/* Listens; a second connection takes the place of the first. */
void peer_listen(void);

/* Gives up the listener and the connection. */
void peer_stop(void);

/* Wants to send so many bytes more, as its buffer allows: the n-th byte of the stream is that of peer_byte(n). */
void peer_send(size_t len);

/* How many of them lwIP has taken. */
size_t peer_sent(void);

uint8_t peer_byte(size_t n);

/* What it has received, up to PEER_MAX bytes. */
const uint8_t *peer_received(void);
size_t peer_received_len(void);

/* It does not read any more, or does again: what came is not acknowledged to lwIP as read. */
void peer_hold(bool on);

void peer_reset(void);

/* Closes in good order. */
void peer_close(void);

/* How the client's end was seen: a FIN, or a reset. */
bool peer_saw_end(void);
bool peer_saw_reset(void);

#endif
