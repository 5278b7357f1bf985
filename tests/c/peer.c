/* See peer.h. */

#define _POSIX_C_SOURCE 200809L

#include "peer.h"

#include "check.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <unistd.h>

int listen_on(const char *text, uint16_t *port)
{
    struct sockaddr_in in4 = { .sin_family = AF_INET };
    socklen_t len = sizeof in4;
    inet_pton(AF_INET, text, &in4.sin_addr);
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(bind(fd, (struct sockaddr *)&in4, len) == 0 && listen(fd, 16) == 0);
    getsockname(fd, (struct sockaddr *)&in4, &len);
    *port = ntohs(in4.sin_port);
    return fd;
}

const struct mqtt_transport *const tcp = &limpet_posix_transport;

int32_t open_in_the_end(struct limpet_posix *net, const char *host, uint16_t port, int waits)
{
    int32_t result = tcp->open(net, host, port);
    while (result == MQTT_WOULD_BLOCK && waits-- > 0) {
        limpet_posix_wait(net, 5000, false);
        result = tcp->open(net, host, port);
    }
    return result;
}

bool echoes(struct limpet_posix *net, int listener)
{
    uint8_t buf[8] = { 0 };
    const int peer = accept(listener, NULL, NULL);
    if (!CHECK(peer >= 0)) {
        return false;
    }
    bool ok = CHECK_EQ(tcp->read(net, buf, sizeof buf), MQTT_WOULD_BLOCK);
    ok = CHECK_EQ(tcp->write(net, (const uint8_t *)"ping", 4), 4) && ok;
    ok = CHECK_EQ(recv(peer, buf, 4, MSG_WAITALL), 4) && CHECK(memcmp(buf, "ping", 4) == 0) && ok;
    ok = CHECK_EQ(send(peer, "pong", 4, 0), 4) && ok;
    limpet_posix_wait(net, 5000, false);
    ok = CHECK_EQ(tcp->read(net, buf, sizeof buf), 4) && ok;
    close(peer);
    limpet_posix_wait(net, 5000, false);
    ok = CHECK_EQ(tcp->read(net, buf, sizeof buf), 0) && ok;
    return ok;
}

uint32_t elapsed_ms(struct limpet_posix *net, int32_t ms)
{
    const uint32_t before = limpet_posix_now_ms(NULL);
    limpet_posix_wait(net, ms, false);
    return limpet_posix_now_ms(NULL) - before;
}
