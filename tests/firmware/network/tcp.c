/* The transport of c_examples/lwip, as users have it. */

#include "limpet_lwip.h"
#include "network.h"
#include "transport.h"

static struct limpet_lwip connection;

const struct mqtt_transport *const network_transport = &limpet_lwip_transport;

void *network_user(void)
{
    return &connection;
}

void transport_start(void)
{
}
