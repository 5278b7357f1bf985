// What does not depend on the board.

#include "Arduino.h"
#include "board_port.h"

static bool timeStands;
static unsigned long stood;
static bool ended;
static int endCode;

SerialOut Serial;

#if defined ARDUINO_ARCH_ESP32 || defined ARDUINO_ARCH_ESP8266
EspClass ESP;
#endif

unsigned long millis()
{
    return timeStands ? stood : portMillis();
}

void passTime(unsigned long ms)
{
    timeStands = true;
    stood += ms;
}

void delay(unsigned long ms)
{
    if (timeStands) {
        stood += ms;
    } else {
        portSleep(ms);
    }
}

void configTime(long, int, const char *)
{
}

void endSketch(int code)
{
    ended = true;
    endCode = code;
}

int runSketch()
{
    setup();
    while (!ended) {
        loop();
        if (!timeStands) {
            portSleep(1);
        }
    }
    return endCode;
}

size_t SerialOut::write(uint8_t c)
{
    portWrite(c);
    return 1;
}

size_t Print::write(const uint8_t *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        write(bytes[i]);
    }
    return length;
}

size_t Print::print(const char *text)
{
    return write(reinterpret_cast<const uint8_t *>(text), strlen(text));
}

size_t Print::print(const String &text)
{
    return print(text.c_str());
}

size_t Print::print(unsigned long number)
{
    return print(String(number));
}

size_t Print::print(long number)
{
    if (number < 0) {
        return print("-") + print(-static_cast<unsigned long>(number));
    }
    return print(static_cast<unsigned long>(number));
}

String::String(const char *text)
{
    strncpy(m_text, text, sizeof m_text - 1);
    m_text[sizeof m_text - 1] = '\0';
    m_length = static_cast<unsigned>(strlen(m_text));
}

String::String(unsigned long number)
{
    char reversed[24];
    m_length = 0;
    do {
        reversed[m_length++] = static_cast<char>('0' + number % 10);
        number /= 10;
    } while (number > 0);
    for (unsigned i = 0; i < m_length; i++) {
        m_text[i] = reversed[m_length - 1 - i];
    }
    m_text[m_length] = '\0';
}
