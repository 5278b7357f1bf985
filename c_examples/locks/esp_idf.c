/* The locks behind mqtt_post with ESP-IDF, on one core or two: a spinlock keeps the other core out, and interrupts of
 * this one are masked. It knows its owner and counts, so calls may nest. Tasks and interrupts may post, but for
 * interrupts that run while the flash cache is off (ESP_INTR_FLAG_IRAM): the library is in flash. */

#include "limpet.h"

#include "freertos/FreeRTOS.h"

static portMUX_TYPE spinlock = portMUX_INITIALIZER_UNLOCKED;

uint32_t mqtt_lock(void)
{
    portENTER_CRITICAL_SAFE(&spinlock);
    return 0;
}

void mqtt_unlock(uint32_t state)
{
    (void)state;
    portEXIT_CRITICAL_SAFE(&spinlock);
}
