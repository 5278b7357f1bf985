/* mqtt_post from several contexts at once: who posts what, and how it is checked. */

#ifndef POST_H
#define POST_H

#include <stdbool.h>
#include <stdint.h>

/* Messages of each source. */
#define POST_COUNT 10000u

/* Where messages are posted. */
enum post_source {
    POST_POLLER = 0,
    POST_INTERRUPT,
    POST_TASK,
    POST_SOURCES,
};

/* Posts up to so many next messages of the source, until the mailbox is full. False when it has posted them all. */
bool post_some(enum post_source source, unsigned count);

/* Gives the system's other contexts their work: which sources there are, one bit each, besides the poller. */
unsigned post_begin(void);

/* How often the interrupt has come. */
uint32_t post_interrupts(void);

/* Waits until the tick has been due so often, whether its interrupt may come or not. */
void post_wait_ticks(unsigned count);

#endif
