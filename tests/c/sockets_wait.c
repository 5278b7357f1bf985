/* The waiting of c_examples/sockets, with the sockets of the host. */

#define _POSIX_C_SOURCE 200809L

#define CHECK_MAIN
#include "check.h"

#include "sockets_peer.h"

#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

static void wait_lasts_as_long_as_it_is_told(void)
{
    static struct limpet_sockets net;
    CHECK(waited_ms(&net, 0) < 500);
    uint32_t passed = waited_ms(&net, 30);
    CHECK(passed >= 29 && passed < 5000);
    net.slice_ms = 7;
    passed = waited_ms(&net, 30);
    CHECK(passed >= 29 && passed < 5000);
    passed = waited_ms(&net, -1);
    CHECK(passed >= 999 && passed < 15000);
    limpet_sockets_end(&net);
}

static void *wake_soon(void *user)
{
    struct timespec pause = { 0, 20 * 1000 * 1000 };
    nanosleep(&pause, NULL);
    limpet_sockets_wake(user);
    return NULL;
}

static void *flag_soon(void *user)
{
    struct timespec pause = { 0, 20 * 1000 * 1000 };
    nanosleep(&pause, NULL);
    limpet_sockets_wake_flag(user);
    return NULL;
}

static void each_wake_ends_one_wait(void)
{
    static struct limpet_sockets net;
    pthread_t thread;
    /* Before the first wait, when there is no socket yet. */
    limpet_sockets_wake(&net);
    CHECK(waited_ms(&net, 20000) < 10000);
    CHECK(waited_ms(&net, 30) >= 29);
    for (int i = 0; i < 100000; i++) {
        limpet_sockets_wake(&net);
    }
    CHECK(waited_ms(&net, 20000) < 10000);
    CHECK(waited_ms(&net, 30) >= 29);
    CHECK(pthread_create(&thread, NULL, wake_soon, &net) == 0);
    limpet_sockets_wait(&net, MQTT_FOREVER, false);
    pthread_join(thread, NULL);
    limpet_sockets_end(&net);
}

static void a_flag_is_seen_within_a_slice(void)
{
    static struct limpet_sockets net = { .slice_ms = 10 };
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, flag_soon, &net) == 0);
    limpet_sockets_wait(&net, MQTT_FOREVER, false);
    pthread_join(thread, NULL);
    CHECK(waited_ms(&net, 30) >= 29);
    limpet_sockets_end(&net);
}

static void bytes_that_the_client_does_not_read_do_not_keep_it_awake(void)
{
    static struct limpet_sockets net;
    uint8_t buf[8];
    const int peer = connected(&net);
    CHECK_EQ(send(peer, "held", 4, 0), 4);
    CHECK(waited_ms(&net, 20000) < 10000);
    CHECK(waited_ms(&net, 30) >= 29);
    shutdown(peer, SHUT_RDWR);
    CHECK(waited_ms(&net, 30) >= 29);
    CHECK_EQ(under_test->read(&net, buf, sizeof buf), 4);
    CHECK(waited_ms(&net, 20000) < 10000);
    CHECK_EQ(under_test->read(&net, buf, sizeof buf), 0);
    finished(&net, peer);
}

int main(void)
{
    RUN(wait_lasts_as_long_as_it_is_told);
    RUN(each_wake_ends_one_wait);
    RUN(a_flag_is_seen_within_a_slice);
    RUN(bytes_that_the_client_does_not_read_do_not_keep_it_awake);
    return check_end();
}
