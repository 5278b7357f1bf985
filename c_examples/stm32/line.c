/* See line.h. Bytes wait in two rings, one each way; the interrupt moves them. */

#include "line.h"

#include "chip.h"
#include "settings.h"

#include "lwip/sio.h"

#include <stdbool.h>

#define AF_USART 7
#define TX_PIN 2
#define RX_PIN 3

/* A power of two, and more than lwIP has under way: TCP_WND or TCP_SND_BUF, with headers, perhaps all of it escaped. */
#define RING 4096u

/* One side writes `in`, the other one `out`; they count on for ever. */
struct ring {
    volatile uint8_t bytes[RING];
    volatile uint32_t in;
    volatile uint32_t out;
};

static struct ring incoming;
static struct ring outgoing;

static bool put(struct ring *ring, uint8_t byte)
{
    if (ring->in - ring->out == RING) {
        return false;
    }
    ring->bytes[ring->in % RING] = byte;
    ring->in++;
    return true;
}

static bool get(struct ring *ring, uint8_t *byte)
{
    if (ring->in == ring->out) {
        return false;
    }
    *byte = ring->bytes[ring->out % RING];
    ring->out++;
    return true;
}

void line_start(void)
{
    RCC_AHB1ENR |= 1u << 0;
    RCC_APB1ENR |= 1u << 17;
    chip_pin(GPIO_A, TX_PIN, AF_USART);
    chip_pin(GPIO_A, RX_PIN, AF_USART);
    /* A line that is not there reads as quiet. */
    GPIO_PUPDR(GPIO_A) = (GPIO_PUPDR(GPIO_A) & ~(3u << (2 * RX_PIN))) | 1u << (2 * RX_PIN);
    USART_BRR(USART_2) = chip_baud(CLOCK_HZ, BAUD);
    USART_CR1(USART_2) = CR1_UE | CR1_TE | CR1_RE | CR1_RXNEIE;
    NVIC_ISER(USART_2_INTERRUPT) = NVIC_BIT(USART_2_INTERRUPT);
}

void line_stop(void)
{
    NVIC_ICER(USART_2_INTERRUPT) = NVIC_BIT(USART_2_INTERRUPT);
    USART_CR1(USART_2) = 0;
    incoming.out = incoming.in;
    outgoing.out = outgoing.in;
}

void usart2_handler(void)
{
    uint8_t byte;
    const uint32_t status = USART_SR(USART_2);
    if ((status & (SR_RXNE | SR_ORE)) != 0) {
        byte = (uint8_t)USART_DR(USART_2);
        if ((status & SR_RXNE) != 0) {
            /* One that finds no room is lost with its packet, and TCP sends that again. */
            (void)put(&incoming, byte);
        }
    }
    while ((USART_SR(USART_2) & SR_TXE) != 0) {
        if (!get(&outgoing, &byte)) {
            USART_CR1(USART_2) &= ~CR1_TXEIE;
            return;
        }
        USART_DR(USART_2) = byte;
    }
}

sio_fd_t sio_open(u8_t number)
{
    (void)number;
    return &outgoing;
}

/* Waits only while the ring is full. */
void sio_send(u8_t byte, sio_fd_t line)
{
    while (!put(line, byte)) {
        if ((USART_CR1(USART_2) & CR1_UE) == 0) {
            return;
        }
    }
    USART_CR1(USART_2) |= CR1_TXEIE;
    /* Emulators do not raise the interrupt for TXEIE; on the chip this asks for what comes anyhow. */
    NVIC_ISPR(USART_2_INTERRUPT) = NVIC_BIT(USART_2_INTERRUPT);
}

u32_t sio_tryread(sio_fd_t line, u8_t *data, u32_t len)
{
    u32_t n = 0;
    (void)line;
    while (n < len && get(&incoming, &data[n])) {
        n++;
    }
    return n;
}
