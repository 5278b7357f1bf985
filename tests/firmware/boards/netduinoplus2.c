/* Netduino Plus 2: an STM32F405, as on a Pyboard. USART 1 is the log, USART 2 the modem. The clocks and pins that such a
 * chip needs set up are not emulated, and not set up here. */

#include "board.h"
#include "cortex_m.h"

#define REGISTER(address) (*(volatile uint32_t *)(address))
#define LOG_BASE 0x40011000u
#define MODEM_BASE 0x40004400u
#define MODEM_INTERRUPT 38

#define USART_SR(base) REGISTER((base) + 0x00)
#define USART_DR(base) REGISTER((base) + 0x04)
#define USART_CR1(base) REGISTER((base) + 0x0C)

#define SR_RXNE (1u << 5)
#define SR_TXE (1u << 7)
#define CR1_RE (1u << 2)
#define CR1_TE (1u << 3)
#define CR1_RXNEIE (1u << 5)
#define CR1_UE (1u << 13)

/* A power of two. */
#define RING (2 * BOARD_MODEM_ROOM)
/* The modem sent more than it may. */
#define OVERRUN_CODE 97

const uint32_t chip_clock_hz = 168000000;

/* Written by the interrupt, read by the program. The indices count on for ever. */
static volatile uint8_t ring[RING];
static volatile uint32_t ring_in;
static volatile uint32_t ring_out;

void chip_start(void)
{
    USART_CR1(LOG_BASE) = CR1_UE | CR1_TE;
    USART_CR1(MODEM_BASE) = CR1_UE | CR1_TE | CR1_RE | CR1_RXNEIE;
    cortex_m_enable(MODEM_INTERRUPT);
}

static void put(uint32_t base, uint8_t byte)
{
    while ((USART_SR(base) & SR_TXE) == 0) {
    }
    USART_DR(base) = byte;
}

void chip_log(uint8_t byte)
{
    put(LOG_BASE, byte);
}

void board_modem_put(uint8_t byte)
{
    put(MODEM_BASE, byte);
}

int board_modem_get(void)
{
    if (ring_out == ring_in) {
        return -1;
    }
    const uint8_t byte = ring[ring_out % RING];
    ring_out++;
    return byte;
}

/* Only that of the modem is enabled. */
void chip_interrupt(uint32_t number)
{
    (void)number;
    while ((USART_SR(MODEM_BASE) & SR_RXNE) != 0) {
        if (ring_in - ring_out == RING) {
            board_log("more from the modem than there is room for");
            board_exit(OVERRUN_CODE);
        }
        ring[ring_in % RING] = (uint8_t)USART_DR(MODEM_BASE);
        ring_in++;
    }
}
