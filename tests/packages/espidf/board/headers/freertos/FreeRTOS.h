/* FreeRTOS's own, by the names that ESP-IDF gives it, and what is only ESP-IDF's. */

#ifndef ESPIDF_FREERTOS_H
#define ESPIDF_FREERTOS_H

#include <FreeRTOS.h>
#include <task.h>

#include <stdbool.h>

typedef UBaseType_t portMUX_TYPE;

#define portMUX_INITIALIZER_UNLOCKED 0

/* One core: the spinlock's memory holds what the mask was, for an interrupt. */
static inline void board_enter_critical(portMUX_TYPE *mux)
{
    if (xPortIsInsideInterrupt() == pdTRUE) {
        *mux = taskENTER_CRITICAL_FROM_ISR();
    } else {
        taskENTER_CRITICAL();
    }
}

static inline void board_exit_critical(portMUX_TYPE *mux)
{
    if (xPortIsInsideInterrupt() == pdTRUE) {
        taskEXIT_CRITICAL_FROM_ISR(*mux);
    } else {
        taskEXIT_CRITICAL();
    }
}

#define portENTER_CRITICAL_SAFE(mux) board_enter_critical(mux)
#define portEXIT_CRITICAL_SAFE(mux) board_exit_critical(mux)
#define xPortInIsrContext() xPortIsInsideInterrupt()

#undef portYIELD_FROM_ISR
#define portYIELD_FROM_ISR() portYIELD()

#endif
