/* Refuses a board for which there is no archive, in words: the linker would say "undefined reference to mqtt_init". If you
 * link an archive that you made yourself, define LIMPET_OWN_ARCHIVE. */

#ifndef LIMPET_BOARD_H
#define LIMPET_BOARD_H

#include <Arduino.h>

#ifndef LIMPET_OWN_ARCHIVE

#if defined __AVR__
#error "Limpet does not run on AVR boards (Uno R3, Nano, Mega, Leonardo ...): it needs a chip of 32 bits. Choose an ESP32, ESP8266, STM32, RP2040, SAMD, Nano 33 BLE or UNO R4 under Tools > Board."
#endif

#if defined ARDUINO_ARCH_ESP8266
#include <core_version.h>
#if !defined ARDUINO_ESP8266_MAJOR || (ARDUINO_ESP8266_MAJOR > 0 && ARDUINO_ESP8266_MAJOR < 3)
#error "Limpet needs version 3 or later of the ESP8266 core: older ones do not link precompiled libraries. Update 'esp8266' under Tools > Board > Boards Manager."
#endif
#endif

#if defined ARDUINO_ARCH_ESP32
#include "sdkconfig.h"
#if !(@ESP_CHIPS@)
#error "Limpet has no archive for this chip of the ESP32 family. It has some for @ESP_NAMES@."
#endif
#elif !defined __AVR__
#if !(@PROCESSORS@)
#error "Limpet has no archive for this board's processor. It has some for Cortex-M0, M0+, M3, M4, M7, M23 and M33, for the ESP8266 and for ESP32s. A board of these that comes here has a core that compiles for something else."
#endif
#endif

#endif

#endif
