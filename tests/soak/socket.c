/* See socket.h. */

#define _GNU_SOURCE

#include "socket.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

static int32_t begin(struct soak_socket *net, uint16_t port)
{
    const int on = 1;
    const struct sockaddr_in at = {
        .sin_family = AF_INET,
        .sin_port = htons(port),
        .sin_addr = { htonl(INADDR_LOOPBACK) },
    };
    net->attempts++;
    net->events = 0;
    net->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (net->fd < 0) {
        return -errno;
    }
    (void)setsockopt(net->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (connect(net->fd, (const struct sockaddr *)&at, sizeof at) == 0) {
        return 0;
    }
    if (errno != EINPROGRESS) {
        return -errno;
    }
    net->connecting = true;
    return MQTT_WOULD_BLOCK;
}

static int32_t socket_open(void *user, const char *server, uint16_t port)
{
    struct soak_socket *net = user;
    struct pollfd ready = { .fd = net->fd, .events = POLLOUT };
    int error = 0;
    socklen_t len = sizeof error;
    (void)server;
    if (!net->connecting) {
        return begin(net, port);
    }
    if (poll(&ready, 1, 0) <= 0) {
        return MQTT_WOULD_BLOCK;
    }
    (void)getsockopt(net->fd, SOL_SOCKET, SO_ERROR, &error, &len);
    net->connecting = false;
    return -error;
}

static int32_t result_of(ssize_t n)
{
    if (n >= 0) {
        return (int32_t)n;
    }
    return errno == EAGAIN || errno == EINTR ? MQTT_WOULD_BLOCK : -errno;
}

static int32_t socket_read(void *user, uint8_t *buf, size_t len)
{
    const struct soak_socket *net = user;
    return result_of(recv(net->fd, buf, len, 0));
}

static int32_t socket_write(void *user, const uint8_t *buf, size_t len)
{
    const struct soak_socket *net = user;
    return result_of(send(net->fd, buf, len, MSG_NOSIGNAL));
}

static void socket_close(void *user)
{
    struct soak_socket *net = user;
    if (net->fd >= 0) {
        close(net->fd);
    }
    net->fd = -1;
    net->connecting = false;
}

const struct mqtt_transport soak_socket_transport = {
    .open = socket_open,
    .read = socket_read,
    .write = socket_write,
    .close = socket_close,
};

void soak_socket_watch(struct soak_socket *net, int epoll, void *data, bool wants_write)
{
    struct epoll_event event = { .data = { .ptr = data } };
    event.events = net->connecting || wants_write ? EPOLLIN | EPOLLOUT : EPOLLIN;
    if (net->fd < 0 || event.events == net->events) {
        return;
    }
    /* A descriptor that was closed has left epoll by itself. */
    (void)epoll_ctl(epoll, net->events == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, net->fd, &event);
    net->events = event.events;
}
