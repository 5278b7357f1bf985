#ifndef ESP_MAC_STAND_IN_H
#define ESP_MAC_STAND_IN_H

#include "esp_err.h"

#include <stdint.h>

esp_err_t esp_efuse_mac_get_default(uint8_t *mac);

#endif
