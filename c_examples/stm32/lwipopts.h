/* lwIP for this board: no operating system, raw API, IPv4 TCP over a serial line. */

#ifndef LWIPOPTS_H
#define LWIPOPTS_H

#define NO_SYS 1
#define SYS_LIGHTWEIGHT_PROT 0
#define LWIP_NETCONN 0
#define LWIP_SOCKET 0
#define LWIP_IPV6 0
#define LWIP_RAW 0
#define LWIP_STATS 0
/* No Ethernet. */
#define LWIP_ARP 0
/* Needs UDP, and the address of a server: dns_setserver. */
#define LWIP_DNS 0
#define MEM_ALIGNMENT 4
#define MEM_SIZE 8192
#define MEMP_NUM_TCP_PCB 4
#define MEMP_NUM_TCP_SEG 16
/* Short packets: at 115200 baud one of 536 bytes takes 50 ms. */
#define TCP_MSS 536
#define TCP_WND (2 * TCP_MSS)
#define TCP_SND_BUF (2 * TCP_MSS)
#define TCP_SND_QUEUELEN 8
#define PBUF_POOL_SIZE 8
#define PBUF_POOL_BUFSIZE 640

#endif
