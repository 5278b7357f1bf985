/* System calls in front of the C library's, for peers that want to own a socket: what they do with the first socket that
 * they connect goes to the broker in memory. The clock stands still, but for waits, which take no time: it jumps to their
 * end. */

#define _DEFAULT_SOURCE

#include "broker.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

/* Of the clock. */
#define START_S 1000000u

static int ours = -1;
static uint64_t waited_ns;

int connect(int fd, const struct sockaddr *address, socklen_t len)
{
    (void)address;
    (void)len;
    ours = fd;
    return 0;
}

int getpeername(int fd, struct sockaddr *address, socklen_t *len)
{
    (void)fd;
    (void)address;
    (void)len;
    return 0;
}

static ssize_t give(void *buf, size_t len)
{
    const size_t n = broker_give(buf, len);
    if (n == 0) {
        errno = EAGAIN;
        return -1;
    }
    return (ssize_t)n;
}

ssize_t read(int fd, void *buf, size_t len)
{
    return fd == ours ? give(buf, len) : syscall(SYS_read, fd, buf, len);
}

ssize_t recv(int fd, void *buf, size_t len, int flags)
{
    (void)fd;
    (void)flags;
    return give(buf, len);
}

ssize_t write(int fd, const void *buf, size_t len)
{
    if (fd != ours) {
        return syscall(SYS_write, fd, buf, len);
    }
    broker_take(buf, len);
    return (ssize_t)len;
}

ssize_t writev(int fd, const struct iovec *parts, int count)
{
    (void)fd;
    size_t len = 0;
    for (int i = 0; i < count; i++) {
        broker_take(parts[i].iov_base, parts[i].iov_len);
        len += parts[i].iov_len;
    }
    return (ssize_t)len;
}

int poll(struct pollfd *fds, nfds_t count, int timeout_ms)
{
    int ready = 0;
    for (nfds_t i = 0; i < count; i++) {
        const bool readable = fds[i].fd == ours && broker_has();
        fds[i].revents = (short)(fds[i].events & (POLLOUT | (readable ? POLLIN : 0)));
        ready += fds[i].revents != 0;
    }
    if (ready == 0 && timeout_ms > 0) {
        waited_ns += (uint64_t)timeout_ms * 1000000u;
    }
    return ready;
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
    if (clock != CLOCK_MONOTONIC && clock != CLOCK_REALTIME) {
        return (int)syscall(SYS_clock_gettime, clock, now);
    }
    now->tv_sec = (time_t)(START_S + waited_ns / 1000000000u);
    now->tv_nsec = (long)(waited_ns % 1000000000u);
    return 0;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone)
{
    (void)zone;
    struct timespec precise;
    clock_gettime(CLOCK_REALTIME, &precise);
    now->tv_sec = precise.tv_sec;
    now->tv_usec = precise.tv_nsec / 1000;
    return 0;
}
