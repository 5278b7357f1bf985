// A connection of the machine that runs the sketch; on a bare board there is none.

#ifndef WIFI_CLIENT_STAND_IN_H
#define WIFI_CLIENT_STAND_IN_H

#include "Arduino.h"
#include "Client.h"

class WiFiClient : public Client {
public:
    int connect(IPAddress ip, uint16_t port) override;
    int connect(const char *host, uint16_t port) override;
    size_t write(uint8_t c) override { return write(&c, 1); }
    size_t write(const uint8_t *bytes, size_t length) override;
    int available() override;
    int read() override;
    int read(uint8_t *bytes, size_t length) override;
    int peek() override { return -1; }
    void flush() override {}
    void stop() override;
    uint8_t connected() override;
    operator bool() override { return connected() != 0; }

private:
    int m_fd = -1;
};

#endif
