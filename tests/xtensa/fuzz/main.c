/* Runs the generated programs; each says one line. */

#include "fuzz.h"

#include "board.h"

static uint32_t sum;

void digest(uint32_t word)
{
    sum = (sum << 5 | sum >> 27) ^ word;
    sum *= 0x01000193u;
    sum ^= sum >> 13;
}

/* Every bit matters, and one in eight has the sign of each of its bytes set. */
uint32_t value(uint32_t key)
{
    key ^= key >> 16;
    key *= 0x7feb352du;
    key ^= key >> 15;
    key *= 0x846ca68bu;
    key ^= key >> 16;
    return key >> 29 == 0 ? key | 0x80808080u : key;
}

static char *put(char *to, const char *text)
{
    while (*text != '\0') {
        *to++ = *text++;
    }
    return to;
}

static char *put_hex(char *to, uint32_t number)
{
    *to++ = ' ';
    for (int shift = 28; shift >= 0; shift -= 4) {
        *to++ = "0123456789abcdef"[number >> shift & 15];
    }
    return to;
}

static uint32_t sum_of(void (*call)(void))
{
    sum = 1;
    call();
    return sum;
}

int firmware_main(void)
{
    char line[64];
    for (uint32_t i = 0; i < call_count; i++) {
        char *at = put_hex(put(line, "abi"), i);
        at = put_hex(at, sum_of(c_calls[i]));
        at = put_hex(at, sum_of(rust_calls[i]));
        *at = '\0';
        board_log(line);
    }
    for (uint32_t i = 0; i < code_count(); i++) {
        char *at = put_hex(put(line, "code"), i);
        at = put_hex(at, code_run(i));
        *at = '\0';
        board_log(line);
    }
    return 0;
}
