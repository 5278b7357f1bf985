/* What range, range_ex and main run: the seed's range test. The programs differ in what the messages say, and when it
 * begins. */

#ifndef LIMPET_RANGE_APP_H
#define LIMPET_RANGE_APP_H

#include "board.h"

/* Measurements that go into every message. NULL leaves one out. */
struct range_senses {
    int32_t (*rssi_db)(void *user);
    size_t (*free_bytes)(void *user);
    void *user;
};

/* Subscribes foo_topic and publishes to shed until the limit is reached or board_stopped: what main returns. */
int range_run(const struct board_settings *settings, const struct range_senses *senses);

#endif
