/* What lwIP asks of the compiler and of the program around it. */

#ifndef ARCH_CC_H
#define ARCH_CC_H

#include <stdint.h>

void board_restart(const char *why);
uint32_t board_random(void);

#define LWIP_PLATFORM_DIAG(text) ((void)0)
#define LWIP_PLATFORM_ASSERT(text) board_restart("lwIP: " text)
#define LWIP_RAND() board_random()

#endif
