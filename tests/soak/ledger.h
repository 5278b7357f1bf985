/* What a soak's Limpet must answer for: each publish ends once, delivered; each message from the other end comes, whole,
 * and those of QoS 2 once. Numbers come in rounds, so that the memory is bounded. */

#ifndef SOAK_LEDGER_H
#define SOAK_LEDGER_H

#include "limpet.h"

/* Messages of a round, at most. */
#define LEDGER_ROUND 65536u

struct ledger {
    /* Of the round: its first number, and how many there are. */
    uint32_t first;
    uint32_t count;
    /* Of the round: taken by the outbox, delivered, received. */
    uint32_t accepted;
    uint32_t done;
    uint32_t received;
    /* Messages of QoS 1 that came again, in all rounds. */
    uint32_t again;
    /* The first promise that was broken, or NULL. */
    const char *broken;
};

extern struct ledger ledger;

/* The round before must be whole: what comes of it from now on is a repetition. */
void ledger_begin(uint32_t first, uint32_t count);

/* More publishes can be under way. */
bool ledger_has_room(void);
void ledger_accepted(int32_t token);
void ledger_done(const struct mqtt_done *done);

/* A message, or a part of one. */
void ledger_message(const struct mqtt_message *message);

#endif
