/* Keep alive and timeouts, with a clock that starts anywhere: at zero, before it wraps, and before its sign changes. */

#include "script.h"
#include "transcript.h"

static void start(const char *name, uint32_t from)
{
    script_begin(&script, name);
    script.now_ms = from;
    script.config.seed = from;
    script_init_client(&script);
    script_connect(&script, 0);
    script.out_seen = script.out_len;
}

/* Moves the clock to this long after CONNACK; 0 or 1 ms may have passed since. */
static void ping_after(uint32_t ms)
{
    script_pass(&script, ms - 1);
    EXPECT_OUT(&script, "");
    script_pass(&script, 1);
    script_settle(&script);
    EXPECT_OUT(&script, "c0 00");
}

static void pings(uint32_t from)
{
    start("a ping every quarter of the keep alive", from);
    for (uint32_t i = 0; i < 3; i++) {
        ping_after(15000);
        script_say(&script, "d0 00");
        script_settle(&script);
    }
    ping_after(15000);
    script_pass(&script, 9999);
    EXPECT_EQ(script.counts[MQTT_EV_OFFLINE], 0);
    script_pass(&script, 1);
    script_settle(&script);
    EXPECT_EQ(script.counts[MQTT_EV_OFFLINE], 1);
    EXPECT_EQ(script.last.as.offline.error, MQTT_ERR_PING_TIMEOUT);
}

static void expires(uint32_t from)
{
    static const struct mqtt_publish_options options = {
        .topic = "t", .payload = "x", .payload_len = 1, .qos = 1, .timeout_ms = 4096
    };
    start("a message that expires", from);
    EXPECT(mqtt_publish_with(&script.client, &options) > 0);
    script_pass(&script, 4095);
    EXPECT_EQ(script.counts[MQTT_EV_DONE], 0);
    script_pass(&script, 2);
    script_settle(&script);
    EXPECT_EQ(script.counts[MQTT_EV_DONE], 1);
    EXPECT(script.last.as.done.fate == MQTT_EXPIRED && script.last.as.done.maybe_sent);
}

static void leaves_late(uint32_t from)
{
    start("a packet that stays half", from);
    script_say(&script, "30 20 0001 74 78");
    script_pass(&script, 20000);
    EXPECT_EQ(script.last.as.offline.error, MQTT_ERR_READ_TIMEOUT);
    start("leaving in time", from);
    EXPECT(mqtt_publish(&script.client, "t", "x", 1, 1, false) > 0);
    EXPECT_EQ(mqtt_disconnect(&script.client, MQTT_DRAIN, 3000), MQTT_OK);
    script_pass(&script, 2999);
    EXPECT(mqtt_is_connected(&script.client));
    script_pass(&script, 1000);
    EXPECT_EQ(script_poll(&script), MQTT_FOREVER);
}

static void own_numbers(void)
{
    script_begin(&script, "keep alive off, numbers made from client id and clock");
    script.config.keepalive_s = MQTT_OFF;
    script.config.seed = 0;
    script_init_client(&script);
    script_connect(&script, 0);
    ping_after(20000);
    script_pass(&script, 10000);
    EXPECT_EQ(script.counts[MQTT_EV_OFFLINE], 1);
    script.open_result = -1;
    script_pass(&script, 200000);
    EXPECT(script.counts[MQTT_EV_CONNECT_FAILED] > 4);
}

void times(void)
{
    static const uint32_t starts[] = { 0, 0xfffff000u, 0x7ffff000u };
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
        pings(starts[i]);
        expires(starts[i]);
        leaves_late(starts[i]);
    }
    own_numbers();
}
