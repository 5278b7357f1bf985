/* Division, and multiplication of 64 bits, by hand: an ESP8266 has these in its ROM, and Debian's libgcc for the LX106
 * leaves them out. Division by zero gives a number. */

#include <stdint.h>

/* Called by what the compiler makes of the operators. */
uint32_t __udivsi3(uint32_t a, uint32_t b);
uint32_t __umodsi3(uint32_t a, uint32_t b);
int32_t __divsi3(int32_t a, int32_t b);
int32_t __modsi3(int32_t a, int32_t b);
uint64_t __udivdi3(uint64_t a, uint64_t b);
uint64_t __umoddi3(uint64_t a, uint64_t b);
uint64_t __muldi3(uint64_t a, uint64_t b);

/* Bit by bit, from the highest. */
static uint32_t divide(uint32_t a, uint32_t b, uint32_t *rest)
{
    uint32_t quotient = 0;
    uint32_t left = 0;
    for (int bit = 31; bit >= 0; bit--) {
        /* The bit that is shifted out is part of the number. */
        const uint32_t carry = left >> 31;
        left = left << 1 | (a >> bit & 1);
        if (carry != 0 || left >= b) {
            left -= b;
            quotient |= (uint32_t)1 << bit;
        }
    }
    *rest = left;
    return quotient;
}

static uint64_t divide_long(uint64_t a, uint64_t b, uint64_t *rest)
{
    uint64_t quotient = 0;
    uint64_t left = 0;
    for (int bit = 63; bit >= 0; bit--) {
        const uint64_t carry = left >> 63;
        left = left << 1 | (a >> bit & 1);
        if (carry != 0 || left >= b) {
            left -= b;
            quotient |= (uint64_t)1 << bit;
        }
    }
    *rest = left;
    return quotient;
}

static uint32_t magnitude(int32_t a)
{
    return a < 0 ? 0 - (uint32_t)a : (uint32_t)a;
}

static int32_t with_sign(uint32_t magnitude_of_it, int negative)
{
    return (int32_t)(negative ? 0 - magnitude_of_it : magnitude_of_it);
}

uint32_t __udivsi3(uint32_t a, uint32_t b)
{
    uint32_t rest;
    return divide(a, b, &rest);
}

uint32_t __umodsi3(uint32_t a, uint32_t b)
{
    uint32_t rest;
    divide(a, b, &rest);
    return rest;
}

int32_t __divsi3(int32_t a, int32_t b)
{
    uint32_t rest;
    return with_sign(divide(magnitude(a), magnitude(b), &rest), (a < 0) != (b < 0));
}

int32_t __modsi3(int32_t a, int32_t b)
{
    uint32_t rest;
    divide(magnitude(a), magnitude(b), &rest);
    return with_sign(rest, a < 0);
}

uint64_t __udivdi3(uint64_t a, uint64_t b)
{
    uint64_t rest;
    return divide_long(a, b, &rest);
}

uint64_t __umoddi3(uint64_t a, uint64_t b)
{
    uint64_t rest;
    divide_long(a, b, &rest);
    return rest;
}

uint64_t __muldi3(uint64_t a, uint64_t b)
{
    uint64_t product = 0;
    for (; b != 0; b >>= 1, a <<= 1) {
        if ((b & 1) != 0) {
            product += a;
        }
    }
    return product;
}
