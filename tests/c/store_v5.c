/* mqtt_restore with clients of MQTT 5: whose records are whose, what CONNECT grows by, and the tokens. No broker: what is to
 * end ends by its timeout. */

#define CHECK_MAIN
#include "check.h"

#include "medium.h"

#include <string.h>

#define OUTBOX 1024
#define RECORDS (OUTBOX / 96 + 4)

static struct mqtt_client client;
static struct mqtt_v5 v5;
static struct medium medium;
static uint8_t rx[64];
static uint8_t outbox[OUTBOX];
static uint32_t time_ms;
static struct mqtt_event told[8];
static int told_len;

static int32_t do_open(void *user, const char *server, uint16_t port)
{
    (void)user;
    (void)server;
    (void)port;
    return MQTT_WOULD_BLOCK;
}

static int32_t do_read(void *user, uint8_t *buf, size_t len)
{
    (void)user;
    (void)buf;
    (void)len;
    return MQTT_WOULD_BLOCK;
}

static int32_t do_write(void *user, const uint8_t *buf, size_t len)
{
    (void)user;
    (void)buf;
    (void)len;
    return MQTT_WOULD_BLOCK;
}

static void do_close(void *user)
{
    (void)user;
}

static const struct mqtt_transport transport = { do_open, do_read, do_write, do_close };

static uint32_t now_ms(void *user)
{
    (void)user;
    return time_ms;
}

static void on_event(void *user, struct mqtt_client *from, const struct mqtt_event *event)
{
    (void)user;
    (void)from;
    if (CHECK(told_len < 8)) {
        told[told_len++] = *event;
    }
}

static struct mqtt_config config(bool speaks_5)
{
    const struct mqtt_config c = {
        .abi = MQTT_ABI,
        .server = "broker",
        .client_id = "c",
        .transport = &transport,
        .now_ms = now_ms,
        .on_event = on_event,
        .rx = rx,
        .rx_size = sizeof rx,
        .outbox = outbox,
        .outbox_size = sizeof outbox,
        .v5 = speaks_5 ? &v5 : NULL,
    };
    return c;
}

/* A life begins. */
static void live(bool speaks_5)
{
    const struct mqtt_config c = config(speaks_5);
    memset(&v5, 0, sizeof v5);
    memset(&client, 0x5a, sizeof client);
    memset(outbox, 0x5a, sizeof outbox);
    medium_reset(&medium);
    told_len = 0;
    CHECK_EQ(mqtt_init(&client, &c), MQTT_OK);
    CHECK_EQ(mqtt_restore(&client, &medium.store), MQTT_OK);
}

static int32_t publish(const char *user_property, uint32_t timeout_ms)
{
    const struct mqtt_property property = { .id = MQTT_PROP_USER, .data = "k", .value = user_property };
    const struct mqtt_publish_options options = {
        .topic = "t",
        .payload = "x",
        .payload_len = 1,
        .qos = 1,
        .timeout_ms = timeout_ms,
        .properties = &property,
        .properties_len = user_property != NULL ? 1 : 0,
    };
    return mqtt_publish_with(&client, &options);
}

static void a_message_ends_in_the_next_life_with_the_token_that_it_had(void)
{
    medium_init(&medium, RECORDS, 100);
    live(true);
    const int32_t first = publish("v", 5000);
    CHECK(first > 0);
    live(true);
    const int32_t second = publish(NULL, 60000);
    CHECK(second > first);
    time_ms += 5001;
    (void)mqtt_poll(&client);
    CHECK_EQ(told_len, 1);
    CHECK(told[0].kind == MQTT_EV_DONE && told[0].as.done.token == first);
    CHECK(told[0].as.done.fate == MQTT_EXPIRED && told[0].as.done.maybe_sent);
    CHECK_EQ(medium_count(&medium), 1);
}

static void a_record_of_the_other_version_of_mqtt_is_told_and_erased(void)
{
    for (int from_5 = 0; from_5 < 2; from_5++) {
        medium_init(&medium, RECORDS, 100);
        live(from_5 == 1);
        CHECK(publish(NULL, 0) > 0);
        live(from_5 == 0);
        (void)mqtt_poll(&client);
        CHECK_EQ(told_len, 1);
        CHECK(told[0].kind == MQTT_EV_STORE && told[0].as.store.trouble == MQTT_STORE_VERSION);
        CHECK_EQ(medium_count(&medium), 0);
    }
}

static void properties_count_for_the_length_of_a_record(void)
{
    static char text[100];
    medium_init(&medium, RECORDS, 100);
    live(true);
    memset(text, 'x', sizeof text - 1);
    CHECK_EQ(publish(text, 0), MQTT_ERR_TOO_LARGE);
    /* Topic, payload, the property with its name, and 40. */
    text[100 - 40 - 2 - 6] = '\0';
    CHECK(publish(text, 0) > 0);
    CHECK_EQ(medium_count(&medium), 1);
}

static void the_expiry_of_the_session_makes_connect_longer(void)
{
    struct mqtt_config c = config(true);
    memset(&v5, 0, sizeof v5);
    /* CONNECT of 3.1.1 with this id has 15 bytes, that of MQTT 5 has more; mqtt_restore adds 5. */
    for (size_t size = 16; size <= sizeof rx; size++) {
        c.rx_size = size;
        medium_init(&medium, RECORDS, 100);
        if (mqtt_init(&client, &c) != MQTT_OK) {
            continue;
        }
        CHECK_EQ(mqtt_restore(&client, &medium.store), MQTT_ERR_CONFIG_RX);
        c.rx_size = size + 5;
        CHECK_EQ(mqtt_init(&client, &c), MQTT_OK);
        CHECK_EQ(mqtt_restore(&client, &medium.store), MQTT_OK);
        return;
    }
    CHECK(!"a size that fits");
}

int main(void)
{
    RUN(a_message_ends_in_the_next_life_with_the_token_that_it_had);
    RUN(a_record_of_the_other_version_of_mqtt_is_told_and_erased);
    RUN(properties_count_for_the_length_of_a_record);
    RUN(the_expiry_of_the_session_makes_connect_longer);
    return check_end();
}
