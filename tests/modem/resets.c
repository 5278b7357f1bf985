/* Starting anew, of the device, of its modem, and after bytes were lost; and the link. */

#define CHECK_MAIN
#include "check.h"

#include "peer.h"

#include <string.h>

static uint8_t buf[300];

static int32_t open_again(void)
{
    return network_transport->open(network_user(), "h", 1);
}

static int32_t read_some(void)
{
    return network_transport->read(network_user(), buf, sizeof buf);
}

static void close_it(void)
{
    network_transport->close(network_user());
}

/* The device asks, and gets it. */
static void answer_reset(uint8_t number)
{
    CHECK_EQ(peer_expect('R', number), 2);
    peer_send('R', 0, NULL, 0);
    peer_send('L', 0, "\1", 1);
}

static void it_asks_for_a_reset_until_it_gets_one(void)
{
    struct peer_frame frame;
    peer_begin();
    for (int i = 0; i < 3; i++) {
        CHECK(peer_next(&frame));
        CHECK_EQ(frame.kind, 'R');
        CHECK_EQ(frame.payload[0] << 8 | frame.payload[1], BOARD_MODEM_ROOM);
        CHECK(frame.right);
        peer_pass(499);
        CHECK(!peer_next(&frame));
        peer_pass(1);
    }
    CHECK(peer_next(&frame));
    peer_send('R', 0, NULL, 0);
    peer_send('L', 0, "\1", 1);
    peer_pass(10000);
    CHECK(!peer_next(&frame));
}

static void nothing_is_believed_before_the_modem_has_started_anew(void)
{
    struct peer_frame frame;
    peer_begin();
    (void)peer_expect('R', 0);
    peer_send('L', 0, "\1", 1);
    CHECK_EQ(network_link_status(NULL), 0);
    CHECK_EQ(open_again(), MQTT_WOULD_BLOCK);
    peer_send_number('O', 0, 100);
    peer_send('D', 0, "old", 3);
    CHECK_EQ(open_again(), MQTT_WOULD_BLOCK);
    CHECK_EQ(read_some(), MQTT_WOULD_BLOCK);
    /* Nor is it asked for anything. */
    CHECK(!peer_next(&frame));
    peer_send('R', 0, NULL, 0);
    CHECK_EQ(open_again(), MQTT_WOULD_BLOCK);
    (void)peer_expect('O', 1);
}

static void the_link_is_what_the_modem_says(void)
{
    peer_begin_ready();
    CHECK_EQ(network_link_status(NULL), 1);
    peer_send('L', 0, "\0", 1);
    CHECK_EQ(network_link_status(NULL), 0);
    peer_send('L', 0, "\1", 1);
    CHECK_EQ(network_link_status(NULL), 1);
}

static void without_a_link_for_long_it_asks_whether_a_word_was_lost(void)
{
    struct peer_frame frame;
    peer_begin_ready();
    peer_send('L', 0, "\0", 1);
    peer_pass(9000);
    CHECK(!peer_next(&frame));
    peer_pass(1000);
    answer_reset(0);
    CHECK_EQ(network_link_status(NULL), 1);
    CHECK(!peer_next(&frame));
}

static void a_modem_that_starts_anew_ends_the_connection_and_the_link(void)
{
    peer_begin_open(100);
    peer_send('D', 1, "unread", 6);
    peer_send('R', 0, NULL, 0);
    CHECK_EQ(read_some(), MODEM_RESTARTED);
    CHECK_EQ(network_transport->write(network_user(), buf, 1), MODEM_RESTARTED);
    CHECK_EQ(network_link_status(NULL), 0);
    /* It does not know how much room there is. */
    answer_reset(1);
    CHECK_EQ(network_link_status(NULL), 1);
    close_it();
    CHECK_EQ(open_again(), MQTT_WOULD_BLOCK);
    (void)peer_expect('O', 2);
}

static void a_modem_that_starts_anew_ends_an_attempt(void)
{
    peer_begin_ready();
    CHECK_EQ(open_again(), MQTT_WOULD_BLOCK);
    (void)peer_expect('O', 1);
    peer_send('R', 0, NULL, 0);
    CHECK_EQ(open_again(), MODEM_RESTARTED);
}

static void after_a_reset_of_the_device_an_old_connection_of_the_same_number_is_not_taken_for_a_new_one(void)
{
    peer_begin();
    (void)peer_expect('R', 0);
    /* The modem has not read that yet. */
    peer_send('D', 1, "old", 3);
    peer_send('R', 0, NULL, 0);
    CHECK_EQ(open_again(), MQTT_WOULD_BLOCK);
    peer_send_number('O', 1, 100);
    CHECK_EQ(open_again(), 0);
    CHECK_EQ(read_some(), MQTT_WOULD_BLOCK);
}

static void two_answers_to_two_resets_end_in_order(void)
{
    struct peer_frame frame;
    peer_begin();
    peer_pass(500);
    (void)peer_expect('R', 0);
    (void)peer_expect('R', 0);
    peer_send('R', 0, NULL, 0);
    peer_send('R', 0, NULL, 0);
    answer_reset(0);
    CHECK(!peer_next(&frame));
    CHECK_EQ(open_again(), MQTT_WOULD_BLOCK);
    (void)peer_expect('O', 1);
}

/* What was taken before belongs to another account. */
static void after_a_reset_no_more_room_is_given_back_than_was_used(void)
{
    uint8_t payload[FRAME_PAYLOAD] = { 0 };
    struct peer_frame frame;
    peer_begin_open(100);
    peer_send('D', 1, payload, sizeof payload);
    CHECK_EQ(read_some(), sizeof payload);
    peer_send('R', 0, NULL, 0);
    answer_reset(1);
    close_it();
    CHECK_EQ(open_again(), MQTT_WOULD_BLOCK);
    (void)peer_expect('O', 2);
    peer_send_number('O', 2, 100);
    peer_send('D', 2, payload, sizeof payload);
    CHECK_EQ(read_some(), sizeof payload);
    while (peer_next(&frame)) {
    }
    CHECK(peer_given_back() <= peer_sent());
}

static void bytes_that_are_lost_end_the_connection(void)
{
    uint8_t bytes[2 * PEER_LONGEST];
    peer_begin_open(100);
    const size_t n = peer_encode('D', 1, "lost", 4, bytes);
    peer_send_raw(bytes, n - 2);
    CHECK_EQ(read_some(), MQTT_WOULD_BLOCK);
    peer_send('D', 1, "next", 4);
    CHECK_EQ(read_some(), MODEM_BYTES_LOST);
    CHECK_EQ(network_transport->write(network_user(), buf, 1), MODEM_BYTES_LOST);
    answer_reset(1);
    close_it();
    CHECK_EQ(open_again(), MQTT_WOULD_BLOCK);
    (void)peer_expect('O', 2);
    peer_send_number('O', 2, 100);
    CHECK_EQ(open_again(), 0);
    peer_send('D', 2, "well", 4);
    CHECK_EQ(read_some(), 4);
}

static void what_came_before_the_lost_bytes_is_read_first(void)
{
    uint8_t bytes[2 * PEER_LONGEST];
    peer_begin_open(100);
    peer_send('D', 1, "good", 4);
    (void)peer_encode('D', 1, "lost", 4, bytes);
    peer_send('D', 1, "next", 4);
    CHECK_EQ(read_some(), 4);
    CHECK(memcmp(buf, "good", 4) == 0);
    CHECK_EQ(read_some(), MODEM_BYTES_LOST);
}

static void a_modem_that_does_not_answer_an_open_is_told_to_start_anew(void)
{
    peer_begin_ready();
    CHECK_EQ(open_again(), MQTT_WOULD_BLOCK);
    (void)peer_expect('O', 1);
    peer_pass(10000);
    CHECK_EQ(open_again(), MQTT_WOULD_BLOCK);
    close_it();
    /* The link is not in doubt. */
    CHECK_EQ(network_link_status(NULL), 1);
    answer_reset(1);
    CHECK_EQ(open_again(), MQTT_WOULD_BLOCK);
    (void)peer_expect('O', 2);
}

int main(void)
{
    RUN(it_asks_for_a_reset_until_it_gets_one);
    RUN(nothing_is_believed_before_the_modem_has_started_anew);
    RUN(the_link_is_what_the_modem_says);
    RUN(without_a_link_for_long_it_asks_whether_a_word_was_lost);
    RUN(a_modem_that_starts_anew_ends_the_connection_and_the_link);
    RUN(a_modem_that_starts_anew_ends_an_attempt);
    RUN(after_a_reset_of_the_device_an_old_connection_of_the_same_number_is_not_taken_for_a_new_one);
    RUN(two_answers_to_two_resets_end_in_order);
    RUN(after_a_reset_no_more_room_is_given_back_than_was_used);
    RUN(bytes_that_are_lost_end_the_connection);
    RUN(what_came_before_the_lost_bytes_is_read_first);
    RUN(a_modem_that_does_not_answer_an_open_is_told_to_start_anew);
    return check_end();
}
