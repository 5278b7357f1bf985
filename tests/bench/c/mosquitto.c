/* libmosquitto, with the calls for programs that have their own loop. */

#define _POSIX_C_SOURCE 200809L

#include "peer.h"

#include <mosquitto.h>
#include <poll.h>

static struct mosquitto *client;
static unsigned payload_len;
static unsigned granted;
static unsigned filters;
static bool is_online;

static void on_connect(struct mosquitto *from, void *user, int code)
{
    (void)user;
    (void)from;
    is_online = code == 0;
}

static void on_publish(struct mosquitto *from, void *user, int id)
{
    (void)from;
    (void)user;
    (void)id;
    peer_ended++;
}

static void on_subscribe(struct mosquitto *from, void *user, int id, int count, const int *codes)
{
    (void)from;
    (void)user;
    (void)id;
    (void)count;
    (void)codes;
    granted++;
}

static void on_message(struct mosquitto *from, void *user, const struct mosquitto_message *message)
{
    (void)from;
    (void)user;
    (void)message;
    peer_messages++;
}

bool peer_start(const struct plan *plan)
{
    payload_len = plan->payload;
    filters = plan->filters;
    (void)mosquitto_lib_init();
    client = mosquitto_new("bench", true, NULL);
    if (client == NULL) {
        return false;
    }
    mosquitto_connect_callback_set(client, on_connect);
    mosquitto_publish_callback_set(client, on_publish);
    mosquitto_subscribe_callback_set(client, on_subscribe);
    mosquitto_message_callback_set(client, on_message);
    (void)mosquitto_int_option(client, MOSQ_OPT_TCP_NODELAY, 1);
#ifdef BENCH_V5
    (void)mosquitto_int_option(client, MOSQ_OPT_PROTOCOL_VERSION, MQTT_PROTOCOL_V5);
#endif
    (void)mosquitto_max_inflight_messages_set(client, plan->window + plan->stuck);
    return mosquitto_connect(client, "127.0.0.1", plan->port, 60) == MOSQ_ERR_SUCCESS;
}

bool peer_is_ready(void)
{
    static bool asked;
    if (is_online && !asked) {
        asked = true;
        for (unsigned i = 0; i < filters; i++) {
            if (mosquitto_subscribe(client, NULL, i == 0 ? "sensors/#" : "actors/+", 2) != MOSQ_ERR_SUCCESS) {
                bench_fail("the filter is refused");
            }
        }
    }
    return is_online && granted == filters;
}

bool peer_publish(unsigned qos)
{
    const int answer =
        mosquitto_publish(client, NULL, TOPIC, (int)payload_len, bench_payload, (int)qos, false);
    if (answer != MOSQ_ERR_SUCCESS) {
        bench_fail(mosquitto_strerror(answer));
    }
    return true;
}

void peer_poll(void)
{
    const int answer = mosquitto_loop_read(client, 1);
    if (answer != MOSQ_ERR_SUCCESS) {
        bench_fail(mosquitto_strerror(answer));
    }
    if (mosquitto_want_write(client)) {
        (void)mosquitto_loop_write(client, 1);
    }
    (void)mosquitto_loop_misc(client);
}

void peer_wait(void)
{
    const short wanted = (short)(POLLIN | (mosquitto_want_write(client) ? POLLOUT : 0));
    struct pollfd fd = { .fd = mosquitto_socket(client), .events = wanted };
    (void)poll(&fd, 1, 1000);
}
