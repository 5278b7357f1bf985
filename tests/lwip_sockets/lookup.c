/* Names: c_examples/sockets asks lwIP's DNS in lwIP's thread, and that asks a server here. */

#define CHECK_MAIN
#include "check.h"

#include "peer.h"

#include "lwip/dns.h"
#include "lwip/sockets.h"
#include "lwip/udp.h"

#include <errno.h>
#include <string.h>

#define DNS_PORT 53
#define HEADER 12

static struct limpet_sockets net;
static unsigned before;
static int listener;
static uint16_t port;

/* Shared with lwIP's thread. */
static bool silent;
static unsigned questions;

/* Names that begin with n do not exist; all others are ADDRESS. */
static void answer(void *arg, struct udp_pcb *pcb, struct pbuf *p, const ip_addr_t *from, u16_t from_port)
{
    static const uint8_t record[16] = { 0xc0, HEADER, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4, 10, 0, 0, 1 };
    uint8_t text[300];
    const u16_t len = pbuf_copy_partial(p, text, sizeof text - sizeof record, 0);
    const bool exists = len > HEADER + 1 && text[HEADER + 1] != 'n';
    (void)arg;
    pbuf_free(p);
    __atomic_fetch_add(&questions, 1, __ATOMIC_RELAXED);
    if (__atomic_load_n(&silent, __ATOMIC_RELAXED)) {
        return;
    }
    text[2] = 0x81;
    text[3] = exists ? 0x80 : 0x83;
    text[7] = exists ? 1 : 0;
    memcpy(text + len, record, sizeof record);
    struct pbuf *reply = pbuf_alloc(PBUF_TRANSPORT, (u16_t)(exists ? len + sizeof record : len), PBUF_RAM);
    pbuf_take(reply, text, reply->tot_len);
    udp_sendto(pcb, reply, from, from_port);
    pbuf_free(reply);
}

static void start_server(void *user)
{
    ip_addr_t address;
    struct udp_pcb *server = udp_new();
    (void)user;
    ipaddr_aton(ADDRESS, &address);
    dns_setserver(0, &address);
    udp_bind(server, IP_ADDR_ANY, DNS_PORT);
    udp_recv(server, answer, NULL);
}

static void be_silent(bool on)
{
    __atomic_store_n(&silent, on, __ATOMIC_RELAXED);
}

static unsigned asked(void)
{
    return __atomic_load_n(&questions, __ATOMIC_RELAXED);
}

static void begin(void)
{
    before = stack_in_use();
    memset(&net, 0, sizeof net);
    listener = peer_listen(&port);
    be_silent(false);
    __atomic_store_n(&questions, 0, __ATOMIC_RELAXED);
}

static void end(void)
{
    under_test->close(&net);
    limpet_sockets_end(&net);
    CHECK_EQ(lwip_close(listener), 0);
    stack_check_clean(before);
}

static void a_name_is_found_and_connected_to(void)
{
    begin();
    CHECK_EQ(opened(&net, "found.example", port), 0);
    CHECK_EQ(asked(), 1);
    end();
}

static void a_name_that_does_not_exist_fails(void)
{
    begin();
    CHECK_EQ(opened(&net, "none.example", port), -ENOENT);
    end();
}

static void an_address_is_not_asked_for(void)
{
    begin();
    CHECK_EQ(opened(&net, ADDRESS, port), 0);
    CHECK_EQ(asked(), 0);
    end();
}

static void a_name_that_is_too_long_is_refused(void)
{
    char name[LIMPET_SOCKETS_NAME_SIZE + 1];
    begin();
    memset(name, 'f', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    CHECK_EQ(opened(&net, name, port), -ENAMETOOLONG);
    CHECK_EQ(asked(), 0);
    end();
}

static void a_server_that_does_not_answer_fails_in_the_end(void)
{
    begin();
    be_silent(true);
    CHECK_EQ(opened(&net, "silent.example", port), -ENOENT);
    CHECK(asked() > 0);
    end();
}

/* It is a flag and not a wake-up, so the wait must look by itself. It is the answer to the second question. */
static void an_answer_ends_the_wait(void)
{
    begin();
    be_silent(true);
    CHECK_EQ(under_test->open(&net, "awaited.example", port), MQTT_WOULD_BLOCK);
    CHECK(waited_ms(&net, 100) >= 99);
    be_silent(false);
    CHECK(waited_ms(&net, PATIENCE_MS) < PATIENCE_MS / 2);
    end();
}

static void an_attempt_after_a_failed_name_can_succeed(void)
{
    begin();
    CHECK_EQ(opened(&net, "none2.example", port), -ENOENT);
    under_test->close(&net);
    CHECK_EQ(opened(&net, "found2.example", port), 0);
    end();
}

static void a_late_answer_does_not_reach_the_attempt_after(void)
{
    begin();
    be_silent(true);
    CHECK_EQ(under_test->open(&net, "late.example", port), MQTT_WOULD_BLOCK);
    stack_pause(50);
    under_test->close(&net);
    CHECK_EQ(under_test->open(&net, "none3.example", port), MQTT_WOULD_BLOCK);
    be_silent(false);
    /* late.example is found by its second question; the answer is not that of none3.example. */
    CHECK_EQ(opened(&net, "none3.example", port), -ENOENT);
    CHECK(asked() >= 3);
    end();
}

static void a_connection_can_be_closed_while_its_name_is_asked_for(void)
{
    begin();
    be_silent(true);
    for (int i = 0; i < 20; i++) {
        CHECK_EQ(under_test->open(&net, "often.example", port), MQTT_WOULD_BLOCK);
        under_test->close(&net);
    }
    /* There is one question at a time. */
    CHECK(asked() <= 2);
    be_silent(false);
    CHECK_EQ(opened(&net, "often.example", port), 0);
    end();
}

/* lwIP's thread takes no more messages: the next open tries again. */
static void a_name_is_found_although_lwip_is_busy(void)
{
    begin();
    stack_crowd(12);
    for (int i = 0; i < 100; i++) {
        CHECK_EQ(under_test->open(&net, "crowd.example", port), MQTT_WOULD_BLOCK);
    }
    stack_crowd(0);
    CHECK_EQ(opened(&net, "crowd.example", port), 0);
    end();
}

int main(void)
{
    stack_start();
    stack_call(start_server, NULL);
    RUN(a_name_is_found_and_connected_to);
    RUN(a_name_that_does_not_exist_fails);
    RUN(an_address_is_not_asked_for);
    RUN(a_name_that_is_too_long_is_refused);
    RUN(a_server_that_does_not_answer_fails_in_the_end);
    RUN(an_answer_ends_the_wait);
    RUN(an_attempt_after_a_failed_name_can_succeed);
    RUN(a_late_answer_does_not_reach_the_attempt_after);
    RUN(a_connection_can_be_closed_while_its_name_is_asked_for);
    RUN(a_name_is_found_although_lwip_is_busy);
    return check_end();
}
