/* A task that is not the client's uses all of the client: it publishes with a rule for a full outbox, is told the token, and
 * asks for the counters. For a message without these, mqtt_post is enough. Names and passwords are in sdkconfig.defaults. */

#include "limpet_idf.h"

#include "esp_log.h"

#include <stdio.h>

static const char TAG[] = "call";

static struct limpet_sockets net;
static struct limpet_idf_wifi wifi;
static struct mqtt_link link;
static struct limpet_idf_task task;

/* These two run in the client's task, while who called waits: argument may be on his stack. */
static int32_t publish_celsius(struct mqtt_client *client, void *argument)
{
    const int *celsius = argument;
    char text[12];
    const int len = snprintf(text, sizeof text, "%d", *celsius);
    const struct mqtt_publish_options options = {
        .topic = "room/celsius",
        .payload = text,
        .payload_len = (size_t)len,
        .qos = 1,
        /* Of those that wait for a connection only the last counts. */
        .policy = MQTT_REPLACE,
    };
    return mqtt_publish_with(client, &options);
}

static int32_t copy_stats(struct mqtt_client *client, void *argument)
{
    return mqtt_stats(client, argument);
}

/* In the client's task, too. */
static void on_event(void *user, struct mqtt_client *client, const struct mqtt_event *event)
{
    (void)user;
    (void)client;
    if (event->kind == MQTT_EV_DONE) {
        ESP_LOGI(TAG, "message %d has ended: %d", (int)event->as.done.token, (int)event->as.done.fate);
    } else if (event->kind == MQTT_EV_OFFLINE || event->kind == MQTT_EV_CONNECT_FAILED) {
        ESP_LOGW(TAG, "offline: %s (%d)", mqtt_error_text(event->as.offline.error), (int)event->as.offline.detail);
    }
}

void app_main(void)
{
    limpet_idf_config(&task.config);
    task.config.transport = &limpet_sockets_transport;
    task.config.transport_user = &net;
    task.config.on_event = on_event;
    task.net = &net;
    limpet_idf_wifi_link(&wifi, &net, &link);
    task.link = &link;
    const int32_t result = limpet_idf_task_init(&task);
    if (result != MQTT_OK) {
        ESP_LOGE(TAG, "%s", mqtt_error_text(result));
        return;
    }
    (void)limpet_idf_task_start(&task);
    for (int celsius = 20;; celsius++) {
        struct mqtt_stats stats;
        const int32_t token = limpet_idf_task_call(&task, publish_celsius, &celsius);
        if (token < 0) {
            ESP_LOGW(TAG, "not published: %s", mqtt_error_text(token));
        } else if (limpet_idf_task_call(&task, copy_stats, &stats) == MQTT_OK) {
            ESP_LOGI(TAG, "message %d waits, %u were delivered", (int)token, (unsigned)stats.messages_out);
        }
        vTaskDelay(pdMS_TO_TICKS(2000));
    }
}
