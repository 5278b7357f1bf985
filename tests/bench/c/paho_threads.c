/* Paho's MQTTAsync, which has two threads of its own. Over a socket. */

#define _POSIX_C_SOURCE 200809L

#include "peer.h"

#include <MQTTAsync.h>
#include <pthread.h>
#include <stdio.h>

static MQTTAsync client;
static unsigned payload_len;
static bool is_online;
/* Counted by its threads; peer_ended is the last that main has seen. */
static unsigned long ended;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t news = PTHREAD_COND_INITIALIZER;

static void happened(unsigned long messages)
{
    pthread_mutex_lock(&lock);
    ended += messages;
    is_online = true;
    pthread_cond_signal(&news);
    pthread_mutex_unlock(&lock);
}

static void on_connected(void *user, MQTTAsync_successData *data)
{
    (void)user;
    (void)data;
    happened(0);
}

static void on_sent(void *user, MQTTAsync_successData *data)
{
    (void)user;
    (void)data;
    happened(1);
}

static void on_failed(void *user, MQTTAsync_failureData *data)
{
    (void)user;
    (void)data;
    bench_fail("Paho failed");
}

static int on_message(void *user, char *topic, int len, MQTTAsync_message *message)
{
    (void)user;
    (void)len;
    MQTTAsync_freeMessage(&message);
    MQTTAsync_free(topic);
    return 1;
}

bool peer_start(const struct plan *plan)
{
    MQTTAsync_connectOptions options = MQTTAsync_connectOptions_initializer;
    char url[40];
    payload_len = plan->payload;
    snprintf(url, sizeof url, "tcp://127.0.0.1:%d", plan->port);
    options.maxInflight = (int)plan->window;
    options.onSuccess = on_connected;
    options.onFailure = on_failed;
    return MQTTAsync_create(&client, url, "bench", MQTTCLIENT_PERSISTENCE_NONE, NULL) == MQTTASYNC_SUCCESS
        && MQTTAsync_setCallbacks(client, NULL, NULL, on_message, NULL) == MQTTASYNC_SUCCESS
        && MQTTAsync_connect(client, &options) == MQTTASYNC_SUCCESS;
}

bool peer_is_ready(void)
{
    pthread_mutex_lock(&lock);
    const bool ready = is_online;
    pthread_mutex_unlock(&lock);
    return ready;
}

bool peer_publish(unsigned qos)
{
    MQTTAsync_responseOptions options = MQTTAsync_responseOptions_initializer;
    options.onSuccess = on_sent;
    options.onFailure = on_failed;
    return MQTTAsync_send(client, TOPIC, (int)payload_len, bench_payload, (int)qos, 0, &options)
        == MQTTASYNC_SUCCESS;
}

void peer_poll(void)
{
    pthread_mutex_lock(&lock);
    peer_ended = ended;
    pthread_mutex_unlock(&lock);
}

void peer_wait(void)
{
    pthread_mutex_lock(&lock);
    const bool was_online = is_online;
    while (peer_ended == ended && is_online == was_online) {
        pthread_cond_wait(&news, &lock);
    }
    pthread_mutex_unlock(&lock);
}
