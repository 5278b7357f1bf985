/* A TCP connection to this machine for struct mqtt_transport, as small as it can be: for thousands of clients in one
 * process, which wait with epoll. For programs take c_examples/posix. */

#ifndef SOAK_SOCKET_H
#define SOAK_SOCKET_H

#include "limpet.h"

struct soak_socket {
    /* -1: none. */
    int fd;
    bool connecting;
    /* Attempts to connect so far. */
    uint32_t attempts;
    /* What epoll is asked for. */
    uint32_t events;
};

/* server is not looked at. */
extern const struct mqtt_transport soak_socket_transport;

/* Asks epoll for what is of interest now; data is what epoll shall say. */
void soak_socket_watch(struct soak_socket *net, int epoll, void *data, bool wants_write);

#endif
