/* The messages that the broker in memory has for the client: made once, and given in segments of whole packets. */

#ifndef BENCH_STREAM_H
#define BENCH_STREAM_H

#include "plan.h"

/* Makes them, for this version of MQTT. */
void stream_prepare(const struct plan *plan, uint8_t version);

/* As many messages as one read shall have are there to be read. The segment before is read. */
void stream_send(void);

/* Bytes of the segment that wait. */
extern size_t stream_left;

/* At most len of them. */
size_t stream_give(uint8_t *bytes, size_t len);

#endif
