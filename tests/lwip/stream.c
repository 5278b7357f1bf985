/* Bytes through c_examples/lwip: in pieces, in bulk, and against a peer that does not read or does not stop. */

#define CHECK_MAIN
#include "check.h"

#include "peer.h"
#include "stack.h"

#include "lwip/mem.h"
#include "lwip/stats.h"

#include <string.h>

static struct limpet_lwip net;
static unsigned before;

static const struct mqtt_transport *const transport = &limpet_lwip_transport;

static void begin(void)
{
    before = stack_in_use();
    memset(&net, 0, sizeof net);
    peer_listen();
    CHECK_EQ(stack_open(&net, ADDRESS, PEER_PORT), 0);
    stack_pass(20);
}

static void end(void)
{
    transport->close(&net);
    stack_pass(1000);
    peer_stop();
    stack_check_clean(before);
}

/* Reads up to max bytes with a buffer of so many, and checks that they are those of the stream from `from` on. */
static size_t read_all(size_t from, size_t piece, size_t max)
{
    uint8_t buf[4096];
    size_t total = 0;
    while (total < max) {
        const int32_t n = transport->read(&net, buf, piece);
        if (n <= 0) {
            CHECK_EQ(n, MQTT_WOULD_BLOCK);
            break;
        }
        for (int32_t i = 0; i < n; i++) {
            if (!CHECK(buf[i] == peer_byte(from + total + (size_t)i))) {
                return total;
            }
        }
        total += (size_t)n;
    }
    return total;
}

static void bytes_can_be_read_one_by_one(void)
{
    begin();
    peer_send(1500);
    stack_pass(1000);
    CHECK_EQ(read_all(0, 1, 1500), 1500);
    CHECK_EQ(read_all(1500, 1, 1), 0);
    end();
}

static void unread_bytes_stop_the_peer_until_they_are_read(void)
{
    begin();
    peer_send(50000);
    stack_pass(20000);
    /* As many as the client's window and the peer's buffer hold. */
    CHECK(peer_sent() <= TCP_WND + TCP_SND_BUF);
    CHECK(peer_sent() >= TCP_WND);
    size_t total = 0;
    for (int i = 0; i < 1000 && total < 50000; i++) {
        total += read_all(total, 300, 600);
        stack_pass(50);
    }
    CHECK_EQ(total, 50000);
    end();
}

static void a_write_takes_what_fits_and_goes_on_when_the_peer_reads(void)
{
    uint8_t bytes[20000];
    size_t taken = 0;
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = peer_byte(i);
    }
    begin();
    peer_hold(true);
    int32_t n = transport->write(&net, bytes, sizeof bytes);
    while (n > 0) {
        taken += (size_t)n;
        stack_pass(100);
        n = transport->write(&net, bytes + taken, sizeof bytes - taken);
    }
    CHECK_EQ(n, MQTT_WOULD_BLOCK);
    CHECK(taken >= TCP_SND_BUF && taken < sizeof bytes);
    peer_hold(false);
    for (int i = 0; i < 1000 && taken < sizeof bytes; i++) {
        stack_pass(20);
        n = transport->write(&net, bytes + taken, sizeof bytes - taken);
        taken += n > 0 ? (size_t)n : 0;
    }
    stack_pass(5000);
    CHECK_EQ(peer_received_len(), sizeof bytes);
    CHECK(memcmp(peer_received(), bytes, sizeof bytes) == 0);
    end();
}

static void bytes_sent_and_received_at_once_do_not_mix(void)
{
    uint8_t out[64];
    size_t total = 0;
    begin();
    peer_send(8000);
    for (size_t i = 0; i < 200; i++) {
        memset(out, (int)i, sizeof out);
        CHECK_EQ(transport->write(&net, out, sizeof out), sizeof out);
        stack_pass(20);
        total += read_all(total, 100, 100);
    }
    total += read_all(total, 4096, 8000);
    stack_pass(1000);
    CHECK_EQ(total, 8000);
    CHECK_EQ(peer_received_len(), 200 * sizeof out);
    CHECK_EQ(peer_received()[64 * 150], 150);
    end();
}

static void bytes_leave_at_once(void)
{
    begin();
    CHECK_EQ(transport->write(&net, (const uint8_t *)"now", 3), 3);
    stack_pass(20);
    CHECK_EQ(peer_received_len(), 3);
    end();
}

#ifndef TEST_MALLOC
static void a_heap_that_is_nearly_full_takes_less_than_fits_into_the_window(void)
{
    static const uint8_t bytes[1000];
    void *taken[64];
    size_t count = 0;
    begin();
    while (count < 64 && MEM_SIZE - lwip_stats.mem.used > 600) {
        taken[count] = mem_malloc(400);
        count++;
    }
    const int32_t n = transport->write(&net, bytes, sizeof bytes);
    CHECK(n > 0 && n < 536);
    while (count > 0) {
        count--;
        mem_free(taken[count]);
    }
    end();
}
#endif

static void a_lost_packet_is_only_late(void)
{
    begin();
    stack_hole(true);
    CHECK_EQ(transport->write(&net, (const uint8_t *)"late", 4), 4);
    stack_pass(100);
    stack_hole(false);
    CHECK_EQ(peer_received_len(), 0);
    stack_pass(10000);
    CHECK_EQ(peer_received_len(), 4);
    end();
}

static void the_clock_is_lwips(void)
{
    const uint32_t now_ms = limpet_lwip_now_ms(NULL);
    stack_pass(500);
    CHECK_EQ(limpet_lwip_now_ms(NULL) - now_ms, 500);
}

int main(void)
{
    stack_start();
    RUN(bytes_can_be_read_one_by_one);
    RUN(unread_bytes_stop_the_peer_until_they_are_read);
    RUN(a_write_takes_what_fits_and_goes_on_when_the_peer_reads);
    RUN(bytes_sent_and_received_at_once_do_not_mix);
    RUN(bytes_leave_at_once);
#ifndef TEST_MALLOC
    RUN(a_heap_that_is_nearly_full_takes_less_than_fits_into_the_window);
#endif
    RUN(a_lost_packet_is_only_late);
    RUN(the_clock_is_lwips);
    return check_end();
}
