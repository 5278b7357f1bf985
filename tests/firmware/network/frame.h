/* Frames on a UART: START, kind, number of a connection, length, and so many bytes. START is nowhere else: inside a frame
 * it is ESCAPE and the byte with its bit 5 flipped, and so is ESCAPE. So a frame that was cut short, as by a reset of
 * either side, is noticed at the START of the next one, and dropped. */

#ifndef FRAME_H
#define FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* kind, number, length */
#define FRAME_HEADER 3
#define FRAME_PAYLOAD 128

/* What comes in. Zero is its start. */
struct frame_reader {
    uint8_t bytes[FRAME_HEADER + FRAME_PAYLOAD];
    size_t at;
    bool inside;
    bool escaped;
    /* Bytes of the UART that the frame took, with what was dropped before it. The user sets it to 0. */
    uint32_t raw;
};

/* Takes a byte of the UART. True: bytes holds a whole frame, until the next byte. */
bool frame_take(struct frame_reader *reader, uint8_t byte);

/* Writes a frame to the UART; len is at most FRAME_PAYLOAD. */
void frame_put(uint8_t kind, uint8_t number, const uint8_t *payload, size_t len);

#endif
