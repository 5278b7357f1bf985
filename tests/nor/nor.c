/* See nor.h. */

#include "nor.h"

#include <stdbool.h>
#include <string.h>

static uint8_t chance(struct nor *nor)
{
    nor->noise = nor->noise * 1664525u + 1013904223u;
    return (uint8_t)(nor->noise >> 24);
}

/* The next step: whether it is cut off. */
static bool is_cut(struct nor *nor)
{
    nor->steps++;
    return nor->cut != 0 && nor->steps == nor->cut_at;
}

static bool fails(struct nor *nor)
{
    nor->calls++;
    return nor->calls == nor->fails_at;
}

int32_t nor_erase(void *user, uint32_t sector)
{
    struct nor *nor = user;
    const uint32_t part = nor->sector_size / NOR_ERASE_STEPS;
    uint8_t *at = nor->bytes + sector * nor->sector_size;
    if (fails(nor)) {
        return NOR_FAILED;
    }
    if (sector > 1) {
        nor->faults++;
        return NOR_FAILED;
    }
    for (uint32_t step = 0; step < NOR_ERASE_STEPS; step++) {
        const bool cut = is_cut(nor);
        /* Charge goes away bit by bit. */
        for (uint32_t i = step * part; i < (cut ? nor->sector_size : (step + 1) * part); i++) {
            at[i] = cut ? (uint8_t)(at[i] | chance(nor)) : 0xff;
        }
        if (cut) {
            nor->cut();
        }
    }
    return 0;
}

static bool is_erased(const uint8_t *at, uint32_t len)
{
    for (uint32_t i = 0; i < len; i++) {
        if (at[i] != 0xff) {
            return false;
        }
    }
    return true;
}

int32_t nor_program(void *user, uint32_t sector, uint32_t offset, const uint8_t *from, uint32_t len)
{
    struct nor *nor = user;
    uint8_t *at = nor->bytes + sector * nor->sector_size + offset;
    if (fails(nor)) {
        return NOR_FAILED;
    }
    if (sector > 1 || offset % nor->unit != 0 || len % nor->unit != 0 || len == 0
        || offset > nor->sector_size || len > nor->sector_size - offset) {
        nor->faults++;
        return NOR_FAILED;
    }
    for (uint32_t done = 0; done < len; done += nor->unit) {
        const bool cut = is_cut(nor);
        nor->faults += is_erased(at + done, nor->unit) ? 0 : 1;
        for (uint32_t i = done; i < done + nor->unit; i++) {
            /* A bit only falls. */
            at[i] &= cut ? (uint8_t)(from[i] | chance(nor)) : from[i];
        }
        if (cut) {
            nor->cut();
        }
    }
    return 0;
}

int32_t nor_read(void *user, uint32_t sector, uint32_t offset, uint8_t *to, uint32_t len)
{
    struct nor *nor = user;
    if (fails(nor)) {
        return NOR_FAILED;
    }
    if (sector > 1 || offset > nor->sector_size || len > nor->sector_size - offset) {
        nor->faults++;
        return NOR_FAILED;
    }
    memcpy(to, nor->bytes + sector * nor->sector_size + offset, len);
    return 0;
}
