/* mqtt_restore in C: what it refuses, what the three functions are asked, and what comes back after a reset. What a session
 * keeps, and when, is tested in Rust, tests/session/store.rs. */

#define CHECK_MAIN
#include "check.h"

#include "medium.h"
#include "mock.h"

#include <string.h>

/* outbox_size / 96 of mock.h, and 4. */
#define RECORDS (4096 / 96 + 4)
#define LONGEST 200
/* The received identifiers, the longest record that is always possible. */
#define LEAST 92

static struct mock mock;
static struct medium medium;

/* A client that is not connected, and a store with nothing in it. */
static void start(void)
{
    mock_init(&mock);
    medium_init(&medium, RECORDS, LONGEST);
    CHECK_EQ(mqtt_init(&mock.client, &mock.config), MQTT_OK);
}

static int32_t restore(void)
{
    return mqtt_restore(&mock.client, &medium.store);
}

/* The next life of the device, not connected yet. The broker lives on. */
static void reset(void)
{
    memset(&mock.client, 0x5a, sizeof mock.client);
    memset(mock.outbox, 0x5a, sizeof mock.outbox);
    memset(mock.rx, 0x5a, sizeof mock.rx);
    medium_reset(&medium);
    mock.is_open = false;
    mock.is_online = false;
    mock.offered = false;
    CHECK_EQ(mqtt_init(&mock.client, &mock.config), MQTT_OK);
    CHECK_EQ(restore(), MQTT_OK);
}

static void connect(void)
{
    CHECK_EQ(mqtt_connect(&mock.client), MQTT_OK);
    mock_await(&mock, MQTT_EV_ONLINE, 60000);
}

static int32_t publish(const char *payload, uint8_t qos)
{
    return mqtt_publish(&mock.client, "t", payload, strlen(payload), qos, false);
}

static void null_is_refused_and_so_is_a_client_that_is_none(void)
{
    start();
    CHECK_EQ(mqtt_restore(NULL, &medium.store), MQTT_ERR_ARGUMENT);
    CHECK_EQ(mqtt_restore(&mock.client, NULL), MQTT_ERR_ARGUMENT);
    memset(&mock.client, 0, sizeof mock.client);
    CHECK_EQ(restore(), MQTT_ERR_STATE);
    CHECK_EQ(medium.loads, 0);
}

static void each_of_the_functions_must_be_there(void)
{
    start();
    medium.store.save = NULL;
    CHECK_EQ(restore(), MQTT_ERR_CONFIG_STORE);
    medium_init(&medium, RECORDS, LONGEST);
    medium.store.load = NULL;
    CHECK_EQ(restore(), MQTT_ERR_CONFIG_STORE);
    medium_init(&medium, RECORDS, LONGEST);
    medium.store.erase = NULL;
    CHECK_EQ(restore(), MQTT_ERR_CONFIG_STORE);
}

static void too_few_records_are_refused(void)
{
    start();
    medium_init(&medium, RECORDS - 1, LONGEST);
    CHECK_EQ(restore(), MQTT_ERR_CONFIG_STORE);
    medium.store.records = (size_t)-1;
    CHECK_EQ(restore(), MQTT_ERR_CONFIG_STORE);
    medium_init(&medium, RECORDS, LONGEST);
    CHECK_EQ(restore(), MQTT_OK);
    CHECK_EQ(medium.loads, RECORDS);
}

static void memory_is_too_small_by_one_byte_and_may_lie_anywhere(void)
{
    for (size_t offset = 0; offset < 4; offset++) {
        const size_t skipped = (4 - offset) % 4;
        start();
        medium.store.memory = (uint8_t *)medium.memory + offset;
        medium.store.memory_size = RECORDS * 8 + skipped + LEAST - 1;
        CHECK_EQ(restore(), MQTT_ERR_CONFIG_STORE);
        medium.store.memory_size++;
        CHECK_EQ(restore(), MQTT_OK);
    }
    start();
    medium.store.memory_size = 0;
    CHECK_EQ(restore(), MQTT_ERR_CONFIG_STORE);
    medium.store.memory = NULL;
    medium.store.memory_size = sizeof medium.memory;
    CHECK_EQ(restore(), MQTT_ERR_CONFIG_STORE);
}

static void it_is_called_once_and_before_all_else(void)
{
    start();
    CHECK_EQ(restore(), MQTT_OK);
    CHECK_EQ(restore(), MQTT_ERR_STATE);
    start();
    CHECK_EQ(mqtt_connect(&mock.client), MQTT_OK);
    CHECK_EQ(restore(), MQTT_ERR_STATE);
    mock_await(&mock, MQTT_EV_ONLINE, 60000);
    CHECK_EQ(restore(), MQTT_ERR_STATE);
    CHECK_EQ(medium.loads, 0);
}

static void a_client_that_was_closed_again_may_still_be_given_a_store(void)
{
    start();
    CHECK_EQ(mqtt_connect(&mock.client), MQTT_OK);
    CHECK_EQ(mqtt_close(&mock.client), MQTT_OK);
    CHECK_EQ(restore(), MQTT_OK);
    connect();
    CHECK_EQ(mock.clean_connects, 0);
    CHECK(publish("one", 1) > 0);
    CHECK_EQ(medium_count(&medium), 1);
}

static void without_a_client_id_nobody_would_know_us_again(void)
{
    start();
    mock.config.client_id = NULL;
    CHECK_EQ(mqtt_init(&mock.client, &mock.config), MQTT_OK);
    CHECK_EQ(restore(), MQTT_ERR_CONFIG_CLIENT_ID);
}

static void it_asks_the_broker_to_keep_the_session(void)
{
    start();
    mock.config.keep_session = false;
    mock.config.resume_session = false;
    CHECK_EQ(restore(), MQTT_OK);
    connect();
    CHECK_EQ(mock.connects, 1);
    CHECK_EQ(mock.clean_connects, 0);
}

static void what_was_accepted_goes_out_in_the_next_life_and_ends_with_its_token(void)
{
    start();
    CHECK_EQ(restore(), MQTT_OK);
    const int32_t one = publish("one", 1);
    const int32_t two = publish("two", 2);
    CHECK(one > 0 && two > one);
    CHECK_EQ(medium_count(&medium), 2);
    reset();
    const int32_t three = publish("three", 1);
    CHECK(three > two);
    connect();
    mock_run(&mock, 100);
    CHECK_EQ(mock_got(&mock, "one"), 1);
    CHECK_EQ(mock_got(&mock, "two"), 1);
    CHECK_EQ(mock_got(&mock, "three"), 1);
    const int32_t tokens[] = { one, two, three };
    for (size_t i = 0; i < 3; i++) {
        const struct mock_event *done = mock_done(&mock, tokens[i]);
        CHECK(done != NULL && done->fate == MQTT_DELIVERED);
    }
    CHECK_EQ(mock_count(&mock, MQTT_EV_DONE), 3);
    CHECK_EQ(medium_count(&medium), 0);
}

static void the_broker_had_it_and_only_the_answer_was_lost(void)
{
    start();
    CHECK_EQ(restore(), MQTT_OK);
    connect();
    mock.mute_acks = true;
    const int32_t token = publish("once", 2);
    mock_run(&mock, 100);
    CHECK_EQ(mock_got(&mock, "once"), 1);
    const uint16_t id = mock.publishes[0].id;
    mock.mute_acks = false;
    reset();
    connect();
    mock_run(&mock, 100);
    CHECK_EQ(mock_got(&mock, "once"), 2);
    CHECK(mock.publishes[1].dup);
    CHECK_EQ(mock.publishes[1].id, id);
    CHECK(mock_done(&mock, token) != NULL);
}

static void subscriptions_come_back_and_are_no_second_ones(void)
{
    start();
    CHECK_EQ(restore(), MQTT_OK);
    CHECK(mqtt_subscribe(&mock.client, "a", 1) > 0);
    connect();
    mock_run(&mock, 100);
    CHECK_EQ(medium_count(&medium), 1);
    reset();
    CHECK(mqtt_subscribe(&mock.client, "a", 1) > 0);
    mock.has_session = false;
    connect();
    mock_run(&mock, 100);
    CHECK_EQ(mock.subscribes, 2);
    CHECK_EQ(medium_count(&medium), 1);
}

static void a_message_of_qos_2_is_not_told_again_in_the_next_life(void)
{
    static const uint8_t again[] = { 0x3c, 6, 0, 1, 't', 0, 7, 'x' };
    start();
    CHECK_EQ(restore(), MQTT_OK);
    connect();
    /* PUBREC does not leave, so the broker keeps the message. */
    mock.write_blocks = 1000;
    mock_publish(&mock, "t", "x", 1, 2, 7);
    mock_run(&mock, 10);
    CHECK_EQ(mock_count(&mock, MQTT_EV_MESSAGE), 1);
    CHECK_EQ(medium_count(&medium), 1);
    mock.write_blocks = 0;
    reset();
    connect();
    mock_say(&mock, again, sizeof again);
    mock_run(&mock, 10);
    CHECK_EQ(mock_count(&mock, MQTT_EV_MESSAGE), 1);
    CHECK_EQ(medium_count(&medium), 0);
}

static void what_was_posted_is_kept_from_the_next_poll_on(void)
{
    start();
    CHECK_EQ(restore(), MQTT_OK);
    CHECK_EQ(mqtt_post(&mock.client, "t", "posted", 6, 1, false), MQTT_OK);
    CHECK_EQ(medium_count(&medium), 0);
    (void)mqtt_poll(&mock.client);
    CHECK_EQ(medium_count(&medium), 1);
    reset();
    connect();
    mock_run(&mock, 100);
    CHECK_EQ(mock_got(&mock, "posted"), 1);
}

static void a_record_may_be_as_long_as_the_memory_and_no_longer(void)
{
    static char payload[LONGEST];
    start();
    CHECK_EQ(restore(), MQTT_OK);
    memset(payload, 'x', sizeof payload);
    /* Topic, payload and 40 are promised; 28, the packet's own 7 with a length of two bytes, and nothing else are used. */
    CHECK(mqtt_publish(&mock.client, "t", payload, LONGEST - 40 - 1, 1, false) > 0);
    CHECK(mqtt_publish(&mock.client, "t", payload, LONGEST - 28 - 7 - 1, 1, false) > 0);
    CHECK_EQ(mqtt_publish(&mock.client, "t", payload, LONGEST - 28 - 7, 1, false), MQTT_ERR_TOO_LARGE);
    CHECK_EQ(medium.saves, 2);
    CHECK(mqtt_publish(&mock.client, "t", payload, LONGEST - 28 - 7, 0, false) > 0);
    mock_run(&mock, 0);
    CHECK_EQ(mock_count(&mock, MQTT_EV_STORE), 0);
    connect();
    mock_run(&mock, 100);
    CHECK_EQ(mock.publish_count, 3);
}

int main(void)
{
    RUN(null_is_refused_and_so_is_a_client_that_is_none);
    RUN(each_of_the_functions_must_be_there);
    RUN(too_few_records_are_refused);
    RUN(memory_is_too_small_by_one_byte_and_may_lie_anywhere);
    RUN(it_is_called_once_and_before_all_else);
    RUN(a_client_that_was_closed_again_may_still_be_given_a_store);
    RUN(without_a_client_id_nobody_would_know_us_again);
    RUN(it_asks_the_broker_to_keep_the_session);
    RUN(what_was_accepted_goes_out_in_the_next_life_and_ends_with_its_token);
    RUN(the_broker_had_it_and_only_the_answer_was_lost);
    RUN(subscriptions_come_back_and_are_no_second_ones);
    RUN(a_message_of_qos_2_is_not_told_again_in_the_next_life);
    RUN(what_was_posted_is_kept_from_the_next_poll_on);
    RUN(a_record_may_be_as_long_as_the_memory_and_no_longer);
    return check_end();
}
