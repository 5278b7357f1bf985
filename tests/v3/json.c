/* Reads and writes an array of strings by the grammar of RFC 8259. Bytes above 127 pass as they are: MQTT's side has
 * checked, or does not care, whether they are UTF-8. */

#include "json.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

struct reader {
    const char *at;
    const char *end;
};

static void skip_space(struct reader *in)
{
    while (in->at < in->end && memchr(" \t\r\n", *in->at, 4) != NULL) {
        in->at++;
    }
}

static bool take(struct reader *in, char what)
{
    if (in->at == in->end || *in->at != what) {
        return false;
    }
    in->at++;
    return true;
}

static bool hex4(struct reader *in, uint32_t *value)
{
    static const char digits[] = "0123456789abcdef0123456789ABCDEF";
    *value = 0;
    for (int i = 0; i < 4; i++) {
        const char *digit = in->at < in->end ? memchr(digits, *in->at, 32) : NULL;
        if (digit == NULL) {
            return false;
        }
        *value = *value << 4 | ((uint32_t)(digit - digits) & 15);
        in->at++;
    }
    return true;
}

/* After \u: one code point, of one or two escapes. */
static bool unicode(struct reader *in, uint32_t *point)
{
    uint32_t low = 0;
    if (!hex4(in, point) || *point == 0 || (*point >= 0xdc00 && *point < 0xe000)) {
        return false;
    }
    if (*point < 0xd800 || *point >= 0xe000) {
        return true;
    }
    if (!take(in, '\\') || !take(in, 'u') || !hex4(in, &low) || low < 0xdc00 || low >= 0xe000) {
        return false;
    }
    *point = 0x10000 + ((*point - 0xd800) << 10) + (low - 0xdc00);
    return true;
}

/* UTF-8 of a code point: how many bytes. */
static int encode(uint32_t point, char *out)
{
    const int more = point < 0x80 ? 0 : point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
    static const uint8_t first[] = { 0, 0xc0, 0xe0, 0xf0 };
    out[0] = (char)(first[more] | point >> (6 * more));
    for (int i = 1; i <= more; i++) {
        out[i] = (char)(0x80 | (point >> (6 * (more - i)) & 0x3f));
    }
    return more + 1;
}

static bool escape(struct reader *in, uint32_t *point)
{
    static const char letters[] = "\"\\/bfnrt";
    static const char meanings[] = "\"\\/\b\f\n\r\t";
    if (take(in, 'u')) {
        return unicode(in, point);
    }
    const char *letter = in->at < in->end ? memchr(letters, *in->at, 8) : NULL;
    if (letter == NULL) {
        return false;
    }
    in->at++;
    *point = (uint32_t)meanings[letter - letters];
    return true;
}

static bool string(struct reader *in, char *out)
{
    size_t len = 0;
    if (!take(in, '"')) {
        return false;
    }
    while (!take(in, '"')) {
        char bytes[4];
        int count = 1;
        if (take(in, '\\')) {
            uint32_t point = 0;
            if (!escape(in, &point)) {
                return false;
            }
            count = encode(point, bytes);
        } else if (in->at < in->end && (unsigned char)*in->at >= 0x20) {
            bytes[0] = *in->at++;
        } else {
            return false;
        }
        if (len + (size_t)count >= JSON_MAX) {
            return false;
        }
        memcpy(out + len, bytes, (size_t)count);
        len += (size_t)count;
    }
    out[len] = '\0';
    return true;
}

int json_read(const char *text, size_t len, char (*strings)[JSON_MAX], int most)
{
    struct reader in = { text, text + len };
    int count = 0;
    skip_space(&in);
    if (!take(&in, '[')) {
        return -1;
    }
    skip_space(&in);
    if (!take(&in, ']')) {
        do {
            skip_space(&in);
            if (count == most || !string(&in, strings[count])) {
                return -1;
            }
            count++;
            skip_space(&in);
        } while (take(&in, ','));
        if (!take(&in, ']')) {
            return -1;
        }
    }
    skip_space(&in);
    return in.at == in.end ? count : -1;
}

struct writer {
    char *out;
    size_t size;
    size_t len;
};

static void put(struct writer *to, char byte)
{
    if (to->len < to->size) {
        to->out[to->len] = byte;
    }
    to->len++;
}

static void put_string(struct writer *to, const char *text)
{
    static const char digits[] = "0123456789abcdef";
    put(to, '"');
    for (; *text != '\0'; text++) {
        const unsigned char byte = (unsigned char)*text;
        if (byte < 0x20) {
            put(to, '\\');
            put(to, 'u');
            put(to, '0');
            put(to, '0');
            put(to, digits[byte >> 4]);
            put(to, digits[byte & 15]);
        } else {
            if (byte == '"' || byte == '\\') {
                put(to, '\\');
            }
            put(to, *text);
        }
    }
    put(to, '"');
}

size_t json_write(char *out, size_t size, const char *const *strings, int count)
{
    struct writer to = { out, size, 0 };
    put(&to, '[');
    for (int i = 0; i < count; i++) {
        if (i > 0) {
            put(&to, ',');
        }
        put_string(&to, strings[i]);
    }
    put(&to, ']');
    return to.len <= size ? to.len : 0;
}
