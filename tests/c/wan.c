/* mqtt_wan_ok: one answer for each question, the socket closed once, and nothing of it touches the broker. What counts
 * as an answer is tested in Rust, tests/wan.rs. */

#define CHECK_MAIN
#include "check.h"

#include "mock.h"

#include <string.h>

static struct mock mock;
static struct mqtt_wan wan;
static char server[32];
static uint16_t port;
static int opens;
static int closes;
static int sends;
static uint8_t sent[600];
static size_t sent_len;
static int32_t open_answer;
static uint8_t answer[64];
static size_t answer_len;
/* The error that a call from within each callback got. */
static int32_t inside[4];

static int32_t udp_open(void *user, const char *to, uint16_t at)
{
    CHECK(user == &wan);
    inside[0] = mqtt_broker_up(&mock.client);
    strncpy(server, to, sizeof server - 1);
    port = at;
    opens++;
    return open_answer;
}

static int32_t udp_send(void *user, const uint8_t *buf, size_t len)
{
    CHECK(user == &wan && len <= sizeof sent);
    inside[1] = mqtt_close(&mock.client);
    memcpy(sent, buf, len);
    sent_len = len;
    sends++;
    return (int32_t)len;
}

static int32_t udp_recv(void *user, uint8_t *buf, size_t len)
{
    CHECK(user == &wan);
    inside[2] = mqtt_poll(&mock.client);
    if (answer_len == 0) {
        return MQTT_WOULD_BLOCK;
    }
    const size_t n = answer_len < len ? answer_len : len;
    memcpy(buf, answer, n);
    answer_len = 0;
    return (int32_t)n;
}

static void udp_close(void *user)
{
    CHECK(user == &wan);
    inside[3] = mqtt_wan_ok(&mock.client, &wan);
    closes++;
}

static void begin(void)
{
    const struct mqtt_wan all = { .open = udp_open, .send = udp_send, .recv = udp_recv, .close = udp_close, .user = &wan };
    wan = all;
    memset(inside, 0, sizeof inside);
    opens = 0;
    closes = 0;
    sends = 0;
    open_answer = 0;
    answer_len = 0;
    mock_init(&mock);
    mock_start(&mock);
}

static void answer_well(void)
{
    memcpy(answer, sent, 12);
    answer[2] |= 0x80;
    answer_len = 12;
}

static void arguments_are_checked(void)
{
    begin();
    CHECK_EQ(mqtt_wan_ok(NULL, &wan), MQTT_ERR_ARGUMENT);
    CHECK_EQ(mqtt_wan_ok(&mock.client, NULL), MQTT_ERR_ARGUMENT);
    struct mqtt_wan bad = wan;
    bad.open = NULL;
    CHECK_EQ(mqtt_wan_ok(&mock.client, &bad), MQTT_ERR_ARGUMENT);
    bad = wan;
    bad.send = NULL;
    CHECK_EQ(mqtt_wan_ok(&mock.client, &bad), MQTT_ERR_ARGUMENT);
    bad = wan;
    bad.recv = NULL;
    CHECK_EQ(mqtt_wan_ok(&mock.client, &bad), MQTT_ERR_ARGUMENT);
    bad = wan;
    bad.close = NULL;
    CHECK_EQ(mqtt_wan_ok(&mock.client, &bad), MQTT_ERR_ARGUMENT);
    bad = wan;
    bad.query = answer;
    bad.query_len = 11;
    CHECK_EQ(mqtt_wan_ok(&mock.client, &bad), MQTT_ERR_ARGUMENT);
    bad.query_len = 513;
    CHECK_EQ(mqtt_wan_ok(&mock.client, &bad), MQTT_ERR_ARGUMENT);
    bad = wan;
    bad.timeout_ms = 3600001;
    CHECK_EQ(mqtt_wan_ok(&mock.client, &bad), MQTT_ERR_ARGUMENT);
    memset(&mock.client, 0, sizeof mock.client);
    CHECK_EQ(mqtt_wan_ok(&mock.client, &wan), MQTT_ERR_STATE);
}

static void a_good_answer_is_an_event_and_the_socket_is_closed(void)
{
    begin();
    CHECK_EQ(mqtt_wan_ok(&mock.client, &wan), MQTT_OK);
    CHECK_EQ(mqtt_poll(&mock.client), 50);
    CHECK(strcmp(server, "8.8.8.8") == 0);
    CHECK_EQ(port, 53);
    CHECK_EQ(sent_len, 32);
    answer_well();
    const struct mock_event *event = mock_await(&mock, MQTT_EV_WAN, 100);
    CHECK(event != NULL && event->yes);
    CHECK_EQ(opens, 1);
    CHECK_EQ(closes, 1);
}

static void silence_is_no_after_three_seconds(void)
{
    begin();
    const uint32_t asked_ms = mock.now_ms;
    CHECK_EQ(mqtt_wan_ok(&mock.client, &wan), MQTT_OK);
    const struct mock_event *event = mock_await(&mock, MQTT_EV_WAN, 3100);
    CHECK(event != NULL && !event->yes);
    CHECK_EQ(mock.now_ms - asked_ms, 3000);
    CHECK_EQ(sends, 3);
    CHECK_EQ(closes, 1);
}

static void server_port_query_and_time_are_the_callers(void)
{
    static const uint8_t query[] = { 9, 8, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 'x', 0, 0, 1, 0, 1 };
    begin();
    wan.server = "192.0.2.1";
    wan.port = 5353;
    wan.query = query;
    wan.query_len = sizeof query;
    wan.timeout_ms = 200;
    CHECK_EQ(mqtt_wan_ok(&mock.client, &wan), MQTT_OK);
    mock_await(&mock, MQTT_EV_WAN, 250);
    CHECK(strcmp(server, "192.0.2.1") == 0);
    CHECK_EQ(port, 5353);
    CHECK(sent_len == sizeof query && memcmp(sent, query, sizeof query) == 0);
}

/* The seed asks for the broker first. */
static void without_a_broker_the_answer_is_no_and_nothing_is_sent(void)
{
    begin();
    CHECK_EQ(mqtt_close(&mock.client), MQTT_OK);
    mock.is_online = false;
    CHECK_EQ(mqtt_wan_ok(&mock.client, &wan), MQTT_OK);
    const struct mock_event *event = mock_await(&mock, MQTT_EV_WAN, 10);
    CHECK(event != NULL && !event->yes);
    CHECK_EQ(opens, 0);
}

static void several_questions_at_once_have_one_answer(void)
{
    begin();
    CHECK_EQ(mqtt_wan_ok(&mock.client, &wan), MQTT_OK);
    mock_run(&mock, 100);
    CHECK_EQ(mqtt_wan_ok(&mock.client, &wan), MQTT_OK);
    mock_run(&mock, 10000);
    CHECK_EQ(mock_count(&mock, MQTT_EV_WAN), 1);
    CHECK_EQ(opens, 1);
    CHECK_EQ(mqtt_wan_ok(&mock.client, &wan), MQTT_OK);
    mock_run(&mock, 10000);
    CHECK_EQ(mock_count(&mock, MQTT_EV_WAN), 2);
    CHECK_EQ(closes, 2);
}

static void a_socket_that_cannot_be_opened_is_no_and_is_closed(void)
{
    begin();
    open_answer = -5;
    CHECK_EQ(mqtt_wan_ok(&mock.client, &wan), MQTT_OK);
    const struct mock_event *event = mock_await(&mock, MQTT_EV_WAN, 100);
    CHECK(event != NULL && !event->yes);
    CHECK_EQ(closes, 1);
}

static void mqtt_close_closes_the_socket_and_there_is_no_answer(void)
{
    begin();
    CHECK_EQ(mqtt_wan_ok(&mock.client, &wan), MQTT_OK);
    mock_run(&mock, 100);
    CHECK_EQ(mqtt_close(&mock.client), MQTT_OK);
    mock.is_online = false;
    CHECK_EQ(closes, 1);
    CHECK_EQ(mqtt_poll(&mock.client), MQTT_FOREVER);
    CHECK_EQ(mock_count(&mock, MQTT_EV_WAN), 0);
}

static void a_question_that_has_not_begun_has_nothing_to_close(void)
{
    begin();
    CHECK_EQ(mqtt_wan_ok(&mock.client, &wan), MQTT_OK);
    CHECK_EQ(mqtt_close(&mock.client), MQTT_OK);
    mock.is_online = false;
    CHECK(opens == 0 && closes == 0);
}

/* WAN-5, W24: in the seed it kept a dead broker alive and held the pings up. */
static void a_question_changes_nothing_for_the_broker(void)
{
    begin();
    mock.mute_ping = true;
    const uint32_t start_ms = mock.now_ms;
    const struct mock_event *event = NULL;
    while (event == NULL && mock.now_ms - start_ms < 60000) {
        CHECK_EQ(mqtt_wan_ok(&mock.client, &wan), MQTT_OK);
        mock_run(&mock, 100);
        answer_well();
        mock_run(&mock, 400);
        event = mock_last(&mock, MQTT_EV_OFFLINE);
    }
    CHECK(event != NULL && event->error == MQTT_ERR_PING_TIMEOUT);
    CHECK(mock.now_ms - start_ms <= 25500);
    CHECK(mock_count(&mock, MQTT_EV_WAN) > 40);
}

/* W24: in the seed it waited 11 s. */
static void a_publish_during_a_question_goes_out_at_once(void)
{
    begin();
    CHECK_EQ(mqtt_wan_ok(&mock.client, &wan), MQTT_OK);
    mock_run(&mock, 500);
    CHECK_EQ(opens - closes, 1);
    const uint32_t before_ms = mock.now_ms;
    const int32_t token = mqtt_publish(&mock.client, "t", "meanwhile", 9, 1, false);
    const struct mock_event *event = mock_await(&mock, MQTT_EV_DONE, 100);
    CHECK(event != NULL && event->token == token && event->fate == MQTT_DELIVERED);
    CHECK(mock.now_ms - before_ms <= 1);
    CHECK_EQ(mock_got(&mock, "meanwhile"), 1);
    CHECK_EQ(opens - closes, 1);
    CHECK_EQ(mock_count(&mock, MQTT_EV_WAN), 0);
}

static void its_callbacks_may_call_nothing(void)
{
    begin();
    CHECK_EQ(mqtt_wan_ok(&mock.client, &wan), MQTT_OK);
    mock_run(&mock, 5000);
    CHECK_EQ(inside[0], MQTT_ERR_BUSY);
    CHECK_EQ(inside[1], MQTT_ERR_BUSY);
    CHECK_EQ(inside[2], MQTT_ERR_BUSY);
    CHECK_EQ(inside[3], MQTT_ERR_BUSY);
}

int main(void)
{
    RUN(arguments_are_checked);
    RUN(a_good_answer_is_an_event_and_the_socket_is_closed);
    RUN(silence_is_no_after_three_seconds);
    RUN(server_port_query_and_time_are_the_callers);
    RUN(without_a_broker_the_answer_is_no_and_nothing_is_sent);
    RUN(several_questions_at_once_have_one_answer);
    RUN(a_socket_that_cannot_be_opened_is_no_and_is_closed);
    RUN(mqtt_close_closes_the_socket_and_there_is_no_answer);
    RUN(a_question_that_has_not_begun_has_nothing_to_close);
    RUN(a_question_changes_nothing_for_the_broker);
    RUN(a_publish_during_a_question_goes_out_at_once);
    RUN(its_callbacks_may_call_nothing);
    return check_end();
}
