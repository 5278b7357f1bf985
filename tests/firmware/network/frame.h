/* Frames on a UART: START, kind, number of a connection, length, so many bytes, and a check. START is nowhere else: inside
 * a frame it is ESCAPE and the byte with its bit 5 flipped, and so is ESCAPE. So a frame that was cut short, as by a
 * reset of either side, is noticed at the START of the next one, and dropped.
 *
 * The check is the sum of the bytes from kind on, and of the number of this frame, counted from the last FRAME_RESET. So
 * it is wrong in a frame that was damaged, and in the one after a frame that was lost. */

#ifndef FRAME_H
#define FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* kind, number, length */
#define FRAME_HEADER 3
#define FRAME_PAYLOAD 128

/* Of a frame from which on frames are counted anew. */
#define FRAME_RESET 'R'

enum frame_result {
    FRAME_NONE,
    /* bytes holds it until the next byte. */
    FRAME_WHOLE,
    /* Damaged, or one before it was lost. */
    FRAME_WRONG,
};

/* What comes in. Zero is its start. */
struct frame_reader {
    uint8_t bytes[FRAME_HEADER + FRAME_PAYLOAD + 1];
    size_t at;
    bool inside;
    bool escaped;
    uint8_t count;
    /* Bytes of the UART that the frame took, with what was dropped before it. The user sets it to 0. */
    uint32_t raw;
};

/* Takes a byte of the UART. */
enum frame_result frame_take(struct frame_reader *reader, uint8_t byte);

/* Writes a frame to the UART; len is at most FRAME_PAYLOAD. *count is that of the frames written before. */
void frame_put(uint8_t *count, uint8_t kind, uint8_t number, const uint8_t *payload, size_t len);

#endif
