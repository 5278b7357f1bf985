/* No library: the least that can be done for the same packets. It shows what the broker in memory and the loop around it
 * cost by themselves; it is not a client. */

#include "broker.h"
#include "peer.h"

#include <string.h>

static uint8_t tx[PAYLOAD_MAX + 64];
static uint8_t rx[8192];
static size_t have;
static unsigned payload_len;
static uint16_t last_id;
static bool is_ready;

bool peer_start(const struct plan *plan)
{
    static const uint8_t connect[] = { 0x10, 13, 0, 4, 'M', 'Q', 'T', 'T', 4, 2, 0, 60, 0, 1, 'x' };
    payload_len = plan->payload;
    broker_take(connect, sizeof connect);
    return true;
}

bool peer_is_ready(void)
{
    return is_ready;
}

bool peer_publish(unsigned qos)
{
    size_t rest = 2 + TOPIC_LEN + payload_len + (qos > 0 ? 2 : 0);
    size_t len = 0;
    tx[len++] = (uint8_t)(0x30 | qos << 1);
    for (; rest > 0x7f; rest >>= 7) {
        tx[len++] = (uint8_t)(rest | 0x80);
    }
    tx[len++] = (uint8_t)rest;
    tx[len++] = 0;
    tx[len++] = TOPIC_LEN;
    memcpy(tx + len, TOPIC, TOPIC_LEN);
    len += TOPIC_LEN;
    if (qos > 0) {
        last_id++;
        tx[len++] = (uint8_t)(last_id >> 8);
        tx[len++] = (uint8_t)last_id;
    }
    memcpy(tx + len, bench_payload, payload_len);
    broker_take(tx, len + payload_len);
    peer_ended += qos == 0;
    return true;
}

static void reply(uint8_t kind, const uint8_t *id)
{
    const uint8_t packet[4] = { kind, 2, id[0], id[1] };
    broker_take(packet, sizeof packet);
}

static void came(const uint8_t *packet, size_t body)
{
    const unsigned qos = packet[0] >> 1 & 3u;
    switch (packet[0] >> 4) {
    case 2:
        is_ready = true;
        break;
    case 3:
        peer_messages++;
        if (qos > 0) {
            reply(qos == 1 ? 0x40 : 0x50, packet + body + 2 + TOPIC_LEN);
        }
        break;
    case 5:
        reply(0x62, packet + body);
        break;
    case 6:
        reply(0x70, packet + body);
        break;
    default:
        peer_ended++;
        break;
    }
}

void peer_poll(void)
{
    size_t at = 0;
    have += broker_give(rx + have, sizeof rx - have);
    while (have - at >= 2) {
        const uint8_t *packet = rx + at;
        size_t body = 2;
        size_t whole = 2u + (packet[1] & 0x7f);
        if (packet[1] >= 0x80) {
            body = 3;
            whole = have - at > 2 ? 3u + (packet[1] & 0x7f) + ((size_t)packet[2] << 7) : sizeof rx;
        }
        if (have - at < whole) {
            break;
        }
        came(packet, body);
        at += whole;
    }
    have -= at;
    if (at > 0 && have > 0) {
        memmove(rx, rx + at, have);
    }
}
