/* The component as a program uses it: a task for the client, Wi-Fi that comes and goes, posts from threads and from an
 * interrupt, calls from another task, an end and a new start. The argument is the port of a broker on this machine. */

#define _GNU_SOURCE

#include "check.h"
#include "limpet_idf.h"
#include "machine.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define POSTERS 3
#define POSTS 40

static struct limpet_sockets net;
static struct limpet_idf_wifi wifi;
static struct mqtt_link link_of_wifi = { .settle_ms = 200 };
static struct limpet_idf_task task;

/* Written in the client's task, read here. */
static int online;
static int offline;
static int last_error;
static int received;
static int stop_in_event = -1;
static int call_in_event = -1;

static int get(const int *number)
{
    return __atomic_load_n(number, __ATOMIC_ACQUIRE);
}

static void set(int *number, int value)
{
    __atomic_store_n(number, value, __ATOMIC_RELEASE);
}

static int32_t is_online(struct mqtt_client *client, void *argument)
{
    (void)argument;
    return mqtt_is_connected(client) ? 1 : 0;
}

static void on_event(void *user, struct mqtt_client *client, const struct mqtt_event *event)
{
    (void)client;
    switch (event->kind) {
    case MQTT_EV_ONLINE:
        set(&stop_in_event, limpet_idf_task_stop(&task, MQTT_KEEP, 0));
        set(&call_in_event, limpet_idf_task_call(&task, is_online, NULL));
        set(&online, get(&online) + 1);
        break;
    case MQTT_EV_OFFLINE:
    case MQTT_EV_CONNECT_FAILED:
        set(&last_error, event->as.offline.error);
        set(&offline, get(&offline) + 1);
        break;
    case MQTT_EV_MESSAGE:
        set(&received, get(&received) + (user == &online ? 1 : 1000));
        break;
    default:
        break;
    }
}

static bool came_online(void)
{
    return get(&online) == 1;
}

static bool came_back(void)
{
    return get(&online) == 2;
}

static bool started_again(void)
{
    return get(&online) == 3;
}

static bool went_offline(void)
{
    return get(&offline) == 1;
}

static bool all_came(void)
{
    return get(&received) == POSTERS * POSTS;
}

static bool one_more_came(void)
{
    return get(&received) == POSTERS * POSTS + 1;
}

static bool searched_in_vain(void)
{
    return machine_radio().connects >= 4;
}

static void *post_many(void *user)
{
    (void)user;
    for (int i = 0; i < POSTS; i++) {
        while (mqtt_post(&task.client, "post", "something", 9, 1, false) == MQTT_ERR_FULL) {
            usleep(1000);
        }
    }
    return NULL;
}

static void post_from_interrupt(void *user)
{
    *(int32_t *)user = mqtt_post(&task.client, "post", "an interrupt", 12, 1, false);
}

struct subscription {
    const char *filter;
    uint8_t qos;
};

static int32_t subscribe(struct mqtt_client *client, void *argument)
{
    const struct subscription *subscription = argument;
    return mqtt_subscribe(client, subscription->filter, subscription->qos);
}

static int32_t nothing(struct mqtt_client *client, void *argument)
{
    (void)client;
    (void)argument;
    return 0;
}

static void prepare(const char *port)
{
    uint8_t id[16];
    struct mqtt_config config;
    limpet_idf_config(&config);
    check(strcmp(config.server, CONFIG_LIMPET_SERVER) == 0 && config.keepalive_s == 60 && config.client_id == NULL,
          "the configuration is that of menuconfig");
    check(limpet_idf_unique_id(NULL, id, sizeof id) == 6 && id[0] == 0x24 && id[5] == 3, "the id is the chip's");
    check(limpet_idf_task_start(&task) == MQTT_ERR_STATE, "a task that was not made does not start");
    check(limpet_idf_task_init(&task) == MQTT_ERR_ARGUMENT, "nor is it made without what it sleeps on");
    config.server = "127.0.0.1";
    config.port = (uint16_t)atoi(port);
    config.transport = &limpet_sockets_transport;
    config.transport_user = &net;
    config.on_event = on_event;
    config.user = &online;
    task.config = config;
    task.net = &net;
    limpet_idf_wifi_link(&wifi, &net, &link_of_wifi);
    task.link = &link_of_wifi;
    check(limpet_idf_task_init(&task) == MQTT_OK, "it is made");
    check(limpet_idf_task_call(&task, nothing, NULL) == MQTT_ERR_STATE, "a task that does not run is not called");
}

static void connect(void)
{
    machine_set_network(false);
    check(limpet_idf_task_start(&task) == MQTT_OK, "it starts");
    check(limpet_idf_task_start(&task) == MQTT_ERR_STATE && limpet_idf_task_init(&task) == MQTT_ERR_STATE, "once");
    check(becomes(searched_in_vain, 5000), "the radio looks for the network again and again");
    machine_set_network(true);
    check(becomes(came_online, 5000), "it is online when there is a network");
    const struct machine_radio radio = machine_radio();
    check(strcmp(radio.ssid, CONFIG_LIMPET_WIFI_SSID) == 0 && strcmp(radio.password, CONFIG_LIMPET_WIFI_PASSWORD) == 0,
          "that of menuconfig");
    check(!radio.uses_nvs && radio.starts == 1, "nothing is written to the flash");
    check(limpet_idf_network_status(NULL) == 1, "the default network is up");
    check(get(&stop_in_event) == MQTT_ERR_BUSY, "an event cannot end its task");
    check(get(&call_in_event) == 1, "but call what others call");
}

static void work(void)
{
    struct subscription subscription = { "post", 1 };
    pthread_t posters[POSTERS];
    int32_t posted = -1;
    check(limpet_idf_task_call(&task, subscribe, &subscription) > 0, "another task subscribes by a call");
    check(limpet_idf_task_call(&task, is_online, NULL) == 1, "and asks");
    for (int i = 0; i < POSTERS; i++) {
        pthread_create(&posters[i], NULL, post_many, NULL);
    }
    for (int i = 0; i < POSTERS; i++) {
        pthread_join(posters[i], NULL);
    }
    check(becomes(all_came, 20000), "what three threads post comes, each once");
    /* The client sleeps until its ping is due, in 15 seconds. */
    usleep(300000);
    machine_interrupt(post_from_interrupt, &posted);
    check(posted == MQTT_OK && becomes(one_more_came, 2000), "what an interrupt posts wakes the client");
}

static void lose(void)
{
    machine_set_network(false);
    check(becomes(went_offline, 2000) && get(&last_error) == MQTT_ERR_LINK_DOWN, "the loss of the Wi-Fi is seen at once");
    check(__atomic_load_n(&wifi.reason, __ATOMIC_RELAXED) != 0, "with its reason");
    check(mqtt_post(&task.client, "post", "meanwhile", 9, 1, false) == MQTT_OK, "posting goes on");
    machine_set_network(true);
    check(becomes(came_back, 10000), "and it comes back");
}

static void end(void)
{
    check(limpet_idf_task_stop(&task, MQTT_DRAIN, 5000) == MQTT_OK, "it leaves, and the task ends");
    check(limpet_idf_task_call(&task, nothing, NULL) == MQTT_ERR_STATE, "then there is nobody to call");
    check(machine_radio().stops == 1, "the radio is off");
    check(limpet_idf_task_start(&task) == MQTT_OK && becomes(started_again, 10000), "it starts again");
    check(limpet_idf_task_stop(&task, MQTT_KEEP, 0) == MQTT_OK, "and ends again");
    check(machine_radio().starts == machine_radio().stops, "the radio was started as often as it was stopped");
}

int main(int argc, char **argv)
{
    prepare(argc > 1 ? argv[1] : "1883");
    connect();
    work();
    lose();
    end();
    return failures() == 0 ? 0 : 1;
}
