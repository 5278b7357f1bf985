/* The log of limpet_flash.c in one sector: its heads and records. Nothing here knows of the other sector. A sector begins
 * with a head that has its generation; then come the records:
 *
 *     a head: key and length
 *     a unit that is programmed when the record is erased
 *     the record's bytes
 *
 * Each of these begins with a unit of its own, so no unit is programmed twice. */

#ifndef LIMPET_FLASH_LOG_H
#define LIMPET_FLASH_LOG_H

#include "limpet_flash.h"

#define MOST_UNIT 32u

/* Bytes of a head: a word and its inverse, so that one which the power has cut off is no other head. */
#define HEAD 8u

enum head { HEAD_GOOD, HEAD_BLANK, HEAD_TORN };

/* A record in the sector. */
struct place {
    uint32_t at;
    uint32_t key;
    uint32_t len;
    bool is_erased;
};

uint32_t flash_unit(const struct limpet_flash *flash);

/* Rounded up to whole units. */
uint32_t flash_whole(const struct limpet_flash *flash, uint32_t len);

/* What a record of so many bytes takes. */
uint32_t flash_size(const struct limpet_flash *flash, uint32_t len);

/* Where its mark is, and its bytes. */
uint32_t flash_mark(const struct limpet_flash *flash, const struct place *place);
uint32_t flash_body(const struct limpet_flash *flash, const struct place *place);

/* Programs bytes that may be no whole number of units, with 0xff behind them. */
int32_t flash_put(struct limpet_flash *flash, uint32_t sector, uint32_t at, const uint8_t *from, uint32_t len);
int32_t flash_put_head(struct limpet_flash *flash, uint32_t sector, uint32_t at, uint32_t value);

/* An enum head, or an error. */
int32_t flash_get_head(struct limpet_flash *flash, uint32_t sector, uint32_t at, uint32_t *value);

/* 1: all of it is 0xff. 0: not. */
int32_t flash_is_blank(struct limpet_flash *flash, uint32_t sector, uint32_t from, uint32_t to);

/* The first place, and the one behind a record. */
struct place flash_first(const struct limpet_flash *flash);
void flash_step(const struct limpet_flash *flash, struct place *place);

/* The record at place->at. 1: there it is. 0: nothing more, and place->at is where the next may go; the end of the sector,
 * if what is there is no head. */
int32_t flash_look(struct limpet_flash *flash, struct place *place);

#endif
