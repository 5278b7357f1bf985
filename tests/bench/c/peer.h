/* A client under measurement: what it gives to main.c, and what it tells. Each peer is one file. */

#ifndef BENCH_PEER_H
#define BENCH_PEER_H

#include "plan.h"

/* Prepares the peer and begins to connect. False if it cannot do what the plan asks for. */
bool peer_start(const struct plan *plan);

/* Connected, and all filters are granted. */
bool peer_is_ready(void);

/* False: it has no room now. */
bool peer_publish(unsigned qos);

/* One turn that does not wait. */
void peer_poll(void);

/* Sleeps until there may be something to do for peer_poll. Only in rate.c, over a socket. */
void peer_wait(void);

/* Counted by the peer: messages of ours that have ended, and messages that have come. */
extern unsigned long peer_ended;
extern unsigned long peer_messages;

/* What is published. */
extern uint8_t bench_payload[PAYLOAD_MAX];

/* Ends the program with this reason. */
void bench_fail(const char *reason);

#endif
