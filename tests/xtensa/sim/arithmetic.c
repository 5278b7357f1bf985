/* The compiler's arithmetic, which chips have in ROM (ESP8266) or in the libgcc of their toolchain (ESP32), and Debian's
 * toolchain does not have. Nothing here may need itself: 64-bit numbers are taken apart by a union. */

#include <stdint.h>

union halves {
    uint64_t whole;
    uint32_t half[2];
};

static uint32_t low(uint64_t number)
{
    const union halves parts = { .whole = number };
    return parts.half[0];
}

static uint32_t high(uint64_t number)
{
    const union halves parts = { .whole = number };
    return parts.half[1];
}

static uint64_t join(uint32_t upper, uint32_t lower)
{
    const union halves parts = { .half = { lower, upper } };
    return parts.whole;
}

uint64_t __umulsidi3(uint32_t a, uint32_t b);
uint64_t __muldi3(uint64_t a, uint64_t b);
uint32_t __mulsi3(uint32_t a, uint32_t b);
uint32_t __udivsi3(uint32_t n, uint32_t d);
uint32_t __umodsi3(uint32_t n, uint32_t d);
int32_t __divsi3(int32_t n, int32_t d);
int32_t __modsi3(int32_t n, int32_t d);
uint64_t __udivdi3(uint64_t n, uint64_t d);
uint64_t __umoddi3(uint64_t n, uint64_t d);
int64_t __divdi3(int64_t n, int64_t d);
int64_t __moddi3(int64_t n, int64_t d);
uint64_t __ashldi3(uint64_t a, int n);
uint64_t __lshrdi3(uint64_t a, int n);
int64_t __ashrdi3(int64_t a, int n);
int __popcountsi2(uint32_t a);
int __clzsi2(uint32_t a);
int __ctzsi2(uint32_t a);

uint32_t __mulsi3(uint32_t a, uint32_t b)
{
    uint32_t product = 0;
    while (b != 0) {
        if ((b & 1) != 0) {
            product += a;
        }
        a <<= 1;
        b >>= 1;
    }
    return product;
}

uint64_t __umulsidi3(uint32_t a, uint32_t b)
{
    const uint32_t ll = (a & 0xffff) * (b & 0xffff);
    const uint32_t lh = (a & 0xffff) * (b >> 16);
    const uint32_t hl = (a >> 16) * (b & 0xffff);
    const uint32_t middle = (ll >> 16) + (lh & 0xffff) + (hl & 0xffff);
    return join((a >> 16) * (b >> 16) + (lh >> 16) + (hl >> 16) + (middle >> 16), middle << 16 | (ll & 0xffff));
}

uint64_t __muldi3(uint64_t a, uint64_t b)
{
    const uint64_t product = __umulsidi3(low(a), low(b));
    return join(high(product) + low(a) * high(b) + high(a) * low(b), low(product));
}

/* By schoolbook; a division by 0 gives ones. */
static uint32_t divide(uint32_t n, uint32_t d, uint32_t *rest)
{
    uint32_t quotient = 0;
    uint32_t r = 0;
    for (int bit = 31; bit >= 0; bit--) {
        const uint32_t carry = r >> 31;
        r = r << 1 | (n >> bit & 1);
        if (carry != 0 || r >= d) {
            r -= d;
            quotient |= (uint32_t)1 << bit;
        }
    }
    *rest = r;
    return quotient;
}

uint32_t __udivsi3(uint32_t n, uint32_t d)
{
    uint32_t rest;
    return divide(n, d, &rest);
}

uint32_t __umodsi3(uint32_t n, uint32_t d)
{
    uint32_t rest;
    divide(n, d, &rest);
    return rest;
}

static uint32_t magnitude(int32_t a)
{
    return a < 0 ? 0u - (uint32_t)a : (uint32_t)a;
}

int32_t __divsi3(int32_t n, int32_t d)
{
    const uint32_t quotient = __udivsi3(magnitude(n), magnitude(d));
    return (int32_t)((n ^ d) < 0 ? 0u - quotient : quotient);
}

int32_t __modsi3(int32_t n, int32_t d)
{
    const uint32_t rest = __umodsi3(magnitude(n), magnitude(d));
    return (int32_t)(n < 0 ? 0u - rest : rest);
}

static uint64_t divide_long(uint64_t n, uint64_t d, uint64_t *rest)
{
    uint64_t quotient = 0;
    uint64_t r = 0;
    for (int i = 0; i < 64; i++) {
        const uint32_t carry = high(r) >> 31;
        r = r << 1 | high(n) >> 31;
        n <<= 1;
        quotient <<= 1;
        if (carry != 0 || r >= d) {
            r -= d;
            quotient |= 1;
        }
    }
    *rest = r;
    return quotient;
}

uint64_t __udivdi3(uint64_t n, uint64_t d)
{
    uint64_t rest;
    return divide_long(n, d, &rest);
}

uint64_t __umoddi3(uint64_t n, uint64_t d)
{
    uint64_t rest;
    divide_long(n, d, &rest);
    return rest;
}

static uint64_t long_magnitude(int64_t a)
{
    return a < 0 ? 0u - (uint64_t)a : (uint64_t)a;
}

int64_t __divdi3(int64_t n, int64_t d)
{
    const uint64_t quotient = __udivdi3(long_magnitude(n), long_magnitude(d));
    return (int64_t)((n ^ d) < 0 ? 0u - quotient : quotient);
}

int64_t __moddi3(int64_t n, int64_t d)
{
    const uint64_t rest = __umoddi3(long_magnitude(n), long_magnitude(d));
    return (int64_t)(n < 0 ? 0u - rest : rest);
}

uint64_t __ashldi3(uint64_t a, int n)
{
    if (n == 0) {
        return a;
    }
    return n >= 32 ? join(low(a) << (n - 32), 0) : join(high(a) << n | low(a) >> (32 - n), low(a) << n);
}

uint64_t __lshrdi3(uint64_t a, int n)
{
    if (n == 0) {
        return a;
    }
    return n >= 32 ? join(0, high(a) >> (n - 32)) : join(high(a) >> n, low(a) >> n | high(a) << (32 - n));
}

int64_t __ashrdi3(int64_t a, int n)
{
    const int32_t upper = (int32_t)high((uint64_t)a);
    if (n == 0) {
        return a;
    }
    if (n >= 32) {
        return (int64_t)join((uint32_t)(upper >> 31), (uint32_t)(upper >> (n - 32)));
    }
    return (int64_t)join((uint32_t)(upper >> n), low((uint64_t)a) >> n | (uint32_t)upper << (32 - n));
}

int __popcountsi2(uint32_t a)
{
    int n = 0;
    while (a != 0) {
        a &= a - 1;
        n++;
    }
    return n;
}

int __clzsi2(uint32_t a)
{
    int n = 0;
    while ((a & 0x80000000u) == 0) {
        a <<= 1;
        n++;
    }
    return n;
}

int __ctzsi2(uint32_t a)
{
    int n = 0;
    while ((a & 1) == 0) {
        a >>= 1;
        n++;
    }
    return n;
}
