/* The board: clock, sleep, log, and what makes it different from others. */

#ifndef BOARD_H
#define BOARD_H

#include <stddef.h>
#include <stdint.h>

/* Before main. */
void board_start(void);

/* Milliseconds since the start. */
uint32_t board_now_ms(void);

/* Sleeps until an interrupt. */
void board_sleep(void);

/* A line on USART 1, pin PB6 (X9 of a Pyboard), at 115200 baud: "name: text". Waits until it is out. */
void board_log(const char *name, const char *text);

/* Logs why, and starts anew. */
void board_restart(const char *why);

#define BOARD_DIGITS 11
/* The number's digits, at the end of text. */
const char *board_decimal(uint32_t number, char text[BOARD_DIGITS]);

/* For struct mqtt_config: the number that the chip got in the factory. */
int32_t board_unique_id(void *user, uint8_t *buf, size_t len);

/* Differs from start to start, so that TCP does not begin as it did before a reset. Too weak for TLS: that wants the
 * chip's generator, which needs a clock of 48 MHz. */
uint32_t board_random(void);

#endif
