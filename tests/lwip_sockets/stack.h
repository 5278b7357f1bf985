/* lwIP in a thread of its own, with an interface that hears itself: the transport and the test's peer are two ends of the
 * same stack. */

#ifndef STACK_H
#define STACK_H

#include "limpet_sockets.h"

#include "lwip/netif.h"

/* Of the interface, and of everybody on it. */
#define ADDRESS "10.0.0.1"

/* Of the same network, and nobody's. */
#define NOBODY "10.0.0.9"

/* Limit of what takes a moment on an idle machine. */
#define PATIENCE_MS 20000

/* Once, at first. */
void stack_start(void);

/* Calls a function in lwIP's thread, and waits for it. */
void stack_call(void (*function)(void *user), void *user);

/* Nothing reaches ADDRESS any more. */
void stack_hole(bool on);

/* Takes the interface down, or up. */
void stack_set_up(bool up);

/* Keeps lwIP's mailbox full from now on, by so many threads, or not any more with 0. */
void stack_crowd(unsigned threads);

/* What lwIP has in use, of every pool and of its heap. Compare before and after. */
unsigned stack_in_use(void);

/* Waits until nothing is in use but what was before. */
void stack_check_clean(unsigned before);

/* Sleeps. */
void stack_pause(uint32_t ms);

#endif
