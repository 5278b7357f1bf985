/* The small broker of mock.h. */

#include "mock.h"

#include "check.h"

#include <string.h>

uint32_t mock_sum(const void *bytes, size_t len)
{
    const uint8_t *at = (const uint8_t *)bytes;
    uint32_t sum = 2166136261u;
    for (size_t i = 0; i < len; i++) {
        sum = (sum ^ at[i]) * 16777619u;
    }
    return sum;
}

void mock_say(struct mock *mock, const void *bytes, size_t len)
{
    if (CHECK(mock->in_len + len <= sizeof mock->in)) {
        memcpy(mock->in + mock->in_len, bytes, len);
        mock->in_len += len;
    }
}

static size_t put_length(uint8_t *to, size_t value)
{
    size_t n = 0;
    do {
        to[n] = (uint8_t)(value % 128 | (value >= 128 ? 128 : 0));
        value /= 128;
        n++;
    } while (value > 0);
    return n;
}

void mock_publish(struct mock *mock, const char *topic, const void *payload, size_t len, uint8_t qos, uint16_t id)
{
    const size_t topic_len = strlen(topic);
    uint8_t head[8] = { (uint8_t)(0x30 | qos << 1) };
    uint8_t two[2] = { (uint8_t)(topic_len >> 8), (uint8_t)topic_len };
    mock_say(mock, head, 1 + put_length(head + 1, 2 + topic_len + (qos > 0 ? 2 : 0) + len));
    mock_say(mock, two, 2);
    mock_say(mock, topic, topic_len);
    if (qos > 0) {
        two[0] = (uint8_t)(id >> 8);
        two[1] = (uint8_t)id;
        mock_say(mock, two, 2);
    }
    mock_say(mock, payload, len);
}

void mock_drop(struct mock *mock)
{
    mock->in_len = 0;
    mock->in_at = 0;
    mock->peer_closes = true;
}

/* The broker. body is without the fixed header. */

static void answer(struct mock *mock, uint8_t first, const uint8_t *id)
{
    const uint8_t packet[4] = { first, 2, id[0], id[1] };
    mock_say(mock, packet, sizeof packet);
}

static void on_connect(struct mock *mock, const uint8_t *body, size_t len)
{
    static const uint8_t name[7] = { 0, 4, 'M', 'Q', 'T', 'T', 4 };
    if (!CHECK(len >= 12) || !CHECK(memcmp(body, name, sizeof name) == 0)) {
        return;
    }
    const bool clean = (body[7] & 2) != 0;
    CHECK((body[7] & 1) == 0);
    /* Behind name, level, flags and keep alive (3.1.1 section 3.1.3.1). */
    mock_copy_text(mock->client_id, body + 12, (size_t)(body[10] << 8 | body[11]));
    mock->connects++;
    mock->clean_connects += clean ? 1 : 0;
    const uint8_t connack[4] = { 0x20, 2, !clean && mock->has_session && mock->connack_code == 0, mock->connack_code };
    if (mock->mute_connack) {
        return;
    }
    if (mock->connack_code == 0) {
        mock->has_session = !clean;
    } else {
        mock->peer_closes = true;
    }
    mock_say(mock, connack, sizeof connack);
}

static void on_publish(struct mock *mock, uint8_t first, const uint8_t *body, size_t len)
{
    if (!CHECK(len >= 2) || !CHECK(mock->publish_count < MOCK_PUBLISHES)) {
        return;
    }
    struct mock_publish *got = &mock->publishes[mock->publish_count++];
    const size_t topic_len = (size_t)body[0] << 8 | body[1];
    got->qos = first >> 1 & 3;
    got->dup = (first & 8) != 0;
    got->retain = (first & 1) != 0;
    const size_t head = 2 + topic_len + (got->qos > 0 ? 2u : 0u);
    if (!CHECK(len >= head) || !CHECK(got->qos < 3) || !CHECK(!(got->qos == 0 && got->dup))) {
        return;
    }
    mock_copy_text(got->topic, body + 2, topic_len);
    mock_copy_text(got->payload, body + head, len - head);
    got->payload_len = len - head;
    got->payload_sum = mock_sum(body + head, len - head);
    if (got->qos > 0) {
        const uint8_t *id = body + 2 + topic_len;
        got->id = (uint16_t)(id[0] << 8 | id[1]);
        CHECK(got->id != 0);
        if (!mock->mute_acks) {
            answer(mock, got->qos == 1 ? 0x40 : 0x50, id);
        }
    }
}

static void on_subscribe(struct mock *mock, const uint8_t *body, size_t len)
{
    uint8_t suback[64] = { 0x90, 0, body[0], body[1] };
    size_t n = 4;
    size_t at = 2;
    mock->subscribes++;
    while (at + 2 < len && n < sizeof suback) {
        const size_t filter_len = (size_t)body[at] << 8 | body[at + 1];
        at += 2 + filter_len;
        if (!CHECK(at < len) || !CHECK(body[at] < 3)) {
            return;
        }
        suback[n++] = mock->suback_code != 0 ? mock->suback_code : body[at];
        at++;
    }
    CHECK(at == len && n > 4);
    suback[1] = (uint8_t)(n - 2);
    if (!mock->mute_acks) {
        mock_say(mock, suback, n);
    }
}

static void on_packet(struct mock *mock, uint8_t first, const uint8_t *body, size_t len)
{
    static const uint8_t pingresp[2] = { 0xd0, 0 };
    switch (first >> 4) {
    case 1:
        on_connect(mock, body, len);
        break;
    case 3:
        on_publish(mock, first, body, len);
        break;
    case 4:
    case 7:
        CHECK((first & 15) == 0 && len == 2);
        mock->acks++;
        break;
    case 5:
        CHECK((first & 15) == 0 && len == 2);
        mock->acks++;
        answer(mock, 0x62, body);
        break;
    case 6:
        CHECK((first & 15) == 2 && len == 2);
        if (!mock->mute_acks) {
            answer(mock, 0x70, body);
        }
        break;
    case 8:
        CHECK((first & 15) == 2 && len > 5);
        on_subscribe(mock, body, len);
        break;
    case 10:
        CHECK((first & 15) == 2 && len > 4);
        mock->unsubscribes++;
        if (!mock->mute_acks) {
            answer(mock, 0xb0, body);
        }
        break;
    case 12:
        CHECK(first == 0xc0 && len == 0);
        mock->pings++;
        if (!mock->mute_ping) {
            mock_say(mock, pingresp, sizeof pingresp);
        }
        break;
    case 14:
        CHECK(first == 0xe0 && len == 0);
        mock->disconnects++;
        mock->peer_closes = true;
        break;
    default:
        CHECK(!"a packet that a client may send");
        break;
    }
}

size_t mock_packet_len(const uint8_t *at, size_t have)
{
    size_t len = 0;
    size_t head = 1;
    do {
        if (head >= have || head > 4) {
            return 0;
        }
        len |= (size_t)(at[head] & 127) << 7 * (head - 1);
    } while ((at[head++] & 128) != 0);
    return have >= head + len ? head + len : 0;
}

void mock_serve(struct mock *mock)
{
    for (;;) {
        const uint8_t *at = mock->out + mock->out_at;
        const size_t len = mock_packet_len(at, mock->out_len - mock->out_at);
        size_t head = 2;
        if (len == 0) {
            return;
        }
        while ((at[head - 1] & 128) != 0) {
            head++;
        }
        CHECK((mock->out_at == 0) == (at[0] == 0x10));
        on_packet(mock, at[0], at + head, len - head);
        mock->out_at += len;
    }
}
