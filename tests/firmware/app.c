/* The device of the firmware tests. The host tells it by MQTT what to do, on fw/<id>/to/do:
 *
 *     go <n>            publish numbered messages from <n> on to fw/<id>/from/data, QoS 0, 1 and 2 in rotation
 *     rest              stop that
 *     report <n>        publish one message to fw/<id>/from/report: <n>, and all figures
 *     exit              leave, and end with a code of app_ledger.h
 *
 * On fw/<id>/to/data it expects the host's numbered messages, on fw/<id>/to/long one of the alphabet, again and again,
 * which it logs: "long <letters that are right> <letters>". Its arguments are the broker's port, a seed, its id, and
 * response_time_ms. */

#include "app_ledger.h"
#include "app_names.h"
#include "board.h"
#include "boot.h"
#include "limpet.h"
#include "network.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The host, for every network. */
#define SERVER "10.0.2.2"

/* Between two numbered messages. */
#define PERIOD_MS 40

#define LEAVING_MS 10000

static struct mqtt_client client;
static uint8_t rx[256];
static uint8_t outbox[4096];

static struct app_names names;

/* The host's orders. */
static bool publishing;
static uint32_t number;
static bool report_due;
static uint32_t report_number;
static bool leaving;

static bool session_present;
static uint32_t published_ms;
static uint32_t polled_ms;
static uint32_t longest_poll_ms;
static uint32_t longest_gap_ms;

static void log_number(const char *what, int32_t value, int32_t detail)
{
    char text[48];
    (void)snprintf(text, sizeof text, "%s %ld %ld", what, (long)value, (long)detail);
    board_log(text);
}

static void on_order(const struct mqtt_message *message)
{
    char text[32];
    const size_t len = message->payload_len < sizeof text - 1 ? message->payload_len : sizeof text - 1;
    memcpy(text, message->payload, len);
    text[len] = '\0';
    const char *space = strchr(text, ' ');
    const uint32_t value = space != NULL ? (uint32_t)strtoul(space, NULL, 10) : 0;
    switch (text[0]) {
    case 'g':
        publishing = true;
        number = value;
        break;
    case 'r':
        if (strncmp(text, "report", 6) == 0) {
            report_due = true;
            report_number = value;
        } else {
            publishing = false;
        }
        break;
    case 'e':
        leaving = true;
        break;
    default:
        ledger_broken(APP_STRANGE);
        break;
    }
}

/* It comes in parts. */
static void on_long(const struct mqtt_message *message)
{
    static int32_t right;
    right = message->offset == 0 ? 0 : right;
    for (uint32_t i = 0; i < message->payload_len; i++) {
        right += message->payload[i] == (uint8_t)('a' + (message->offset + i) % 26) ? 1 : 0;
    }
    if (message->offset + message->payload_len == message->total) {
        log_number("long", right, (int32_t)message->total);
    }
}

static void on_message(const struct mqtt_message *message)
{
    if (mqtt_topic_matches("fw/+/to/do", message->topic, message->topic_len)) {
        on_order(message);
    } else if (mqtt_topic_matches("fw/+/to/long", message->topic, message->topic_len)) {
        on_long(message);
    } else {
        ledger_received(message);
    }
}

static void on_event(void *user, struct mqtt_client *from, const struct mqtt_event *event)
{
    (void)user;
    (void)from;
    switch (event->kind) {
    case MQTT_EV_ONLINE:
        session_present = event->as.online.session_present;
        log_number("online", session_present ? 1 : 0, 0);
        break;
    case MQTT_EV_OFFLINE:
        log_number("offline", event->as.offline.error, event->as.offline.detail);
        break;
    case MQTT_EV_CONNECT_FAILED:
        log_number("failed", event->as.offline.error, event->as.offline.detail);
        break;
    case MQTT_EV_SUBSCRIBED:
        log_number("subscribed", event->as.subscribed.granted, 0);
        break;
    case MQTT_EV_MESSAGE:
        on_message(&event->as.message);
        break;
    case MQTT_EV_DONE:
        ledger_done(&event->as.done);
        break;
    default:
        break;
    }
}

/* True if the outbox took it. */
static bool publish(const char *topic, const char *text, size_t len, uint8_t qos, uint8_t what)
{
    const int32_t token = mqtt_publish(&client, topic, text, len, qos, false);
    if (token > 0) {
        ledger_accepted(token, what);
    } else if (token != MQTT_ERR_FULL) {
        log_number("refused", token, 0);
        ledger_broken(APP_REFUSED);
    }
    return token > 0;
}

/* The next numbered message, up to 200 bytes long. A full outbox is no harm: its number is tried again. */
static void publish_data(void)
{
    char text[208];
    const uint8_t qos = (uint8_t)(number % 3u);
    const int digits = snprintf(text, sizeof text, "%lu ", (unsigned long)number);
    const size_t len = (size_t)digits + number * 37u % 190u;
    memset(text + digits, 'x', len - (size_t)digits);
    if (publish(names.data, text, len, qos, qos)) {
        number++;
    }
}

static void publish_report(void)
{
    char text[320];
    struct mqtt_stats stats;
    int len = snprintf(text, sizeof text, "%lu session=%d longest_poll_ms=%lu longest_gap_ms=%lu ",
        (unsigned long)report_number, session_present ? 1 : 0, (unsigned long)longest_poll_ms,
        (unsigned long)longest_gap_ms);
    len += ledger_write(text + len, sizeof text - (size_t)len);
    (void)mqtt_stats(&client, &stats);
    len += snprintf(text + len, sizeof text - (size_t)len, " connects=%lu outages=%lu repubs=%lu",
        (unsigned long)stats.connects, (unsigned long)stats.outages, (unsigned long)stats.repubs);
    if (publish(names.report, text, (size_t)len, 1, APP_OTHER)) {
        report_due = false;
    }
}

static void publish_what_is_due(void)
{
    const uint32_t now_ms = board_now_ms();
    if (publishing && now_ms - published_ms >= PERIOD_MS) {
        published_ms = now_ms;
        publish_data();
    }
    if (report_due) {
        publish_report();
    }
}

/* Global labels, so that an instrument outside finds mqtt_poll. One function: a label exists once. */
#define MARK(label) __asm__ volatile(".global " #label "\n" #label ":" ::: "memory")

__attribute__((noinline)) static int32_t poll_client(void)
{
    const uint32_t before_ms = board_now_ms();
    const uint32_t gap_ms = before_ms - polled_ms;
    MARK(firmware_poll_begin);
    const int32_t ms = mqtt_poll(&client);
    MARK(firmware_poll_end);
    polled_ms = board_now_ms();
    if (polled_ms - before_ms > longest_poll_ms) {
        longest_poll_ms = polled_ms - before_ms;
    }
    if (gap_ms > longest_gap_ms) {
        longest_gap_ms = gap_ms;
    }
    return ms;
}

/* What mqtt_poll does not know: the next message, and that the link is to be asked. */
static int32_t own_ms(void)
{
    const uint32_t passed_ms = board_now_ms() - published_ms;
    return publishing && passed_ms < PERIOD_MS ? (int32_t)(PERIOD_MS - passed_ms) : PERIOD_MS;
}

static int32_t turn(void)
{
    network_poll();
    publish_what_is_due();
    const int32_t ms = poll_client();
    if (ms > 0) {
        const int32_t most_ms = own_ms();
        network_wait(ms < most_ms ? ms : most_ms, mqtt_wants_write(&client));
    }
    return ms;
}

static uint32_t client_now_ms(void *user)
{
    (void)user;
    return board_now_ms();
}

static bool start(void)
{
    static struct mqtt_link link = { .status = network_link_status, .settle_ms = 200 };
    const struct mqtt_config config = {
        .abi = MQTT_ABI,
        .server = SERVER,
        .port = names.port,
        .resume_session = true,
        .keep_session = true,
        .client_id = names.id,
        .keepalive_s = names.response_ms / 500,
        .response_time_ms = names.response_ms,
        .retry_min_ms = 100,
        .retry_max_ms = 1000,
        .seed = names.seed,
        .transport = network_transport,
        .transport_user = network_user(),
        .now_ms = client_now_ms,
        .on_event = on_event,
        .rx = rx,
        .rx_size = sizeof rx,
        .outbox = outbox,
        .outbox_size = sizeof outbox,
    };
    return mqtt_init(&client, &config) == MQTT_OK && mqtt_subscribe(&client, names.filter, 2) > 0
        && mqtt_supervise(&client, &link) == MQTT_OK && mqtt_connect(&client) == MQTT_OK;
}

int firmware_main(void)
{
    names_read(&names, board_arguments());
    const uint32_t boot = boot_count();
    log_number("boot", (int32_t)boot, 0);
    names.seed = boot_seed(names.seed, boot);
    firmware_random_start(names.seed);
    network_start();
    if (!start()) {
        return APP_NO_CLIENT;
    }
    polled_ms = board_now_ms();
    while (!leaving) {
        (void)turn();
    }
    publishing = false;
    (void)mqtt_disconnect(&client, MQTT_DRAIN, LEAVING_MS);
    while (turn() != MQTT_FOREVER) {
    }
    return ledger_end();
}
