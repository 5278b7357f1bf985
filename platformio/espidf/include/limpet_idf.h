/* Limpet and ESP-IDF: a configuration from menuconfig, the Wi-Fi, TLS by esp-tls, and a task for the client. The client
 * itself is limpet.h, the connection without TLS is limpet_sockets.h. Errors are those of limpet.h. */

#ifndef LIMPET_IDF_H
#define LIMPET_IDF_H

#include "limpet.h"
#include "limpet_sockets.h"
#include "sdkconfig.h"

#include "freertos/FreeRTOS.h"
#include "freertos/semphr.h"
#include "freertos/task.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Fills all of it: with what menuconfig says, the clock below, and the chip's MAC address for a client id. You set
 * transport, transport_user and on_event, and rx and outbox unless the task below has them. */
void limpet_idf_config(struct mqtt_config *config);

/* Milliseconds of esp_timer, which counts on through light sleep. user is not used. */
uint32_t limpet_idf_now_ms(void *user);

/* The MAC address of the chip. For mqtt_config.unique_id. */
int32_t limpet_idf_unique_id(void *user, uint8_t *buf, size_t len);

/* Whether the network that connections go over by default is up, and has an address: for mqtt_link.status when you bring
 * it up yourself, be it Wi-Fi, Ethernet or a modem. user is not used. */
int32_t limpet_idf_network_status(void *user);

#if CONFIG_LIMPET_WIFI

/* The Wi-Fi, as a station. Declare one, zeroed, and it must stay where it is. ESP-IDF has one radio: use one of these, and
 * do not call esp_wifi_* besides. */
struct limpet_idf_wifi {
    /* Yours, borrowed. Default: what menuconfig says. An empty password is an open network. */
    const char *ssid;
    const char *password;

    /* The rest belongs to wifi.c, but you may read the reason: wifi_err_reason_t of the last disconnection. */
    uint8_t reason;
    bool ready;
    bool running;
    bool wanted;
    bool has_address;
    int32_t error;
    struct limpet_sockets *net;
};

/* Fills link for mqtt_supervise, but for its times: Wi-Fi is joined when the client needs it, joined again when it is
 * lost, and the radio is stopped and started when that may help. net is woken when the Wi-Fi comes and goes; NULL: none.
 * It initialises esp_netif, the default event loop and esp_wifi when the client first needs them, unless you have. NVS is
 * not needed. What ESP-IDF refuses is the detail of MQTT_ERR_LINK_FAILED, -esp_err_t. */
void limpet_idf_wifi_link(struct limpet_idf_wifi *wifi, struct limpet_sockets *net, struct mqtt_link *link);

#endif

#if CONFIG_LIMPET_ESP_TLS

struct esp_tls;

/* TLS over a socket. Declare one for each client, zeroed, and it must stay where it is. The broker is always verified:
 * set ca or bundle. */
struct limpet_idf_tls {
    /* Yours, borrowed while the transport is in use. Certificates and key in PEM. */
    const char *ca;
    /* esp_crt_bundle_attach, for the CAs that ESP-IDF brings. */
    int (*bundle)(void *conf);
    /* If the broker asks for them. */
    const char *cert;
    const char *key;
    /* The name that the broker's certificate must bear, if it is not server of mqtt_config. */
    const char *name;

    /* The rest belongs to tls.c. You may read the flags, MBEDTLS_X509_BADCERT_* of a certificate that was refused, and wait
     * with limpet_sockets_wait(&tls.net, ...). */
    uint32_t flags;
    bool connected;
    struct esp_tls *tls;
    struct limpet_sockets net;
};

/* Its user is a struct limpet_idf_tls. Names are looked up and connections made without waiting; the handshake goes on
 * in steps, and one step may take as long as a public-key operation does. esp-tls and Mbed TLS take memory from the heap.
 * Failures of TLS are MQTT_TLS_ERROR + Mbed TLS's code, or - 1 if it has none. */
extern const struct mqtt_transport limpet_idf_tls_transport;

/* Why the broker's certificate was refused last, in a few words; empty if it was not. Never NULL. */
const char *limpet_idf_tls_reason(const struct limpet_idf_tls *tls);

#endif

#if CONFIG_LIMPET_NVS

/* A store in NVS. Declare one for each client, zeroed, and it must stay where it is. */
struct limpet_idf_nvs {
    /* The namespace, up to 15 characters, borrowed; nothing else may be in it. Default "limpet". */
    const char *name;
    /* The rest is for the library. */
    uint8_t memory[CONFIG_LIMPET_NVS_RECORDS * 8 + 3 + CONFIG_LIMPET_NVS_LONGEST];
};

/* Fills store, for mqtt_restore or for store of the task below. Call nvs_flash_init before: it is yours. What NVS refuses is
 * the detail of MQTT_EV_STORE, -esp_err_t. */
void limpet_idf_nvs_store(struct limpet_idf_nvs *nvs, struct mqtt_store *store);

#endif

#if CONFIG_LIMPET_TASK

/* A client with a task of its own, and all memory for both. Declare it static, zeroed. Other tasks and interrupts use
 * mqtt_post, and other tasks limpet_idf_task_call for everything else. */
struct limpet_idf_task {
    /* Yours, before limpet_idf_task_init. Its rx, outbox and mailbox, if they are NULL, are those below; its wake and user
     * are the task's, and yours are called from there. */
    struct mqtt_config config;
    /* What the transport sleeps on: your struct limpet_sockets, or net of your struct limpet_idf_tls. */
    struct limpet_sockets *net;
    /* For mqtt_supervise. Default: none. */
    struct mqtt_link *link;
    /* For mqtt_restore. Default: none. */
    struct mqtt_store *store;

    /* For functions of limpet.h: before limpet_idf_task_start, in on_event, and in limpet_idf_task_call. mqtt_post: always. */
    struct mqtt_client client;

    /* The rest belongs to task.c. */
    void (*on_event)(void *user, struct mqtt_client *client, const struct mqtt_event *event);
    void (*log)(void *user, int32_t code, int32_t value);
    void (*wake)(void *user);
    uint32_t (*now_ms)(void *user);
    int32_t (*unique_id)(void *user, uint8_t *buf, size_t len);
    void *user;
    int32_t (*call)(struct mqtt_client *client, void *argument);
    void *argument;
    int32_t result;
    bool ending;
    TaskHandle_t handle;
    SemaphoreHandle_t one_at_a_time;
    SemaphoreHandle_t done;
    SemaphoreHandle_t ended;
    StaticSemaphore_t semaphores[3];
    StaticTask_t tcb;
    StackType_t stack[CONFIG_LIMPET_TASK_STACK / sizeof(StackType_t)];
    uint8_t rx[CONFIG_LIMPET_RX_SIZE];
    uint8_t outbox[CONFIG_LIMPET_OUTBOX_SIZE];
    uint8_t mailbox[CONFIG_LIMPET_MAILBOX_SIZE > 0 ? CONFIG_LIMPET_MAILBOX_SIZE : 1];
};

/* mqtt_init, mqtt_restore if there is a store, and mqtt_supervise if there is a link: their results. Subscribe after this. */
int32_t limpet_idf_task_init(struct limpet_idf_task *task);

/* mqtt_connect, and starts the task. MQTT_ERR_STATE before limpet_idf_task_init, and if it runs already. */
int32_t limpet_idf_task_start(struct limpet_idf_task *task);

/* Calls your function in the client's task, at once if it is called there, and returns what it returns. It waits for
 * what the task is doing, and may not be called from interrupts. MQTT_ERR_STATE if the task does not run. */
int32_t limpet_idf_task_call(struct limpet_idf_task *task, int32_t (*call)(struct mqtt_client *client, void *argument),
                             void *argument);

/* Leaves as mqtt_disconnect does, and ends the task. Waits for that; not for on_event and not for interrupts. Nobody may
 * be in limpet_idf_task_call meanwhile. Then limpet_idf_task_start goes on where it was. */
int32_t limpet_idf_task_stop(struct limpet_idf_task *task, uint8_t how, uint32_t timeout_ms);

#endif

#ifdef __cplusplus
}
#endif

#endif
