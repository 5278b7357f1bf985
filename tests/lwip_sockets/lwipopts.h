/* lwIP with a thread of its own and sockets, on the host, for the tests of c_examples/sockets. With TEST_MALLOC each of its
 * objects is an allocation of its own, so that the sanitizer sees one used after its end, and calls run in the caller's
 * thread (core locking); without, the pools are as small as on a microcontroller, and calls are messages to lwIP's
 * thread. TCP's clock runs ten times too fast, so that nothing takes minutes. */

#ifndef LWIPOPTS_H
#define LWIPOPTS_H

#define NO_SYS 0
#define SYS_LIGHTWEIGHT_PROT 1
#define LWIP_NETCONN 1
#define LWIP_SOCKET 1
#define LWIP_COMPAT_SOCKETS 0
#define LWIP_SO_RCVTIMEO 1
#define LWIP_IPV6 0
#define LWIP_DNS 1
#define DNS_TABLE_SIZE 4
#define DNS_MAX_RETRIES 2
#define LWIP_UDP 1
#define LWIP_RAW 0
#define LWIP_ARP 0
#define LWIP_NETIF_LOOPBACK 1
#define LWIP_HAVE_LOOPIF 1
#define LWIP_STATS 1
#define LWIP_STATS_LARGE 1
#define MEM_STATS 1
#define MEMP_STATS 1
#define MEM_ALIGNMENT 8

#define MEMP_NUM_NETCONN 8
#define MEMP_NUM_UDP_PCB 10
#define MEMP_NUM_TCP_PCB 6
#define MEMP_NUM_TCP_SEG 32
#define PBUF_POOL_SIZE 16
#define PBUF_POOL_BUFSIZE 700
#define TCP_MSS 536
#define TCP_WND (4 * TCP_MSS)
#define TCP_SND_BUF (4 * TCP_MSS)
#define TCP_TMR_INTERVAL 25
#define TCP_MSL 100
#define TCP_SYNMAXRTX 2
#define LWIP_TCP_RTO_TIME 100

#define TCPIP_THREAD_STACKSIZE 0
#define TCPIP_THREAD_PRIO 0
#define TCPIP_MBOX_SIZE 8
#define MEMP_NUM_TCPIP_MSG_API 24
#define DEFAULT_TCP_RECVMBOX_SIZE 8
#define DEFAULT_UDP_RECVMBOX_SIZE 4
#define DEFAULT_ACCEPTMBOX_SIZE 4

#ifdef TEST_MALLOC
#define LWIP_TCPIP_CORE_LOCKING 1
#define MEM_LIBC_MALLOC 1
#define MEMP_MEM_MALLOC 1
#else
#define LWIP_TCPIP_CORE_LOCKING 0
#define MEM_SIZE 32768
#endif

/* What comes in may be dropped; see stack.c. */
struct pbuf;
struct netif;
int stack_takes(struct pbuf *p, struct netif *netif);
#define LWIP_HOOK_IP4_INPUT(p, netif) stack_takes(p, netif)

#endif
