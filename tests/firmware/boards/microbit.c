/* The BBC micro:bit as QEMU has it: an nRF51822 with a Cortex-M0. Its UART is the log. */

#include "cortex_m.h"

#define REGISTER(address) (*(volatile uint32_t *)(address))
#define UART_START_TX REGISTER(0x40002008u)
#define UART_TX_READY REGISTER(0x4000211Cu)
#define UART_ENABLE REGISTER(0x40002500u)
#define UART_TXD REGISTER(0x4000251Cu)
#define ENABLED 4u

const uint32_t chip_clock_hz = 16000000;

void chip_start(void)
{
    UART_ENABLE = ENABLED;
    UART_START_TX = 1;
}

void chip_log(uint8_t byte)
{
    UART_TX_READY = 0;
    UART_TXD = byte;
    while (UART_TX_READY == 0) {
    }
}

/* None is enabled. */
void chip_interrupt(uint32_t number)
{
    (void)number;
}
