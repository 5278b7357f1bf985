/* What the demos want from their board: a connection, a clock, a sleep, two LEDs and some measurements. board.c is the
 * board that is a POSIX host. For a real one write another; the demos stay as they are. */

#ifndef LIMPET_BOARD_H
#define LIMPET_BOARD_H

#include "limpet.h"

/* What differs from one device to the next. On a host the arguments of the program say it, in this order. */
struct board_settings {
    /* NULL: 127.0.0.1 and the default port. */
    const char *server;
    uint16_t port;
    /* Between two messages. */
    uint32_t period_ms;
    /* Messages until the program ends. 0: it does not end. */
    uint32_t limit;
    /* For what, each program says. */
    uint32_t time_ms;
};

enum board_led {
    BOARD_RED = 0,
    BOARD_BLUE,
};

/* Call it first. What the arguments say replaces what is in settings. */
void board_start(struct board_settings *settings, int argc, char **argv);

/* Somebody wants the program to end: Ctrl-C. Such a program is rare on a board. */
bool board_stopped(void);

/* Sets server, port, transport, transport_user and now_ms. There is one connection. */
void board_connection(struct mqtt_config *config, const struct board_settings *settings);

/* Sleeps until the connection has something for mqtt_poll, or ms have passed. It may end sooner. */
void board_wait(const struct mqtt_client *client, int32_t ms);

/* Sleeps for ms; not so long if board_stopped. */
void board_sleep(uint32_t ms);

/* Milliseconds; they pass in board_sleep, too. user is not used. */
uint32_t board_now_ms(void *user);

void board_led(enum board_led led, bool lit);

/* Power for the radio. */
void board_radio(bool on);

/* From now on the client keeps the radio up: it calls board_radio, and waits until there is a network. What
 * mqtt_supervise returns. */
int32_t board_supervise(struct mqtt_client *client);

/* Signal strength, or -199 if there is no signal, or no radio. user is not used. */
int32_t board_rssi_db(void *user);

/* Free memory. On a board, of its heap. user is not used. */
size_t board_free_bytes(void *user);

/* The light sensor, 0 to 65,535. */
uint16_t board_light(void);

#endif
