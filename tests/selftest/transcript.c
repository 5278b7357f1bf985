/* Lines and expectations; see transcript.h. */

#include "transcript.h"

#include "board.h"

#include <string.h>

static char line[4096];
static size_t used;
static int32_t held;
static int32_t failed;

static void put(char c)
{
    if (used < sizeof line - 1) {
        line[used++] = c;
    }
}

static void begin_part(void)
{
    if (used > 0) {
        put(' ');
    }
}

static void put_text(const char *text)
{
    while (*text != '\0') {
        put(*text++);
    }
}

void tell(const char *text)
{
    begin_part();
    put_text(text);
}

void tell_number(int32_t number)
{
    char digits[10];
    size_t n = 0;
    uint32_t rest = number < 0 ? 0u - (uint32_t)number : (uint32_t)number;
    begin_part();
    if (number < 0) {
        put('-');
    }
    do {
        digits[n++] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    while (n > 0) {
        put(digits[--n]);
    }
}

void tell_text(const char *text, size_t len)
{
    begin_part();
    for (size_t i = 0; i < len; i++) {
        put(text[i] > ' ' && text[i] <= '~' ? text[i] : '.');
    }
}

void tell_bytes(const void *bytes, size_t len)
{
    static const char digits[] = "0123456789abcdef";
    const uint8_t *at = bytes;
    begin_part();
    for (size_t i = 0; i < len; i++) {
        put(digits[at[i] >> 4]);
        put(digits[at[i] & 15]);
    }
}

void tell_end(void)
{
    line[used] = '\0';
    used = 0;
    board_log(line);
}

void tell_line(const char *text, int32_t number)
{
    tell(text);
    tell_number(number);
    tell_end();
}

void scenario(const char *name)
{
    tell("#");
    tell(name);
    tell_end();
}

bool expect_that(bool holds, const char *text, int32_t at)
{
    if (holds) {
        held++;
        return true;
    }
    failed++;
    tell("FAILED line");
    tell_number(at);
    tell(text);
    tell_end();
    return false;
}

bool expect_equal(int32_t is, int32_t must_be, const char *text, int32_t at)
{
    if (!expect_that(is == must_be, text, at)) {
        tell("  is");
        tell_number(is);
        tell("must be");
        tell_number(must_be);
        tell_end();
    }
    return is == must_be;
}

int transcript_end(void)
{
    tell_number(held);
    tell("passed,");
    tell_number(failed);
    tell("failed");
    tell_end();
    return failed == 0 ? 0 : 1;
}
