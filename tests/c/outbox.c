/* A full outbox, its policies, and expiry. */

#define CHECK_MAIN
#include "check.h"

#include "mock.h"

#include <string.h>

static struct mock mock;
static uint8_t big[200];

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

static void ended(int32_t token, uint8_t fate, bool maybe_sent)
{
    const struct mock_event *done = mock_done(&mock, token);
    if (CHECK(done != NULL)) {
        CHECK_EQ(done->fate, fate);
        CHECK_EQ(done->yes, maybe_sent);
    }
}

static void a_full_outbox_refuses_and_takes_again_after_done(void)
{
    prepare(200, 4);
    const int n = fill(1);
    CHECK(n >= 3);
    come_online();
    CHECK_EQ(mock_count(&mock, MQTT_EV_DONE), n);
    CHECK_EQ(mock_got(&mock, "0123456789"), n);
    CHECK_EQ(fill(1), n);
    mock_run(&mock, 1000);
    CHECK_EQ(mock_count(&mock, MQTT_EV_DONE), 2 * n);
}

static void what_never_fits_is_too_large(void)
{
    /* Two heads: one for the record, one that is kept for policies. */
    prepare(224, 1);
    CHECK_EQ(mqtt_publish(&mock.client, "t", big, 200, 0, false), MQTT_ERR_TOO_LARGE);
    CHECK(mqtt_publish(&mock.client, "t", big, 150, 0, false) > 0);
    CHECK_EQ(mqtt_publish(&mock.client, "t", big, 150, 0, false), MQTT_ERR_FULL);
    CHECK_EQ(mqtt_publish(&mock.client, "t", big, 200, 0, false), MQTT_ERR_TOO_LARGE);
}

static void a_full_outbox_refuses_subscriptions_too(void)
{
    char filter[8] = "f0";
    prepare(200, 4);
    int32_t token = 1;
    while (token > 0 && filter[1] < 'z') {
        token = mqtt_subscribe(&mock.client, filter, 1);
        filter[1]++;
    }
    CHECK_EQ(token, MQTT_ERR_FULL);
    CHECK_EQ(filter[1], '0' + 5);
    /* The same filter again needs no room. */
    CHECK(mqtt_subscribe(&mock.client, "f0", 2) > 0);
}

static void by_default_there_is_a_message_for_each_96_bytes(void)
{
    prepare(4096, 0);
    CHECK_EQ(fill(1), 4096 / 96);
}

static void a_message_costs_about_32_bytes_and_itself(void)
{
    /* 14 bytes of topic and payload. */
    prepare(4096, 4096 / (14 + 32));
    CHECK_EQ(fill(1), 4096 / (14 + 32));
}

static void drop_oldest_drops_qos_0_that_waits(void)
{
    prepare(200, 4);
    const int32_t oldest = publish_as("t", "oldest....", 0, MQTT_REFUSE, 0);
    const int32_t kept = publish_as("t", "kept......", 1, MQTT_REFUSE, 0);
    fill(0);
    const int32_t newest = publish_as("t", "newest....", 1, MQTT_DROP_OLDEST, 0);
    CHECK(oldest > 0 && kept > 0 && newest > 0);
    come_online();
    ended(oldest, MQTT_DROPPED, false);
    ended(kept, MQTT_DELIVERED, false);
    ended(newest, MQTT_DELIVERED, false);
    CHECK_EQ(mock_got(&mock, "oldest...."), 0);
    CHECK_EQ(mock_got(&mock, "kept......"), 1);
    CHECK_EQ(mock_got(&mock, "newest...."), 1);
}

static void drop_oldest_does_not_drop_qos_1(void)
{
    prepare(200, 4);
    const int n = fill(1);
    CHECK_EQ(publish_as("t", "newest....", 0, MQTT_DROP_OLDEST, 0), MQTT_ERR_FULL);
    come_online();
    CHECK_EQ(mock_got(&mock, "0123456789"), n);
}

static void drop_oldest_drops_nothing_while_there_is_room(void)
{
    prepare(400, 8);
    const int32_t first = publish_as("t", "first", 0, MQTT_REFUSE, 0);
    CHECK(publish_as("t", "second", 0, MQTT_DROP_OLDEST, 0) > 0);
    come_online();
    ended(first, MQTT_DELIVERED, false);
}

static void drop_oldest_drops_no_more_than_it_must(void)
{
    /* First the records are all in use, then the bytes. */
    prepare(4096, 4);
    const int n = fill(0);
    CHECK_EQ(n, 4);
    CHECK(publish_as("t", "newest....", 0, MQTT_DROP_OLDEST, 0) > 0);
    come_online();
    CHECK_EQ(mock_got(&mock, "0123456789"), n - 1);
    CHECK_EQ(mock_got(&mock, "newest...."), 1);

    prepare(24 * 17 + 100, 16);
    const int m = fill(0);
    CHECK(m > 3 && m < 16);
    CHECK(publish_as("fill", "9876543210", 0, MQTT_DROP_OLDEST, 0) > 0);
    come_online();
    CHECK_EQ(mock_got(&mock, "0123456789"), m - 1);
    CHECK_EQ(mock_got(&mock, "9876543210"), 1);
}

static void drop_oldest_works_again_and_again(void)
{
    prepare(4096, 4);
    for (int i = 0; i < 20; i++) {
        CHECK(publish_as("t", i < 18 ? "old......." : "newest....", 0, MQTT_DROP_OLDEST, 0) > 0);
        (void)mqtt_poll(&mock.client);
    }
    come_online();
    CHECK_EQ(mock_got(&mock, "old......."), 2);
    CHECK_EQ(mock_got(&mock, "newest...."), 2);
}

static void drop_oldest_drops_nothing_in_vain(void)
{
    prepare(24 * 9 + 100, 8);
    const int32_t small = publish_as("t", "small", 0, MQTT_REFUSE, 0);
    const int n = fill(1);
    CHECK(n >= 3);
    CHECK_EQ(publish_as("t", "too much for the place of the small one, and then some", 0, MQTT_DROP_OLDEST, 0),
        MQTT_ERR_FULL);
    come_online();
    ended(small, MQTT_DELIVERED, false);
}

static void replace_works_in_a_full_outbox(void)
{
    prepare(4096, 4);
    CHECK_EQ(fill(1), 4);
    CHECK(publish_as("fill", "newest....", 1, MQTT_REPLACE, 0) > 0);
    come_online();
    CHECK_EQ(mock_got(&mock, "0123456789"), 3);
    CHECK_EQ(mock_got(&mock, "newest...."), 1);

    prepare(24 * 17 + 100, 16);
    const int m = fill(1);
    CHECK(m > 3 && m < 16);
    CHECK(publish_as("fill", "newest....", 1, MQTT_REPLACE, 0) > 0);
    come_online();
    CHECK_EQ(mock_got(&mock, "0123456789"), m - 1);
    CHECK_EQ(mock_got(&mock, "newest...."), 1);
}

static void replace_that_is_refused_replaces_nothing(void)
{
    prepare(24 * 9 + 100, 8);
    const int32_t small = publish_as("t", "small", 0, MQTT_REFUSE, 0);
    CHECK(fill(1) >= 3);
    CHECK_EQ(publish_as("t", "too much for the place of the small one, and then some", 0, MQTT_REPLACE, 0),
        MQTT_ERR_FULL);
    come_online();
    ended(small, MQTT_DELIVERED, false);
}

static void replace_takes_the_place_of_the_same_topic(void)
{
    prepare(400, 8);
    const int32_t other = publish_as("other", "stays", 1, MQTT_REFUSE, 0);
    const int32_t first = publish_as("t", "first", 1, MQTT_REPLACE, 0);
    const int32_t second = publish_as("t", "the second is longer", 1, MQTT_REPLACE, 0);
    const int32_t third = publish_as("t", "3", 1, MQTT_REPLACE, 0);
    CHECK(other > 0 && first > 0 && second > 0 && third > 0);
    come_online();
    ended(other, MQTT_DELIVERED, false);
    ended(first, MQTT_REPLACED, false);
    ended(second, MQTT_REPLACED, false);
    ended(third, MQTT_DELIVERED, false);
    CHECK_EQ(mock.publish_count, 2);
    CHECK_EQ(mock_got(&mock, "3"), 1);
}

static void replace_leaves_what_was_sent(void)
{
    prepare(400, 8);
    come_online();
    mock.mute_acks = true;
    const int32_t first = publish_as("t", "first", 1, MQTT_REPLACE, 0);
    mock_run(&mock, 10);
    const int32_t second = publish_as("t", "second", 1, MQTT_REPLACE, 0);
    mock_run(&mock, 10);
    CHECK(mock_done(&mock, first) == NULL);
    mock.mute_acks = false;
    mock_run(&mock, 30000);
    CHECK(mock_done(&mock, first) != NULL && mock_done(&mock, first)->fate == MQTT_DELIVERED);
    CHECK(mock_done(&mock, second) != NULL && mock_done(&mock, second)->fate == MQTT_DELIVERED);
}

static void a_publish_expires_when_its_time_is_over(void)
{
    prepare(400, 8);
    const int32_t token = publish_as("t", "late", 1, MQTT_REFUSE, 500);
    const int32_t other = publish_as("t", "never late", 1, MQTT_REFUSE, 0);
    mock.now_ms += 499;
    mock_run(&mock, 0);
    CHECK(mock_done(&mock, token) == NULL);
    mock.now_ms += 2;
    mock_run(&mock, 0);
    ended(token, MQTT_EXPIRED, false);
    come_online();
    CHECK_EQ(mock_got(&mock, "late"), 0);
    ended(other, MQTT_DELIVERED, false);
}

static void an_expired_publish_may_have_been_sent(void)
{
    prepare(400, 8);
    come_online();
    mock.mute_acks = true;
    const int32_t token = publish_as("t", "late", 1, MQTT_REFUSE, 500);
    const struct mock_event *done = mock_await(&mock, MQTT_EV_DONE, 600);
    CHECK(done != NULL && done->token == token && done->fate == MQTT_EXPIRED && done->yes);
    CHECK_EQ(mock_got(&mock, "late"), 1);
    CHECK(mock.is_online);
}

int main(void)
{
    RUN(a_full_outbox_refuses_and_takes_again_after_done);
    RUN(what_never_fits_is_too_large);
    RUN(a_full_outbox_refuses_subscriptions_too);
    RUN(by_default_there_is_a_message_for_each_96_bytes);
    RUN(a_message_costs_about_32_bytes_and_itself);
    RUN(drop_oldest_drops_qos_0_that_waits);
    RUN(drop_oldest_does_not_drop_qos_1);
    RUN(drop_oldest_drops_nothing_while_there_is_room);
    RUN(drop_oldest_drops_no_more_than_it_must);
    RUN(drop_oldest_works_again_and_again);
    RUN(drop_oldest_drops_nothing_in_vain);
    RUN(replace_works_in_a_full_outbox);
    RUN(replace_that_is_refused_replaces_nothing);
    RUN(replace_takes_the_place_of_the_same_topic);
    RUN(replace_leaves_what_was_sent);
    RUN(a_publish_expires_when_its_time_is_over);
    RUN(an_expired_publish_may_have_been_sent);
    return check_end();
}
