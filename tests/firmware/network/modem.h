/* A network behind a UART: a modem that makes the TCP connection, as those with AT commands do, and hands its bytes over
 * in frames. What any transport over a modem has to do is here:
 *
 *   - nothing waits: open asks once and then looks whether the answer has come; read looks into a buffer;
 *   - each connection has a number, so that what is left of the last one is not taken for the next one's;
 *   - neither side sends more than the other has room for: no byte is dropped between the two, however late network_poll
 *     is called, and a peer that does not read makes write answer MQTT_WOULD_BLOCK;
 *   - bytes that are lost all the same, by a line that is disturbed, end the connection, because TCP's promise is broken;
 *   - after a reset of either side, and after such a loss, nothing that comes is believed until both have started anew;
 *   - a modem that does not answer is told to start anew, too.
 *
 * modem.c is what passes between the two, modem_transport.c the transport. The host's end is xtask/src/firmware/modem.rs. */

#ifndef MODEM_H
#define MODEM_H

#include "board.h"
#include "frame.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum modem_kind {
    /* To the modem: forget everything; I have room for so many bytes of the UART (2 bytes). From it: done; or, when it was
     * not told: I have forgotten everything, tell me how much room you have. */
    KIND_RESET = FRAME_RESET,
    /* From it: the radio has a network (1), or not (0). */
    KIND_LINK = 'L',
    /* To it: port (2 bytes) and name. From it: open, and so many bytes of data it has room for (2 bytes). */
    KIND_OPEN = 'O',
    /* Both ways. */
    KIND_DATA = 'D',
    /* To it: close. From it: closed, and why (1 byte), 0 if the peer closed in good order. */
    KIND_CLOSE = 'C',
    /* To it: so many bytes of the UART were taken. From it: so many bytes of data (2 bytes). */
    KIND_TAKEN = 'T',
};

/* Results of the transport; those of the modem, -1 to -255, are its reasons. */
#define MODEM_RESTARTED (-1000)
#define MODEM_NAME_TOO_LONG (-1001)
#define MODEM_BYTES_LOST (-1002)

enum modem_phase {
    PHASE_CLOSED,
    PHASE_OPENING,
    PHASE_OPEN,
    /* Closed by the other side, or never opened. What came before that is still there to be read. */
    PHASE_ENDED,
};

struct modem {
    struct frame_reader in;
    uint8_t out_count;
    bool ready;
    bool link;
    uint32_t asked_ms;

    enum modem_phase phase;
    uint8_t number;
    /* Why it ended: 0 or an error. */
    int32_t end;
    /* Bytes of data that the modem has room for. */
    uint32_t room;
    /* Bytes of the UART that were taken and not yet told. */
    uint32_t taken;

    /* Received and not yet read: len bytes from first on, around the end. As large as all that the modem may send. */
    uint8_t data[BOARD_MODEM_ROOM];
    size_t first;
    size_t len;
};

extern struct modem the_modem;

/* About the connection, to the modem. */
void modem_send(struct modem *modem, enum modem_kind kind, const uint8_t *payload, size_t len);

/* So many bytes of the UART make room again. */
void modem_took(struct modem *modem, uint32_t bytes);

/* Tells the modem to start anew, until it answers. */
void modem_restart(struct modem *modem);

#endif
