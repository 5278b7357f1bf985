/* MQTT 5 in C: what goes out for the structs of the header, what comes in through mqtt_property_next, and what is refused.
 * How a session behaves is tested in Rust, tests/session/five. The broker is a script of bytes. */

#define CHECK_MAIN
#include "check.h"

#include "limpet.h"

#include <string.h>

static struct mqtt_client client;
static struct mqtt_v5 v5;
static uint8_t memory[128];
static uint8_t rx[256];
static uint8_t outbox[1024];
static uint8_t sent[1024];
static size_t sent_len;
static uint8_t said[512];
static size_t said_len;
static uint32_t time_ms;

/* The last event, and its properties. */
static struct mqtt_event last;
static char topic[32];
static struct mqtt_property properties[8];
static char texts[8][32];
static unsigned properties_len;
static int32_t after_the_last;

static int32_t do_open(void *user, const char *server, uint16_t port)
{
    (void)user;
    (void)server;
    (void)port;
    return 0;
}

static int32_t do_read(void *user, uint8_t *buf, size_t len)
{
    const size_t n = said_len < len ? said_len : len;
    (void)user;
    memcpy(buf, said, n);
    memmove(said, said + n, said_len - n);
    said_len -= n;
    return n > 0 ? (int32_t)n : MQTT_WOULD_BLOCK;
}

static int32_t do_write(void *user, const uint8_t *buf, size_t len)
{
    (void)user;
    CHECK(sent_len + len <= sizeof sent);
    memcpy(sent + sent_len, buf, len);
    sent_len += len;
    return (int32_t)len;
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
    struct mqtt_property property = { 0 };
    (void)user;
    last = *event;
    if (event->kind == MQTT_EV_MESSAGE) {
        memset(topic, 0, sizeof topic);
        memcpy(topic, event->as.message.topic, event->as.message.topic_len);
    }
    properties_len = 0;
    memset(texts, 0, sizeof texts);
    while (properties_len < 8 && mqtt_property_next(from, &property) == 1) {
        if (property.data_len > 0) {
            memcpy(texts[properties_len], property.data, property.data_len);
        }
        properties[properties_len++] = property;
    }
    after_the_last = mqtt_property_next(from, &property);
}

static struct mqtt_config config(void)
{
    struct mqtt_config c;
    memset(&c, 0, sizeof c);
    c.abi = MQTT_ABI;
    c.server = "broker";
    c.client_id = "c";
    c.transport = &transport;
    c.now_ms = now_ms;
    c.on_event = on_event;
    c.rx = rx;
    c.rx_size = sizeof rx;
    c.outbox = outbox;
    c.outbox_size = sizeof outbox;
    c.v5 = &v5;
    return c;
}

static void say(const void *bytes, size_t len)
{
    memcpy(said + said_len, bytes, len);
    said_len += len;
    while (mqtt_poll(&client) == 0) {
    }
}

#define SAY(bytes) say(bytes, sizeof bytes - 1)

static bool has_sent(const void *bytes, size_t len)
{
    const bool is_it = sent_len == len && memcmp(sent, bytes, len) == 0;
    if (!is_it) {
        for (size_t i = 0; i < sent_len; i++) {
            printf(" %02x", sent[i]);
        }
        printf("\n");
    }
    sent_len = 0;
    return is_it;
}

#define SENT(bytes) has_sent(bytes, sizeof bytes - 1)

/* Connected, with a CONNACK that allows two topic aliases. */
static void online(void)
{
    const struct mqtt_config c = config();
    said_len = 0;
    CHECK(mqtt_init(&client, &c) == MQTT_OK);
    CHECK(mqtt_connect(&client) == MQTT_OK);
    SAY("\x20\x06\x00\x00\x03\x22\x00\x02");
    CHECK(last.kind == MQTT_EV_ONLINE);
    sent_len = 0;
}

static void with_room_for_aliases(void)
{
    memset(&v5, 0, sizeof v5);
    v5.memory = memory;
    v5.memory_size = sizeof memory;
    v5.alias_len = 10;
    v5.aliases_in = 1;
    v5.aliases_out = 1;
}

static void connect_has_the_properties_of_the_structs(void)
{
    static const struct mqtt_property of_connect[] = {
        { .id = MQTT_PROP_SESSION_EXPIRY, .number = 60 },
        { .id = MQTT_PROP_USER, .data = "site", .value = "barn" },
    };
    static const struct mqtt_property of_will[] = { { .id = MQTT_PROP_WILL_DELAY, .number = 5 } };
    static const struct mqtt_will will = { .topic = "w", .payload = "x", .payload_len = 1, .qos = 1 };
    struct mqtt_config c = config();
    memset(&v5, 0, sizeof v5);
    v5.properties = of_connect;
    v5.properties_len = 2;
    v5.will_properties = of_will;
    v5.will_properties_len = 1;
    c.will = &will;
    CHECK(mqtt_init(&client, &c) == MQTT_OK);
    CHECK(mqtt_connect(&client) == MQTT_OK);
    sent_len = 0;
    (void)mqtt_poll(&client);
    CHECK(SENT("\x10\x2f\x00\x04MQTT\x05\x0e\x00\x3c\x15\x21\x00\x20\x11\x00\x00\x00\x3c\x26\x00\x04site\x00\x04"
               "barn\x00\x01"
               "c\x05\x18\x00\x00\x00\x05\x00\x01w\x00\x01x"));
}

static void what_connack_says_comes_with_online(void)
{
    with_room_for_aliases();
    online();
    CHECK(properties_len == 1 && properties[0].id == MQTT_PROP_TOPIC_ALIAS_MAXIMUM && properties[0].number == 2);
    CHECK(after_the_last == 0);
}

static void properties_are_shown_in_callbacks_only(void)
{
    struct mqtt_property property = { 0 };
    with_room_for_aliases();
    online();
    CHECK(mqtt_property_next(&client, &property) == MQTT_ERR_STATE);
    CHECK(mqtt_property_next(&client, NULL) == MQTT_ERR_ARGUMENT);
    CHECK(mqtt_property_next(NULL, &property) == MQTT_ERR_ARGUMENT);
}

static void a_publish_has_its_properties(void)
{
    const struct mqtt_property given[] = {
        { .id = MQTT_PROP_CONTENT_TYPE, .data = "text" },
        { .id = MQTT_PROP_CORRELATION_DATA, .data = "\x00\x01", .data_len = 2 },
        { .id = MQTT_PROP_PAYLOAD_FORMAT, .number = 1 },
    };
    struct mqtt_publish_options options = { .topic = "t", .payload = "x", .payload_len = 1 };
    memset(&v5, 0, sizeof v5);
    online();
    options.properties = given;
    options.properties_len = 3;
    CHECK(mqtt_publish_with(&client, &options) > 0);
    (void)mqtt_poll(&client);
    CHECK(SENT("\x30\x13\x00\x01t\x0e\x03\x00\x04text\x09\x00\x02\x00\x01\x01\x01x"));
    options.properties = NULL;
    CHECK(mqtt_publish_with(&client, &options) == MQTT_ERR_ARGUMENT);
}

static void properties_out_of_place_are_refused(void)
{
    const struct mqtt_property bad[] = {
        { .id = MQTT_PROP_WILL_DELAY, .number = 1 },
        { .id = MQTT_PROP_CONTENT_TYPE, .data = "\xff" },
        { .id = MQTT_PROP_CONTENT_TYPE, .data = NULL, .data_len = 3 },
        { .id = 0 },
    };
    struct mqtt_publish_options options = { .topic = "t", .properties_len = 1 };
    memset(&v5, 0, sizeof v5);
    online();
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        options.properties = &bad[i];
        CHECK(mqtt_publish_with(&client, &options) == MQTT_ERR_PROPERTY);
    }
}

static void topics_become_aliases_both_ways(void)
{
    with_room_for_aliases();
    online();
    CHECK(mqtt_publish(&client, "door", "x", 1, 0, false) > 0);
    CHECK(mqtt_publish(&client, "door", "y", 1, 0, false) > 0);
    while (mqtt_poll(&client) == 0) {
    }
    CHECK(SENT("\x30\x0b\x00\x04"
               "door\x03\x23\x00\x01x\x30\x07\x00\x00\x03\x23\x00\x01y"));
    SAY("\x30\x0b\x00\x04lamp\x03\x23\x00\x01x");
    CHECK(strcmp(topic, "lamp") == 0);
    SAY("\x30\x07\x00\x00\x03\x23\x00\x01z");
    CHECK(strcmp(topic, "lamp") == 0 && last.as.message.payload[0] == 'z');
}

static void messages_show_their_properties(void)
{
    memset(&v5, 0, sizeof v5);
    online();
    SAY("\x30\x1c\x00\x01t\x17\x26\x00\x01"
        "a\x00\x01"
        "1\x26\x00\x01"
        "a\x00\x01"
        "2\x02\x00\x00\x00\x09\x08\x00\x01rx");
    CHECK(properties_len == 4);
    CHECK(properties[0].id == MQTT_PROP_USER && texts[0][0] == 'a' && properties[1].value_len == 1);
    CHECK(properties[2].id == MQTT_PROP_MESSAGE_EXPIRY && properties[2].number == 9);
    CHECK(properties[3].id == MQTT_PROP_RESPONSE_TOPIC && strcmp(texts[3], "r") == 0);
}

static void a_refusal_tells_its_reason(void)
{
    memset(&v5, 0, sizeof v5);
    online();
    CHECK(mqtt_publish(&client, "t", "x", 1, 1, false) > 0);
    (void)mqtt_poll(&client);
    const uint8_t puback[] = { 0x40, 0x09, sent[5], sent[6], 0x87, 0x05, 0x1f, 0x00, 0x02, 'n', 'o' };
    say(puback, sizeof puback);
    CHECK(last.kind == MQTT_EV_DONE && last.as.done.fate == MQTT_REFUSED && last.as.done.reason == 0x87);
    CHECK(properties_len == 1 && strcmp(texts[0], "no") == 0);
}

static void subscriptions_have_options(void)
{
    const struct mqtt_property id = { .id = MQTT_PROP_SUBSCRIPTION_ID, .number = 7 };
    struct mqtt_subscribe_options options = { .filter = "t", .qos = 1, .no_local = true };
    memset(&v5, 0, sizeof v5);
    online();
    options.properties = &id;
    options.properties_len = 1;
    const int32_t token = mqtt_subscribe_with(&client, &options);
    CHECK(token > 0);
    (void)mqtt_poll(&client);
    const uint8_t low = sent[3];
    const uint8_t subscribe[] = { 0x82, 0x09, sent[2], low, 0x02, 0x0b, 0x07, 0x00, 0x01, 't', 0x05 };
    CHECK(has_sent(subscribe, sizeof subscribe));
    const uint8_t suback[] = { 0x90, 0x04, subscribe[2], low, 0x00, 0x87 };
    say(suback, sizeof suback);
    CHECK(last.kind == MQTT_EV_SUBSCRIBED && last.as.subscribed.token == token && last.as.subscribed.granted == 0x87);
    CHECK(mqtt_subscribe_with(&client, NULL) == MQTT_ERR_ARGUMENT);
}

static void leaving_has_a_reason_both_ways(void)
{
    with_room_for_aliases();
    online();
    CHECK(mqtt_disconnect_with(&client, MQTT_KEEP, 0, 0x04, NULL, 0) == MQTT_OK);
    (void)mqtt_poll(&client);
    CHECK(SENT("\xe0\x02\x04\x00"));
    online();
    SAY("\xe0\x02\x8e\x00");
    CHECK(last.kind == MQTT_EV_OFFLINE && last.as.offline.error == MQTT_ERR_DISMISSED);
    CHECK(last.as.offline.detail == 0x8e);
}

static void authentication_goes_on_in_steps(void)
{
    static const struct mqtt_property method = { .id = MQTT_PROP_AUTH_METHOD, .data = "M" };
    const struct mqtt_config c = config();
    with_room_for_aliases();
    v5.properties = &method;
    v5.properties_len = 1;
    CHECK(mqtt_init(&client, &c) == MQTT_OK);
    CHECK(mqtt_auth(&client, 0x18, &method, 1) == MQTT_ERR_STATE);
    CHECK(mqtt_connect(&client) == MQTT_OK);
    SAY("\xf0\x06\x18\x04\x15\x00\x01M");
    CHECK(last.kind == MQTT_EV_AUTH && last.as.auth.reason == 0x18 && strcmp(texts[0], "M") == 0);
    sent_len = 0;
    CHECK(mqtt_auth(&client, 0x18, &method, 1) == MQTT_OK);
    (void)mqtt_poll(&client);
    CHECK(SENT("\xf0\x06\x18\x04\x15\x00\x01M"));
}

static void what_is_wrong_with_the_struct_is_refused(void)
{
    static const struct mqtt_property own = { .id = MQTT_PROP_RECEIVE_MAXIMUM, .number = 3 };
    const struct mqtt_config c = config();
    memset(&v5, 0, sizeof v5);
    v5.properties = &own;
    v5.properties_len = 1;
    CHECK(mqtt_init(&client, &c) == MQTT_ERR_CONFIG_V5);
    with_room_for_aliases();
    v5.memory_size = 12 + 12 + 26 - 1;
    CHECK(mqtt_init(&client, &c) == MQTT_ERR_CONFIG_V5);
    v5.memory_size++;
    CHECK(mqtt_init(&client, &c) == MQTT_OK);
    v5.memory = NULL;
    CHECK(mqtt_init(&client, &c) == MQTT_ERR_CONFIG_V5);
}

static void a_client_of_3_1_1_refuses_what_it_cannot_say(void)
{
    const struct mqtt_property expiry = { .id = MQTT_PROP_MESSAGE_EXPIRY, .number = 3 };
    struct mqtt_publish_options options = { .topic = "t", .properties = &expiry, .properties_len = 1 };
    struct mqtt_subscribe_options serving = { .filter = "t", .no_local = true };
    struct mqtt_config c = config();
    c.v5 = NULL;
    CHECK(mqtt_init(&client, &c) == MQTT_OK);
    CHECK(mqtt_publish_with(&client, &options) == MQTT_ERR_UNSUPPORTED);
    CHECK(mqtt_subscribe_with(&client, &serving) == MQTT_ERR_UNSUPPORTED);
    CHECK(mqtt_disconnect_with(&client, MQTT_KEEP, 0, 4, NULL, 0) == MQTT_ERR_UNSUPPORTED);
    CHECK(mqtt_auth(&client, 0x18, NULL, 0) == MQTT_ERR_UNSUPPORTED);
    serving.no_local = false;
    CHECK(mqtt_subscribe_with(&client, &serving) > 0);
}

int main(void)
{
    RUN(connect_has_the_properties_of_the_structs);
    RUN(what_connack_says_comes_with_online);
    RUN(properties_are_shown_in_callbacks_only);
    RUN(a_publish_has_its_properties);
    RUN(properties_out_of_place_are_refused);
    RUN(topics_become_aliases_both_ways);
    RUN(messages_show_their_properties);
    RUN(a_refusal_tells_its_reason);
    RUN(subscriptions_have_options);
    RUN(leaving_has_a_reason_both_ways);
    RUN(authentication_goes_on_in_steps);
    RUN(what_is_wrong_with_the_struct_is_refused);
    RUN(a_client_of_3_1_1_refuses_what_it_cannot_say);
    return check_end();
}
