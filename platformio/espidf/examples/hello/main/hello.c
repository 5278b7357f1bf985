/* Says hello to itself by way of a broker, through every outage of Wi-Fi and broker. Names and passwords are in
 * sdkconfig.defaults. */

#include "limpet_idf.h"

#include "esp_log.h"

static const char TAG[] = "hello";

static struct limpet_sockets net;
static struct limpet_idf_wifi wifi;
static struct mqtt_link link;
static struct limpet_idf_task task;

/* In the client's task. */
static void on_event(void *user, struct mqtt_client *client, const struct mqtt_event *event)
{
    const struct mqtt_message *message = &event->as.message;
    (void)user;
    (void)client;
    switch (event->kind) {
    case MQTT_EV_ONLINE:
        ESP_LOGI(TAG, "connected");
        break;
    case MQTT_EV_OFFLINE:
    case MQTT_EV_CONNECT_FAILED:
        ESP_LOGW(TAG, "offline: %s (%d)", mqtt_error_text(event->as.offline.error), (int)event->as.offline.detail);
        break;
    case MQTT_EV_MESSAGE:
        ESP_LOGI(TAG, "%.*s: %.*s", (int)message->topic_len, message->topic, (int)message->payload_len,
                 (const char *)message->payload);
        break;
    default:
        break;
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
    (void)mqtt_subscribe(&task.client, "hello", 1);
    (void)limpet_idf_task_start(&task);
    for (;;) {
        vTaskDelay(pdMS_TO_TICKS(2000));
        /* From any task. MQTT_ERR_FULL when the client's task had no turn since the last ones. */
        if (mqtt_post(&task.client, "hello", "Hello, world", 12, 1, false) != MQTT_OK) {
            ESP_LOGW(TAG, "the mailbox is full");
        }
    }
}
