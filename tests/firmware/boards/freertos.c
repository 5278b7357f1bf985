/* FreeRTOS on a Cortex-M of boards/cortex_m.c: the program becomes a task. Linked with --wrap=firmware_main, so that the
 * board's start-up calls what is here first. */

#include "board.h"
#include "vectors.h"

#include "FreeRTOS.h"
#include "task.h"

/* The exit code of an assertion of FreeRTOS, of a stack that is full, and of a heap that is. */
#define RTOS_FAULT 96

/* In words. */
#define PROGRAM_STACK 1024
#define PROGRAM_PRIORITY 2

int __real_firmware_main(void);
int __wrap_firmware_main(void);

/* Of the kernel's port. */
void vPortSVCHandler(void);
void xPortPendSVHandler(void);
void xPortSysTickHandler(void);

static vector clock_of_the_board;

static void on_systick(void)
{
    clock_of_the_board();
    xPortSysTickHandler();
}

static void run(void *user)
{
    (void)user;
    board_exit(__real_firmware_main());
}

int __wrap_firmware_main(void)
{
    __asm__ volatile("cpsid i" : : : "memory");
    (void)vector_set(VECTOR_SVCALL, vPortSVCHandler);
    (void)vector_set(VECTOR_PENDSV, xPortPendSVHandler);
    clock_of_the_board = vector_set(VECTOR_SYSTICK, on_systick);
    configASSERT(xTaskCreate(run, "main", PROGRAM_STACK, NULL, PROGRAM_PRIORITY, NULL) == pdPASS);
    /* It lets interrupts in when the first task runs. */
    vTaskStartScheduler();
    return RTOS_FAULT;
}

void firmware_rtos_fault(const char *text)
{
    board_log(text);
    board_exit(RTOS_FAULT);
}

void vApplicationStackOverflowHook(TaskHandle_t task, char *name)
{
    (void)task;
    firmware_rtos_fault(name);
}

void vApplicationMallocFailedHook(void)
{
    firmware_rtos_fault("the heap is full");
}

void vApplicationIdleHook(void)
{
    board_idle();
}

__attribute__((weak)) void vApplicationTickHook(void)
{
}
