#ifndef PRINT_H
#define PRINT_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "Printable.h"

class String;

class Print {
public:
    virtual size_t write(uint8_t c) = 0;
    virtual size_t write(const uint8_t *bytes, size_t length);
    virtual int availableForWrite() { return 0; }

    size_t print(const char *text);
    size_t print(const String &text);
    size_t print(const Printable &thing) { return thing.printTo(*this); }
    size_t print(long number);
    size_t print(int number) { return print(static_cast<long>(number)); }
    size_t print(unsigned long number);
    size_t print(unsigned number) { return print(static_cast<unsigned long>(number)); }

    size_t println() { return print("\n"); }
    template <class T>
    size_t println(const T &thing)
    {
        const size_t n = print(thing);
        return n + println();
    }
};

#endif
