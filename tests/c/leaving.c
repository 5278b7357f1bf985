/* What mqtt_disconnect does with the outbox. */

#define CHECK_MAIN
#include "check.h"

#include "mock.h"

#include <string.h>

static struct mock mock;

/* Offline, so that all of the outbox waits. */
static void prepare(size_t outbox_size, size_t outbox_records)
{
    mock_init(&mock);
    mock.config.outbox_size = outbox_size;
    mock.config.outbox_records = outbox_records;
    CHECK_EQ(mqtt_init(&mock.client, &mock.config), MQTT_OK);
}

static int32_t publish_as(const char *topic, const char *payload, uint8_t qos, uint8_t policy, uint32_t timeout_ms)
{
    const struct mqtt_publish_options options = {
        .topic = topic,
        .payload = payload,
        .payload_len = strlen(payload),
        .qos = qos,
        .policy = policy,
        .timeout_ms = timeout_ms,
    };
    return mqtt_publish_with(&mock.client, &options);
}

/* Publishes until it is refused. Returns how many were not. */
static int fill(uint8_t qos)
{
    int n = 0;
    int32_t token = publish_as("fill", "0123456789", qos, MQTT_REFUSE, 0);
    while (token > 0 && n < 1000) {
        n++;
        token = publish_as("fill", "0123456789", qos, MQTT_REFUSE, 0);
    }
    CHECK_EQ(token, MQTT_ERR_FULL);
    return n;
}

static void come_online(void)
{
    CHECK_EQ(mqtt_connect(&mock.client), MQTT_OK);
    mock_await(&mock, MQTT_EV_ONLINE, 1000);
    mock_run(&mock, 1000);
}

static void drop_ends_everything_and_gives_the_room_back(void)
{
    prepare(200, 4);
    const int n = fill(1);
    CHECK_EQ(mqtt_disconnect(&mock.client, MQTT_DROP, 0), MQTT_OK);
    mock_run(&mock, 100);
    CHECK_EQ(mock_count(&mock, MQTT_EV_DONE), n);
    CHECK_EQ(mock_last(&mock, MQTT_EV_DONE)->fate, MQTT_DROPPED);
    CHECK_EQ(fill(1), n);
}

static void drain_sends_what_is_left_and_then_leaves(void)
{
    prepare(400, 8);
    come_online();
    const int n = fill(2);
    CHECK_EQ(mqtt_disconnect(&mock.client, MQTT_DRAIN, 5000), MQTT_OK);
    mock_await(&mock, MQTT_EV_OFFLINE, 6000);
    CHECK_EQ(mock_count(&mock, MQTT_EV_DONE), n);
    CHECK_EQ(mock.disconnects, 1);
}

static void drain_gives_up_in_time_and_keeps_the_rest(void)
{
    prepare(400, 8);
    come_online();
    mock.mute_acks = true;
    const int32_t token = publish_as("t", "kept", 1, MQTT_REFUSE, 0);
    CHECK_EQ(mqtt_disconnect(&mock.client, MQTT_DRAIN, 2000), MQTT_OK);
    const uint32_t before_ms = mock.now_ms;
    const struct mock_event *offline = mock_await(&mock, MQTT_EV_OFFLINE, 5000);
    CHECK(offline != NULL && offline->at_ms - before_ms >= 2000 && offline->at_ms - before_ms <= 2300);
    CHECK(mock_done(&mock, token) == NULL);
    mock.mute_acks = false;
    come_online();
    CHECK(mock_done(&mock, token) != NULL && mock_done(&mock, token)->fate == MQTT_DELIVERED);
}

int main(void)
{
    RUN(drop_ends_everything_and_gives_the_room_back);
    RUN(drain_sends_what_is_left_and_then_leaves);
    RUN(drain_gives_up_in_time_and_keeps_the_rest);
    return check_end();
}
