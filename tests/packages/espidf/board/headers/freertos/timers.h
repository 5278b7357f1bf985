#include "freertos/FreeRTOS.h"
#include <timers.h>
