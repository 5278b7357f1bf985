#ifndef ESPIDF_TASK_H
#define ESPIDF_TASK_H

#include "freertos/FreeRTOS.h"

#undef tskNO_AFFINITY
#define tskNO_AFFINITY 0x7fffffff

static inline TaskHandle_t xTaskCreateStaticPinnedToCore(TaskFunction_t run, const char *name, uint32_t depth, void *user,
                                                         UBaseType_t priority, StackType_t *stack, StaticTask_t *tcb,
                                                         BaseType_t core)
{
    /* ESP-IDF has more priorities than this board. */
    (void)priority;
    (void)core;
    return xTaskCreateStatic(run, name, depth, user, 2, stack, tcb);
}

#endif
