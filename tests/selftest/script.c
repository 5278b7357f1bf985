/* The transport, the clock and the loop of script.h. */

#include "script.h"

#include "transcript.h"

#include <string.h>

/* More steps than any scenario has in one wait. */
#define STEPS_MAX 20000u

struct script script;

static int32_t on_open(void *user, const char *server, uint16_t port)
{
    struct script *script = user;
    int32_t result = script->open_result;
    if (!script->is_open) {
        script->is_open = true;
        script->opens++;
        script->in_len = 0;
        script->in_at = 0;
        script->out_len = 0;
        script->out_seen = 0;
        script->peer_closes = false;
    }
    if (script->open_blocks > 0) {
        script->open_blocks--;
        result = MQTT_WOULD_BLOCK;
    }
    tell("open");
    tell(server);
    tell_number(port);
    tell_number(result);
    tell_end();
    return result;
}

static int32_t on_read(void *user, uint8_t *buf, size_t len)
{
    struct script *script = user;
    size_t n = script->in_len - script->in_at;
    EXPECT(script->is_open && buf != NULL && len > 0);
    if (script->read_error != 0) {
        tell_line("read", script->read_error);
        return script->read_error;
    }
    if (n == 0) {
        return script->peer_closes ? 0 : MQTT_WOULD_BLOCK;
    }
    if (n > len) {
        n = len;
    }
    if (script->read_max > 0 && n > script->read_max) {
        n = script->read_max;
    }
    memcpy(buf, script->in + script->in_at, n);
    script->in_at += n;
    if (script->in_at == script->in_len) {
        script->in_at = 0;
        script->in_len = 0;
    }
    tell("read");
    tell_number((int32_t)len);
    tell_number((int32_t)n);
    tell_end();
    return (int32_t)n;
}

static int32_t on_write(void *user, const uint8_t *buf, size_t len)
{
    struct script *script = user;
    size_t n = len;
    EXPECT(script->is_open && buf != NULL && len > 0);
    if (script->write_error != 0) {
        tell_line("write", script->write_error);
        return script->write_error;
    }
    if (script->write_blocks > 0) {
        script->write_blocks--;
        tell_line("write blocks", (int32_t)len);
        return MQTT_WOULD_BLOCK;
    }
    if (script->write_max > 0 && n > script->write_max) {
        n = script->write_max;
    }
    if (script->out_len + n > sizeof script->out) {
        /* What is kept is what was not expected yet. */
        memmove(script->out, script->out + script->out_seen, script->out_len - script->out_seen);
        script->out_len -= script->out_seen;
        script->out_seen = 0;
    }
    if (EXPECT(script->out_len + n <= sizeof script->out)) {
        memcpy(script->out + script->out_len, buf, n);
        script->out_len += n;
    }
    tell("write");
    tell_number((int32_t)len);
    tell_bytes(buf, n);
    tell_end();
    return (int32_t)n;
}

static void on_close(void *user)
{
    struct script *script = user;
    EXPECT(script->is_open);
    script->is_open = false;
    script->closes++;
    tell("close");
    tell_end();
}

static uint32_t now_ms(void *user)
{
    const struct script *script = user;
    return script->now_ms;
}

static void on_log(void *user, int32_t code, int32_t value)
{
    (void)user;
    tell("log");
    tell(mqtt_log_text(code));
    tell_number(value);
    tell_end();
}

static void on_wake(void *user)
{
    (void)user;
    tell("wake");
    tell_end();
}

void script_begin(struct script *script, const char *name)
{
    scenario(name);
    memset(script, 0, sizeof *script);
    script->now_ms = 1000;
    script->transport.open = on_open;
    script->transport.read = on_read;
    script->transport.write = on_write;
    script->transport.close = on_close;
    script->config.abi = MQTT_ABI;
    script->config.server = "broker.test";
    script->config.client_id = "script";
    script->config.seed = 7;
    script->config.transport = &script->transport;
    script->config.transport_user = script;
    script->config.now_ms = now_ms;
    script->config.on_event = script_on_event;
    script->config.log = on_log;
    script->config.wake = on_wake;
    script->config.user = script;
    script->config.rx = script->rx.bytes;
    script->config.rx_size = 256;
    script->config.outbox = script->outbox.bytes;
    script->config.outbox_size = 1024;
    script->config.mailbox = script->mailbox.bytes;
    script->config.mailbox_size = 128;
}

void script_init_client(struct script *script)
{
    EXPECT_EQ(mqtt_init(&script->client, &script->config), MQTT_OK);
}

void script_connect(struct script *script, uint8_t session_present)
{
    const uint32_t before = script->counts[MQTT_EV_ONLINE];
    const uint8_t connack[4] = { 0x20, 2, session_present, 0 };
    /* It may be under way already. */
    script_result("connect", mqtt_connect(&script->client));
    for (uint32_t i = 0; i < 1000 && (!script->is_open || script->out_len == 0); i++) {
        script_pass(script, 100);
    }
    script->out_seen = script->out_len;
    script_say_bytes(script, connack, sizeof connack);
    script_settle(script);
    EXPECT_EQ(script->counts[MQTT_EV_ONLINE], before + 1);
    EXPECT(mqtt_is_connected(&script->client));
}

void script_online(struct script *script, const char *name)
{
    script_begin(script, name);
    script_init_client(script);
    script_connect(script, 0);
}

static int32_t digit(char c)
{
    return c <= '9' ? c - '0' : (c | 32) - 'a' + 10;
}

/* Reads one byte, past spaces; false at the end. */
static bool next_byte(const char **digits, uint8_t *byte)
{
    while (**digits == ' ') {
        ++*digits;
    }
    if (**digits == '\0') {
        return false;
    }
    *byte = (uint8_t)(digit((*digits)[0]) << 4 | digit((*digits)[1]));
    *digits += 2;
    return true;
}

void script_say_bytes(struct script *script, const void *bytes, size_t len)
{
    if (EXPECT(script->in_len + len <= sizeof script->in)) {
        memcpy(script->in + script->in_len, bytes, len);
        script->in_len += len;
    }
}

void script_say(struct script *script, const char *digits)
{
    uint8_t byte = 0;
    while (next_byte(&digits, &byte)) {
        script_say_bytes(script, &byte, 1);
    }
}

int32_t script_poll(struct script *script)
{
    const int32_t ms = mqtt_poll(&script->client);
    script->steps++;
    tell("poll");
    tell_number(ms);
    tell_number(mqtt_is_connected(&script->client));
    tell_number(mqtt_wants_write(&script->client));
    tell_number(mqtt_wants_read(&script->client));
    tell_end();
    EXPECT(ms >= 0);
    return ms;
}

static bool has_news(const struct script *script)
{
    return script->is_open && mqtt_wants_read(&script->client) && (script->in_at < script->in_len || script->peer_closes);
}

void script_settle(struct script *script)
{
    uint32_t steps = 0;
    while (script_poll(script) == 0 || has_news(script)) {
        if (++steps == STEPS_MAX) {
            EXPECT(!"mqtt_poll comes to an end");
            return;
        }
    }
}

void script_pass(struct script *script, uint32_t ms)
{
    uint32_t passed = 0;
    for (uint32_t steps = 0; steps < STEPS_MAX; steps++) {
        const int32_t sleep = script_poll(script);
        uint32_t moved = sleep < 0 ? 1 : (uint32_t)sleep;
        if (moved > 1 && (has_news(script) || mqtt_wants_write(&script->client))) {
            moved = 1;
        }
        if (moved > ms - passed) {
            script->now_ms += ms - passed;
            tell_line("now", (int32_t)script->now_ms);
            return;
        }
        passed += moved;
        script->now_ms += moved;
    }
    EXPECT(!"mqtt_poll comes to an end");
}

void script_cut(struct script *script)
{
    script->in_len = 0;
    script->in_at = 0;
    script->peer_closes = true;
    script_settle(script);
}

void script_expect_out(struct script *script, const char *digits, int32_t line)
{
    uint8_t byte = 0;
    size_t at = script->out_seen;
    bool same = true;
    while (next_byte(&digits, &byte)) {
        same = same && at < script->out_len && script->out[at] == byte;
        at++;
    }
    expect_that(same && at == script->out_len, "the bytes written", line);
    script->out_seen = script->out_len;
}

int32_t script_result(const char *call, int32_t result)
{
    tell_line(call, result);
    return result;
}

void script_tell_stats(struct script *script)
{
    struct mqtt_stats stats;
    EXPECT_EQ(mqtt_stats(&script->client, &stats), MQTT_OK);
    const uint32_t numbers[] = {
        stats.connects,     stats.outages,    stats.repubs,   stats.unknown_acks, stats.messages_in, stats.messages_out,
        stats.duplicates,   stats.oversize,   stats.bytes_in, stats.bytes_out,    stats.rx_high,     stats.outbox_high,
    };
    tell("stats");
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        tell_number((int32_t)numbers[i]);
    }
    tell_end();
}
