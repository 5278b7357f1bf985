/* The link to the broker in memory. */

#include "broker.h"
#include "link.h"

int link_open(int port)
{
    (void)port;
    return 0;
}

ssize_t link_read(uint8_t *buf, size_t len)
{
    return (ssize_t)broker_give(buf, len);
}

ssize_t link_write(const uint8_t *buf, size_t len)
{
    broker_take(buf, len);
    return (ssize_t)len;
}
