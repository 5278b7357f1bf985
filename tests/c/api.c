/* Every function of the header with wrong arguments, in the wrong state, and twice. */

#define CHECK_MAIN
#include "check.h"

#include "mock.h"

#include <string.h>

static struct mock mock;
static char long_text[65537];

static void prepare(void)
{
    mock_init(&mock);
    CHECK_EQ(mqtt_init(&mock.client, &mock.config), MQTT_OK);
}

static void start(void)
{
    mock_init(&mock);
    mock_start(&mock);
}

static void every_function_refuses_a_null_client(void)
{
    const struct mqtt_publish_options options = { .topic = "t" };
    struct mqtt_stats stats;
    mock_init(&mock);
    CHECK_EQ(mqtt_init(NULL, &mock.config), MQTT_ERR_ARGUMENT);
    CHECK_EQ(mqtt_connect(NULL), MQTT_ERR_ARGUMENT);
    CHECK_EQ(mqtt_poll(NULL), MQTT_ERR_ARGUMENT);
    CHECK_EQ(mqtt_publish(NULL, "t", "p", 1, 0, false), MQTT_ERR_ARGUMENT);
    CHECK_EQ(mqtt_publish_with(NULL, &options), MQTT_ERR_ARGUMENT);
    CHECK_EQ(mqtt_cancel(NULL, 1), MQTT_ERR_ARGUMENT);
    CHECK_EQ(mqtt_subscribe(NULL, "t", 0), MQTT_ERR_ARGUMENT);
    CHECK_EQ(mqtt_unsubscribe(NULL, "t"), MQTT_ERR_ARGUMENT);
    CHECK_EQ(mqtt_post(NULL, "t", "p", 1, 0, false), MQTT_ERR_ARGUMENT);
    CHECK_EQ(mqtt_hold(NULL), MQTT_ERR_ARGUMENT);
    CHECK_EQ(mqtt_resume(NULL), MQTT_ERR_ARGUMENT);
    CHECK_EQ(mqtt_broker_up(NULL), MQTT_ERR_ARGUMENT);
    CHECK_EQ(mqtt_disconnect(NULL, MQTT_KEEP, 0), MQTT_ERR_ARGUMENT);
    CHECK_EQ(mqtt_close(NULL), MQTT_ERR_ARGUMENT);
    CHECK_EQ(mqtt_set_server(NULL, "s", 0), MQTT_ERR_ARGUMENT);
    CHECK_EQ(mqtt_stats(NULL, &stats), MQTT_ERR_ARGUMENT);
    CHECK(!mqtt_is_connected(NULL));
    CHECK(!mqtt_wants_write(NULL));
}

static void every_function_refuses_a_null_pointer(void)
{
    start();
    CHECK_EQ(mqtt_init(&mock.client, NULL), MQTT_ERR_ARGUMENT);
    CHECK_EQ(mqtt_publish(&mock.client, NULL, "p", 1, 0, false), MQTT_ERR_ARGUMENT);
    CHECK_EQ(mqtt_publish(&mock.client, "t", NULL, 1, 0, false), MQTT_ERR_ARGUMENT);
    CHECK_EQ(mqtt_publish_with(&mock.client, NULL), MQTT_ERR_ARGUMENT);
    CHECK_EQ(mqtt_subscribe(&mock.client, NULL, 0), MQTT_ERR_ARGUMENT);
    CHECK_EQ(mqtt_unsubscribe(&mock.client, NULL), MQTT_ERR_ARGUMENT);
    CHECK_EQ(mqtt_post(&mock.client, NULL, "p", 1, 0, false), MQTT_ERR_ARGUMENT);
    CHECK_EQ(mqtt_post(&mock.client, "t", NULL, 1, 0, false), MQTT_ERR_ARGUMENT);
    CHECK_EQ(mqtt_stats(&mock.client, NULL), MQTT_ERR_ARGUMENT);
    CHECK_EQ(mqtt_disconnect(&mock.client, MQTT_DROP, 0), MQTT_OK);
    mock_run(&mock, 1000);
    CHECK_EQ(mqtt_set_server(&mock.client, NULL, 0), MQTT_ERR_ARGUMENT);
    CHECK(!mqtt_topic_matches(NULL, "t", 1));
    CHECK(!mqtt_topic_matches("t", NULL, 1));
}

static void not_initialised(void)
{
    const struct mqtt_publish_options options = { .topic = "t" };
    struct mqtt_stats stats;
    CHECK_EQ(mqtt_connect(&mock.client), MQTT_ERR_STATE);
    CHECK_EQ(mqtt_poll(&mock.client), MQTT_ERR_STATE);
    CHECK_EQ(mqtt_publish(&mock.client, "t", "p", 1, 0, false), MQTT_ERR_STATE);
    CHECK_EQ(mqtt_publish_with(&mock.client, &options), MQTT_ERR_STATE);
    CHECK(mqtt_cancel(&mock.client, 1) < 0);
    CHECK_EQ(mqtt_subscribe(&mock.client, "t", 0), MQTT_ERR_STATE);
    CHECK_EQ(mqtt_unsubscribe(&mock.client, "t"), MQTT_ERR_STATE);
    CHECK_EQ(mqtt_post(&mock.client, "t", "p", 1, 0, false), MQTT_ERR_STATE);
    CHECK_EQ(mqtt_hold(&mock.client), MQTT_ERR_STATE);
    CHECK_EQ(mqtt_stats(&mock.client, &stats), MQTT_ERR_STATE);
    CHECK(!mqtt_is_connected(&mock.client));
    CHECK(!mqtt_wants_write(&mock.client));
    /* No promise about their answer, only that they survive it. */
    (void)mqtt_resume(&mock.client);
    (void)mqtt_broker_up(&mock.client);
    (void)mqtt_disconnect(&mock.client, MQTT_KEEP, 0);
    (void)mqtt_close(&mock.client);
    (void)mqtt_set_server(&mock.client, "s", 0);
    CHECK_EQ(mock.opens + mock.closes + mock.event_count, 0);
}

static void before_init_a_zeroed_client_answers_state(void)
{
    mock_init(&mock);
    not_initialised();
}

static void before_init_a_client_full_of_rubbish_answers_state(void)
{
    mock_init(&mock);
    memset(&mock.client, 0xa5, sizeof mock.client);
    not_initialised();
}

static void after_a_refused_init_the_client_is_not_initialised(void)
{
    mock_init(&mock);
    mock.config.rx = NULL;
    CHECK_EQ(mqtt_init(&mock.client, &mock.config), MQTT_ERR_CONFIG_RX);
    not_initialised();
}

static void publish_refuses_what_mqtt_forbids(void)
{
    struct mqtt_publish_options options = { .topic = "t" };
    prepare();
    CHECK_EQ(mqtt_publish(&mock.client, "t", "p", 1, 3, false), MQTT_ERR_ARGUMENT);
    CHECK_EQ(mqtt_publish(&mock.client, "", "p", 1, 0, false), MQTT_ERR_TOPIC);
    CHECK_EQ(mqtt_publish(&mock.client, "a/+", "p", 1, 0, false), MQTT_ERR_TOPIC);
    CHECK_EQ(mqtt_publish(&mock.client, "#", "p", 1, 0, false), MQTT_ERR_TOPIC);
    CHECK_EQ(mqtt_publish(&mock.client, "\xc3\x28", "p", 1, 0, false), MQTT_ERR_TOPIC);
    CHECK_EQ(mqtt_publish(&mock.client, "\xed\xa0\x80", "p", 1, 0, false), MQTT_ERR_TOPIC);
    CHECK_EQ(mqtt_publish(&mock.client, long_text, "p", 1, 0, false), MQTT_ERR_TOPIC);
    CHECK_EQ(mqtt_publish(&mock.client, "t", long_text, sizeof long_text, 0, false), MQTT_ERR_TOO_LARGE);
    CHECK(mqtt_publish(&mock.client, "t", long_text, SIZE_MAX, 0, false) < 0);
    CHECK(mqtt_publish(&mock.client, "t", NULL, 0, 0, false) > 0);
    options.policy = 3;
    CHECK_EQ(mqtt_publish_with(&mock.client, &options), MQTT_ERR_ARGUMENT);
    options.policy = MQTT_REFUSE;
    options.timeout_ms = 2000000001;
    CHECK_EQ(mqtt_publish_with(&mock.client, &options), MQTT_ERR_ARGUMENT);
    options.timeout_ms = 2000000000;
    CHECK(mqtt_publish_with(&mock.client, &options) > 0);
    options.topic = NULL;
    CHECK_EQ(mqtt_publish_with(&mock.client, &options), MQTT_ERR_ARGUMENT);
}

static void subscribe_refuses_what_mqtt_forbids(void)
{
    prepare();
    CHECK_EQ(mqtt_subscribe(&mock.client, "t", 3), MQTT_ERR_ARGUMENT);
    CHECK_EQ(mqtt_subscribe(&mock.client, "", 0), MQTT_ERR_TOPIC);
    CHECK_EQ(mqtt_subscribe(&mock.client, "a#", 0), MQTT_ERR_TOPIC);
    CHECK_EQ(mqtt_subscribe(&mock.client, "a/#/b", 0), MQTT_ERR_TOPIC);
    CHECK_EQ(mqtt_subscribe(&mock.client, "a+/b", 0), MQTT_ERR_TOPIC);
    CHECK_EQ(mqtt_subscribe(&mock.client, "\xff", 0), MQTT_ERR_TOPIC);
    CHECK_EQ(mqtt_unsubscribe(&mock.client, ""), MQTT_ERR_TOPIC);
    CHECK_EQ(mqtt_unsubscribe(&mock.client, "a/#/b"), MQTT_ERR_TOPIC);
    CHECK(mqtt_subscribe(&mock.client, "+/b/#", 2) > 0);
    CHECK(mqtt_subscribe(&mock.client, "#", 0) > 0);
    CHECK(mqtt_subscribe(&mock.client, "+", 0) > 0);
    CHECK(mqtt_unsubscribe(&mock.client, "never/subscribed") > 0);
}

static void disconnect_refuses_wrong_arguments(void)
{
    start();
    CHECK_EQ(mqtt_disconnect(&mock.client, 3, 0), MQTT_ERR_ARGUMENT);
    CHECK_EQ(mqtt_disconnect(&mock.client, MQTT_DRAIN, 2000000001), MQTT_ERR_ARGUMENT);
    CHECK(mqtt_is_connected(&mock.client));
}

static void a_token_that_never_was_is_unknown(void)
{
    prepare();
    CHECK_EQ(mqtt_cancel(&mock.client, 12345), MQTT_ERR_UNKNOWN);
    CHECK_EQ(mqtt_cancel(&mock.client, 0), MQTT_ERR_UNKNOWN);
    CHECK_EQ(mqtt_cancel(&mock.client, -1), MQTT_ERR_UNKNOWN);
    CHECK_EQ(mqtt_cancel(&mock.client, INT32_MAX), MQTT_ERR_UNKNOWN);
}

static void connect_twice_answers_state(void)
{
    start();
    CHECK_EQ(mqtt_connect(&mock.client), MQTT_ERR_STATE);
    mock_drop(&mock);
    mock_await(&mock, MQTT_EV_OFFLINE, 1000);
    CHECK_EQ(mqtt_connect(&mock.client), MQTT_ERR_STATE);
}

static void the_port_has_the_default_of_its_kind(void)
{
    start();
    CHECK_EQ(mock.port, 1883);
    CHECK(strcmp(mock.server, "broker.test") == 0);

    mock_init(&mock);
    mock.config.tls = true;
    mock_start(&mock);
    CHECK_EQ(mock.port, 8883);

    mock_init(&mock);
    mock.config.port = 1;
    mock_start(&mock);
    CHECK_EQ(mock.port, 1);
}

static void another_server_can_be_set_only_offline(void)
{
    start();
    CHECK_EQ(mqtt_set_server(&mock.client, "other.test", 7), MQTT_ERR_STATE);
    CHECK_EQ(mqtt_disconnect(&mock.client, MQTT_KEEP, 0), MQTT_OK);
    mock_await(&mock, MQTT_EV_OFFLINE, 1000);
    CHECK_EQ(mqtt_set_server(&mock.client, "other.test", 7), MQTT_OK);
    CHECK_EQ(mqtt_connect(&mock.client), MQTT_OK);
    mock_await(&mock, MQTT_EV_ONLINE, 1000);
    CHECK(strcmp(mock.server, "other.test") == 0);
    CHECK_EQ(mock.port, 7);

    CHECK_EQ(mqtt_close(&mock.client), MQTT_OK);
    mock.is_online = false;
    CHECK_EQ(mqtt_set_server(&mock.client, "third.test", 0), MQTT_OK);
    CHECK_EQ(mqtt_connect(&mock.client), MQTT_OK);
    mock_await(&mock, MQTT_EV_ONLINE, 1000);
    CHECK(strcmp(mock.server, "third.test") == 0);
    CHECK_EQ(mock.port, 1883);
}

static void disconnect_and_close_are_legal_at_any_time_and_twice(void)
{
    prepare();
    CHECK_EQ(mqtt_disconnect(&mock.client, MQTT_KEEP, 0), MQTT_OK);
    CHECK_EQ(mqtt_close(&mock.client), MQTT_OK);
    CHECK_EQ(mqtt_close(&mock.client), MQTT_OK);
    mock_run(&mock, 1000);
    CHECK_EQ(mock.event_count, 0);

    start();
    CHECK_EQ(mqtt_disconnect(&mock.client, MQTT_DRAIN, 1000), MQTT_OK);
    CHECK_EQ(mqtt_disconnect(&mock.client, MQTT_KEEP, 0), MQTT_OK);
    mock_await(&mock, MQTT_EV_OFFLINE, 1000);
    CHECK_EQ(mqtt_disconnect(&mock.client, MQTT_KEEP, 0), MQTT_OK);
    mock_run(&mock, 100000);
    CHECK_EQ(mock_count(&mock, MQTT_EV_OFFLINE), 1);
    CHECK_EQ(mock_last(&mock, MQTT_EV_OFFLINE)->error, MQTT_ERR_LEFT);
    CHECK_EQ(mock_last(&mock, MQTT_EV_OFFLINE)->retry_ms, MQTT_FOREVER);
    CHECK_EQ(mock.disconnects, 1);
    CHECK_EQ(mock.opens, 1);
    CHECK_EQ(mock.closes, 1);
    CHECK_EQ(mqtt_poll(&mock.client), MQTT_FOREVER);
}

static void close_is_silent_and_at_once(void)
{
    start();
    const int before = mock.event_count;
    CHECK_EQ(mqtt_close(&mock.client), MQTT_OK);
    mock.is_online = false;
    CHECK_EQ(mock.closes, 1);
    CHECK(!mqtt_is_connected(&mock.client));
    mock_run(&mock, 100000);
    CHECK_EQ(mock.event_count, before);
    CHECK_EQ(mock.disconnects, 0);
    CHECK_EQ(mock.opens, 1);
}

int main(void)
{
    memset(long_text, 'x', sizeof long_text - 1);
    RUN(every_function_refuses_a_null_client);
    RUN(every_function_refuses_a_null_pointer);
    RUN(before_init_a_zeroed_client_answers_state);
    RUN(before_init_a_client_full_of_rubbish_answers_state);
    RUN(after_a_refused_init_the_client_is_not_initialised);
    RUN(publish_refuses_what_mqtt_forbids);
    RUN(subscribe_refuses_what_mqtt_forbids);
    RUN(disconnect_refuses_wrong_arguments);
    RUN(a_token_that_never_was_is_unknown);
    RUN(connect_twice_answers_state);
    RUN(the_port_has_the_default_of_its_kind);
    RUN(another_server_can_be_set_only_offline);
    RUN(disconnect_and_close_are_legal_at_any_time_and_twice);
    RUN(close_is_silent_and_at_once);
    return check_end();
}
