/* A network behind a UART: a modem that makes the TCP connection, as those with AT commands do, and hands its bytes over
 * in frames. What any transport over a modem has to do is here:
 *
 *   - nothing waits: open asks once and then looks whether the answer has come; read looks into a buffer;
 *   - each connection has a number, so that what is left of the last one is not taken for the next one's;
 *   - neither side sends more than the other has room for: no byte is dropped between the two, however late network_poll
 *     is called, and a peer that does not read makes write answer MQTT_WOULD_BLOCK;
 *   - after a reset nothing that comes is believed until the modem has said that it starts anew.
 *
 * The host's end is xtask/src/firmware/modem.rs. */

#include "board.h"
#include "frame.h"
#include "network.h"

#include <string.h>

enum kind {
    /* To the modem: forget everything; I have room for so many bytes of the UART (2 bytes). From it: done. */
    KIND_RESET = 'R',
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

/* The modem is told to reset until it answers. */
#define RESET_AGAIN_MS 500
/* So much is taken before the modem is told. The rest of the room must be enough for any frame. */
#define TELL (BOARD_MODEM_ROOM / 4)

/* Results of the transport; those of the modem, -1 to -255, are its reasons. */
#define MODEM_RESTARTED (-1000)
#define MODEM_NAME_TOO_LONG (-1001)

enum phase {
    PHASE_CLOSED,
    PHASE_OPENING,
    PHASE_OPEN,
    /* Closed by the other side, or never opened. What came before that is still there to be read. */
    PHASE_ENDED,
};

struct modem {
    struct frame_reader in;
    bool ready;
    bool link;
    uint32_t asked_ms;

    enum phase phase;
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

static struct modem the_modem;

static void send_number(const struct modem *modem, enum kind kind, uint32_t number)
{
    const uint8_t bytes[2] = { (uint8_t)(number >> 8), (uint8_t)number };
    frame_put((uint8_t)kind, modem->number, bytes, sizeof bytes);
}

static uint32_t number_in(const uint8_t *payload, size_t len)
{
    return len >= 2 ? (uint32_t)payload[0] << 8 | payload[1] : 0;
}

static void ask_for_reset(struct modem *modem)
{
    modem->asked_ms = board_now_ms();
    send_number(modem, KIND_RESET, BOARD_MODEM_ROOM);
}

static void took(struct modem *modem, uint32_t bytes)
{
    modem->taken += bytes;
    if (modem->ready && modem->taken >= TELL) {
        send_number(modem, KIND_TAKEN, modem->taken);
        modem->taken = 0;
    }
}

static void ended(struct modem *modem, int32_t end)
{
    if (modem->phase == PHASE_OPENING || modem->phase == PHASE_OPEN) {
        modem->phase = PHASE_ENDED;
        modem->end = end;
    }
}

/* The modem starts anew, because we asked for it or by itself. It counts what it sends from here on. */
static void on_reset(struct modem *modem)
{
    ended(modem, MODEM_RESTARTED);
    modem->ready = true;
    modem->link = false;
    modem->taken = 0;
    modem->len = 0;
}

/* How many bytes were kept: all of them, unless the modem sends more than it may. */
static size_t keep(struct modem *modem, const uint8_t *payload, size_t len)
{
    size_t n = 0;
    while (n < len && modem->len < sizeof modem->data) {
        modem->data[(modem->first + modem->len) % sizeof modem->data] = payload[n];
        modem->len++;
        n++;
    }
    return n;
}

/* How many bytes were kept for the reader. */
static size_t on_connection(struct modem *modem, uint8_t kind, const uint8_t *payload, size_t len)
{
    if (kind == KIND_DATA && modem->phase == PHASE_OPEN) {
        return keep(modem, payload, len);
    }
    if (kind == KIND_OPEN && modem->phase == PHASE_OPENING) {
        modem->phase = PHASE_OPEN;
        modem->room = number_in(payload, len);
    } else if (kind == KIND_TAKEN) {
        modem->room += number_in(payload, len);
    } else if (kind == KIND_CLOSE) {
        ended(modem, len > 0 ? -(int32_t)payload[0] : 0);
    }
    return 0;
}

static void on_frame(struct modem *modem)
{
    const uint8_t kind = modem->in.bytes[0];
    const uint8_t *payload = modem->in.bytes + FRAME_HEADER;
    const size_t len = modem->in.bytes[FRAME_HEADER - 1];
    size_t kept = 0;
    if (kind == KIND_RESET) {
        on_reset(modem);
        return;
    }
    if (kind == KIND_LINK && modem->ready) {
        modem->link = len > 0 && payload[0] != 0;
    } else if (modem->ready && modem->in.bytes[1] == modem->number) {
        kept = on_connection(modem, kind, payload, len);
    }
    took(modem, modem->in.raw - (uint32_t)kept);
}

void network_start(void)
{
    ask_for_reset(&the_modem);
}

void network_poll(void)
{
    struct modem *modem = &the_modem;
    int byte;
    while ((byte = board_modem_get()) >= 0) {
        if (frame_take(&modem->in, (uint8_t)byte)) {
            on_frame(modem);
            modem->in.raw = 0;
        }
    }
    if (!modem->ready && board_now_ms() - modem->asked_ms >= RESET_AGAIN_MS) {
        ask_for_reset(modem);
    }
}

/* Nothing tells us of a byte: the clock's interrupt ends it. */
void network_wait(int32_t ms, bool wants_write)
{
    (void)ms;
    (void)wants_write;
    board_idle();
}

static int32_t begin(struct modem *modem, const char *server, uint16_t port)
{
    uint8_t payload[FRAME_PAYLOAD] = { (uint8_t)(port >> 8), (uint8_t)port };
    const size_t len = strlen(server);
    if (len > sizeof payload - 2) {
        return MODEM_NAME_TOO_LONG;
    }
    memcpy(payload + 2, server, len);
    modem->number++;
    modem->phase = PHASE_OPENING;
    frame_put(KIND_OPEN, modem->number, payload, len + 2);
    return MQTT_WOULD_BLOCK;
}

static int32_t modem_open(void *user, const char *server, uint16_t port)
{
    struct modem *modem = user;
    switch (modem->phase) {
    case PHASE_CLOSED:
        return modem->ready ? begin(modem, server, port) : MQTT_WOULD_BLOCK;
    case PHASE_OPENING:
        return MQTT_WOULD_BLOCK;
    case PHASE_OPEN:
        return 0;
    default:
        /* A peer that was there and closed has failed to open, too, and that is not 0. */
        return modem->end < 0 ? modem->end : MODEM_RESTARTED;
    }
}

static int32_t modem_read(void *user, uint8_t *buf, size_t len)
{
    struct modem *modem = user;
    size_t n = 0;
    while (n < len && modem->len > 0) {
        buf[n] = modem->data[modem->first];
        modem->first = (modem->first + 1) % sizeof modem->data;
        modem->len--;
        n++;
    }
    if (n == 0) {
        return modem->phase == PHASE_ENDED ? modem->end : MQTT_WOULD_BLOCK;
    }
    took(modem, (uint32_t)n);
    return (int32_t)n;
}

/* One frame at most: at 115,200 baud that keeps the program for 12 ms. Who has less time lets an interrupt or DMA empty a
 * buffer into the UART, and takes what the buffer has room for. */
static int32_t modem_write(void *user, const uint8_t *buf, size_t len)
{
    struct modem *modem = user;
    size_t n = len < FRAME_PAYLOAD ? len : FRAME_PAYLOAD;
    if (modem->phase == PHASE_ENDED && modem->end < 0) {
        return modem->end;
    }
    if (modem->phase != PHASE_OPEN || modem->room == 0) {
        /* Closed in good order: the reader learns it. */
        return MQTT_WOULD_BLOCK;
    }
    if (n > modem->room) {
        n = modem->room;
    }
    frame_put(KIND_DATA, modem->number, buf, n);
    modem->room -= (uint32_t)n;
    return (int32_t)n;
}

/* The modem sends what it was given and then closes. Nobody waits for that: the next connection has another number. */
static void modem_close(void *user)
{
    struct modem *modem = user;
    const uint32_t unread = (uint32_t)modem->len;
    if (modem->phase == PHASE_OPENING || modem->phase == PHASE_OPEN) {
        frame_put(KIND_CLOSE, modem->number, NULL, 0);
    }
    modem->phase = PHASE_CLOSED;
    modem->len = 0;
    took(modem, unread);
}

static const struct mqtt_transport transport = {
    .open = modem_open,
    .read = modem_read,
    .write = modem_write,
    .close = modem_close,
};

const struct mqtt_transport *const network_transport = &transport;

void *network_user(void)
{
    return &the_modem;
}

int32_t network_link_status(void *user)
{
    (void)user;
    return the_modem.link ? 1 : 0;
}
