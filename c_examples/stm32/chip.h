/* The registers of an STM32F405 that are used here, as RM0090 has them. Not all that the chip has: for that there is
 * ST's stm32f405xx.h, which may be used instead. */

#ifndef CHIP_H
#define CHIP_H

#include <stdint.h>

#define REGISTER(address) (*(volatile uint32_t *)(address))

#define RCC_AHB1ENR REGISTER(0x40023830u)
#define RCC_APB1ENR REGISTER(0x40023840u)
#define RCC_APB2ENR REGISTER(0x40023844u)

#define GPIO_A 0x40020000u
#define GPIO_B 0x40020400u
#define GPIO_MODER(base) REGISTER((base) + 0x00u)
#define GPIO_PUPDR(base) REGISTER((base) + 0x0Cu)
/* Of the pins 0 to 7. */
#define GPIO_AFRL(base) REGISTER((base) + 0x20u)

#define USART_1 0x40011000u
#define USART_2 0x40004400u
#define USART_SR(base) REGISTER((base) + 0x00u)
#define USART_DR(base) REGISTER((base) + 0x04u)
#define USART_BRR(base) REGISTER((base) + 0x08u)
#define USART_CR1(base) REGISTER((base) + 0x0Cu)
#define SR_ORE (1u << 3)
#define SR_RXNE (1u << 5)
#define SR_TC (1u << 6)
#define SR_TXE (1u << 7)
#define CR1_RE (1u << 2)
#define CR1_TE (1u << 3)
#define CR1_RXNEIE (1u << 5)
#define CR1_TXEIE (1u << 7)
#define CR1_UE (1u << 13)
#define USART_2_INTERRUPT 38u

/* Three words. */
#define UNIQUE_ID 0x1FFF7A10u

#define SYST_CSR REGISTER(0xE000E010u)
#define SYST_RVR REGISTER(0xE000E014u)
#define SYST_CVR REGISTER(0xE000E018u)
#define NVIC_ISER(n) REGISTER(0xE000E100u + 4u * ((n) / 32u))
#define NVIC_ICER(n) REGISTER(0xE000E180u + 4u * ((n) / 32u))
#define NVIC_ISPR(n) REGISTER(0xE000E200u + 4u * ((n) / 32u))
#define NVIC_BIT(n) (1u << ((n) % 32u))
#define AIRCR REGISTER(0xE000ED0Cu)
#define AIRCR_RESET 0x05FA0004u
#define CPACR REGISTER(0xE000ED88u)

/* Gives a pin from 0 to 7 to the function of this number. */
static inline void chip_pin(uint32_t port, unsigned pin, uint32_t function)
{
    GPIO_AFRL(port) = (GPIO_AFRL(port) & ~(15u << (4 * pin))) | function << (4 * pin);
    GPIO_MODER(port) = (GPIO_MODER(port) & ~(3u << (2 * pin))) | 2u << (2 * pin);
}

/* For a bus that runs with the processor's clock. */
static inline uint32_t chip_baud(uint32_t clock_hz, uint32_t baud)
{
    return (clock_hz + baud / 2) / baud;
}

#endif
