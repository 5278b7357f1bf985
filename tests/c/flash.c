/* The store of c_examples/flash: what is saved is there until it is erased, also if the flash fails. */

#define CHECK_MAIN
#include "check.h"

#include "flash_model.h"

#include <string.h>

static void what_is_saved_is_there_until_it_is_erased(void)
{
    static const uint32_t units[] = { 0, 4, 8, 16, 32 };
    for (size_t u = 0; u < sizeof units / sizeof units[0]; u++) {
        uint32_t state = 7;
        model_start(units[u], 0x5a);
        for (int i = 0; i < 2000; i++) {
            const struct call call = model_next_call(&state);
            CHECK_EQ(model_make(&call), 0);
            model_note(&call);
            if (i % 7 == 0) {
                model_boot(units[u]);
            }
            if (!CHECK(model_all_is_there())) {
                return;
            }
        }
        CHECK_EQ(nor.faults, 0);
    }
}

static void a_sector_is_erased_once_for_many_records(void)
{
    uint32_t state = 7;
    uint32_t saves = 0;
    model_start(4, 0xff);
    for (int i = 0; i < 2000; i++) {
        const struct call call = model_next_call(&state);
        CHECK_EQ(model_make(&call), 0);
        model_note(&call);
        saves += call.len > 0 ? 1 : 0;
    }
    printf("    %u records of %u bytes at most in sectors of %u: %u erasures\n", (unsigned)saves, LONGEST, SECTOR,
        (unsigned)flash.erasures);
    CHECK(flash.erasures * 5 < saves);
}

static void what_is_full_is_told_and_loses_nothing(void)
{
    static uint8_t record[200];
    model_start(4, 0xff);
    uint32_t key = 0;
    int32_t result = 0;
    while (result == 0 && key < 100) {
        memset(record, (int)key, sizeof record);
        result = limpet_flash_save(&flash, key, record, sizeof record);
        key += result == 0 ? 1 : 0;
    }
    CHECK_EQ(result, LIMPET_FLASH_FULL);
    CHECK_EQ(key, (SECTOR - 8) / (12 + 200));
    for (uint32_t k = 0; k < key; k++) {
        CHECK_EQ(limpet_flash_load(&flash, k, record, sizeof record), 200);
        CHECK_EQ(record[199], k);
    }
    CHECK_EQ(limpet_flash_erase(&flash, 0), 0);
    CHECK_EQ(limpet_flash_save(&flash, key, record, sizeof record), 0);
}

static bool all_is_there_meanwhile(void)
{
    const uint32_t calls = nor.calls;
    const uint32_t fails_at = nor.fails_at;
    nor.fails_at = 0;
    const bool good = model_all_is_there();
    nor.calls = calls;
    nor.fails_at = fails_at;
    return good;
}

static void a_flash_that_fails_is_told_and_the_next_try_is_good(void)
{
    uint32_t call = 1;
    uint32_t failures = 1;
    while (failures == 1 && check_faults == 0) {
        uint32_t state = 11;
        model_start(4, 0x5a);
        nor.fails_at = call++;
        failures = 0;
        for (int i = 0; i < 60; i++) {
            const struct call next = model_next_call(&state);
            int32_t result = model_make(&next);
            if (result != 0) {
                CHECK_EQ(result, NOR_FAILED);
                failures++;
                result = model_make(&next);
            }
            CHECK_EQ(result, 0);
            model_note(&next);
            CHECK(all_is_there_meanwhile());
        }
        nor.fails_at = 0;
        model_boot(4);
        CHECK(model_all_is_there());
        CHECK_EQ(nor.faults, 0);
    }
    CHECK(call > 200);
}

static void sizes_that_cannot_be_are_refused(void)
{
    static const uint32_t units[] = { 1, 2, 3, 12, 64 };
    for (size_t u = 0; u < sizeof units / sizeof units[0]; u++) {
        model_start(4, 0xff);
        flash.unit = units[u];
        CHECK_EQ(limpet_flash_save(&flash, 0, bytes, 1), LIMPET_FLASH_SIZE);
        CHECK_EQ(limpet_flash_load(&flash, 0, bytes, 1), LIMPET_FLASH_SIZE);
        CHECK_EQ(limpet_flash_erase(&flash, 0), LIMPET_FLASH_SIZE);
    }
    model_start(4, 0xff);
    flash.sector_size = SECTOR + 2;
    CHECK_EQ(limpet_flash_save(&flash, 0, bytes, 1), LIMPET_FLASH_SIZE);
    model_start(4, 0xff);
    CHECK_EQ(limpet_flash_save(&flash, 0x10000, bytes, 1), LIMPET_FLASH_FULL);
    CHECK_EQ(limpet_flash_save(&flash, 0, bytes, 0x10000), LIMPET_FLASH_FULL);
}

int main(void)
{
    RUN(what_is_saved_is_there_until_it_is_erased);
    RUN(a_sector_is_erased_once_for_many_records);
    RUN(what_is_full_is_told_and_loses_nothing);
    RUN(a_flash_that_fails_is_told_and_the_next_try_is_good);
    RUN(sizes_that_cannot_be_are_refused);
    return check_end();
}
