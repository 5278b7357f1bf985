/* The range demo of c_examples on an emulated board, for weeks of the board's time. Its arguments are the broker's port, a
 * seed, and the hours.
 *
 * While an answer is on its way the clock runs as the processor's does. It jumps to the next thing that the client, lwIP, the
 * demo or the radio waits for
 *   - if nothing is under way: the client has read since it wrote, and no connection is being opened;
 *   - if the radio is out of reach, so that nothing can come;
 *   - if no frame has gone or come for SILENCE_MS, which is many times what an answer takes.
 *
 * Each hour it logs: hour <n> published <n> refused <n> radio <n> real_ms <n>. */

#include "board.h"
#include "boot.h"
#include "clock.h"
#include "demo.h"
#include "network.h"
#include "radio.h"

#include "lwip/timeouts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HOUR_MS 3600000u

/* As range.c. */
#define PERIOD_MS 5000

#define SILENCE_MS 200

/* In reach before it ends, so that all is delivered. */
#define CALM_MS (10u * 60u * 1000u)

/* Then the clock goes on in steps, so that an answer that is very late is still an answer. */
#define STEP_MS 250

static uint32_t hours;
static uint32_t told_hours;

/* What the demo's lines say. */
static uint32_t published;
static uint32_t refused;

/* Between the first call of open and its success; and between a write and the next read. */
static bool opening;
static bool waiting;

static int32_t spied_open(void *user, const char *server, uint16_t port)
{
    const int32_t result = network_transport->open(user, server, port);
    opening = result == MQTT_WOULD_BLOCK;
    return result;
}

static int32_t spied_read(void *user, uint8_t *buf, size_t len)
{
    const int32_t n = network_transport->read(user, buf, len);
    waiting = waiting && n == MQTT_WOULD_BLOCK;
    return n;
}

static int32_t spied_write(void *user, const uint8_t *buf, size_t len)
{
    const int32_t n = network_transport->write(user, buf, len);
    waiting = waiting || n > 0;
    return n;
}

static void spied_close(void *user)
{
    network_transport->close(user);
    opening = false;
    waiting = false;
}

static const struct mqtt_transport spied = {
    .open = spied_open,
    .read = spied_read,
    .write = spied_write,
    .close = spied_close,
};

/* A line for each message would be a million lines. */
static void on_line(const char *line)
{
    if (strncmp(line, "publish ", 8) == 0) {
        published++;
    } else if (strncmp(line, "not published: ", 15) == 0) {
        refused++;
    } else if (strcmp(line, "up") != 0 && strncmp(line, "down: ", 6) != 0 && strncmp(line, "subscribed", 10) != 0) {
        board_log(line);
    }
}

/* printf ends here. */
int _write(int file, const char *text, int len);

int _write(int file, const char *text, int len)
{
    static char line[160];
    static size_t filled;
    (void)file;
    for (int i = 0; i < len; i++) {
        if (text[i] == '\n') {
            line[filled] = '\0';
            filled = 0;
            on_line(line);
        } else if (filled < sizeof line - 1) {
            line[filled] = text[i];
            filled++;
        }
    }
    return len;
}

static void tell(uint32_t hour)
{
    char text[128];
    told_hours = hour;
    (void)snprintf(text, sizeof text, "hour %lu published %lu refused %lu radio %lu real_ms %lu", (unsigned long)hour,
        (unsigned long)published, (unsigned long)refused, (unsigned long)radio_outages(), (unsigned long)clock_real_ms());
    board_log(text);
}

static uint32_t jump_ms(int32_t ms)
{
    const bool is_out = radio_is_out();
    const bool is_idle = !opening && !waiting;
    const uint64_t left_ms = radio_left_ms(clock_ms());
    uint32_t most_ms = left_ms < (uint32_t)ms ? (uint32_t)left_ms : (uint32_t)ms;
    if (is_idle) {
        return most_ms;
    }
    if (!is_out && radio_silence_ms() < SILENCE_MS) {
        return 0;
    }
    /* lwIP sends again what was not answered. */
    const uint32_t stack_ms = sys_timeouts_sleeptime();
    most_ms = stack_ms < most_ms ? stack_ms : most_ms;
    return most_ms < STEP_MS ? most_ms : STEP_MS;
}

void board_wait(const struct mqtt_client *client, int32_t ms)
{
    (void)client;
    radio_follow(clock_ms());
    network_poll();
    const uint32_t jump = ms > 0 ? jump_ms(ms) : 0;
    if (jump > 0) {
        clock_jump(jump);
    } else if (ms > 0 && !waiting && !opening) {
        board_idle();
    }
    if (clock_ms() / HOUR_MS > told_hours) {
        tell((uint32_t)(clock_ms() / HOUR_MS));
    }
}

uint32_t demo_now_ms(void *user)
{
    (void)user;
    return board_now_ms();
}

bool board_stopped(void)
{
    return told_hours >= hours && radio_in_reach_ms(clock_ms()) >= CALM_MS;
}

void board_connection(struct mqtt_config *config, const struct board_settings *settings)
{
    config->server = settings->server;
    config->port = settings->port;
    config->transport = &spied;
    config->transport_user = network_user();
    config->now_ms = demo_now_ms;
}

int32_t board_supervise(struct mqtt_client *client)
{
    static struct mqtt_link link = { .status = radio_status };
    return mqtt_supervise(client, &link);
}

/* There is none. */
void board_led(enum board_led led, bool lit)
{
    (void)led;
    (void)lit;
}

int firmware_main(void)
{
    const struct range_senses none = { 0 };
    const char *arguments = board_arguments();
    char *rest = NULL;
    struct board_settings settings = { .server = "10.0.2.2", .period_ms = PERIOD_MS };
    settings.port = (uint16_t)strtoul(arguments, &rest, 10);
    const uint32_t seed = (uint32_t)strtoul(rest, &rest, 10);
    hours = (uint32_t)strtoul(rest, NULL, 10);
    network_start();
    radio_start(seed);
    const int result = range_run(&settings, &none);
    tell(told_hours);
    return result;
}
