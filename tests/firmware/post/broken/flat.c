/* Locks that forget what was before: the inner unlock lets everybody in. The test must notice. */

#include "limpet.h"

#ifdef __riscv
#define OFF "csrci mstatus, 8"
#define ON "csrsi mstatus, 8"
#else
#define OFF "cpsid i"
#define ON "cpsie i"
#endif

uint32_t mqtt_lock(void)
{
    __asm__ volatile(OFF : : : "memory");
    return 0;
}

void mqtt_unlock(uint32_t state)
{
    (void)state;
    __asm__ volatile(ON : : : "memory");
}
