/* In on_event every call is legal but two. What is legal in the other callbacks is in forbidden.c. */

#define CHECK_MAIN
#include "check.h"

#include "mock.h"

#include <string.h>

static struct mock mock;
static struct mqtt_config other;
static int32_t token;
static int32_t second_token;
static int calls;

typedef void hook_function(struct mock *m, const char *where, const struct mqtt_event *event);

static void start_with(hook_function *hook)
{
    token = 0;
    second_token = 0;
    calls = 0;
    mock_init(&mock);
    mock.hook = hook;
    mock_start(&mock);
}

static bool is_event(const struct mqtt_event *event, uint8_t kind)
{
    return event != NULL && event->kind == kind;
}

static void publishes_when_online(struct mock *m, const char *where, const struct mqtt_event *event)
{
    (void)where;
    if (is_event(event, MQTT_EV_ONLINE)) {
        token = mqtt_publish(&m->client, "t", "from online", 11, 1, false);
    } else if (is_event(event, MQTT_EV_DONE) && second_token == 0) {
        second_token = mqtt_publish(&m->client, "t", "from done", 9, 2, false);
    } else if (is_event(event, MQTT_EV_MESSAGE)) {
        /* What an event points to may be published. */
        CHECK(mqtt_publish(&m->client, "echo", event->as.message.payload, event->as.message.payload_len, 0, false) > 0);
    }
}

static void publish_is_legal_in_an_event(void)
{
    start_with(publishes_when_online);
    mock_run(&mock, 100);
    mock_publish(&mock, "in", "echo me", 7, 1, 9);
    mock_run(&mock, 100);
    CHECK(token > 0 && mock_done(&mock, token) != NULL);
    CHECK(second_token > 0 && mock_done(&mock, second_token) != NULL);
    CHECK_EQ(mock_got(&mock, "from online"), 1);
    CHECK_EQ(mock_got(&mock, "from done"), 1);
    CHECK_EQ(mock_got(&mock, "echo me"), 1);
}

static void subscribes_when_online(struct mock *m, const char *where, const struct mqtt_event *event)
{
    (void)where;
    if (is_event(event, MQTT_EV_ONLINE)) {
        token = mqtt_subscribe(&m->client, "a/#", 1);
    } else if (is_event(event, MQTT_EV_SUBSCRIBED)) {
        second_token = mqtt_unsubscribe(&m->client, "a/#");
    }
}

static void subscribe_and_unsubscribe_are_legal_in_an_event(void)
{
    start_with(subscribes_when_online);
    mock_run(&mock, 100);
    CHECK(token > 0 && second_token > 0);
    CHECK_EQ(mock_count(&mock, MQTT_EV_SUBSCRIBED), 1);
    CHECK_EQ(mock_count(&mock, MQTT_EV_UNSUBSCRIBED), 1);
    CHECK_EQ(mock_last(&mock, MQTT_EV_SUBSCRIBED)->token, token);
    CHECK_EQ(mock_last(&mock, MQTT_EV_UNSUBSCRIBED)->token, second_token);
    CHECK_EQ(mock.subscribes, 1);
    CHECK_EQ(mock.unsubscribes, 1);
}

static void cancels_when_a_message_comes(struct mock *m, const char *where, const struct mqtt_event *event)
{
    (void)where;
    if (is_event(event, MQTT_EV_MESSAGE)) {
        CHECK_EQ(mqtt_cancel(&m->client, token), MQTT_OK);
        CHECK_EQ(mqtt_cancel(&m->client, token), MQTT_ERR_UNKNOWN);
    }
}

static void cancel_is_legal_in_an_event(void)
{
    start_with(cancels_when_a_message_comes);
    mock.mute_acks = true;
    token = mqtt_publish(&mock.client, "t", "p", 1, 1, false);
    mock_run(&mock, 10);
    mock_publish(&mock, "in", "x", 1, 0, 0);
    mock_run(&mock, 10);
    const struct mock_event *done = mock_done(&mock, token);
    CHECK(done != NULL && done->fate == MQTT_CANCELLED && done->yes);
}

static void cancels_its_own_end(struct mock *m, const char *where, const struct mqtt_event *event)
{
    (void)where;
    if (is_event(event, MQTT_EV_DONE)) {
        CHECK_EQ(mqtt_cancel(&m->client, event->as.done.token), MQTT_ERR_UNKNOWN);
        calls++;
    }
}

static void in_its_own_done_a_token_is_unknown(void)
{
    start_with(cancels_its_own_end);
    CHECK(mqtt_publish(&mock.client, "t", "p", 1, 1, false) > 0);
    mock_run(&mock, 10);
    CHECK_EQ(calls, 1);
    CHECK_EQ(mock_count(&mock, MQTT_EV_DONE), 1);
}

static void disconnects_when_online(struct mock *m, const char *where, const struct mqtt_event *event)
{
    (void)where;
    if (is_event(event, MQTT_EV_ONLINE) && calls++ == 0) {
        CHECK_EQ(mqtt_disconnect(&m->client, MQTT_KEEP, 0), MQTT_OK);
    }
}

static void disconnect_is_legal_in_an_event(void)
{
    start_with(disconnects_when_online);
    mock_run(&mock, 200000);
    CHECK_EQ(mock_count(&mock, MQTT_EV_OFFLINE), 1);
    CHECK_EQ(mock_last(&mock, MQTT_EV_OFFLINE)->error, MQTT_ERR_LEFT);
    CHECK_EQ(mock.disconnects, 1);
    CHECK_EQ(mock.opens, 1);
    CHECK_EQ(mock.closes, 1);
}

static void closes_when_a_message_comes(struct mock *m, const char *where, const struct mqtt_event *event)
{
    (void)where;
    if (is_event(event, MQTT_EV_MESSAGE)) {
        CHECK_EQ(mqtt_close(&m->client), MQTT_OK);
        CHECK(!mqtt_is_connected(&m->client));
        CHECK(memcmp(event->as.message.payload, "last words", 10) == 0);
        m->is_online = false;
    }
}

static void close_is_legal_in_an_event(void)
{
    start_with(closes_when_a_message_comes);
    token = mqtt_publish(&mock.client, "t", "p", 1, 1, false);
    mock.mute_acks = true;
    mock_publish(&mock, "in", "last words", 10, 1, 3);
    mock_publish(&mock, "in", "never read", 10, 1, 4);
    mock_run(&mock, 200000);
    CHECK_EQ(mock_count(&mock, MQTT_EV_MESSAGE), 1);
    CHECK_EQ(mock_count(&mock, MQTT_EV_OFFLINE), 0);
    CHECK_EQ(mock.closes, 1);
    CHECK_EQ(mock.opens, 1);
    /* What was in the outbox goes on. */
    mock.mute_acks = false;
    CHECK_EQ(mqtt_connect(&mock.client), MQTT_OK);
    mock_await(&mock, MQTT_EV_DONE, 1000);
    CHECK(mock_done(&mock, token) != NULL && mock_done(&mock, token)->fate == MQTT_DELIVERED);
}

static void connects_when_it_has_left(struct mock *m, const char *where, const struct mqtt_event *event)
{
    (void)where;
    if (is_event(event, MQTT_EV_OFFLINE)) {
        CHECK_EQ(mqtt_set_server(&m->client, "other.test", 7), MQTT_OK);
        CHECK_EQ(mqtt_connect(&m->client), MQTT_OK);
        CHECK_EQ(mqtt_connect(&m->client), MQTT_ERR_STATE);
    }
}

static void connect_is_legal_in_an_event(void)
{
    start_with(connects_when_it_has_left);
    CHECK_EQ(mqtt_disconnect(&mock.client, MQTT_KEEP, 0), MQTT_OK);
    mock_await(&mock, MQTT_EV_ONLINE, 1000);
    CHECK(strcmp(mock.server, "other.test") == 0);
    CHECK_EQ(mock.opens, 2);
}

static void holds_three_times(struct mock *m, const char *where, const struct mqtt_event *event)
{
    (void)where;
    if (is_event(event, MQTT_EV_MESSAGE) && calls++ < 3) {
        CHECK_EQ(mqtt_hold(&m->client), MQTT_OK);
        m->part_next = event->as.message.offset;
    } else if (event != NULL && event->kind != MQTT_EV_MESSAGE) {
        CHECK_EQ(mqtt_hold(&m->client), MQTT_ERR_STATE);
    }
}

static void hold_keeps_the_message_until_resume(void)
{
    start_with(holds_three_times);
    CHECK_EQ(mqtt_hold(&mock.client), MQTT_ERR_STATE);
    mock_publish(&mock, "in", "first", 5, 1, 3);
    mock_publish(&mock, "in", "second", 6, 1, 4);
    mock_run(&mock, 5000);
    CHECK_EQ(mock_count(&mock, MQTT_EV_MESSAGE), 1);
    CHECK_EQ(mock.acks, 0);
    /* Publishing goes on. */
    token = mqtt_publish(&mock.client, "t", "p", 1, 0, false);
    mock_run(&mock, 1);
    CHECK(mock_done(&mock, token) != NULL);
    CHECK_EQ(mqtt_resume(&mock.client), MQTT_OK);
    mock_run(&mock, 100);
    CHECK_EQ(mock_count(&mock, MQTT_EV_MESSAGE), 2);
    CHECK_EQ(mqtt_resume(&mock.client), MQTT_OK);
    mock_run(&mock, 100);
    CHECK_EQ(mock_count(&mock, MQTT_EV_MESSAGE), 3);
    CHECK_EQ(mock.acks, 0);
    CHECK_EQ(mqtt_resume(&mock.client), MQTT_OK);
    mock_run(&mock, 100);
    CHECK_EQ(mock_count(&mock, MQTT_EV_MESSAGE), 5);
    CHECK(strcmp(mock.events[mock.event_count - 2].payload, "first") == 0);
    CHECK(strcmp(mock.events[mock.event_count - 1].payload, "second") == 0);
    CHECK_EQ(mock.acks, 2);
    CHECK(mock.is_online);
    CHECK_EQ(mqtt_resume(&mock.client), MQTT_OK);
}

static void resumes_at_once(struct mock *m, const char *where, const struct mqtt_event *event)
{
    (void)where;
    if (is_event(event, MQTT_EV_MESSAGE) && calls++ == 0) {
        CHECK_EQ(mqtt_hold(&m->client), MQTT_OK);
        CHECK_EQ(mqtt_resume(&m->client), MQTT_OK);
        m->part_next = 0;
    }
}

static void resume_is_legal_in_the_event_that_held(void)
{
    start_with(resumes_at_once);
    mock_publish(&mock, "in", "x", 1, 1, 3);
    mock_run(&mock, 100);
    CHECK(calls == 1 || calls == 2);
    CHECK_EQ(mock.acks, 1);
}

static void asks_when_online(struct mock *m, const char *where, const struct mqtt_event *event)
{
    struct mqtt_stats stats;
    (void)where;
    if (is_event(event, MQTT_EV_ONLINE)) {
        CHECK_EQ(mqtt_broker_up(&m->client), MQTT_OK);
        CHECK_EQ(mqtt_stats(&m->client, &stats), MQTT_OK);
        CHECK_EQ(stats.connects, 1);
        CHECK(mqtt_is_connected(&m->client));
        CHECK_EQ(mqtt_post(&m->client, "t", "posted", 6, 1, false), MQTT_OK);
        (void)mqtt_wants_write(&m->client);
    }
}

static void questions_are_legal_in_an_event(void)
{
    start_with(asks_when_online);
    mock_run(&mock, 100);
    CHECK_EQ(mock_count(&mock, MQTT_EV_BROKER), 1);
    CHECK(mock_last(&mock, MQTT_EV_BROKER)->yes);
    CHECK_EQ(mock_got(&mock, "posted"), 1);
}

static void polls_and_inits(struct mock *m, const char *where, const struct mqtt_event *event)
{
    (void)where;
    if (event != NULL) {
        CHECK_EQ(mqtt_poll(&m->client), MQTT_ERR_BUSY);
        CHECK_EQ(mqtt_init(&m->client, &other), MQTT_ERR_BUSY);
        calls++;
    }
}

static void poll_and_init_are_busy_in_an_event(void)
{
    mock_init(&mock);
    other = mock.config;
    start_with(polls_and_inits);
    CHECK(mqtt_publish(&mock.client, "t", "p", 1, 1, false) > 0);
    mock_publish(&mock, "in", "x", 1, 0, 0);
    mock_run(&mock, 10);
    mock_drop(&mock);
    mock_await(&mock, MQTT_EV_ONLINE, 5000);
    CHECK(calls >= 5);
}

int main(void)
{
    RUN(publish_is_legal_in_an_event);
    RUN(subscribe_and_unsubscribe_are_legal_in_an_event);
    RUN(cancel_is_legal_in_an_event);
    RUN(in_its_own_done_a_token_is_unknown);
    RUN(disconnect_is_legal_in_an_event);
    RUN(close_is_legal_in_an_event);
    RUN(connect_is_legal_in_an_event);
    RUN(hold_keeps_the_message_until_resume);
    RUN(resume_is_legal_in_the_event_that_held);
    RUN(questions_are_legal_in_an_event);
    RUN(poll_and_init_are_busy_in_an_event);
    return check_end();
}
