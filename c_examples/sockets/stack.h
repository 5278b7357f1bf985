/* Which sockets these are, under one set of names, and what the files of this directory share. Not for programs.
 * lwIP's functions are called by their own names: whether it also has the short ones is a matter of its options. */

#ifndef LIMPET_SOCKETS_STACK_H
#define LIMPET_SOCKETS_STACK_H

#include "limpet_sockets.h"

/* lwIP, unless the system has sockets of its own. Define it as 0 or 1 if that is guessed wrong. */
#ifndef LIMPET_SOCKETS_LWIP
#if defined ESP_PLATFORM || !(defined __unix__ || defined __APPLE__)
#define LIMPET_SOCKETS_LWIP 1
#else
#define LIMPET_SOCKETS_LWIP 0
#endif
#endif

#if LIMPET_SOCKETS_LWIP

#include "lwip/errno.h"
#include "lwip/sockets.h"

#define net_socket lwip_socket
#define net_bind lwip_bind
#define net_connect lwip_connect
#define net_recv lwip_recv
#define net_send lwip_send
#define net_select lwip_select
#define net_fcntl lwip_fcntl
#define net_getsockname lwip_getsockname
#define net_getsockopt lwip_getsockopt
#define net_setsockopt lwip_setsockopt
#define net_close lwip_close
#define net_pton lwip_inet_pton
#define net_htons lwip_htons
#define net_htonl lwip_htonl

#define HAS_IPV4 LWIP_IPV4
#define HAS_IPV6 LWIP_IPV6
#define HAS_DNS LWIP_DNS
#define HAS_LOOPBACK (LWIP_IPV4 && LWIP_UDP && LWIP_HAVE_LOOPIF)

/* It has as many bits as lwIP has sockets. */
#define FITS_FD_SET(fd) ((fd) >= 0)

#else

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

#define net_socket socket
#define net_bind bind
#define net_connect connect
#define net_recv recv
#define net_send send
#define net_select select
#define net_fcntl fcntl
#define net_getsockname getsockname
#define net_getsockopt getsockopt
#define net_setsockopt setsockopt
#define net_close close
#define net_pton inet_pton
#define net_htons htons
#define net_htonl htonl

#define HAS_IPV4 1
#define HAS_IPV6 1
#define HAS_DNS 0
#define HAS_LOOPBACK 1

#define FITS_FD_SET(fd) ((fd) >= 0 && (fd) < FD_SETSIZE)

#endif

#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0
#endif

/* limpet_sockets.phase; fd is a socket only in the last two. */
enum {
    LIMPET_CLOSED = 0,
    LIMPET_LOOKING_UP,
    LIMPET_CONNECTING,
    LIMPET_CONNECTED,
};

static inline int32_t limpet_sockets_error(void)
{
    return errno > 0 ? -(int32_t)errno : -EIO;
}

/* Another attempt begins: an answer that came after the last one was given up is old. */
void limpet_sockets_lookup_begin(struct limpet_sockets *net);

/* Fills net->address with that of the host: 0, MQTT_WOULD_BLOCK or -errno. Call it again after MQTT_WOULD_BLOCK. */
int32_t limpet_sockets_lookup(struct limpet_sockets *net, const char *host);

/* Non-blocking; 0 or -errno. */
int32_t limpet_sockets_prepare(int fd);

#endif
