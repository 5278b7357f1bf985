/* TCP for struct mqtt_transport: IPv4 and IPv6, non-blocking. Names are looked up in lookup.c; wait.c sleeps. */

#define _POSIX_C_SOURCE 200809L
#define _DARWIN_C_SOURCE

#include "phase.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <unistd.h>

#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0
#endif

/* Where the system has it, no other thread can fork between socket and fcntl. */
#ifdef SOCK_CLOEXEC
#define SOCKET_TYPE (SOCK_STREAM | SOCK_CLOEXEC)
#else
#define SOCKET_TYPE SOCK_STREAM
#endif

/* Bytes that close reads and discards at most. */
#define DISCARD_MAX 16384

static int32_t error_now(void)
{
    return errno > 0 ? -(int32_t)errno : -EIO;
}

static int32_t prepare(int fd)
{
    const int on = 1;
    const int flags = fcntl(fd, F_GETFL);
    if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0 || fcntl(fd, F_SETFD, FD_CLOEXEC) < 0) {
        return error_now();
    }
    /* Not worth failing for: without it small packets are slower. */
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
#ifdef SO_NOSIGPIPE
    (void)setsockopt(fd, SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof on);
#endif
    return 0;
}

static int32_t connect_to(struct limpet_posix *net, const struct limpet_posix_address *address)
{
    const int fd = socket(address->at.ss_family, SOCKET_TYPE, 0);
    if (fd < 0) {
        return error_now();
    }
    int32_t result = prepare(fd);
    if (result == 0 && connect(fd, (const struct sockaddr *)&address->at, address->len) < 0) {
        /* After EINTR the connection goes on in the background, as after EINPROGRESS. */
        result = errno == EINPROGRESS || errno == EINTR ? MQTT_WOULD_BLOCK : error_now();
    }
    if (result == 0 || result == MQTT_WOULD_BLOCK) {
        net->fd = fd;
    } else {
        close(fd);
    }
    return result;
}

/* Begins with the next address that can be begun with. error is why the one before it failed. */
static int32_t connect_next(struct limpet_posix *net, int32_t error)
{
    while (net->tried < net->count) {
        const unsigned index = ((unsigned)net->first + net->tried) % net->count;
        net->tried++;
        error = connect_to(net, &net->addresses[index]);
        if (error == 0 || error == MQTT_WOULD_BLOCK) {
            return error;
        }
    }
    return error;
}

/* 0, MQTT_WOULD_BLOCK or -errno of the connection under way. */
static int32_t connect_result(int fd)
{
    struct pollfd ready = { .fd = fd, .events = POLLOUT };
    int error = 0;
    socklen_t len = sizeof error;
    if (poll(&ready, 1, 0) <= 0) {
        return MQTT_WOULD_BLOCK;
    }
    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) < 0) {
        return error_now();
    }
    return -(int32_t)error;
}

static int32_t connected(struct limpet_posix *net, int32_t result)
{
    if (result == 0) {
        net->phase = LIMPET_CONNECTED;
    } else if (result == MQTT_WOULD_BLOCK) {
        net->phase = LIMPET_CONNECTING;
    } else {
        /* There is no socket, so close must not look for one. */
        net->phase = LIMPET_CLOSED;
        net->first = (uint8_t)(net->first + net->tried);
    }
    return result;
}

static int32_t tcp_open(void *user, const char *server, uint16_t port)
{
    struct limpet_posix *net = user;
    int32_t result = 0;
    switch (net->phase) {
    case LIMPET_CLOSED:
        net->phase = LIMPET_LOOKING_UP;
        net->tried = 0;
        net->unread = false;
        net->drained = false;
        /* fall through */
    case LIMPET_LOOKING_UP:
        result = limpet_lookup(net, server, port);
        return result == 0 ? connected(net, connect_next(net, -EHOSTUNREACH)) : result;
    case LIMPET_CONNECTING:
        result = connect_result(net->fd);
        if (result != 0 && result != MQTT_WOULD_BLOCK) {
            close(net->fd);
            result = connect_next(net, result);
        }
        return connected(net, result);
    default:
        return 0;
    }
}

static int32_t tcp_read(void *user, uint8_t *buf, size_t len)
{
    struct limpet_posix *net = user;
    net->unread = false;
    if (net->drained) {
        net->drained = false;
        return MQTT_WOULD_BLOCK;
    }
    const ssize_t n = recv(net->fd, buf, len < INT32_MAX ? len : INT32_MAX, 0);
    if (n >= 0) {
        net->drained = n > 0 && (size_t)n < len;
        return (int32_t)n;
    }
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? MQTT_WOULD_BLOCK : error_now();
}

static int32_t tcp_write(void *user, const uint8_t *buf, size_t len)
{
    struct limpet_posix *net = user;
    const ssize_t n = send(net->fd, buf, len < INT32_MAX ? len : INT32_MAX, MSG_NOSIGNAL);
    if (n >= 0) {
        return (int32_t)n;
    }
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? MQTT_WOULD_BLOCK : error_now();
}

static void tcp_close(void *user)
{
    struct limpet_posix *net = user;
    uint8_t discarded[512];
    size_t total = 0;
    switch (net->phase) {
    case LIMPET_LOOKING_UP:
        limpet_lookup_forget(net);
        break;
    case LIMPET_CONNECTING:
        net->first = (uint8_t)(net->first + net->tried);
        close(net->fd);
        break;
    case LIMPET_CONNECTED:
        /* A socket closed with bytes unread sends a reset, and that may overtake our DISCONNECT. */
        while (total < DISCARD_MAX) {
            const ssize_t n = recv(net->fd, discarded, sizeof discarded, 0);
            if (n <= 0) {
                break;
            }
            total += (size_t)n;
        }
        close(net->fd);
        break;
    default:
        break;
    }
    net->phase = LIMPET_CLOSED;
}

const struct mqtt_transport limpet_posix_transport = {
    .open = tcp_open,
    .read = tcp_read,
    .write = tcp_write,
    .close = tcp_close,
};
