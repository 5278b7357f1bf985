/* See radio.h. */

#include "radio.h"

#include "board.h"
#include "boot.h"
#include "clock.h"

#include "lwip/netif.h"
#include "lwip/pbuf.h"

#define SECOND 1000u
#define MINUTE (60u * SECOND)
#define HOUR (60u * MINUTE)

/* In reach: from one hour to five. */
#define IN_LEAST_MS HOUR
#define IN_SPREAD_MS (4u * HOUR)

/* Out of it: from 5 s to a minute, or to half an hour. */
#define OUT_LEAST_MS (5u * SECOND)
#define OUT_SHORT_MS (55u * SECOND)
#define OUT_LONG_MS (30u * MINUTE)

/* Ways to be out of reach, in turn. The radio notices only the first two; the second comes and goes. */
enum {
    AWAY,
    FLAPPING,
    HOLE,
    DEAF,
    MUTE,
    WAYS,
};

#define FLAP_MS (2u * SECOND)

static netif_input_fn pass_in;
static netif_linkoutput_fn pass_out;

static bool out;
static uint32_t outages;
static uint64_t change_ms;
static uint64_t began_ms;
static uint64_t back_ms;
static uint64_t now;
static uint32_t frame_ms;

static uint32_t way(void)
{
    return (outages - 1) % WAYS;
}

static bool flap_is_up(void)
{
    return (now - began_ms) / FLAP_MS % 2 != 0;
}

static bool loses_in(void)
{
    return out && way() != MUTE && !(way() == FLAPPING && flap_is_up());
}

static bool loses_out(void)
{
    return out && way() != DEAF && !(way() == FLAPPING && flap_is_up());
}

static err_t frame_in(struct pbuf *frame, struct netif *netif)
{
    frame_ms = clock_real_ms();
    if (loses_in()) {
        (void)pbuf_free(frame);
        return ERR_OK;
    }
    return pass_in(frame, netif);
}

static err_t frame_out(struct netif *netif, struct pbuf *frame)
{
    if (loses_out()) {
        return ERR_OK;
    }
    frame_ms = clock_real_ms();
    return pass_out(netif, frame);
}

static uint32_t random_ms(uint32_t least, uint32_t spread)
{
    return least + firmware_random() % spread;
}

void radio_start(uint32_t seed)
{
    firmware_random_start(seed);
    pass_in = netif_default->input;
    pass_out = netif_default->linkoutput;
    netif_default->input = frame_in;
    netif_default->linkoutput = frame_out;
    change_ms = random_ms(IN_LEAST_MS, IN_SPREAD_MS);
}

void radio_follow(uint64_t now_ms)
{
    now = now_ms;
    if (now_ms < change_ms) {
        return;
    }
    out = !out;
    if (out) {
        outages++;
        began_ms = now_ms;
        /* Each way comes short and long. */
        change_ms = now_ms + random_ms(OUT_LEAST_MS, outages / WAYS % 2 == 0 ? OUT_SHORT_MS : OUT_LONG_MS);
    } else {
        back_ms = now_ms;
        change_ms = now_ms + random_ms(IN_LEAST_MS, IN_SPREAD_MS);
    }
}

uint64_t radio_in_reach_ms(uint64_t now_ms)
{
    return out ? 0 : now_ms - back_ms;
}

uint64_t radio_left_ms(uint64_t now_ms)
{
    const uint64_t left_ms = change_ms > now_ms ? change_ms - now_ms : 1;
    const uint64_t flap_ms = FLAP_MS - (now_ms - began_ms) % FLAP_MS;
    return out && way() == FLAPPING && flap_ms < left_ms ? flap_ms : left_ms;
}

bool radio_is_out(void)
{
    /* While it flaps there are moments in which frames pass. */
    return loses_in() || loses_out();
}

int32_t radio_status(void *user)
{
    (void)user;
    if (!out) {
        return 1;
    }
    return way() == AWAY || (way() == FLAPPING && !flap_is_up()) ? 0 : 1;
}

uint32_t radio_silence_ms(void)
{
    return clock_real_ms() - frame_ms;
}

uint32_t radio_outages(void)
{
    return outages;
}
