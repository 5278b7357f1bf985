/* A broker in memory, as a transport: it takes all that is written and has its answers ready at once. What it does costs
 * nothing that would be counted, so it calls nothing of the C library. */

#ifndef BENCH_BROKER_H
#define BENCH_BROKER_H

#include "limpet.h"

/* Kinds of packet, by which they are counted. */
enum broker_packet {
    BROKER_CONNECT = 1,
    BROKER_PUBLISH = 3,
    BROKER_PUBACK = 4,
    BROKER_SUBSCRIBE = 8,
    BROKER_PINGREQ = 12,
    BROKER_PACKETS = 16,
};

#define BROKER_TOPIC_LEN 16
#define BROKER_PAYLOAD_LEN 64

/* Packets that have come from the client. */
extern unsigned broker_packets[BROKER_PACKETS];

/* Times that it was asked for bytes. */
extern unsigned broker_reads;

/* True if all that it had to say was read. */
bool broker_is_silent(void);

/* A message for the client, of QoS 0 or 1, waits to be read. */
void broker_sends(uint8_t qos);

extern const struct mqtt_transport broker_transport;

#endif
