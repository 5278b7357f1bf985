/* See log.h. */

#include "log.h"

#include <string.h>

uint32_t flash_unit(const struct limpet_flash *flash)
{
    return flash->unit != 0 ? flash->unit : 4;
}

uint32_t flash_whole(const struct limpet_flash *flash, uint32_t len)
{
    const uint32_t unit = flash_unit(flash);
    return (len + unit - 1) / unit * unit;
}

uint32_t flash_mark(const struct limpet_flash *flash, const struct place *place)
{
    return place->at + flash_whole(flash, HEAD);
}

uint32_t flash_body(const struct limpet_flash *flash, const struct place *place)
{
    return flash_mark(flash, place) + flash_unit(flash);
}

uint32_t flash_size(const struct limpet_flash *flash, uint32_t len)
{
    return flash_whole(flash, HEAD) + flash_unit(flash) + flash_whole(flash, len);
}

int32_t flash_put(struct limpet_flash *flash, uint32_t sector, uint32_t at, const uint8_t *from, uint32_t len)
{
    uint8_t last[MOST_UNIT];
    const uint32_t unit = flash_unit(flash);
    const uint32_t most = len / unit * unit;
    const int32_t result = most > 0 ? flash->program(flash->user, sector, at, from, most) : 0;
    if (result < 0 || most == len) {
        return result;
    }
    memset(last, 0xff, sizeof last);
    memcpy(last, from + most, len - most);
    return flash->program(flash->user, sector, at + most, last, unit);
}

int32_t flash_put_head(struct limpet_flash *flash, uint32_t sector, uint32_t at, uint32_t value)
{
    const uint32_t words[2] = { value, ~value };
    uint8_t bytes[HEAD];
    memcpy(bytes, words, sizeof bytes);
    return flash_put(flash, sector, at, bytes, sizeof bytes);
}

int32_t flash_get_head(struct limpet_flash *flash, uint32_t sector, uint32_t at, uint32_t *value)
{
    uint32_t words[2];
    uint8_t bytes[HEAD];
    const int32_t result = flash->read(flash->user, sector, at, bytes, sizeof bytes);
    if (result < 0) {
        return result;
    }
    memcpy(words, bytes, sizeof bytes);
    *value = words[0];
    if (words[0] == ~words[1]) {
        return HEAD_GOOD;
    }
    return (words[0] & words[1]) == UINT32_MAX ? HEAD_BLANK : HEAD_TORN;
}

int32_t flash_is_blank(struct limpet_flash *flash, uint32_t sector, uint32_t from, uint32_t to)
{
    uint8_t bytes[32];
    while (from < to) {
        const uint32_t n = to - from < sizeof bytes ? to - from : (uint32_t)sizeof bytes;
        const int32_t result = flash->read(flash->user, sector, from, bytes, n);
        if (result < 0) {
            return result;
        }
        for (uint32_t i = 0; i < n; i++) {
            if (bytes[i] != 0xff) {
                return 0;
            }
        }
        from += n;
    }
    return 1;
}

int32_t flash_look(struct limpet_flash *flash, struct place *place)
{
    uint32_t value = 0;
    if (place->at + flash_size(flash, 0) > flash->sector_size) {
        return 0;
    }
    const int32_t head = flash_get_head(flash, flash->sector, place->at, &value);
    if (head < 0) {
        return head;
    }
    place->key = value >> 16;
    place->len = value & 0xffffu;
    if (head == HEAD_TORN || (head == HEAD_GOOD && place->len > flash->sector_size - place->at - flash_size(flash, 0))) {
        place->at = flash->sector_size;
    }
    if (head == HEAD_BLANK || place->at == flash->sector_size) {
        return 0;
    }
    const uint32_t mark = flash_mark(flash, place);
    const int32_t blank = flash_is_blank(flash, flash->sector, mark, mark + flash_unit(flash));
    place->is_erased = blank == 0;
    return blank < 0 ? blank : 1;
}

struct place flash_first(const struct limpet_flash *flash)
{
    const struct place place = { .at = flash_whole(flash, HEAD) };
    return place;
}

void flash_step(const struct limpet_flash *flash, struct place *place)
{
    place->at += flash_size(flash, place->len);
}
