/* What a board gives to the firmware tests: a clock, sleep, words for the host, and an end. One file of boards/ each. */

#ifndef BOARD_H
#define BOARD_H

#include <stdint.h>

/* Milliseconds since the start. */
uint32_t board_now_ms(void);

/* Sleeps until an interrupt, at most about a millisecond. */
void board_idle(void);

/* Writes a line to the host's log; the newline is added. */
void board_log(const char *line);

/* Ends the machine; the host sees the code as QEMU's. */
void board_exit(int code);

/* What the host wrote behind the image's name: words with one space between them. */
const char *board_arguments(void);

/* Seconds since 1970, by the host's clock. Only boards of machines with TLS have it. */
uint32_t board_date_s(void);

/* The second UART, for boards whose network is a modem. put waits for room; get returns -1 if there is nothing. What comes
 * meanwhile is kept, twice so many bytes at most: those that were on their way before a reset, and those after it. */
#define BOARD_MODEM_ROOM 1024
void board_modem_put(uint8_t byte);
int board_modem_get(void);

/* The program, called by the board's start-up with .data and .bss in place. Its result is the exit code. */
int firmware_main(void);

#endif
