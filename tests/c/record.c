/* What the client of mock.h told: copied, counted, checked. */

#include "mock.h"

#include "check.h"

#include <string.h>

void mock_copy_text(char *to, const void *from, size_t len)
{
    const size_t n = len < MOCK_TEXT - 1 ? len : MOCK_TEXT - 1;
    if (n > 0) {
        memcpy(to, from, n);
    }
    to[n] = '\0';
}

static void copy_message(struct mock *mock, struct mock_event *to, const struct mqtt_message *message)
{
    CHECK(message->topic != NULL && message->topic_len > 0);
    CHECK(message->payload_len == 0 || message->payload != NULL);
    CHECK(message->offset == mock->part_next || message->offset == 0);
    CHECK(message->offset + message->payload_len <= message->total);
    mock->part_next = (uint32_t)(message->offset + message->payload_len);
    if (mock->part_next == message->total) {
        mock->part_next = 0;
    }
    to->qos = message->qos;
    to->retain = message->retain;
    to->dup = message->dup;
    to->offset = message->offset;
    to->total = message->total;
    to->topic_len = message->topic_len;
    to->payload_len = message->payload_len;
    mock_copy_text(to->topic, message->topic, message->topic_len);
    mock_copy_text(to->payload, message->payload, message->payload_len);
}

static void copy_offline(struct mock *mock, struct mock_event *to, const struct mqtt_offline *offline)
{
    CHECK(!mock->is_open);
    CHECK(offline->error < 0);
    CHECK(offline->retry_ms >= 0);
    to->error = offline->error;
    to->detail = offline->detail;
    to->retry_ms = offline->retry_ms;
    mock->part_next = 0;
}

void mock_on_event(void *user, struct mqtt_client *client, const struct mqtt_event *event)
{
    struct mock *mock = (struct mock *)user;
    CHECK(client == &mock->client);
    if (!CHECK(mock->event_count < MOCK_EVENTS)) {
        return;
    }
    struct mock_event *to = &mock->events[mock->event_count];
    memset(to, 0, sizeof *to);
    to->kind = event->kind;
    to->at_ms = mock->now_ms;
    switch (event->kind) {
    case MQTT_EV_ONLINE:
        CHECK(mock->is_open && !mock->is_online && mqtt_is_connected(client));
        mock->is_online = true;
        to->yes = event->as.online.session_present;
        break;
    case MQTT_EV_OFFLINE:
        CHECK(mock->is_online && !mqtt_is_connected(client));
        mock->is_online = false;
        copy_offline(mock, to, &event->as.offline);
        break;
    case MQTT_EV_CONNECT_FAILED:
        CHECK(!mock->is_online && !mqtt_is_connected(client));
        copy_offline(mock, to, &event->as.offline);
        break;
    case MQTT_EV_MESSAGE:
        copy_message(mock, to, &event->as.message);
        break;
    case MQTT_EV_DONE:
        CHECK(event->as.done.token > 0);
        CHECK(mock_done(mock, event->as.done.token) == NULL);
        to->token = event->as.done.token;
        to->fate = event->as.done.fate;
        to->yes = event->as.done.maybe_sent;
        break;
    case MQTT_EV_SUBSCRIBED:
    case MQTT_EV_UNSUBSCRIBED:
        CHECK(event->as.subscribed.token > 0);
        to->token = event->as.subscribed.token;
        to->granted = event->as.subscribed.granted;
        break;
    case MQTT_EV_BROKER:
    case MQTT_EV_WAN:
        to->yes = event->as.broker.up;
        break;
    case MQTT_EV_OVERSIZE:
        to->topic_len = event->as.oversize.topic_len;
        to->total = event->as.oversize.total;
        break;
    case MQTT_EV_STORE:
        CHECK(event->as.store.trouble >= MQTT_STORE_TORN && event->as.store.trouble <= MQTT_STORE_ERASE);
        to->detail = event->as.store.detail;
        break;
    default:
        CHECK(!"a kind of event of the header");
        break;
    }
    mock->event_count++;
    if (mock->hook != NULL) {
        mock->hook(mock, "event", event);
    }
}

const struct mock_event *mock_last(const struct mock *mock, uint8_t kind)
{
    for (int i = mock->event_count - 1; i >= 0; i--) {
        if (mock->events[i].kind == kind) {
            return &mock->events[i];
        }
    }
    return NULL;
}

int mock_count(const struct mock *mock, uint8_t kind)
{
    int n = 0;
    for (int i = 0; i < mock->event_count; i++) {
        n += mock->events[i].kind == kind ? 1 : 0;
    }
    return n;
}

const struct mock_event *mock_done(const struct mock *mock, int32_t token)
{
    for (int i = 0; i < mock->event_count; i++) {
        if (mock->events[i].kind == MQTT_EV_DONE && mock->events[i].token == token) {
            return &mock->events[i];
        }
    }
    return NULL;
}

int mock_got(const struct mock *mock, const char *payload)
{
    int n = 0;
    for (int i = 0; i < mock->publish_count; i++) {
        n += strcmp(mock->publishes[i].payload, payload) == 0 ? 1 : 0;
    }
    return n;
}
