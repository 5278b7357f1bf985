/* A store in front of another one that kills its own process: SIGKILL before, in the middle of, or after one call. In the
 * middle of a save half of the record lies under its own name then, and of an erasure the record's first half, as in a
 * medium that knows no better than to begin. */

#ifndef CUT_H
#define CUT_H

#include "limpet_posix.h"

enum cut_when { CUT_BEFORE, CUT_INSIDE, CUT_AFTER };

struct cut {
    struct limpet_posix_store files;
    /* The call, counted from 1; 0: none. A load has no inside: it is before it. */
    uint32_t at;
    /* Loads do not count. */
    bool changes_only;
    enum cut_when when;
    uint32_t calls;
    uint32_t saves;
    uint32_t erasures;
};

/* For struct mqtt_store; user is the struct cut. */
int32_t cut_save(void *user, uint32_t key, const uint8_t *record, size_t len);
int32_t cut_load(void *user, uint32_t key, uint8_t *buf, size_t len);
int32_t cut_erase(void *user, uint32_t key);

#endif
