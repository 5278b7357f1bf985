/* See sockets_peer.h. */

#define _POSIX_C_SOURCE 200809L

#include "sockets_peer.h"

#include "check.h"
#include "peer.h"

#include <sys/socket.h>
#include <unistd.h>

const struct mqtt_transport *const under_test = &limpet_sockets_transport;

int32_t opened(struct limpet_sockets *net, const char *host, uint16_t port)
{
    int32_t result = under_test->open(net, host, port);
    for (int waits = 0; result == MQTT_WOULD_BLOCK && waits < 100; waits++) {
        limpet_sockets_wait(net, 5000, false);
        result = under_test->open(net, host, port);
    }
    return result;
}

uint32_t waited_ms(struct limpet_sockets *net, int32_t ms)
{
    const uint32_t before = limpet_sockets_now_ms(NULL);
    limpet_sockets_wait(net, ms, false);
    return limpet_sockets_now_ms(NULL) - before;
}

int connected(struct limpet_sockets *net)
{
    uint16_t port;
    const int listener = listen_on("127.0.0.1", &port);
    CHECK_EQ(opened(net, "127.0.0.1", port), 0);
    const int peer = accept(listener, NULL, NULL);
    close(listener);
    return peer;
}

void finished(struct limpet_sockets *net, int peer)
{
    close(peer);
    under_test->close(net);
    limpet_sockets_end(net);
}
