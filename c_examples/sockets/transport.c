/* TCP for struct mqtt_transport, non-blocking. Names are looked up in lookup.c; wait.c sleeps. */

#define _POSIX_C_SOURCE 200809L
#define _DARWIN_C_SOURCE

#include "stack.h"

#include <string.h>

/* Bytes that close reads and discards at most. */
#define DISCARD_MAX 16384

int32_t limpet_sockets_prepare(int fd)
{
    const int flags = net_fcntl(fd, F_GETFL, 0);
    if (flags < 0 || net_fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0) {
        return limpet_sockets_error();
    }
    return 0;
}

static int32_t start(int fd, const struct limpet_sockets *net, uint16_t port)
{
    int result = -1;
    /* What this stack cannot speak, lookup.c does not find. */
#if HAS_IPV6
    if (net->is_ipv6) {
        struct sockaddr_in6 to = { .sin6_family = AF_INET6, .sin6_port = net_htons(port) };
        memcpy(&to.sin6_addr, net->address, 16);
        result = net_connect(fd, (const struct sockaddr *)&to, sizeof to);
    }
#endif
#if HAS_IPV4
    if (!net->is_ipv6) {
        struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = net_htons(port) };
        memcpy(&to.sin_addr, net->address, 4);
        result = net_connect(fd, (const struct sockaddr *)&to, sizeof to);
    }
#endif
    if (result == 0) {
        return 0;
    }
    /* After EINTR the connection goes on in the background, as after EINPROGRESS. */
    return errno == EINPROGRESS || errno == EINTR ? MQTT_WOULD_BLOCK : limpet_sockets_error();
}

static int32_t connect_to(struct limpet_sockets *net, uint16_t port)
{
    const int on = 1;
    const int fd = net_socket(net->is_ipv6 ? AF_INET6 : AF_INET, SOCK_STREAM, 0);
    if (fd < 0) {
        return limpet_sockets_error();
    }
    int32_t result = FITS_FD_SET(fd) ? limpet_sockets_prepare(fd) : -EMFILE;
    if (result == 0) {
        /* Not worth failing for: without it small packets are slower. */
        (void)net_setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
#ifdef SO_NOSIGPIPE
        (void)net_setsockopt(fd, SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof on);
#endif
        result = start(fd, net, port);
    }
    if (result == 0 || result == MQTT_WOULD_BLOCK) {
        net->fd = fd;
    } else {
        net_close(fd);
    }
    return result;
}

/* 0, MQTT_WOULD_BLOCK or -errno of the connection under way. */
static int32_t connect_result(int fd)
{
    struct timeval at_once = { 0, 0 };
    fd_set writable;
    int error = 0;
    socklen_t len = sizeof error;
    FD_ZERO(&writable);
    FD_SET(fd, &writable);
    if (net_select(fd + 1, NULL, &writable, NULL, &at_once) <= 0) {
        return MQTT_WOULD_BLOCK;
    }
    if (net_getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) < 0) {
        return limpet_sockets_error();
    }
    return -(int32_t)error;
}

static int32_t connected(struct limpet_sockets *net, int32_t result)
{
    if (result == 0) {
        net->phase = LIMPET_CONNECTED;
    } else if (result == MQTT_WOULD_BLOCK) {
        net->phase = LIMPET_CONNECTING;
    } else {
        /* There is no socket, so close must not look for one. */
        net->phase = LIMPET_CLOSED;
        net->swapped = !net->swapped;
    }
    return result;
}

static int32_t tcp_open(void *user, const char *server, uint16_t port)
{
    struct limpet_sockets *net = user;
    int32_t result = 0;
    switch (net->phase) {
    case LIMPET_CLOSED:
        net->phase = LIMPET_LOOKING_UP;
        net->unread = false;
        net->drained = false;
        limpet_sockets_lookup_begin(net);
        /* fall through */
    case LIMPET_LOOKING_UP:
        result = limpet_sockets_lookup(net, server);
        return result == 0 ? connected(net, connect_to(net, port)) : result;
    case LIMPET_CONNECTING:
        result = connect_result(net->fd);
        if (result != 0 && result != MQTT_WOULD_BLOCK) {
            net_close(net->fd);
        }
        return connected(net, result);
    default:
        return 0;
    }
}

static bool try_again(void)
{
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

static int32_t tcp_read(void *user, uint8_t *buf, size_t len)
{
    struct limpet_sockets *net = user;
    net->unread = false;
    if (net->drained) {
        net->drained = false;
        return MQTT_WOULD_BLOCK;
    }
    const int32_t n = (int32_t)net_recv(net->fd, buf, len < INT32_MAX ? len : INT32_MAX, 0);
    if (n >= 0) {
        net->drained = n > 0 && (size_t)n < len;
        return n;
    }
    return try_again() ? MQTT_WOULD_BLOCK : limpet_sockets_error();
}

static int32_t tcp_write(void *user, const uint8_t *buf, size_t len)
{
    struct limpet_sockets *net = user;
    const int32_t n = (int32_t)net_send(net->fd, buf, len < INT32_MAX ? len : INT32_MAX, MSG_NOSIGNAL);
    if (n >= 0) {
        return n;
    }
    /* A stack that is out of buffers has some again when its peer acknowledges. */
    return try_again() || errno == ENOMEM || errno == ENOBUFS ? MQTT_WOULD_BLOCK : limpet_sockets_error();
}

static void tcp_close(void *user)
{
    struct limpet_sockets *net = user;
    uint8_t discarded[128];
    size_t total = 0;
    switch (net->phase) {
    case LIMPET_CONNECTING:
        net->swapped = !net->swapped;
        net_close(net->fd);
        break;
    case LIMPET_CONNECTED:
        /* A socket closed with bytes unread sends a reset, and that may overtake our DISCONNECT. */
        while (total < DISCARD_MAX) {
            const int32_t n = (int32_t)net_recv(net->fd, discarded, sizeof discarded, 0);
            if (n <= 0) {
                break;
            }
            total += (size_t)n;
        }
        net_close(net->fd);
        break;
    default:
        break;
    }
    net->phase = LIMPET_CLOSED;
}

const struct mqtt_transport limpet_sockets_transport = {
    .open = tcp_open,
    .read = tcp_read,
    .write = tcp_write,
    .close = tcp_close,
};
