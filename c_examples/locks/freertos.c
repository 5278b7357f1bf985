/* The locks behind mqtt_post with FreeRTOS on one core: a critical section, of the kind that the caller's context asks
 * for. The kernel counts how deep a task is in them, and an interrupt gets back what the mask was, so calls may nest.
 * Interrupts above configMAX_SYSCALL_INTERRUPT_PRIORITY are not held off and must not post, as they must not call
 * FreeRTOS. On ESP-IDF, which has a FreeRTOS of its own, take esp_idf.c. */

#include "limpet.h"

#include "FreeRTOS.h"
#include "task.h"

/* Not every port of FreeRTOS can tell; those for Cortex-M can. For another, define this as something that can. */
#ifndef LIMPET_IN_INTERRUPT
#define LIMPET_IN_INTERRUPT() (xPortIsInsideInterrupt() == pdTRUE)
#endif

uint32_t mqtt_lock(void)
{
    if (LIMPET_IN_INTERRUPT()) {
        return (uint32_t)taskENTER_CRITICAL_FROM_ISR();
    }
    taskENTER_CRITICAL();
    return 0;
}

void mqtt_unlock(uint32_t state)
{
    if (LIMPET_IN_INTERRUPT()) {
        taskEXIT_CRITICAL_FROM_ISR((UBaseType_t)state);
    } else {
        taskEXIT_CRITICAL();
    }
}
