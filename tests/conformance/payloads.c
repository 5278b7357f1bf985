/* Payloads: their lengths around the bounds of Remaining Length (3.1.1 section 2.2.3), and every byte value. */

#include "conformance.h"

#define LARGE 100000

static uint8_t bytes[LARGE];

/* A row of bytes that repeats only after 251, so that a part at a wrong place does not pass. */
static void fill(size_t len)
{
    for (size_t i = 0; i < len; i++) {
        bytes[i] = (uint8_t)(i % 251);
    }
}

static void passes(size_t len, unsigned qos)
{
    struct peer *from = peer_online();
    struct peer *to = from != NULL ? peer_online() : NULL;
    STEP(to != NULL);
    STEP(subscribe(to, topic("t"), (uint8_t)qos));
    STEP(say(from, topic("t"), bytes, len, (uint8_t)qos, false));
    STEP(hears(to, 1));
    MUST(to->heard[0].len == len, "%lu bytes came", (unsigned long)to->heard[0].len);
    MUST(len == 0 || memcmp(to->heard[0].payload, bytes, len) == 0, "other bytes came");
    STEP(hears_only(to, 1, from));
}

static void of_length(unsigned len, unsigned qos)
{
    fill(len);
    passes(len, qos);
}

/* Topic, its length, and the packet identifier belong to Remaining Length. */
static void with_remaining_length(unsigned remaining, unsigned qos)
{
    const size_t len = remaining - 2 - strlen(topic("t")) - (qos > 0 ? 2 : 0);
    fill(len);
    passes(len, qos);
}

static void every_value(unsigned qos, unsigned unused)
{
    (void)unused;
    for (unsigned i = 0; i < 512; i++) {
        bytes[i] = (uint8_t)(i < 256 ? i : 511 - i);
    }
    passes(512, qos);
}

void payload_checks(void)
{
    check("an empty payload, QoS 0", of_length, 0, 0);
    check("an empty payload, QoS 1", of_length, 0, 1);
    check("an empty payload, QoS 2", of_length, 0, 2);
    check("a payload of 1 byte", of_length, 1, 1);
    check("a payload with every byte value", every_value, 1, 0);
    check("a packet of Remaining Length 127", with_remaining_length, 127, 1);
    check("a packet of Remaining Length 128", with_remaining_length, 128, 1);
    check("a packet of Remaining Length 16383", with_remaining_length, 16383, 1);
    check("a packet of Remaining Length 16384", with_remaining_length, 16384, 1);
    check("a payload of 100000 bytes, QoS 0", of_length, LARGE, 0);
    check("a payload of 100000 bytes, QoS 1", of_length, LARGE, 1);
    check("a payload of 100000 bytes, QoS 2", of_length, LARGE, 2);
}
