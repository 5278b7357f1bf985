/* Names: c_examples/lwip asks lwIP's DNS, which asks a server here. */

#define CHECK_MAIN
#include "check.h"

#include "peer.h"
#include "stack.h"

#include "lwip/dns.h"
#include "lwip/udp.h"

#include <string.h>

#define DNS_PORT 53
#define HEADER 12

static struct limpet_lwip net;
static unsigned before;

static const struct mqtt_transport *const transport = &limpet_lwip_transport;

static struct udp_pcb *server;
static bool silent;
static unsigned questions;

/* Names that begin with n do not exist; all others are ADDRESS. */
static void answer(void *arg, struct udp_pcb *pcb, struct pbuf *p, const ip_addr_t *from, u16_t port)
{
    static const uint8_t record[16] = { 0xc0, HEADER, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4, 10, 0, 0, 1 };
    uint8_t text[256];
    const u16_t len = pbuf_copy_partial(p, text, sizeof text - sizeof record, 0);
    const bool exists = len > HEADER + 1 && text[HEADER + 1] != 'n';
    (void)arg;
    pbuf_free(p);
    questions++;
    if (silent) {
        return;
    }
    text[2] = 0x81;
    text[3] = exists ? 0x80 : 0x83;
    text[7] = exists ? 1 : 0;
    memcpy(text + len, record, sizeof record);
    struct pbuf *reply = pbuf_alloc(PBUF_TRANSPORT, (u16_t)(exists ? len + sizeof record : len), PBUF_RAM);
    pbuf_take(reply, text, reply->tot_len);
    udp_sendto(pcb, reply, from, port);
    pbuf_free(reply);
}

static void begin(void)
{
    before = stack_in_use();
    memset(&net, 0, sizeof net);
    peer_listen();
    silent = false;
    questions = 0;
}

static void end(void)
{
    transport->close(&net);
    stack_pass(1000);
    peer_stop();
    stack_check_clean(before);
}

static void a_name_is_found_and_connected_to(void)
{
    begin();
    CHECK_EQ(stack_open(&net, "found.example", PEER_PORT), 0);
    CHECK_EQ(questions, 1);
    end();
}

static void a_name_that_does_not_exist_fails(void)
{
    begin();
    CHECK_EQ(stack_open(&net, "none.example", PEER_PORT), ERR_VAL);
    end();
}

static void an_address_is_not_asked_for(void)
{
    begin();
    CHECK_EQ(stack_open(&net, ADDRESS, PEER_PORT), 0);
    CHECK_EQ(questions, 0);
    end();
}

static void a_server_that_does_not_answer_fails_in_the_end(void)
{
    begin();
    silent = true;
    CHECK_EQ(stack_open(&net, "silent.example", PEER_PORT), ERR_VAL);
    end();
}

static void an_attempt_after_a_failed_name_can_succeed(void)
{
    begin();
    CHECK_EQ(stack_open(&net, "none2.example", PEER_PORT), ERR_VAL);
    transport->close(&net);
    CHECK_EQ(stack_open(&net, "found2.example", PEER_PORT), 0);
    end();
}

static void a_late_answer_does_not_reach_the_attempt_after(void)
{
    begin();
    silent = true;
    CHECK_EQ(transport->open(&net, "late.example", PEER_PORT), MQTT_WOULD_BLOCK);
    stack_pass(100);
    transport->close(&net);
    CHECK_EQ(transport->open(&net, "none3.example", PEER_PORT), MQTT_WOULD_BLOCK);
    silent = false;
    /* late.example is found by its second question; the answer is not that of none3.example. */
    CHECK_EQ(stack_open(&net, "none3.example", PEER_PORT), ERR_VAL);
    CHECK(questions >= 3);
    end();
}

static void a_late_answer_helps_the_same_name(void)
{
    begin();
    silent = true;
    CHECK_EQ(transport->open(&net, "again.example", PEER_PORT), MQTT_WOULD_BLOCK);
    stack_pass(100);
    transport->close(&net);
    silent = false;
    CHECK_EQ(stack_open(&net, "again.example", PEER_PORT), 0);
    CHECK_EQ(questions, 2);
    end();
}

static void a_connection_can_be_closed_while_its_name_is_asked_for(void)
{
    begin();
    silent = true;
    for (int i = 0; i < 20; i++) {
        CHECK_EQ(transport->open(&net, "often.example", PEER_PORT), MQTT_WOULD_BLOCK);
        stack_pass(50);
        transport->close(&net);
    }
    /* There is one question at a time. */
    CHECK(questions <= 2);
    end();
}

int main(void)
{
    ip_addr_t address;
    stack_start();
    ipaddr_aton(ADDRESS, &address);
    dns_setserver(0, &address);
    server = udp_new();
    udp_bind(server, IP_ADDR_ANY, DNS_PORT);
    udp_recv(server, answer, NULL);
    RUN(a_name_is_found_and_connected_to);
    RUN(a_name_that_does_not_exist_fails);
    RUN(an_address_is_not_asked_for);
    RUN(a_server_that_does_not_answer_fails_in_the_end);
    RUN(an_attempt_after_a_failed_name_can_succeed);
    RUN(a_late_answer_does_not_reach_the_attempt_after);
    RUN(a_late_answer_helps_the_same_name);
    RUN(a_connection_can_be_closed_while_its_name_is_asked_for);
    return check_end();
}
