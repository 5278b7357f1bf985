/* mqtt_supervise: when the link is started and stopped, what is reported, and what its callbacks may do. The rules of
 * time are tested in Rust, tests/session/link.rs. */

#define CHECK_MAIN
#include "check.h"

#include "mock.h"

#include <string.h>

static struct mock mock;
static struct mqtt_link link;
static int starts;
static int stops;
static int32_t status;
/* The error that a call from within each callback got. */
static int32_t inside[3];

static void start(void *user)
{
    CHECK(user == &link);
    inside[0] = mqtt_connect(&mock.client);
    starts++;
}

static void stop(void *user)
{
    CHECK(user == &link);
    inside[1] = mqtt_close(&mock.client);
    stops++;
}

static int32_t is_up(void *user)
{
    CHECK(user == &link);
    inside[2] = mqtt_poll(&mock.client);
    return status;
}

static void begin(void)
{
    memset(&link, 0, sizeof link);
    memset(inside, 0, sizeof inside);
    link.start = start;
    link.stop = stop;
    link.status = is_up;
    link.user = &link;
    starts = 0;
    stops = 0;
    status = 0;
    mock_init(&mock);
    CHECK_EQ(mqtt_init(&mock.client, &mock.config), MQTT_OK);
}

static void online(void)
{
    begin();
    status = 1;
    CHECK_EQ(mqtt_supervise(&mock.client, &link), MQTT_OK);
    CHECK_EQ(mqtt_connect(&mock.client), MQTT_OK);
    mock_await(&mock, MQTT_EV_ONLINE, 6000);
}

static void arguments_are_checked(void)
{
    begin();
    CHECK_EQ(mqtt_supervise(NULL, &link), MQTT_ERR_ARGUMENT);
    CHECK_EQ(mqtt_supervise(&mock.client, NULL), MQTT_ERR_ARGUMENT);
    link.status = NULL;
    CHECK_EQ(mqtt_supervise(&mock.client, &link), MQTT_ERR_ARGUMENT);
    link.status = is_up;
    link.settle_ms = 3600001;
    CHECK_EQ(mqtt_supervise(&mock.client, &link), MQTT_ERR_ARGUMENT);
    link.settle_ms = MQTT_OFF;
    link.timeout_ms = MQTT_OFF;
    CHECK_EQ(mqtt_supervise(&mock.client, &link), MQTT_ERR_ARGUMENT);
    link.timeout_ms = 1;
    CHECK_EQ(mqtt_supervise(&mock.client, &link), MQTT_OK);
    CHECK_EQ(mqtt_connect(&mock.client), MQTT_OK);
    CHECK_EQ(mqtt_supervise(&mock.client, &link), MQTT_ERR_STATE);
}

static void before_mqtt_init_it_is_an_error_of_state(void)
{
    memset(&mock.client, 0, sizeof mock.client);
    link.status = is_up;
    CHECK_EQ(mqtt_supervise(&mock.client, &link), MQTT_ERR_STATE);
}

static void a_link_needs_no_more_than_a_status(void)
{
    begin();
    link.start = NULL;
    link.stop = NULL;
    link.settle_ms = MQTT_OFF;
    CHECK_EQ(mqtt_supervise(&mock.client, &link), MQTT_OK);
    CHECK_EQ(mqtt_connect(&mock.client), MQTT_OK);
    mock_run(&mock, 70000);
    CHECK_EQ(mock.opens, 0);
    CHECK_EQ(mock_last(&mock, MQTT_EV_CONNECT_FAILED)->error, MQTT_ERR_LINK_TIMEOUT);
    status = 1;
    mock_await(&mock, MQTT_EV_ONLINE, 2000);
    CHECK_EQ(mqtt_disconnect(&mock.client, MQTT_KEEP, 0), MQTT_OK);
    mock_await(&mock, MQTT_EV_OFFLINE, 1000);
    CHECK_EQ(mqtt_poll(&mock.client), MQTT_FOREVER);
}

static void the_loss_of_the_link_is_told_by_the_next_poll(void)
{
    online();
    CHECK_EQ(starts, 1);
    status = 0;
    mqtt_poll(&mock.client);
    const struct mock_event *event = mock_last(&mock, MQTT_EV_OFFLINE);
    CHECK(event != NULL && event->error == MQTT_ERR_LINK_DOWN && event->retry_ms == 0);
    CHECK(!mqtt_is_connected(&mock.client) && !mock.is_open);
    CHECK_EQ(starts, 2);
    CHECK_EQ(stops, 0);
}

static void a_failure_of_the_link_is_told_with_its_number(void)
{
    online();
    status = -77;
    mqtt_poll(&mock.client);
    const struct mock_event *event = mock_last(&mock, MQTT_EV_OFFLINE);
    CHECK(event != NULL && event->error == MQTT_ERR_LINK_FAILED && event->detail == -77);
    CHECK_EQ(stops, 1);
}

static void mqtt_close_stops_the_link_at_once(void)
{
    online();
    CHECK_EQ(mqtt_close(&mock.client), MQTT_OK);
    mock.is_online = false;
    CHECK_EQ(stops, 1);
    CHECK_EQ(mqtt_close(&mock.client), MQTT_OK);
    CHECK_EQ(mqtt_poll(&mock.client), MQTT_FOREVER);
    CHECK_EQ(stops, 1);
    CHECK_EQ(mqtt_connect(&mock.client), MQTT_OK);
    mock_await(&mock, MQTT_EV_ONLINE, 6000);
    CHECK_EQ(starts, 2);
}

static void mqtt_disconnect_stops_the_link_before_the_last_poll_ends(void)
{
    online();
    CHECK_EQ(mqtt_disconnect(&mock.client, MQTT_KEEP, 0), MQTT_OK);
    while (mqtt_poll(&mock.client) != MQTT_FOREVER) {
        CHECK_EQ(stops, 0);
        mock.now_ms += 10;
    }
    CHECK_EQ(stops, 1);
}

static void closing_in_the_event_of_the_loss_is_legal(struct mock *m, const char *where, const struct mqtt_event *event)
{
    (void)where;
    if (event != NULL && event->kind == MQTT_EV_OFFLINE) {
        CHECK_EQ(mqtt_close(&m->client), MQTT_OK);
        CHECK_EQ(stops, 1);
    }
}

static void the_client_may_be_closed_in_the_event_of_the_loss(void)
{
    online();
    mock.hook = closing_in_the_event_of_the_loss_is_legal;
    status = 0;
    CHECK_EQ(mqtt_poll(&mock.client), MQTT_FOREVER);
    CHECK_EQ(mock_count(&mock, MQTT_EV_OFFLINE), 1);
    CHECK_EQ(starts, 2);
    CHECK_EQ(stops, 1);
}

static void its_callbacks_may_call_nothing(void)
{
    online();
    CHECK_EQ(inside[0], MQTT_ERR_BUSY);
    CHECK_EQ(inside[2], MQTT_ERR_BUSY);
    CHECK_EQ(mqtt_close(&mock.client), MQTT_OK);
    mock.is_online = false;
    CHECK_EQ(inside[1], MQTT_ERR_BUSY);
}

static int32_t logged[8];
static int logged_count;

static void note(void *user, int32_t code, int32_t value)
{
    (void)user;
    (void)value;
    if ((code == MQTT_LOG_LINK_START || code == MQTT_LOG_LINK_STOP) && logged_count < 8) {
        logged[logged_count++] = code;
    }
}

static void starts_and_stops_are_logged(void)
{
    begin();
    logged_count = 0;
    mock.config.log = note;
    CHECK_EQ(mqtt_init(&mock.client, &mock.config), MQTT_OK);
    CHECK_EQ(mqtt_supervise(&mock.client, &link), MQTT_OK);
    CHECK_EQ(mqtt_connect(&mock.client), MQTT_OK);
    mock_run(&mock, 61100);
    CHECK_EQ(logged_count, 3);
    CHECK_EQ(logged[0], MQTT_LOG_LINK_START);
    CHECK_EQ(logged[1], MQTT_LOG_LINK_STOP);
    CHECK_EQ(logged[2], MQTT_LOG_LINK_START);
}

static void mqtt_poll_answers_when_the_link_must_be_looked_at(void)
{
    begin();
    CHECK_EQ(mqtt_supervise(&mock.client, &link), MQTT_OK);
    CHECK_EQ(mqtt_poll(&mock.client), MQTT_FOREVER);
    CHECK_EQ(mqtt_connect(&mock.client), MQTT_OK);
    CHECK_EQ(mqtt_poll(&mock.client), 200);
    status = -1;
    CHECK_EQ(mqtt_poll(&mock.client), 1000);
}

int main(void)
{
    RUN(arguments_are_checked);
    RUN(before_mqtt_init_it_is_an_error_of_state);
    RUN(a_link_needs_no_more_than_a_status);
    RUN(the_loss_of_the_link_is_told_by_the_next_poll);
    RUN(a_failure_of_the_link_is_told_with_its_number);
    RUN(mqtt_close_stops_the_link_at_once);
    RUN(mqtt_disconnect_stops_the_link_before_the_last_poll_ends);
    RUN(the_client_may_be_closed_in_the_event_of_the_loss);
    RUN(its_callbacks_may_call_nothing);
    RUN(starts_and_stops_are_logged);
    RUN(mqtt_poll_answers_when_the_link_must_be_looked_at);
    return check_end();
}
