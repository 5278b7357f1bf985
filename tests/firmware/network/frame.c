/* Frames on the UART of the board; what they mean is in modem.c. */

#include "frame.h"

#include "board.h"

#define START 0x7e
#define ESCAPE 0x7d
#define FLIP 0x20

static uint8_t sum_of(const uint8_t *bytes, size_t len)
{
    uint8_t sum = 0;
    for (size_t i = 0; i < len; i++) {
        sum = (uint8_t)(sum + bytes[i]);
    }
    return sum;
}

static enum frame_result check(struct frame_reader *reader)
{
    const size_t last = reader->at - 1;
    reader->inside = false;
    if (reader->bytes[0] == FRAME_RESET) {
        reader->count = 0;
    }
    const uint8_t sum = (uint8_t)(sum_of(reader->bytes, last) + reader->count);
    reader->count++;
    return sum == reader->bytes[last] ? FRAME_WHOLE : FRAME_WRONG;
}

enum frame_result frame_take(struct frame_reader *reader, uint8_t byte)
{
    reader->raw++;
    if (byte == START) {
        reader->inside = true;
        reader->escaped = false;
        reader->at = 0;
        return FRAME_NONE;
    }
    if (!reader->inside) {
        return FRAME_NONE;
    }
    if (byte == ESCAPE) {
        reader->escaped = true;
        return FRAME_NONE;
    }
    reader->bytes[reader->at] = reader->escaped ? byte ^ FLIP : byte;
    reader->at++;
    reader->escaped = false;
    if (reader->at < FRAME_HEADER) {
        return FRAME_NONE;
    }
    const size_t len = reader->bytes[FRAME_HEADER - 1];
    if (len > FRAME_PAYLOAD) {
        reader->inside = false;
        return FRAME_WRONG;
    }
    return reader->at == FRAME_HEADER + len + 1 ? check(reader) : FRAME_NONE;
}

static void put(uint8_t byte)
{
    if (byte == START || byte == ESCAPE) {
        board_modem_put(ESCAPE);
        byte ^= FLIP;
    }
    board_modem_put(byte);
}

void frame_put(uint8_t *count, uint8_t kind, uint8_t number, const uint8_t *payload, size_t len)
{
    const uint8_t header[FRAME_HEADER] = { kind, number, (uint8_t)len };
    if (kind == FRAME_RESET) {
        *count = 0;
    }
    board_modem_put(START);
    for (size_t i = 0; i < sizeof header; i++) {
        put(header[i]);
    }
    for (size_t i = 0; i < len; i++) {
        put(payload[i]);
    }
    put((uint8_t)(sum_of(header, sizeof header) + sum_of(payload, len) + *count));
    (*count)++;
}
