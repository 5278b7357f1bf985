/* What lwIP asks of the host. No header of the host that has a struct timeval of its own, as stdlib.h: lwIP has one. */

#ifndef ARCH_CC_H
#define ARCH_CC_H

unsigned stack_random(void);
void stack_fault(const char *text);

#define LWIP_ERRNO_STDINCLUDE 1
#define LWIP_PLATFORM_DIAG(text) ((void)0)
#define LWIP_PLATFORM_ASSERT(text) stack_fault(text)
#define LWIP_RAND() stack_random()

#endif
