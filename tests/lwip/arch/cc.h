/* What lwIP asks of the host. */

#ifndef ARCH_CC_H
#define ARCH_CC_H

#include <stdio.h>
#include <stdlib.h>

#define LWIP_PLATFORM_DIAG(text) ((void)0)
#define LWIP_PLATFORM_ASSERT(text) \
    do { \
        printf("assertion of lwIP: %s\n", text); \
        fflush(stdout); \
        abort(); \
    } while (0)
#define LWIP_RAND() ((u32_t)rand())

#endif
