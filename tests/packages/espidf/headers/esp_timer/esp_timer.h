#ifndef ESP_TIMER_STAND_IN_H
#define ESP_TIMER_STAND_IN_H

#include <stdint.h>

/* Microseconds. */
int64_t esp_timer_get_time(void);

#endif
