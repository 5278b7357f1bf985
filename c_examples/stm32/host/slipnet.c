/* slipnet TTY: gives the board at the other end of a serial line a network, by SLIP at 115200 baud. The board sees this
 * computer as 10.0.2.2, and through it whatever the computer reaches; no root is needed. With SIGUSR1 the line is as if
 * it were cut, with SIGUSR2 whole again.
 *
 * TCP/IP is libslirp's, on Debian libslirp-dev. It wants Ethernet, so each packet gets a header here, and loses it. */

#define _DEFAULT_SOURCE

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include <slirp/libslirp.h>

/* SLIP (RFC 1055). */
enum {
    END = 0xC0,
    ESC = 0xDB,
    ESC_END = 0xDC,
    ESC_ESC = 0xDD,
};

/* Bytes of a packet, at most. */
#define MTU 1500
#define HEADER 14
#define ADDRESS_AT (HEADER + 12)
#define FDS 64

static Slirp *slirp;
static int tty;
static volatile sig_atomic_t cut;

/* What slirp has for the board, encoded. What finds no room is lost, as on any network. */
static uint8_t queue[1 << 16];
static size_t queued;

static struct pollfd fds[FDS];
static int used;

static const uint8_t board[6] = { 0x02, 0, 0, 0, 0, 1 };
static const uint8_t everybody[6] = { 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF };

static void header(uint8_t *frame, const uint8_t *to, uint8_t type)
{
    memcpy(frame, to, 6);
    memcpy(frame + 6, board, 6);
    frame[12] = 0x08;
    frame[13] = type;
}

/* Asks for slirp's own address in the name of the board, by which slirp learns where the board is. */
static void introduce(const uint8_t *address)
{
    static const uint8_t question[8] = { 0, 1, 0x08, 0, 6, 4, 0, 1 };
    static const uint8_t host[4] = { 10, 0, 2, 2 };
    uint8_t frame[HEADER + 46] = { 0 };
    header(frame, everybody, 0x06);
    memcpy(frame + HEADER, question, sizeof question);
    memcpy(frame + HEADER + 8, board, 6);
    memcpy(frame + HEADER + 14, address, 4);
    memcpy(frame + HEADER + 24, host, 4);
    slirp_input(slirp, frame, sizeof frame);
}

/* A byte from the board. */
static void take(uint8_t byte)
{
    static uint8_t frame[HEADER + MTU];
    static uint8_t known[4];
    static size_t len = HEADER;
    static bool escaped;
    if (byte == END) {
        if (len >= HEADER + 20) {
            if (memcmp(known, frame + ADDRESS_AT, 4) != 0) {
                memcpy(known, frame + ADDRESS_AT, 4);
                introduce(known);
            }
            header(frame, everybody, 0x00);
            slirp_input(slirp, frame, (int)len);
        }
        len = HEADER;
        escaped = false;
    } else if (byte == ESC) {
        escaped = true;
    } else {
        if (escaped) {
            byte = byte == ESC_END ? END : byte == ESC_ESC ? ESC : byte;
            escaped = false;
        }
        if (len < sizeof frame) {
            frame[len] = byte;
            len++;
        }
    }
}

static void put(uint8_t byte)
{
    queue[queued] = byte;
    queued++;
}

/* A frame from slirp. */
static ssize_t send_packet(const void *buf, size_t len, void *opaque)
{
    const uint8_t *frame = buf;
    (void)opaque;
    if (len < HEADER || frame[12] != 0x08 || frame[13] != 0x00 || cut || queued + 2 * len > sizeof queue) {
        return (ssize_t)len;
    }
    put(END);
    for (size_t i = HEADER; i < len; i++) {
        if (frame[i] == END || frame[i] == ESC) {
            put(ESC);
            put(frame[i] == END ? ESC_END : ESC_ESC);
        } else {
            put(frame[i]);
        }
    }
    put(END);
    return (ssize_t)len;
}

static int64_t clock_ns(void *opaque)
{
    struct timespec now;
    (void)opaque;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void guest_error(const char *text, void *opaque)
{
    (void)opaque;
    fprintf(stderr, "slipnet: %s\n", text);
}

/* The timers are for IPv6, which is off; each turn asks for all descriptors anew. */
static void *timer_new(SlirpTimerCb callback, void *of_callback, void *opaque)
{
    (void)callback;
    (void)of_callback;
    return opaque;
}

static void timer_free(void *timer, void *opaque)
{
    (void)timer;
    (void)opaque;
}

static void timer_mod(void *timer, int64_t at, void *opaque)
{
    (void)timer;
    (void)at;
    (void)opaque;
}

static void of_descriptor(int fd, void *opaque)
{
    (void)fd;
    (void)opaque;
}

static void notify(void *opaque)
{
    (void)opaque;
}

static int add_poll(int fd, int events, void *opaque)
{
    (void)opaque;
    if (used == FDS) {
        return -1;
    }
    fds[used].fd = fd;
    fds[used].revents = 0;
    fds[used].events = (short)(((events & SLIRP_POLL_IN) ? POLLIN : 0) | ((events & SLIRP_POLL_OUT) ? POLLOUT : 0)
        | ((events & SLIRP_POLL_PRI) ? POLLPRI : 0));
    used++;
    return used - 1;
}

static int get_events(int index, void *opaque)
{
    const short events = index < 0 ? 0 : fds[index].revents;
    (void)opaque;
    return ((events & POLLIN) ? SLIRP_POLL_IN : 0) | ((events & POLLOUT) ? SLIRP_POLL_OUT : 0)
        | ((events & POLLPRI) ? SLIRP_POLL_PRI : 0) | ((events & POLLERR) ? SLIRP_POLL_ERR : 0)
        | ((events & POLLHUP) ? SLIRP_POLL_HUP : 0);
}

static void on_signal(int number)
{
    cut = number == SIGUSR1;
}

static bool open_tty(const char *path)
{
    struct termios raw;
    tty = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK);
    if (tty < 0 || tcgetattr(tty, &raw) != 0) {
        return false;
    }
    cfmakeraw(&raw);
    cfsetspeed(&raw, B115200);
    raw.c_cflag |= CLOCAL | CREAD;
    return tcsetattr(tty, TCSANOW, &raw) == 0;
}

/* What was cut off is read, too: it is lost, and does not come later. False: the line is gone. */
static bool talk(void)
{
    uint8_t bytes[512];
    if (queued > 0) {
        const ssize_t n = write(tty, queue, queued);
        if (n < 0 && errno != EAGAIN && errno != EINTR) {
            return false;
        }
        if (n > 0) {
            queued -= (size_t)n;
            memmove(queue, queue + n, queued);
        }
    }
    const ssize_t n = read(tty, bytes, sizeof bytes);
    if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) {
        return false;
    }
    for (ssize_t i = 0; i < n && !cut; i++) {
        take(bytes[i]);
    }
    return true;
}

int main(int argc, char **argv)
{
    static const SlirpCb callbacks = {
        .send_packet = send_packet,
        .guest_error = guest_error,
        .clock_get_ns = clock_ns,
        .timer_new = timer_new,
        .timer_free = timer_free,
        .timer_mod = timer_mod,
        .register_poll_fd = of_descriptor,
        .unregister_poll_fd = of_descriptor,
        .notify = notify,
    };
    SlirpConfig config = { .version = 1, .in_enabled = true };
    inet_aton("10.0.2.0", &config.vnetwork);
    inet_aton("255.255.255.0", &config.vnetmask);
    inet_aton("10.0.2.2", &config.vhost);
    inet_aton("10.0.2.3", &config.vnameserver);
    inet_aton("10.0.2.15", &config.vdhcp_start);
    if (argc != 2 || !open_tty(argv[1])) {
        fprintf(stderr, "usage: slipnet TTY\n%s\n", argc == 2 ? strerror(errno) : "");
        return 1;
    }
    signal(SIGUSR1, on_signal);
    signal(SIGUSR2, on_signal);
    /* slirp looks at what a write to a closed socket returns. */
    signal(SIGPIPE, SIG_IGN);
    slirp = slirp_new(&config, &callbacks, NULL);
    do {
        uint32_t ms = 1000;
        used = 0;
        (void)add_poll(tty, queued > 0 ? SLIRP_POLL_IN | SLIRP_POLL_OUT : SLIRP_POLL_IN, NULL);
        slirp_pollfds_fill(slirp, &ms, add_poll, NULL);
        const bool failed = poll(fds, (nfds_t)used, (int)ms) < 0;
        slirp_pollfds_poll(slirp, failed, get_events, NULL);
    } while (talk());
    slirp_cleanup(slirp);
    return 0;
}
