/* Each field of mqtt_config does what the header says, and its zero is the default; see config.c for what is refused.
 * CFG-1 to CFG-14 */

#define CHECK_MAIN
#include "check.h"

#include "mock.h"

#include <string.h>

static struct mock mock;

static void start(void)
{
    mock_start(&mock);
    mock_run(&mock, 0);
}

static int32_t init_and_connect(void)
{
    CHECK_EQ(mqtt_init(&mock.client, &mock.config), MQTT_OK);
    return mqtt_connect(&mock.client);
}

/* All that the client has written. */
static bool wrote(const char *bytes, size_t len)
{
    return mock.out_len == len && memcmp(mock.out, bytes, len) == 0;
}

static void connect_has_no_more_than_the_client_id_by_default(void)
{
    static const char expected[] = "\x10\x10\0\4MQTT\4\2\0\x3c\0\4mock";
    mock_init(&mock);
    start();
    CHECK(wrote(expected, sizeof expected - 1));
}

static void connect_has_the_login_the_will_and_keep_alive(void)
{
    static const char expected[] = "\x10\x23\0\4MQTT\4\xf6\0\x78\0\2id\0\4gone\0\3b\0e\0\2me\0\4p\0rd";
    static const struct mqtt_will will = { .topic = "gone", .payload = "b\0e", .payload_len = 3, .qos = 2, .retain = true };
    mock_init(&mock);
    mock.config.client_id = "id";
    mock.config.keepalive_s = 120;
    mock.config.will = &will;
    mock.config.username = "me";
    mock.config.password = "p\0rd";
    mock.config.password_len = 4;
    start();
    CHECK(wrote(expected, sizeof expected - 1));
}

static void a_password_without_a_length_ends_at_its_nul(void)
{
    static const char expected[] = "\x10\x18\0\4MQTT\4\xc2\0\x3c\0\4mock\0\2me\0\2pw";
    mock_init(&mock);
    mock.config.username = "me";
    mock.config.password = "pw";
    start();
    CHECK(wrote(expected, sizeof expected - 1));
}

/* CFG-4, CFG-5: so that a form that was left empty needs no special case. */
static void an_empty_login_is_none(void)
{
    static const char expected[] = "\x10\x10\0\4MQTT\4\2\0\x3c\0\4mock";
    mock_init(&mock);
    mock.config.username = "";
    mock.config.password = "";
    start();
    CHECK(wrote(expected, sizeof expected - 1));
}

/* Milliseconds until the first PINGREQ. */
static int32_t ping_ms(uint32_t keepalive_s, uint32_t ping_interval_s)
{
    mock_init(&mock);
    mock.config.keepalive_s = keepalive_s;
    mock.config.ping_interval_s = ping_interval_s;
    start();
    const int32_t ms = mqtt_poll(&mock.client);
    mock_run(&mock, (uint32_t)ms - 1);
    CHECK_EQ(mock.pings, 0);
    mock_run(&mock, 1);
    CHECK_EQ(mock.pings, 1);
    return ms;
}

static void pings_follow_keep_alive_and_the_interval(void)
{
    CHECK_EQ(ping_ms(0, 0), 15000);
    CHECK_EQ(ping_ms(120, 0), 30000);
    CHECK_EQ(ping_ms(0, 5), 5000);
    CHECK_EQ(ping_ms(0, 16), 15000);
    CHECK_EQ(ping_ms(MQTT_OFF, 0), 20000);
    CHECK_EQ(ping_ms(MQTT_OFF, 3), 3000);
}

/* How long CONNACK is waited for. */
static uint32_t connack_ms(uint32_t response_time_ms)
{
    mock_init(&mock);
    mock.config.response_time_ms = response_time_ms;
    mock.mute_connack = true;
    CHECK_EQ(init_and_connect(), MQTT_OK);
    const uint32_t before_ms = mock.now_ms;
    const struct mock_event *failed = mock_await(&mock, MQTT_EV_CONNECT_FAILED, 20000);
    CHECK(failed != NULL && failed->error == MQTT_ERR_CONNACK_TIMEOUT);
    return failed == NULL ? 0 : failed->at_ms - before_ms;
}

static void the_broker_has_the_response_time(void)
{
    CHECK_EQ(connack_ms(0), 10000);
    CHECK_EQ(connack_ms(700), 700);
}

/* How often a message is sent again until the connection is given up. */
static uint32_t repubs(uint32_t max_repubs)
{
    struct mqtt_stats stats;
    mock_init(&mock);
    mock.config.max_repubs = max_repubs;
    start();
    mock.mute_acks = true;
    CHECK(mqtt_publish(&mock.client, "t", "p", 1, 1, false) > 0);
    const struct mock_event *offline = mock_await(&mock, MQTT_EV_OFFLINE, 200000);
    CHECK(offline != NULL && offline->error == MQTT_ERR_ACK_TIMEOUT);
    CHECK_EQ(mqtt_stats(&mock.client, &stats), MQTT_OK);
    CHECK_EQ(mock_got(&mock, "p"), stats.repubs + 1);
    return stats.repubs;
}

static void a_message_is_sent_again_as_often_as_told(void)
{
    CHECK_EQ(repubs(0), 4);
    CHECK_EQ(repubs(1), 1);
    CHECK_EQ(repubs(15), 15);
    CHECK_EQ(repubs(MQTT_OFF), 0);
}

/* The shortest and the longest of the pauses after 30 failures in a row. */
static void pauses(uint32_t min_ms, uint32_t max_ms, uint32_t seed, int32_t range[2], int32_t *first)
{
    mock_init(&mock);
    mock.config.retry_min_ms = min_ms;
    mock.config.retry_max_ms = max_ms;
    mock.config.seed = seed;
    mock.open_result = -5;
    CHECK_EQ(init_and_connect(), MQTT_OK);
    range[0] = INT32_MAX;
    range[1] = 0;
    for (int i = 0; i < 30; i++) {
        const struct mock_event *failed = mock_await(&mock, MQTT_EV_CONNECT_FAILED, 200000);
        if (!CHECK(failed != NULL && failed->error == MQTT_ERR_OPEN && failed->detail == -5)) {
            return;
        }
        *first = i == 0 ? failed->retry_ms : *first;
        range[0] = failed->retry_ms < range[0] ? failed->retry_ms : range[0];
        range[1] = failed->retry_ms > range[1] ? failed->retry_ms : range[1];
    }
}

static void pauses_stay_between_the_two_bounds(void)
{
    int32_t range[2];
    int32_t first = 0;
    pauses(0, 0, 1, range, &first);
    CHECK(range[0] >= 1000 && range[1] <= 60000 && range[1] > 30000 && first <= 2000);
    pauses(200, 3000, 1, range, &first);
    CHECK(range[0] >= 200 && range[1] <= 3000 && range[1] > 1500 && first <= 400);
    pauses(7000, 7000, 1, range, &first);
    CHECK(range[0] == 7000 && range[1] == 7000);
}

static void the_seed_starts_the_pauses_and_the_packet_identifiers(void)
{
    int32_t range[2];
    int32_t first[3] = { 0 };
    pauses(0, 0, 0x12340001, range, &first[0]);
    pauses(0, 0, 0x12340001, range, &first[1]);
    pauses(0, 0, 0x56780001, range, &first[2]);
    CHECK(first[0] == first[1] && first[0] != first[2]);

    uint16_t ids[2];
    for (uint32_t i = 0; i < 2; i++) {
        mock_init(&mock);
        mock.config.seed = 1000 + i * 500;
        start();
        CHECK(mqtt_publish(&mock.client, "t", "p", 1, 1, false) > 0);
        mock_await(&mock, MQTT_EV_DONE, 100);
        ids[i] = mock.publishes[0].id;
    }
    CHECK_EQ(ids[1] - ids[0], 500);
}

/* Connections up to ONLINE and after an outage, and how many of them were clean. */
static void sessions(bool resume, bool keep, int first, int first_clean, int again_clean)
{
    mock_init(&mock);
    mock.config.resume_session = resume;
    mock.config.keep_session = keep;
    CHECK_EQ(init_and_connect(), MQTT_OK);
    mock_await(&mock, MQTT_EV_ONLINE, 5000);
    CHECK_EQ(mock.connects, first);
    CHECK_EQ(mock.clean_connects, first_clean);
    mock_drop(&mock);
    mock_await(&mock, MQTT_EV_ONLINE, 5000);
    CHECK_EQ(mock.connects, first + 1);
    CHECK_EQ(mock.clean_connects, first_clean + again_clean);
}

static void two_flags_make_the_four_manners_of_a_session(void)
{
    sessions(false, false, 1, 1, 1);
    sessions(true, false, 1, 0, 1);
    sessions(true, true, 1, 0, 0);
    /* One to discard what there was. */
    sessions(false, true, 2, 1, 0);
}

static void with_fail_first_the_first_failure_is_the_last(void)
{
    mock_init(&mock);
    mock.config.fail_first = true;
    mock.open_result = -5;
    CHECK_EQ(init_and_connect(), MQTT_OK);
    const struct mock_event *failed = mock_await(&mock, MQTT_EV_CONNECT_FAILED, 1000);
    CHECK(failed != NULL && failed->retry_ms == MQTT_FOREVER);
    CHECK_EQ(mqtt_poll(&mock.client), MQTT_FOREVER);
    mock_run(&mock, 200000);
    CHECK_EQ(mock.opens, 1);
    mock.open_result = 0;
    CHECK_EQ(mqtt_connect(&mock.client), MQTT_OK);
    mock_await(&mock, MQTT_EV_ONLINE, 1000);
    mock_drop(&mock);
    mock_await(&mock, MQTT_EV_ONLINE, 5000);
}

int main(void)
{
    RUN(connect_has_no_more_than_the_client_id_by_default);
    RUN(connect_has_the_login_the_will_and_keep_alive);
    RUN(a_password_without_a_length_ends_at_its_nul);
    RUN(an_empty_login_is_none);
    RUN(pings_follow_keep_alive_and_the_interval);
    RUN(the_broker_has_the_response_time);
    RUN(a_message_is_sent_again_as_often_as_told);
    RUN(pauses_stay_between_the_two_bounds);
    RUN(the_seed_starts_the_pauses_and_the_packet_identifiers);
    RUN(two_flags_make_the_four_manners_of_a_session);
    RUN(with_fail_first_the_first_failure_is_the_last);
    return check_end();
}
