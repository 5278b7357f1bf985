/* A time at which the application itself has something to do: publish, put out an LED. mqtt_poll says when the client
 * wants to be called; the loop sleeps until the soonest of them all:
 *
 *     const int32_t ms = mqtt_poll(&client);
 *     board_wait(&client, deadline_sooner(&pulse, deadline_sooner(&next, ms)));
 */

#ifndef LIMPET_DEADLINE_H
#define LIMPET_DEADLINE_H

#include "board.h"

/* Zero is its start: not set. */
struct deadline {
    bool set;
    uint32_t at_ms;
};

/* ms is at most 2,000,000,000, as everywhere. */
static inline void deadline_set(struct deadline *deadline, uint32_t ms)
{
    deadline->set = true;
    deadline->at_ms = board_now_ms(NULL) + ms;
}

static inline void deadline_clear(struct deadline *deadline)
{
    deadline->set = false;
}

/* Milliseconds left, at least 0; MQTT_FOREVER if it is not set. The clock may wrap. */
static inline int32_t deadline_left_ms(const struct deadline *deadline)
{
    const uint32_t left_ms = deadline->at_ms - board_now_ms(NULL);
    if (!deadline->set) {
        return MQTT_FOREVER;
    }
    return left_ms <= INT32_MAX ? (int32_t)left_ms : 0;
}

/* True once, when it has passed. */
static inline bool deadline_passed(struct deadline *deadline)
{
    if (deadline_left_ms(deadline) > 0) {
        return false;
    }
    deadline->set = false;
    return true;
}

/* The sooner of the deadline and ms. */
static inline int32_t deadline_sooner(const struct deadline *deadline, int32_t ms)
{
    const int32_t left_ms = deadline_left_ms(deadline);
    return left_ms < ms ? left_ms : ms;
}

#endif
