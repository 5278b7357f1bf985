#ifndef ESP_ERR_STAND_IN_H
#define ESP_ERR_STAND_IN_H

/* As in ESP-IDF: int, while its int32_t is long. */
typedef int esp_err_t;

#define ESP_OK 0
#define ESP_ERR_NO_MEM 0x101
#define ESP_ERR_INVALID_ARG 0x102
#define ESP_ERR_INVALID_STATE 0x103

#endif
