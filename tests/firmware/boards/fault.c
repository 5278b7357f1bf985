/* A program that went wrong says where, as the last line of its log. Not what is done about it: the machine ends. */

#include "fault.h"

#include "board.h"

#include <stdbool.h>
#include <stdlib.h>

#define LINE "fault at 0x00000000, cause 0x00000000"
/* Where the digits of the two numbers begin in LINE. */
#define PC_AT 11
#define CAUSE_AT 29
#define DIGITS 8

static void put_hex(char *to, uint32_t number)
{
    for (unsigned i = DIGITS; i-- > 0; number >>= 4) {
        to[i] = "0123456789abcdef"[number & 15];
    }
}

void fault(uint32_t pc, uint32_t cause)
{
    static char line[] = LINE;
    static bool again;
    /* A fault in here would come back for ever. */
    if (!again) {
        again = true;
        put_hex(line + PC_AT, pc);
        put_hex(line + CAUSE_AT, cause);
        board_log(line);
    }
    board_exit(FAULT_CODE);
}

/* Called where the compiler or a library is at its wits' end. In place of the C library's, which would raise a signal. */
void abort(void)
{
    fault((uint32_t)(uintptr_t)__builtin_return_address(0), 0);
    for (;;) {
    }
}
