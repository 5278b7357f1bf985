/* The configuration of the firmware tests, with what ESP-IDF's FreeRTOS has besides. */

#ifndef ESPIDF_FREERTOS_CONFIG_H
#define ESPIDF_FREERTOS_CONFIG_H

#include "../../../../firmware/freertos/FreeRTOSConfig.h"

#undef configSUPPORT_STATIC_ALLOCATION
#define configSUPPORT_STATIC_ALLOCATION 1
#define configKERNEL_PROVIDED_STATIC_MEMORY 1
#define configUSE_TIMERS 1
#define configTIMER_TASK_PRIORITY 5
#define configTIMER_QUEUE_LENGTH 8
#define configTIMER_TASK_STACK_DEPTH 256
#define INCLUDE_xTimerPendFunctionCall 1
#define INCLUDE_eTaskGetState 1

#endif
