/* What stands beside the connection: a link to supervise, a question to the Internet, and mqtt_post. */

#include "script.h"
#include "transcript.h"

#include <string.h>

static int32_t link_state;
static uint32_t link_starts;
static uint32_t link_stops;

static void link_start(void *user)
{
    EXPECT(user == &link_state);
    link_starts++;
    tell_line("link start", (int32_t)link_starts);
}

static void link_stop(void *user)
{
    EXPECT(user == &link_state);
    link_stops++;
    tell_line("link stop", (int32_t)link_stops);
}

static int32_t link_status(void *user)
{
    EXPECT_EQ(mqtt_publish(&script.client, "t", "x", 1, 0, false), MQTT_ERR_BUSY);
    return *(int32_t *)user;
}

void links(void)
{
    static struct mqtt_link link;
    const struct mqtt_link all = {
        .start = link_start, .stop = link_stop, .status = link_status, .user = &link_state, .settle_ms = 2000
    };
    link = all;
    link_state = 0;
    link_starts = 0;
    link_stops = 0;
    script_begin(&script, "a link that comes, goes, hangs and fails");
    script_init_client(&script);
    link.status = NULL;
    EXPECT_EQ(script_result("supervise", mqtt_supervise(&script.client, &link)), MQTT_ERR_ARGUMENT);
    link.status = link_status;
    EXPECT_EQ(script_result("supervise", mqtt_supervise(&script.client, &link)), MQTT_OK);
    EXPECT_EQ(mqtt_connect(&script.client), MQTT_OK);
    script_pass(&script, 1000);
    EXPECT(link_starts == 1 && script.opens == 0);
    link_state = 1;
    script_pass(&script, 1500);
    EXPECT_EQ(script.opens, 0);
    script_pass(&script, 1000);
    EXPECT_EQ(script.opens, 1);
    script_connect(&script, 0);
    link_state = 0;
    script_settle(&script);
    EXPECT_EQ(script.last.as.offline.error, MQTT_ERR_LINK_DOWN);
    script_pass(&script, 61000);
    EXPECT_EQ(script.last.as.offline.error, MQTT_ERR_LINK_TIMEOUT);
    EXPECT_EQ(link_stops, 1);
    link_state = -12;
    script_pass(&script, 3000);
    EXPECT_EQ(script.last.as.offline.error, MQTT_ERR_LINK_FAILED);
    EXPECT_EQ(script.last.as.offline.detail, -12);
    link_state = 1;
    script.open_result = -1;
    script_pass(&script, 30000);
    script.open_result = 0;
    script_connect(&script, 0);
    EXPECT_EQ(mqtt_disconnect(&script.client, MQTT_KEEP, 0), MQTT_OK);
    script_pass(&script, 1000);
    EXPECT_EQ(script_poll(&script), MQTT_FOREVER);
}

static uint8_t reply[64];
static size_t reply_len;
static uint8_t asked[64];

static int32_t wan_open(void *user, const char *server, uint16_t port)
{
    (void)user;
    tell("wan open");
    tell(server);
    tell_number(port);
    tell_end();
    return 0;
}

static int32_t wan_send(void *user, const uint8_t *buf, size_t len)
{
    (void)user;
    tell("wan send");
    tell_bytes(buf, len);
    tell_end();
    memcpy(asked, buf, len < sizeof asked ? len : sizeof asked);
    return (int32_t)len;
}

static int32_t wan_recv(void *user, uint8_t *buf, size_t len)
{
    const size_t n = reply_len < len ? reply_len : len;
    (void)user;
    if (reply_len == 0) {
        return MQTT_WOULD_BLOCK;
    }
    memcpy(buf, reply, n);
    reply_len = 0;
    return (int32_t)n;
}

static void wan_close(void *user)
{
    (void)user;
    tell_line("wan close", 0);
}

static void answer_wan(uint8_t flags, uint8_t code)
{
    memcpy(reply, asked, 12);
    reply[2] |= flags;
    reply[3] |= code;
    reply_len = 12;
    script_pass(&script, 100);
}

static void questions(void)
{
    static struct mqtt_wan wan;
    const struct mqtt_wan all = { .open = wan_open, .send = wan_send, .recv = wan_recv, .close = wan_close };
    wan = all;
    script_begin(&script, "questions to the Internet");
    script_init_client(&script);
    EXPECT_EQ(script_result("wan", mqtt_wan_ok(&script.client, &wan)), MQTT_OK);
    script_settle(&script);
    EXPECT(script.counts[MQTT_EV_WAN] == 1 && !script.last.as.broker.up);
    script_connect(&script, 0);
    EXPECT_EQ(script_result("wan", mqtt_wan_ok(&script.client, &wan)), MQTT_OK);
    script_pass(&script, 1500);
    answer_wan(0, 0);
    EXPECT_EQ(script.counts[MQTT_EV_WAN], 1);
    answer_wan(0x80, 0);
    EXPECT(script.counts[MQTT_EV_WAN] == 2 && script.last.as.broker.up);
    EXPECT_EQ(script_result("wan", mqtt_wan_ok(&script.client, &wan)), MQTT_OK);
    script_pass(&script, 100);
    answer_wan(0x80, 3);
    script_pass(&script, 3000);
    EXPECT(script.counts[MQTT_EV_WAN] == 3 && !script.last.as.broker.up);
}

void mailboxes(void)
{
    questions();
    script_begin(&script, "mqtt_post fills the mailbox, mqtt_poll empties it");
    script_init_client(&script);
    EXPECT_EQ(script_result("post", mqtt_post(&script.client, "p", "first", 5, 1, false)), MQTT_OK);
    EXPECT_EQ(script_result("post", mqtt_post(&script.client, "p", script.in, 100, 0, true)), MQTT_OK);
    EXPECT_EQ(script_result("post", mqtt_post(&script.client, "p", "third", 5, 0, false)), MQTT_ERR_FULL);
    EXPECT_EQ(script_result("post", mqtt_post(&script.client, "p", script.in, 4000, 0, false)), MQTT_ERR_TOO_LARGE);
    EXPECT_EQ(script_result("post", mqtt_post(&script.client, "#", "x", 1, 0, false)), MQTT_ERR_TOPIC);
    script_settle(&script);
    EXPECT_EQ(script_result("post", mqtt_post(&script.client, "p", "third", 5, 0, false)), MQTT_OK);
    script_connect(&script, 0);
    script_pass(&script, 100);
    EXPECT_EQ(script.counts[MQTT_EV_DONE], 0);
    script_tell_stats(&script);
}
