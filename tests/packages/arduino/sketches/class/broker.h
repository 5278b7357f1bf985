// A Client with a broker behind it, in memory: what is published comes back while there is a subscription. A test says how
// it behaves.

#ifndef BROKER_H
#define BROKER_H

#include <Client.h>
#include <stdint.h>

class Broker : public Client {
public:
    // What connect answers.
    int answer = 1;
    // Whether availableForWrite tells, and what.
    bool tellsRoom = false;
    int room = 0;
    // Acknowledges nothing, and passes nothing on.
    bool mute = false;
    // Says in CONNACK that it had the session.
    bool remembers = false;

    // What it has seen since the start.
    int connects = 0;
    int closes = 0;
    int subscribes = 0;
    int unsubscribes = 0;
    int publishes = 0;
    int goodbyes = 0;
    // The longest write that it was offered.
    size_t longestWrite = 0;
    uint16_t port = 0;
    // Of the last CONNECT.
    uint8_t connectFlags = 0;

    // The connection breaks; what was under way is gone.
    void cut();
    // Sends a message of QoS 0 with a payload of so many letters.
    void send(const char *topic, size_t letters);

    int connect(IPAddress, uint16_t) override { return 0; }
    int connect(const char *host, uint16_t to) override;
    size_t write(uint8_t c) override { return write(&c, 1); }
    size_t write(const uint8_t *bytes, size_t length) override;
    int availableForWrite() override { return tellsRoom ? room : 0; }
    int available() override { return static_cast<int>(m_outLength - m_outAt); }
    int read() override { return -1; }
    int read(uint8_t *bytes, size_t length) override;
    int peek() override { return -1; }
    void flush() override {}
    void stop() override;
    uint8_t connected() override { return m_isConnected ? 1 : 0; }
    operator bool() override { return m_isConnected; }

private:
    void take(uint8_t first, const uint8_t *body, size_t length);
    void takePublish(uint8_t first, const uint8_t *body, size_t length);
    void say(const void *bytes, size_t length);

    bool m_isConnected = false;
    bool m_isSubscribed = false;
    uint8_t m_in[1024];
    size_t m_inLength = 0;
    uint8_t m_out[4096];
    size_t m_outLength = 0;
    size_t m_outAt = 0;
};

#endif
