#include "broker.h"

#include <string.h>

// Fixed headers, MQTT 3.1.1 section 2.2.
enum { CONNECT = 1, PUBLISH = 3, SUBSCRIBE = 8, UNSUBSCRIBE = 10, PINGREQ = 12, DISCONNECT = 14 };

int Broker::connect(const char *, uint16_t to)
{
    port = to;
    if (answer > 0) {
        connects++;
        m_isConnected = true;
    }
    return answer;
}

void Broker::cut()
{
    m_isConnected = false;
    m_isSubscribed = false;
    m_inLength = m_outLength = m_outAt = 0;
}

void Broker::stop()
{
    closes++;
    cut();
}

int Broker::read(uint8_t *bytes, size_t length)
{
    const size_t there = m_outLength - m_outAt;
    const size_t n = there < length ? there : length;
    memcpy(bytes, m_out + m_outAt, n);
    m_outAt += n;
    if (m_outAt == m_outLength) {
        m_outLength = m_outAt = 0;
    }
    return static_cast<int>(n);
}

void Broker::say(const void *bytes, size_t length)
{
    if (m_outLength + length <= sizeof m_out) {
        memcpy(m_out + m_outLength, bytes, length);
        m_outLength += length;
    }
}

size_t Broker::write(const uint8_t *bytes, size_t length)
{
    if (!m_isConnected || m_inLength + length > sizeof m_in) {
        return 0;
    }
    longestWrite = length > longestWrite ? length : longestWrite;
    memcpy(m_in + m_inLength, bytes, length);
    m_inLength += length;
    // Packets of less than 128 bytes, so that their length is one byte.
    while (m_inLength >= 2 && m_inLength >= 2u + m_in[1]) {
        const size_t packet = 2u + m_in[1];
        take(m_in[0], m_in + 2, m_in[1]);
        // A goodbye has closed.
        if (m_inLength < packet) {
            break;
        }
        m_inLength -= packet;
        memmove(m_in, m_in + packet, m_inLength);
    }
    return length;
}

void Broker::take(uint8_t first, const uint8_t *body, size_t length)
{
    const uint8_t connack[] = { 0x20, 2, static_cast<uint8_t>(remembers ? 1 : 0), 0 };
    const uint8_t suback[] = { 0x90, 3, body[0], body[1], 1 };
    const uint8_t unsuback[] = { 0xb0, 2, body[0], body[1] };
    const uint8_t pingresp[] = { 0xd0, 0 };
    switch (first >> 4) {
    case CONNECT:
        connectFlags = body[7];
        say(connack, sizeof connack);
        break;
    case PUBLISH:
        publishes++;
        if (!mute) {
            takePublish(first, body, length);
        }
        break;
    case SUBSCRIBE:
        subscribes++;
        m_isSubscribed = true;
        say(suback, sizeof suback);
        break;
    case UNSUBSCRIBE:
        unsubscribes++;
        m_isSubscribed = false;
        say(unsuback, sizeof unsuback);
        break;
    case PINGREQ:
        say(pingresp, sizeof pingresp);
        break;
    case DISCONNECT:
        goodbyes++;
        cut();
        break;
    default:
        break;
    }
}

// What is of QoS 1 is acknowledged; back it goes with QoS 0.
void Broker::takePublish(uint8_t first, const uint8_t *body, size_t length)
{
    const size_t topic = 2u + static_cast<size_t>(body[0] << 8 | body[1]);
    const size_t id = (first & 6) != 0 ? 2 : 0;
    const uint8_t puback[] = { 0x40, 2, body[topic], body[topic + 1] };
    if (id > 0) {
        say(puback, sizeof puback);
    }
    if (m_isSubscribed) {
        const uint8_t header[] = { static_cast<uint8_t>(0x30 | (first & 1)), static_cast<uint8_t>(length - id) };
        say(header, sizeof header);
        say(body, topic);
        say(body + topic + id, length - topic - id);
    }
}

void Broker::send(const char *topic, size_t letters)
{
    const size_t name = strlen(topic);
    const size_t length = 2 + name + letters;
    const uint8_t header[] = { 0x30, static_cast<uint8_t>(length % 128 | 128), static_cast<uint8_t>(length / 128), 0,
                               static_cast<uint8_t>(name) };
    say(header, sizeof header);
    say(topic, name);
    for (size_t i = 0; i < letters; i++) {
        const char letter = static_cast<char>('a' + i % 26);
        say(&letter, 1);
    }
}
