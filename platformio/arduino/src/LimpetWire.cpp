/* A Client cannot be asked to connect without waiting, so open lasts as long as its connect. It cannot always be asked how
 * much it takes, so write may wait, too. Reading does not. */

#include "LimpetWire.h"

#include <limits.h>

/* When a Client says no more than that it failed. */
#define FAILED (-1)

const struct mqtt_transport LimpetWire::transport = {
    LimpetWire::open,
    LimpetWire::read,
    LimpetWire::write,
    LimpetWire::close,
};

int32_t LimpetWire::open(void *user, const char *server, uint16_t port)
{
    LimpetWire &wire = *static_cast<LimpetWire *>(user);
    wire.m_tellsRoom = false;
    const int result = wire.m_net->connect(server, port);
    if (result > 0) {
        return 0;
    }
    return result < 0 && result != MQTT_WOULD_BLOCK ? result : FAILED;
}

int32_t LimpetWire::read(void *user, uint8_t *buf, size_t len)
{
    LimpetWire &wire = *static_cast<LimpetWire *>(user);
    /* First what is there, also after the peer has closed. Some crash in read when there is nothing. */
    const int there = wire.m_net->available();
    if (there > 0) {
        const size_t most = len < static_cast<size_t>(there) ? len : static_cast<size_t>(there);
        const int n = wire.m_net->read(buf, most);
        if (n > 0) {
            return n;
        }
    }
    return wire.m_net->connected() ? MQTT_WOULD_BLOCK : 0;
}

int32_t LimpetWire::write(void *user, const uint8_t *buf, size_t len)
{
    LimpetWire &wire = *static_cast<LimpetWire *>(user);
    size_t most = len;
    const int room = wire.m_net->availableForWrite();
    if (room > 0) {
        wire.m_tellsRoom = true;
        most = len < static_cast<size_t>(room) ? len : static_cast<size_t>(room);
    } else if (wire.m_tellsRoom) {
        return wire.m_net->connected() ? MQTT_WOULD_BLOCK : FAILED;
    }
    const size_t n = wire.m_net->write(buf, most);
    /* A Client with no number for failures may return a negative one as size_t. */
    if (n > 0 && n <= most) {
        return static_cast<int32_t>(n);
    }
    return n == 0 && wire.m_net->connected() ? MQTT_WOULD_BLOCK : FAILED;
}

void LimpetWire::close(void *user)
{
    static_cast<LimpetWire *>(user)->m_net->stop();
}
