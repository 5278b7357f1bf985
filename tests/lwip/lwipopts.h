/* lwIP on the host, for the tests of c_examples/lwip. With TEST_MALLOC each of its objects is an allocation of its own,
 * so that the sanitizer sees one used after its end; without, the pools are as small as on a microcontroller. */

#ifndef LWIPOPTS_H
#define LWIPOPTS_H

#define NO_SYS 1
#define SYS_LIGHTWEIGHT_PROT 0
#define LWIP_NETCONN 0
#define LWIP_SOCKET 0
#define LWIP_DNS 1
#define LWIP_RAW 0
#define LWIP_ARP 0
#define LWIP_NETIF_LOOPBACK 0
#define LWIP_STATS 1
#define LWIP_STATS_LARGE 1
#define MEM_STATS 1
#define MEMP_STATS 1
#define MEM_ALIGNMENT 8
#define DNS_TABLE_SIZE 4
#define MEMP_NUM_UDP_PCB 8
#define TCP_MSS 536
#define TCP_WND (4 * TCP_MSS)
#define TCP_SND_BUF (4 * TCP_MSS)
#define MEMP_NUM_TCP_PCB 5
#define MEMP_NUM_TCP_SEG 32
#define PBUF_POOL_SIZE 16
#define PBUF_POOL_BUFSIZE 700

#ifdef TEST_MALLOC
#define MEM_LIBC_MALLOC 1
#define MEMP_MEM_MALLOC 1
#else
#define MEM_SIZE 16384
#endif

#endif
