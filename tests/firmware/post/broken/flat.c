/* Locks of a Cortex-M that forget what was before: the inner unlock lets everybody in. The test must notice. */

#include "limpet.h"

uint32_t mqtt_lock(void)
{
    __asm__ volatile("cpsid i" : : : "memory");
    return 0;
}

void mqtt_unlock(uint32_t state)
{
    (void)state;
    __asm__ volatile("cpsie i" : : : "memory");
}
