/* Frames on the UART of the board; what they mean is in modem.c. */

#include "frame.h"

#include "board.h"

#define START 0x7e
#define ESCAPE 0x7d
#define FLIP 0x20

bool frame_take(struct frame_reader *reader, uint8_t byte)
{
    reader->raw++;
    if (byte == START) {
        reader->inside = true;
        reader->escaped = false;
        reader->at = 0;
        return false;
    }
    if (!reader->inside) {
        return false;
    }
    if (byte == ESCAPE) {
        reader->escaped = true;
        return false;
    }
    reader->bytes[reader->at] = reader->escaped ? byte ^ FLIP : byte;
    reader->at++;
    reader->escaped = false;
    if (reader->at < FRAME_HEADER) {
        return false;
    }
    const size_t len = reader->bytes[FRAME_HEADER - 1];
    const bool whole = reader->at == FRAME_HEADER + len;
    reader->inside = !whole && len <= FRAME_PAYLOAD;
    return whole;
}

static void put(uint8_t byte)
{
    if (byte == START || byte == ESCAPE) {
        board_modem_put(ESCAPE);
        byte ^= FLIP;
    }
    board_modem_put(byte);
}

void frame_put(uint8_t kind, uint8_t number, const uint8_t *payload, size_t len)
{
    board_modem_put(START);
    put(kind);
    put(number);
    put((uint8_t)len);
    for (size_t i = 0; i < len; i++) {
        put(payload[i]);
    }
}
