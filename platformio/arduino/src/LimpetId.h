/* The chip's own number, of which the client's id is made. Not for sketches. */

#ifndef LIMPET_ID_H
#define LIMPET_ID_H

#include "c/limpet.h"

#if defined ARDUINO_ARCH_ESP32 || defined ARDUINO_ARCH_ESP8266 || defined ARDUINO_ARCH_STM32 \
    || (defined ARDUINO_ARCH_RP2040 && !defined ARDUINO_ARCH_MBED)
int32_t limpetChipId(void *user, uint8_t *buf, size_t len);
#else
/* Not known for this chip: the broker chooses the id. */
static int32_t (*const limpetChipId)(void *user, uint8_t *buf, size_t len) = nullptr;
#endif

#endif
