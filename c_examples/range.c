/* The seed's range.py: for walking away with the device. Publishes "<count> repubs: <n> outages: <n>" to shed every 5
 * seconds; red is lit while it is not connected, blue for a second when a message came to foo_topic. The demo itself
 * is shared/range_app.c.
 *
 *     range [server [port [seconds between messages [how many messages]]]]
 */

#include "range_app.h"

int main(int argc, char **argv)
{
    const struct range_senses none = { 0 };
    struct board_settings settings = { .period_ms = 5000 };
    board_start(&settings, argc, argv);
    return range_run(&settings, &none);
}
