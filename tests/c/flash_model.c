/* See flash_model.h. */

#include "flash_model.h"

#include "check.h"

#include <string.h>

uint8_t bytes[2 * SECTOR];
struct nor nor;
struct limpet_flash flash;

uint8_t records[KEYS][LONGEST];
uint32_t lens[KEYS];

void model_boot(uint32_t unit)
{
    const struct limpet_flash fresh = {
        .erase = nor_erase,
        .program = nor_program,
        .read = nor_read,
        .user = &nor,
        .sector_size = SECTOR,
        .unit = unit,
    };
    flash = fresh;
}

void model_start(uint32_t unit, uint8_t filled)
{
    const struct nor fresh = { .bytes = bytes, .sector_size = SECTOR, .unit = unit != 0 ? unit : 4, .noise = 1 };
    nor = fresh;
    memset(bytes, filled, sizeof bytes);
    memset(lens, 0, sizeof lens);
    model_boot(unit);
}

uint32_t model_chance(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 16;
}

bool model_is_there(uint32_t key)
{
    uint8_t buf[LONGEST];
    const int32_t len = limpet_flash_load(&flash, key, buf, sizeof buf);
    return len == (int32_t)lens[key] && memcmp(buf, records[key], lens[key]) == 0;
}

bool model_all_is_there(void)
{
    bool good = true;
    for (uint32_t key = 0; key < KEYS; key++) {
        good = model_is_there(key) && good;
    }
    return good;
}

struct call model_next_call(uint32_t *state)
{
    struct call call = { .key = model_chance(state) % KEYS, .first = (uint8_t)model_chance(state) };
    call.len = lens[call.key] != 0 ? 0 : 1 + model_chance(state) % LONGEST;
    return call;
}

void model_record_of(const struct call *call, uint8_t *to)
{
    for (uint32_t i = 0; i < call->len; i++) {
        to[i] = (uint8_t)(call->first + i * 7u);
    }
}

int32_t model_make(const struct call *call)
{
    uint8_t record[LONGEST];
    model_record_of(call, record);
    return call->len > 0 ? limpet_flash_save(&flash, call->key, record, call->len)
                         : limpet_flash_erase(&flash, call->key);
}

void model_note(const struct call *call)
{
    model_record_of(call, records[call->key]);
    lens[call->key] = call->len;
}
