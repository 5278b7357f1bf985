/* How a connection of c_examples/sockets on lwIP ends: refused, reset, ended by either side, given up in every phase, or
 * starved of memory. */

#define CHECK_MAIN
#include "check.h"

#include "peer.h"

#include "lwip/mem.h"
#include "lwip/sockets.h"
#include "lwip/stats.h"

#include <errno.h>
#include <string.h>

/* Nobody listens there. */
#define OTHER_PORT 7

static struct limpet_sockets net;
static unsigned before;
static int peer;
static uint8_t buf[4096];

static void begin(void)
{
    before = stack_in_use();
    memset(&net, 0, sizeof net);
}

static void begin_connected(void)
{
    begin();
    peer = connected(&net);
}

static void end(void)
{
    under_test->close(&net);
    limpet_sockets_end(&net);
    stack_check_clean(before);
}

static void a_refused_connection_is_a_reset(void)
{
    begin();
    CHECK_EQ(opened(&net, ADDRESS, OTHER_PORT), -ECONNRESET);
    end();
}

static void a_connection_can_follow_one_that_failed(void)
{
    begin();
    CHECK_EQ(opened(&net, ADDRESS, OTHER_PORT), -ECONNRESET);
    under_test->close(&net);
    peer = connected(&net);
    CHECK(peer_send(peer, "again", 5));
    CHECK_EQ(read_all(&net, buf, 5), 5);
    peer_close(peer);
    end();
}

static void a_peer_that_does_not_answer_leaves_the_open_to_the_client(void)
{
    begin();
    CHECK_EQ(under_test->open(&net, NOBODY, OTHER_PORT), MQTT_WOULD_BLOCK);
    CHECK(waited_ms(&net, 100) >= 99);
    CHECK_EQ(under_test->open(&net, NOBODY, OTHER_PORT), MQTT_WOULD_BLOCK);
    end();
}

static void a_peer_that_never_answers_is_given_up_by_lwip(void)
{
    begin();
    CHECK_EQ(opened(&net, NOBODY, OTHER_PORT), -ECONNABORTED);
    end();
}

static void without_a_way_to_the_address_open_fails(void)
{
    begin();
    stack_set_up(false);
    CHECK_EQ(opened(&net, ADDRESS, OTHER_PORT), -EHOSTUNREACH);
    under_test->close(&net);
    stack_set_up(true);
    peer = connected(&net);
    peer_close(peer);
    end();
}

static void an_attempt_may_be_given_up_and_another_one_follow(void)
{
    begin();
    for (int i = 0; i < 20; i++) {
        CHECK_EQ(under_test->open(&net, NOBODY, OTHER_PORT), MQTT_WOULD_BLOCK);
        under_test->close(&net);
    }
    peer = connected(&net);
    peer_close(peer);
    end();
}

static void what_came_before_the_end_is_read_first(void)
{
    begin_connected();
    CHECK(peer_send(peer, "the last words", 14));
    peer_close(peer);
    CHECK_EQ(read_all(&net, buf, 14), 14);
    CHECK(memcmp(buf, "the last words", 14) == 0);
    limpet_sockets_wait(&net, PATIENCE_MS, false);
    CHECK_EQ(under_test->read(&net, buf, 1), 0);
    end();
}

/* A wait ends at the end of the connection, and the read after it says so. */
static void the_end_is_noticed_without_a_timer(void)
{
    begin_connected();
    peer_close(peer);
    CHECK(waited_ms(&net, PATIENCE_MS) < PATIENCE_MS / 2);
    CHECK_EQ(under_test->read(&net, buf, sizeof buf), 0);
    end();
}

static void a_peer_that_has_said_all_can_still_listen(void)
{
    begin_connected();
    peer_shut(peer);
    CHECK_EQ(read_all(&net, buf, 1), 0);
    CHECK_EQ(under_test->write(&net, (const uint8_t *)"still here", 10), 10);
    CHECK_EQ(peer_receive(peer, buf, 10), 10);
    under_test->close(&net);
    CHECK_EQ(peer_next(peer), 0);
    peer_close(peer);
    end();
}

static void a_reset_is_noticed_without_a_timer(void)
{
    begin_connected();
    peer_reset(peer);
    CHECK(waited_ms(&net, PATIENCE_MS) < PATIENCE_MS / 2);
    CHECK_EQ(under_test->read(&net, buf, sizeof buf), -ECONNRESET);
    CHECK(under_test->write(&net, buf, 1) < 0);
    end();
}

static void what_came_before_a_reset_is_read_first(void)
{
    begin_connected();
    CHECK(peer_send(peer, "unread", 6));
    /* It has arrived. */
    limpet_sockets_wait(&net, PATIENCE_MS, false);
    peer_reset(peer);
    CHECK_EQ(read_all(&net, buf, 6), 6);
    CHECK_EQ(read_all(&net, buf, 1), 0);
    CHECK_EQ(under_test->read(&net, buf, 1), -ECONNRESET);
    end();
}

static void the_last_words_arrive(void)
{
    begin_connected();
    CHECK_EQ(under_test->write(&net, (const uint8_t *)"\xe0\0", 2), 2);
    under_test->close(&net);
    CHECK_EQ(peer_receive(peer, buf, 2), 2);
    CHECK_EQ(peer_next(peer), 0);
    peer_close(peer);
    end();
}

static void the_last_words_arrive_although_bytes_are_unread(void)
{
    begin_connected();
    /* One segment: another one would come after the close, and lwIP answers it with a reset. */
    CHECK(peer_send(peer, buf, TCP_MSS));
    limpet_sockets_wait(&net, PATIENCE_MS, false);
    CHECK_EQ(under_test->write(&net, (const uint8_t *)"\xe0\0", 2), 2);
    under_test->close(&net);
    CHECK_EQ(peer_receive(peer, buf, 2), 2);
    CHECK_EQ(peer_next(peer), 0);
    peer_close(peer);
    end();
}

/* Each connection leaves bytes that nobody acknowledges, and so a PCB: as many as lwIP has, but for one. */
static void after_many_outages_there_are_connections_again(void)
{
    begin();
    for (int i = 0; i < MEMP_NUM_TCP_PCB - 1; i++) {
        peer = connected(&net);
        stack_hole(true);
        CHECK_EQ(under_test->write(&net, buf, 1000), 1000);
        under_test->close(&net);
        peer_reset(peer);
        stack_hole(false);
    }
    /* The last PCB, and none. It is said at once. */
    static struct limpet_sockets other;
    memset(&other, 0, sizeof other);
    CHECK_EQ(under_test->open(&net, NOBODY, OTHER_PORT), MQTT_WOULD_BLOCK);
    const uint32_t begin_ms = limpet_sockets_now_ms(NULL);
    (void)under_test->open(&other, NOBODY, OTHER_PORT);
    CHECK(limpet_sockets_now_ms(NULL) - begin_ms < PATIENCE_MS / 4);
    under_test->close(&other);
    under_test->close(&net);
    limpet_sockets_end(&net);
    stack_check_clean(before);
    peer = connected(&net);
    peer_close(peer);
    end();
}

static void close_does_not_wait_for_a_peer_that_is_gone(void)
{
    int32_t n = 1;
    begin_connected();
    stack_hole(true);
    while (n > 0) {
        n = under_test->write(&net, buf, 7);
    }
    CHECK_EQ(n, MQTT_WOULD_BLOCK);
    const uint32_t begin_ms = limpet_sockets_now_ms(NULL);
    under_test->close(&net);
    CHECK(limpet_sockets_now_ms(NULL) - begin_ms < PATIENCE_MS / 4);
    peer_reset(peer);
    end();
}

#ifndef TEST_MALLOC
/* What is left of lwIP's heap, but for so many bytes. */
static void *use_up(size_t left)
{
    const size_t spare = MEM_SIZE - lwip_stats.mem.used;
    return spare > left ? mem_malloc((mem_size_t)(spare - left)) : NULL;
}

static void a_write_without_memory_is_put_off(void)
{
    begin_connected();
    void *taken = use_up(100);
    CHECK(taken != NULL);
    CHECK_EQ(under_test->write(&net, buf, 500), MQTT_WOULD_BLOCK);
    mem_free(taken);
    CHECK_EQ(under_test->write(&net, buf, 500), 500);
    CHECK_EQ(peer_receive(peer, buf, 500), 500);
    peer_close(peer);
    end();
}
#endif

static void without_a_socket_open_fails_and_the_next_one_works(void)
{
    int taken[MEMP_NUM_NETCONN];
    int count = 0;
    begin();
    while (count < MEMP_NUM_NETCONN && (taken[count] = lwip_socket(AF_INET, SOCK_DGRAM, 0)) >= 0) {
        count++;
    }
    const int32_t result = under_test->open(&net, ADDRESS, OTHER_PORT);
    CHECK(result < 0 && result != MQTT_WOULD_BLOCK);
    under_test->close(&net);
    while (count > 0) {
        count--;
        CHECK_EQ(lwip_close(taken[count]), 0);
    }
    peer = connected(&net);
    peer_close(peer);
    end();
}

int main(void)
{
    stack_start();
    RUN(a_refused_connection_is_a_reset);
    RUN(a_connection_can_follow_one_that_failed);
    RUN(a_peer_that_does_not_answer_leaves_the_open_to_the_client);
    RUN(a_peer_that_never_answers_is_given_up_by_lwip);
    RUN(without_a_way_to_the_address_open_fails);
    RUN(an_attempt_may_be_given_up_and_another_one_follow);
    RUN(what_came_before_the_end_is_read_first);
    RUN(the_end_is_noticed_without_a_timer);
    RUN(a_peer_that_has_said_all_can_still_listen);
    RUN(a_reset_is_noticed_without_a_timer);
    RUN(what_came_before_a_reset_is_read_first);
    RUN(the_last_words_arrive);
    RUN(the_last_words_arrive_although_bytes_are_unread);
    RUN(after_many_outages_there_are_connections_again);
    RUN(close_does_not_wait_for_a_peer_that_is_gone);
#ifndef TEST_MALLOC
    RUN(a_write_without_memory_is_put_off);
#endif
    RUN(without_a_socket_open_fails_and_the_next_one_works);
    return check_end();
}
