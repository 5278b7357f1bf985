/* What the programs say: a line for each sentence. */

#ifndef CHECK_H
#define CHECK_H

#include <stdbool.h>
#include <stdint.h>

/* Ends the program with 1 at its end if one did not hold. */
void check(bool holds, const char *sentence);

/* Waits until it is true: whether it became true in so many milliseconds. */
bool becomes(bool (*is_true)(void), uint32_t ms);

/* How many did not hold. */
int failures(void);

#endif
