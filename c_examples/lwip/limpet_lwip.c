/* TCP for struct mqtt_transport over lwIP's raw API, and what else lwIP knows. */

#include "limpet_lwip.h"

#include "lwip/dns.h"
#include "lwip/netif.h"
#include "lwip/sys.h"

/* limpet_lwip.phase. */
enum {
    IDLE = 0,
    LOOKING_UP,
    CONNECTING,
    CONNECTED,
};

/* So often lwIP sends a segment again until the peer is taken for dead when the connection is closed. */
#define DEAD_AFTER 2

/* lwIP has freed the connection: after a reset, or for want of memory. */
static void on_error(void *arg, err_t error)
{
    struct limpet_lwip *net = arg;
    net->pcb = NULL;
    net->error = error;
}

static err_t on_connected(void *arg, struct tcp_pcb *pcb, err_t error)
{
    struct limpet_lwip *net = arg;
    (void)pcb;
    (void)error; /* lwIP 2 says ERR_OK always; what fails goes to on_error. */
    net->phase = CONNECTED;
    return ERR_OK;
}

static err_t on_received(void *arg, struct tcp_pcb *pcb, struct pbuf *p, err_t error)
{
    struct limpet_lwip *net = arg;
    (void)pcb;
    (void)error;
    if (p == NULL) {
        net->ended = true;
    } else if (net->received == NULL) {
        net->received = p;
    } else if ((uint32_t)net->received->tot_len + p->tot_len > UINT16_MAX) {
        /* More than one chain can hold, with LWIP_WND_SCALE. lwIP keeps it and offers it again. */
        return ERR_MEM;
    } else {
        pbuf_cat(net->received, p);
    }
    return ERR_OK;
}

static int32_t connect_to_address(struct limpet_lwip *net, uint16_t port)
{
    net->pcb = tcp_new_ip_type(IP_GET_TYPE(&net->address));
    if (net->pcb == NULL) {
        return ERR_MEM;
    }
    net->error = ERR_OK;
    net->ended = false;
    tcp_arg(net->pcb, net);
    tcp_err(net->pcb, on_error);
    tcp_recv(net->pcb, on_received);
    tcp_nagle_disable(net->pcb);
    net->phase = CONNECTING;
    const err_t error = tcp_connect(net->pcb, &net->address, port, on_connected);
    return error == ERR_OK ? MQTT_WOULD_BLOCK : error;
}

#if LWIP_DNS
static void on_found(const char *name, const ip_addr_t *address, void *arg)
{
    struct limpet_lwip *net = arg;
    (void)name;
    net->asking = false;
    if (net->forgotten) {
        /* Not for the attempt that is under way, if there is one: it asks by itself, and lwIP has the answer now. */
        net->forgotten = false;
    } else if (address == NULL) {
        net->error = ERR_VAL;
    } else {
        net->address = *address;
        net->error = ERR_OK;
    }
}

static int32_t look_up(struct limpet_lwip *net, const char *server, uint16_t port)
{
    if (net->asking) {
        return MQTT_WOULD_BLOCK;
    }
    if (net->error == ERR_INPROGRESS) {
        const err_t error = dns_gethostbyname(server, &net->address, on_found, net);
        net->asking = error == ERR_INPROGRESS;
        net->error = error;
        if (net->asking) {
            return MQTT_WOULD_BLOCK;
        }
    }
    return net->error == ERR_OK ? connect_to_address(net, port) : net->error;
}
#else
static int32_t look_up(struct limpet_lwip *net, const char *server, uint16_t port)
{
    return ipaddr_aton(server, &net->address) ? connect_to_address(net, port) : ERR_VAL;
}
#endif

static int32_t lwip_open(void *user, const char *server, uint16_t port)
{
    struct limpet_lwip *net = user;
    switch (net->phase) {
    case IDLE:
        net->phase = LOOKING_UP;
        net->error = ERR_INPROGRESS;
        /* fall through */
    case LOOKING_UP:
        return look_up(net, server, port);
    case CONNECTING:
        return net->error == ERR_OK ? MQTT_WOULD_BLOCK : net->error;
    default:
        return 0;
    }
}

static int32_t lwip_read(void *user, uint8_t *buf, size_t len)
{
    struct limpet_lwip *net = user;
    if (net->received != NULL) {
        const u16_t wanted = len < UINT16_MAX ? (u16_t)len : UINT16_MAX;
        const u16_t n = pbuf_copy_partial(net->received, buf, wanted, 0);
        net->received = pbuf_free_header(net->received, n);
        if (net->pcb != NULL) {
            tcp_recved(net->pcb, n);
        }
        return n;
    }
    if (net->error != ERR_OK) {
        return net->error;
    }
    return net->ended ? 0 : MQTT_WOULD_BLOCK;
}

static int32_t lwip_write(void *user, const uint8_t *buf, size_t len)
{
    struct limpet_lwip *net = user;
    if (net->error != ERR_OK) {
        return net->error;
    }
    const tcpwnd_size_t room = tcp_sndbuf(net->pcb);
    const size_t most = room < UINT16_MAX ? room : UINT16_MAX;
    u16_t n = (u16_t)(len < most ? len : most);
    while (n > 0) {
        const err_t error = tcp_write(net->pcb, buf, n, TCP_WRITE_FLAG_COPY);
        if (error == ERR_OK) {
            /* What cannot go out now goes out by lwIP's timer. */
            (void)tcp_output(net->pcb);
            return n;
        }
        if (error != ERR_MEM) {
            return error;
        }
        /* A heap that is small, or in pieces, may have room for less. */
        n /= 2;
    }
    return MQTT_WOULD_BLOCK;
}

static void let_go(struct limpet_lwip *net)
{
    struct tcp_pcb *pcb = net->pcb;
    if (net->received != NULL) {
        /* lwIP resets a connection that is closed with bytes unread, and that may overtake our DISCONNECT. */
        tcp_recved(pcb, net->received->tot_len);
    }
    tcp_arg(pcb, NULL);
    tcp_err(pcb, NULL);
    tcp_recv(pcb, NULL);
    /* It says its last words only as long as nobody needs its memory: each attempt of a long outage leaves one. */
    tcp_setprio(pcb, TCP_PRIO_MIN);
    if (pcb->nrtx >= DEAD_AFTER || tcp_close(pcb) != ERR_OK) {
        tcp_abort(pcb);
    }
}

static void lwip_close(void *user)
{
    struct limpet_lwip *net = user;
    if (net->pcb != NULL) {
        let_go(net);
        net->pcb = NULL;
    }
    if (net->received != NULL) {
        pbuf_free(net->received);
        net->received = NULL;
    }
    net->forgotten = net->asking;
    net->phase = IDLE;
}

const struct mqtt_transport limpet_lwip_transport = {
    .open = lwip_open,
    .read = lwip_read,
    .write = lwip_write,
    .close = lwip_close,
};

uint32_t limpet_lwip_now_ms(void *user)
{
    (void)user;
    return sys_now();
}

int32_t limpet_lwip_link_status(void *user)
{
    const struct netif *netif = user;
    const bool connected = netif_is_up(netif) && netif_is_link_up(netif);
#if LWIP_IPV4
    if (connected && !ip4_addr_isany(netif_ip4_addr(netif))) {
        return 1;
    }
#endif
#if LWIP_IPV6
    for (s8_t i = 0; i < LWIP_IPV6_NUM_ADDRESSES; i++) {
        if (connected && ip6_addr_isvalid(netif_ip6_addr_state(netif, i))
            && !ip6_addr_islinklocal(netif_ip6_addr(netif, i))) {
            return 1;
        }
    }
#endif
    return 0;
}
