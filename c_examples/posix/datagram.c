/* UDP for struct mqtt_wan: non-blocking, and connected, so that only what the server itself sends is heard. */

#define _POSIX_C_SOURCE 200809L
#define _DARWIN_C_SOURCE

#include "phase.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0
#endif

static int32_t error_now(void)
{
    return errno > 0 ? -(int32_t)errno : -EIO;
}

static int32_t again_or_error(void)
{
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? MQTT_WOULD_BLOCK : error_now();
}

/* 0, or -errno and no socket. */
static int32_t open_to(struct limpet_posix_datagram *datagram, const struct limpet_posix_address *address)
{
    const int fd = socket(address->at.ss_family, SOCK_DGRAM, 0);
    if (fd < 0) {
        return error_now();
    }
    const int flags = fcntl(fd, F_GETFL);
    if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0 || fcntl(fd, F_SETFD, FD_CLOEXEC) < 0
        || connect(fd, (const struct sockaddr *)&address->at, address->len) < 0) {
        const int32_t error = error_now();
        close(fd);
        return error;
    }
    datagram->fd = fd;
    datagram->is_open = true;
    return 0;
}

int32_t limpet_posix_datagram_open(void *user, const char *server, uint16_t port)
{
    struct limpet_posix_datagram *datagram = user;
    int32_t result = limpet_lookup(&datagram->lookup, server, port);
    if (result != 0) {
        return result;
    }
    result = -EHOSTUNREACH;
    for (uint8_t i = 0; i < datagram->lookup.count && !datagram->is_open; i++) {
        result = open_to(datagram, &datagram->lookup.addresses[i]);
    }
    return result;
}

int32_t limpet_posix_datagram_send(void *user, const uint8_t *buf, size_t len)
{
    const struct limpet_posix_datagram *datagram = user;
    const ssize_t n = send(datagram->fd, buf, len, MSG_NOSIGNAL);
    return n >= 0 ? (int32_t)n : again_or_error();
}

int32_t limpet_posix_datagram_recv(void *user, uint8_t *buf, size_t len)
{
    const struct limpet_posix_datagram *datagram = user;
    const ssize_t n = recv(datagram->fd, buf, len, 0);
    return n >= 0 ? (int32_t)n : again_or_error();
}

void limpet_posix_datagram_close(void *user)
{
    struct limpet_posix_datagram *datagram = user;
    limpet_lookup_forget(&datagram->lookup);
    if (datagram->is_open) {
        datagram->is_open = false;
        close(datagram->fd);
    }
}
