/* The self-test: drives the archive through include/limpet.h with a transport and a clock that are written down, and
 * says everything that happens. It needs no device, and prints the same on every processor. */

#include "board.h"
#include "limpet.h"
#include "transcript.h"

/* Calls of mqtt_lock that were not undone. */
static uint32_t depth;

uint32_t mqtt_lock(void)
{
    return depth++;
}

void mqtt_unlock(uint32_t state)
{
    depth--;
    EXPECT_EQ(depth, state);
}

int firmware_main(void)
{
    queries();
    packets_in();
    packets_broken();
    packets_out();
    connections();
    deliveries();
    messages();
    times();
    links();
    mailboxes();
    storms();
    EXPECT_EQ(depth, 0);
    return transcript_end();
}
