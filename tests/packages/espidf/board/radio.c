/* A cable as the radio: while it is in, the network that the radio looks for is there. Events come from a task of their
 * own, as ESP-IDF's do. */

#include "network.h"

#include "esp_event.h"
#include "esp_netif.h"
#include "esp_wifi.h"

#include "freertos/FreeRTOS.h"
#include "freertos/task.h"

#include <string.h>

esp_event_base_t const WIFI_EVENT = "WIFI_EVENT";
esp_event_base_t const IP_EVENT = "IP_EVENT";

/* Between two looks at the cable, in ticks of a millisecond. */
#define LOOK_MS 20

#define STACK_WORDS 512
#define PRIORITY 3
#define HANDLERS 4

/* wifi_err_reason_t. */
enum { LOST = 200, NOT_FOUND = 201 };

static struct {
    esp_event_base_t base;
    esp_event_handler_t function;
    void *user;
} handlers[HANDLERS];
static unsigned handler_count;

/* Set by the client's task, and answered by the loop's. */
static volatile bool is_started;
static volatile bool said_started;
static volatile bool wants;
static bool is_connected;

static void tell(esp_event_base_t base, int32_t id, uint8_t reason)
{
    wifi_event_sta_disconnected_t data;
    memset(&data, 0, sizeof data);
    data.reason = reason;
    for (unsigned i = 0; i < handler_count; i++) {
        if (handlers[i].base == base) {
            handlers[i].function(handlers[i].user, base, id, &data);
        }
    }
}

static void look(void)
{
    const bool there = network_link_status(NULL) > 0;
    if (is_connected && (!is_started || !there)) {
        is_connected = false;
        tell(WIFI_EVENT, WIFI_EVENT_STA_DISCONNECTED, LOST);
    } else if (is_started && !said_started) {
        said_started = true;
        tell(WIFI_EVENT, WIFI_EVENT_STA_START, 0);
    } else if (is_started && wants && !is_connected) {
        wants = false;
        is_connected = there;
        if (there) {
            tell(IP_EVENT, IP_EVENT_STA_GOT_IP, 0);
        } else {
            tell(WIFI_EVENT, WIFI_EVENT_STA_DISCONNECTED, NOT_FOUND);
        }
    }
}

static void loop(void *user)
{
    (void)user;
    for (;;) {
        look();
        vTaskDelay(LOOK_MS);
    }
}

esp_err_t esp_event_loop_create_default(void)
{
    return xTaskCreate(loop, "events", STACK_WORDS, NULL, PRIORITY, NULL) == pdPASS ? ESP_OK : ESP_ERR_NO_MEM;
}

esp_err_t esp_event_handler_instance_register(esp_event_base_t base, int32_t id, esp_event_handler_t function, void *user,
                                              esp_event_handler_instance_t *instance)
{
    (void)id;
    (void)instance;
    handlers[handler_count].base = base;
    handlers[handler_count].function = function;
    handlers[handler_count].user = user;
    handler_count++;
    return ESP_OK;
}

esp_err_t esp_netif_init(void)
{
    network_start();
    return ESP_OK;
}

esp_netif_t *esp_netif_get_handle_from_ifkey(const char *key)
{
    (void)key;
    return NULL;
}

esp_netif_t *esp_netif_create_default_wifi_sta(void)
{
    return (esp_netif_t *)&is_connected;
}

esp_netif_t *esp_netif_get_default_netif(void)
{
    return NULL;
}

bool esp_netif_is_netif_up(esp_netif_t *netif)
{
    (void)netif;
    return false;
}

esp_err_t esp_netif_get_ip_info(esp_netif_t *netif, esp_netif_ip_info_t *info)
{
    (void)netif;
    (void)info;
    return ESP_ERR_INVALID_STATE;
}

esp_err_t esp_wifi_init(const wifi_init_config_t *config)
{
    (void)config;
    return ESP_OK;
}

esp_err_t esp_wifi_set_storage(wifi_storage_t storage)
{
    (void)storage;
    return ESP_OK;
}

esp_err_t esp_wifi_set_mode(wifi_mode_t mode)
{
    (void)mode;
    return ESP_OK;
}

esp_err_t esp_wifi_set_config(wifi_interface_t interface, wifi_config_t *config)
{
    (void)interface;
    (void)config;
    return ESP_OK;
}

esp_err_t esp_wifi_start(void)
{
    said_started = false;
    is_started = true;
    return ESP_OK;
}

esp_err_t esp_wifi_stop(void)
{
    is_started = false;
    return ESP_OK;
}

esp_err_t esp_wifi_connect(void)
{
    wants = true;
    return ESP_OK;
}

esp_err_t esp_wifi_disconnect(void)
{
    return ESP_OK;
}
