/* Storms: calls, messages, silence, cuts and babble by dice, the same on every processor. However it goes, each message
 * that was accepted ends in one MQTT_EV_DONE. */

#include "peer.h"
#include "transcript.h"

#define SEEDS 16u
#define STEPS 220u

static uint32_t accepted;
static uint32_t done;
static int32_t last_token;
static bool may_hold;

static const char *const topics[] = { "s", "state/one", "state/two", "a/rather/long/topic/name/with/many/levels", "bad/#", "" };
static const char *const filters[] = { "a", "a/#", "room/+/temperature", "#", "bad#", "x/y/z/#" };

static void on_event(struct script *from, const struct mqtt_event *event)
{
    if (event->kind == MQTT_EV_DONE) {
        done++;
    }
    if (event->kind == MQTT_EV_MESSAGE && may_hold && dice(6) == 0) {
        script_result("hold", mqtt_hold(&from->client));
    }
    if (event->kind == MQTT_EV_ONLINE && dice(3) == 0) {
        last_token = script_result("publish", mqtt_publish(&from->client, "online", "1", 1, (uint8_t)dice(3), true));
        accepted += last_token > 0 ? 1 : 0;
    }
}

static void publish(void)
{
    static uint8_t payload[400];
    struct mqtt_publish_options options = { .payload = payload };
    options.topic = topics[dice(6)];
    options.payload_len = dice(6) == 0 ? dice(400) : dice(30);
    options.qos = (uint8_t)(dice(20) == 0 ? 3 : dice(3));
    options.retain = dice(4) == 0;
    options.policy = (uint8_t)dice(3);
    options.timeout_ms = dice(4) == 0 ? 1 + dice(30000) : 0;
    for (size_t i = 0; i < options.payload_len; i++) {
        payload[i] = (uint8_t)dice(256);
    }
    const int32_t token = script_result("publish", mqtt_publish_with(&script.client, &options));
    if (token > 0) {
        accepted++;
        last_token = token;
    }
}

static void subscribe(void)
{
    const char *filter = filters[dice(6)];
    const uint8_t qos = (uint8_t)dice(3);
    script_result("subscribe", mqtt_subscribe(&script.client, filter, qos));
}

/* Its message has no MQTT_EV_DONE. */
static void post(void)
{
    const char *topic = topics[dice(6)];
    const size_t len = dice(7);
    const uint8_t qos = (uint8_t)dice(3);
    script_result("post", mqtt_post(&script.client, topic, "posted", len, qos, false));
}

static void change_transport(void)
{
    script.read_max = dice(2) == 0 ? 0 : 1 + dice(9);
    script.write_max = dice(2) == 0 ? 0 : 1 + dice(9);
    script.write_blocks = dice(3) == 0 ? dice(6) : 0;
    script.open_blocks = dice(4);
    script.open_result = dice(5) == 0 ? -(int32_t)dice(100) - 1 : 0;
}

static void break_link(void)
{
    switch (dice(4)) {
    case 0:
        script.read_error = -9;
        break;
    case 1:
        script.write_error = -8;
        break;
    case 2:
        peer_babble(&script);
        break;
    default:
        script.in_len = 0;
        script.in_at = 0;
        script.peer_closes = true;
        break;
    }
}

static void leave(void)
{
    const uint8_t how = (uint8_t)dice(4);
    const uint32_t timeout_ms = dice(5000);
    script_result("disconnect", mqtt_disconnect(&script.client, how, timeout_ms));
}

static void act(void)
{
    switch (dice(16)) {
    case 0:
    case 1:
    case 2:
    case 3:
        publish();
        break;
    case 4:
        subscribe();
        break;
    case 5:
        script_result("unsubscribe", mqtt_unsubscribe(&script.client, filters[dice(6)]));
        break;
    case 6:
        script_result("cancel", mqtt_cancel(&script.client, last_token - (int32_t)dice(3)));
        break;
    case 7:
        post();
        break;
    case 8:
    case 9:
    case 10:
        peer_publish(&script);
        break;
    case 11:
        change_transport();
        break;
    case 12:
        script_result("resume", mqtt_resume(&script.client));
        break;
    case 13:
        script_result("broker up", mqtt_broker_up(&script.client));
        break;
    case 14:
        if (dice(4) == 0) {
            break_link();
        }
        break;
    default:
        if (dice(8) == 0) {
            leave();
        }
        break;
    }
}

static void settle(const struct manners *manners)
{
    for (uint32_t i = 0; i < 6; i++) {
        peer_serve(&script, manners);
        if (script_poll(&script) > 0 && script.in_len == script.in_at) {
            break;
        }
    }
    if (!script.is_open) {
        script.read_error = 0;
        script.write_error = 0;
    }
}

/* Everything works again: what waits ends, and then the client leaves. */
static void calm(void)
{
    static const struct manners good = { .silent = 0 };
    may_hold = false;
    script.read_error = 0;
    script.write_error = 0;
    script.read_max = 0;
    script.write_max = 0;
    script.write_blocks = 0;
    script.open_blocks = 0;
    script.open_result = 0;
    script_result("resume", mqtt_resume(&script.client));
    for (uint32_t i = 0; i < 200; i++) {
        /* It may be leaving, and then it connects only when it has left. */
        (void)mqtt_connect(&script.client);
        settle(&good);
        script_pass(&script, 1000);
    }
    EXPECT(mqtt_is_connected(&script.client));
    EXPECT_EQ(mqtt_disconnect(&script.client, MQTT_DROP, 0), MQTT_OK);
    for (uint32_t i = 0; i < 5; i++) {
        settle(&good);
        script_pass(&script, 1000);
    }
    EXPECT_EQ(script_poll(&script), MQTT_FOREVER);
    EXPECT_EQ(done, accepted);
    script_tell_stats(&script);
}

static void storm(uint32_t seed)
{
    const struct manners manners = { .silent = seed % 3 * 15, .refuses = seed % 5 * 5, .forgets = seed % 2 * 30 };
    script_begin(&script, "a storm");
    tell_line("seed", (int32_t)seed);
    dice_seed(seed);
    script.now_ms = seed % 4 == 0 ? 0xffff0000u : 0x7fff0000u * (seed & 1);
    script.config.seed = seed;
    script.config.keep_session = seed % 2 == 1;
    script.config.resume_session = seed % 4 == 1;
    script.config.keepalive_s = 20;
    script.config.response_time_ms = 4000;
    script.config.rx_size = 40 + seed * 8;
    /* Not where a uint64_t may begin. */
    script.config.rx = script.rx.bytes + seed % 4;
    script.config.outbox = script.outbox.bytes + seed % 3;
    script.config.outbox_size = 400 + seed * 40;
    script.config.poll_limit = seed % 3 == 0 ? 2 : 0;
    script_init_client(&script);
    script.hook = on_event;
    accepted = 0;
    done = 0;
    last_token = 0;
    may_hold = true;
    peer_begin(&script);
    EXPECT_EQ(mqtt_connect(&script.client), MQTT_OK);
    for (uint32_t step = 0; step < STEPS; step++) {
        act();
        settle(&manners);
        if (dice(3) == 0) {
            script.now_ms += dice(dice(8) == 0 ? 8000 : 300);
        }
        if (dice(30) == 0) {
            script_result("connect", mqtt_connect(&script.client));
        }
    }
    calm();
}

void storms(void)
{
    for (uint32_t seed = 1; seed <= SEEDS; seed++) {
        storm(seed);
    }
}
