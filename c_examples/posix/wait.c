/* Sleeping until mqtt_poll has something to do, and being woken. */

#define _POSIX_C_SOURCE 200809L

#include "phase.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

/* How long to sleep at most when nobody could wake us: no free file descriptors, or no free slot for a lookup. */
#define UNWOKEN_MS 50

/* Instead of spinning when mqtt_poll answers an error. */
#define MISUSED_MS 1000

static bool prepare(int fd)
{
    const int flags = fcntl(fd, F_GETFL);
    return flags >= 0 && fcntl(fd, F_SETFL, flags | O_NONBLOCK) == 0 && fcntl(fd, F_SETFD, FD_CLOEXEC) == 0;
}

/* Made at the first wait and not by the waker, which may be a signal handler. */
static bool make_wake(struct limpet_posix *net)
{
    if (net->wake_made) {
        return true;
    }
    if (pipe(net->wake_fds) < 0) {
        return false;
    }
    if (!prepare(net->wake_fds[0]) || !prepare(net->wake_fds[1])) {
        close(net->wake_fds[0]);
        close(net->wake_fds[1]);
        return false;
    }
    __atomic_store_n(&net->wake_made, true, __ATOMIC_SEQ_CST);
    return true;
}

static struct pollfd socket_of(const struct limpet_posix *net, bool wants_write)
{
    /* poll(2) passes over a negative fd. */
    struct pollfd ready = { .fd = -1 };
    if (net->phase == LIMPET_CONNECTING) {
        ready.events = POLLOUT;
    } else if (net->phase == LIMPET_CONNECTED) {
        ready.events = (short)((net->unread ? 0 : POLLIN) | (wants_write ? POLLOUT : 0));
    }
    if (ready.events != 0) {
        ready.fd = net->fd;
    }
    return ready;
}

static int timeout_of(const struct limpet_posix *net, int32_t ms, bool can_be_woken)
{
    if (ms < 0) {
        return MISUSED_MS;
    }
    if ((!can_be_woken || net->phase == LIMPET_LOOKING_UP) && ms > UNWOKEN_MS) {
        return UNWOKEN_MS;
    }
    return ms == MQTT_FOREVER ? -1 : ms;
}

void limpet_posix_wait(struct limpet_posix *net, int32_t ms, bool wants_write)
{
    const bool can_be_woken = make_wake(net);
    net->drained = false;
    const bool woken = __atomic_exchange_n(&net->woken, false, __ATOMIC_SEQ_CST);
    struct pollfd ready[2] = {
        socket_of(net, wants_write),
        { .fd = can_be_woken ? net->wake_fds[0] : -1, .events = POLLIN },
    };
    if (poll(ready, 2, woken ? 0 : timeout_of(net, ms, can_be_woken)) <= 0) {
        return;
    }
    if (ready[1].revents != 0) {
        uint8_t discarded[64];
        while (read(net->wake_fds[0], discarded, sizeof discarded) > 0) {
        }
    }
    /* If the next mqtt_poll does not read, the client is holding a message or has no room: then what waits in the
     * socket must not wake us until it reads again. */
    if (net->phase == LIMPET_CONNECTED && (ready[0].revents & (POLLIN | POLLHUP | POLLERR)) != 0) {
        net->unread = true;
    }
}

void limpet_posix_wake(void *user)
{
    struct limpet_posix *net = user;
    const int error = errno;
    __atomic_store_n(&net->woken, true, __ATOMIC_SEQ_CST);
    if (__atomic_load_n(&net->wake_made, __ATOMIC_SEQ_CST)) {
        /* A full pipe will wake it, too. */
        const ssize_t n = write(net->wake_fds[1], "", 1);
        (void)n;
    }
    errno = error;
}

void limpet_posix_end(struct limpet_posix *net)
{
    if (net->wake_made) {
        net->wake_made = false;
        close(net->wake_fds[0]);
        close(net->wake_fds[1]);
    }
}
