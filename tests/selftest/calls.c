/* Calls in, bytes out: every packet that a client sends. The packet identifiers follow from the seed of the script. */

#include "script.h"
#include "transcript.h"

#include <string.h>

static void connect_is(const char *digits)
{
    script_init_client(&script);
    EXPECT_EQ(mqtt_connect(&script.client), MQTT_OK);
    script_settle(&script);
    EXPECT_OUT(&script, digits);
}

static void connects(void)
{
    static const struct mqtt_will will = { .topic = "w/t", .payload = "\0\xff", .payload_len = 2, .qos = 1 };
    static const struct mqtt_will empty = { .topic = "w", .qos = 2, .retain = true };
    static const struct mqtt_will last = { .topic = "t", .payload = "m", .payload_len = 1, .retain = true };

    script_begin(&script, "3.1 the shortest");
    script.config.client_id = NULL;
    script.config.keepalive_s = MQTT_OFF;
    connect_is("10 0c 0004 4d515454 04 02 0000 0000");

    script_begin(&script, "3.1.2.4 a session that was kept");
    script.config.client_id = "limpet";
    script.config.resume_session = true;
    script.config.keep_session = true;
    connect_is("10 12 0004 4d515454 04 00 003c 0006 6c696d706574");

    script_begin(&script, "3.1.2.5 a will");
    script.config.client_id = "c";
    script.config.keepalive_s = 65535;
    script.config.will = &will;
    connect_is("10 16 0004 4d515454 04 0e ffff 0001 63 0003 772f74 0002 00ff");

    script_begin(&script, "3.1.2.7 an empty will, QoS 2, retained");
    script.config.client_id = "c";
    script.config.keepalive_s = 1;
    script.config.will = &empty;
    connect_is("10 12 0004 4d515454 04 36 0001 0001 63 0001 77 0000");

    script_begin(&script, "3.1.2.8 a username alone");
    script.config.client_id = "c";
    script.config.username = "zo\xc3\xab";
    connect_is("10 13 0004 4d515454 04 82 003c 0001 63 0004 7a6fc3ab");

    script_begin(&script, "3.1.3-1 all fields in their order");
    script.config.client_id = "id";
    script.config.keepalive_s = 10;
    script.config.resume_session = true;
    script.config.will = &last;
    script.config.username = "u";
    script.config.password = "\xff\0";
    script.config.password_len = 2;
    connect_is("10 1b 0004 4d515454 04 e4 000a 0002 6964 0001 74 0001 6d 0001 75 0002 ff00");
}

static int32_t chip_number(void *user, uint8_t *buf, size_t len)
{
    static const uint8_t number[6] = { 0x00, 0x1a, 0x2b, 0xf0, 0x9e, 0xff };
    (void)user;
    EXPECT_EQ(len, 16);
    memcpy(buf, number, sizeof number);
    return (int32_t)sizeof number;
}

static void names(void)
{
    script_begin(&script, "a client id of the chip's number");
    script.config.client_id = NULL;
    script.config.unique_id = chip_number;
    connect_is("10 18 0004 4d515454 04 02 003c 000c 303031613262663039656666");
}

/* The identifier of the packet that was written last, whose topic or filter is one letter. */
static uint16_t id_behind(size_t at)
{
    const uint8_t *id = script.out + script.out_seen + at;
    EXPECT(script.out_seen + at + 2 <= script.out_len);
    return (uint16_t)(id[0] << 8 | id[1]);
}

static void answer(uint8_t first, uint16_t id)
{
    const uint8_t packet[4] = { first, 2, (uint8_t)(id >> 8), (uint8_t)id };
    script_say_bytes(&script, packet, sizeof packet);
    script_settle(&script);
}

static void publishes(void)
{
    script_online(&script, "3.3 publishes of each QoS");
    EXPECT(script_result("publish", mqtt_publish(&script.client, "a/b", "hi", 2, 0, false)) > 0);
    script_settle(&script);
    EXPECT_OUT(&script, "30 07 0003 612f62 6869");
    EXPECT_EQ(script.counts[MQTT_EV_DONE], 1);

    EXPECT(script_result("publish", mqtt_publish(&script.client, "a", NULL, 0, 0, true)) > 0);
    script_settle(&script);
    EXPECT_OUT(&script, "31 03 0001 61");

    EXPECT(script_result("publish", mqtt_publish(&script.client, "t", "x", 1, 1, false)) > 0);
    script_settle(&script);
    const uint16_t first = id_behind(5);
    tell_line("id", first);
    EXPECT(first != 0);
    EXPECT_EQ(script.counts[MQTT_EV_DONE], 2);
    answer(0x40, first);
    EXPECT_EQ(script.counts[MQTT_EV_DONE], 3);
    EXPECT_EQ(script.last.as.done.fate, MQTT_DELIVERED);
    script.out_seen = script.out_len;

    EXPECT(script_result("publish", mqtt_publish(&script.client, "t", "y", 1, 2, true)) > 0);
    script_settle(&script);
    const uint16_t second = id_behind(5);
    EXPECT_EQ(second, first == 65535 ? 1 : first + 1);
    EXPECT_EQ(script.out[script.out_seen], 0x35);
    script.out_seen = script.out_len;
    answer(0x50, second);
    EXPECT_EQ(id_behind(2), second);
    EXPECT_EQ(script.out[script.out_seen], 0x62);
    EXPECT_EQ(script.counts[MQTT_EV_DONE], 3);
    answer(0x70, second);
    EXPECT_EQ(script.counts[MQTT_EV_DONE], 4);
    script_tell_stats(&script);
}

static void long_packets(void)
{
    static uint8_t payload[900];
    for (size_t i = 0; i < sizeof payload; i++) {
        payload[i] = (uint8_t)(i * 7);
    }
    script_online(&script, "2.2.3 lengths of one and two bytes");
    /* 2 + 1 + payload is 127, 128 and more. */
    static const size_t lengths[] = { 0, 1, 124, 125, 126, 300, 900 };
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        const int32_t token = mqtt_publish(&script.client, "a", payload, lengths[i], 0, false);
        EXPECT((script_result("publish", token) > 0) == (i < 6));
        script_settle(&script);
        if (token > 0) {
            EXPECT_EQ(script.out_len - script.out_seen, 5 + lengths[i] + (lengths[i] > 124 ? 1u : 0u));
        }
        script.out_seen = script.out_len;
    }
    EXPECT_EQ(script_result("publish", mqtt_publish(&script.client, "a", payload, 5000, 0, false)), MQTT_ERR_TOO_LARGE);
}

static void filters(void)
{
    script_online(&script, "3.8 SUBSCRIBE and UNSUBSCRIBE");
    EXPECT(script_result("subscribe", mqtt_subscribe(&script.client, "f", 2)) > 0);
    script_settle(&script);
    const uint16_t id = id_behind(2);
    const uint8_t suback[5] = { 0x90, 3, (uint8_t)(id >> 8), (uint8_t)id, 1 };
    EXPECT_EQ(script.out[script.out_seen], 0x82);
    EXPECT_EQ(script.out_len - script.out_seen, 8);
    script_say_bytes(&script, suback, sizeof suback);
    script_settle(&script);
    EXPECT_EQ(script.counts[MQTT_EV_SUBSCRIBED], 1);
    EXPECT_EQ(script.last.as.subscribed.granted, 1);
    script.out_seen = script.out_len;

    EXPECT(script_result("unsubscribe", mqtt_unsubscribe(&script.client, "f")) > 0);
    script_settle(&script);
    EXPECT_EQ(script.out[script.out_seen], 0xa2);
    answer(0xb0, id_behind(2));
    EXPECT_EQ(script.counts[MQTT_EV_UNSUBSCRIBED], 1);
    script.out_seen = script.out_len;

    scenario("3.12 PINGREQ, 3.14 DISCONNECT");
    script_result("broker up", mqtt_broker_up(&script.client));
    script_pass(&script, 1500);
    script.out_seen = script.out_len;
    script_result("broker up", mqtt_broker_up(&script.client));
    script_settle(&script);
    EXPECT_OUT(&script, "c0 00");
    script_say(&script, "d0 00");
    script_settle(&script);
    EXPECT(script.counts[MQTT_EV_BROKER] == 2 && script.last.as.broker.up);
    EXPECT_EQ(mqtt_disconnect(&script.client, MQTT_KEEP, 0), MQTT_OK);
    script_settle(&script);
    EXPECT_OUT(&script, "e0 00");
    script_cut(&script);
    EXPECT_EQ(script_poll(&script), MQTT_FOREVER);
}

void packets_out(void)
{
    connects();
    names();
    publishes();
    long_packets();
    filters();
}
