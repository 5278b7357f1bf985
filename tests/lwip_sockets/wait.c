/* The waiting of c_examples/sockets on lwIP: it ends when there is something to do, and not before. */

#define CHECK_MAIN
#include "check.h"

#include "peer.h"
#include "worker.h"

#include <string.h>

#define ROUNDS 2000u

static struct limpet_sockets net;
static unsigned before;

static void begin(void)
{
    before = stack_in_use();
    memset(&net, 0, sizeof net);
}

static void end(void)
{
    limpet_sockets_end(&net);
    stack_check_clean(before);
}

/* At most half of the patience: it was not the clock that ended it. */
static bool is_woken(int32_t ms)
{
    return waited_ms(&net, ms) < (uint32_t)ms / 2;
}

static void wait_lasts_as_long_as_it_is_told(void)
{
    begin();
    CHECK(waited_ms(&net, 0) < 500);
    uint32_t passed = waited_ms(&net, 30);
    CHECK(passed >= 29 && passed < 5000);
    net.slice_ms = 7;
    passed = waited_ms(&net, 30);
    CHECK(passed >= 29 && passed < 5000);
    passed = waited_ms(&net, -1);
    CHECK(passed >= 999 && passed < 15000);
    end();
}

static void bytes_end_the_wait(void)
{
    begin();
    const int peer = connected(&net);
    CHECK(peer_send(peer, "x", 1));
    CHECK(is_woken(PATIENCE_MS));
    finished(&net, peer);
    end();
}

static void bytes_that_the_client_does_not_read_do_not_keep_it_awake(void)
{
    uint8_t buf[8];
    begin();
    const int peer = connected(&net);
    CHECK(peer_send(peer, "held", 4));
    CHECK(is_woken(PATIENCE_MS));
    CHECK(waited_ms(&net, 30) >= 29);
    peer_shut(peer);
    CHECK(waited_ms(&net, 30) >= 29);
    CHECK_EQ(read_all(&net, buf, 4), 4);
    CHECK(is_woken(PATIENCE_MS));
    CHECK_EQ(under_test->read(&net, buf, sizeof buf), 0);
    finished(&net, peer);
    end();
}

static void wake_soon(void *user)
{
    stack_pause(20);
    limpet_sockets_wake(user);
}

static void each_wake_ends_one_wait(void)
{
    struct worker worker = { .work = wake_soon, .user = &net };
    begin();
    /* Before the first wait, when there is no socket yet. */
    limpet_sockets_wake(&net);
    CHECK(is_woken(PATIENCE_MS));
    CHECK(waited_ms(&net, 30) >= 29);
    for (int i = 0; i < 10000; i++) {
        limpet_sockets_wake(&net);
    }
    CHECK(is_woken(PATIENCE_MS));
    CHECK(waited_ms(&net, 30) >= 29);
    worker_start(&worker);
    CHECK(is_woken(PATIENCE_MS));
    worker_wait(&worker);
    end();
}

static void flag_soon(void *user)
{
    stack_pause(20);
    limpet_sockets_wake_flag(user);
}

static void a_flag_is_seen_within_a_slice(void)
{
    struct worker worker = { .work = flag_soon, .user = &net };
    begin();
    net.slice_ms = 10;
    worker_start(&worker);
    CHECK(is_woken(PATIENCE_MS));
    worker_wait(&worker);
    CHECK(waited_ms(&net, 30) >= 29);
    end();
}

/* What is posted, and what of it the task that polls has seen. */
static uint32_t posted;
static uint32_t seen;
static bool given_up;

static void post(void *user)
{
    (void)user;
    for (uint32_t i = 1; i <= ROUNDS; i++) {
        __atomic_store_n(&posted, i, __ATOMIC_SEQ_CST);
        limpet_sockets_wake(&net);
        while (__atomic_load_n(&seen, __ATOMIC_SEQ_CST) != i) {
            if (__atomic_load_n(&given_up, __ATOMIC_SEQ_CST)) {
                return;
            }
        }
    }
}

/* One post after the other, at any moment of the wait. */
static void see_all_that_is_posted(void)
{
    struct worker worker = { .work = post, .user = NULL };
    uint32_t last = 0;
    __atomic_store_n(&posted, 0, __ATOMIC_SEQ_CST);
    __atomic_store_n(&seen, 0, __ATOMIC_SEQ_CST);
    __atomic_store_n(&given_up, false, __ATOMIC_SEQ_CST);
    worker_start(&worker);
    while (last < ROUNDS) {
        const uint32_t now = __atomic_load_n(&posted, __ATOMIC_SEQ_CST);
        if (now != last) {
            last = now;
            __atomic_store_n(&seen, now, __ATOMIC_SEQ_CST);
        } else if (!CHECK(is_woken(PATIENCE_MS))) {
            break;
        }
    }
    __atomic_store_n(&given_up, true, __ATOMIC_SEQ_CST);
    worker_wait(&worker);
}

static void no_wake_is_lost(void)
{
    begin();
    see_all_that_is_posted();
    end();
}

/* lwIP's loopback interface then has no place in the mailbox for its own call. */
static void no_wake_is_lost_although_lwip_is_busy(void)
{
    begin();
    stack_crowd(12);
    see_all_that_is_posted();
    stack_crowd(0);
    end();
}

int main(void)
{
    stack_start();
    RUN(wait_lasts_as_long_as_it_is_told);
    RUN(bytes_end_the_wait);
    RUN(bytes_that_the_client_does_not_read_do_not_keep_it_awake);
    RUN(each_wake_ends_one_wait);
    RUN(a_flag_is_seen_within_a_slice);
    RUN(no_wake_is_lost);
    RUN(no_wake_is_lost_although_lwip_is_busy);
    return check_end();
}
