/* What the two ends of a soak agree on: how a numbered message looks. tests/soak/peer.py says the same in Python. */

#ifndef SOAK_NUMBERED_H
#define SOAK_NUMBERED_H

#include <stddef.h>
#include <stdint.h>

/* The decimal number at the head of the payload. */
#define NUMBERED_DIGITS 10

/* No payload is longer. */
#define NUMBERED_MOST 1500

/* 1 and 2 in turn. */
static inline uint8_t numbered_qos(uint32_t number)
{
    return (uint8_t)(1u + number % 2u);
}

/* Mostly short. One of 97 comes in parts, because it is longer than rx. */
static inline size_t numbered_len(uint32_t number)
{
    return number % 97u == 96u ? NUMBERED_MOST : NUMBERED_DIGITS + number * 37u % 190u;
}

/* The byte at this place, behind the number. */
static inline uint8_t numbered_byte(uint32_t number, size_t place)
{
    return (uint8_t)('a' + (number + place) % 26u);
}

#endif
