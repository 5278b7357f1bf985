/* Where each chip has its number. */

#include "LimpetId.h"

#include <Arduino.h>
#include <string.h>

#if defined ARDUINO_ARCH_ESP32

int32_t limpetChipId(void *user, uint8_t *buf, size_t len)
{
    (void)user;
    (void)len;
    /* Six bytes, the first in the lowest bits. */
    const uint64_t mac = ESP.getEfuseMac();
    memcpy(buf, &mac, 6);
    return 6;
}

#elif defined ARDUINO_ARCH_ESP8266

int32_t limpetChipId(void *user, uint8_t *buf, size_t len)
{
    (void)user;
    (void)len;
    const uint32_t id = ESP.getChipId();
    memcpy(buf, &id, sizeof id);
    return sizeof id;
}

#elif defined ARDUINO_ARCH_STM32

int32_t limpetChipId(void *user, uint8_t *buf, size_t len)
{
    (void)user;
    (void)len;
    memcpy(buf, reinterpret_cast<const void *>(UID_BASE), 12);
    return 12;
}

#elif defined ARDUINO_ARCH_RP2040 && !defined ARDUINO_ARCH_MBED

#include <pico/unique_id.h>

int32_t limpetChipId(void *user, uint8_t *buf, size_t len)
{
    (void)user;
    pico_unique_board_id_t id;
    pico_get_unique_board_id(&id);
    const size_t n = sizeof id.id < len ? sizeof id.id : len;
    memcpy(buf, id.id, n);
    return static_cast<int32_t>(n);
}

#endif
