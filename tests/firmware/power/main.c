/* The device of the suite `power` on a board: publishes numbered messages to fw/<id>/from/data, QoS 1 and 2 in turn, with
 * the store of c_examples/flash on tests/nor, and hears them itself. The power is cut in the middle of a step of the flash,
 * another one in each life, so many lives long; meanwhile the host may press the button for reset. It logs, with two numbers
 * on each whole line,
 *
 *     boot <number>
 *     tried <number>, accepted <number>, got <number> <dup>, trouble <trouble> <key>, as tests/power/device.c
 *     cut <steps>                           the next line is of another life
 *     left <records> <sectors erased in this life>
 *     faults <what no flash would have done in this life>
 *
 * Its arguments are those of app_names.h, where response_ms is the number of lives that are cut short. On fw/<id>/to/exit it
 * is told to leave. */

#include "app_names.h"
#include "board.h"
#include "boot.h"
#include "kept.h"
#include "limpet.h"
#include "limpet_flash.h"
#include "network.h"

#include "../../nor/nor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The host, for every network. */
#define SERVER "10.0.2.2"

#define MESSAGES 120
#define MOST_UNDER_WAY 3

/* A life does at most so many steps of the flash. One message takes about 40. */
#define MOST_STEPS 80

#define NO_CLIENT 10

static struct mqtt_client client;
static uint8_t rx[256];
static uint8_t outbox[1024];

#define RECORDS (sizeof outbox / 96 + 4)
#define LONGEST_RECORD 128

static struct nor nor = { .bytes = NULL, .sector_size = KEPT_SECTOR, .unit = 4 };
static struct limpet_flash flash = {
    .erase = nor_erase,
    .program = nor_program,
    .read = nor_read,
    .user = &nor,
    .sector_size = KEPT_SECTOR,
};
static uint8_t memory[RECORDS * 8 + 3 + LONGEST_RECORD];
static struct mqtt_store store = {
    .save = limpet_flash_save,
    .load = limpet_flash_load,
    .erase = limpet_flash_erase,
    .user = &flash,
    .records = RECORDS,
    .memory = memory,
    .memory_size = sizeof memory,
};

static struct app_names names;
static bool is_subscribed;
static bool leaving;
static uint32_t under_way;

static void log_numbers(const char *what, uint32_t one, uint32_t two)
{
    char text[48];
    (void)snprintf(text, sizeof text, "%s %lu %lu", what, (unsigned long)one, (unsigned long)two);
    board_log(text);
}

static void cut(void)
{
    log_numbers("cut", nor.steps, 0);
    kept_reset();
}

static void on_message(const struct mqtt_message *message)
{
    char text[16] = "";
    if (!mqtt_topic_matches(names.data, message->topic, message->topic_len)) {
        leaving = true;
        return;
    }
    memcpy(text, message->payload, message->payload_len < sizeof text - 1 ? message->payload_len : sizeof text - 1);
    log_numbers("got", (uint32_t)strtoul(text, NULL, 10), message->dup ? 1 : 0);
}

static void on_event(void *user, struct mqtt_client *from, const struct mqtt_event *event)
{
    (void)user;
    (void)from;
    switch (event->kind) {
    case MQTT_EV_SUBSCRIBED:
        is_subscribed = true;
        break;
    case MQTT_EV_MESSAGE:
        on_message(&event->as.message);
        break;
    case MQTT_EV_DONE:
        /* Those of earlier lives count, too: this life may have none under way then. */
        under_way -= under_way > 0 ? 1 : 0;
        break;
    case MQTT_EV_STORE:
        log_numbers("trouble", event->as.store.trouble, event->as.store.key);
        break;
    default:
        break;
    }
}

/* Noted before: what is not accepted may be kept all the same. */
static void publish(void)
{
    char text[16];
    const uint32_t number = kept->tried;
    const int len = snprintf(text, sizeof text, "%lu", (unsigned long)number);
    log_numbers("tried", number, 0);
    kept->tried = number + 1;
    const int32_t token = mqtt_publish(&client, names.data, text, (size_t)len, number % 2 == 0 ? 1 : 2, false);
    if (token > 0) {
        under_way++;
        log_numbers("accepted", number, 0);
    } else {
        log_numbers("refused", number, (uint32_t)-token);
    }
}

static uint32_t client_now_ms(void *user)
{
    (void)user;
    return board_now_ms();
}

static bool start(void)
{
    const struct mqtt_config config = {
        .abi = MQTT_ABI,
        .server = SERVER,
        .port = names.port,
        .client_id = names.id,
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
    return mqtt_init(&client, &config) == MQTT_OK && mqtt_restore(&client, &store) == MQTT_OK
        && mqtt_subscribe(&client, names.filter, 1) > 0 && mqtt_subscribe(&client, names.data, 2) > 0
        && mqtt_connect(&client) == MQTT_OK;
}

static int32_t turn(void)
{
    network_poll();
    const int32_t ms = mqtt_poll(&client);
    if (ms > 0) {
        network_wait(ms, mqtt_wants_write(&client));
    }
    return ms;
}

static uint32_t records_left(void)
{
    uint32_t count = 0;
    uint8_t byte;
    for (uint32_t key = 0; key < RECORDS; key++) {
        count += limpet_flash_load(&flash, key, &byte, 1) != 0 ? 1 : 0;
    }
    return count;
}

int firmware_main(void)
{
    names_read(&names, board_arguments());
    kept_begin();
    /* The line before may have been cut off, too. */
    board_log("");
    log_numbers("boot", kept->boots, 0);
    names.seed = boot_seed(names.seed, kept->boots);
    firmware_random_start(names.seed);
    nor.bytes = kept->flash;
    nor.noise = names.seed;
    nor.cut = cut;
    nor.cut_at = kept->boots <= names.response_ms ? 1 + names.seed / 7u % MOST_STEPS : 0;
    network_start();
    if (!start()) {
        return NO_CLIENT;
    }
    while (!leaving) {
        (void)turn();
        if (is_subscribed && kept->tried < MESSAGES && under_way < MOST_UNDER_WAY) {
            publish();
        }
    }
    /* MQTT_DRAIN does not wait for messages of QoS 2 that come. */
    while (records_left() > 2) {
        (void)turn();
    }
    (void)mqtt_disconnect(&client, MQTT_DRAIN, 10000);
    while (turn() != MQTT_FOREVER) {
    }
    log_numbers("left", records_left(), flash.erasures);
    log_numbers("faults", nor.faults, 0);
    return nor.faults == 0 ? 0 : 1;
}
