/* lwIP with a thread of its own and BSD sockets, as FreeRTOS firmware and ESP-IDF have it. IPv4, one Ethernet interface
 * with a fixed address, and the loopback interface that limpet_sockets_wake likes. */

#ifndef LWIPOPTS_H
#define LWIPOPTS_H

/* errno is the running task's. */
extern int FreeRTOS_errno;
#define errno FreeRTOS_errno
#define LWIP_PROVIDE_ERRNO 1

#define NO_SYS 0
#define SYS_LIGHTWEIGHT_PROT 1
#define LWIP_NETCONN 1
#define LWIP_SOCKET 1
#define LWIP_COMPAT_SOCKETS 0
#define LWIP_TCPIP_CORE_LOCKING 0
#define LWIP_IPV6 0
#define LWIP_DHCP 0
#define LWIP_DNS 1
#define DNS_LOCAL_HOSTLIST 1
#define DNS_LOCAL_HOSTLIST_INIT { DNS_LOCAL_HOSTLIST_ELEM("host.test", IPADDR4_INIT_BYTES(10, 0, 2, 2)) }
#define LWIP_UDP 1
#define LWIP_RAW 0
#define LWIP_STATS 0
#define LWIP_NETIF_LOOPBACK 1
#define LWIP_HAVE_LOOPIF 1
#define LWIP_LOOPBACK_MAX_PBUFS 8

#define MEM_ALIGNMENT 4
#define MEM_SIZE 8192
#define MEMP_NUM_NETCONN 4
#define MEMP_NUM_NETBUF 8
/* One more than lwIP's own: network/sockets.c looks into the Ethernet controller. */
#define MEMP_NUM_SYS_TIMEOUT (LWIP_NUM_SYS_TIMEOUT_INTERNAL + 1)
#define MEMP_NUM_TCP_PCB 4
#define MEMP_NUM_TCP_SEG 16
#define PBUF_POOL_SIZE 8
#define PBUF_POOL_BUFSIZE 1536
#define TCP_MSS 1460
#define TCP_WND (2 * TCP_MSS)
#define TCP_SND_BUF (2 * TCP_MSS)
#define TCP_SND_QUEUELEN 16
/* Three seconds, lwIP's own choice, would leave a scenario little else than waiting for the first retransmission. */
#define LWIP_TCP_RTO_TIME 1000

/* In bytes; sys_arch.c divides. Above the program's tasks. */
#define TCPIP_THREAD_STACKSIZE 2048
#define TCPIP_THREAD_PRIO 4
#define TCPIP_MBOX_SIZE 16
#define DEFAULT_TCP_RECVMBOX_SIZE 8
#define DEFAULT_UDP_RECVMBOX_SIZE 4
#define DEFAULT_ACCEPTMBOX_SIZE 4

#endif
