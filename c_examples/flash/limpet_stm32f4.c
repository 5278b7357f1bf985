/* See limpet_stm32f4.h. The registers are those of RM0090, section 3.9. */

#include "limpet_stm32f4.h"

#include <string.h>

struct registers {
    volatile uint32_t acr;
    volatile uint32_t keyr;
    volatile uint32_t optkeyr;
    volatile uint32_t sr;
    volatile uint32_t cr;
};

/* A test has its own. */
#ifndef LIMPET_STM32F4_FLASH
#define LIMPET_STM32F4_FLASH ((struct registers *)0x40023c00u)
#endif

#define ACR_CACHES (3u << 9)
#define ACR_RESETS (3u << 11)
#define SR_BUSY (1u << 16)
/* Operation, write protection, alignment, parallelism, sequence. */
#define SR_ERRORS 0xf2u
#define CR_PROGRAM 1u
#define CR_ERASE 2u
#define CR_SECTOR_SHIFT 3
#define CR_WORDS (2u << 8)
#define CR_START (1u << 16)
#define CR_LOCK (1u << 31)

static void unlock(struct registers *flash)
{
    if ((flash->cr & CR_LOCK) != 0) {
        flash->keyr = 0x45670123u;
        flash->keyr = 0xcdef89abu;
    }
    /* Errors of somebody else; each is cleared by a 1. */
    flash->sr = SR_ERRORS;
}

/* Waits, and says how it went. */
static int32_t finish(struct registers *flash)
{
    while ((flash->sr & SR_BUSY) != 0) {
    }
    return -(int32_t)(flash->sr & SR_ERRORS);
}

static void lock(struct registers *flash)
{
    flash->cr = CR_LOCK;
}

/* The caches do not notice that a sector was erased, and must be off to be emptied. */
static void empty_caches(struct registers *flash)
{
    const uint32_t on = flash->acr & ACR_CACHES;
    flash->acr &= ~ACR_CACHES;
    flash->acr |= ACR_RESETS;
    flash->acr &= ~ACR_RESETS;
    flash->acr |= on;
}

int32_t limpet_stm32f4_erase(void *user, uint32_t sector)
{
    const struct limpet_stm32f4 *place = user;
    struct registers *flash = LIMPET_STM32F4_FLASH;
    unlock(flash);
    flash->cr = CR_ERASE | CR_WORDS | place->sectors[sector].number << CR_SECTOR_SHIFT;
    flash->cr |= CR_START;
    const int32_t result = finish(flash);
    lock(flash);
    empty_caches(flash);
    return result;
}

int32_t limpet_stm32f4_program(void *user, uint32_t sector, uint32_t offset, const uint8_t *from, uint32_t len)
{
    const struct limpet_stm32f4 *place = user;
    struct registers *flash = LIMPET_STM32F4_FLASH;
    volatile uint32_t *to = (volatile uint32_t *)(uintptr_t)(place->sectors[sector].address + offset);
    int32_t result = 0;
    unlock(flash);
    flash->cr = CR_PROGRAM | CR_WORDS;
    for (uint32_t i = 0; i < len / 4 && result == 0; i++) {
        uint32_t word;
        memcpy(&word, from + 4u * i, sizeof word);
        to[i] = word;
        result = finish(flash);
    }
    lock(flash);
    return result;
}

int32_t limpet_stm32f4_read(void *user, uint32_t sector, uint32_t offset, uint8_t *to, uint32_t len)
{
    const struct limpet_stm32f4 *place = user;
    memcpy(to, (const void *)(uintptr_t)(place->sectors[sector].address + offset), len);
    return 0;
}
