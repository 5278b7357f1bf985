/* The table of vectors in RAM, a copy of that in flash. For cores that have VTOR: all but the M0. */

#include "vectors.h"

#include <stdint.h>
#include <string.h>

#define VTOR (*(volatile uint32_t *)0xE000ED08u)

/* As many as cortex_m.c has; VTOR wants the next power of two for alignment. */
#define VECTORS (16 + 96)

static vector table[VECTORS] __attribute__((aligned(512)));

vector vector_set(unsigned number, vector handler)
{
    if (VTOR != (uint32_t)(uintptr_t)table) {
        memcpy(table, (const void *)(uintptr_t)VTOR, sizeof table);
        VTOR = (uint32_t)(uintptr_t)table;
    }
    const vector before = table[number];
    table[number] = handler;
    __asm__ volatile("dsb\n\tisb" : : : "memory");
    return before;
}
