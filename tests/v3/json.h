/* As much JSON as the interoperability test speaks: an array of strings. */

#ifndef JSON_H
#define JSON_H

#include <stddef.h>

/* Bytes of a string, its NUL included. */
#define JSON_MAX 512

/* Reads an array of up to `most` strings, as UTF-8. Their number, or -1 if the text is anything else, a string does not
 * fit, or has a NUL or half a surrogate pair. */
int json_read(const char *text, size_t len, char (*strings)[JSON_MAX], int most);

/* Writes an array of strings. Its length, or 0 if it does not fit. There is no NUL at the end. */
size_t json_write(char *out, size_t size, const char *const *strings, int count);

#endif
