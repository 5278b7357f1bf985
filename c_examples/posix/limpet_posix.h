/* Limpet on POSIX: a TCP transport, a clock, a sleep and a wake-up for Linux, the BSDs and macOS.
 * Build the .c files of this directory with your program; add -pthread.
 *
 *     static struct limpet_posix net;                      zero is its start
 *     config.transport = &limpet_posix_transport;
 *     config.transport_user = &net;
 *     config.now_ms = limpet_posix_now_ms;
 *     config.wake = limpet_posix_wake;                      only for mqtt_post; then config.user = &net
 *     for (;;) {
 *         int32_t ms = mqtt_poll(&client);
 *         limpet_posix_wait(&net, ms, mqtt_wants_write(&client));
 *     }
 */

#ifndef LIMPET_POSIX_H
#define LIMPET_POSIX_H

#include "limpet.h"

#include <sys/socket.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Addresses of one name that are tried; more are left out. */
#define LIMPET_POSIX_ADDRESSES 8

struct limpet_posix_address {
    struct sockaddr_storage at;
    socklen_t len;
};

/* One connection. Declare one for each client, zeroed; what is in it belongs to the files of this directory. */
struct limpet_posix {
    uint8_t phase;
    /* The address that the next attempt begins with, so that a dead one does not hide the others for ever. */
    uint8_t first;
    /* Addresses tried in this attempt, and how many there are. */
    uint8_t tried;
    uint8_t count;
    /* The client did not read although there was something: it does not want to now. */
    bool unread;
    /* The last read took all that there was, so that the next one in the same mqtt_poll need not ask. */
    bool drained;
    bool woken;
    bool wake_made;
    int fd;
    int wake_fds[2];
    struct limpet_posix_address addresses[LIMPET_POSIX_ADDRESSES];
};

/* Never blocks: sockets are non-blocking, and names are looked up by a helper thread.
 * Errors are -errno. A name that does not exist is -ENOENT; name servers that do not answer are -EHOSTUNREACH. */
extern const struct mqtt_transport limpet_posix_transport;

/* Milliseconds, also while the machine sleeps where the system has such a clock. user is not used. */
uint32_t limpet_posix_now_ms(void *user);

/* Sleeps until there is something for mqtt_poll to do: the socket is ready, the name is found, the connection is made,
 * limpet_posix_wake or a signal came, or ms have passed. ms is what mqtt_poll returned, or less. An error of mqtt_poll,
 * negative, waits a second, so that a loop that does not look at it does not spin. */
void limpet_posix_wait(struct limpet_posix *net, int32_t ms, bool wants_write);

/* Ends the wait that is under way, or else the next one. user is the struct limpet_posix. Any thread, and signal
 * handlers, may call it. */
void limpet_posix_wake(void *user);

/* Gives back the two file descriptors behind limpet_posix_wake. For programs whose transports come and go: call it
 * after the client is closed, when nobody can call limpet_posix_wake any more. */
void limpet_posix_end(struct limpet_posix *net);

/* A network interface, for mqtt_link: .status = limpet_posix_link_status, .user = &link. Zero is its start, but for: */
struct limpet_posix_link {
    /* Its name, such as "wlan0". Default: any but the loopback. */
    const char *name;
    /* The rest belongs to link.c. */
    bool looked;
    uint32_t looked_ms;
    int32_t status;
};

/* 1: it is up, running, and has an address that is not link-local. 0: not. -errno: the system does not say. Looks ten
 * times a second at most. user is the struct limpet_posix_link. */
int32_t limpet_posix_link_status(void *user);

/* A UDP socket, for the four functions of mqtt_wan. Zeroed at the start; what is in it belongs to datagram.c. */
struct limpet_posix_datagram {
    bool is_open;
    int fd;
    /* Only its addresses are used. */
    struct limpet_posix lookup;
};

/* user is the struct limpet_posix_datagram. Errors are -errno. limpet_posix_wait does not wait for it: mqtt_poll asks to
 * be called often enough. */
int32_t limpet_posix_datagram_open(void *user, const char *server, uint16_t port);
int32_t limpet_posix_datagram_send(void *user, const uint8_t *buf, size_t len);
int32_t limpet_posix_datagram_recv(void *user, uint8_t *buf, size_t len);
void limpet_posix_datagram_close(void *user);

/* A directory of files, for the three functions of mqtt_store: .user = &store. For one client; two need two. */
struct limpet_posix_store {
    /* Its path. It is made if it is not there; the one above it must be. Nothing else may be in it. */
    const char *dir;
};

/* user is the struct limpet_posix_store. Errors are -errno. They return when the disk has it (fsync), and so wait for the
 * disk: some milliseconds, longer on a card that is busy. */
int32_t limpet_posix_store_save(void *user, uint32_t key, const uint8_t *record, size_t len);
int32_t limpet_posix_store_load(void *user, uint32_t key, uint8_t *buf, size_t len);
int32_t limpet_posix_store_erase(void *user, uint32_t key);

/* mqtt_lock and mqtt_unlock are in lock.c: one lock for the process, and signals are held off while it is locked.
 * So mqtt_post may be called from any thread and from signal handlers. */

#ifdef __cplusplus
}
#endif

#endif
