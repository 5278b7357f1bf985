/* Of the C library, what memory.c has: the compilers for these cores need not come with one. */

#ifndef STRING_H
#define STRING_H

#include <stddef.h>

void *memcpy(void *to, const void *from, size_t len);
void *memmove(void *to, const void *from, size_t len);
void *memset(void *to, int value, size_t len);
int memcmp(const void *one, const void *other, size_t len);
size_t strlen(const char *text);
int strcmp(const char *one, const char *other);

#endif
