/* limpet_posix_link_status, on interfaces that the test makes up: a getifaddrs in place of the system's. */

#define _DEFAULT_SOURCE

#define CHECK_MAIN
#include "check.h"

#include "limpet_posix.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>
#include <time.h>

#define UP (IFF_UP | IFF_RUNNING)

/* One entry of the list, and its address. */
struct entry {
    struct ifaddrs info;
    struct sockaddr_storage at;
};

static struct entry entries[4];
static size_t count;
static int error;
static int looks;
static int lists;

int getifaddrs(struct ifaddrs **list)
{
    looks++;
    if (error != 0) {
        errno = error;
        return -1;
    }
    lists++;
    *list = count > 0 ? &entries[0].info : NULL;
    return 0;
}

void freeifaddrs(struct ifaddrs *list)
{
    (void)list;
    lists--;
}

static void no_interfaces(void)
{
    count = 0;
    error = 0;
    looks = 0;
}

/* An address of NULL: none, as an interface without a network has. */
static void interface(char *name, unsigned flags, const char *address)
{
    struct entry *entry = &entries[count];
    memset(entry, 0, sizeof *entry);
    entry->info.ifa_name = name;
    entry->info.ifa_flags = flags;
    if (address != NULL) {
        struct sockaddr_in *in4 = (struct sockaddr_in *)&entry->at;
        struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)&entry->at;
        if (inet_pton(AF_INET, address, &in4->sin_addr) == 1) {
            in4->sin_family = AF_INET;
        } else {
            CHECK_EQ(inet_pton(AF_INET6, address, &in6->sin6_addr), 1);
            in6->sin6_family = AF_INET6;
        }
        entry->info.ifa_addr = (struct sockaddr *)&entry->at;
    }
    if (count > 0) {
        entries[count - 1].info.ifa_next = &entry->info;
    }
    count++;
}

static int32_t status_of(const char *name)
{
    struct limpet_posix_link link = { .name = name };
    const int32_t status = limpet_posix_link_status(&link);
    CHECK_EQ(lists, 0);
    return status;
}

static void an_interface_with_an_address_is_up(void)
{
    no_interfaces();
    interface("wlan0", UP, "192.0.2.7");
    CHECK_EQ(status_of("wlan0"), 1);
    CHECK_EQ(status_of("eth0"), 0);
    CHECK_EQ(status_of(NULL), 1);
}

static void an_interface_without_a_cable_or_switched_off_is_not_up(void)
{
    no_interfaces();
    interface("eth0", IFF_UP, "192.0.2.7");
    interface("eth1", IFF_RUNNING, "192.0.2.8");
    CHECK_EQ(status_of("eth0"), 0);
    CHECK_EQ(status_of("eth1"), 0);
    CHECK_EQ(status_of(NULL), 0);
}

static void an_interface_without_an_address_is_not_up(void)
{
    no_interfaces();
    interface("wlan0", UP, NULL);
    interface("wlan0", UP, "fe80::1");
    CHECK_EQ(status_of("wlan0"), 0);
    interface("wlan0", UP, "2001:db8::1");
    CHECK_EQ(status_of("wlan0"), 1);
}

static void the_loopback_counts_only_by_its_name(void)
{
    no_interfaces();
    interface("lo", UP | IFF_LOOPBACK, "127.0.0.1");
    CHECK_EQ(status_of(NULL), 0);
    CHECK_EQ(status_of("lo"), 1);
}

static void no_interface_is_not_up(void)
{
    no_interfaces();
    CHECK_EQ(status_of(NULL), 0);
    CHECK_EQ(status_of("wlan0"), 0);
}

static void what_the_system_answers_instead_is_minus_errno(void)
{
    no_interfaces();
    error = ENOBUFS;
    CHECK_EQ(status_of(NULL), -ENOBUFS);
}

static void the_system_is_not_asked_at_every_poll(void)
{
    struct limpet_posix_link link = { .name = "wlan0" };
    const struct timespec while_ms = { .tv_nsec = 5000000 };
    const uint32_t start_ms = limpet_posix_now_ms(NULL);
    uint32_t passed_ms = 0;
    no_interfaces();
    interface("wlan0", UP, "192.0.2.7");
    CHECK_EQ(limpet_posix_link_status(&link), 1);
    no_interfaces();
    while (passed_ms < 5000 && limpet_posix_link_status(&link) != 0) {
        passed_ms = limpet_posix_now_ms(NULL) - start_ms;
        nanosleep(&while_ms, NULL);
    }
    CHECK(passed_ms >= 90 && passed_ms < 5000);
    CHECK_EQ(looks, 1);
}

int main(void)
{
    RUN(an_interface_with_an_address_is_up);
    RUN(an_interface_without_a_cable_or_switched_off_is_not_up);
    RUN(an_interface_without_an_address_is_not_up);
    RUN(the_loopback_counts_only_by_its_name);
    RUN(no_interface_is_not_up);
    RUN(what_the_system_answers_instead_is_minus_errno);
    RUN(the_system_is_not_asked_at_every_poll);
    return check_end();
}
