/* The radio, the event loop in a thread of its own, and the interface. A network that is there is joined at once. */

#define _GNU_SOURCE

#include "machine.h"

#include "esp_event.h"
#include "esp_netif.h"
#include "esp_wifi.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

esp_event_base_t const WIFI_EVENT = "WIFI_EVENT";
esp_event_base_t const IP_EVENT = "IP_EVENT";

/* wifi_err_reason_t. */
enum { LEFT = 8, LOST = 200, NOT_FOUND = 201 };

/* How long it looks for a network that is not there. */
#define LOOK_US 20000

#define EVENTS 64
#define HANDLERS 8

struct event {
    esp_event_base_t base;
    int32_t id;
    wifi_event_sta_disconnected_t data;
};

struct handler {
    esp_event_base_t base;
    int32_t id;
    esp_event_handler_t function;
    void *user;
};

struct esp_netif_obj {
    int number;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t news = PTHREAD_COND_INITIALIZER;
static struct event events[EVENTS];
static unsigned posted;
static unsigned taken;
static struct handler handlers[HANDLERS];
static unsigned handler_count;
static bool has_loop;
static bool has_netif;
static bool is_initialised;
static bool is_started;
static bool is_connected;
static bool is_there = true;
static struct esp_netif_obj station;
static struct machine_radio radio;

static void post(esp_event_base_t base, int32_t id, uint8_t reason)
{
    if (posted - taken == EVENTS) {
        abort();
    }
    events[posted++ % EVENTS] = (struct event){ .base = base, .id = id, .data.reason = reason };
    pthread_cond_signal(&news);
}

static void *loop(void *user)
{
    (void)user;
    pthread_mutex_lock(&lock);
    for (;;) {
        while (posted == taken) {
            pthread_cond_wait(&news, &lock);
        }
        struct event event = events[taken++ % EVENTS];
        const unsigned count = handler_count;
        pthread_mutex_unlock(&lock);
        if (event.id == WIFI_EVENT_STA_DISCONNECTED && event.base == WIFI_EVENT && event.data.reason == NOT_FOUND) {
            usleep(LOOK_US);
        }
        for (unsigned i = 0; i < count; i++) {
            const struct handler *handler = &handlers[i];
            if (handler->base == event.base && (handler->id == ESP_EVENT_ANY_ID || handler->id == event.id)) {
                handler->function(handler->user, event.base, event.id, &event.data);
            }
        }
        pthread_mutex_lock(&lock);
    }
    return NULL;
}

esp_err_t esp_event_loop_create_default(void)
{
    pthread_t thread;
    if (has_loop) {
        return ESP_ERR_INVALID_STATE;
    }
    has_loop = true;
    return pthread_create(&thread, NULL, loop, NULL) == 0 ? ESP_OK : ESP_ERR_NO_MEM;
}

esp_err_t esp_event_handler_instance_register(esp_event_base_t base, int32_t id, esp_event_handler_t function, void *user,
                                              esp_event_handler_instance_t *instance)
{
    (void)instance;
    pthread_mutex_lock(&lock);
    const bool fits = has_loop && handler_count < HANDLERS;
    if (fits) {
        handlers[handler_count++] = (struct handler){ base, id, function, user };
    }
    pthread_mutex_unlock(&lock);
    return fits ? ESP_OK : ESP_ERR_INVALID_STATE;
}

esp_err_t esp_netif_init(void)
{
    return ESP_OK;
}

esp_netif_t *esp_netif_get_handle_from_ifkey(const char *key)
{
    return has_netif && strcmp(key, "WIFI_STA_DEF") == 0 ? &station : NULL;
}

esp_netif_t *esp_netif_create_default_wifi_sta(void)
{
    /* Two of them would abort on a device. */
    if (has_netif) {
        abort();
    }
    has_netif = true;
    return &station;
}

esp_netif_t *esp_netif_get_default_netif(void)
{
    return has_netif ? &station : NULL;
}

bool esp_netif_is_netif_up(esp_netif_t *netif)
{
    (void)netif;
    pthread_mutex_lock(&lock);
    const bool up = is_connected;
    pthread_mutex_unlock(&lock);
    return up;
}

esp_err_t esp_netif_get_ip_info(esp_netif_t *netif, esp_netif_ip_info_t *info)
{
    memset(info, 0, sizeof *info);
    info->ip.addr = esp_netif_is_netif_up(netif) ? 0x0100007fu : 0;
    return ESP_OK;
}

esp_err_t esp_wifi_init(const wifi_init_config_t *config)
{
    /* Handlers for the station want its interface. */
    if (config->magic != 0x1F2F3F4F || !has_netif) {
        return ESP_ERR_INVALID_ARG;
    }
    pthread_mutex_lock(&lock);
    is_initialised = true;
    radio.uses_nvs = config->nvs_enable != 0;
    pthread_mutex_unlock(&lock);
    return ESP_OK;
}

esp_err_t esp_wifi_set_storage(wifi_storage_t storage)
{
    pthread_mutex_lock(&lock);
    radio.uses_nvs = radio.uses_nvs || storage != WIFI_STORAGE_RAM;
    pthread_mutex_unlock(&lock);
    return is_initialised ? ESP_OK : ESP_ERR_INVALID_STATE;
}

esp_err_t esp_wifi_set_mode(wifi_mode_t mode)
{
    return is_initialised && mode == WIFI_MODE_STA ? ESP_OK : ESP_ERR_INVALID_STATE;
}

esp_err_t esp_wifi_set_config(wifi_interface_t interface, wifi_config_t *config)
{
    if (!is_initialised || interface != WIFI_IF_STA) {
        return ESP_ERR_INVALID_STATE;
    }
    pthread_mutex_lock(&lock);
    memcpy(radio.ssid, config->sta.ssid, sizeof config->sta.ssid);
    memcpy(radio.password, config->sta.password, sizeof config->sta.password);
    pthread_mutex_unlock(&lock);
    return ESP_OK;
}

esp_err_t esp_wifi_start(void)
{
    pthread_mutex_lock(&lock);
    is_started = true;
    radio.starts++;
    post(WIFI_EVENT, WIFI_EVENT_STA_START, 0);
    pthread_mutex_unlock(&lock);
    return ESP_OK;
}

static void leave(uint8_t reason)
{
    if (is_connected) {
        is_connected = false;
        post(WIFI_EVENT, WIFI_EVENT_STA_DISCONNECTED, reason);
    }
}

esp_err_t esp_wifi_stop(void)
{
    pthread_mutex_lock(&lock);
    leave(LEFT);
    is_started = false;
    radio.stops++;
    post(WIFI_EVENT, WIFI_EVENT_STA_STOP, 0);
    pthread_mutex_unlock(&lock);
    return ESP_OK;
}

esp_err_t esp_wifi_connect(void)
{
    pthread_mutex_lock(&lock);
    const bool can = is_started;
    if (can && !is_connected) {
        radio.connects++;
        is_connected = is_there;
        if (is_there) {
            post(WIFI_EVENT, WIFI_EVENT_STA_CONNECTED, 0);
            post(IP_EVENT, IP_EVENT_STA_GOT_IP, 0);
        } else {
            post(WIFI_EVENT, WIFI_EVENT_STA_DISCONNECTED, NOT_FOUND);
        }
    }
    pthread_mutex_unlock(&lock);
    return can ? ESP_OK : ESP_ERR_INVALID_STATE;
}

esp_err_t esp_wifi_disconnect(void)
{
    pthread_mutex_lock(&lock);
    leave(LEFT);
    pthread_mutex_unlock(&lock);
    return ESP_OK;
}

void machine_set_network(bool there)
{
    pthread_mutex_lock(&lock);
    is_there = there;
    if (!there) {
        leave(LOST);
    }
    pthread_mutex_unlock(&lock);
}

struct machine_radio machine_radio(void)
{
    pthread_mutex_lock(&lock);
    const struct machine_radio copy = radio;
    pthread_mutex_unlock(&lock);
    return copy;
}
