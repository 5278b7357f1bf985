/* See peer.h. */

#include "peer.h"

#include "check.h"

#include "lwip/api.h"
#include "lwip/priv/sockets_priv.h"
#include "lwip/sockets.h"
#include "lwip/tcp.h"

#include <errno.h>

const struct mqtt_transport *const under_test = &limpet_sockets_transport;

int peer_listen(uint16_t *port)
{
    struct sockaddr_in in4 = { .sin_family = AF_INET };
    socklen_t len = sizeof in4;
    const int listener = lwip_socket(AF_INET, SOCK_STREAM, 0);
    in4.sin_addr.s_addr = ipaddr_addr(ADDRESS);
    CHECK(listener >= 0);
    CHECK_EQ(lwip_bind(listener, (const struct sockaddr *)&in4, len), 0);
    CHECK_EQ(lwip_listen(listener, 2), 0);
    CHECK_EQ(lwip_getsockname(listener, (struct sockaddr *)&in4, &len), 0);
    *port = lwip_ntohs(in4.sin_port);
    return listener;
}

int peer_accept(int listener)
{
    const struct timeval limit = { .tv_sec = PATIENCE_MS / 1000 };
    CHECK_EQ(lwip_setsockopt(listener, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit), 0);
    const int peer = lwip_accept(listener, NULL, NULL);
    CHECK(peer >= 0);
    CHECK_EQ(lwip_setsockopt(peer, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit), 0);
    return peer;
}

bool peer_send(int peer, const void *bytes, size_t len)
{
    const char *next = bytes;
    while (len > 0) {
        const int n = (int)lwip_send(peer, next, len, 0);
        if (n <= 0) {
            return false;
        }
        next += n;
        len -= (size_t)n;
    }
    return true;
}

size_t peer_receive(int peer, void *bytes, size_t len)
{
    size_t total = 0;
    while (total < len) {
        const int n = (int)lwip_recv(peer, (char *)bytes + total, len - total, 0);
        if (n <= 0) {
            break;
        }
        total += (size_t)n;
    }
    return total;
}

int peer_next(int peer)
{
    char bytes[64];
    const int n = (int)lwip_recv(peer, bytes, sizeof bytes, 0);
    return n >= 0 ? n : -errno;
}

void peer_shut(int peer)
{
    CHECK_EQ(lwip_shutdown(peer, SHUT_WR), 0);
}

void peer_close(int peer)
{
    CHECK_EQ(lwip_close(peer), 0);
}

static void abort_pcb(void *user)
{
    struct tcp_pcb *pcb = lwip_socket_dbg_get_socket(*(const int *)user)->conn->pcb.tcp;
    if (CHECK(pcb != NULL)) {
        tcp_abort(pcb);
    }
}

void peer_reset(int peer)
{
    stack_call(abort_pcb, &peer);
    peer_close(peer);
}

int32_t opened(struct limpet_sockets *net, const char *host, uint16_t port)
{
    const uint32_t begin_ms = limpet_sockets_now_ms(NULL);
    int32_t result = under_test->open(net, host, port);
    while (result == MQTT_WOULD_BLOCK && limpet_sockets_now_ms(NULL) - begin_ms < PATIENCE_MS) {
        limpet_sockets_wait(net, 50, false);
        result = under_test->open(net, host, port);
    }
    return result;
}

int connected(struct limpet_sockets *net)
{
    uint16_t port = 0;
    const int listener = peer_listen(&port);
    CHECK_EQ(opened(net, ADDRESS, port), 0);
    const int peer = peer_accept(listener);
    CHECK_EQ(lwip_close(listener), 0);
    return peer;
}

size_t read_all(struct limpet_sockets *net, void *bytes, size_t len)
{
    size_t total = 0;
    const uint32_t begin_ms = limpet_sockets_now_ms(NULL);
    while (total < len && limpet_sockets_now_ms(NULL) - begin_ms < PATIENCE_MS) {
        const int32_t n = under_test->read(net, (uint8_t *)bytes + total, len - total);
        if (n > 0) {
            total += (size_t)n;
        } else if (n == MQTT_WOULD_BLOCK) {
            limpet_sockets_wait(net, 1000, false);
        } else {
            break;
        }
    }
    return total;
}

uint32_t waited_ms(struct limpet_sockets *net, int32_t ms)
{
    const uint32_t before = limpet_sockets_now_ms(NULL);
    limpet_sockets_wait(net, ms, false);
    return limpet_sockets_now_ms(NULL) - before;
}

void finished(struct limpet_sockets *net, int peer)
{
    under_test->close(net);
    peer_close(peer);
    limpet_sockets_end(net);
}
