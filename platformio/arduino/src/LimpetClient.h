/* The client: everything a sketch calls. Limpet.h gives it its memory. Call it from setup() and loop() only, and from the
 * functions that it calls; post() alone may be called from interrupts and other tasks. */

#ifndef LIMPET_CLIENT_H
#define LIMPET_CLIENT_H

#include <Arduino.h>
#include <Client.h>

#include "LimpetEvents.h"
#include "LimpetLink.h"
#include "LimpetWire.h"
#include "c/limpet.h"

/* Lent while the client lives. */
struct LimpetMemory {
    uint8_t *rx;
    size_t rxSize;
    uint8_t *outbox;
    size_t outboxSize;
    uint8_t *mailbox;
    size_t mailboxSize;
};

class LimpetClient {
public:
    LimpetClient(Client &net, const LimpetMemory &memory);
    LimpetClient(const struct mqtt_transport &transport, void *transportUser, const LimpetMemory &memory);
    LimpetClient(const LimpetClient &) = delete;
    LimpetClient &operator=(const LimpetClient &) = delete;

    /* Before begin(). What is a pointer is borrowed while the client lives: text in quotes is, a String may not be.
     * Without setClientId the number of the chip is the client's id, where the chip's number is known (ESP32, ESP8266,
     * STM32, RP2040), and else the broker chooses one. */
    void setClientId(const char *id) { config.client_id = id; }
    void setCredentials(const char *user, const char *password);
    void setWill(const char *topic, const char *text, int qos = 0, bool retain = false);
    /* Seconds. */
    void setKeepAlive(uint16_t seconds) { config.keepalive_s = seconds > 0 ? seconds : MQTT_OFF; }
    /* The broker keeps what others publish while we are away. Needs a client id. */
    void setKeepSession(bool keep) { config.keep_session = keep; }
    /* What the client looks after: a LimpetWifi, or a class of yours. */
    void setLink(LimpetLink &link) { m_link = &link; }

    /* Plain functions, or lambdas that capture nothing. Each of them may call everything but loop() and begin(). */
    void onMessage(void (*function)(const LimpetMessage &)) { m_onMessage = function; }
    void onConnect(void (*function)(const LimpetConnection &)) { m_onConnect = function; }
    void onDisconnect(void (*function)(const LimpetOutage &)) { m_onDisconnect = function; }
    void onPublished(void (*function)(const LimpetDone &)) { m_onPublished = function; }
    /* Every event as C has it, before those above. */
    void onEvent(void (*function)(LimpetClient &, const struct mqtt_event &)) { m_onEvent = function; }

    /* Starts; from then on it keeps itself connected. Port 0 is 1883. A second call forgets everything, the messages that
     * wait included, and starts anew. */
    LimpetResult begin(const char *server, uint16_t port = 0);

    /* As often as you can. Returns the milliseconds until it must be called again even if nothing arrives. */
    int32_t loop() { return mqtt_poll(&m_client); }

    bool connected() const { return mqtt_is_connected(&m_client); }

    /* Connected or not: it is copied, and goes out when it can. QoS 1 unless you say otherwise. */
    LimpetResult publish(const char *topic, const char *text, int qos = 1, bool retain = false);
    LimpetResult publish(const char *topic, const String &text, int qos = 1, bool retain = false);
    LimpetResult publish(const char *topic, const void *payload, size_t length, int qos = 1, bool retain = false);
    /* With a timeout, a rule for a full outbox, or properties of MQTT 5. */
    LimpetResult publish(const struct mqtt_publish_options &options);

    /* In PubSubClient the third argument is retain. Here it is the QoS, and then comes retain. */
    LimpetResult publish(const char *topic, const char *text, bool retain) = delete;
    LimpetResult publish(const char *topic, const String &text, bool retain) = delete;

    /* Once, after begin(): it is renewed after each outage. */
    LimpetResult subscribe(const char *filter, int qos = 1);
    /* With the options of MQTT 5. */
    LimpetResult subscribe(const struct mqtt_subscribe_options &options);
    LimpetResult unsubscribe(const char *filter) { return LimpetResult(mqtt_unsubscribe(&m_client, filter)); }

    /* By the token that publish() returned. */
    LimpetResult cancel(int32_t token) { return LimpetResult(mqtt_cancel(&m_client, token)); }

    /* As publish(), from interrupts and other tasks: the next loop() takes it. Needs a LimpetSized with a mailbox. On the
     * RP2040 only from the core that calls loop(). */
    LimpetResult post(const char *topic, const void *payload, size_t length, int qos = 1, bool retain = false);

    /* In onMessage: not now. It comes again after resume(), and nothing else comes meanwhile. */
    LimpetResult hold() { return LimpetResult(mqtt_hold(&m_client)); }
    LimpetResult resume() { return LimpetResult(mqtt_resume(&m_client)); }

    /* Says goodbye, after up to drainMs for what waits. Go on calling loop() until it returns MQTT_FOREVER. */
    LimpetResult disconnect(uint32_t drainMs = 0);
    /* After disconnect() or stop(). What waits is kept. */
    LimpetResult reconnect() { return LimpetResult(mqtt_connect(&m_client)); }
    /* At once and without a goodbye: the broker publishes the will. */
    LimpetResult stop() { return LimpetResult(mqtt_close(&m_client)); }

    /* For everything else that C has. */
    struct mqtt_client *c() { return &m_client; }

    /* What is not set above may be set here, before begin(); c/limpet.h says what there is. */
    struct mqtt_config config;

    /* Yours: a function above finds it by .mqtt.user. */
    void *user = nullptr;

private:
    void takeMemory(const LimpetMemory &memory);
    void dispatch(const struct mqtt_event &event);
    static void onEventOfC(void *user, struct mqtt_client *client, const struct mqtt_event *event);

    LimpetWire m_wire;
    LimpetLink *m_link = nullptr;
    void (*m_onMessage)(const LimpetMessage &) = nullptr;
    void (*m_onConnect)(const LimpetConnection &) = nullptr;
    void (*m_onDisconnect)(const LimpetOutage &) = nullptr;
    void (*m_onPublished)(const LimpetDone &) = nullptr;
    void (*m_onEvent)(LimpetClient &, const struct mqtt_event &) = nullptr;
    struct mqtt_will m_will;
    struct mqtt_client m_client;
};

#endif
