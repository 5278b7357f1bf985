/* QEMU's machine "sim" as a board: words and an end by its calls to the host. Of the rest of board.h nothing is needed. */

#include "board.h"

#include <stdbool.h>

#define HOST_EXIT 1
#define HOST_WRITE 4

/* What a fault exits with. */
#define FAULT 99

/* start-up: SIMCALL. */
int32_t host_call(int32_t number, int32_t a, int32_t b, int32_t c);
void machine_main(void);
void machine_fault(uint32_t cause, uint32_t pc, uint32_t address);
void abort(void);

void board_log(const char *line)
{
    static char out[4200];
    int32_t n = 0;
    while (line[n] != '\0' && n < (int32_t)sizeof out - 1) {
        out[n] = line[n];
        n++;
    }
    out[n++] = '\n';
    host_call(HOST_WRITE, 1, (int32_t)out, n);
}

void board_exit(int code)
{
    for (;;) {
        host_call(HOST_EXIT, code, 0, 0);
    }
}

static char *put_hex(char *to, uint32_t number)
{
    for (int shift = 28; shift >= 0; shift -= 4) {
        *to++ = "0123456789abcdef"[number >> shift & 15];
    }
    *to++ = ' ';
    return to;
}

/* Says where it happened; the numbers of causes are those of the processor's manual, 9 being an unaligned access. */
void machine_fault(uint32_t cause, uint32_t pc, uint32_t address)
{
    char text[64] = "FAULT cause, pc, address: ";
    char *at = text + 26;
    at = put_hex(at, cause);
    at = put_hex(at, pc);
    at = put_hex(at, address);
    *at = '\0';
    board_log(text);
    board_exit(FAULT);
}

void abort(void)
{
    board_log("FAULT abort");
    board_exit(FAULT);
    for (;;) {
    }
}

void machine_main(void)
{
    board_exit(firmware_main());
}
