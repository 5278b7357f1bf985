/* The board's clock and log by ESP-IDF's names, and the program's start. */

#include "board.h"

#include "esp_log.h"
#include "esp_mac.h"
#include "esp_timer.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void app_main(void);

int64_t esp_timer_get_time(void)
{
    return (int64_t)board_now_ms() * 1000;
}

esp_err_t esp_efuse_mac_get_default(uint8_t *mac)
{
    memcpy(mac, "\x24\x6f\x28\x01\x02\x03", 6);
    return ESP_OK;
}

void machine_log(const char *tag, const char *format, ...)
{
    char line[160];
    va_list arguments;
    va_start(arguments, format);
    const int used = snprintf(line, sizeof line, "%s: ", tag);
    vsnprintf(line + used, sizeof line - (size_t)used, format, arguments);
    va_end(arguments);
    board_log(line);
}

int firmware_main(void)
{
    app_main();
    return 0;
}
