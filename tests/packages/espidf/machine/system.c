/* Clock, number and log. */

#define _GNU_SOURCE

#include "esp_log.h"
#include "esp_mac.h"
#include "esp_timer.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

int64_t esp_timer_get_time(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

esp_err_t esp_efuse_mac_get_default(uint8_t *mac)
{
    memcpy(mac, "\x24\x6f\x28\x01\x02\x03", 6);
    return ESP_OK;
}

void machine_log(const char *tag, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    printf("%s: ", tag);
    vprintf(format, arguments);
    printf("\n");
    va_end(arguments);
    fflush(stdout);
}
