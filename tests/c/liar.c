/* Transport and broker that lie: each lie is one named event, the client recovers, and nothing queued is lost. */

#define CHECK_MAIN
#include "check.h"

#include "mock.h"

static struct mock mock;

/* Given a client online with a message of each QoS queued. */
static void begin(int32_t tokens[3])
{
    mock_init(&mock);
    mock_start(&mock);
    mock_run(&mock, 100);
    tokens[0] = mqtt_publish(&mock.client, "t", "zero", 4, 0, false);
    tokens[1] = mqtt_publish(&mock.client, "t", "one", 3, 1, false);
    tokens[2] = mqtt_publish(&mock.client, "t", "two", 3, 2, false);
    CHECK(tokens[0] > 0 && tokens[1] > 0 && tokens[2] > 0);
}

/* Then everything ends as delivered, and the client is online. */
static void recovers(const int32_t tokens[3])
{
    mock_run(&mock, 10000);
    CHECK(mock.is_online);
    for (int i = 0; i < 3; i++) {
        const struct mock_event *done = mock_done(&mock, tokens[i]);
        CHECK(done != NULL && done->fate == MQTT_DELIVERED);
    }
    CHECK_EQ(mock_count(&mock, MQTT_EV_DONE), 3);
    CHECK(mock_got(&mock, "one") >= 1);
    CHECK(mock_got(&mock, "two") >= 1);
    CHECK(mock_got(&mock, "zero") >= 1);
}

static void offline_was(int32_t error, int32_t detail)
{
    CHECK_EQ(mock_count(&mock, MQTT_EV_OFFLINE), 1);
    const struct mock_event *offline = mock_last(&mock, MQTT_EV_OFFLINE);
    if (CHECK(offline != NULL)) {
        CHECK_EQ(offline->error, error);
        CHECK_EQ(offline->detail, detail);
        CHECK(offline->retry_ms >= 0 && offline->retry_ms <= 2000);
    }
    CHECK_EQ(mock.closes, 1);
    CHECK_EQ(mock.opens, 2);
}

static void read_lies(int32_t lie, int32_t error, int32_t detail)
{
    int32_t tokens[3];
    begin(tokens);
    mock.lie = lie;
    mock.lie_read_in = 1;
    recovers(tokens);
    offline_was(error, detail);
}

static void a_read_of_more_than_was_asked_is_a_fault_of_the_transport(void)
{
    read_lies((int32_t)sizeof mock.rx + 1, MQTT_ERR_TRANSPORT, (int32_t)sizeof mock.rx + 1);
}

static void a_read_of_very_much_is_a_fault_of_the_transport(void)
{
    read_lies(INT32_MAX, MQTT_ERR_TRANSPORT, INT32_MAX);
}

static void a_read_of_int32_min_is_an_error_of_the_transport(void)
{
    read_lies(INT32_MIN, MQTT_ERR_IO, INT32_MIN);
}

static void a_read_of_minus_one_is_an_error_of_the_transport(void)
{
    read_lies(-1, MQTT_ERR_IO, -1);
}

static void a_read_of_zero_is_the_end(void)
{
    int32_t tokens[3];
    begin(tokens);
    mock.lie = 0;
    mock.lie_read_in = 1;
    recovers(tokens);
    offline_was(MQTT_ERR_PEER_CLOSED, 0);
}

static void write_lies(int32_t lie, int32_t error, int32_t detail)
{
    int32_t tokens[3];
    begin(tokens);
    mock.lie = lie;
    mock.lie_write_in = 1;
    recovers(tokens);
    offline_was(error, detail);
}

static void a_write_of_more_than_was_offered_is_a_fault_of_the_transport(void)
{
    write_lies(5000, MQTT_ERR_TRANSPORT, 5000);
}

static void a_write_of_very_much_is_a_fault_of_the_transport(void)
{
    write_lies(INT32_MAX, MQTT_ERR_TRANSPORT, INT32_MAX);
}

static void a_write_of_int32_min_is_an_error_of_the_transport(void)
{
    write_lies(INT32_MIN, MQTT_ERR_IO, INT32_MIN);
}

static void a_write_of_minus_one_is_an_error_of_the_transport(void)
{
    write_lies(-1, MQTT_ERR_IO, -1);
}

static void a_write_of_zero_means_later(void)
{
    int32_t tokens[3];
    begin(tokens);
    mock.lie = 0;
    mock.lie_write_in = 1;
    mock_run(&mock, 0);
    CHECK(mqtt_wants_write(&mock.client));
    recovers(tokens);
    CHECK(!mqtt_wants_write(&mock.client));
    CHECK_EQ(mock_count(&mock, MQTT_EV_OFFLINE), 0);
    CHECK_EQ(mock.opens, 1);
}

static void a_write_that_never_takes_anything_times_out(void)
{
    int32_t tokens[3];
    begin(tokens);
    mock.write_blocks = 1000000;
    const struct mock_event *offline = mock_await(&mock, MQTT_EV_OFFLINE, 30000);
    CHECK(offline != NULL && offline->error == MQTT_ERR_WRITE_TIMEOUT);
    mock.write_blocks = 0;
    recovers(tokens);
}

static void open_lies(int32_t lie, int32_t error, int32_t detail)
{
    mock_init(&mock);
    mock.lie = lie;
    mock.lie_open_in = 1;
    CHECK_EQ(mqtt_init(&mock.client, &mock.config), MQTT_OK);
    const int32_t token = mqtt_publish(&mock.client, "t", "p", 1, 1, false);
    CHECK_EQ(mqtt_connect(&mock.client), MQTT_OK);
    const struct mock_event *failed = mock_await(&mock, MQTT_EV_CONNECT_FAILED, 1000);
    if (failed != NULL) {
        CHECK_EQ(failed->error, error);
        CHECK_EQ(failed->detail, detail);
        CHECK(failed->retry_ms >= 0 && failed->retry_ms <= 2000);
    }
    CHECK_EQ(mock.closes, 1);
    mock_await(&mock, MQTT_EV_ONLINE, 10000);
    mock_run(&mock, 100);
    CHECK(mock_done(&mock, token) != NULL && mock_done(&mock, token)->fate == MQTT_DELIVERED);
    CHECK_EQ(mock_count(&mock, MQTT_EV_CONNECT_FAILED), 1);
    CHECK_EQ(mock_count(&mock, MQTT_EV_OFFLINE), 0);
    CHECK_EQ(mock.opens, 2);
    CHECK_EQ(mock.reads + mock.writes > 0, true);
}

static void an_open_of_one_is_a_fault_of_the_transport(void)
{
    open_lies(1, MQTT_ERR_TRANSPORT, 1);
}

static void an_open_of_int32_max_is_a_fault_of_the_transport(void)
{
    open_lies(INT32_MAX, MQTT_ERR_TRANSPORT, INT32_MAX);
}

static void an_open_of_minus_one_is_its_own_error(void)
{
    open_lies(-1, MQTT_ERR_OPEN, -1);
}

static void an_open_of_int32_min_is_its_own_error(void)
{
    open_lies(INT32_MIN, MQTT_ERR_OPEN, INT32_MIN);
}

static void an_open_that_never_ends_times_out(void)
{
    mock_init(&mock);
    mock.open_blocks = 1000000;
    CHECK_EQ(mqtt_init(&mock.client, &mock.config), MQTT_OK);
    CHECK_EQ(mqtt_connect(&mock.client), MQTT_OK);
    const struct mock_event *failed = mock_await(&mock, MQTT_EV_CONNECT_FAILED, 20000);
    CHECK(failed != NULL && failed->error == MQTT_ERR_OPEN_TIMEOUT);
    CHECK(failed != NULL && failed->at_ms >= 11000 && failed->at_ms <= 11100);
    CHECK_EQ(mock.closes, 1);
    mock.open_blocks = 0;
    mock_await(&mock, MQTT_EV_ONLINE, 10000);
}

static void a_broker_that_says_nothing_times_out(void)
{
    mock_init(&mock);
    mock.mute_connack = true;
    CHECK_EQ(mqtt_init(&mock.client, &mock.config), MQTT_OK);
    CHECK_EQ(mqtt_connect(&mock.client), MQTT_OK);
    const struct mock_event *failed = mock_await(&mock, MQTT_EV_CONNECT_FAILED, 20000);
    CHECK(failed != NULL && failed->error == MQTT_ERR_CONNACK_TIMEOUT);
    mock.mute_connack = false;
    mock_await(&mock, MQTT_EV_ONLINE, 10000);
}

static void refused(uint8_t code, int32_t least_ms, int32_t most_ms)
{
    mock_init(&mock);
    mock.connack_code = code;
    CHECK_EQ(mqtt_init(&mock.client, &mock.config), MQTT_OK);
    CHECK_EQ(mqtt_connect(&mock.client), MQTT_OK);
    const struct mock_event *failed = mock_await(&mock, MQTT_EV_CONNECT_FAILED, 20000);
    if (failed != NULL) {
        CHECK_EQ(failed->error, MQTT_ERR_REFUSED);
        CHECK_EQ(failed->detail, code);
        CHECK(failed->retry_ms >= least_ms && failed->retry_ms <= most_ms);
    }
    mock.connack_code = 0;
    mock_await(&mock, MQTT_EV_ONLINE, 70000);
}

/* 3.2.2.3. */
static void a_refusal_that_will_not_heal_waits_longest(void)
{
    refused(1, 30000, 60000);
    refused(2, 30000, 60000);
    refused(4, 30000, 60000);
    refused(5, 30000, 60000);
}

static void a_refusal_that_may_heal_waits_as_usual(void)
{
    refused(3, 0, 2000);
}

static void nonsense(const void *bytes, size_t len)
{
    int32_t tokens[3];
    begin(tokens);
    mock_run(&mock, 100);
    mock_say(&mock, bytes, len);
    recovers(tokens);
    CHECK_EQ(mock_count(&mock, MQTT_EV_OFFLINE), 1);
    CHECK(mock_last(&mock, MQTT_EV_OFFLINE) != NULL && mock_last(&mock, MQTT_EV_OFFLINE)->error == MQTT_ERR_PROTOCOL);
}

static void what_mqtt_forbids_is_an_error_of_the_protocol(void)
{
    nonsense("\x00\x00", 2);
    nonsense("\xf0\x00", 2);
    nonsense("\x20\x02\x00\x00", 4);
    nonsense("\x30\xff\xff\xff\xff\x01", 6);
    nonsense("\x36\x05\x00\x01t\x00\x01", 7);
    nonsense("\x32\x05\x00\x01t\x00\x00", 7);
    nonsense("\x40\x03\x00\x01\x00", 5);
    nonsense("\xd0\x01\x00", 3);
    nonsense("\x10\x00", 2);
    nonsense("\x30\x01\x00", 3);
}

static void acknowledgements_of_nothing_are_counted_and_ignored(void)
{
    int32_t tokens[3];
    struct mqtt_stats stats;
    begin(tokens);
    mock_run(&mock, 100);
    mock_say(&mock, "\x40\x02\x77\x77", 4);
    mock_say(&mock, "\x70\x02\x77\x77", 4);
    recovers(tokens);
    CHECK_EQ(mqtt_stats(&mock.client, &stats), MQTT_OK);
    CHECK_EQ(stats.unknown_acks, 2);
    CHECK_EQ(mock_count(&mock, MQTT_EV_OFFLINE), 0);
}

int main(void)
{
    RUN(a_read_of_more_than_was_asked_is_a_fault_of_the_transport);
    RUN(a_read_of_very_much_is_a_fault_of_the_transport);
    RUN(a_read_of_int32_min_is_an_error_of_the_transport);
    RUN(a_read_of_minus_one_is_an_error_of_the_transport);
    RUN(a_read_of_zero_is_the_end);
    RUN(a_write_of_more_than_was_offered_is_a_fault_of_the_transport);
    RUN(a_write_of_very_much_is_a_fault_of_the_transport);
    RUN(a_write_of_int32_min_is_an_error_of_the_transport);
    RUN(a_write_of_minus_one_is_an_error_of_the_transport);
    RUN(a_write_of_zero_means_later);
    RUN(a_write_that_never_takes_anything_times_out);
    RUN(an_open_of_one_is_a_fault_of_the_transport);
    RUN(an_open_of_int32_max_is_a_fault_of_the_transport);
    RUN(an_open_of_minus_one_is_its_own_error);
    RUN(an_open_of_int32_min_is_its_own_error);
    RUN(an_open_that_never_ends_times_out);
    RUN(a_broker_that_says_nothing_times_out);
    RUN(a_refusal_that_will_not_heal_waits_longest);
    RUN(a_refusal_that_may_heal_waits_as_usual);
    RUN(what_mqtt_forbids_is_an_error_of_the_protocol);
    RUN(acknowledgements_of_nothing_are_counted_and_ignored);
    return check_end();
}
