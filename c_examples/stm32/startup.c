/* From the reset to main. */

#include "board.h"
#include "chip.h"

#include <string.h>

#define EXCEPTIONS 15
#define INTERRUPTS 82

/* From stm32f405.ld. */
extern uint32_t link_data_load[];
extern uint32_t link_data_start[];
extern uint32_t link_data_end[];
extern uint32_t link_bss_start[];
extern uint32_t link_bss_end[];
extern uint32_t link_stack_top[];

int main(void);
void systick_handler(void);
void usart2_handler(void);

void reset_handler(void)
{
    /* First, because the compiler may use the registers for floats for anything. */
    CPACR |= 0xFu << 20;
    __asm__ volatile("dsb\n\tisb");
    memcpy(link_data_start, link_data_load, (size_t)((char *)link_data_end - (char *)link_data_start));
    memset(link_bss_start, 0, (size_t)((char *)link_bss_end - (char *)link_bss_start));
    board_start();
    board_log("boot", "");
    (void)main();
    board_restart("main has returned");
}

/* A fault of the processor, or an interrupt that nobody asked for. */
static void on_fault(void)
{
    board_restart("fault");
}

typedef void (*handler)(void);

__attribute__((section(".vectors"), used)) static const struct {
    uint32_t *stack_top;
    handler exceptions[EXCEPTIONS];
    handler interrupts[INTERRUPTS];
} vectors = {
    .stack_top = link_stack_top,
    .exceptions = { reset_handler, on_fault, on_fault, on_fault, on_fault, on_fault, on_fault, on_fault, on_fault,
        on_fault, on_fault, on_fault, on_fault, on_fault, systick_handler },
    .interrupts = { [USART_2_INTERRUPT] = usart2_handler },
};
