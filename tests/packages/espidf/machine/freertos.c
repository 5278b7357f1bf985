/* Tasks as threads, semaphores as what POSIX has. */

#define _GNU_SOURCE

#include "machine.h"

#include "freertos/FreeRTOS.h"
#include "freertos/semphr.h"
#include "freertos/task.h"
#include "freertos/timers.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

static pthread_mutex_t critical = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static __thread TaskHandle_t current;
static __thread bool in_interrupt;

void machine_enter_critical(portMUX_TYPE *mux)
{
    pthread_mutex_lock(&critical);
    mux->depth++;
}

void machine_exit_critical(portMUX_TYPE *mux)
{
    mux->depth--;
    pthread_mutex_unlock(&critical);
}

BaseType_t xPortInIsrContext(void)
{
    return in_interrupt;
}

void machine_interrupt(void (*handler)(void *user), void *user)
{
    in_interrupt = true;
    handler(user);
    in_interrupt = false;
}

struct later {
    void (*function)(void *first, uint32_t second);
    void *first;
    uint32_t second;
};

static void *call_later(void *user)
{
    struct later *later = user;
    later->function(later->first, later->second);
    free(later);
    return NULL;
}

BaseType_t xTimerPendFunctionCallFromISR(void (*function)(void *first, uint32_t second), void *first, uint32_t second,
                                         BaseType_t *woken)
{
    struct later *later = malloc(sizeof *later);
    pthread_t thread;
    *woken = pdTRUE;
    *later = (struct later){ function, first, second };
    if (!in_interrupt || pthread_create(&thread, NULL, call_later, later) != 0) {
        abort();
    }
    pthread_detach(thread);
    return pdPASS;
}

static void *run(void *user)
{
    current = user;
    current->run(current->user);
    /* A task of FreeRTOS never returns. */
    abort();
}

TaskHandle_t xTaskCreateStaticPinnedToCore(void (*function)(void *user), const char *name, uint32_t depth, void *user,
                                           UBaseType_t priority, StackType_t *stack, StaticTask_t *tcb, BaseType_t core)
{
    (void)name;
    (void)priority;
    (void)core;
    /* As deep as it says: the whole of it is ours. */
    stack[0] = 0;
    stack[depth - 1] = 0;
    tcb->run = function;
    tcb->user = user;
    tcb->state = eReady;
    return pthread_create(&tcb->thread, NULL, run, tcb) == 0 ? tcb : NULL;
}

TaskHandle_t xTaskGetCurrentTaskHandle(void)
{
    return current;
}

eTaskState eTaskGetState(TaskHandle_t task)
{
    return (eTaskState)__atomic_load_n(&task->state, __ATOMIC_ACQUIRE);
}

void vTaskDelay(TickType_t ticks)
{
    usleep(ticks * (1000000 / configTICK_RATE_HZ));
}

void vTaskSuspend(TaskHandle_t task)
{
    if (task != NULL) {
        abort();
    }
    __atomic_store_n(&current->state, eSuspended, __ATOMIC_RELEASE);
    for (;;) {
        pause();
    }
}

void vTaskDelete(TaskHandle_t task)
{
    if (task == current || eTaskGetState(task) != eSuspended) {
        abort();
    }
    pthread_cancel(task->thread);
    pthread_join(task->thread, NULL);
    task->state = eDeleted;
}

static SemaphoreHandle_t make(StaticSemaphore_t *memory, int count)
{
    pthread_mutex_init(&memory->mutex, NULL);
    pthread_cond_init(&memory->changed, NULL);
    memory->count = count;
    return memory;
}

SemaphoreHandle_t xSemaphoreCreateMutexStatic(StaticSemaphore_t *memory)
{
    return make(memory, 1);
}

SemaphoreHandle_t xSemaphoreCreateBinaryStatic(StaticSemaphore_t *memory)
{
    return make(memory, 0);
}

BaseType_t xSemaphoreTake(SemaphoreHandle_t semaphore, TickType_t ticks)
{
    if (ticks != portMAX_DELAY || in_interrupt) {
        abort();
    }
    pthread_mutex_lock(&semaphore->mutex);
    while (semaphore->count == 0) {
        pthread_cond_wait(&semaphore->changed, &semaphore->mutex);
    }
    semaphore->count--;
    pthread_mutex_unlock(&semaphore->mutex);
    return pdTRUE;
}

BaseType_t xSemaphoreGive(SemaphoreHandle_t semaphore)
{
    pthread_mutex_lock(&semaphore->mutex);
    semaphore->count = 1;
    pthread_cond_signal(&semaphore->changed);
    pthread_mutex_unlock(&semaphore->mutex);
    return pdTRUE;
}
