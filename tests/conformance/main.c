/* conformance [-5] [server [port [user password]]]: plays whole scenarios with clients of Limpet against a broker, in MQTT
 * 3.1.1 or 5, and prints a line for each. Ends with 1 if one failed. It leaves nothing at the broker: no session, and no
 * retained message. */

#include "conformance.h"

#include <stdio.h>
#include <stdlib.h>

struct broker broker;

int main(int argc, char **argv)
{
    broker.is_v5 = argc > 1 && strcmp(argv[1], "-5") == 0;
    argc -= broker.is_v5 ? 1 : 0;
    argv += broker.is_v5 ? 1 : 0;
    broker.server = argc > 1 ? argv[1] : "127.0.0.1";
    broker.port = argc > 2 ? (uint16_t)strtoul(argv[2], NULL, 10) : 1883;
    broker.user = argc > 4 ? argv[3] : NULL;
    broker.password = argc > 4 ? argv[4] : NULL;
    setvbuf(stdout, NULL, _IOLBF, 0);

    identity_checks();
    delivery_checks();
    payload_checks();
    topic_checks();
    filter_checks();
    retained_checks();
    will_checks();
    session_checks();
    load_checks();
    return checks_end();
}
