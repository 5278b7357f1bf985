/* Clocks that jump, stand still or wrap: the client recovers, and nothing that was queued is lost. */

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

static void the_clock_jumps(uint32_t by_ms)
{
    int32_t tokens[3];
    begin(tokens);
    mock_run(&mock, 0);
    mock.now_ms += by_ms;
    recovers(tokens);
    CHECK(mock_count(&mock, MQTT_EV_OFFLINE) <= 1);

    /* And in the pause before connecting again. */
    mock_drop(&mock);
    mock_await(&mock, MQTT_EV_OFFLINE, 1000);
    mock.now_ms += by_ms;
    mock_await(&mock, MQTT_EV_ONLINE, 61000);
}

static void a_clock_that_jumps_an_hour_does_no_harm(void)
{
    the_clock_jumps(3600000);
}

static void a_clock_that_jumps_twenty_days_does_no_harm(void)
{
    the_clock_jumps(20u * 86400u * 1000u);
}

static void a_clock_that_wraps_does_no_harm(void)
{
    int32_t tokens[3];
    mock_init(&mock);
    mock.now_ms = UINT32_MAX - 20000;
    mock_start(&mock);
    mock_run(&mock, 40000);
    CHECK(mock.is_online);
    CHECK(mock.pings >= 2);
    tokens[0] = mqtt_publish(&mock.client, "t", "zero", 4, 0, false);
    tokens[1] = mqtt_publish(&mock.client, "t", "one", 3, 1, false);
    tokens[2] = mqtt_publish(&mock.client, "t", "two", 3, 2, false);
    recovers(tokens);
    CHECK_EQ(mock_count(&mock, MQTT_EV_OFFLINE), 0);
}

static void a_clock_that_stands_still_does_no_harm(void)
{
    int32_t tokens[3];
    begin(tokens);
    for (int i = 0; i < 1000; i++) {
        CHECK(mqtt_poll(&mock.client) >= 0);
    }
    CHECK(mock.is_online);
    CHECK(mock_done(&mock, tokens[0]) != NULL);
    CHECK(mock_done(&mock, tokens[1]) != NULL);
    CHECK(mock_done(&mock, tokens[2]) != NULL);
    CHECK_EQ(mock.pings, 0);
    recovers(tokens);
}

static void a_clock_that_steps_back_does_no_harm(void)
{
    int32_t tokens[3];
    begin(tokens);
    mock_run(&mock, 0);
    mock.now_ms -= 50;
    recovers(tokens);
}

int main(void)
{
    RUN(a_clock_that_jumps_an_hour_does_no_harm);
    RUN(a_clock_that_jumps_twenty_days_does_no_harm);
    RUN(a_clock_that_wraps_does_no_harm);
    RUN(a_clock_that_stands_still_does_no_harm);
    RUN(a_clock_that_steps_back_does_no_harm);
    return check_end();
}
