/* Connections over the modem: opened, refused, ended by either side, and never mistaken for each other; and credits. */

#define CHECK_MAIN
#include "check.h"

#include "peer.h"

#include <string.h>

static uint8_t buf[4096];

static int32_t open_again(void)
{
    return network_transport->open(network_user(), "10.0.2.2", 0x1234);
}

static int32_t read_some(size_t len)
{
    return network_transport->read(network_user(), buf, len);
}

static int32_t write_some(size_t len)
{
    return network_transport->write(network_user(), buf, len);
}

static void close_it(void)
{
    network_transport->close(network_user());
}

static bool next_but_credits(struct peer_frame *frame)
{
    while (peer_next(frame)) {
        CHECK(frame->right);
        if (frame->kind != 'T') {
            return true;
        }
    }
    return false;
}

static bool says_nothing_else(void)
{
    struct peer_frame frame;
    return !next_but_credits(&frame);
}

static void open_asks_once_with_port_and_name(void)
{
    struct peer_frame frame;
    peer_begin_ready();
    CHECK_EQ(open_again(), MQTT_WOULD_BLOCK);
    CHECK(peer_next(&frame));
    CHECK_EQ(frame.kind, 'O');
    CHECK_EQ(frame.len, 2 + 8);
    CHECK(memcmp(frame.payload, "\x12\x34" "10.0.2.2", 10) == 0);
    CHECK_EQ(open_again(), MQTT_WOULD_BLOCK);
    CHECK(!peer_next(&frame));
    peer_send_number('O', 1, 100);
    CHECK_EQ(open_again(), 0);
    CHECK(!peer_next(&frame));
}

static void a_refused_connection_has_the_reason_of_the_modem(void)
{
    peer_begin_ready();
    CHECK_EQ(open_again(), MQTT_WOULD_BLOCK);
    (void)peer_expect('O', 1);
    peer_send('C', 1, "\2", 1);
    CHECK_EQ(open_again(), -2);
    close_it();
    /* It has closed already. */
    CHECK(says_nothing_else());
    CHECK_EQ(open_again(), MQTT_WOULD_BLOCK);
    (void)peer_expect('O', 2);
}

static void an_attempt_that_ends_in_good_order_has_failed_too(void)
{
    peer_begin_ready();
    CHECK_EQ(open_again(), MQTT_WOULD_BLOCK);
    (void)peer_expect('O', 1);
    peer_send('C', 1, "\0", 1);
    CHECK(open_again() < 0);
}

static void a_name_that_is_too_long_is_not_sent(void)
{
    char name[FRAME_PAYLOAD];
    peer_begin_ready();
    memset(name, 'n', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    CHECK_EQ(network_transport->open(network_user(), name, 1), MODEM_NAME_TOO_LONG);
    close_it();
    CHECK(says_nothing_else());
    name[sizeof name - 2] = '\0';
    CHECK_EQ(network_transport->open(network_user(), name, 1), MQTT_WOULD_BLOCK);
    CHECK_EQ(peer_expect('O', 1), FRAME_PAYLOAD);
}

static void bytes_go_both_ways(void)
{
    struct peer_frame frame;
    peer_begin_open(100);
    memcpy(buf, "ping", 4);
    CHECK_EQ(write_some(4), 4);
    CHECK(peer_next(&frame));
    CHECK(frame.kind == 'D' && frame.number == 1 && frame.len == 4 && memcmp(frame.payload, "ping", 4) == 0);
    CHECK_EQ(read_some(10), MQTT_WOULD_BLOCK);
    peer_send('D', 1, "pong", 4);
    CHECK_EQ(read_some(3), 3);
    CHECK_EQ(read_some(3), 1);
    CHECK_EQ(buf[0], 'g');
    CHECK_EQ(read_some(3), MQTT_WOULD_BLOCK);
}

static void no_more_is_written_than_the_modem_has_room_for(void)
{
    peer_begin_open(200);
    CHECK_EQ(write_some(1000), FRAME_PAYLOAD);
    CHECK_EQ(write_some(1000), 200 - FRAME_PAYLOAD);
    CHECK_EQ(write_some(1000), MQTT_WOULD_BLOCK);
    CHECK_EQ(peer_expect('D', 1), FRAME_PAYLOAD);
    CHECK_EQ(peer_expect('D', 1), 200 - FRAME_PAYLOAD);
    peer_send_number('T', 1, 50);
    CHECK_EQ(write_some(1000), 50);
    CHECK_EQ(write_some(1000), MQTT_WOULD_BLOCK);
    /* Room of another connection is not that of this one. */
    peer_send_number('T', 7, 50);
    CHECK_EQ(write_some(1000), MQTT_WOULD_BLOCK);
}

static void what_came_before_the_end_is_read_first(void)
{
    peer_begin_open(100);
    peer_send('D', 1, "last", 4);
    peer_send('C', 1, "\0", 1);
    CHECK_EQ(read_some(10), 4);
    CHECK_EQ(read_some(10), 0);
    /* The reader learns it. */
    CHECK_EQ(write_some(1), MQTT_WOULD_BLOCK);
    close_it();
    CHECK(says_nothing_else());
}

static void a_connection_that_broke_is_known_at_once(void)
{
    peer_begin_open(100);
    peer_send('D', 1, "last", 4);
    peer_send('C', 1, "\3", 1);
    CHECK_EQ(write_some(1), -3);
    CHECK_EQ(read_some(10), 4);
    CHECK_EQ(read_some(10), -3);
}

static void what_is_left_of_a_closed_connection_does_not_reach_the_next(void)
{
    peer_begin_open(100);
    peer_send('D', 1, "unread", 6);
    close_it();
    (void)peer_expect('C', 1);
    peer_send('D', 1, "old", 3);
    CHECK_EQ(open_again(), MQTT_WOULD_BLOCK);
    (void)peer_expect('O', 2);
    peer_send('D', 1, "old", 3);
    peer_send_number('O', 1, 100);
    CHECK_EQ(open_again(), MQTT_WOULD_BLOCK);
    peer_send('C', 1, "\2", 1);
    CHECK_EQ(open_again(), MQTT_WOULD_BLOCK);
    peer_send_number('O', 2, 100);
    CHECK_EQ(open_again(), 0);
    peer_send('D', 1, "old", 3);
    peer_send('C', 1, "\3", 1);
    CHECK_EQ(read_some(10), MQTT_WOULD_BLOCK);
    peer_send('D', 2, "new", 3);
    CHECK_EQ(read_some(10), 3);
    CHECK(memcmp(buf, "new", 3) == 0);
}

static void numbers_of_connections_begin_again_after_255(void)
{
    struct peer_frame frame;
    peer_begin_ready();
    for (unsigned i = 1; i <= 600; i++) {
        CHECK_EQ(open_again(), MQTT_WOULD_BLOCK);
        CHECK(next_but_credits(&frame) && frame.kind == 'O' && frame.number == (uint8_t)i);
        peer_send_number('O', (uint8_t)i, 100);
        if (!CHECK_EQ(open_again(), 0)) {
            break;
        }
        close_it();
        CHECK(next_but_credits(&frame) && frame.kind == 'C' && frame.number == (uint8_t)i);
    }
}

/* The modem's part of the rule: it sends while there is room for any frame. */
static bool may_send(void)
{
    return peer_sent() - peer_given_back() + PEER_LONGEST <= BOARD_MODEM_ROOM;
}

static void all_room_is_given_back_however_it_is_read(void)
{
    static const size_t pieces[] = { 1, 7, 128, 500, 4096 };
    uint8_t payload[FRAME_PAYLOAD];
    uint32_t received = 0;
    uint32_t given = 0;
    uint32_t wrong = 0;
    peer_begin_open(100);
    for (unsigned turn = 0; turn < 3000; turn++) {
        const size_t len = 1 + turn * 37u % FRAME_PAYLOAD;
        CHECK(says_nothing_else());
        if (may_send()) {
            for (size_t i = 0; i < len; i++) {
                payload[i] = (uint8_t)(given++ * 7u);
            }
            peer_send('D', 1, payload, len);
        }
        const int32_t n = turn % 3 == 0 ? MQTT_WOULD_BLOCK : read_some(pieces[turn % 5]);
        for (int32_t i = 0; i < n; i++) {
            wrong += buf[i] != (uint8_t)(received++ * 7u) ? 1 : 0;
        }
    }
    while (read_some(sizeof buf) > 0) {
    }
    CHECK_EQ(wrong, 0);
    /* It never came to a halt, and at the end there is room again. */
    CHECK(given > 50000);
    CHECK(says_nothing_else());
    CHECK(may_send());
    CHECK(peer_sent() - peer_given_back() < BOARD_MODEM_ROOM / 4);
}

static void a_reader_that_does_not_read_stops_the_modem_and_loses_nothing(void)
{
    uint8_t payload[FRAME_PAYLOAD];
    uint32_t given = 0;
    peer_begin_open(100);
    memset(payload, '~', sizeof payload);
    while (CHECK(given < 2 * BOARD_MODEM_ROOM) && may_send()) {
        peer_send('D', 1, payload, sizeof payload);
        given += sizeof payload;
        CHECK(says_nothing_else());
    }
    CHECK_EQ(read_some(sizeof buf), given);
    CHECK(says_nothing_else());
    CHECK(may_send());
}

static void what_nobody_reads_any_more_is_given_back_too(void)
{
    struct peer_frame frame;
    uint8_t payload[100];
    memset(payload, 'x', sizeof payload);
    peer_begin_open(100);
    for (uint8_t number = 1; number < 50; number++) {
        CHECK(says_nothing_else());
        for (int i = 0; i < 3; i++) {
            CHECK(may_send());
            peer_send('D', number, payload, sizeof payload);
        }
        close_it();
        /* On its way when the device closed. */
        peer_send('D', number, payload, sizeof payload);
        CHECK(next_but_credits(&frame) && frame.kind == 'C');
        CHECK_EQ(open_again(), MQTT_WOULD_BLOCK);
        CHECK(next_but_credits(&frame) && frame.kind == 'O');
        peer_send_number('O', frame.number, 100);
        CHECK_EQ(open_again(), 0);
    }
}

int main(void)
{
    RUN(open_asks_once_with_port_and_name);
    RUN(a_refused_connection_has_the_reason_of_the_modem);
    RUN(an_attempt_that_ends_in_good_order_has_failed_too);
    RUN(a_name_that_is_too_long_is_not_sent);
    RUN(bytes_go_both_ways);
    RUN(no_more_is_written_than_the_modem_has_room_for);
    RUN(what_came_before_the_end_is_read_first);
    RUN(a_connection_that_broke_is_known_at_once);
    RUN(what_is_left_of_a_closed_connection_does_not_reach_the_next);
    RUN(numbers_of_connections_begin_again_after_255);
    RUN(all_room_is_given_back_however_it_is_read);
    RUN(a_reader_that_does_not_read_stops_the_modem_and_loses_nothing);
    RUN(what_nobody_reads_any_more_is_given_back_too);
    return check_end();
}
