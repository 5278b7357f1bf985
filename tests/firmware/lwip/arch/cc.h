/* What lwIP asks of the compiler and of the program around it. An assertion that fails ends the machine. */

#ifndef ARCH_CC_H
#define ARCH_CC_H

#include <stdint.h>

void firmware_lwip_fault(const char *text);
uint32_t firmware_random(void);

#define LWIP_PLATFORM_DIAG(text) ((void)0)
#define LWIP_PLATFORM_ASSERT(text) firmware_lwip_fault(text)
/* rand of picolibc needs thread-local storage. */
#define LWIP_RAND() firmware_random()
#define LWIP_NO_CTYPE_H 1

#endif
