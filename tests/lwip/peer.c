/* See peer.h. */

#include "peer.h"

#include "lwip/pbuf.h"

static struct tcp_pcb *listener;
static struct tcp_pcb *connection;
static uint8_t received[PEER_MAX];
static size_t received_len;
static size_t unread;
static size_t to_send;
static size_t sent;
static bool holding;
static bool saw_end;
static bool saw_reset;

uint8_t peer_byte(size_t n)
{
    return (uint8_t)(n * 7 + n / 251);
}

static void send_more(void)
{
    uint8_t part[256];
    while (connection != NULL && to_send > 0 && tcp_sndbuf(connection) > 0) {
        size_t len = to_send < sizeof part ? to_send : sizeof part;
        len = len < tcp_sndbuf(connection) ? len : tcp_sndbuf(connection);
        for (size_t i = 0; i < len; i++) {
            part[i] = peer_byte(sent + i);
        }
        if (tcp_write(connection, part, (u16_t)len, TCP_WRITE_FLAG_COPY) != ERR_OK) {
            break;
        }
        sent += len;
        to_send -= len;
    }
    if (connection != NULL) {
        tcp_output(connection);
    }
}

static err_t on_sent(void *arg, struct tcp_pcb *pcb, u16_t len)
{
    (void)arg;
    (void)pcb;
    (void)len;
    send_more();
    return ERR_OK;
}

/* Memory was short: once more. */
static err_t on_poll(void *arg, struct tcp_pcb *pcb)
{
    (void)arg;
    (void)pcb;
    send_more();
    return ERR_OK;
}

static err_t on_received(void *arg, struct tcp_pcb *pcb, struct pbuf *p, err_t error)
{
    (void)arg;
    (void)error;
    if (p == NULL) {
        saw_end = true;
        return ERR_OK;
    }
    received_len += pbuf_copy_partial(p, received + received_len, (u16_t)(sizeof received - received_len), 0);
    if (holding) {
        unread += p->tot_len;
    } else {
        tcp_recved(pcb, p->tot_len);
    }
    pbuf_free(p);
    return ERR_OK;
}

static void on_error(void *arg, err_t error)
{
    (void)arg;
    saw_reset = error == ERR_RST;
    connection = NULL;
}

static err_t on_accepted(void *arg, struct tcp_pcb *pcb, err_t error)
{
    (void)arg;
    if (pcb == NULL || error != ERR_OK) {
        return ERR_VAL;
    }
    connection = pcb;
    received_len = 0;
    unread = 0;
    sent = 0;
    to_send = 0;
    saw_end = false;
    saw_reset = false;
    tcp_recv(pcb, on_received);
    tcp_sent(pcb, on_sent);
    tcp_poll(pcb, on_poll, 1);
    tcp_err(pcb, on_error);
    return ERR_OK;
}

void peer_listen(void)
{
    struct tcp_pcb *pcb = tcp_new();
    tcp_bind(pcb, IP_ADDR_ANY, PEER_PORT);
    listener = tcp_listen(pcb);
    tcp_accept(listener, on_accepted);
}

static void forget(void)
{
    if (connection != NULL) {
        tcp_recv(connection, NULL);
        tcp_sent(connection, NULL);
        tcp_poll(connection, NULL, 0);
        tcp_err(connection, NULL);
    }
}

void peer_reset(void)
{
    forget();
    if (connection != NULL) {
        tcp_abort(connection);
    }
    connection = NULL;
}

void peer_close(void)
{
    forget();
    if (connection != NULL) {
        tcp_close(connection);
    }
    connection = NULL;
}

void peer_stop(void)
{
    peer_reset();
    tcp_close(listener);
    listener = NULL;
    holding = false;
}

void peer_send(size_t len)
{
    to_send += len;
    send_more();
}

size_t peer_sent(void)
{
    return sent;
}

const uint8_t *peer_received(void)
{
    return received;
}

size_t peer_received_len(void)
{
    return received_len;
}

void peer_hold(bool on)
{
    holding = on;
    if (!on && connection != NULL) {
        tcp_recved(connection, (u16_t)unread);
        unread = 0;
    }
}

bool peer_saw_end(void)
{
    return saw_end;
}

bool peer_saw_reset(void)
{
    return saw_reset;
}
