/* mqtt_publish_with and its pull: what it is asked, what it may answer, and what the broker gets. */

#define CHECK_MAIN
#include "check.h"

#include "mock.h"

#include <string.h>

/* More than the outbox, and less than the broker of this test keeps. */
#define LEN 20000

static struct mock mock;

struct source {
    uint32_t asked;
    uint32_t from_zero;
    /* Answered instead of bytes, from this offset on. */
    uint32_t until;
    int32_t answer;
};

static uint8_t byte_at(uint32_t offset)
{
    return (uint8_t)(offset * 7 + (offset >> 8));
}

static int32_t give(void *user, uint32_t offset, uint8_t *buf, size_t len)
{
    struct source *source = user;
    source->asked++;
    source->from_zero += offset == 0;
    CHECK(len > 0 && offset + len <= LEN);
    CHECK_EQ(mqtt_publish(&mock.client, "t", "x", 1, 0, false), MQTT_ERR_BUSY);
    if (source->answer != 0 && offset >= source->until) {
        return source->answer;
    }
    for (size_t i = 0; i < len; i++) {
        buf[i] = byte_at(offset + (uint32_t)i);
    }
    return (int32_t)len;
}

static uint32_t sum_of_all(void)
{
    static uint8_t all[LEN];
    for (uint32_t i = 0; i < LEN; i++) {
        all[i] = byte_at(i);
    }
    return mock_sum(all, sizeof all);
}

static int32_t publish(struct source *source, uint8_t qos)
{
    const struct mqtt_publish_options options = {
        .topic = "file",
        .payload_len = LEN,
        .qos = qos,
        .pull = give,
        .pull_user = source,
        .pull_len = 500,
    };
    return mqtt_publish_with(&mock.client, &options);
}

static void start(void)
{
    mock_init(&mock);
    mock_start(&mock);
}

static void a_payload_larger_than_the_outbox_arrives_whole(void)
{
    start();
    for (uint8_t qos = 0; qos < 3; qos++) {
        struct source source = { 0 };
        const int32_t token = publish(&source, qos);
        CHECK(token > 0);
        mock_await(&mock, MQTT_EV_DONE, 1000);
        CHECK(mock_done(&mock, token) != NULL && mock_done(&mock, token)->fate == MQTT_DELIVERED);
        const struct mock_publish *got = &mock.publishes[mock.publish_count - 1];
        CHECK_EQ(got->payload_len, LEN);
        CHECK_EQ(got->payload_sum, sum_of_all());
        CHECK_EQ(source.asked, LEN / 500);
    }
}

static void after_an_outage_it_is_asked_again_from_0(void)
{
    start();
    struct source source = { .until = 10000, .answer = MQTT_WOULD_BLOCK };
    const int32_t token = publish(&source, 1);
    mock_run(&mock, 100);
    mock_drop(&mock);
    mock_await(&mock, MQTT_EV_OFFLINE, 1000);
    source.answer = 0;
    mock_await(&mock, MQTT_EV_DONE, 20000);
    CHECK(mock_done(&mock, token) != NULL && mock_done(&mock, token)->fate == MQTT_DELIVERED);
    CHECK_EQ(source.from_zero, 2);
    CHECK_EQ(mock.publishes[mock.publish_count - 1].payload_sum, sum_of_all());
}

static void a_pull_that_fails_is_the_detail_of_the_outage(void)
{
    start();
    struct source source = { .until = 10000, .answer = -77 };
    const int32_t token = publish(&source, 1);
    const struct mock_event *offline = mock_await(&mock, MQTT_EV_OFFLINE, 1000);
    CHECK(offline != NULL && offline->error == MQTT_ERR_PAYLOAD && offline->detail == -77);
    mock_await(&mock, MQTT_EV_ONLINE, 10000);
    CHECK(mock_done(&mock, token) != NULL && mock_done(&mock, token)->fate == MQTT_DROPPED);
    CHECK_EQ(mqtt_publish(&mock.client, "t", "next", 4, 1, false) > 0, 1);
    mock_await(&mock, MQTT_EV_DONE, 1000);
    CHECK_EQ(mock_got(&mock, "next"), 1);
}

static void payload_and_pull_exclude_each_other(void)
{
    start();
    struct source source = { 0 };
    struct mqtt_publish_options options = {
        .topic = "file",
        .payload = "x",
        .payload_len = 1,
        .pull = give,
        .pull_user = &source,
    };
    CHECK_EQ(mqtt_publish_with(&mock.client, &options), MQTT_ERR_ARGUMENT);
    options.payload = NULL;
    options.payload_len = 0;
    CHECK(mqtt_publish_with(&mock.client, &options) > 0);
    mock_await(&mock, MQTT_EV_DONE, 1000);
    CHECK_EQ(source.asked, 0);
    CHECK_EQ(mock.publishes[0].payload_len, 0);
}

int main(void)
{
    RUN(a_payload_larger_than_the_outbox_arrives_whole);
    RUN(after_an_outage_it_is_asked_again_from_0);
    RUN(a_pull_that_fails_is_the_detail_of_the_outage);
    RUN(payload_and_pull_exclude_each_other);
    return check_end();
}
