/* Connections begin, fail, are refused, end, and come back. */

#include "script.h"
#include "transcript.h"

static void start(const char *name)
{
    script_begin(&script, name);
    script.config.retry_min_ms = 500;
    script.config.retry_max_ms = 8000;
    script_init_client(&script);
    EXPECT_EQ(script_result("connect", mqtt_connect(&script.client)), MQTT_OK);
    EXPECT_EQ(script_result("connect", mqtt_connect(&script.client)), MQTT_ERR_STATE);
}

static void configurations(void)
{
    static const struct mqtt_will wildcard = { .topic = "a/#", .qos = 1 };
    script_begin(&script, "configurations that are refused");
    EXPECT_EQ(mqtt_poll(&script.client), MQTT_ERR_STATE);
    script.config.abi++;
    EXPECT_EQ(script_result("init", mqtt_init(&script.client, &script.config)), MQTT_ERR_ABI);
    script.config.abi--;
    script.config.server = NULL;
    EXPECT_EQ(script_result("init", mqtt_init(&script.client, &script.config)), MQTT_ERR_CONFIG_SERVER);
    script.config.server = "broker.test";
    script.config.client_id = "\xff";
    EXPECT_EQ(script_result("init", mqtt_init(&script.client, &script.config)), MQTT_ERR_CONFIG_CLIENT_ID);
    script.config.client_id = "";
    script.config.keep_session = true;
    EXPECT_EQ(script_result("init", mqtt_init(&script.client, &script.config)), MQTT_ERR_CONFIG_CLIENT_ID);
    script.config.client_id = "c";
    script.config.password = "p";
    EXPECT_EQ(script_result("init", mqtt_init(&script.client, &script.config)), MQTT_ERR_CONFIG_LOGIN);
    script.config.password = NULL;
    script.config.will = &wildcard;
    EXPECT_EQ(script_result("init", mqtt_init(&script.client, &script.config)), MQTT_ERR_CONFIG_WILL);
    script.config.will = NULL;
    script.config.keepalive_s = 65536;
    EXPECT_EQ(script_result("init", mqtt_init(&script.client, &script.config)), MQTT_ERR_CONFIG_NUMBER);
    script.config.keepalive_s = 0;
    script.config.rx_size = 15;
    EXPECT_EQ(script_result("init", mqtt_init(&script.client, &script.config)), MQTT_ERR_CONFIG_RX);
    script.config.rx_size = 16;
    script.config.outbox_size = 95;
    EXPECT_EQ(script_result("init", mqtt_init(&script.client, &script.config)), MQTT_ERR_CONFIG_OUTBOX);
    script.config.outbox_size = 96;
    script.config.on_event = NULL;
    EXPECT_EQ(script_result("init", mqtt_init(&script.client, &script.config)), MQTT_ERR_CONFIG_CALLBACK);
    EXPECT_EQ(mqtt_init(NULL, &script.config), MQTT_ERR_ARGUMENT);
    EXPECT_EQ(mqtt_init(&script.client, NULL), MQTT_ERR_ARGUMENT);
}

static void openings(void)
{
    start("a transport that cannot open, and one that takes its time");
    script.open_result = -7;
    script_pass(&script, 60000);
    EXPECT(script.counts[MQTT_EV_CONNECT_FAILED] > 5);
    EXPECT_EQ(script.last.as.offline.error, MQTT_ERR_OPEN);
    EXPECT_EQ(script.last.as.offline.detail, -7);
    EXPECT_EQ(script.opens, script.closes);
    script.open_result = MQTT_TLS_ERROR - 0x2700;
    script_pass(&script, 10000);
    EXPECT_EQ(script.last.as.offline.error, MQTT_ERR_TLS);
    EXPECT_EQ(script.last.as.offline.detail, -0x2700);
    script.open_result = MQTT_WOULD_BLOCK;
    script_pass(&script, 20000);
    EXPECT_EQ(script.last.as.offline.error, MQTT_ERR_OPEN_TIMEOUT);
    script.open_result = 0;
    script.open_blocks = 5;
    script_connect(&script, 0);
}

static void refusals(void)
{
    static const char *const answers[] = { "20 02 0001", "20 02 0002", "20 02 0003", "20 02 0004", "20 02 0005" };
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        start("3.2.2.3 refused");
        script_settle(&script);
        script_say(&script, answers[i]);
        script_settle(&script);
        EXPECT_EQ(script.last.kind, MQTT_EV_CONNECT_FAILED);
        EXPECT_EQ(script.last.as.offline.error, MQTT_ERR_REFUSED);
        EXPECT_EQ(script.last.as.offline.detail, i + 1);
        script_pass(&script, 9000);
        EXPECT(script.opens > 1);
    }
}

static void endings(void)
{
    start("endings of a connection");
    script_connect(&script, 0);
    script_cut(&script);
    EXPECT_EQ(script.last.as.offline.error, MQTT_ERR_PEER_CLOSED);
    script_connect(&script, 0);
    script.read_error = -104;
    script_settle(&script);
    EXPECT_EQ(script.last.as.offline.error, MQTT_ERR_IO);
    EXPECT_EQ(script.last.as.offline.detail, -104);
    script.read_error = 0;
    script_connect(&script, 0);
    script.write_error = -32;
    EXPECT(mqtt_publish(&script.client, "t", "lost", 4, 0, false) > 0);
    script_settle(&script);
    EXPECT_EQ(script.last.as.offline.detail, -32);
    script.write_error = 0;
    script_connect(&script, 0);
    script.read_error = 70000;
    script_settle(&script);
    EXPECT_EQ(script.last.as.offline.error, MQTT_ERR_TRANSPORT);
    script.read_error = 0;
    script_connect(&script, 0);
    EXPECT_EQ(mqtt_close(&script.client), MQTT_OK);
    EXPECT(!mqtt_is_connected(&script.client) && !script.is_open);
    EXPECT_EQ(script_poll(&script), MQTT_FOREVER);
    EXPECT_EQ(mqtt_set_server(&script.client, "other.test", 0), MQTT_OK);
    script_connect(&script, 0);
    script_tell_stats(&script);

    start("no CONNACK");
    script_pass(&script, 10000);
    EXPECT_EQ(script.last.as.offline.error, MQTT_ERR_CONNACK_TIMEOUT);

    start("the first attempt is the only one");
    EXPECT_EQ(mqtt_close(&script.client), MQTT_OK);
    script.config.fail_first = true;
    script.open_result = -1;
    script_init_client(&script);
    EXPECT_EQ(mqtt_connect(&script.client), MQTT_OK);
    script_settle(&script);
    EXPECT_EQ(script.last.as.offline.retry_ms, MQTT_FOREVER);
    EXPECT_EQ(script_poll(&script), MQTT_FOREVER);
}

static void kept_sessions(void)
{
    script_begin(&script, "a session that is kept, but not from before");
    script.config.keep_session = true;
    script_init_client(&script);
    EXPECT_EQ(mqtt_connect(&script.client), MQTT_OK);
    script_settle(&script);
    /* Clean first, to be rid of what was; then again. */
    EXPECT_OUT(&script, "10 12 0004 4d515454 04 02 003c 0006 736372697074");
    script_say(&script, "20 02 0000");
    script_settle(&script);
    EXPECT_OUT(&script, "e0 00");
    script.peer_closes = true;
    script_pass(&script, 3000);
    EXPECT_OUT(&script, "10 12 0004 4d515454 04 00 003c 0006 736372697074");
    script_say(&script, "20 02 0000");
    script_settle(&script);
    EXPECT_EQ(script.counts[MQTT_EV_ONLINE], 1);
    script_cut(&script);
    script_connect(&script, 1);
    EXPECT(script.last.as.online.session_present);
}

static void leavings(void)
{
    start("leaving with what waits, dropped");
    script_connect(&script, 0);
    EXPECT(mqtt_publish(&script.client, "t", "a", 1, 1, false) > 0);
    script_settle(&script);
    EXPECT(mqtt_publish(&script.client, "t", "b", 1, 2, false) > 0);
    EXPECT_EQ(mqtt_disconnect(&script.client, MQTT_DROP, 0), MQTT_OK);
    script_pass(&script, 1000);
    EXPECT_EQ(script.counts[MQTT_EV_DONE], 2);
    EXPECT_EQ(script_poll(&script), MQTT_FOREVER);

    start("leaving with what waits, sent");
    script_connect(&script, 0);
    EXPECT(mqtt_publish(&script.client, "t", "a", 1, 0, false) > 0);
    EXPECT_EQ(mqtt_disconnect(&script.client, MQTT_DRAIN, 5000), MQTT_OK);
    script_settle(&script);
    EXPECT_EQ(script.counts[MQTT_EV_DONE], 1);
    EXPECT_OUT(&script, "30 04 0001 74 61 e0 00");
    script_cut(&script);
    EXPECT_EQ(script.last.as.offline.error, MQTT_ERR_LEFT);

    start("leaving with what waits, in vain");
    script.open_result = -1;
    EXPECT(mqtt_publish(&script.client, "t", "a", 1, 1, false) > 0);
    script_settle(&script);
    EXPECT_EQ(mqtt_disconnect(&script.client, MQTT_DRAIN, 5000), MQTT_OK);
    script_pass(&script, 6000);
    EXPECT_EQ(script.last.as.offline.error, MQTT_ERR_LEFT);
    EXPECT_EQ(script.counts[MQTT_EV_DONE], 0);
    EXPECT_EQ(script_poll(&script), MQTT_FOREVER);
}

void connections(void)
{
    configurations();
    openings();
    refusals();
    endings();
    kept_sessions();
    leavings();
}
