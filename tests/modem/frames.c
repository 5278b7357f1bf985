/* Frames on the UART: every byte gets through, and one that does not is noticed. */

#define CHECK_MAIN
#include "check.h"

#include "frame.h"
#include "peer.h"

#include <string.h>

static struct frame_reader reader;

/* The last result that was not FRAME_NONE, and how many there were. */
static unsigned results;

static enum frame_result take(const uint8_t *bytes, size_t len)
{
    enum frame_result last = FRAME_NONE;
    results = 0;
    for (size_t i = 0; i < len; i++) {
        const enum frame_result result = frame_take(&reader, bytes[i]);
        if (result != FRAME_NONE) {
            last = result;
            results++;
        }
    }
    return last;
}

static void begin(void)
{
    peer_begin();
    memset(&reader, 0, sizeof reader);
}

static void every_byte_is_received_as_it_was_sent(void)
{
    uint8_t payload[FRAME_PAYLOAD];
    uint8_t bytes[2 * PEER_LONGEST];
    begin();
    for (int value = 0; value < 256; value++) {
        const size_t len = (size_t)value % (FRAME_PAYLOAD + 1);
        memset(payload, value, sizeof payload);
        const size_t n = peer_encode('D', (uint8_t)value, payload, len, bytes);
        if (!CHECK_EQ(take(bytes, n), FRAME_WHOLE) || !CHECK_EQ(results, 1)) {
            break;
        }
        CHECK_EQ(reader.bytes[0], 'D');
        CHECK_EQ(reader.bytes[1], value);
        CHECK_EQ(reader.bytes[2], len);
        CHECK(memcmp(reader.bytes + FRAME_HEADER, payload, len) == 0);
    }
}

static void every_byte_is_sent_as_it_is(void)
{
    struct peer_frame frame;
    uint8_t payload[FRAME_PAYLOAD];
    uint8_t count = 0;
    begin();
    (void)peer_expect('R', 0);
    for (int value = 0; value < 256; value++) {
        const size_t len = (size_t)value % (FRAME_PAYLOAD + 1);
        memset(payload, value, sizeof payload);
        /* Both begin with a reset. */
        frame_put(&count, value == 0 ? FRAME_RESET : 'D', (uint8_t)value, payload, len);
        if (!CHECK(peer_next(&frame)) || !CHECK(frame.right)) {
            break;
        }
        CHECK_EQ(frame.number, value);
        CHECK_EQ(frame.len, len);
        CHECK(memcmp(frame.payload, payload, len) == 0);
    }
}

static void a_frame_that_was_cut_short_does_not_hurt_a_reset(void)
{
    uint8_t bytes[2 * PEER_LONGEST];
    for (size_t cut = 0; cut < 14; cut++) {
        begin();
        (void)peer_encode('D', 1, "01234~}789", 10, bytes);
        (void)take(bytes, cut);
        const size_t n = peer_encode('R', 0, NULL, 0, bytes);
        CHECK_EQ(take(bytes, n), FRAME_WHOLE);
        CHECK_EQ(reader.bytes[0], 'R');
    }
}

static void each_byte_that_is_lost_is_noticed_by_the_next_frame(void)
{
    uint8_t bytes[2 * PEER_LONGEST];
    uint8_t next[2 * PEER_LONGEST];
    size_t n = 1;
    for (size_t lost = 0; lost < n; lost++) {
        begin();
        n = peer_encode('D', 1, "01234~}789", 10, bytes);
        const size_t next_n = peer_encode('D', 1, "next", 4, next);
        memmove(bytes + lost, bytes + lost + 1, n - lost - 1);
        const bool noticed = take(bytes, n - 1) == FRAME_WRONG;
        CHECK(noticed || take(next, next_n) == FRAME_WRONG);
    }
    CHECK_EQ(n, 1 + 3 + 12 + 1);
}

static void each_byte_that_is_changed_is_noticed_by_the_next_frame(void)
{
    uint8_t bytes[2 * PEER_LONGEST];
    uint8_t next[2 * PEER_LONGEST];
    size_t n = 1;
    for (size_t changed = 0; changed < n; changed++) {
        begin();
        n = peer_encode('D', 1, "01234~}789", 10, bytes);
        const size_t next_n = peer_encode('D', 1, "next", 4, next);
        bytes[changed] ^= 4;
        const bool noticed = take(bytes, n) == FRAME_WRONG;
        CHECK(noticed || take(next, next_n) == FRAME_WRONG);
    }
}

static void a_frame_that_is_lost_is_noticed_by_the_next(void)
{
    uint8_t bytes[2 * PEER_LONGEST];
    begin();
    (void)peer_encode('D', 1, "lost", 4, bytes);
    const size_t n = peer_encode('D', 1, "next", 4, bytes);
    CHECK_EQ(take(bytes, n), FRAME_WRONG);
}

static void what_is_no_frame_is_ignored(void)
{
    uint8_t bytes[2 * PEER_LONGEST];
    begin();
    CHECK_EQ(take((const uint8_t *)"noise", 5), FRAME_NONE);
    const size_t n = peer_encode('D', 1, "x", 1, bytes);
    CHECK_EQ(take(bytes, n), FRAME_WHOLE);
    CHECK_EQ(reader.raw, 5 + n);
}

static void a_frame_that_is_longer_than_there_is_room_for_is_wrong(void)
{
    uint8_t payload[255];
    uint8_t bytes[2 * PEER_LONGEST];
    memset(payload, 'x', sizeof payload);
    for (size_t len = FRAME_PAYLOAD + 1; len <= sizeof payload; len++) {
        begin();
        const size_t n = peer_encode('D', 1, payload, len, bytes);
        CHECK_EQ(take(bytes, n), FRAME_WRONG);
    }
}

int main(void)
{
    RUN(every_byte_is_received_as_it_was_sent);
    RUN(every_byte_is_sent_as_it_is);
    RUN(a_frame_that_was_cut_short_does_not_hurt_a_reset);
    RUN(each_byte_that_is_lost_is_noticed_by_the_next_frame);
    RUN(each_byte_that_is_changed_is_noticed_by_the_next_frame);
    RUN(a_frame_that_is_lost_is_noticed_by_the_next);
    RUN(what_is_no_frame_is_ignored);
    RUN(a_frame_that_is_longer_than_there_is_room_for_is_wrong);
    return check_end();
}
