// As much of an Arduino core as the library and its sketches need, written for these tests: what the names mean is
// Arduino's, and nothing else.

#ifndef ARDUINO_STAND_IN_H
#define ARDUINO_STAND_IN_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "Print.h"
#include "WString.h"

typedef uint8_t byte;
typedef bool boolean;

void setup();
void loop();

unsigned long millis();
void delay(unsigned long ms);
void configTime(long offset, int daylight, const char *server);

// Of these tests: time stands still but for what is added here, once something was added.
void passTime(unsigned long ms);
// Of these tests: the program ends after this turn of loop().
void endSketch(int code);

class SerialOut : public Print {
public:
    void begin(unsigned long) {}
    size_t write(uint8_t c) override;
    using Print::write;
};

extern SerialOut Serial;

#if defined ARDUINO_ARCH_ESP32 || defined ARDUINO_ARCH_ESP8266
class EspClass {
public:
    uint64_t getEfuseMac() { return 0x060504030201u; }
    uint32_t getChipId() { return 0x00c0ffeeu; }
};

extern EspClass ESP;
#endif

#endif
