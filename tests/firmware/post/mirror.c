/* See mirror.h. Packets are short: the remaining length is one byte. */

#include "mirror.h"

#include "board.h"

#include <string.h>

/* Bytes of one write, so that packets come in pieces. */
#define PIECE 23

/* The exit code if the client sends what it should not. */
#define MIRROR_CONFUSED 9

enum { CONNECT = 1, PUBLISH = 3, PINGREQ = 12 };

static void reply(struct mirror *mirror, const uint8_t *bytes, size_t len)
{
    memcpy(mirror->answer, bytes, len);
    mirror->answer_len = len;
}

static void on_packet(struct mirror *mirror)
{
    static const uint8_t connack[] = { 0x20, 2, 0, 0 };
    static const uint8_t pingresp[] = { 0xD0, 0 };
    const size_t topic_len = mirror->packet[3];
    switch (mirror->packet[0] >> 4) {
    case CONNECT:
        reply(mirror, connack, sizeof connack);
        break;
    case PINGREQ:
        reply(mirror, pingresp, sizeof pingresp);
        break;
    case PUBLISH:
        mirror->on_publish(topic_len, mirror->packet + 4 + topic_len, mirror->len - 4 - topic_len);
        break;
    default:
        board_exit(MIRROR_CONFUSED);
        break;
    }
}

static int32_t mirror_open(void *user, const char *server, uint16_t port)
{
    struct mirror *mirror = user;
    (void)server;
    (void)port;
    mirror->len = 0;
    mirror->answer_len = 0;
    return 0;
}

static int32_t mirror_read(void *user, uint8_t *buf, size_t len)
{
    struct mirror *mirror = user;
    const size_t n = len < mirror->answer_len ? len : mirror->answer_len;
    memcpy(buf, mirror->answer, n);
    memmove(mirror->answer, mirror->answer + n, mirror->answer_len - n);
    mirror->answer_len -= n;
    return n > 0 ? (int32_t)n : MQTT_WOULD_BLOCK;
}

static int32_t mirror_write(void *user, const uint8_t *buf, size_t len)
{
    struct mirror *mirror = user;
    const size_t n = len < PIECE ? len : PIECE;
    for (size_t i = 0; i < n; i++) {
        if (mirror->len == sizeof mirror->packet || (mirror->len == 1 && buf[i] > sizeof mirror->packet - 2)) {
            board_exit(MIRROR_CONFUSED);
        }
        mirror->packet[mirror->len++] = buf[i];
        if (mirror->len >= 2 && mirror->len == mirror->packet[1] + 2u) {
            on_packet(mirror);
            mirror->len = 0;
        }
    }
    return (int32_t)n;
}

static void mirror_close(void *user)
{
    (void)user;
}

const struct mqtt_transport mirror_transport = {
    .open = mirror_open,
    .read = mirror_read,
    .write = mirror_write,
    .close = mirror_close,
};
