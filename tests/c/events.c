/* What the application is told, by which callback, and with which pointer of its own. */

#define CHECK_MAIN
#include "check.h"

#include "mock.h"

#include <string.h>

static struct mock mock;

static void start(void)
{
    mock_init(&mock);
    mock_start(&mock);
}

static void a_message_tells_topic_payload_and_whether_it_was_retained(void)
{
    static const uint8_t retained[] = { 0x31, 9, 0, 3, 'a', '/', 'b', 'x', 0, 'y', 'z' };
    start();
    mock_say(&mock, retained, sizeof retained);
    const struct mock_event *message = mock_await(&mock, MQTT_EV_MESSAGE, 1000);
    if (CHECK(message != NULL)) {
        CHECK(message->topic_len == 3 && strcmp(message->topic, "a/b") == 0);
        CHECK(message->payload_len == 4 && memcmp(message->payload, "x\0yz", 4) == 0);
        CHECK(message->retain && !message->dup && message->qos == 0);
        CHECK(message->offset == 0 && message->total == 4);
    }
    mock_publish(&mock, "a/b", "live", 4, 1, 7);
    message = mock_await(&mock, MQTT_EV_MESSAGE, 1000);
    if (CHECK(message != NULL)) {
        CHECK(!message->retain && message->qos == 1);
    }
    CHECK_EQ(mock.acks, 1);
}

/* Publishes and subscribes in the callback, and looks at what the event points to before and after. */
static void answer_at_length(struct mock *of, const char *where, const struct mqtt_event *event)
{
    (void)where;
    if (event == NULL || event->kind != MQTT_EV_MESSAGE) {
        return;
    }
    const struct mqtt_message before = event->as.message;
    const uint32_t payload = mock_sum(before.payload, before.payload_len);
    const uint32_t topic = mock_sum(before.topic, before.topic_len);
    for (int i = 0; i < 10; i++) {
        CHECK(mqtt_publish(&of->client, "answer", "some words", 10, (uint8_t)(i % 3), false) > 0);
    }
    CHECK(mqtt_subscribe(&of->client, "more/#", 2) > 0);
    CHECK(mqtt_broker_up(&of->client) == MQTT_OK);
    CHECK(mqtt_hold(&of->client) == MQTT_OK && mqtt_resume(&of->client) == MQTT_OK);
    CHECK(mqtt_disconnect(&of->client, MQTT_DRAIN, 5000) == MQTT_OK);
    CHECK(memcmp(&before, &event->as.message, sizeof before) == 0);
    CHECK_EQ(mock_sum(before.payload, before.payload_len), payload);
    CHECK_EQ(mock_sum(before.topic, before.topic_len), topic);
    of->step++;
    of->hook = NULL;
}

static void what_an_event_points_to_stays_until_its_callback_returns(void)
{
    start();
    mock.hook = answer_at_length;
    mock_publish(&mock, "a/b", "question", 8, 0, 0);
    mock_await(&mock, MQTT_EV_MESSAGE, 1000);
    CHECK_EQ(mock.step, 1);
}

static void online_and_offline_tell_the_state_of_the_network(void)
{
    start();
    for (int outage = 1; outage <= 3; outage++) {
        CHECK(mqtt_is_connected(&mock.client));
        mock_drop(&mock);
        const struct mock_event *offline = mock_await(&mock, MQTT_EV_OFFLINE, 1000);
        CHECK(offline != NULL && offline->error == MQTT_ERR_PEER_CLOSED && offline->retry_ms >= 1000);
        CHECK(!mqtt_is_connected(&mock.client));
        mock_await(&mock, MQTT_EV_ONLINE, 10000);
        CHECK_EQ(mock_count(&mock, MQTT_EV_OFFLINE), outage);
        CHECK_EQ(mock_count(&mock, MQTT_EV_ONLINE), outage + 1);
    }
}

/* In each MQTT_EV_ONLINE, as the seed's connect handler does. */
static void subscribe_when_online(struct mock *of, const char *where, const struct mqtt_event *event)
{
    (void)where;
    if (event != NULL && event->kind == MQTT_EV_ONLINE) {
        CHECK(mqtt_subscribe(&of->client, "foo_topic", 1) > 0);
        CHECK(mqtt_publish(&of->client, "result", "0", 1, 1, false) > 0);
    }
}

static void each_connection_is_told_and_a_handler_may_subscribe_every_time(void)
{
    mock_init(&mock);
    mock.hook = subscribe_when_online;
    mock_start(&mock);
    mock_run(&mock, 100);
    CHECK_EQ(mock.subscribes, 1);
    CHECK_EQ(mock_got(&mock, "0"), 1);
    mock_drop(&mock);
    mock_await(&mock, MQTT_EV_ONLINE, 10000);
    mock_run(&mock, 100);
    /* Renewed by the client and asked for by the handler, and yet one request. */
    CHECK_EQ(mock.subscribes, 2);
    CHECK_EQ(mock_got(&mock, "0"), 2);
}

static void every_attempt_is_given_the_server_by_name(void)
{
    start();
    for (int attempt = 2; attempt <= 4; attempt++) {
        mock.server[0] = '\0';
        mock.port = 0;
        mock_drop(&mock);
        mock_await(&mock, MQTT_EV_ONLINE, 10000);
        CHECK_EQ(mock.opens, attempt);
        CHECK(strcmp(mock.server, "broker.test") == 0);
        CHECK_EQ(mock.port, 1883);
    }
}

/* A transport over another one, with something of its own: as one for TLS has its certificates. */
struct layer {
    struct mock *below;
    int opens;
    int reads;
    int writes;
    int closes;
};

static int32_t layer_open(void *user, const char *server, uint16_t port)
{
    struct layer *layer = user;
    layer->opens++;
    return layer->below->transport.open(layer->below, server, port);
}

static int32_t layer_read(void *user, uint8_t *buf, size_t len)
{
    struct layer *layer = user;
    layer->reads++;
    return layer->below->transport.read(layer->below, buf, len);
}

static int32_t layer_write(void *user, const uint8_t *buf, size_t len)
{
    struct layer *layer = user;
    layer->writes++;
    return layer->below->transport.write(layer->below, buf, len);
}

static void layer_close(void *user)
{
    struct layer *layer = user;
    layer->closes++;
    layer->below->transport.close(layer->below);
}

static void the_transport_gets_what_is_its_own(void)
{
    static const struct mqtt_transport transport = {
        .open = layer_open,
        .read = layer_read,
        .write = layer_write,
        .close = layer_close,
    };
    struct layer layer = { .below = &mock };
    mock_init(&mock);
    mock.config.tls = true;
    mock.config.transport = &transport;
    mock.config.transport_user = &layer;
    mock_start(&mock);
    CHECK_EQ(mock.port, 8883);
    CHECK(mqtt_close(&mock.client) == MQTT_OK);
    mock.is_online = false;
    CHECK(layer.opens == 1 && layer.closes == 1 && layer.writes >= 1 && layer.reads >= 1);
}

static int32_t codes[16];
static int code_count;

static void keep_code(void *user, int32_t code, int32_t value)
{
    (void)value;
    CHECK(user == &mock);
    if (CHECK(code_count < 16)) {
        codes[code_count++] = code;
    }
}

static void the_log_tells_what_happens(void)
{
    static const int32_t expected[] = { MQTT_LOG_OPENING, MQTT_LOG_OPENED, MQTT_LOG_ONLINE, MQTT_LOG_LOST };
    mock_init(&mock);
    mock.config.log = keep_code;
    code_count = 0;
    mock_start(&mock);
    mock_drop(&mock);
    mock_await(&mock, MQTT_EV_OFFLINE, 1000);
    CHECK_EQ(code_count, 4);
    CHECK(memcmp(codes, expected, sizeof expected) == 0);
}

static void the_log_may_be_absent(void)
{
    mock_init(&mock);
    mock.config.log = NULL;
    mock_start(&mock);
    mock_drop(&mock);
    mock_await(&mock, MQTT_EV_ONLINE, 10000);
    CHECK_EQ(mock.logs, 0);
}

int main(void)
{
    RUN(a_message_tells_topic_payload_and_whether_it_was_retained);
    RUN(what_an_event_points_to_stays_until_its_callback_returns);
    RUN(online_and_offline_tell_the_state_of_the_network);
    RUN(each_connection_is_told_and_a_handler_may_subscribe_every_time);
    RUN(every_attempt_is_given_the_server_by_name);
    RUN(the_transport_gets_what_is_its_own);
    RUN(the_log_tells_what_happens);
    RUN(the_log_may_be_absent);
    return check_end();
}
