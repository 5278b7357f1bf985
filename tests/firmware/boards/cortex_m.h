/* What a file of boards/ adds to cortex_m.c to make a board of a Cortex-M: its clock and its UARTs. */

#ifndef CORTEX_M_H
#define CORTEX_M_H

#include <stdint.h>

/* Of the processor, in Hz. */
extern const uint32_t chip_clock_hz;

/* The UARTs. Called before everything else. */
void chip_start(void);

/* One byte of the log; waits for room. */
void chip_log(uint8_t byte);

/* An interrupt of the chip, counted from 0. */
void chip_interrupt(uint32_t number);

/* Lets this interrupt of the chip come. */
void cortex_m_enable(uint32_t number);

/* Lets the clock jump ahead. */
void cortex_m_pass(uint32_t ms);

#endif
