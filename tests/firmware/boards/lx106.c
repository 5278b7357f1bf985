/* The ESP8266's core, LX106, on QEMU's lx60-nommu: the clock counts cycles; simcalls for log, arguments and end.
 * The core and its memories are the chip's; the devices around it are not. */

#include "board.h"
#include "fault.h"

#include <stdbool.h>
#include <string.h>

#define CYCLES_PER_MS 40000

/* QEMU's simcalls. The last three fetch the words behind the image's name: how many, the bytes that their pointers and
 * texts take together, and those bytes. */
#define SIMCALL_EXIT 1
#define SIMCALL_WRITE 4
#define SIMCALL_ARGC 1000
#define SIMCALL_ARGV_SIZE 1001
#define SIMCALL_ARGV 1002
#define STDOUT 1

#define ARGUMENTS 256

/* Called by lx106_start.S. */
void board_start(void);

static int simcall(int number, uintptr_t a, uintptr_t b, uintptr_t c)
{
    register int a2 __asm__("a2") = number;
    register uintptr_t a3 __asm__("a3") = a;
    register uintptr_t a4 __asm__("a4") = b;
    register uintptr_t a5 __asm__("a5") = c;
    __asm__ volatile("simcall" : "+r"(a2), "+r"(a3) : "r"(a4), "r"(a5) : "memory");
    return a2;
}

static uint32_t cycles(void)
{
    uint32_t count;
    __asm__ volatile("rsr.ccount %0" : "=r"(count));
    return count;
}

/* Cycles that are in now_ms already. */
static uint32_t counted;
static uint32_t now_ms;

/* The counter wraps after 107 s; the firmware asks far more often. */
uint32_t board_now_ms(void)
{
    const uint32_t passed = (cycles() - counted) / CYCLES_PER_MS;
    counted += passed * CYCLES_PER_MS;
    now_ms += passed;
    return now_ms;
}

void board_idle(void)
{
    uint32_t scratch;
    /* Interrupts are held off until WAITI lets them in, or the one that shall end it may come before it. */
    __asm__ volatile("rsil %0, 15" : "=r"(scratch) : : "memory");
    scratch = cycles() + CYCLES_PER_MS;
    __asm__ volatile(
        "wsr.ccompare0 %0\n"
        "rsync\n"
        "waiti 0\n"
        :
        : "r"(scratch)
        : "memory");
}

void board_log(const char *line)
{
    simcall(SIMCALL_WRITE, STDOUT, (uintptr_t)line, strlen(line));
    simcall(SIMCALL_WRITE, STDOUT, (uintptr_t) "\n", 1);
}

void board_exit(int code)
{
    simcall(SIMCALL_EXIT, (uintptr_t)code, 0, 0);
    for (;;) {
    }
}

const char *board_arguments(void)
{
    static char text[ARGUMENTS];
    static union {
        const char *words[ARGUMENTS / sizeof(char *)];
        char bytes[ARGUMENTS];
    } raw;
    const int count = simcall(SIMCALL_ARGC, 0, 0, 0);
    size_t len = 0;
    if (simcall(SIMCALL_ARGV_SIZE, 0, 0, 0) > (int)sizeof raw) {
        return "";
    }
    simcall(SIMCALL_ARGV, (uintptr_t)&raw, 0, 0);
    for (int i = 0; i < count; i++) {
        const size_t word = strlen(raw.words[i]);
        if (i > 0) {
            text[len++] = ' ';
        }
        memcpy(text + len, raw.words[i], word);
        len += word;
    }
    return text;
}

void board_start(void)
{
    /* A reset does not set it to zero. */
    counted = cycles();
    board_exit(firmware_main());
}
