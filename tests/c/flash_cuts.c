/* The store of c_examples/flash: what is kept is kept at whichever step of the flash the power is cut. */

#define CHECK_MAIN
#include "check.h"

#include "flash_model.h"

#include <setjmp.h>

static jmp_buf power;

static void cut(void)
{
    longjmp(power, 1);
}

/* After the cut: what the call was about is as before or as after; a record that was being written may be torn. */
static bool is_before_or_after(const struct call *call)
{
    uint8_t wanted[LONGEST];
    uint8_t buf[LONGEST];
    model_record_of(call, wanted);
    const int32_t len = limpet_flash_load(&flash, call->key, buf, sizeof buf);
    if (call->len == 0) {
        return len == 0 || model_is_there(call->key);
    }
    if (len == 0) {
        return true;
    }
    /* Its bits are as they shall be, or not yet programmed. */
    bool good = len == (int32_t)call->len;
    for (int32_t i = 0; good && i < len; i++) {
        good = (buf[i] & wanted[i]) == wanted[i];
    }
    return good;
}

/* Runs so many calls with a cut at this step, and goes on after it: whether it was reached. */
static bool live_with_a_cut(uint32_t unit, uint32_t step, int calls)
{
    static volatile int i;
    static uint32_t state;
    static struct call call;
    state = 3;
    model_start(unit, 0x5a);
    nor.noise = step * 2654435761u;
    nor.cut = cut;
    nor.cut_at = step;
    if (setjmp(power) == 0) {
        for (i = 0; i < calls; i++) {
            call = model_next_call(&state);
            CHECK_EQ(model_make(&call), 0);
            model_note(&call);
        }
        return false;
    }
    model_boot(unit);
    const uint32_t key = call.key;
    for (uint32_t other = 0; other < KEYS; other++) {
        CHECK(other == key || model_is_there(other));
    }
    CHECK(is_before_or_after(&call));
    /* The library erases what is torn, and what an erasure has left. */
    CHECK_EQ(limpet_flash_erase(&flash, key), 0);
    lens[key] = 0;
    for (int more = 0; more < 40; more++) {
        call = model_next_call(&state);
        CHECK_EQ(model_make(&call), 0);
        model_note(&call);
        CHECK(model_all_is_there());
    }
    model_boot(unit);
    CHECK(model_all_is_there());
    return true;
}

static void wherever_the_power_is_cut_what_was_kept_is_kept(void)
{
    static const uint32_t units[] = { 4, 8, 32 };
    uint32_t cuts = 0;
    for (size_t u = 0; u < sizeof units / sizeof units[0]; u++) {
        uint32_t step = 1;
        while (check_faults == 0 && live_with_a_cut(units[u], step, 150)) {
            step++;
        }
        cuts += step - 1;
        CHECK_EQ(nor.faults, 0);
        /* Moves were among what was cut off. */
        CHECK(flash.erasures > 3);
    }
    printf("    %u cuts of the power\n", (unsigned)cuts);
}

static void the_power_may_be_cut_again_and_again(void)
{
    static volatile uint32_t life;
    static volatile uint32_t lost;
    static uint32_t state;
    static struct call call;
    state = 5;
    model_start(4, 0);
    nor.cut = cut;
    lost = 0;
    for (life = 0; life < 3000; life++) {
        model_boot(4);
        nor.cut_at = nor.steps + 1 + model_chance(&state) % 60;
        call.key = KEYS;
        if (setjmp(power) == 0) {
            for (;;) {
                lost += model_all_is_there() ? 0 : 1;
                call = model_next_call(&state);
                CHECK_EQ(model_make(&call), 0);
                model_note(&call);
            }
        }
        model_boot(4);
        nor.cut_at = 0;
        if (call.key < KEYS) {
            CHECK_EQ(limpet_flash_erase(&flash, call.key), 0);
            lens[call.key] = 0;
        }
    }
    CHECK_EQ(lost, 0);
}

int main(void)
{
    RUN(wherever_the_power_is_cut_what_was_kept_is_kept);
    RUN(the_power_may_be_cut_again_and_again);
    return check_end();
}
