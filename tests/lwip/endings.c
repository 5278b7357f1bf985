/* How a connection of c_examples/lwip ends: refused, reset, ended, given up in every phase, or starved of memory. */

#define CHECK_MAIN
#include "check.h"

#include "peer.h"
#include "stack.h"

#include "lwip/netif.h"

#include <string.h>

static struct limpet_lwip net;
static unsigned before;
static uint8_t buf[4096];

static const struct mqtt_transport *const transport = &limpet_lwip_transport;

static void begin(void)
{
    before = stack_in_use();
    memset(&net, 0, sizeof net);
    peer_listen();
}

static void begin_connected(void)
{
    begin();
    CHECK_EQ(stack_open(&net, ADDRESS, PEER_PORT), 0);
    stack_pass(20);
}

static void end(void)
{
    peer_stop();
    stack_check_clean(before);
}

static void a_refused_connection_is_a_reset(void)
{
    begin();
    CHECK_EQ(stack_open(&net, ADDRESS, PEER_PORT + 1), ERR_RST);
    transport->close(&net);
    end();
}

static void a_connection_can_follow_one_that_failed(void)
{
    begin();
    CHECK_EQ(stack_open(&net, ADDRESS, PEER_PORT + 1), ERR_RST);
    transport->close(&net);
    CHECK_EQ(stack_open(&net, ADDRESS, PEER_PORT), 0);
    stack_pass(20);
    peer_send(5);
    stack_pass(100);
    CHECK_EQ(transport->read(&net, buf, sizeof buf), 5);
    transport->close(&net);
    stack_pass(1000);
    CHECK(peer_saw_end());
    end();
}

static void without_a_way_to_the_address_open_fails_at_once(void)
{
    begin();
    netif_set_down(stack_netif());
    CHECK_EQ(transport->open(&net, ADDRESS, PEER_PORT), ERR_RTE);
    transport->close(&net);
    netif_set_up(stack_netif());
    end();
}

static void a_peer_that_does_not_answer_leaves_the_open_to_the_client(void)
{
    begin();
    stack_hole(true);
    CHECK_EQ(stack_open(&net, ADDRESS, PEER_PORT), MQTT_WOULD_BLOCK);
    transport->close(&net);
    end();
}

static void what_came_before_a_reset_is_read_first(void)
{
    begin_connected();
    peer_send(700);
    stack_pass(1000);
    peer_reset();
    stack_pass(100);
    CHECK_EQ(transport->read(&net, buf, 500), 500);
    CHECK_EQ(transport->read(&net, buf, 500), 200);
    CHECK_EQ(transport->read(&net, buf, 500), ERR_RST);
    CHECK_EQ(transport->write(&net, buf, 1), ERR_RST);
    transport->close(&net);
    end();
}

static void what_came_before_the_end_is_read_first(void)
{
    begin_connected();
    peer_send(300);
    stack_pass(1000);
    peer_close();
    stack_pass(100);
    CHECK_EQ(transport->read(&net, buf, sizeof buf), 300);
    CHECK_EQ(transport->read(&net, buf, sizeof buf), 0);
    CHECK_EQ(transport->read(&net, buf, sizeof buf), 0);
    transport->close(&net);
    end();
}

static void the_last_words_arrive_although_bytes_are_unread(void)
{
    begin_connected();
    peer_send(1000);
    stack_pass(1000);
    CHECK_EQ(transport->write(&net, (const uint8_t *)"\xe0\0", 2), 2);
    transport->close(&net);
    stack_pass(1000);
    CHECK_EQ(peer_received_len(), 2);
    CHECK(peer_saw_end());
    CHECK(!peer_saw_reset());
    end();
}

static void close_with_bytes_unread_gives_them_back(void)
{
    begin_connected();
    peer_send(2000);
    stack_pass(1000);
    CHECK_EQ(transport->read(&net, buf, 10), 10);
    transport->close(&net);
    CHECK(net.received == NULL);
    stack_pass(1000);
    end();
}

static void the_peers_end_after_ours_touches_nothing(void)
{
    begin_connected();
    transport->close(&net);
    stack_pass(100);
    CHECK(peer_saw_end());
    peer_close();
    stack_pass(100);
    CHECK(!net.ended);
    end();
}

static void close_after_a_reset_touches_nothing(void)
{
    begin_connected();
    peer_send(100);
    stack_pass(100);
    peer_reset();
    stack_pass(100);
    transport->close(&net);
    end();
}

static void close_of_an_attempt_is_forgotten_by_lwip(void)
{
    begin();
    CHECK_EQ(transport->open(&net, ADDRESS, PEER_PORT), MQTT_WOULD_BLOCK);
    transport->close(&net);
    stack_pass(1000);
    CHECK_EQ(net.error, ERR_OK);
    end();
}

/* The peer is gone, and nobody is told. */
static void lose_peer(void)
{
    stack_hole(true);
    peer_reset();
    stack_hole(false);
}

/* Each connection leaves bytes that nobody acknowledges. */
static void a_long_outage_does_not_use_up_the_connections(void)
{
    begin();
    for (int i = 0; i < 20; i++) {
        CHECK_EQ(stack_open(&net, ADDRESS, PEER_PORT), 0);
        stack_pass(20);
        lose_peer();
        stack_hole(true);
        CHECK_EQ(transport->write(&net, buf, 1000), 1000);
        stack_pass(1000);
        transport->close(&net);
        CHECK_EQ(stack_open(&net, ADDRESS, PEER_PORT), MQTT_WOULD_BLOCK);
        transport->close(&net);
        stack_hole(false);
    }
    end();
}

/* It is not even tried to tell a peer that has not acknowledged anything for seconds. */
static void what_a_dead_peer_did_not_acknowledge_is_given_back_at_once(void)
{
    begin_connected();
    lose_peer();
    stack_hole(true);
    const unsigned connected = stack_in_use();
    CHECK_EQ(transport->write(&net, buf, 1000), 1000);
    CHECK(stack_in_use() > connected);
    stack_pass(15000);
    transport->close(&net);
    CHECK(stack_in_use() < connected);
    end();
}

/* As when the broker is frozen: its system acknowledges all, and never closes. */
static void peers_that_never_close_do_not_use_up_the_connections(void)
{
    begin();
    for (int i = 0; i < 20; i++) {
        CHECK_EQ(stack_open(&net, ADDRESS, PEER_PORT), 0);
        stack_pass(20);
        transport->close(&net);
        stack_pass(20);
        CHECK(peer_saw_end());
        lose_peer();
    }
    end();
}

static void a_connection_that_lwip_needs_for_another_ends_as_aborted(void)
{
    begin_connected();
    tcp_abort(net.pcb);
    CHECK_EQ(transport->read(&net, buf, sizeof buf), ERR_ABRT);
    CHECK_EQ(transport->write(&net, buf, 1), ERR_ABRT);
    transport->close(&net);
    end();
}

static void the_link_is_up_with_cable_and_address(void)
{
    struct netif *netif = stack_netif();
    const ip4_addr_t address = *netif_ip4_addr(netif);
    const ip4_addr_t none = { 0 };
    CHECK_EQ(limpet_lwip_link_status(netif), 1);
    netif_set_link_down(netif);
    CHECK_EQ(limpet_lwip_link_status(netif), 0);
    netif_set_link_up(netif);
    netif_set_down(netif);
    CHECK_EQ(limpet_lwip_link_status(netif), 0);
    netif_set_up(netif);
    netif_set_ipaddr(netif, &none);
    CHECK_EQ(limpet_lwip_link_status(netif), 0);
    netif_set_ipaddr(netif, &address);
    CHECK_EQ(limpet_lwip_link_status(netif), 1);
}

int main(void)
{
    stack_start();
    RUN(a_refused_connection_is_a_reset);
    RUN(a_connection_can_follow_one_that_failed);
    RUN(without_a_way_to_the_address_open_fails_at_once);
    RUN(a_peer_that_does_not_answer_leaves_the_open_to_the_client);
    RUN(what_came_before_a_reset_is_read_first);
    RUN(what_came_before_the_end_is_read_first);
    RUN(the_last_words_arrive_although_bytes_are_unread);
    RUN(close_with_bytes_unread_gives_them_back);
    RUN(the_peers_end_after_ours_touches_nothing);
    RUN(close_after_a_reset_touches_nothing);
    RUN(close_of_an_attempt_is_forgotten_by_lwip);
    RUN(a_long_outage_does_not_use_up_the_connections);
    RUN(what_a_dead_peer_did_not_acknowledge_is_given_back_at_once);
    RUN(peers_that_never_close_do_not_use_up_the_connections);
    RUN(a_connection_that_lwip_needs_for_another_ends_as_aborted);
    RUN(the_link_is_up_with_cable_and_address);
    return check_end();
}
