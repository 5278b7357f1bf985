/* Lookups of the POSIX port that outlast their connection. Needs nothing of the library. */

#define _POSIX_C_SOURCE 200809L

#define CHECK_MAIN
#include "check.h"

#include "names.h"
#include "peer.h"

#include <string.h>
#include <unistd.h>

static void close_during_a_lookup_leaves_nothing_behind(void)
{
    /* On the stack and overwritten: a thread that still used them would be seen by the sanitizers. */
    struct limpet_posix nets[3];
    memset(nets, 0, sizeof nets);
    for (int i = 0; i < 3; i++) {
        CHECK_EQ(tcp->open(&nets[i], "slow", 1), MQTT_WOULD_BLOCK);
        slow_wait();
        CHECK_EQ(tcp->open(&nets[i], "slow", 1), MQTT_WOULD_BLOCK);
        tcp->close(&nets[i]);
        limpet_posix_end(&nets[i]);
    }
    memset(nets, 0xa5, sizeof nets);
    slow_let_go(3);
}

static void a_transport_has_one_lookup_at_most(void)
{
    static struct limpet_posix net;
    uint16_t port;
    const int listener = listen_on("127.0.0.1", &port);
    const int before = names_lookups();
    for (int i = 0; i < 10; i++) {
        CHECK_EQ(tcp->open(&net, "slow", port), MQTT_WOULD_BLOCK);
        tcp->close(&net);
    }
    CHECK_EQ(tcp->open(&net, "one", port), MQTT_WOULD_BLOCK);
    tcp->close(&net);
    slow_wait();
    CHECK_EQ(names_lookups(), before + 1);
    CHECK_EQ(tcp->open(&net, "slow", port), MQTT_WOULD_BLOCK);
    slow_let_go(1);
    CHECK_EQ(open_in_the_end(&net, "slow", port, 100), 0);
    CHECK(echoes(&net, listener));
    tcp->close(&net);
    CHECK_EQ(names_lookups(), before + 1);
    limpet_posix_end(&net);
    close(listener);
}

static void a_lookup_of_another_name_waits_for_the_first(void)
{
    static struct limpet_posix net;
    uint16_t port;
    const int listener = listen_on("127.0.0.1", &port);
    CHECK_EQ(tcp->open(&net, "slow", port), MQTT_WOULD_BLOCK);
    slow_wait();
    tcp->close(&net);
    CHECK_EQ(tcp->open(&net, "one", port), MQTT_WOULD_BLOCK);
    slow_let_go(1);
    CHECK_EQ(open_in_the_end(&net, "one", port, 100), 0);
    CHECK(echoes(&net, listener));
    tcp->close(&net);
    limpet_posix_end(&net);
    close(listener);
}

static void more_lookups_than_slots_take_turns(void)
{
    static struct limpet_posix nets[6];
    uint16_t port;
    const int listener = listen_on("127.0.0.1", &port);
    const int before = names_lookups();
    /* The thread of an earlier test may need a moment to leave its slot. */
    for (int tries = 0; tries < 1000 && names_lookups() < before + 4; tries++) {
        for (int i = 0; i < 6; i++) {
            CHECK_EQ(tcp->open(&nets[i], "slow", port), MQTT_WOULD_BLOCK);
        }
        limpet_posix_wait(&nets[0], 5, false);
    }
    CHECK_EQ(names_lookups(), before + 4);
    slow_let_go(4);
    int waiting = 0;
    for (int i = 0; i < 6; i++) {
        const int32_t result = open_in_the_end(&nets[i], "slow", port, 4);
        waiting += result == MQTT_WOULD_BLOCK ? 1 : 0;
        CHECK(result == 0 || result == MQTT_WOULD_BLOCK);
    }
    /* Those that had no slot have begun now. */
    CHECK_EQ(waiting, 2);
    slow_let_go(waiting);
    for (int i = 0; i < 6; i++) {
        CHECK_EQ(open_in_the_end(&nets[i], "slow", port, 100), 0);
        tcp->close(&nets[i]);
        limpet_posix_end(&nets[i]);
    }
    for (int i = 0; i < 6; i++) {
        slow_wait();
    }
    close(listener);
}

int main(void)
{
    names_init();
    RUN(close_during_a_lookup_leaves_nothing_behind);
    RUN(a_transport_has_one_lookup_at_most);
    RUN(a_lookup_of_another_name_waits_for_the_first);
    RUN(more_lookups_than_slots_take_turns);
    return check_end();
}
