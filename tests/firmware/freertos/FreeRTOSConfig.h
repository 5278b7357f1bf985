/* FreeRTOS as firmware with a network has it: preemptive, a tick of 1 ms, one heap. For Cortex-M4F under QEMU. */

#ifndef FREERTOS_CONFIG_H
#define FREERTOS_CONFIG_H

#include <stdint.h>

void firmware_rtos_fault(const char *text);
/* The chip's; see boards/cortex_m.h. */
extern const uint32_t chip_clock_hz;

#define configASSERT(condition) ((condition) ? (void)0 : firmware_rtos_fault(#condition))

#define configCPU_CLOCK_HZ chip_clock_hz
#define configTICK_RATE_HZ 1000
#define configUSE_PREEMPTION 1
#define configUSE_TIME_SLICING 1
#define configUSE_16_BIT_TICKS 0
#define configMAX_PRIORITIES 6
#define configMINIMAL_STACK_SIZE 128
#define configMAX_TASK_NAME_LEN 8
#define configUSE_IDLE_HOOK 1
#define configUSE_TICK_HOOK 1
#define configCHECK_FOR_STACK_OVERFLOW 2
#define configTOTAL_HEAP_SIZE (40 * 1024)
#define configSUPPORT_STATIC_ALLOCATION 0
#define configSUPPORT_DYNAMIC_ALLOCATION 1
#define configUSE_MALLOC_FAILED_HOOK 1
#define configUSE_MUTEXES 1
#define configUSE_RECURSIVE_MUTEXES 0
#define configUSE_COUNTING_SEMAPHORES 1
#define configUSE_TASK_NOTIFICATIONS 1
/* Each task has its own errno; lwIP uses it by arch/cc.h's leave, see lwipopts.h. */
#define configUSE_POSIX_ERRNO 1

/* QEMU's Cortex-M has all eight bits of priority. */
#define configKERNEL_INTERRUPT_PRIORITY 0xFF
#define configMAX_SYSCALL_INTERRUPT_PRIORITY 0x40

#define INCLUDE_vTaskDelay 1
#define INCLUDE_vTaskDelete 1
#define INCLUDE_vTaskSuspend 1
#define INCLUDE_xTaskGetCurrentTaskHandle 1
#define INCLUDE_uxTaskGetStackHighWaterMark 1
#define INCLUDE_xTaskGetSchedulerState 1

#endif
