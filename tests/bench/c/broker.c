/* See broker.h. */

#include "broker.h"

#include "peer.h"
#include "stream.h"

#include <string.h>

/* Of a packet that comes in pieces so much is kept; but all of a SUBSCRIBE. */
#define HEAD_MAX 64u
#define PIECES_MAX 8192u
#define SAID_MAX 65536u
#define LAG_MAX 4096u

enum { CONNECT = 1, PUBLISH = 3, PUBACK = 4, PUBREC = 5, PUBREL = 6, PUBCOMP = 7, SUBSCRIBE = 8, PINGREQ = 12 };

unsigned long broker_published;
unsigned long broker_confirmed;
unsigned broker_filters;
uint8_t broker_version;

static const struct plan *plan;
static bool is_measuring;
static unsigned stuck_left;

/* A packet in pieces, and how much of it is left that nobody needs. */
static uint8_t piece[PIECES_MAX];
static size_t piece_len;
static size_t skip;

/* What the client has still to read. Answers wait behind a segment of messages that has begun. */
static uint8_t said[SAID_MAX];
static size_t said_from;
static size_t said_to;

static uint8_t held[LAG_MAX][2];
static size_t held_from;
static size_t held_count;

static void say(const uint8_t *bytes, size_t len)
{
    if (said_from == said_to) {
        said_from = 0;
        said_to = 0;
    }
    if (said_to + len > sizeof said) {
        memmove(said, said + said_from, said_to - said_from);
        said_to -= said_from;
        said_from = 0;
    }
    if (said_to + len > sizeof said) {
        bench_fail("the client does not read the broker's answers");
    }
    memcpy(said + said_to, bytes, len);
    said_to += len;
}

static void say_id(uint8_t kind, const uint8_t *id)
{
    const uint8_t packet[4] = { kind, 2, id[0], id[1] };
    say(packet, sizeof packet);
}

/* The length of a packet's first part, and of the whole; 0 if that is not there yet. */
static size_t measure(const uint8_t *bytes, size_t len, size_t *whole)
{
    size_t rest = 0;
    for (size_t i = 1; i < len && i < 5; i++) {
        rest |= (size_t)(bytes[i] & 0x7f) << (7 * (i - 1));
        if (bytes[i] < 0x80) {
            *whole = i + 1 + rest;
            return i + 1;
        }
    }
    return 0;
}

static void answer_oldest(void)
{
    say_id(0x40, held[held_from]);
    held_from = (held_from + 1) % LAG_MAX;
    held_count--;
}

static void hold(const uint8_t *id)
{
    if (held_count == plan->lag) {
        answer_oldest();
    }
    uint8_t *place = held[(held_from + held_count) % LAG_MAX];
    place[0] = id[0];
    place[1] = id[1];
    held_count++;
}

static void published(const uint8_t *packet, size_t body)
{
    const unsigned qos = packet[0] >> 1 & 3u;
    const uint8_t *id = packet + body + 2 + packet[body + 1];
    broker_published++;
    if (qos == 0) {
        return;
    }
    if (is_measuring && stuck_left > 0) {
        stuck_left--;
    } else if (is_measuring && plan->lag > 0 && qos == 1) {
        hold(id);
    } else {
        say_id(qos == 1 ? 0x40 : 0x50, id);
    }
}

static void subscribed(const uint8_t *packet, size_t body, size_t whole)
{
    broker_filters++;
    uint8_t answer[256] = { 0x90 };
    size_t codes = 0;
    size_t at = body + 2;
    if (broker_version == 5) {
        at += 1u + packet[at];
    }
    const size_t properties = broker_version == 5 ? 1 : 0;
    while (at < whole && codes < 100) {
        at += 2u + (size_t)(packet[at] << 8) + packet[at + 1];
        answer[4 + properties + codes++] = packet[at++] & 3;
    }
    answer[1] = (uint8_t)(2 + properties + codes);
    answer[2] = packet[body];
    answer[3] = packet[body + 1];
    say(answer, 4 + properties + codes);
}

static void accept5(void)
{
    static const uint8_t connack[] = { 0x20, 3, 0, 0, 0 };
    const uint8_t with_receive_maximum[] = {
        0x20, 6, 0, 0, 3, 0x21, (uint8_t)(plan->allowed >> 8), (uint8_t)plan->allowed,
    };
    if (plan->allowed > 0) {
        say(with_receive_maximum, sizeof with_receive_maximum);
    } else {
        say(connack, sizeof connack);
    }
}

static void answer(const uint8_t *packet, size_t body, size_t whole)
{
    static const uint8_t connack[] = { 0x20, 2, 0, 0 };
    static const uint8_t pingresp[] = { 0xd0, 0 };
    switch (packet[0] >> 4) {
    case PUBLISH:
        published(packet, body);
        break;
    case PUBACK:
    case PUBCOMP:
        broker_confirmed++;
        break;
    case PUBREC:
        say_id(0x62, packet + body);
        break;
    case PUBREL:
        say_id(0x70, packet + body);
        break;
    case CONNECT:
        broker_version = packet[body + 6];
        if (broker_version == 5) {
            accept5();
        } else {
            say(connack, sizeof connack);
        }
        break;
    case SUBSCRIBE:
        subscribed(packet, body, whole);
        break;
    case PINGREQ:
        say(pingresp, sizeof pingresp);
        break;
    default:
        break;
    }
}

/* The packet that begins with these bytes is not in them as a whole. How many of them were taken. */
static size_t take_piece(const uint8_t *bytes, size_t len)
{
    size_t whole = 0;
    size_t taken = 0;
    size_t body = measure(piece, piece_len, &whole);
    while (body == 0 && taken < len) {
        piece[piece_len++] = bytes[taken++];
        body = measure(piece, piece_len, &whole);
    }
    const size_t wanted = whole < HEAD_MAX || piece[0] >> 4 == SUBSCRIBE ? whole : HEAD_MAX;
    if (body == 0) {
        return taken;
    }
    if (wanted > sizeof piece) {
        bench_fail("the client's packet is too long");
    }
    const size_t more = wanted - piece_len < len - taken ? wanted - piece_len : len - taken;
    memcpy(piece + piece_len, bytes + taken, more);
    piece_len += more;
    if (piece_len == wanted) {
        answer(piece, body, whole);
        skip = whole - wanted;
        piece_len = 0;
    }
    return taken + more;
}

void broker_take(const uint8_t *bytes, size_t len)
{
    while (len > 0) {
        size_t whole = 0;
        size_t taken = skip < len ? skip : len;
        if (skip > 0) {
            skip -= taken;
        } else {
            const size_t body = piece_len == 0 ? measure(bytes, len, &whole) : 0;
            if (body > 0 && whole <= len) {
                answer(bytes, body, whole);
                taken = whole;
            } else {
                taken = take_piece(bytes, len);
            }
        }
        bytes += taken;
        len -= taken;
    }
}

size_t broker_give(uint8_t *bytes, size_t len)
{
    size_t n = 0;
    if (stream_left > 0) {
        n = stream_give(bytes, len);
    } else if (said_from < said_to) {
        n = said_to - said_from < len ? said_to - said_from : len;
        memcpy(bytes, said + said_from, n);
        said_from += n;
    }
    return n;
}

bool broker_has(void)
{
    return stream_left > 0 || said_from < said_to;
}

void broker_start(const struct plan *of)
{
    plan = of;
    stuck_left = of->stuck;
    if (of->lag > LAG_MAX || of->payload > PAYLOAD_MAX) {
        bench_fail("the plan is too large");
    }
}

void broker_measure(void)
{
    is_measuring = true;
    stream_prepare(plan, broker_version);
}

void broker_release(void)
{
    while (held_count > 0) {
        answer_oldest();
    }
}
