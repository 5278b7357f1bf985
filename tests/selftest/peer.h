/* A broker that is enough for a storm: it answers what the client writes, well or badly, by dice. */

#ifndef PEER_H
#define PEER_H

#include "script.h"

/* The same numbers on every processor, so throw once in an expression: C leaves the order open. */
uint32_t dice(uint32_t sides);
void dice_seed(uint32_t seed);

/* How a broker behaves, in percent. */
struct manners {
    uint32_t silent;
    uint32_t refuses;
    uint32_t forgets;
};

/* Forgets the session, and every packet that it had. */
void peer_begin(struct script *script);

/* Answers the packets that the client has written since the last time. */
void peer_serve(struct script *script, const struct manners *manners);

/* Publishes something. */
void peer_publish(struct script *script);

/* Says something that no broker may. */
void peer_babble(struct script *script);

#endif
