/* Messages from the broker: in parts, held, too large, and calls from within their callback. Subscriptions over outages. */

#include "script.h"
#include "transcript.h"

#include <string.h>

/* Messages that on_message holds. */
static uint32_t holds;

static void say_publish(uint8_t first, const char *topic, uint16_t id, size_t payload_len)
{
    uint8_t packet[1200];
    size_t n = 0;
    const size_t topic_len = strlen(topic);
    const size_t rest = 2 + topic_len + ((first & 6) != 0 ? 2u : 0u) + payload_len;
    packet[n++] = first;
    packet[n++] = (uint8_t)(rest % 128 | (rest > 127 ? 128 : 0));
    if (rest > 127) {
        packet[n++] = (uint8_t)(rest / 128);
    }
    packet[n++] = (uint8_t)(topic_len >> 8);
    packet[n++] = (uint8_t)topic_len;
    memcpy(packet + n, topic, topic_len);
    n += topic_len;
    if ((first & 6) != 0) {
        packet[n++] = (uint8_t)(id >> 8);
        packet[n++] = (uint8_t)id;
    }
    for (size_t i = 0; i < payload_len; i++) {
        packet[n++] = (uint8_t)('a' + i % 26);
    }
    script_say_bytes(&script, packet, n);
}

static void on_message(struct script *from, const struct mqtt_event *event)
{
    if (event->kind != MQTT_EV_MESSAGE) {
        EXPECT_EQ(script_result("hold", mqtt_hold(&from->client)), MQTT_ERR_STATE);
        return;
    }
    EXPECT_EQ(mqtt_poll(&from->client), MQTT_ERR_BUSY);
    EXPECT_EQ(mqtt_init(&from->client, &from->config), MQTT_ERR_BUSY);
    if (holds > 0) {
        holds--;
        EXPECT_EQ(script_result("hold", mqtt_hold(&from->client)), MQTT_OK);
    }
}

static void parts(size_t read_max)
{
    script_begin(&script, "a message longer than the receive buffer");
    script.config.rx_size = 64;
    script_init_client(&script);
    script_connect(&script, 0);
    script.read_max = read_max;
    say_publish(0x30, "long/topic", 0, 1000);
    say_publish(0x32, "long/topic", 7, 300);
    say_publish(0x34, "long/topic", 8, 54);
    say_publish(0x3c, "long/topic", 8, 54);
    script_settle(&script);
    EXPECT_EQ(script.last.as.message.offset + script.last.as.message.payload_len, 54);
    EXPECT_OUT(&script, "40 02 0007 50 02 0008 50 02 0008");
    script_tell_stats(&script);
}

static void oversize(void)
{
    static const char topic[] = "a/topic/that/is/longer/than/the/whole/receive/buffer/of/this/client";
    script_begin(&script, "a topic longer than the receive buffer");
    script.config.rx_size = 48;
    script_init_client(&script);
    script_connect(&script, 0);
    say_publish(0x32, topic, 3, 100);
    say_publish(0x30, "short", 0, 5);
    script_settle(&script);
    EXPECT_EQ(script.counts[MQTT_EV_OVERSIZE], 1);
    EXPECT_EQ(script.counts[MQTT_EV_MESSAGE], 1);
    EXPECT_OUT(&script, "40 02 0003");
}

static void held(void)
{
    script_online(&script, "a message that is held");
    script.hook = on_message;
    holds = 2;
    say_publish(0x32, "h", 5, 10);
    say_publish(0x30, "next", 0, 4);
    script_settle(&script);
    EXPECT(!mqtt_wants_read(&script.client));
    EXPECT_OUT(&script, "");
    EXPECT_EQ(mqtt_resume(&script.client), MQTT_OK);
    script_settle(&script);
    EXPECT_EQ(script.counts[MQTT_EV_MESSAGE], 2);
    EXPECT_EQ(mqtt_resume(&script.client), MQTT_OK);
    script_settle(&script);
    EXPECT_EQ(script.counts[MQTT_EV_MESSAGE], 4);
    EXPECT_OUT(&script, "40 02 0005");
    holds = 1;
    say_publish(0x34, "h", 6, 10);
    script_settle(&script);
    script.write_error = -5;
    script_pass(&script, 20000);
    EXPECT_EQ(script.counts[MQTT_EV_OFFLINE], 1);
    script.write_error = 0;
}

static void answer_subscriptions(uint8_t code)
{
    /* Each SUBSCRIBE in what was written, one filter or more. */
    size_t at = script.out_seen;
    while (at + 4 <= script.out_len) {
        const uint8_t *packet = script.out + at;
        if (packet[0] == 0x82) {
            uint8_t suback[16] = { 0x90, 2, packet[2], packet[3] };
            size_t filter = 4;
            while (filter + 2 < (size_t)packet[1] + 2) {
                filter += 3 + ((size_t)packet[filter] << 8 | packet[filter + 1]);
                suback[2 + suback[1]++] = code;
            }
            script_say_bytes(&script, suback, 2u + suback[1]);
        }
        at += 2u + packet[1];
    }
    script.out_seen = script.out_len;
    script_settle(&script);
}

static void subscriptions(void)
{
    script_begin(&script, "subscriptions are renewed, changed, refused and ended");
    script_init_client(&script);
    EXPECT(script_result("subscribe", mqtt_subscribe(&script.client, "a/#", 1)) > 0);
    EXPECT(script_result("subscribe", mqtt_subscribe(&script.client, "b/+", 2)) > 0);
    EXPECT(script_result("subscribe", mqtt_subscribe(&script.client, "c", 0)) > 0);
    EXPECT_EQ(script_result("subscribe", mqtt_subscribe(&script.client, "c#", 0)), MQTT_ERR_TOPIC);
    EXPECT_EQ(script_result("subscribe", mqtt_subscribe(&script.client, "c", 3)), MQTT_ERR_ARGUMENT);
    script_connect(&script, 0);
    script.out_seen = 0;
    while (script.out[script.out_seen] == 0x10) {
        script.out_seen += 2u + script.out[script.out_seen + 1];
    }
    answer_subscriptions(1);
    EXPECT_EQ(script.counts[MQTT_EV_SUBSCRIBED], 3);
    EXPECT(script_result("subscribe", mqtt_subscribe(&script.client, "c", 2)) > 0);
    script_settle(&script);
    answer_subscriptions(0x80);
    EXPECT_EQ(script.last.as.subscribed.granted, 0x80);
    script_cut(&script);
    script_connect(&script, 0);
    script.out_seen = 0;
    while (script.out[script.out_seen] == 0x10) {
        script.out_seen += 2u + script.out[script.out_seen + 1];
    }
    answer_subscriptions(0);
    EXPECT_EQ(script.counts[MQTT_EV_SUBSCRIBED], 6);
    script_pass(&script, 12000);
    EXPECT(script_result("unsubscribe", mqtt_unsubscribe(&script.client, "a/#")) > 0);
    script_settle(&script);
    script_pass(&script, 12000);
    EXPECT_EQ(script.last.kind, MQTT_EV_OFFLINE);
}

void messages(void)
{
    parts(0);
    parts(1);
    parts(7);
    oversize();
    held();
    subscriptions();
}
