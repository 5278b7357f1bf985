#include "freertos/FreeRTOS.h"
#include <semphr.h>
