/* An Arduino Client as the connection: Wi-Fi, Ethernet, GSM, and WiFiClientSecure for TLS. Not for sketches. */

#ifndef LIMPET_WIRE_H
#define LIMPET_WIRE_H

#include <Client.h>

#include "c/limpet.h"

class LimpetWire {
public:
    explicit LimpetWire(Client *net) : m_net(net) {}

    static const struct mqtt_transport transport;

private:
    static int32_t open(void *user, const char *server, uint16_t port);
    static int32_t read(void *user, uint8_t *buf, size_t len);
    static int32_t write(void *user, const uint8_t *buf, size_t len);
    static void close(void *user);

    Client *m_net;
    /* availableForWrite has said more than nothing, so that nothing means no room. */
    bool m_tellsRoom = false;
};

#endif
