/* Publishes a count as stm32/count, and logs what comes as stm32/say. The line may be cut and the broker may go: no count
 * is left out. */

#include "board.h"
#include "network.h"
#include "settings.h"

#include "limpet.h"

#include <string.h>

static struct mqtt_client client;
static uint8_t rx[256];
static uint8_t outbox[4096];

/* The next one. */
static uint32_t count;

static void log_message(const struct mqtt_message *message)
{
    /* One that is longer than rx comes in parts. */
    char text[sizeof rx + 1];
    memcpy(text, message->payload, message->payload_len);
    text[message->payload_len] = '\0';
    board_log("heard", text);
}

static void on_event(void *user, struct mqtt_client *from, const struct mqtt_event *event)
{
    (void)user;
    (void)from;
    switch (event->kind) {
    case MQTT_EV_ONLINE:
        board_log("online", "");
        break;
    case MQTT_EV_OFFLINE:
        board_log("offline", mqtt_error_text(event->as.offline.error));
        break;
    case MQTT_EV_CONNECT_FAILED:
        board_log("no connection", mqtt_error_text(event->as.offline.error));
        break;
    case MQTT_EV_SUBSCRIBED:
        board_log("subscribed", "");
        break;
    case MQTT_EV_MESSAGE:
        log_message(&event->as.message);
        break;
    default:
        break;
    }
}

static void publish_count(void)
{
    char text[BOARD_DIGITS];
    const char *digits = board_decimal(count, text);
    if (mqtt_publish(&client, "stm32/count", digits, strlen(digits), 1, false) >= 0) {
        count++;
    }
    /* Otherwise the outbox is full, after a long outage: the same count is tried again. */
}

int main(void)
{
    struct mqtt_link *const link = network_start();
    const struct mqtt_config config = {
        .abi = MQTT_ABI,
        .server = SERVER,
        .port = PORT,
#ifdef CLIENT_ID
        .client_id = CLIENT_ID,
#else
        .unique_id = board_unique_id,
#endif
        /* The broker keeps what is said while the board is away. */
        .keep_session = true,
        .keepalive_s = KEEPALIVE_S,
        .response_time_ms = RESPONSE_MS,
        .seed = board_random(),
        .transport = &limpet_lwip_transport,
        .transport_user = network_user(),
        .now_ms = limpet_lwip_now_ms,
        .on_event = on_event,
        .rx = rx,
        .rx_size = sizeof rx,
        .outbox = outbox,
        .outbox_size = sizeof outbox,
    };
    const int32_t error = mqtt_init(&client, &config);
    if (error != MQTT_OK || mqtt_supervise(&client, link) != MQTT_OK
        || mqtt_subscribe(&client, "stm32/say", 1) < 0) {
        board_restart(mqtt_error_text(error));
    }
    mqtt_connect(&client);
    uint32_t last_ms = board_now_ms();
    for (;;) {
        if (board_now_ms() - last_ms >= PERIOD_MS) {
            last_ms += PERIOD_MS;
            publish_count();
        }
        network_poll();
        if (mqtt_poll(&client) != 0) {
            /* Until a byte comes, or the clock ticks: at most a millisecond. */
            board_sleep();
        }
    }
}
