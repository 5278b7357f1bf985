/* A getaddrinfo in place of the system's, so that no name leaves the machine. Addresses are themselves, and:
 *   one    127.0.0.1
 *   two    127.0.0.2, where nobody listens, and 127.0.0.1
 *   six    ::1 and 127.0.0.1
 *   slow   127.0.0.1, after slow_let_go
 * Nothing else exists. */

#ifndef NAMES_H
#define NAMES_H

void names_init(void);

/* Lookups of names, not of addresses, so far. */
int names_lookups(void);

/* Lists that freeaddrinfo has not had. */
int names_lists(void);

/* Waits until a lookup of slow has begun. */
void slow_wait(void);

/* Lets so many of them go, and sees them off: none of them takes the turn of a later one. */
void slow_let_go(int n);

#endif
