/* See peer.h. */

#include "peer.h"

#include "check.h"

#include <stdlib.h>
#include <string.h>

#define START 0x7e
#define ESCAPE 0x7d
#define FLIP 0x20

/* More than either side sends before the other looks. */
#define LINE 20000

struct line {
    uint8_t bytes[LINE];
    size_t in;
    size_t out;
};

static struct line to_device;
static struct line from_device;
static uint32_t now_ms;
static uint8_t out_count;
static uint8_t in_count;
static uint32_t sent;
static uint32_t given_back;

static void put(struct line *line, uint8_t byte)
{
    if (line->in == LINE) {
        abort();
    }
    line->bytes[line->in++] = byte;
}

static int get(struct line *line)
{
    if (line->out == line->in) {
        line->out = 0;
        line->in = 0;
        return -1;
    }
    return line->bytes[line->out++];
}

uint32_t board_now_ms(void)
{
    return now_ms;
}

void board_idle(void)
{
}

void board_modem_put(uint8_t byte)
{
    put(&from_device, byte);
}

int board_modem_get(void)
{
    return get(&to_device);
}

void peer_begin(void)
{
    memset(&the_modem, 0, sizeof the_modem);
    memset(&to_device, 0, sizeof to_device);
    memset(&from_device, 0, sizeof from_device);
    out_count = 0;
    in_count = 0;
    sent = 0;
    given_back = 0;
    network_start();
}

void peer_begin_ready(void)
{
    peer_begin();
    (void)peer_expect('R', 0);
    peer_send('R', 0, NULL, 0);
    peer_send('L', 0, "\1", 1);
}

void peer_begin_open(uint32_t room)
{
    peer_begin_ready();
    CHECK_EQ(network_transport->open(network_user(), "h", 1), MQTT_WOULD_BLOCK);
    (void)peer_expect('O', 1);
    peer_send_number('O', 1, room);
    CHECK_EQ(network_transport->open(network_user(), "h", 1), 0);
}

void peer_pass(uint32_t ms)
{
    now_ms += ms;
    network_poll();
}

/* The next byte within a frame; -1 at its end, or at the end of everything. */
static int inside(void)
{
    const int byte = get(&from_device);
    if (byte == START) {
        from_device.out--;
        return -1;
    }
    return byte == ESCAPE ? get(&from_device) ^ FLIP : byte;
}

bool peer_next(struct peer_frame *frame)
{
    uint8_t bytes[4 + 255];
    size_t n = 0;
    uint8_t sum = 0;
    int byte = get(&from_device);
    if (byte < 0) {
        return false;
    }
    CHECK_EQ(byte, START);
    while (n < sizeof bytes && (n < 3 || n < 4u + bytes[2]) && (byte = inside()) >= 0) {
        bytes[n++] = (uint8_t)byte;
    }
    memset(frame, 0, sizeof *frame);
    if (!CHECK(n >= 4 && n == 4u + bytes[2])) {
        return false;
    }
    for (size_t i = 0; i + 1 < n; i++) {
        sum = (uint8_t)(sum + bytes[i]);
    }
    in_count = bytes[0] == 'R' ? 0 : in_count;
    frame->kind = bytes[0];
    frame->number = bytes[1];
    frame->len = bytes[2];
    memcpy(frame->payload, bytes + 3, bytes[2]);
    frame->right = bytes[n - 1] == (uint8_t)(sum + in_count);
    in_count++;
    if (frame->kind == 'T') {
        given_back += (uint32_t)frame->payload[0] << 8 | frame->payload[1];
    }
    return true;
}

size_t peer_expect(uint8_t kind, uint8_t number)
{
    struct peer_frame frame = { 0 };
    CHECK(peer_next(&frame));
    CHECK_EQ(frame.kind, kind);
    CHECK_EQ(frame.number, number);
    CHECK(frame.right);
    return frame.len;
}

size_t peer_encode(uint8_t kind, uint8_t number, const void *payload, size_t len, uint8_t *bytes)
{
    uint8_t plain[4 + 255] = { kind, number, (uint8_t)len };
    uint8_t sum = 0;
    size_t n = 0;
    if (len > 0) {
        memcpy(plain + 3, payload, len);
    }
    out_count = kind == 'R' ? 0 : out_count;
    for (size_t i = 0; i < 3 + len; i++) {
        sum = (uint8_t)(sum + plain[i]);
    }
    plain[3 + len] = (uint8_t)(sum + out_count);
    out_count++;
    bytes[n++] = START;
    for (size_t i = 0; i < 4 + len; i++) {
        const bool special = plain[i] == START || plain[i] == ESCAPE;
        if (special) {
            bytes[n++] = ESCAPE;
        }
        bytes[n++] = special ? plain[i] ^ FLIP : plain[i];
    }
    /* From a reset on both sides count anew. */
    sent = kind == 'R' ? 0 : sent + (uint32_t)n;
    given_back = kind == 'R' ? 0 : given_back;
    return n;
}

void peer_send_raw(const uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        put(&to_device, bytes[i]);
    }
    network_poll();
}

void peer_send(uint8_t kind, uint8_t number, const void *payload, size_t len)
{
    uint8_t bytes[2 * PEER_LONGEST];
    peer_send_raw(bytes, peer_encode(kind, number, payload, len, bytes));
}

void peer_send_number(uint8_t kind, uint8_t number, uint32_t value)
{
    const uint8_t bytes[2] = { (uint8_t)(value >> 8), (uint8_t)value };
    peer_send(kind, number, bytes, sizeof bytes);
}

uint32_t peer_sent(void)
{
    return sent;
}

uint32_t peer_given_back(void)
{
    return given_back;
}
