/* Arm's MPS2 boards, as QEMU has them: mps2-an385 (Cortex-M3), -an386 (M4F), -an500 (M7), -an505 (M33). CMSDK UART 0 is
 * the log. */

#include "cortex_m.h"

#define REGISTER(address) (*(volatile uint32_t *)(address))
#ifndef UART_BASE
#define UART_BASE 0x40004000u
#endif
#define UART_DATA REGISTER(UART_BASE)
#define UART_STATE REGISTER(UART_BASE + 4u)
#define UART_CTRL REGISTER(UART_BASE + 8u)
#define UART_BAUDDIV REGISTER(UART_BASE + 16u)
#define TX_FULL 1u
#define TX_ENABLE 1u

const uint32_t chip_clock_hz = 25000000;

void chip_start(void)
{
    UART_BAUDDIV = 16;
    UART_CTRL = TX_ENABLE;
}

void chip_log(uint8_t byte)
{
    while ((UART_STATE & TX_FULL) != 0) {
    }
    UART_DATA = byte;
}

/* None is enabled. */
void chip_interrupt(uint32_t number)
{
    (void)number;
}
