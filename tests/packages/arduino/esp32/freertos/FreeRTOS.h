/* As much of ESP-IDF's FreeRTOS as the library's lock needs, for sketches that have one thread. */

#ifndef FREERTOS_STAND_IN_H
#define FREERTOS_STAND_IN_H

typedef int portMUX_TYPE;

#define portMUX_INITIALIZER_UNLOCKED 0
#define portENTER_CRITICAL_SAFE(mux) ((void)++*(mux))
#define portEXIT_CRITICAL_SAFE(mux) ((void)--*(mux))

#endif
