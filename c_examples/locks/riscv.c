/* The locks behind mqtt_post on a RISC-V microcontroller with one hart, in machine mode, without an operating system:
 * interrupts are off while a message is copied, and whether they were on before is kept, so calls may nest.
 * Assemblers of 2022 and later want _zicsr in -march for these instructions. */

#include "limpet.h"

/* mstatus.MIE */
#define INTERRUPTS_ON 8u

uint32_t mqtt_lock(void)
{
    uint32_t state;
    __asm__ volatile("csrrci %0, mstatus, 8" : "=r"(state) : : "memory");
    return state & INTERRUPTS_ON;
}

void mqtt_unlock(uint32_t state)
{
    __asm__ volatile("csrs mstatus, %0" : : "r"(state) : "memory");
}
