/* The store in NVS as the client's task uses it: over resets that only what was committed outlives. No broker is needed. */

#include "check.h"
#include "limpet_idf.h"
#include "machine.h"

#include "nvs.h"

#include <string.h>

static struct limpet_sockets net;
static struct limpet_idf_nvs nvs;
static struct mqtt_store store;
static struct limpet_idf_task task;

static void on_event(void *user, struct mqtt_client *client, const struct mqtt_event *event)
{
    (void)user;
    (void)client;
    (void)event;
}

/* A life begins: nothing is left but NVS. */
static int32_t live(const char *name)
{
    machine_reset_nvs();
    memset(&net, 0, sizeof net);
    memset(&nvs, 0, sizeof nvs);
    memset(&store, 0, sizeof store);
    memset(&task, 0, sizeof task);
    nvs.name = name;
    limpet_idf_nvs_store(&nvs, &store);
    limpet_idf_config(&task.config);
    task.config.transport = &limpet_sockets_transport;
    task.config.transport_user = &net;
    task.config.on_event = on_event;
    task.net = &net;
    task.store = &store;
    return limpet_idf_task_init(&task);
}

static void a_message_outlives_a_reset(void)
{
    check(live(NULL) == MQTT_OK, "a client has a store in NVS");
    const int32_t token = mqtt_publish(&task.client, "t", "x", 1, 1, false);
    check(token > 0 && machine_count_nvs("limpet") == 1, "a message is kept before mqtt_publish returns");
    check(live(NULL) == MQTT_OK, "it starts again");
    const int32_t next = mqtt_publish(&task.client, "t", "y", 1, 1, false);
    check(next > token && machine_count_nvs("limpet") == 2, "it goes on with the tokens");
    check(mqtt_cancel(&task.client, token) == MQTT_OK, "the message of the life before is there");
    (void)mqtt_poll(&task.client);
    check(machine_count_nvs("limpet") == 1, "and its record goes when it has ended");
    check(live(NULL) == MQTT_OK && machine_count_nvs("limpet") == 1, "that was committed, too");
}

static void two_clients_have_two_namespaces(void)
{
    check(live("second") == MQTT_OK && mqtt_publish(&task.client, "t", "x", 1, 1, false) > 0, "a second client");
    check(machine_count_nvs("second") == 1 && machine_count_nvs("limpet") == 1, "has a namespace of its own");
}

static void what_nvs_says_is_told(void)
{
    uint8_t buf[64] = { 0 };
    check(live("third") == MQTT_OK, "a third client");
    machine_break_nvs(ESP_ERR_NVS_NOT_ENOUGH_SPACE);
    check(mqtt_publish(&task.client, "t", "x", 1, 1, false) == MQTT_ERR_STORE, "what cannot be kept is not accepted");
    check(store.save(store.user, 1, buf, 4) == -ESP_ERR_NVS_NOT_ENOUGH_SPACE, "save tells why");
    check(store.load(store.user, 1, buf, 4) == -ESP_ERR_NVS_NOT_ENOUGH_SPACE, "load tells why");
    check(store.erase(store.user, 1) == -ESP_ERR_NVS_NOT_ENOUGH_SPACE, "erase tells why");
    machine_break_nvs(ESP_ERR_NVS_NOT_INITIALIZED);
    check(store.save(store.user, 1, buf, 4) == -ESP_ERR_NVS_NOT_INITIALIZED, "and so does NVS that was not initialised");
    machine_break_nvs(0);
    check(store.load(store.user, 1, buf, 4) == 0 && store.erase(store.user, 1) == 0, "nothing is nothing");
    check(store.save(store.user, 4294967295u, buf, 40) == 0, "a key of ten digits is short enough");
    check(store.load(store.user, 4294967295u, buf, 64) == 40, "load says how much there is");
    check(store.load(store.user, 4294967295u, buf, 39) == -ESP_ERR_NVS_INVALID_LENGTH, "a longer one stays");
    check(machine_open_nvs() == 0, "no handle stays open");
}

int main(void)
{
    a_message_outlives_a_reset();
    two_clients_have_two_namespaces();
    what_nvs_says_is_told();
    return failures() == 0 ? 0 : 1;
}
