/* What the files of this directory share and a program does not need. */

#ifndef LIMPET_POSIX_PHASE_H
#define LIMPET_POSIX_PHASE_H

#include "limpet_posix.h"

/* limpet_posix.phase; fd is a socket only in the last two. */
enum {
    LIMPET_CLOSED = 0,
    LIMPET_LOOKING_UP,
    LIMPET_CONNECTING,
    LIMPET_CONNECTED,
};

/* Fills net->addresses with those of the host: 0, MQTT_WOULD_BLOCK or -errno. Call it again after MQTT_WOULD_BLOCK. */
int32_t limpet_lookup(struct limpet_posix *net, const char *host, uint16_t port);

/* net does not wait for its lookup any more, and may cease to exist. */
void limpet_lookup_forget(struct limpet_posix *net);

#endif
