/* The locks behind mqtt_post on any Cortex-M, from M0 to M85, without an operating system: interrupts are masked while
 * a message is copied, and what the mask was before is kept, so calls may nest. Needs privileged mode, which is what a
 * program starts in. An NMI and a HardFault handler are not held off and must not post. */

#include "limpet.h"

uint32_t mqtt_lock(void)
{
    uint32_t state;
    __asm__ volatile("mrs %0, primask\n\t"
                     "cpsid i"
                     : "=r"(state)
                     :
                     : "memory");
    return state;
}

void mqtt_unlock(uint32_t state)
{
    __asm__ volatile("msr primask, %0" : : "r"(state) : "memory");
}
