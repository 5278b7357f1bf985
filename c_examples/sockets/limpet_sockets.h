/* Limpet on BSD sockets: a TCP transport, a clock, a sleep and a wake-up for lwIP with an operating system (FreeRTOS,
 * ESP-IDF, ThreadX, ...). It also compiles on POSIX, where the port posix is the better choice.
 * Build the .c files of this directory with your program; LWIP_SOCKET must be 1.
 *
 *     static struct limpet_sockets net;                    zero is its start
 *     config.transport = &limpet_sockets_transport;
 *     config.transport_user = &net;
 *     config.now_ms = limpet_sockets_now_ms;
 *     config.wake = limpet_sockets_wake;                    only for mqtt_post; then config.user = &net
 *     for (;;) {
 *         int32_t ms = mqtt_poll(&client);
 *         limpet_sockets_wait(&net, ms, mqtt_wants_write(&client));
 *     }
 *
 * mqtt_lock and mqtt_unlock, which mqtt_post needs, are the port locks; where Limpet comes for Arduino or as a
 * component of ESP-IDF, they are built in.
 *
 * errno must belong to the task: another task's failure must not be read as ours. With ESP-IDF it does; with FreeRTOS
 * set configUSE_NEWLIB_REENTRANT, or configUSE_POSIX_ERRNO and make lwIP's errno FreeRTOS_errno.
 *
 * This header does not include that of the sockets: lwIP's makes macros of read, write and close, and then
 * transport->close(user) does not compile.
 */

#ifndef LIMPET_SOCKETS_H
#define LIMPET_SOCKETS_H

#include "limpet.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Bytes for the longest host name, with its NUL; DNS knows 254. The same for all files of this directory. */
#ifndef LIMPET_SOCKETS_NAME_SIZE
#define LIMPET_SOCKETS_NAME_SIZE 128
#endif

/* One connection. Declare one for each client, zeroed. It must stay where it is for ever: lwIP cannot be told that
 * nobody waits for the address of a name any more, and writes it here. */
struct limpet_sockets {
    /* Yours: the longest sleep without a look whether limpet_sockets_wake_flag was called, in milliseconds. Default: 50
     * if the stack has no loopback interface (LWIP_HAVE_LOOPIF), else as long as it may be. */
    int32_t slice_ms;

    /* The rest belongs to the files of this directory. */
    uint8_t phase;
    uint8_t lookup;
    bool is_ipv6;
    /* For a name with addresses of both kinds, the next attempt begins with the other kind. */
    bool swapped;
    /* The client did not read although there was something: it does not want to now. */
    bool unread;
    /* The last read took all that there was, so that the next one in the same mqtt_poll need not ask. */
    bool drained;
    /* Somebody called limpet_sockets_wake or _wake_flag; a datagram is on its way. */
    bool woken;
    bool sent;
    bool wake_made;
    int fd;
    int wake_fd;
    int32_t lookup_result;
    /* In network byte order; 4 of them for IPv4. */
    uint8_t address[16];
    char name[LIMPET_SOCKETS_NAME_SIZE];
};

/* A connection that dies with bytes on the way stays in lwIP, as a PCB, until lwIP gives it up or the peer says that it is
 * gone: MEMP_NUM_TCP_PCB should have some to spare. While there is none, open fails.
 *
 * Sockets are non-blocking, and names go to lwIP's DNS client by tcpip_try_callback, not by getaddrinfo, which waits. So
 * a call lasts as long as lwIP's thread takes for one message; give that thread the higher priority. Without LWIP_DNS,
 * and on POSIX, server must be an address.
 *
 * Errors are -errno. A name that does not exist, or name servers that do not answer: -ENOENT; lwIP does not tell which.
 * lwIP calls a refused connection -ECONNRESET, and one that nobody answers -ECONNABORTED. */
extern const struct mqtt_transport limpet_sockets_transport;

/* lwIP's sys_now, or CLOCK_MONOTONIC. user is not used. */
uint32_t limpet_sockets_now_ms(void *user);

/* Sleeps until there is something for mqtt_poll to do: the socket is ready, the name is found, the connection is made,
 * limpet_sockets_wake was called, or ms have passed. ms is what mqtt_poll returned, or less. An error of mqtt_poll,
 * negative, waits a second, so that a loop that does not look at it does not spin. */
void limpet_sockets_wait(struct limpet_sockets *net, int32_t ms, bool wants_write);

/* Ends the wait that is under way, or else the next one, and no other. user is the struct limpet_sockets. For any task but
 * lwIP's own; not for interrupts. select cannot be ended by a task notification, so it sends a datagram to a socket of its
 * own on the loopback interface, and waits for room in the mailbox of lwIP's thread. Without that interface it is
 * limpet_sockets_wake_flag. */
void limpet_sockets_wake(void *user);

/* The same, from anywhere, interrupts and lwIP's callbacks included: the wait ends after slice_ms at the latest. */
void limpet_sockets_wake_flag(void *user);

/* Gives back the socket behind limpet_sockets_wake. For programs whose transports come and go: call it after the client
 * is closed, when nobody can call limpet_sockets_wake any more. */
void limpet_sockets_end(struct limpet_sockets *net);

#ifdef __cplusplus
}
#endif

#endif
