/* Sleeping until mqtt_poll has something to do, and being woken. */

#define _POSIX_C_SOURCE 200809L

#include "stack.h"

#include <string.h>

/* How long to sleep at most without a look at the flag, when nothing but the flag can be set. */
#define SLICE_MS 50

/* The same while a name is looked up: lwIP's thread sets the flag. */
#define LOOKUP_SLICE_MS 10

/* Instead of spinning when mqtt_poll answers an error. */
#define MISUSED_MS 1000

#if HAS_LOOPBACK
/* A datagram socket that hears only itself. */
static int32_t tie_to_itself(int fd)
{
    struct sockaddr_in self = { .sin_family = AF_INET, .sin_addr.s_addr = net_htonl(INADDR_LOOPBACK) };
    socklen_t len = sizeof self;
    if (net_bind(fd, (const struct sockaddr *)&self, len) < 0
        || net_getsockname(fd, (struct sockaddr *)&self, &len) < 0
        || net_connect(fd, (const struct sockaddr *)&self, len) < 0) {
        return limpet_sockets_error();
    }
    return limpet_sockets_prepare(fd);
}

/* Made by the task that waits and not by the waker, so that only one makes it. */
static void make_wake(struct limpet_sockets *net)
{
    if (net->wake_made) {
        return;
    }
    const int fd = net_socket(AF_INET, SOCK_DGRAM, 0);
    if (fd < 0) {
        return;
    }
    if (!FITS_FD_SET(fd) || tie_to_itself(fd) != 0) {
        net_close(fd);
        return;
    }
    net->wake_fd = fd;
    __atomic_store_n(&net->wake_made, true, __ATOMIC_RELEASE);
}
#else
static void make_wake(struct limpet_sockets *net)
{
    (void)net;
}
#endif

static bool is_woken(const struct limpet_sockets *net)
{
    return __atomic_load_n(&net->woken, __ATOMIC_SEQ_CST);
}

/* A waker sets woken and then looks at sent: if it found a datagram on its way, and so sent none, woken is seen after
 * this. */
static void drain_wake(struct limpet_sockets *net)
{
    uint8_t discarded[4];
    while (net->wake_made && net_recv(net->wake_fd, discarded, sizeof discarded, 0) >= 0) {
    }
    __atomic_store_n(&net->sent, false, __ATOMIC_SEQ_CST);
}

/* At most so many milliseconds in one select. */
static int32_t slice_of(const struct limpet_sockets *net)
{
    if (net->phase == LIMPET_LOOKING_UP) {
        return LOOKUP_SLICE_MS;
    }
    if (net->slice_ms > 0) {
        return net->slice_ms;
    }
    return net->wake_made ? MQTT_FOREVER : SLICE_MS;
}

static int add(int fd, fd_set *set, int highest)
{
    FD_SET(fd, set);
    return fd > highest ? fd : highest;
}

/* True if there is something to do; after a datagram of a wake that another wait has heeded there is not. */
static bool wait_once(struct limpet_sockets *net, int32_t ms, bool wants_write)
{
    struct timeval limit = { .tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000 };
    const bool connected = net->phase == LIMPET_CONNECTED;
    int highest = -1;
    fd_set readable;
    fd_set writable;
    FD_ZERO(&readable);
    FD_ZERO(&writable);
    if (connected && !net->unread) {
        highest = add(net->fd, &readable, highest);
    }
    if ((connected && wants_write) || net->phase == LIMPET_CONNECTING) {
        highest = add(net->fd, &writable, highest);
    }
    if (net->wake_made) {
        highest = add(net->wake_fd, &readable, highest);
    }
    const int ready = net_select(highest + 1, &readable, &writable, NULL, ms == MQTT_FOREVER ? NULL : &limit);
    if (ready > 0 && connected && FD_ISSET(net->fd, &readable)) {
        /* If the next mqtt_poll does not read, the client is holding a message or has no room: then what waits in the
         * socket must not wake us until it reads again. */
        net->unread = true;
    }
    if (ready == 1 && net->wake_made && FD_ISSET(net->wake_fd, &readable)) {
        drain_wake(net);
        return is_woken(net);
    }
    return ready != 0;
}

void limpet_sockets_wait(struct limpet_sockets *net, int32_t ms, bool wants_write)
{
    const int32_t whole = ms < 0 ? MISUSED_MS : ms;
    const uint32_t begin_ms = limpet_sockets_now_ms(NULL);
    int32_t left = whole;
    bool done = false;
    net->drained = false;
    make_wake(net);
    while (!done && !is_woken(net)) {
        const int32_t slice = slice_of(net);
        done = wait_once(net, left < slice ? left : slice, wants_write) || left == 0;
        const uint32_t passed = limpet_sockets_now_ms(NULL) - begin_ms;
        if (whole != MQTT_FOREVER) {
            left = passed < (uint32_t)whole ? (int32_t)((uint32_t)whole - passed) : 0;
            done = done || left == 0;
        }
    }
    drain_wake(net);
    /* What was posted before the call is seen by the mqtt_poll that follows. */
    __atomic_store_n(&net->woken, false, __ATOMIC_SEQ_CST);
}

void limpet_sockets_wake_flag(void *user)
{
    struct limpet_sockets *net = user;
    __atomic_store_n(&net->woken, true, __ATOMIC_SEQ_CST);
}

#if HAS_LOOPBACK && LIMPET_SOCKETS_LWIP

#include "lwip/netif.h"
#include "lwip/tcpip.h"

static void poll_loopback(void *user)
{
    struct netif *netif;
    (void)user;
    NETIF_FOREACH(netif) {
        netif_poll(netif);
    }
}

/* lwIP's loopback interface sends itself a message to look at what it has, and forgets to when its mailbox is full. This
 * one waits for room. */
static bool push_datagram(void)
{
    return tcpip_callback(poll_loopback, NULL) == ERR_OK;
}

#else

static bool push_datagram(void)
{
    return true;
}

#endif

void limpet_sockets_wake(void *user)
{
    struct limpet_sockets *net = user;
    const int error = errno;
    limpet_sockets_wake_flag(net);
    /* One datagram is enough for all that call before the wait ends. */
    if (__atomic_load_n(&net->wake_made, __ATOMIC_ACQUIRE) && !__atomic_load_n(&net->sent, __ATOMIC_SEQ_CST)) {
        __atomic_store_n(&net->sent, true, __ATOMIC_SEQ_CST);
        if (net_send(net->wake_fd, "", 1, MSG_NOSIGNAL) < 0 || !push_datagram()) {
            /* The next one who calls tries again. */
            __atomic_store_n(&net->sent, false, __ATOMIC_SEQ_CST);
        }
    }
    errno = error;
}

void limpet_sockets_end(struct limpet_sockets *net)
{
    if (net->wake_made) {
        net->wake_made = false;
        net_close(net->wake_fd);
    }
}
