/* The POSIX port of c_examples over loopback: sockets, waiting, the lock, the clock. Needs nothing of the library. */

#define _POSIX_C_SOURCE 200809L

#define CHECK_MAIN
#include "check.h"

#include "names.h"
#include "peer.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static void an_address_is_used_without_a_lookup(void)
{
    static struct limpet_posix net;
    uint16_t port;
    const int listener = listen_on("127.0.0.1", &port);
    const int before = names_lookups();
    CHECK_EQ(open_in_the_end(&net, "127.0.0.1", port, 2), 0);
    CHECK(echoes(&net, listener));
    CHECK((fcntl(net.fd, F_GETFD) & FD_CLOEXEC) != 0);
    CHECK((fcntl(net.fd, F_GETFL) & O_NONBLOCK) != 0);
    tcp->close(&net);
    CHECK_EQ(names_lookups(), before);
    limpet_posix_end(&net);
    close(listener);
}

static void a_name_is_looked_up(void)
{
    static struct limpet_posix net;
    uint16_t port;
    const int listener = listen_on("127.0.0.1", &port);
    CHECK_EQ(open_in_the_end(&net, "one", port, 100), 0);
    CHECK(echoes(&net, listener));
    tcp->close(&net);
    limpet_posix_end(&net);
    close(listener);
}

static void a_dead_address_does_not_hide_the_next(void)
{
    static struct limpet_posix net;
    uint16_t port;
    const int listener = listen_on("127.0.0.1", &port);
    CHECK_EQ(open_in_the_end(&net, "two", port, 100), 0);
    CHECK(echoes(&net, listener));
    tcp->close(&net);
    CHECK_EQ(open_in_the_end(&net, "six", port, 100), 0);
    CHECK(echoes(&net, listener));
    tcp->close(&net);
    limpet_posix_end(&net);
    close(listener);
}

static void errors_are_minus_errno(void)
{
    static struct limpet_posix net;
    char long_name[300];
    uint16_t port;
    memset(long_name, 'x', sizeof long_name);
    long_name[299] = '\0';
    close(listen_on("127.0.0.1", &port));
    CHECK_EQ(open_in_the_end(&net, "127.0.0.1", port, 10), -ECONNREFUSED);
    tcp->close(&net);
    CHECK_EQ(open_in_the_end(&net, "two", port, 100), -ECONNREFUSED);
    tcp->close(&net);
    CHECK_EQ(open_in_the_end(&net, "nobody", port, 100), -ENOENT);
    tcp->close(&net);
    CHECK_EQ(open_in_the_end(&net, long_name, port, 10), -ENAMETOOLONG);
    tcp->close(&net);
    limpet_posix_end(&net);
}

static void wait_lasts_as_long_as_it_is_told(void)
{
    static struct limpet_posix net;
    CHECK(elapsed_ms(&net, 0) < 500);
    const uint32_t passed = elapsed_ms(&net, 30);
    CHECK(passed >= 29 && passed < 5000);
    limpet_posix_end(&net);
}

static void *wake_soon(void *user)
{
    struct timespec pause = { 0, 20 * 1000 * 1000 };
    nanosleep(&pause, NULL);
    limpet_posix_wake(user);
    return NULL;
}

static void wake_ends_the_wait(void)
{
    static struct limpet_posix net;
    pthread_t thread;
    /* Before the first wait, when there is no pipe yet. */
    limpet_posix_wake(&net);
    CHECK(elapsed_ms(&net, 20000) < 10000);
    /* Each wake ends one wait, and none is left over. */
    CHECK(elapsed_ms(&net, 30) >= 29);
    limpet_posix_wake(&net);
    limpet_posix_wake(&net);
    CHECK(elapsed_ms(&net, 20000) < 10000);
    CHECK(elapsed_ms(&net, 30) >= 29);
    CHECK(pthread_create(&thread, NULL, wake_soon, &net) == 0);
    limpet_posix_wait(&net, MQTT_FOREVER, false);
    pthread_join(thread, NULL);
    limpet_posix_end(&net);
}

static void many_wakes_do_not_block(void)
{
    static struct limpet_posix net;
    limpet_posix_wait(&net, 0, false);
    for (int i = 0; i < 100000; i++) {
        limpet_posix_wake(&net);
    }
    CHECK(elapsed_ms(&net, 20000) < 10000);
    limpet_posix_end(&net);
}

static void bytes_that_the_client_does_not_read_do_not_keep_it_awake(void)
{
    static struct limpet_posix net;
    uint8_t buf[8];
    uint16_t port;
    const int listener = listen_on("127.0.0.1", &port);
    CHECK_EQ(open_in_the_end(&net, "127.0.0.1", port, 2), 0);
    const int peer = accept(listener, NULL, NULL);
    CHECK_EQ(send(peer, "held", 4, 0), 4);
    CHECK(elapsed_ms(&net, 20000) < 10000);
    CHECK(elapsed_ms(&net, 30) >= 29);
    close(peer);
    CHECK(elapsed_ms(&net, 30) >= 29);
    CHECK_EQ(tcp->read(&net, buf, sizeof buf), 4);
    CHECK(elapsed_ms(&net, 20000) < 10000);
    CHECK_EQ(tcp->read(&net, buf, sizeof buf), 0);
    tcp->close(&net);
    limpet_posix_end(&net);
    close(listener);
}

static void after_a_short_read_the_socket_is_not_asked_again_before_a_wait(void)
{
    static struct limpet_posix net;
    uint8_t buf[8];
    uint16_t port;
    const int listener = listen_on("127.0.0.1", &port);
    CHECK_EQ(open_in_the_end(&net, "127.0.0.1", port, 2), 0);
    const int peer = accept(listener, NULL, NULL);
    for (int turn = 0; turn < 2; turn++) {
        CHECK_EQ(send(peer, "some", 4, 0), 4);
        CHECK(elapsed_ms(&net, 20000) < 10000);
        CHECK_EQ(tcp->read(&net, buf, 3), 3);
        CHECK_EQ(tcp->read(&net, buf, 3), 1);
    }
    CHECK_EQ(send(peer, "more", 4, 0), 4);
    CHECK_EQ(tcp->read(&net, buf, 4), MQTT_WOULD_BLOCK);
    CHECK_EQ(tcp->read(&net, buf, 4), 4);
    tcp->close(&net);
    close(peer);
    limpet_posix_end(&net);
    close(listener);
}

static void wait_wakes_for_writing_only_when_asked(void)
{
    static struct limpet_posix net;
    static uint8_t many[65536];
    uint16_t port;
    const int listener = listen_on("127.0.0.1", &port);
    CHECK_EQ(open_in_the_end(&net, "127.0.0.1", port, 2), 0);
    const int peer = accept(listener, NULL, NULL);
    CHECK(elapsed_ms(&net, 30) >= 29);
    int32_t n;
    do {
        n = tcp->write(&net, many, sizeof many);
    } while (n > 0);
    CHECK_EQ(n, MQTT_WOULD_BLOCK);
    while (recv(peer, many, sizeof many, MSG_DONTWAIT) > 0) {
    }
    limpet_posix_wait(&net, 20000, true);
    CHECK(tcp->write(&net, many, sizeof many) > 0);
    close(peer);
    tcp->close(&net);
    limpet_posix_end(&net);
    close(listener);
}

static void a_write_to_a_dead_peer_is_an_error_and_no_signal(void)
{
    static struct limpet_posix net;
    const struct linger reset = { 1, 0 };
    uint16_t port;
    const int listener = listen_on("127.0.0.1", &port);
    CHECK_EQ(open_in_the_end(&net, "127.0.0.1", port, 2), 0);
    const int peer = accept(listener, NULL, NULL);
    setsockopt(peer, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    close(peer);
    limpet_posix_wait(&net, 20000, false);
    int32_t n = tcp->write(&net, (const uint8_t *)"x", 1);
    if (n == 1) {
        n = tcp->write(&net, (const uint8_t *)"x", 1);
    }
    CHECK(n == -EPIPE || n == -ECONNRESET);
    tcp->close(&net);
    limpet_posix_end(&net);
    close(listener);
}

static void close_with_bytes_unread_does_not_reset(void)
{
    static struct limpet_posix net;
    char buf[8];
    uint16_t port;
    const int listener = listen_on("127.0.0.1", &port);
    CHECK_EQ(open_in_the_end(&net, "127.0.0.1", port, 2), 0);
    const int peer = accept(listener, NULL, NULL);
    CHECK_EQ(send(peer, "unread", 6, 0), 6);
    limpet_posix_wait(&net, 20000, false);
    CHECK_EQ(tcp->write(&net, (const uint8_t *)"bye", 3), 3);
    tcp->close(&net);
    CHECK_EQ(recv(peer, buf, 3, MSG_WAITALL), 3);
    CHECK_EQ(recv(peer, buf, 1, 0), 0);
    close(peer);
    limpet_posix_end(&net);
    close(listener);
}

static volatile sig_atomic_t handled;
static volatile sig_atomic_t handled_inside;

static void handle(int number)
{
    (void)number;
    handled++;
    const uint32_t state = mqtt_lock();
    handled_inside++;
    mqtt_unlock(state);
}

static void the_lock_is_recursive_and_holds_signals_off(void)
{
    const struct sigaction action = { .sa_handler = handle };
    sigaction(SIGUSR1, &action, NULL);
    const uint32_t outer = mqtt_lock();
    const uint32_t inner = mqtt_lock();
    raise(SIGUSR1);
    CHECK_EQ(handled, 0);
    mqtt_unlock(inner);
    CHECK_EQ(handled, 0);
    mqtt_unlock(outer);
    CHECK_EQ(handled, 1);
    CHECK_EQ(handled_inside, 1);
}

static int counted;

static void *count(void *user)
{
    (void)user;
    for (int i = 0; i < 10000; i++) {
        const uint32_t state = mqtt_lock();
        counted++;
        mqtt_unlock(state);
    }
    return NULL;
}

static void the_lock_keeps_threads_apart(void)
{
    pthread_t threads[4];
    for (int i = 0; i < 4; i++) {
        CHECK(pthread_create(&threads[i], NULL, count, NULL) == 0);
    }
    for (int i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
    }
    CHECK_EQ(counted, 40000);
}

static void the_clock_goes_forward(void)
{
    const uint32_t before = limpet_posix_now_ms(NULL);
    struct timespec pause = { 0, 3 * 1000 * 1000 };
    nanosleep(&pause, NULL);
    const uint32_t passed = limpet_posix_now_ms(NULL) - before;
    CHECK(passed >= 2 && passed < 10000);
}

static void nothing_is_left_open(void)
{
    CHECK_EQ(names_lists(), 0);
    int n = 0;
    for (int fd = 3; fd < 64; fd++) {
        n += fcntl(fd, F_GETFD) >= 0 ? 1 : 0;
    }
    CHECK_EQ(n, 0);
}

int main(void)
{
    names_init();
    for (int fd = 3; fd < 64; fd++) {
        close(fd);
    }
    RUN(an_address_is_used_without_a_lookup);
    RUN(a_name_is_looked_up);
    RUN(a_dead_address_does_not_hide_the_next);
    RUN(errors_are_minus_errno);
    RUN(wait_lasts_as_long_as_it_is_told);
    RUN(wake_ends_the_wait);
    RUN(many_wakes_do_not_block);
    RUN(bytes_that_the_client_does_not_read_do_not_keep_it_awake);
    RUN(after_a_short_read_the_socket_is_not_asked_again_before_a_wait);
    RUN(wait_wakes_for_writing_only_when_asked);
    RUN(a_write_to_a_dead_peer_is_an_error_and_no_signal);
    RUN(close_with_bytes_unread_does_not_reset);
    RUN(the_lock_is_recursive_and_holds_signals_off);
    RUN(the_lock_keeps_threads_apart);
    RUN(the_clock_goes_forward);
    RUN(nothing_is_left_open);
    return check_end();
}
