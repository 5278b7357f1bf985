/* Limpet for Arduino: an MQTT client that keeps itself connected. This is the only header that a sketch needs, and
 * LimpetWifi.h if the client shall look after the Wi-Fi.
 *
 *     WiFiClient net;
 *     LimpetWifi wifi("my network", "its password");
 *     Limpet mqtt(net);
 *
 *     setup:  mqtt.setLink(wifi);  mqtt.onMessage(onMessage);  mqtt.begin("broker.example");  mqtt.subscribe("lamp", 1);
 *     loop:   mqtt.loop();
 *
 * What it stands on is C: c/limpet.h, the reference of every rule. */

#ifndef LIMPET_ARDUINO_H
#define LIMPET_ARDUINO_H

/* Not "limpet.h": where names of files have no case, that is this file. */
#include "c/limpet.h"

#ifdef __cplusplus

#include "LimpetBoard.h"
#include "LimpetClient.h"

/* A client with its memory: bytes for the longest packet that comes whole, for the messages that wait, and for those of
 * post(). The README says how to find the numbers. */
template <size_t Rx, size_t Outbox, size_t Mailbox = 0>
class LimpetSized : public LimpetClient {
public:
    explicit LimpetSized(Client &net) : LimpetClient(net, memory()) {}

    /* Over a transport in C, such as limpet_sockets_transport. */
    LimpetSized(const struct mqtt_transport &transport, void *user) : LimpetClient(transport, user, memory()) {}

private:
    LimpetMemory memory()
    {
        return LimpetMemory{ m_rx, Rx, m_outbox, Outbox, m_mailbox, Mailbox };
    }

    uint8_t m_rx[Rx];
    uint8_t m_outbox[Outbox];
    /* An array of nothing is not C++. */
    uint8_t m_mailbox[Mailbox > 0 ? Mailbox : 1];
};

/* Messages of up to 500 bytes, topic included, and about 20 short ones that wait. */
typedef LimpetSized<512, 2048> Limpet;

#endif

#endif
