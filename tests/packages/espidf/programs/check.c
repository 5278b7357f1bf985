#define _GNU_SOURCE

#include "check.h"

#include "esp_timer.h"

#include <stdio.h>
#include <unistd.h>

static int failed;

void check(bool holds, const char *sentence)
{
    printf("%s: %s\n", holds ? "ok" : "FAILED", sentence);
    fflush(stdout);
    failed += holds ? 0 : 1;
}

bool becomes(bool (*is_true)(void), uint32_t ms)
{
    const int64_t end = esp_timer_get_time() + (int64_t)ms * 1000;
    while (!is_true()) {
        if (esp_timer_get_time() >= end) {
            return false;
        }
        usleep(1000);
    }
    return true;
}

int failures(void)
{
    return failed;
}
