/* The other end of the UART, and the clock: a modem that does only what the test says. It knows frames from their
 * description in tests/firmware/network/frame.h, and not from the code. */

#ifndef PEER_H
#define PEER_H

#include "board.h"
#include "limpet.h"
#include "modem.h"
#include "network.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Most bytes of a frame on the UART. */
#define PEER_LONGEST 270

struct peer_frame {
    uint8_t kind;
    uint8_t number;
    uint8_t len;
    uint8_t payload[255];
    /* Its check is right. */
    bool right;
};

/* Both ends as after power-on, with nothing on the UART. */
void peer_begin(void);

/* The same, and the device has asked for its reset and got it, and has a network. */
void peer_begin_ready(void);

/* The same, and connection 1 is open, with this room for the device's data. */
void peer_begin_open(uint32_t room);

void peer_pass(uint32_t ms);

/* What the device has sent and nobody has looked at yet: the next frame. False: none. */
bool peer_next(struct peer_frame *frame);

/* Checks that the next one is of this kind and number; its length. */
size_t peer_expect(uint8_t kind, uint8_t number);

/* Sends a frame, and lets the device take it. */
void peer_send(uint8_t kind, uint8_t number, const void *payload, size_t len);

/* The same with a number of two bytes. */
void peer_send_number(uint8_t kind, uint8_t number, uint32_t value);

/* A frame as the UART carries it, counted as sent; its length. */
size_t peer_encode(uint8_t kind, uint8_t number, const void *payload, size_t len, uint8_t *bytes);

/* Bytes as they are. */
void peer_send_raw(const uint8_t *bytes, size_t len);

/* Bytes that the device has been sent, and those that it has given back. */
uint32_t peer_sent(void);
uint32_t peer_given_back(void);

#endif
