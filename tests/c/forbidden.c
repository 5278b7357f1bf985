/* In the callbacks of the transport, in now_ms and in log no call is legal: each answers MQTT_ERR_BUSY and changes
 * nothing. */

#define CHECK_MAIN
#include "check.h"

#include "mock.h"

#include <string.h>

static struct mock mock;
static struct mqtt_config other;
static int32_t token;
static int calls;
static const char *forbidden_in;
static bool inside;

static void everything_is_busy(struct mock *m, const char *where, const struct mqtt_event *event)
{
    const struct mqtt_publish_options options = { .topic = "t", .payload = "no", .payload_len = 2 };
    /* Once is enough to tell. */
    if (event != NULL || strcmp(where, forbidden_in) != 0 || (check_faults > 0 && !inside)) {
        return;
    }
    if (inside) {
        /* The call below has called this again: it was let in. */
        CHECK(!"refused without another callback");
        return;
    }
    inside = true;
    calls++;
    CHECK_EQ(mqtt_init(&m->client, &other), MQTT_ERR_BUSY);
    CHECK_EQ(mqtt_connect(&m->client), MQTT_ERR_BUSY);
    CHECK_EQ(mqtt_poll(&m->client), MQTT_ERR_BUSY);
    CHECK_EQ(mqtt_publish(&m->client, "t", "no", 2, 1, false), MQTT_ERR_BUSY);
    CHECK_EQ(mqtt_publish_with(&m->client, &options), MQTT_ERR_BUSY);
    CHECK_EQ(mqtt_cancel(&m->client, token), MQTT_ERR_BUSY);
    CHECK_EQ(mqtt_subscribe(&m->client, "no", 1), MQTT_ERR_BUSY);
    CHECK_EQ(mqtt_unsubscribe(&m->client, "kept"), MQTT_ERR_BUSY);
    CHECK(mqtt_hold(&m->client) < 0);
    CHECK_EQ(mqtt_resume(&m->client), MQTT_ERR_BUSY);
    CHECK_EQ(mqtt_broker_up(&m->client), MQTT_ERR_BUSY);
    CHECK_EQ(mqtt_disconnect(&m->client, MQTT_DROP, 0), MQTT_ERR_BUSY);
    CHECK_EQ(mqtt_close(&m->client), MQTT_ERR_BUSY);
    CHECK_EQ(mqtt_set_server(&m->client, "no.test", 1), MQTT_ERR_BUSY);
    (void)mqtt_is_connected(&m->client);
    (void)mqtt_wants_write(&m->client);
    inside = false;
}

/* A whole life, in which one callback tries everything each time; it must be as if it had not. */
static void live_with_everything_forbidden_in(const char *where)
{
    mock_init(&mock);
    other = mock.config;
    other.server = "no.test";
    forbidden_in = where;
    calls = 0;
    CHECK_EQ(mqtt_init(&mock.client, &mock.config), MQTT_OK);
    mock.hook = everything_is_busy;
    const int32_t subscribed = mqtt_subscribe(&mock.client, "kept", 1);
    token = mqtt_publish(&mock.client, "t", "kept", 4, 2, false);
    CHECK(subscribed > 0 && token > 0);
    CHECK_EQ(mqtt_connect(&mock.client), MQTT_OK);
    mock_await(&mock, MQTT_EV_ONLINE, 1000);
    mock_publish(&mock, "in", "x", 1, 2, 7);
    mock_run(&mock, 30000);
    mock_drop(&mock);
    mock_await(&mock, MQTT_EV_ONLINE, 5000);
    mock_run(&mock, 100);
    CHECK(mock.is_online);
    CHECK(mock_done(&mock, token) != NULL && mock_done(&mock, token)->fate == MQTT_DELIVERED);
    CHECK_EQ(mqtt_disconnect(&mock.client, MQTT_KEEP, 0), MQTT_OK);
    mock_await(&mock, MQTT_EV_OFFLINE, 1000);

    CHECK(calls > 0);
    CHECK(strcmp(mock.server, "broker.test") == 0);
    CHECK_EQ(mock.connects, 2);
    CHECK_EQ(mock.closes, 2);
    CHECK_EQ(mock_got(&mock, "kept"), 1);
    CHECK_EQ(mock_got(&mock, "no"), 0);
    CHECK_EQ(mock.publish_count, 1);
    CHECK_EQ(mock.subscribes, 2);
    CHECK_EQ(mock.unsubscribes, 0);
    CHECK_EQ(mock.disconnects, 1);
    CHECK_EQ(mock_count(&mock, MQTT_EV_BROKER), 0);
    CHECK_EQ(mock_count(&mock, MQTT_EV_MESSAGE), 1);
    CHECK_EQ(mock_count(&mock, MQTT_EV_DONE), 1);
}

static void in_open_everything_is_busy(void)
{
    live_with_everything_forbidden_in("open");
}

static void in_read_everything_is_busy(void)
{
    live_with_everything_forbidden_in("read");
}

static void in_write_everything_is_busy(void)
{
    live_with_everything_forbidden_in("write");
}

static void in_close_everything_is_busy(void)
{
    live_with_everything_forbidden_in("close");
}

static void in_a_close_by_mqtt_close_everything_is_busy(void)
{
    mock_init(&mock);
    other = mock.config;
    mock_start(&mock);
    forbidden_in = "close";
    calls = 0;
    mock.hook = everything_is_busy;
    CHECK_EQ(mqtt_close(&mock.client), MQTT_OK);
    mock.is_online = false;
    CHECK_EQ(calls, 1);
    CHECK_EQ(mock.closes, 1);
    CHECK_EQ(mqtt_poll(&mock.client), MQTT_FOREVER);
    CHECK_EQ(mock.opens, 1);
    CHECK_EQ(mock_count(&mock, MQTT_EV_DONE), 0);
}

static void in_now_ms_everything_is_busy(void)
{
    live_with_everything_forbidden_in("now_ms");
}

/* With seed 0 mqtt_init asks the clock, and there is a client from before. */
static void in_now_ms_of_a_second_mqtt_init_everything_is_busy(void)
{
    mock_init(&mock);
    mock.config.seed = 0;
    other = mock.config;
    CHECK_EQ(mqtt_init(&mock.client, &mock.config), MQTT_OK);
    forbidden_in = "now_ms";
    calls = 0;
    mock.hook = everything_is_busy;
    CHECK_EQ(mqtt_init(&mock.client, &mock.config), MQTT_OK);
    mock.hook = NULL;
    CHECK_EQ(calls, 1);
    mock.config.server = NULL;
    CHECK_EQ(mqtt_init(&mock.client, &mock.config), MQTT_ERR_CONFIG_SERVER);
    CHECK_EQ(mqtt_connect(&mock.client), MQTT_ERR_STATE);
}

static void in_log_everything_is_busy(void)
{
    live_with_everything_forbidden_in("log");
}

int main(void)
{
    RUN(in_open_everything_is_busy);
    RUN(in_read_everything_is_busy);
    RUN(in_write_everything_is_busy);
    RUN(in_close_everything_is_busy);
    RUN(in_a_close_by_mqtt_close_everything_is_busy);
    RUN(in_now_ms_everything_is_busy);
    RUN(in_now_ms_of_a_second_mqtt_init_everything_is_busy);
    RUN(in_log_everything_is_busy);
    return check_end();
}
