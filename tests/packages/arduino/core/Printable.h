#ifndef PRINTABLE_H
#define PRINTABLE_H

#include <stddef.h>

class Print;

class Printable {
public:
    virtual size_t printTo(Print &out) const = 0;
};

#endif
