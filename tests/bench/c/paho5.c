/* As paho.c, in MQTT 5, which has other functions. */

#include "peer.h"

#include <MQTTClient.h>

/* More than any plan has under way. */
#define TOKENS 8192u
#define PATIENCE_MS 10000u

static MQTTClient client;
static unsigned payload_len;
static bool receives;
static MQTTClient_deliveryToken tokens[TOKENS];
static unsigned long sent;

static void works(int answer)
{
    if (answer != MQTTCLIENT_SUCCESS) {
        bench_fail(MQTTClient_strerror(answer));
    }
}

static void agreed(MQTTResponse response)
{
    /* A SUBACK says which QoS. */
    if (response.reasonCode < 0 || response.reasonCode >= 0x80) {
        bench_fail(MQTTReasonCode_toString(response.reasonCode));
    }
    MQTTResponse_free(response);
}

bool peer_start(const struct plan *plan)
{
    MQTTClient_connectOptions options = MQTTClient_connectOptions_initializer5;
    MQTTClient_createOptions creation = MQTTClient_createOptions_initializer;
    creation.MQTTVersion = MQTTVERSION_5;
    payload_len = plan->payload;
    receives = plan->what[0] == 'r';
    /* Its keep alive is of no use where time stands still. */
    options.keepAliveInterval = 0;
    options.reliable = 0;
    options.maxInflightMessages = (int)(plan->window + plan->stuck + 1);
    works(MQTTClient_createWithOptions(
        &client, "tcp://127.0.0.1:1883", "bench", MQTTCLIENT_PERSISTENCE_NONE, NULL, &creation));
    agreed(MQTTClient_connect5(client, &options, NULL, NULL));
    for (unsigned i = 0; i < plan->filters; i++) {
        agreed(MQTTClient_subscribe5(client, i == 0 ? "sensors/#" : "actors/+", 2, NULL, NULL));
    }
    return plan->stuck == 0;
}

bool peer_is_ready(void)
{
    return true;
}

bool peer_publish(unsigned qos)
{
    agreed(MQTTClient_publish5(
        client, TOPIC, (int)payload_len, bench_payload, (int)qos, 0, NULL, &tokens[sent++ % TOKENS]));
    if (qos == 0) {
        peer_ended++;
    }
    return true;
}

static void receive(void)
{
    char *topic = NULL;
    int topic_len = 0;
    MQTTClient_message *message = NULL;
    (void)MQTTClient_receive(client, &topic, &topic_len, &message, 1);
    if (message != NULL) {
        peer_messages++;
        MQTTClient_freeMessage(&message);
        MQTTClient_free(topic);
    }
}

void peer_poll(void)
{
    if (receives) {
        receive();
    } else if (peer_ended < sent) {
        works(MQTTClient_waitForCompletion(client, tokens[peer_ended % TOKENS], PATIENCE_MS));
        peer_ended++;
    } else {
        MQTTClient_yield();
    }
}
