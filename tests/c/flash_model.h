/* What the tests of c_examples/flash share: a flash that is tests/nor, calls as the library makes them, and what must be kept. */

#ifndef FLASH_MODEL_H
#define FLASH_MODEL_H

#include "limpet_flash.h"
#include "../nor/nor.h"

#define SECTOR 1024
#define KEYS 6
#define LONGEST 90

extern uint8_t bytes[2 * SECTOR];
extern struct nor nor;
extern struct limpet_flash flash;

/* What must be there: 0 bytes, nothing. */
extern uint8_t records[KEYS][LONGEST];
extern uint32_t lens[KEYS];

/* One call of the store, as the library makes them: saves a key that is free, or erases one that is not. */
struct call {
    uint32_t key;
    uint32_t len;
    uint8_t first;
};

/* A flash as it comes, which is not erased. */
void model_start(uint32_t unit, uint8_t filled);

/* The device has power again. */
void model_boot(uint32_t unit);

uint32_t model_chance(uint32_t *state);

bool model_is_there(uint32_t key);
bool model_all_is_there(void);

struct call model_next_call(uint32_t *state);
void model_record_of(const struct call *call, uint8_t *to);
int32_t model_make(const struct call *call);

/* From now on its record must be there, or not. */
void model_note(const struct call *call);

#endif
