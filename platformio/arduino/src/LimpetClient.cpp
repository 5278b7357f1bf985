/* From the class to C and back. */

#include "LimpetClient.h"

#include "LimpetId.h"

#include <string.h>

/* What C takes for a QoS that does not exist. */
static uint8_t qosOf(int qos)
{
    return qos >= 0 && qos <= 2 ? static_cast<uint8_t>(qos) : UINT8_MAX;
}

static uint32_t nowMs(void *user)
{
    (void)user;
    return static_cast<uint32_t>(millis());
}

LimpetClient::LimpetClient(Client &net, const LimpetMemory &memory) : config(), m_wire(&net), m_will(), m_client()
{
    takeMemory(memory);
    config.transport = &LimpetWire::transport;
    config.transport_user = &m_wire;
}

LimpetClient::LimpetClient(const struct mqtt_transport &transport, void *transportUser, const LimpetMemory &memory)
    : config(), m_wire(nullptr), m_will(), m_client()
{
    takeMemory(memory);
    config.transport = &transport;
    config.transport_user = transportUser;
}

void LimpetClient::takeMemory(const LimpetMemory &memory)
{
    config.rx = memory.rx;
    config.rx_size = memory.rxSize;
    config.outbox = memory.outbox;
    config.outbox_size = memory.outboxSize;
    config.mailbox = memory.mailboxSize > 0 ? memory.mailbox : nullptr;
    config.mailbox_size = memory.mailboxSize;
}

void LimpetClient::setCredentials(const char *name, const char *password)
{
    config.username = name;
    config.password = password;
    config.password_len = 0;
}

void LimpetClient::setWill(const char *topic, const char *text, int qos, bool retain)
{
    m_will.topic = topic;
    m_will.payload = text;
    m_will.payload_len = strlen(text);
    m_will.qos = qosOf(qos);
    m_will.retain = retain;
    config.will = &m_will;
}

LimpetResult LimpetClient::begin(const char *server, uint16_t port)
{
    /* One that runs leaves its connection; one that does not answers MQTT_ERR_STATE, which is as good. */
    (void)mqtt_close(&m_client);
    config.abi = MQTT_ABI;
    config.server = server;
    config.port = port;
    config.now_ms = nowMs;
    config.on_event = onEventOfC;
    config.user = this;
    if (config.unique_id == nullptr) {
        config.unique_id = limpetChipId;
    }
    int32_t result = mqtt_init(&m_client, &config);
    if (result == MQTT_OK && m_link != nullptr) {
        result = mqtt_supervise(&m_client, &m_link->settings);
    }
    if (result == MQTT_OK) {
        result = mqtt_connect(&m_client);
    }
    return LimpetResult(result);
}

LimpetResult LimpetClient::publish(const char *topic, const char *text, int qos, bool retain)
{
    return publish(topic, text, strlen(text), qos, retain);
}

LimpetResult LimpetClient::publish(const char *topic, const String &text, int qos, bool retain)
{
    return publish(topic, text.c_str(), text.length(), qos, retain);
}

LimpetResult LimpetClient::publish(const char *topic, const void *payload, size_t length, int qos, bool retain)
{
    return LimpetResult(mqtt_publish(&m_client, topic, payload, length, qosOf(qos), retain));
}

LimpetResult LimpetClient::publish(const struct mqtt_publish_options &options)
{
    return LimpetResult(mqtt_publish_with(&m_client, &options));
}

LimpetResult LimpetClient::post(const char *topic, const void *payload, size_t length, int qos, bool retain)
{
    return LimpetResult(mqtt_post(&m_client, topic, payload, length, qosOf(qos), retain));
}

LimpetResult LimpetClient::subscribe(const char *filter, int qos)
{
    return LimpetResult(mqtt_subscribe(&m_client, filter, qosOf(qos)));
}

LimpetResult LimpetClient::subscribe(const struct mqtt_subscribe_options &options)
{
    return LimpetResult(mqtt_subscribe_with(&m_client, &options));
}

LimpetResult LimpetClient::disconnect(uint32_t drainMs)
{
    const uint8_t how = drainMs > 0 ? MQTT_DRAIN : MQTT_KEEP;
    return LimpetResult(mqtt_disconnect(&m_client, how, drainMs));
}

void LimpetClient::onEventOfC(void *user, struct mqtt_client *client, const struct mqtt_event *event)
{
    (void)client;
    static_cast<LimpetClient *>(user)->dispatch(*event);
}

static void tell(LimpetClient &mqtt, const struct mqtt_message &m, void (*function)(const LimpetMessage &))
{
    const LimpetMessage message = { mqtt,
                                    LimpetText(m.topic, m.topic_len),
                                    LimpetText(m.payload, m.payload_len),
                                    m.offset,
                                    m.total,
                                    m.qos,
                                    m.retain,
                                    m.dup };
    function(message);
}

void LimpetClient::dispatch(const struct mqtt_event &event)
{
    if (m_onEvent != nullptr) {
        m_onEvent(*this, event);
    }
    switch (event.kind) {
    case MQTT_EV_ONLINE:
        if (m_onConnect != nullptr) {
            m_onConnect(LimpetConnection{ *this, event.as.online.session_present });
        }
        break;
    case MQTT_EV_OFFLINE:
    case MQTT_EV_CONNECT_FAILED:
        if (m_onDisconnect != nullptr) {
            m_onDisconnect(LimpetOutage(*this, event.kind == MQTT_EV_OFFLINE, event.as.offline));
        }
        break;
    case MQTT_EV_MESSAGE:
        if (m_onMessage != nullptr) {
            tell(*this, event.as.message, m_onMessage);
        }
        break;
    case MQTT_EV_DONE:
        if (m_onPublished != nullptr) {
            const struct mqtt_done &done = event.as.done;
            m_onPublished(LimpetDone{ *this, done.token, done.fate, done.maybe_sent, done.reason });
        }
        break;
    default:
        break;
    }
}
