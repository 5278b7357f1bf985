/* Two clients in one program share nothing. */

#define CHECK_MAIN
#include "check.h"

#include "mock.h"

#include <stdio.h>
#include <string.h>

static struct mock left;
static struct mock right;

static void start_both(void)
{
    mock_init(&left);
    mock_init(&right);
    left.config.client_id = "left";
    left.config.server = "left.test";
    right.config.client_id = "right";
    right.config.server = "right.test";
    right.config.port = 7;
    mock_start(&left);
    mock_start(&right);
}

static void run_both(uint32_t ms)
{
    mock_run(&left, ms);
    mock_run(&right, ms);
}

static void each_has_its_own_broker(void)
{
    start_both();
    CHECK(strcmp(left.server, "left.test") == 0 && left.port == 1883);
    CHECK(strcmp(right.server, "right.test") == 0 && right.port == 7);
    const int32_t in_left = mqtt_publish(&left.client, "t", "left", 4, 1, false);
    const int32_t in_right = mqtt_publish(&right.client, "t", "right", 5, 2, false);
    run_both(100);
    CHECK(mock_done(&left, in_left) != NULL && mock_done(&right, in_right) != NULL);
    CHECK_EQ(mock_got(&left, "left"), 1);
    CHECK_EQ(mock_got(&left, "right"), 0);
    CHECK_EQ(mock_got(&right, "right"), 1);
    CHECK_EQ(mock_got(&right, "left"), 0);
}

static void an_outage_of_one_is_none_of_the_other(void)
{
    start_both();
    left.open_result = -1;
    mock_drop(&left);
    for (int i = 0; i < 100; i++) {
        char text[16];
        snprintf(text, sizeof text, "%d", i);
        CHECK(mqtt_publish(&right.client, "t", text, strlen(text), 1, false) > 0);
        run_both(500);
    }
    CHECK(!left.is_online);
    CHECK(mock_count(&left, MQTT_EV_CONNECT_FAILED) > 2);
    CHECK(right.is_online);
    CHECK_EQ(mock_count(&right, MQTT_EV_OFFLINE), 0);
    CHECK_EQ(mock_count(&right, MQTT_EV_DONE), 100);
    CHECK_EQ(right.opens, 1);
}

static void forwards(struct mock *from, const char *where, const struct mqtt_event *event)
{
    (void)from;
    (void)where;
    if (event != NULL && event->kind == MQTT_EV_MESSAGE) {
        const struct mqtt_message *message = &event->as.message;
        CHECK(mqtt_publish(&right.client, "bridge", message->payload, message->payload_len, 1, false) > 0);
    }
}

static void one_may_publish_in_a_callback_of_the_other(void)
{
    start_both();
    left.hook = forwards;
    mock_publish(&left, "in", "over the bridge", 15, 1, 5);
    run_both(100);
    CHECK_EQ(mock_got(&right, "over the bridge"), 1);
    CHECK_EQ(mock_got(&left, "over the bridge"), 0);
}

static void polls_the_other(struct mock *from, const char *where, const struct mqtt_event *event)
{
    (void)from;
    if (event != NULL || strcmp(where, "read") == 0) {
        CHECK(mqtt_poll(&right.client) >= 0);
        CHECK(mqtt_publish(&right.client, "t", "nested", 6, 0, false) > 0 || right.publish_count > 50);
    }
}

static void one_may_be_polled_in_a_callback_of_the_other(void)
{
    start_both();
    left.hook = polls_the_other;
    mock_publish(&left, "in", "x", 1, 1, 5);
    run_both(100);
    CHECK(left.is_online && right.is_online);
    CHECK_EQ(left.acks, 1);
    CHECK(mock_got(&right, "nested") > 1);
}

static void closing_one_leaves_the_other(void)
{
    start_both();
    CHECK_EQ(mqtt_close(&left.client), MQTT_OK);
    left.is_online = false;
    run_both(60000);
    CHECK(right.is_online);
    CHECK(mqtt_is_connected(&right.client));
    CHECK(!mqtt_is_connected(&left.client));
    CHECK_EQ(left.opens, 1);
}

static void the_pauses_of_two_devices_differ(void)
{
    int same = 0;
    start_both();
    left.open_result = -1;
    right.open_result = -1;
    mock_drop(&left);
    mock_drop(&right);
    for (int i = 0; i < 6; i++) {
        const struct mock_event *in_left = mock_await(&left, MQTT_EV_CONNECT_FAILED, 70000);
        const struct mock_event *in_right = mock_await(&right, MQTT_EV_CONNECT_FAILED, 70000);
        if (in_left == NULL || in_right == NULL) {
            return;
        }
        same += in_left->retry_ms == in_right->retry_ms ? 1 : 0;
    }
    CHECK(same < 6);
}

int main(void)
{
    RUN(each_has_its_own_broker);
    RUN(an_outage_of_one_is_none_of_the_other);
    RUN(one_may_publish_in_a_callback_of_the_other);
    RUN(one_may_be_polled_in_a_callback_of_the_other);
    RUN(closing_one_leaves_the_other);
    RUN(the_pauses_of_two_devices_differ);
    return check_end();
}
