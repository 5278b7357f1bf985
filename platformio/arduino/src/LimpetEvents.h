/* What the client tells a sketch. All of it is valid until your function returns. */

#ifndef LIMPET_EVENTS_H
#define LIMPET_EVENTS_H

#include <Arduino.h>
#include <Printable.h>

#include "c/limpet.h"

class LimpetClient;

/* Bytes that are usually text: a topic or a payload. Not NUL-terminated; Serial.print(text) prints it. */
class LimpetText : public Printable {
public:
    LimpetText(const void *data, size_t length) : m_data(static_cast<const char *>(data)), m_length(length) {}

    const char *data() const { return m_data; }
    const uint8_t *bytes() const { return reinterpret_cast<const uint8_t *>(m_data); }
    size_t length() const { return m_length; }
    bool operator==(const char *text) const;
    bool operator!=(const char *text) const { return !(*this == text); }

    /* For topics: whether it matches a filter with + and #. */
    bool matches(const char *filter) const { return mqtt_topic_matches(filter, m_data, m_length); }

    /* Copies at most size - 1 bytes and a NUL: false if that was not all. */
    bool copyTo(char *buffer, size_t size) const;

    /* The number at its start, as String::toInt: 0 if there is none. */
    long toInt() const;

    size_t printTo(Print &out) const override;

private:
    const char *m_data;
    size_t m_length;
};

/* A message, or a part of one that is longer than the client's memory for it. */
struct LimpetMessage {
    LimpetClient &mqtt;
    LimpetText topic;
    LimpetText payload;
    /* Where this part stands in the whole payload, and how long that is. */
    uint32_t offset;
    uint32_t total;
    uint8_t qos;
    bool retained;
    /* The broker may have sent it before. */
    bool duplicate;

    bool isWhole() const { return offset == 0 && payload.length() == total; }
    bool isLast() const { return offset + payload.length() == total; }
};

/* The broker took us. */
struct LimpetConnection {
    LimpetClient &mqtt;
    /* It still had the session: what it kept for us comes. */
    bool sessionPresent;
};

/* A connection, or an attempt to make one, is over. The client tries again by itself. Serial.print(outage) says why. */
struct LimpetOutage : public Printable {
    LimpetOutage(LimpetClient &client, bool online, const struct mqtt_offline &offline)
        : mqtt(client), wasConnected(online), error(offline.error), detail(offline.detail), retryMs(offline.retry_ms)
    {
    }

    LimpetClient &mqtt;
    bool wasConnected;
    /* enum mqtt_err, and what the connection or the broker adds to it. */
    int32_t error;
    int32_t detail;
    /* MQTT_FOREVER: not before begin() or reconnect(). */
    int32_t retryMs;

    const char *text() const { return mqtt_error_text(error); }
    size_t printTo(Print &out) const override;
};

/* The end of a publish: each that was accepted has exactly one. */
struct LimpetDone {
    LimpetClient &mqtt;
    /* What publish() returned. */
    int32_t token;
    /* enum mqtt_fate. */
    uint8_t fate;
    /* Unless delivered: the broker may have it all the same. */
    bool maybeSent;
    /* The broker's reason code, with MQTT 5. */
    uint8_t reason;

    bool isDelivered() const { return fate == MQTT_DELIVERED; }
};

/* What a call answers. if (!mqtt.publish(...)) asks whether it failed; Serial.print(result) says why. */
class LimpetResult : public Printable {
public:
    explicit LimpetResult(int32_t value) : m_value(value) {}

    explicit operator bool() const { return m_value >= 0; }
    bool ok() const { return m_value >= 0; }
    /* For publish, subscribe and unsubscribe: what their end will carry. Below 0: enum mqtt_err. */
    int32_t value() const { return m_value; }
    const char *text() const { return mqtt_error_text(m_value < 0 ? m_value : MQTT_OK); }
    size_t printTo(Print &out) const override { return out.print(text()); }

private:
    int32_t m_value;
};

#endif
