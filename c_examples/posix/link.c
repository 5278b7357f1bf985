/* Whether a network interface is up, for mqtt_link.status: the system brings it up and down, so start and stop are not
 * needed. On a board they and the status are those of your radio. */

#define _DEFAULT_SOURCE
#define _DARWIN_C_SOURCE

#include "limpet_posix.h"

#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>

/* Asking the system takes some system calls; mqtt_poll may come thousands of times a second. */
#define LOOK_MS 100

static bool has_address(const struct ifaddrs *entry)
{
    const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)(const void *)entry->ifa_addr;
    if (entry->ifa_addr == NULL) {
        return false;
    }
    /* Every interface gives itself a link-local one, network or not. */
    return entry->ifa_addr->sa_family == AF_INET
        || (entry->ifa_addr->sa_family == AF_INET6 && !IN6_IS_ADDR_LINKLOCAL(&in6->sin6_addr));
}

static bool is_meant(const struct ifaddrs *entry, const char *name)
{
    if (name == NULL) {
        return (entry->ifa_flags & IFF_LOOPBACK) == 0;
    }
    return strcmp(entry->ifa_name, name) == 0;
}

static int32_t look(const char *name)
{
    const unsigned usable = IFF_UP | IFF_RUNNING;
    struct ifaddrs *list;
    int32_t status = 0;
    if (getifaddrs(&list) != 0) {
        return errno > 0 ? -(int32_t)errno : -EIO;
    }
    for (const struct ifaddrs *entry = list; entry != NULL; entry = entry->ifa_next) {
        if (is_meant(entry, name) && (entry->ifa_flags & usable) == usable && has_address(entry)) {
            status = 1;
        }
    }
    freeifaddrs(list);
    return status;
}

int32_t limpet_posix_link_status(void *user)
{
    struct limpet_posix_link *link = user;
    const uint32_t now_ms = limpet_posix_now_ms(NULL);
    if (!link->looked || now_ms - link->looked_ms >= LOOK_MS) {
        link->looked = true;
        link->looked_ms = now_ms;
        link->status = look(link->name);
    }
    return link->status;
}
