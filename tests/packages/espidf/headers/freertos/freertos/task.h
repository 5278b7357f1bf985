#ifndef FREERTOS_TASK_STAND_IN_H
#define FREERTOS_TASK_STAND_IN_H

#include "freertos/FreeRTOS.h"

typedef StaticTask_t *TaskHandle_t;

typedef enum { eRunning = 0, eReady, eBlocked, eSuspended, eDeleted, eInvalid } eTaskState;

#define tskNO_AFFINITY 0x7fffffff

TaskHandle_t xTaskCreateStaticPinnedToCore(void (*run)(void *user), const char *name, uint32_t depth, void *user,
                                           UBaseType_t priority, StackType_t *stack, StaticTask_t *tcb,
                                           BaseType_t core);
TaskHandle_t xTaskGetCurrentTaskHandle(void);
eTaskState eTaskGetState(TaskHandle_t task);
void vTaskDelay(TickType_t ticks);
void vTaskSuspend(TaskHandle_t task);
void vTaskDelete(TaskHandle_t task);

#endif
