/* A store in memory, for the tests of mqtt_restore: what it keeps outlives a client, and it fails when it is told to. It
 * fails the test by itself when the library asks for what the header rules out. */

#ifndef MEDIUM_H
#define MEDIUM_H

#include "limpet.h"

#define MEDIUM_KEYS 64
#define MEDIUM_BYTES 512

struct medium {
    struct mqtt_store store;
    uint8_t records[MEDIUM_KEYS][MEDIUM_BYTES];
    /* 0: nothing is kept. */
    size_t lens[MEDIUM_KEYS];
    int saves;
    int loads;
    int erasures;
    /* What each function answers instead, if it is negative. */
    int32_t save_fails;
    int32_t load_fails;
    int32_t erase_fails;
    /* Only this key fails in load; -1: all. */
    int load_fails_key;
    /* Added to what load returns. */
    int32_t load_lies;
    /* Called in each function; may be NULL. where is "save", "load" or "erase". */
    void (*hook)(const char *where);
    /* For the library. */
    uint64_t memory[MEDIUM_KEYS + 128];
};

/* Empty, and store ready for so many records that are not longer than `longest`. */
void medium_init(struct medium *medium, size_t records, size_t longest);

/* What the reset leaves: the records. Everything in RAM is rubbish. */
void medium_reset(struct medium *medium);

/* How many are kept. */
int medium_count(const struct medium *medium);

#endif
