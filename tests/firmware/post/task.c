/* The other contexts of FreeRTOS: a task that preempts the one that polls, and the interrupt of the tick. */

#include "post.h"

#include "board.h"

#include "FreeRTOS.h"
#include "task.h"

/* In words. */
#define STACK 256
/* Above the program's. */
#define PRIORITY 3
/* Of each of them in a millisecond. */
#define BURST 4

static volatile bool begun;
static volatile uint32_t ticks;

static void run(void *user)
{
    (void)user;
    while (post_some(POST_TASK, BURST)) {
        vTaskDelay(1);
    }
    vTaskDelete(NULL);
}

void vApplicationTickHook(void)
{
    ticks++;
    if (begun) {
        (void)post_some(POST_INTERRUPT, BURST);
    }
}

unsigned post_begin(void)
{
    configASSERT(xTaskCreate(run, "posts", STACK, NULL, PRIORITY, NULL) == pdPASS);
    begun = true;
    return 1u << POST_INTERRUPT | 1u << POST_TASK;
}

uint32_t post_interrupts(void)
{
    return ticks;
}
