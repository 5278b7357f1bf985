/* The seed's range_ex.py: as range.c, and each message also says the signal strength and the free memory:
 * "<count> repubs: <n> outages: <n> rssi: <n>dB free: <n>bytes". The demo, shared/range_app.c, asks for them through
 * the callbacks that it is given.
 *
 *     range_ex [server [port [seconds between messages [how many messages]]]]
 */

#include "range_app.h"

int main(int argc, char **argv)
{
    const struct range_senses senses = {
        .rssi_db = board_rssi_db,
        .free_bytes = board_free_bytes,
    };
    struct board_settings settings = { .period_ms = 5000 };
    board_start(&settings, argc, argv);
    return range_run(&settings, &senses);
}
