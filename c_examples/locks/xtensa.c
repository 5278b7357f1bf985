/* The locks behind mqtt_post on an Xtensa with one core and without an operating system, such as the ESP8266: the level
 * of interrupts is raised to 15 while a message is copied, and what it was before is kept, so calls may nest. NMI is not
 * held off and must not post. */

#include "limpet.h"

uint32_t mqtt_lock(void)
{
    uint32_t state;
    __asm__ volatile("rsil %0, 15" : "=a"(state) : : "memory");
    return state;
}

void mqtt_unlock(uint32_t state)
{
    __asm__ volatile("wsr %0, ps\n\t"
                     "rsync"
                     :
                     : "a"(state)
                     : "memory");
}
