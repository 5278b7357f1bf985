/* Handlers of a Cortex-M that are chosen while it runs. */

#ifndef VECTORS_H
#define VECTORS_H

enum {
    VECTOR_SVCALL = 11,
    VECTOR_PENDSV = 14,
    VECTOR_SYSTICK = 15,
};

typedef void (*vector)(void);

/* Gives this exception to the handler; the handler it had. */
vector vector_set(unsigned number, vector handler);

#endif
