/* Text without a copy and without a heap. */

#include "LimpetEvents.h"

#include <string.h>

bool LimpetText::operator==(const char *text) const
{
    return strlen(text) == m_length && (m_length == 0 || memcmp(text, m_data, m_length) == 0);
}

bool LimpetText::copyTo(char *buffer, size_t size) const
{
    if (size == 0) {
        return false;
    }
    const size_t n = m_length < size ? m_length : size - 1;
    if (n > 0) {
        memcpy(buffer, m_data, n);
    }
    buffer[n] = '\0';
    return n == m_length;
}

long LimpetText::toInt() const
{
    /* More digits than a long has; strtol says what becomes of too many. */
    char digits[24];
    copyTo(digits, sizeof digits);
    return strtol(digits, nullptr, 10);
}

size_t LimpetText::printTo(Print &out) const
{
    return m_length > 0 ? out.write(bytes(), m_length) : 0;
}

size_t LimpetOutage::printTo(Print &out) const
{
    size_t n = out.print(text());
    if (detail != 0) {
        n += out.print(" (");
        n += out.print(static_cast<long>(detail));
        n += out.print(")");
    }
    return n;
}
