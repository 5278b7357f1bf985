/* Start-up, clock and semihosting of any Cortex-M. What belongs to a chip is in cortex_m.h. */

#include "cortex_m.h"

#include "board.h"

#include <stddef.h>
#include <string.h>

#define REGISTER(address) (*(volatile uint32_t *)(address))
#define SYST_CSR REGISTER(0xE000E010u)
#define SYST_RVR REGISTER(0xE000E014u)
#define SYST_CVR REGISTER(0xE000E018u)
#define NVIC_ISER(n) REGISTER(0xE000E100u + 4u * (n))
#define ICSR REGISTER(0xE000ED04u)
#define CPACR REGISTER(0xE000ED88u)

/* Exceptions of the processor, and interrupts of the chip that have a place in the table. */
#define EXCEPTIONS 16
#define INTERRUPTS 96

/* Semihosting (Arm's specification of it, version 3). */
enum {
    SYS_TIME = 0x11,
    SYS_GET_CMDLINE = 0x15,
    SYS_EXIT_EXTENDED = 0x20,
};
#define APPLICATION_EXIT 0x20026u

/* The exit code of a fault of the processor. */
#define FAULT 98

/* From the linker script. */
extern uint32_t link_data_load[];
extern uint32_t link_data_start[];
extern uint32_t link_data_end[];
extern uint32_t link_bss_start[];
extern uint32_t link_bss_end[];
extern uint32_t link_stack_top[];

static volatile uint32_t now_ms;

static uint32_t semihosting(uint32_t operation, void *argument)
{
    register uint32_t r0 __asm__("r0") = operation;
    register void *r1 __asm__("r1") = argument;
    __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
}

uint32_t board_now_ms(void)
{
    return now_ms;
}

void cortex_m_pass(uint32_t ms)
{
    __asm__ volatile("cpsid i" ::: "memory");
    now_ms += ms;
    __asm__ volatile("cpsie i" ::: "memory");
}

void board_idle(void)
{
    __asm__ volatile("wfi");
}

void board_log(const char *line)
{
    while (*line != '\0') {
        chip_log((uint8_t)*line);
        line++;
    }
    chip_log('\n');
}

void board_exit(int code)
{
    uint32_t block[2] = { APPLICATION_EXIT, (uint32_t)code };
    (void)semihosting(SYS_EXIT_EXTENDED, block);
    for (;;) {
    }
}

const char *board_arguments(void)
{
    static char text[128];
    struct {
        char *buf;
        uint32_t len;
    } block = { text, sizeof text };
    return semihosting(SYS_GET_CMDLINE, &block) == 0 ? text : "";
}

uint32_t board_date_s(void)
{
    return semihosting(SYS_TIME, NULL);
}

void cortex_m_enable(uint32_t number)
{
    NVIC_ISER(number / 32) = 1u << (number % 32);
}

static void on_systick(void)
{
    now_ms++;
}

static void on_interrupt(void)
{
    chip_interrupt((ICSR & 0x1FFu) - EXCEPTIONS);
}

static void log_hex(const char *name, uint32_t value)
{
    char text[] = "fault 0x00000000 ....";
    size_t end = 16;
    while (value != 0) {
        end--;
        text[end] = "0123456789abcdef"[value % 16];
        value /= 16;
    }
    memcpy(text + 17, name, strlen(name) + 1);
    board_log(text);
}

/* frame is what the processor stacked: r0 to r3, r12, lr, pc, xpsr. */
__attribute__((used)) static void report_fault(const uint32_t *frame)
{
    log_hex("pc", frame[6]);
    log_hex("lr", frame[5]);
    board_exit(FAULT);
}

__attribute__((naked)) static void on_fault(void)
{
    __asm__ volatile("mrs r0, msp\n"
                     "b report_fault");
}

void reset_handler(void)
{
    memcpy(link_data_start, link_data_load, (size_t)((char *)link_data_end - (char *)link_data_start));
    memset(link_bss_start, 0, (size_t)((char *)link_bss_end - (char *)link_bss_start));
#ifdef __ARM_FP
    CPACR |= 0xFu << 20;
#endif
    chip_start();
    SYST_RVR = chip_clock_hz / 1000u - 1u;
    SYST_CVR = 0;
    SYST_CSR = 7;
    board_exit(firmware_main());
}

typedef void (*handler)(void);

#define FOUR(x) x, x, x, x
#define SIXTEEN(x) FOUR(x), FOUR(x), FOUR(x), FOUR(x)

__attribute__((section(".vectors"), used)) static const struct {
    uint32_t *stack_top;
    handler exceptions[EXCEPTIONS - 1];
    handler interrupts[INTERRUPTS];
} vectors = {
    .stack_top = link_stack_top,
    .exceptions = { reset_handler, FOUR(on_fault), FOUR(on_fault), FOUR(on_fault), on_fault, on_systick },
    .interrupts = { SIXTEEN(on_interrupt), SIXTEEN(on_interrupt), SIXTEEN(on_interrupt), SIXTEEN(on_interrupt),
        SIXTEEN(on_interrupt), SIXTEEN(on_interrupt) },
};
