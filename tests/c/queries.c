/* What can be asked: texts, the version, whether a topic matches, the counters. */

#define CHECK_MAIN
#include "check.h"

#include "mock.h"

#include <string.h>

static struct mock mock;

static bool matches(const char *filter, const char *topic)
{
    return mqtt_topic_matches(filter, topic, strlen(topic));
}

static void every_error_has_its_own_text(void)
{
    static const int32_t errors[] = {
        MQTT_ERR_OK, MQTT_ERR_ARGUMENT, MQTT_ERR_ABI, MQTT_ERR_BUSY, MQTT_ERR_FULL, MQTT_ERR_TOO_LARGE,
        MQTT_ERR_STATE, MQTT_ERR_TOPIC, MQTT_ERR_UNKNOWN, MQTT_ERR_CONFIG_SERVER, MQTT_ERR_CONFIG_CLIENT_ID,
        MQTT_ERR_CONFIG_LOGIN, MQTT_ERR_CONFIG_WILL, MQTT_ERR_CONFIG_NUMBER, MQTT_ERR_CONFIG_CALLBACK,
        MQTT_ERR_CONFIG_RX, MQTT_ERR_CONFIG_OUTBOX, MQTT_ERR_OPEN, MQTT_ERR_IO, MQTT_ERR_PEER_CLOSED,
        MQTT_ERR_OPEN_TIMEOUT, MQTT_ERR_CONNACK_TIMEOUT, MQTT_ERR_PING_TIMEOUT, MQTT_ERR_ACK_TIMEOUT,
        MQTT_ERR_WRITE_TIMEOUT, MQTT_ERR_READ_TIMEOUT, MQTT_ERR_REFUSED, MQTT_ERR_PROTOCOL, MQTT_ERR_LEFT,
        MQTT_ERR_TRANSPORT, MQTT_ERR_OVERRUN, MQTT_ERR_TLS, MQTT_ERR_LINK_DOWN, MQTT_ERR_LINK_TIMEOUT,
        MQTT_ERR_LINK_FAILED,
    };
    const size_t n = sizeof errors / sizeof errors[0];
    for (size_t i = 0; i < n; i++) {
        const char *text = mqtt_error_text(errors[i]);
        if (!CHECK(text != NULL && text[0] != '\0')) {
            printf("        error %d\n", (int)errors[i]);
            continue;
        }
        for (size_t j = 0; j < i; j++) {
            if (!CHECK(strcmp(text, mqtt_error_text(errors[j])) != 0)) {
                printf("        errors %d and %d\n", (int)errors[i], (int)errors[j]);
            }
        }
    }
}

static void any_number_has_a_text(void)
{
    CHECK(mqtt_error_text(1) != NULL);
    CHECK(mqtt_error_text(-9) != NULL);
    CHECK(mqtt_error_text(-1000) != NULL);
    CHECK(mqtt_error_text(INT32_MIN) != NULL);
    CHECK(mqtt_error_text(INT32_MAX) != NULL);
    CHECK(mqtt_log_text(0) != NULL);
    CHECK(mqtt_log_text(-1) != NULL);
    CHECK(mqtt_log_text(11) != NULL);
    CHECK(mqtt_log_text(INT32_MIN) != NULL);
    CHECK(mqtt_log_text(INT32_MAX) != NULL);
}

static void every_log_code_has_its_own_text(void)
{
    for (int32_t i = MQTT_LOG_OPENING; i <= MQTT_LOG_LINK_STOP; i++) {
        CHECK(mqtt_log_text(i) != NULL && mqtt_log_text(i)[0] != '\0');
        for (int32_t j = MQTT_LOG_OPENING; j < i; j++) {
            CHECK(strcmp(mqtt_log_text(i), mqtt_log_text(j)) != 0);
        }
    }
}

static void header_and_library_have_the_same_version(void)
{
    CHECK_EQ(mqtt_version(), MQTT_VERSION);
    CHECK_EQ(mqtt_version() >> 16, MQTT_VERSION_MAJOR);
    CHECK_EQ(mqtt_version() >> 8 & 255, MQTT_VERSION_MINOR);
    CHECK_EQ(mqtt_version() & 255, MQTT_VERSION_PATCH);
}

/* 4.7.1 to 4.7.3. */
static void topics_match_filters_as_the_standard_says(void)
{
    CHECK(matches("sport/tennis/player1/#", "sport/tennis/player1"));
    CHECK(matches("sport/tennis/player1/#", "sport/tennis/player1/score/wimbledon"));
    CHECK(matches("sport/#", "sport"));
    CHECK(matches("#", "a/b"));
    CHECK(matches("sport/tennis/+", "sport/tennis/player1"));
    CHECK(!matches("sport/tennis/+", "sport/tennis/player1/ranking"));
    CHECK(!matches("sport/+", "sport"));
    CHECK(matches("sport/+", "sport/"));
    CHECK(matches("+/+", "/finance"));
    CHECK(matches("/+", "/finance"));
    CHECK(!matches("+", "/finance"));
    CHECK(!matches("#", "$SYS/broker"));
    CHECK(!matches("+/broker", "$SYS/broker"));
    CHECK(matches("$SYS/#", "$SYS/broker"));
    CHECK(!matches("accounts", "ACCOUNTS"));
    CHECK(!matches("a", "ab"));
    CHECK(!matches("ab", "a"));
    CHECK(mqtt_topic_matches("ab", "abc", 2));
}

static void the_counters_start_at_zero_and_count(void)
{
    static const struct mqtt_stats zero;
    struct mqtt_stats stats;
    mock_init(&mock);
    CHECK_EQ(mqtt_init(&mock.client, &mock.config), MQTT_OK);
    memset(&stats, 0xa5, sizeof stats);
    CHECK_EQ(mqtt_stats(&mock.client, &stats), MQTT_OK);
    CHECK(memcmp(&stats, &zero, sizeof stats) == 0);

    CHECK_EQ(mqtt_connect(&mock.client), MQTT_OK);
    mock_await(&mock, MQTT_EV_ONLINE, 1000);
    CHECK(mqtt_publish(&mock.client, "t", "p", 1, 1, false) > 0);
    mock_await(&mock, MQTT_EV_DONE, 1000);
    mock_publish(&mock, "t", "p", 1, 0, 0);
    mock_await(&mock, MQTT_EV_MESSAGE, 1000);
    mock_drop(&mock);
    mock_await(&mock, MQTT_EV_ONLINE, 10000);
    CHECK_EQ(mqtt_stats(&mock.client, &stats), MQTT_OK);
    CHECK_EQ(stats.connects, 2);
    CHECK_EQ(stats.outages, 1);
    CHECK_EQ(stats.messages_in, 1);
    CHECK_EQ(stats.messages_out, 1);
    CHECK_EQ(stats.repubs, 0);
    CHECK_EQ(stats.unknown_acks, 0);
    CHECK(stats.bytes_in >= 4 + 4 + 6);
    CHECK(stats.bytes_out >= 2 * 18 + 8);
    CHECK(stats.outbox_high > 0 && stats.outbox_high <= sizeof mock.outbox);
    CHECK(stats.rx_high > 0 && stats.rx_high <= sizeof mock.rx);
}

int main(void)
{
    RUN(every_error_has_its_own_text);
    RUN(any_number_has_a_text);
    RUN(every_log_code_has_its_own_text);
    RUN(header_and_library_have_the_same_version);
    RUN(topics_match_filters_as_the_standard_says);
    RUN(the_counters_start_at_zero_and_count);
    return check_end();
}
