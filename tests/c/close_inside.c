/* mqtt_close inside each kind of event: the client comes back, and all is in order. */

#define CHECK_MAIN
#include "check.h"

#include "mock.h"

#include <string.h>

static struct mock mock;
static int32_t token;
static int calls;

static bool is_event(const struct mqtt_event *event, uint8_t kind)
{
    return event != NULL && event->kind == kind;
}

static void closes_inside_every_kind_of_event(struct mock *m, const char *where, const struct mqtt_event *event)
{
    (void)where;
    if (is_event(event, (uint8_t)m->step) && calls++ == 0) {
        CHECK_EQ(mqtt_close(&m->client), MQTT_OK);
        m->is_online = false;
    }
}

/* Subscribes, publishes, receives, asks; closes in the first event of this kind; comes back and finds all in order. */
static void close_in(uint8_t kind)
{
    calls = 0;
    mock_init(&mock);
    mock.hook = closes_inside_every_kind_of_event;
    mock.step = kind;
    CHECK_EQ(mqtt_init(&mock.client, &mock.config), MQTT_OK);
    CHECK(mqtt_subscribe(&mock.client, "a", 1) > 0);
    token = mqtt_publish(&mock.client, "t", "p", 1, 1, false);
    CHECK_EQ(mqtt_connect(&mock.client), MQTT_OK);
    mock_run(&mock, 1000);
    if (calls == 0) {
        mock_publish(&mock, "in", "x", 1, 1, 7);
        CHECK_EQ(mqtt_broker_up(&mock.client), MQTT_OK);
        CHECK(mqtt_unsubscribe(&mock.client, "nothing") > 0);
        mock_run(&mock, 1000);
    }
    CHECK_EQ(calls, 1);
    CHECK(!mock.is_open);
    CHECK_EQ(mqtt_poll(&mock.client), MQTT_FOREVER);
    CHECK_EQ(mqtt_connect(&mock.client), MQTT_OK);
    mock_run(&mock, 1000);
    CHECK(mock.is_online);
    CHECK(mock_done(&mock, token) != NULL && mock_done(&mock, token)->fate == MQTT_DELIVERED);
}

static void close_in_online_leaves_all_in_order(void)
{
    close_in(MQTT_EV_ONLINE);
}

static void close_in_message_leaves_all_in_order(void)
{
    close_in(MQTT_EV_MESSAGE);
}

static void close_in_done_leaves_all_in_order(void)
{
    close_in(MQTT_EV_DONE);
}

static void close_in_subscribed_leaves_all_in_order(void)
{
    close_in(MQTT_EV_SUBSCRIBED);
}

static void close_in_unsubscribed_leaves_all_in_order(void)
{
    close_in(MQTT_EV_UNSUBSCRIBED);
}

static void close_in_broker_leaves_all_in_order(void)
{
    close_in(MQTT_EV_BROKER);
}

int main(void)
{
    RUN(close_in_online_leaves_all_in_order);
    RUN(close_in_message_leaves_all_in_order);
    RUN(close_in_done_leaves_all_in_order);
    RUN(close_in_subscribed_leaves_all_in_order);
    RUN(close_in_unsubscribed_leaves_all_in_order);
    RUN(close_in_broker_leaves_all_in_order);
    return check_end();
}
