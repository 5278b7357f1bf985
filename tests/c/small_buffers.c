/* The smallest buffers, messages in parts, and what does not fit at all. A full outbox is in outbox.c. */

#define CHECK_MAIN
#include "check.h"

#include "mock.h"

#include <string.h>

static struct mock mock;
static uint8_t big[8000];

static void start_with(size_t rx_size, size_t outbox_size)
{
    mock_init(&mock);
    mock.config.client_id = "m";
    mock.config.rx_size = rx_size;
    mock.config.outbox_size = outbox_size;
    mock_start(&mock);
}

static void fill_big(void)
{
    for (size_t i = 0; i < sizeof big; i++) {
        big[i] = (uint8_t)('a' + i % 26);
    }
}

/* A whole life with the smallest buffers there are, also when every byte comes and goes alone. */
static void live_small(size_t read_max, size_t write_max, int write_blocks)
{
    mock_init(&mock);
    mock.config.client_id = "m";
    mock.config.rx_size = 16;
    mock.config.outbox_size = 96;
    mock.read_max = read_max;
    mock.write_max = write_max;
    mock.write_blocks = write_blocks;
    CHECK_EQ(mqtt_init(&mock.client, &mock.config), MQTT_OK);
    CHECK(mqtt_subscribe(&mock.client, "a", 1) > 0);
    CHECK_EQ(mqtt_connect(&mock.client), MQTT_OK);
    mock_await(&mock, MQTT_EV_SUBSCRIBED, 1000);
    mock_publish(&mock, "a", "hi", 2, 1, 5);
    mock_run(&mock, 100);
    CHECK_EQ(mock_count(&mock, MQTT_EV_MESSAGE), 1);
    CHECK_EQ(mock.acks, 1);
    const int32_t disconnected = mqtt_disconnect(&mock.client, MQTT_DRAIN, 1000);
    CHECK_EQ(disconnected, MQTT_OK);
    mock_await(&mock, MQTT_EV_OFFLINE, 5000);
    CHECK_EQ(mock.disconnects, 1);
    CHECK_EQ(mock_last(&mock, MQTT_EV_OFFLINE)->error, MQTT_ERR_LEFT);
}

static void the_smallest_buffers_are_enough(void)
{
    live_small(0, 0, 0);
}

static void the_smallest_buffers_are_enough_byte_by_byte(void)
{
    live_small(1, 1, 0);
}

static void the_smallest_buffers_are_enough_when_every_second_write_blocks(void)
{
    live_small(1, 3, -1);
}

static void a_message_with_nine_bytes_to_spare_is_whole(void)
{
    start_with(32, 256);
    mock_publish(&mock, "abc", big, 20, 0, 0);
    mock_publish(&mock, "abc", big, 20, 1, 1);
    mock_publish(&mock, "abc", big, 20, 2, 2);
    mock_run(&mock, 100);
    CHECK_EQ(mock_count(&mock, MQTT_EV_MESSAGE), 3);
    CHECK_EQ(mock_last(&mock, MQTT_EV_MESSAGE)->payload_len, 20);
    CHECK_EQ(mock_last(&mock, MQTT_EV_MESSAGE)->total, 20);
}

/* Collects the parts of one message. */
static uint8_t collected[sizeof big];
static uint32_t collected_len;
static int acks_seen;

static void collect(struct mock *m, const char *where, const struct mqtt_event *event)
{
    (void)where;
    if (event == NULL || event->kind != MQTT_EV_MESSAGE) {
        return;
    }
    const struct mqtt_message *message = &event->as.message;
    CHECK(message->topic_len == 3 && memcmp(message->topic, "big", 3) == 0);
    if (CHECK(message->offset + message->payload_len <= sizeof collected) && message->payload_len > 0) {
        memcpy(collected + message->offset, message->payload, message->payload_len);
    }
    collected_len = (uint32_t)(message->offset + message->payload_len);
    acks_seen = m->acks;
}

static void comes_in_parts(uint8_t qos, size_t len, size_t read_max)
{
    start_with(24, 256);
    memset(collected, 0, sizeof collected);
    collected_len = 0;
    mock.hook = collect;
    mock.read_max = read_max;
    mock_publish(&mock, "big", big, len, qos, 7);
    mock_run(&mock, 1000);
    CHECK(mock_count(&mock, MQTT_EV_MESSAGE) > 1);
    CHECK_EQ(collected_len, len);
    CHECK_EQ(mock_last(&mock, MQTT_EV_MESSAGE)->total, len);
    CHECK(memcmp(collected, big, len) == 0);
    /* The acknowledgement is for the whole. */
    CHECK_EQ(acks_seen, 0);
    CHECK_EQ(mock.acks, qos);
    CHECK(mock.is_online);
}

static void a_message_of_qos_0_comes_in_parts(void)
{
    comes_in_parts(0, 5000, 0);
}

static void a_message_of_qos_1_comes_in_parts(void)
{
    comes_in_parts(1, 5000, 0);
}

static void a_message_of_qos_2_comes_in_parts(void)
{
    comes_in_parts(2, 5000, 0);
}

static void a_message_comes_in_parts_byte_by_byte(void)
{
    comes_in_parts(1, 200, 1);
}

static void the_first_message_too_long_by_one_comes_in_parts(void)
{
    /* Topic 3, payload 13: with 9 to spare 25, and rx has 24. It is for the client to choose, but all must come. */
    start_with(24, 256);
    mock.hook = collect;
    mock_publish(&mock, "big", big, 13, 1, 7);
    mock_run(&mock, 100);
    CHECK_EQ(collected_len, 13);
    CHECK(memcmp(collected, big, 13) == 0);
    CHECK_EQ(mock.acks, 1);
}

static void a_message_cut_by_an_outage_starts_again(void)
{
    start_with(24, 256);
    mock.hook = collect;
    mock_publish(&mock, "big", big, 500, 1, 7);
    mock.in_len -= 300;
    mock_run(&mock, 100);
    CHECK(mock_count(&mock, MQTT_EV_MESSAGE) > 0);
    mock_drop(&mock);
    mock_await(&mock, MQTT_EV_ONLINE, 5000);
    CHECK_EQ(mock.acks, 0);
    collected_len = 0;
    mock_publish(&mock, "big", big, 500, 1, 7);
    mock_run(&mock, 100);
    CHECK_EQ(collected_len, 500);
    CHECK(memcmp(collected, big, 500) == 0);
    CHECK_EQ(mock.acks, 1);
}

static int held;

static void hold_the_second_part(struct mock *m, const char *where, const struct mqtt_event *event)
{
    collect(m, where, event);
    if (event != NULL && event->kind == MQTT_EV_MESSAGE && event->as.message.offset > 0 && held == 0) {
        held = 1;
        CHECK_EQ(mqtt_hold(&m->client), MQTT_OK);
        m->part_next = event->as.message.offset;
    }
}

static void a_part_can_be_held(void)
{
    start_with(24, 256);
    held = 0;
    mock.hook = hold_the_second_part;
    mock_publish(&mock, "big", big, 500, 2, 7);
    mock_run(&mock, 1000);
    const int before = mock_count(&mock, MQTT_EV_MESSAGE);
    CHECK_EQ(held, 1);
    CHECK_EQ(before, 2);
    CHECK_EQ(mqtt_resume(&mock.client), MQTT_OK);
    mock_run(&mock, 1000);
    CHECK_EQ(collected_len, 500);
    CHECK(memcmp(collected, big, 500) == 0);
    CHECK_EQ(mock.acks, 2);
}

static void an_oversize_topic_is_acknowledged_and_told(void)
{
    struct mqtt_stats stats;
    start_with(16, 256);
    mock_publish(&mock, "a/topic/that/does/not/fit", "0123456789", 10, 1, 7);
    mock_publish(&mock, "a/topic/that/does/not/fit", "0123456789", 10, 2, 8);
    mock_publish(&mock, "a/topic/that/does/not/fit", "0123456789", 10, 0, 0);
    mock_publish(&mock, "a", "hi", 2, 1, 9);
    mock_run(&mock, 100);
    CHECK_EQ(mock_count(&mock, MQTT_EV_OVERSIZE), 3);
    CHECK_EQ(mock_last(&mock, MQTT_EV_OVERSIZE)->topic_len, 25);
    CHECK_EQ(mock_last(&mock, MQTT_EV_OVERSIZE)->total, 10);
    CHECK_EQ(mock.acks, 1 + 2 + 1);
    CHECK_EQ(mock_count(&mock, MQTT_EV_MESSAGE), 1);
    CHECK_EQ(mqtt_stats(&mock.client, &stats), MQTT_OK);
    CHECK_EQ(stats.oversize, 3);
    CHECK(mock.is_online);
}

static void a_message_of_no_bytes_is_one_event(void)
{
    start_with(16, 96);
    mock_publish(&mock, "a", "", 0, 1, 7);
    mock_run(&mock, 100);
    CHECK_EQ(mock_count(&mock, MQTT_EV_MESSAGE), 1);
    CHECK_EQ(mock_last(&mock, MQTT_EV_MESSAGE)->total, 0);
    CHECK_EQ(mock.acks, 1);
}

static void a_big_publish_goes_out_whole(void)
{
    start_with(16, sizeof mock.outbox);
    mock.write_max = 7;
    mock.write_blocks = -1;
    const int32_t token = mqtt_publish(&mock.client, "big", big, 3000, 2, true);
    CHECK(token > 0);
    mock_await(&mock, MQTT_EV_DONE, 20000);
    CHECK_EQ(mock.publish_count, 1);
    CHECK_EQ(mock.publishes[0].payload_len, 3000);
    CHECK_EQ(mock.publishes[0].payload_sum, mock_sum(big, 3000));
    CHECK(mock.publishes[0].retain);
}

static void poll_does_no_more_than_its_limit(void)
{
    mock_init(&mock);
    mock.config.poll_limit = 3;
    mock_start(&mock);
    mock_run(&mock, 100);
    for (int i = 0; i < 50; i++) {
        mock_publish(&mock, "t", "p", 1, 0, 0);
    }
    int at_once = 0;
    for (int i = 0; i < 1000 && mock_count(&mock, MQTT_EV_MESSAGE) < 50; i++) {
        const int before = mock.event_count + mock.reads + mock.writes;
        const int32_t ms = mqtt_poll(&mock.client);
        const int steps = mock.event_count + mock.reads + mock.writes - before;
        CHECK(steps <= 3);
        at_once += ms == 0 ? 1 : 0;
    }
    CHECK_EQ(mock_count(&mock, MQTT_EV_MESSAGE), 50);
    CHECK(at_once >= 16);
}

static void with_a_limit_of_1_an_idle_client_sleeps(void)
{
    mock_init(&mock);
    mock.config.poll_limit = 1;
    mock_start(&mock);
    mock_run(&mock, 100);
    CHECK(mqtt_poll(&mock.client) > 1000);
}

int main(void)
{
    fill_big();
    RUN(the_smallest_buffers_are_enough);
    RUN(the_smallest_buffers_are_enough_byte_by_byte);
    RUN(the_smallest_buffers_are_enough_when_every_second_write_blocks);
    RUN(a_message_with_nine_bytes_to_spare_is_whole);
    RUN(a_message_of_qos_0_comes_in_parts);
    RUN(a_message_of_qos_1_comes_in_parts);
    RUN(a_message_of_qos_2_comes_in_parts);
    RUN(a_message_comes_in_parts_byte_by_byte);
    RUN(the_first_message_too_long_by_one_comes_in_parts);
    RUN(a_message_cut_by_an_outage_starts_again);
    RUN(a_part_can_be_held);
    RUN(an_oversize_topic_is_acknowledged_and_told);
    RUN(a_message_of_no_bytes_is_one_event);
    RUN(a_big_publish_goes_out_whole);
    RUN(poll_does_no_more_than_its_limit);
    RUN(with_a_limit_of_1_an_idle_client_sleeps);
    return check_end();
}
