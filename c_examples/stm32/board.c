/* See board.h. */

#include "board.h"

#include "chip.h"
#include "settings.h"

#include <string.h>

#define LOG_BAUD 115200
/* Alternate function of USART 1 to 3. */
#define AF_USART 7
#define LOG_PIN 6

static volatile uint32_t now_ms;

/* A reset leaves it alone, and at power-on it is any number. */
static uint32_t starts __attribute__((section(".noinit")));

void board_start(void)
{
    RCC_AHB1ENR |= 1u << 1;
    RCC_APB2ENR |= 1u << 4;
    chip_pin(GPIO_B, LOG_PIN, AF_USART);
    USART_BRR(USART_1) = chip_baud(CLOCK_HZ, LOG_BAUD);
    USART_CR1(USART_1) = CR1_UE | CR1_TE;
    SYST_RVR = CLOCK_HZ / 1000u - 1u;
    SYST_CVR = 0;
    SYST_CSR = 7;
    starts++;
}

void systick_handler(void)
{
    now_ms++;
}

uint32_t board_now_ms(void)
{
    return now_ms;
}

void board_sleep(void)
{
    __asm__ volatile("wfi");
}

static void put(const char *text)
{
    while (*text != '\0') {
        while ((USART_SR(USART_1) & SR_TXE) == 0) {
        }
        USART_DR(USART_1) = (uint8_t)*text;
        text++;
    }
}

void board_log(const char *name, const char *text)
{
    put(name);
    put(": ");
    put(text);
    put("\r\n");
}

void board_restart(const char *why)
{
    board_log("restart", why);
    while ((USART_SR(USART_1) & SR_TC) == 0) {
    }
    AIRCR = AIRCR_RESET;
    for (;;) {
    }
}

const char *board_decimal(uint32_t number, char text[BOARD_DIGITS])
{
    char *at = text + BOARD_DIGITS - 1;
    *at = '\0';
    do {
        at--;
        *at = (char)('0' + number % 10);
        number /= 10;
    } while (number != 0);
    return at;
}

int32_t board_unique_id(void *user, uint8_t *buf, size_t len)
{
    const size_t n = len < 12 ? len : 12;
    (void)user;
    memcpy(buf, (const void *)UNIQUE_ID, n);
    return (int32_t)n;
}

/* xorshift, stirred by the clock. */
uint32_t board_random(void)
{
    static uint32_t state;
    if (state == 0) {
        state = starts * 2654435761u | 1u;
    }
    state ^= SYST_CVR;
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state;
}
