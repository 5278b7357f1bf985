/* The flash of an STM32F4 (F405, F407, F415, F417 and their like) for limpet_flash.h, at its registers. It needs no library
 * of the maker's.
 *
 *     static struct limpet_stm32f4 sectors = { .sectors = { { 2, 0x08008000u }, { 3, 0x0800c000u } } };
 *     static struct limpet_flash flash = {
 *         .erase = limpet_stm32f4_erase,
 *         .program = limpet_stm32f4_program,
 *         .read = limpet_stm32f4_read,
 *         .user = &sectors,
 *         .sector_size = 16384,
 *     };
 *
 * Sectors 1 to 3 have 16 KB, but the first begins with the vectors; leave two of them out of the linker script. The supply
 * must be above 2.7 V, for words of 32 bits. Interrupts that run from flash wait while a sector is erased. */

#ifndef LIMPET_STM32F4_H
#define LIMPET_STM32F4_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct limpet_stm32f4 {
    struct {
        /* As the reference manual numbers it, and where it is. */
        uint32_t number;
        uint32_t address;
    } sectors[2];
};

/* For struct limpet_flash; user is the struct limpet_stm32f4. A failure is minus the error bits of FLASH_SR. */
int32_t limpet_stm32f4_erase(void *user, uint32_t sector);
int32_t limpet_stm32f4_program(void *user, uint32_t sector, uint32_t offset, const uint8_t *from, uint32_t len);
int32_t limpet_stm32f4_read(void *user, uint32_t sector, uint32_t offset, uint8_t *to, uint32_t len);

#ifdef __cplusplus
}
#endif

#endif
