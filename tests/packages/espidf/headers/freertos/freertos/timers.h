#ifndef FREERTOS_TIMERS_STAND_IN_H
#define FREERTOS_TIMERS_STAND_IN_H

#include "freertos/FreeRTOS.h"

BaseType_t xTimerPendFunctionCallFromISR(void (*function)(void *first, uint32_t second), void *first, uint32_t second,
                                         BaseType_t *woken);

#endif
