/* The radio of the board that walks for weeks: between lwIP and the driver, and often out of reach. It knows when a frame
 * went or came last. */

#ifndef SOAK_RADIO_H
#define SOAK_RADIO_H

#include <stdbool.h>
#include <stdint.h>

/* After network_start. */
void radio_start(uint32_t seed);

/* Goes out of reach, and comes back, when it is time; this is the time, in milliseconds since the start. */
void radio_follow(uint64_t now_ms);

/* Until the next such moment, more than 0. */
uint64_t radio_left_ms(uint64_t now_ms);

/* How long it has been in reach; 0 if it is not. */
uint64_t radio_in_reach_ms(uint64_t now_ms);

/* Frames get lost, in one direction or in both. */
bool radio_is_out(void);

/* For mqtt_link: whether it says that it is up. It does not always know. */
int32_t radio_status(void *user);

/* Milliseconds of the processor's clock since a frame went or came. */
uint32_t radio_silence_ms(void);

/* How often it was out of reach. */
uint32_t radio_outages(void);

#endif
