/* The seed's main.py: what a board runs by itself after power-on. Waits 4 seconds, so that the hardware comes up and
 * one can still stop it, then runs what range.c runs. Put your own application in the place of range_run.
 *
 *     main [server [port [seconds between messages [how many messages [seconds to wait]]]]]
 */

#include "range_app.h"

#include <stdio.h>

int main(int argc, char **argv)
{
    const struct range_senses none = { 0 };
    struct board_settings settings = { .period_ms = 5000, .time_ms = 4000 };
    board_start(&settings, argc, argv);
    printf("waiting\n");
    board_sleep(settings.time_ms);
    if (board_stopped()) {
        return 0;
    }
    return range_run(&settings, &none);
}
