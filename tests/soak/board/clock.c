/* See clock.h. */

#include "clock.h"

#include "board.h"
#include "cortex_m.h"

static uint64_t total_ms;
static uint32_t last_ms;
static uint64_t jumped_ms;

uint64_t clock_ms(void)
{
    const uint32_t now_ms = board_now_ms();
    total_ms += now_ms - last_ms;
    last_ms = now_ms;
    return total_ms;
}

uint32_t clock_real_ms(void)
{
    return board_now_ms() - (uint32_t)jumped_ms;
}

void clock_jump(uint32_t ms)
{
    jumped_ms += ms;
    cortex_m_pass(ms);
    (void)clock_ms();
}
