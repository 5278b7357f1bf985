/* What the client publishes: acknowledged, sent again, given up, and through a transport that takes little. */

#include "script.h"
#include "transcript.h"

#include <string.h>

static uint16_t id_at(size_t at)
{
    EXPECT(at + 2 <= script.out_len);
    return (uint16_t)(script.out[at] << 8 | script.out[at + 1]);
}

static void answer(uint8_t first, uint16_t id)
{
    const uint8_t packet[4] = { first, 2, (uint8_t)(id >> 8), (uint8_t)id };
    script_say_bytes(&script, packet, sizeof packet);
    script_settle(&script);
}

static int32_t publish(const char *text, uint8_t qos)
{
    return script_result(text, mqtt_publish(&script.client, "t", text, strlen(text), qos, false));
}

static void again_over_a_living_connection(void)
{
    script_online(&script, "without PUBACK it is sent again with DUP, then the connection is given up");
    EXPECT(publish("one", 1) > 0);
    script_settle(&script);
    const uint16_t id = id_at(script.out_seen + 5);
    for (uint32_t i = 0; i < 4; i++) {
        script.out_seen = script.out_len;
        script_pass(&script, 10000);
        EXPECT(script.out[script.out_seen] == 0x3a || script.out[script.out_seen] == 0xc0);
        script_say(&script, "d0 00");
        script_settle(&script);
    }
    script_pass(&script, 10000);
    EXPECT_EQ(script.last.as.offline.error, MQTT_ERR_ACK_TIMEOUT);
    script_tell_stats(&script);
    script_connect(&script, 0);
    EXPECT_EQ(script.counts[MQTT_EV_DONE], 0);
    answer(0x40, id);
    EXPECT_EQ(script.counts[MQTT_EV_DONE], 0);
    answer(0x40, (uint16_t)(id + 1));
    EXPECT_EQ(script.counts[MQTT_EV_DONE], 1);
}

static void again_over_an_outage(void)
{
    script_begin(&script, "QoS 1 and 2 go on in a session that is present");
    script.config.keep_session = true;
    script.config.resume_session = true;
    script_init_client(&script);
    script_connect(&script, 0);
    EXPECT(publish("one", 1) > 0);
    script_settle(&script);
    const size_t second = script.out_len;
    EXPECT(publish("two", 2) > 0);
    script_settle(&script);
    const uint16_t id = id_at(second + 5);
    answer(0x50, id);
    EXPECT(publish("later", 2) > 0);
    script_cut(&script);
    script_pass(&script, 2000);
    script_say(&script, "20 02 0100");
    script.out_seen = script.out_len;
    script_settle(&script);
    EXPECT_EQ(script.out[script.out_seen], 0x3a);
    EXPECT_EQ(script.out[script.out_seen + 10], 0x62);
    EXPECT_EQ(id_at(script.out_seen + 12), id);
    answer(0x70, id);
    answer(0x40, (uint16_t)(id - 1));
    EXPECT_EQ(script.counts[MQTT_EV_DONE], 2);
    answer(0x50, (uint16_t)(id + 1));
    answer(0x70, (uint16_t)(id + 1));
    EXPECT_EQ(script.counts[MQTT_EV_DONE], 3);
    script_tell_stats(&script);
}

static void given_up(void)
{
    static const struct mqtt_publish_options brief = { .topic = "t", .payload = "brief", .payload_len = 5, .qos = 1, .timeout_ms = 700 };
    static const struct mqtt_publish_options newer = { .topic = "t", .payload = "newer", .payload_len = 5, .policy = MQTT_REPLACE };
    script_online(&script, "cancelled, expired, replaced");
    const int32_t sent = publish("sent", 1);
    script_settle(&script);
    const int32_t waits = publish("waits", 1);
    EXPECT_EQ(script_result("cancel", mqtt_cancel(&script.client, waits)), MQTT_OK);
    script_settle(&script);
    EXPECT(script.last.as.done.token == waits && script.last.as.done.fate == MQTT_CANCELLED && !script.last.as.done.maybe_sent);
    EXPECT_EQ(script_result("cancel", mqtt_cancel(&script.client, sent)), MQTT_OK);
    script_settle(&script);
    EXPECT(script.last.as.done.token == sent && script.last.as.done.maybe_sent);
    EXPECT_EQ(script_result("cancel", mqtt_cancel(&script.client, sent)), MQTT_ERR_UNKNOWN);
    EXPECT(script_result("publish", mqtt_publish_with(&script.client, &brief)) > 0);
    script_pass(&script, 699);
    EXPECT_EQ(script.counts[MQTT_EV_DONE], 2);
    script_pass(&script, 1);
    script_settle(&script);
    EXPECT(script.counts[MQTT_EV_DONE] == 3 && script.last.as.done.fate == MQTT_EXPIRED);
    const int32_t old = publish("old", 0);
    EXPECT(script_result("publish", mqtt_publish_with(&script.client, &newer)) > old);
    script_settle(&script);
    EXPECT_EQ(script.counts[MQTT_EV_DONE], 5);
}

static void a_full_outbox(void)
{
    static const struct mqtt_publish_options oldest = { .topic = "t", .payload = "in", .payload_len = 2, .policy = MQTT_DROP_OLDEST };
    script_begin(&script, "a full outbox");
    script.config.outbox_size = 200;
    script.config.outbox_records = 3;
    script_init_client(&script);
    EXPECT(publish("a", 0) > 0);
    EXPECT(publish("b", 1) > 0);
    EXPECT(publish("c", 0) > 0);
    EXPECT_EQ(publish("d", 0), MQTT_ERR_FULL);
    EXPECT(script_result("publish", mqtt_publish_with(&script.client, &oldest)) > 0);
    EXPECT_EQ(script_result("publish", mqtt_publish(&script.client, "t", script.in, 200, 0, false)), MQTT_ERR_TOO_LARGE);
    EXPECT_EQ(script_result("publish", mqtt_publish(&script.client, "a/+", "x", 1, 0, false)), MQTT_ERR_TOPIC);
    EXPECT_EQ(script_result("publish", mqtt_publish(&script.client, "", "x", 1, 0, false)), MQTT_ERR_TOPIC);
    EXPECT_EQ(script_result("publish", mqtt_publish(&script.client, "\xed\xa0\x80", "x", 1, 0, false)), MQTT_ERR_TOPIC);
    EXPECT_EQ(script_result("publish", mqtt_publish(&script.client, "t", "x", 1, 3, false)), MQTT_ERR_ARGUMENT);
    script_connect(&script, 0);
    script_pass(&script, 100);
    EXPECT_EQ(script.counts[MQTT_EV_DONE], 3);
    script_tell_stats(&script);
}

static void a_narrow_transport(void)
{
    script_begin(&script, "a transport that takes three bytes, and blocks");
    script.config.response_time_ms = 300;
    script_init_client(&script);
    script_connect(&script, 0);
    script.write_max = 3;
    script.write_blocks = 2;
    EXPECT(publish("a message of some length", 0) > 0);
    EXPECT(publish("and another one", 0) > 0);
    script_settle(&script);
    EXPECT(mqtt_wants_write(&script.client));
    script_pass(&script, 10);
    EXPECT_OUT(&script, "30 1b 0001 74 61206d657373616765206f6620736f6d65206c656e677468"
                        "30 12 0001 74 616e6420616e6f74686572206f6e65");
    EXPECT_EQ(script.counts[MQTT_EV_DONE], 2);
    script.write_blocks = 1000000;
    EXPECT(publish("stuck", 0) > 0);
    script_pass(&script, 400);
    EXPECT_EQ(script.counts[MQTT_EV_OFFLINE], 1);
}

void deliveries(void)
{
    again_over_a_living_connection();
    again_over_an_outage();
    given_up();
    a_full_outbox();
    a_narrow_transport();
}
