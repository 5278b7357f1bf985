/* Bytes through c_examples/sockets on lwIP: whole, in order, and no more at once than there is room for. */

#define CHECK_MAIN
#include "check.h"

#include "peer.h"
#include "worker.h"

#include "lwip/sockets.h"

#include <string.h>

#define MANY 200000u

static struct limpet_sockets net;
static unsigned before;
static int peer;

static void begin(void)
{
    before = stack_in_use();
    memset(&net, 0, sizeof net);
    peer = connected(&net);
}

static void end(void)
{
    finished(&net, peer);
    stack_check_clean(before);
}

static uint8_t byte_at(uint32_t at)
{
    return (uint8_t)(at * 2654435761u >> 24);
}

static void fill(uint8_t *bytes, uint32_t from, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        bytes[i] = byte_at(from + (uint32_t)i);
    }
}

static void bytes_go_both_ways_until_the_peer_closes(void)
{
    uint8_t buf[8] = { 0 };
    begin();
    CHECK_EQ(under_test->read(&net, buf, sizeof buf), MQTT_WOULD_BLOCK);
    CHECK_EQ(under_test->write(&net, (const uint8_t *)"ping", 4), 4);
    CHECK_EQ(peer_receive(peer, buf, 4), 4);
    CHECK(memcmp(buf, "ping", 4) == 0);
    CHECK(peer_send(peer, "pong", 4));
    CHECK_EQ(read_all(&net, buf, 4), 4);
    CHECK(memcmp(buf, "pong", 4) == 0);
    CHECK_EQ(under_test->read(&net, buf, sizeof buf), MQTT_WOULD_BLOCK);
    end();
}

static void bytes_can_be_read_one_by_one(void)
{
    uint8_t sent[1500];
    uint8_t buf[1];
    begin();
    fill(sent, 0, sizeof sent);
    CHECK(peer_send(peer, sent, sizeof sent));
    for (uint32_t i = 0; i < sizeof sent; i++) {
        if (!CHECK_EQ(read_all(&net, buf, 1), 1) || !CHECK_EQ(buf[0], byte_at(i))) {
            break;
        }
    }
    CHECK_EQ(under_test->read(&net, buf, 1), MQTT_WOULD_BLOCK);
    end();
}

static void after_a_short_read_the_socket_is_not_asked_again_before_a_wait(void)
{
    uint8_t buf[4];
    begin();
    for (int turn = 0; turn < 2; turn++) {
        CHECK(peer_send(peer, "some", 4));
        limpet_sockets_wait(&net, PATIENCE_MS, false);
        CHECK_EQ(under_test->read(&net, buf, 3), 3);
        CHECK_EQ(under_test->read(&net, buf, 3), 1);
    }
    CHECK(peer_send(peer, "more", 4));
    /* It has arrived. */
    stack_pause(50);
    CHECK_EQ(under_test->read(&net, buf, 4), MQTT_WOULD_BLOCK);
    CHECK_EQ(under_test->read(&net, buf, 4), 4);
    end();
}

static void small_packets_do_not_wait_for_each_other(void)
{
    int on = 0;
    socklen_t len = sizeof on;
    begin();
    CHECK_EQ(lwip_getsockopt(net.fd, IPPROTO_TCP, TCP_NODELAY, &on, &len), 0);
    CHECK(on != 0);
    end();
}

static void take_all(void *user)
{
    static uint8_t buf[1000];
    uint32_t *received = user;
    size_t n = 0;
    while ((n = peer_receive(peer, buf, sizeof buf)) > 0) {
        for (size_t i = 0; i < n; i++) {
            if (buf[i] != byte_at(*received)) {
                return;
            }
            (*received)++;
        }
    }
}

static void a_write_takes_what_fits_and_goes_on_when_the_peer_reads(void)
{
    static uint8_t out[MANY];
    uint32_t received = 0;
    uint32_t sent = 0;
    int32_t n = 0;
    struct worker worker = { .work = take_all, .user = &received };
    fill(out, 0, sizeof out);
    begin();
    while ((n = under_test->write(&net, out + sent, sizeof out - sent)) > 0) {
        sent += (uint32_t)n;
    }
    CHECK_EQ(n, MQTT_WOULD_BLOCK);
    CHECK(sent >= TCP_SND_BUF / 2 && sent < sizeof out);
    /* What waits is offered again, and there is no room before the peer reads. */
    CHECK(waited_ms(&net, 100) >= 99);
    worker_start(&worker);
    while (sent < sizeof out && (n > 0 || n == MQTT_WOULD_BLOCK)) {
        limpet_sockets_wait(&net, PATIENCE_MS, true);
        n = under_test->write(&net, out + sent, sizeof out - sent);
        sent += n > 0 ? (uint32_t)n : 0;
    }
    under_test->close(&net);
    worker_wait(&worker);
    CHECK_EQ(sent, sizeof out);
    CHECK_EQ(received, sizeof out);
    end();
}

static uint32_t given;

static void give_all(void *user)
{
    static uint8_t buf[701];
    (void)user;
    while (given < MANY) {
        const size_t len = MANY - given < sizeof buf ? MANY - given : sizeof buf;
        fill(buf, given, len);
        if (!peer_send(peer, buf, len)) {
            return;
        }
        __atomic_fetch_add(&given, (uint32_t)len, __ATOMIC_RELAXED);
    }
}

static void unread_bytes_stop_the_peer_until_they_are_read(void)
{
    uint8_t in[333];
    uint32_t received = 0;
    uint32_t wrong = 0;
    struct worker worker = { .work = give_all, .user = NULL };
    given = 0;
    begin();
    worker_start(&worker);
    stack_pause(300);
    CHECK(__atomic_load_n(&given, __ATOMIC_RELAXED) <= TCP_WND + TCP_SND_BUF + 2 * 701);
    while (received < MANY) {
        const size_t n = read_all(&net, in, MANY - received < sizeof in ? MANY - received : sizeof in);
        for (size_t i = 0; i < n; i++) {
            wrong += in[i] != byte_at(received++) ? 1 : 0;
        }
        if (!CHECK(n > 0)) {
            break;
        }
    }
    worker_wait(&worker);
    CHECK_EQ(received, MANY);
    CHECK_EQ(wrong, 0);
    end();
}

static uint32_t filled(uint8_t *out, size_t len)
{
    uint32_t sent = 0;
    int n = 0;
    while ((n = (int)lwip_send(peer, out + sent, len - sent, MSG_DONTWAIT)) > 0) {
        sent += (uint32_t)n;
    }
    CHECK(sent > 0 && sent < len);
    return sent;
}

/* With no window left in either direction each side asks again and again whether there is room. */
static void both_may_be_full_at_once(void)
{
    static uint8_t out[MANY];
    static uint8_t in[MANY];
    uint32_t sent = 0;
    int32_t n = 0;
    fill(out, 0, sizeof out);
    begin();
    while ((n = under_test->write(&net, out + sent, sizeof out - sent)) > 0) {
        sent += (uint32_t)n;
    }
    CHECK_EQ(n, MQTT_WOULD_BLOCK);
    const uint32_t returned = filled(out, sizeof out);
    stack_pause(1000);
    CHECK_EQ(read_all(&net, in, returned), returned);
    CHECK(memcmp(in, out, returned) == 0);
    CHECK_EQ(peer_receive(peer, in, sent), sent);
    CHECK(memcmp(in, out, sent) == 0);
    end();
}

static void send_back(void *user)
{
    static uint8_t buf[301];
    int n = 0;
    (void)user;
    while ((n = (int)lwip_recv(peer, buf, sizeof buf, 0)) > 0 && peer_send(peer, buf, (size_t)n)) {
    }
}

static void much_goes_both_ways_at_once(void)
{
    static uint8_t out[MANY];
    uint8_t in[701];
    uint32_t sent = 0;
    uint32_t received = 0;
    uint32_t wrong = 0;
    struct worker worker = { .work = send_back, .user = NULL };
    fill(out, 0, sizeof out);
    begin();
    worker_start(&worker);
    while (received < MANY) {
        const int32_t n = under_test->read(&net, in, sizeof in);
        for (int32_t i = 0; i < n; i++) {
            wrong += in[i] != byte_at(received++) ? 1 : 0;
        }
        const int32_t taken = sent < MANY ? under_test->write(&net, out + sent, MANY - sent) : MQTT_WOULD_BLOCK;
        sent += taken > 0 ? (uint32_t)taken : 0;
        if (n == MQTT_WOULD_BLOCK && taken == MQTT_WOULD_BLOCK) {
            if (!CHECK(waited_ms(&net, PATIENCE_MS) < PATIENCE_MS)) {
                break;
            }
        } else if (!CHECK((n > 0 || n == MQTT_WOULD_BLOCK) && (taken > 0 || taken == MQTT_WOULD_BLOCK))) {
            break;
        }
    }
    CHECK_EQ(received, MANY);
    CHECK_EQ(wrong, 0);
    under_test->close(&net);
    worker_wait(&worker);
    end();
}

static void the_clock_is_lwips(void)
{
    const uint32_t passed_ms = limpet_sockets_now_ms(NULL) - sys_now();
    CHECK(passed_ms == 0 || passed_ms == UINT32_MAX);
}

int main(void)
{
    stack_start();
    RUN(bytes_go_both_ways_until_the_peer_closes);
    RUN(bytes_can_be_read_one_by_one);
    RUN(after_a_short_read_the_socket_is_not_asked_again_before_a_wait);
    RUN(small_packets_do_not_wait_for_each_other);
    RUN(a_write_takes_what_fits_and_goes_on_when_the_peer_reads);
    RUN(unread_bytes_stop_the_peer_until_they_are_read);
    RUN(both_may_be_full_at_once);
    RUN(much_goes_both_ways_at_once);
    RUN(the_clock_is_lwips);
    return check_end();
}
