/* A broker in memory, without a socket: it takes what a client writes and has its answers ready at once. It does as little
 * as it can, because what it does is counted with the client's own work. */

#ifndef BENCH_BROKER_H
#define BENCH_BROKER_H

#include "plan.h"

/* Packets of QoS 1 and 2 from the client that were done with, and PUBLISH packets that came. */
extern unsigned long broker_published;
/* Messages to the client that it has acknowledged for good. */
extern unsigned long broker_confirmed;

/* SUBSCRIBE packets that came. */
extern unsigned broker_filters;

/* Of MQTT, as the CONNECT says. */
extern uint8_t broker_version;

void broker_start(const struct plan *plan);

/* From here on the plan's lag and stuck messages count. */
void broker_measure(void);

/* Bytes that the client has written. */
void broker_take(const uint8_t *bytes, size_t len);

/* Bytes for the client, at most len; 0 if there are none. */
size_t broker_give(uint8_t *bytes, size_t len);

/* broker_give would have some. */
bool broker_has(void);

/* Answers what was held back for the plan's lag. */
void broker_release(void);

#endif
