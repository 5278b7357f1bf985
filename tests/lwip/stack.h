/* lwIP with one interface that hears itself, and a clock that the test moves: what goes out comes in again, at the next
 * step. The client's transport and the test's peer are two ends of the same stack. */

#ifndef STACK_H
#define STACK_H

#include "limpet_lwip.h"

/* Of the interface, and of everybody on it. */
#define ADDRESS "10.0.0.1"

/* Once, at first. */
void stack_start(void);

/* Lets this time pass, in steps of 10 ms. */
void stack_pass(uint32_t ms);

/* Nothing passes any more. */
void stack_hole(bool on);

/* The interface, for what else can be done to it. */
struct netif *stack_netif(void);

/* Calls open until it answers something else than MQTT_WOULD_BLOCK, or 10 s have passed. */
int32_t stack_open(struct limpet_lwip *net, const char *server, uint16_t port);

/* What lwIP has in use: of every pool and of its heap. Compare before and after. */
unsigned stack_in_use(void);

/* Lets all that is dying die, and checks that nothing is in use but what was before. */
void stack_check_clean(unsigned before);

#endif
