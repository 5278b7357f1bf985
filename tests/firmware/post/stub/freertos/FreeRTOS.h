/* What c_examples/locks/esp_idf.c takes from ESP-IDF, with ESP-IDF's types and none of its work: to compile, not to run. */

#ifndef FREERTOS_STUB_H
#define FREERTOS_STUB_H

#include <stdint.h>

typedef struct {
    uint32_t owner;
    uint32_t count;
} spinlock_t;

typedef spinlock_t portMUX_TYPE;

#define SPINLOCK_FREE 0xB33FFFFFu
#define portMUX_INITIALIZER_UNLOCKED { .owner = SPINLOCK_FREE, .count = 0 }

void vPortEnterCriticalSafe(portMUX_TYPE *mux);
void vPortExitCriticalSafe(portMUX_TYPE *mux);

#define portENTER_CRITICAL_SAFE(mux) vPortEnterCriticalSafe(mux)
#define portEXIT_CRITICAL_SAFE(mux) vPortExitCriticalSafe(mux)

#endif
