/* A broker in memory, as a transport: it accepts the connection and shows every PUBLISH of QoS 0 to a function. */

#ifndef MIRROR_H
#define MIRROR_H

#include "limpet.h"

#define MIRROR_PACKET_MAX 128

struct mirror {
    void (*on_publish)(size_t topic_len, const uint8_t *payload, size_t payload_len);
    /* The packet that has begun to arrive. */
    uint8_t packet[MIRROR_PACKET_MAX];
    size_t len;
    /* The answer that waits. */
    uint8_t answer[4];
    size_t answer_len;
};

/* Its user is a struct mirror. */
extern const struct mqtt_transport mirror_transport;

#endif
