/* The stream to the broker for peers that are told where their bytes go: in memory, or a socket. */

#ifndef BENCH_LINK_H
#define BENCH_LINK_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Connects; 0 if that worked. */
int link_open(int port);

/* How many bytes were moved; 0 for none now; below 0 if the connection is gone. */
ssize_t link_read(uint8_t *buf, size_t len);
ssize_t link_write(const uint8_t *buf, size_t len);

#endif
