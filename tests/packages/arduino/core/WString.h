#ifndef W_STRING_H
#define W_STRING_H

#include <stddef.h>

// Short ones only, and without a heap.
class String {
public:
    String(const char *text);
    explicit String(unsigned long number);
    const char *c_str() const { return m_text; }
    unsigned length() const { return m_length; }

private:
    char m_text[32];
    unsigned m_length;
};

#endif
