/* FreeRTOS as ESP-IDF has it, as far as the component needs it: for machine/freertos.c, where tasks are threads. */

#ifndef FREERTOS_STAND_IN_H
#define FREERTOS_STAND_IN_H

#include <stdbool.h>
#include <stdint.h>

typedef int BaseType_t;
typedef unsigned UBaseType_t;
typedef uint32_t TickType_t;
/* In ESP-IDF stacks are measured in bytes. */
typedef uint8_t StackType_t;

#define pdFALSE 0
#define pdTRUE 1
#define pdPASS 1
#define portMAX_DELAY 0xffffffffu
#define configTICK_RATE_HZ 100
#define pdMS_TO_TICKS(ms) ((TickType_t)((uint64_t)(ms) * configTICK_RATE_HZ / 1000))

typedef struct {
    int depth;
} portMUX_TYPE;

#define portMUX_INITIALIZER_UNLOCKED { 0 }
#define portENTER_CRITICAL_SAFE(mux) machine_enter_critical(mux)
#define portEXIT_CRITICAL_SAFE(mux) machine_exit_critical(mux)
#define portYIELD_FROM_ISR() ((void)0)

void machine_enter_critical(portMUX_TYPE *mux);
void machine_exit_critical(portMUX_TYPE *mux);
BaseType_t xPortInIsrContext(void);

#ifdef MACHINE_HAS_THREADS
#include <pthread.h>
typedef struct {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    int count;
} StaticSemaphore_t;
typedef struct {
    pthread_t thread;
    void (*run)(void *user);
    void *user;
    int state;
} StaticTask_t;
#else
typedef struct {
    void *words[20];
} StaticSemaphore_t;
typedef struct {
    void *words[88];
} StaticTask_t;
#endif

#endif
