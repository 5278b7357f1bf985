/* Wi-Fi for struct mqtt_link. Its functions run in the client's task, the handlers in that of the event loop; what both
 * know is a byte each. */

#include "limpet_idf.h"

#include "esp_event.h"
#include "esp_netif.h"
#include "esp_wifi.h"

#include <string.h>

static bool get(const bool *flag)
{
    return __atomic_load_n(flag, __ATOMIC_ACQUIRE);
}

static void set(bool *flag, bool value)
{
    __atomic_store_n(flag, value, __ATOMIC_RELEASE);
}

static void changed(struct limpet_idf_wifi *wifi, bool has_address)
{
    set(&wifi->has_address, has_address);
    if (wifi->net != NULL) {
        limpet_sockets_wake(wifi->net);
    }
}

static void on_wifi(void *user, esp_event_base_t base, int32_t id, void *data)
{
    struct limpet_idf_wifi *wifi = user;
    (void)base;
    if (id == WIFI_EVENT_STA_DISCONNECTED) {
        __atomic_store_n(&wifi->reason, ((const wifi_event_sta_disconnected_t *)data)->reason, __ATOMIC_RELAXED);
        changed(wifi, false);
    }
    /* It tries until the client stops it; what it answers comes as an event. */
    if ((id == WIFI_EVENT_STA_START || id == WIFI_EVENT_STA_DISCONNECTED) && get(&wifi->wanted)) {
        (void)esp_wifi_connect();
    }
}

static void on_address(void *user, esp_event_base_t base, int32_t id, void *data)
{
    (void)base;
    (void)data;
    if (id == IP_EVENT_STA_GOT_IP || id == IP_EVENT_STA_LOST_IP) {
        changed(user, id == IP_EVENT_STA_GOT_IP);
    }
}

/* What somebody has already made is as good. */
static esp_err_t unless_made(esp_err_t error)
{
    return error == ESP_ERR_INVALID_STATE ? ESP_OK : error;
}

static esp_err_t make_network(void)
{
    esp_err_t error = unless_made(esp_netif_init());
    if (error == ESP_OK) {
        error = unless_made(esp_event_loop_create_default());
    }
    if (error == ESP_OK && esp_netif_get_handle_from_ifkey("WIFI_STA_DEF") == NULL
        && esp_netif_create_default_wifi_sta() == NULL) {
        error = ESP_ERR_NO_MEM;
    }
    return error;
}

static esp_err_t make_radio(void)
{
    wifi_init_config_t init = WIFI_INIT_CONFIG_DEFAULT();
    /* Name and password come from the program, so nothing has to be stored. */
    init.nvs_enable = 0;
    esp_err_t error = unless_made(esp_wifi_init(&init));
    if (error == ESP_OK) {
        error = esp_wifi_set_storage(WIFI_STORAGE_RAM);
    }
    return error == ESP_OK ? esp_wifi_set_mode(WIFI_MODE_STA) : error;
}

static esp_err_t set_network(const struct limpet_idf_wifi *wifi)
{
    wifi_config_t config;
    const char *ssid = wifi->ssid != NULL ? wifi->ssid : CONFIG_LIMPET_WIFI_SSID;
    const char *password = wifi->password != NULL ? wifi->password : CONFIG_LIMPET_WIFI_PASSWORD;
    memset(&config, 0, sizeof config);
    /* Both may fill their fields, and have no NUL then. */
    if (strlen(ssid) > sizeof config.sta.ssid || strlen(password) > sizeof config.sta.password) {
        return ESP_ERR_INVALID_ARG;
    }
    memcpy(config.sta.ssid, ssid, strlen(ssid));
    memcpy(config.sta.password, password, strlen(password));
    return esp_wifi_set_config(WIFI_IF_STA, &config);
}

static esp_err_t listen(struct limpet_idf_wifi *wifi)
{
    esp_err_t error = esp_event_handler_instance_register(WIFI_EVENT, ESP_EVENT_ANY_ID, on_wifi, wifi, NULL);
    if (error == ESP_OK) {
        error = esp_event_handler_instance_register(IP_EVENT, ESP_EVENT_ANY_ID, on_address, wifi, NULL);
    }
    return error;
}

/* Called again after a failure. */
static esp_err_t prepare(struct limpet_idf_wifi *wifi)
{
    esp_err_t error = wifi->ready ? ESP_OK : make_network();
    if (error == ESP_OK && !wifi->ready) {
        error = make_radio();
    }
    if (error == ESP_OK && !wifi->ready) {
        error = listen(wifi);
        wifi->ready = error == ESP_OK;
    }
    return error == ESP_OK ? set_network(wifi) : error;
}

static void start(void *user)
{
    struct limpet_idf_wifi *wifi = user;
    esp_err_t error = ESP_OK;
    if (!wifi->running) {
        error = prepare(wifi);
        set(&wifi->wanted, true);
        if (error == ESP_OK) {
            error = esp_wifi_start();
        }
        wifi->running = error == ESP_OK;
    } else {
        /* It is at work already if it was lost: then this is refused, which does no harm. */
        (void)esp_wifi_connect();
    }
    wifi->error = -(int32_t)error;
}

static void stop(void *user)
{
    struct limpet_idf_wifi *wifi = user;
    set(&wifi->wanted, false);
    if (wifi->running) {
        /* If it cannot be stopped it is not running, and that is what was wanted. */
        (void)esp_wifi_disconnect();
        (void)esp_wifi_stop();
        wifi->running = false;
    }
    set(&wifi->has_address, false);
}

static int32_t status(void *user)
{
    const struct limpet_idf_wifi *wifi = user;
    if (wifi->error != 0) {
        return wifi->error;
    }
    return get(&wifi->has_address) ? 1 : 0;
}

void limpet_idf_wifi_link(struct limpet_idf_wifi *wifi, struct limpet_sockets *net, struct mqtt_link *link)
{
    wifi->net = net;
    link->start = start;
    link->stop = stop;
    link->status = status;
    link->user = wifi;
}
