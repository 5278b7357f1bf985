/* A store in NOR flash, for mqtt_restore: two sectors, and in one of them a log of records, one behind the other. A record
 * that is erased is only marked; when the sector is full, the records that are left move to the other sector, and the full
 * one is erased. So a sector is erased once for many messages, and both wear alike.
 *
 *     static struct limpet_flash flash = { .erase = ..., .program = ..., .read = ..., .sector_size = 16384 };
 *     static struct mqtt_store store = { .save = limpet_flash_save, .load = limpet_flash_load,
 *         .erase = limpet_flash_erase, .user = &flash, ... };
 *
 * It needs a flash that programs units of 4, 8, 16 or 32 bytes, each once between two erasures: the STM32F4 (stm32f4.c) and
 * most others, external ones, too. Whenever the power goes, what was saved and not erased is there; what was being written
 * is whole, or not there, or it is torn, and then the library notices by its checksum.
 *
 * Erasing a sector takes long (16 KB of an STM32F4: 0.25 s, 0.5 s at most), and mqtt_publish or mqtt_poll waits for it. In
 * that time an STM32F4 executes nothing from the same flash. */

#ifndef LIMPET_FLASH_H
#define LIMPET_FLASH_H

#include "limpet.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The two sectors do not hold what is kept: they are too small. */
#define LIMPET_FLASH_FULL (-1)
/* limpet_flash.unit or sector_size cannot be. */
#define LIMPET_FLASH_SIZE (-2)

/* Two sectors, 0 and 1. Zero the rest. One for each client; two clients need four sectors. */
struct limpet_flash {
    /* Makes all bytes of the sector 0xff. 0: done. Negative: failed, and it is the detail of MQTT_EV_STORE. */
    int32_t (*erase)(void *user, uint32_t sector);
    /* Programs whole units, which are erased. offset counts from the begin of the sector, and is a multiple of unit, as is
     * len. From the first unit to the last. 0: done. Negative: failed. */
    int32_t (*program)(void *user, uint32_t sector, uint32_t offset, const uint8_t *from, uint32_t len);
    /* Copies. 0: done. Negative: failed. */
    int32_t (*read)(void *user, uint32_t sector, uint32_t offset, uint8_t *to, uint32_t len);
    /* First argument of the three. */
    void *user;
    /* Of each of the two, in bytes, a multiple of unit. All that is kept at once must fit: each record with 16 bytes more (8
     * and three units, if those are longer than 4), and 32 once. What is above that saves erasures. */
    uint32_t sector_size;
    /* What is programmed at once, in bytes: 4, 8, 16 or 32. Default 4. */
    uint32_t unit;

    /* The rest belongs to limpet_flash.c. */
    bool is_mounted;
    uint32_t sector;
    /* Where the next record goes. */
    uint32_t end;
    /* Counts the moves. */
    uint32_t generation;
    /* Sectors that were erased since the start. */
    uint32_t erasures;
};

/* user is the struct limpet_flash. What fails has the number of your function. */
int32_t limpet_flash_save(void *user, uint32_t key, const uint8_t *record, size_t len);
int32_t limpet_flash_load(void *user, uint32_t key, uint8_t *buf, size_t len);
int32_t limpet_flash_erase(void *user, uint32_t key);

#ifdef __cplusplus
}
#endif

#endif
