/* What passes between the device and its modem; see modem.h. */

#include "modem.h"

#include "network.h"

/* The modem is told to reset until it answers. */
#define RESET_AGAIN_MS 500
/* Without a network for so long it is told, too: the word that there is one may have been lost. */
#define LINK_AGAIN_MS 10000
/* So much is taken before the modem is told. The rest of the room must be enough for any frame. */
#define TELL (BOARD_MODEM_ROOM / 4)

struct modem the_modem;

void modem_send(struct modem *modem, enum modem_kind kind, const uint8_t *payload, size_t len)
{
    frame_put(&modem->out_count, (uint8_t)kind, modem->number, payload, len);
}

static void send_number(struct modem *modem, enum modem_kind kind, uint32_t number)
{
    const uint8_t bytes[2] = { (uint8_t)(number >> 8), (uint8_t)number };
    modem_send(modem, kind, bytes, sizeof bytes);
}

static uint32_t number_in(const uint8_t *payload, size_t len)
{
    return len >= 2 ? (uint32_t)payload[0] << 8 | payload[1] : 0;
}

void modem_took(struct modem *modem, uint32_t bytes)
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

void modem_restart(struct modem *modem)
{
    modem->ready = false;
    modem->asked_ms = board_now_ms();
    send_number(modem, KIND_RESET, BOARD_MODEM_ROOM);
}

/* It has done what it was told, or has started anew by itself and does not know us. What was not read yet is of no use to
 * a connection that has ended, and its room is counted anew. */
static void on_reset(struct modem *modem)
{
    ended(modem, MODEM_RESTARTED);
    modem->len = 0;
    if (modem->ready) {
        modem->link = false;
        modem_restart(modem);
        return;
    }
    modem->ready = true;
    modem->taken = 0;
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
    if (!modem->ready) {
        return;
    }
    if (kind == KIND_LINK) {
        modem->link = len > 0 && payload[0] != 0;
    } else if (modem->in.bytes[1] == modem->number) {
        kept = on_connection(modem, kind, payload, len);
    }
    modem_took(modem, modem->in.raw - (uint32_t)kept);
}

/* Before the modem has started anew that is what its last words look like. */
static void on_wrong_frame(struct modem *modem)
{
    if (modem->ready) {
        ended(modem, MODEM_BYTES_LOST);
        modem_restart(modem);
    }
}

void network_start(void)
{
    modem_restart(&the_modem);
}

void network_poll(void)
{
    struct modem *modem = &the_modem;
    int byte;
    while ((byte = board_modem_get()) >= 0) {
        const enum frame_result result = frame_take(&modem->in, (uint8_t)byte);
        if (result == FRAME_WHOLE) {
            on_frame(modem);
        } else if (result == FRAME_WRONG) {
            on_wrong_frame(modem);
        }
        modem->in.raw = result == FRAME_NONE ? modem->in.raw : 0;
    }
    const uint32_t passed_ms = board_now_ms() - modem->asked_ms;
    if ((!modem->ready && passed_ms >= RESET_AGAIN_MS) || (!modem->link && passed_ms >= LINK_AGAIN_MS)) {
        modem_restart(modem);
    }
}

/* Nothing tells us of a byte: the clock's interrupt ends it. */
void network_wait(int32_t ms, bool wants_write)
{
    (void)ms;
    (void)wants_write;
    board_idle();
}

int32_t network_link_status(void *user)
{
    (void)user;
    return the_modem.link ? 1 : 0;
}
