/* See limpet_flash.h. Which of the two sectors counts, and how what is kept moves from one to the other. */

#include "limpet_flash.h"
#include "log.h"

#include <string.h>

static int32_t erase_sector(struct limpet_flash *flash, uint32_t sector)
{
    flash->erasures++;
    return flash->erase(flash->user, sector);
}

/* Finds where the log ends. */
static int32_t find_end(struct limpet_flash *flash)
{
    struct place place = flash_first(flash);
    int32_t found = flash_look(flash, &place);
    while (found > 0) {
        flash_step(flash, &place);
        found = flash_look(flash, &place);
    }
    flash->end = place.at;
    return found;
}

/* Begins anew: there is no sector with a generation. */
static int32_t format(struct limpet_flash *flash)
{
    int32_t result = erase_sector(flash, 0);
    if (result == 0) {
        result = flash_put_head(flash, 0, 0, 1);
    }
    flash->sector = 0;
    flash->generation = 1;
    return result;
}

static int32_t mount(struct limpet_flash *flash)
{
    uint32_t generations[2] = { 0, 0 };
    const uint32_t unit = flash_unit(flash);
    if (flash->is_mounted) {
        return 0;
    }
    if (unit < 4 || unit > MOST_UNIT || (unit & (unit - 1)) != 0 || flash->sector_size % unit != 0
        || flash->sector_size < flash_whole(flash, HEAD)) {
        return LIMPET_FLASH_SIZE;
    }
    for (uint32_t sector = 0; sector < 2; sector++) {
        const int32_t head = flash_get_head(flash, sector, 0, &generations[sector]);
        if (head < 0) {
            return head;
        }
        if (head != HEAD_GOOD) {
            generations[sector] = 0;
        }
    }
    flash->sector = generations[1] > generations[0] ? 1 : 0;
    flash->generation = generations[flash->sector];
    int32_t result = flash->generation == 0 ? format(flash) : 0;
    if (result == 0) {
        result = find_end(flash);
    }
    flash->is_mounted = result == 0;
    return result;
}

/* Copies a record behind `end` of the other sector. */
static int32_t copy(struct limpet_flash *flash, const struct place *place, uint32_t *end)
{
    uint8_t bytes[MOST_UNIT];
    const uint32_t from = flash_body(flash, place);
    const struct place to = { .at = *end };
    int32_t result = flash_put_head(flash, 1 - flash->sector, to.at, place->key << 16 | place->len);
    for (uint32_t i = 0; result == 0 && i < place->len; i += (uint32_t)sizeof bytes) {
        const uint32_t rest = flash_whole(flash, place->len) - i;
        const uint32_t n = rest < sizeof bytes ? rest : (uint32_t)sizeof bytes;
        result = flash->read(flash->user, flash->sector, from + i, bytes, n);
        if (result == 0) {
            result = flash->program(flash->user, 1 - flash->sector, flash_body(flash, &to) + i, bytes, n);
        }
    }
    *end += flash_size(flash, place->len);
    return result;
}

/* Moves to the other sector what is not erased. Its generation is written last: until then the old one counts. */
static int32_t move(struct limpet_flash *flash)
{
    struct place place = flash_first(flash);
    uint32_t end = place.at;
    int32_t result = erase_sector(flash, 1 - flash->sector);
    int32_t found = result == 0 ? flash_look(flash, &place) : result;
    while (found > 0 && result == 0) {
        if (!place.is_erased) {
            result = copy(flash, &place, &end);
        }
        flash_step(flash, &place);
        found = flash_look(flash, &place);
    }
    if (result == 0 && found >= 0) {
        result = flash_put_head(flash, 1 - flash->sector, 0, flash->generation + 1);
    }
    if (result < 0 || found < 0) {
        return result < 0 ? result : found;
    }
    flash->sector = 1 - flash->sector;
    flash->generation++;
    flash->end = end;
    return 0;
}

int32_t limpet_flash_save(void *user, uint32_t key, const uint8_t *record, size_t len)
{
    struct limpet_flash *flash = user;
    int32_t result = mount(flash);
    if (result < 0) {
        return result;
    }
    if (key > 0xffffu || len > 0xffffu) {
        return LIMPET_FLASH_FULL;
    }
    const uint32_t size = flash_size(flash, (uint32_t)len);
    if (size > flash->sector_size - flash->end) {
        result = move(flash);
    }
    if (result == 0 && size > flash->sector_size - flash->end) {
        result = LIMPET_FLASH_FULL;
    }
    if (result < 0) {
        return result;
    }
    const struct place place = { .at = flash->end };
    /* If it fails, what it leaves may be no head, and then nothing behind it would be found. */
    flash->end = flash->sector_size;
    result = flash_put_head(flash, flash->sector, place.at, key << 16 | (uint32_t)len);
    if (result == 0) {
        result = flash_put(flash, flash->sector, flash_body(flash, &place), record, (uint32_t)len);
    }
    if (result == 0) {
        flash->end = place.at + size;
    }
    return result;
}

/* The next record of a key that is not erased, from place on: 1 if there is one. */
static int32_t find(struct limpet_flash *flash, uint32_t key, struct place *place)
{
    int32_t found = flash_look(flash, place);
    while (found > 0 && (place->key != key || place->is_erased)) {
        flash_step(flash, place);
        found = flash_look(flash, place);
    }
    return found;
}

int32_t limpet_flash_load(void *user, uint32_t key, uint8_t *buf, size_t len)
{
    struct limpet_flash *flash = user;
    const int32_t mounted = mount(flash);
    struct place last = { 0 };
    if (mounted < 0) {
        return mounted;
    }
    /* Before the last one there may be what a save has left that failed. */
    struct place place = flash_first(flash);
    int32_t found = find(flash, key, &place);
    while (found > 0) {
        last = place;
        flash_step(flash, &place);
        found = find(flash, key, &place);
    }
    if (found < 0 || last.at == 0) {
        return found;
    }
    const uint32_t n = last.len < len ? last.len : (uint32_t)len;
    const int32_t result = flash->read(flash->user, flash->sector, flash_body(flash, &last), buf, n);
    return result < 0 ? result : (int32_t)n;
}

int32_t limpet_flash_erase(void *user, uint32_t key)
{
    static const uint8_t zeros[MOST_UNIT];
    struct limpet_flash *flash = user;
    const int32_t mounted = mount(flash);
    if (mounted < 0) {
        return mounted;
    }
    struct place place = flash_first(flash);
    int32_t found = find(flash, key, &place);
    while (found > 0) {
        const uint32_t mark = flash_mark(flash, &place);
        const int32_t result = flash->program(flash->user, flash->sector, mark, zeros, flash_unit(flash));
        if (result < 0) {
            return result;
        }
        flash_step(flash, &place);
        found = find(flash, key, &place);
    }
    return found;
}
