/* The OpenCores Ethernet of QEMU's lx60, polled: a ring of frames to receive, one frame to send. */

#include "ethernet.h"

#include "lwip/etharp.h"
#include "lwip/pbuf.h"

#include <stdbool.h>

#define BASE 0x9D030000u

#define MODER 0x00
#define MIICOMMAND 0x2C
#define MIIADDRESS 0x30
#define MIIRX_DATA 0x38
#define TX_BD_NUM 0x20
#define MAC_ADDR0 0x40
#define MAC_ADDR1 0x44
#define DESCRIPTORS 0x400

#define MODER_RXEN (1u << 0)
#define MODER_TXEN (1u << 1)
#define MODER_RST (1u << 11)
#define MODER_CRCEN (1u << 13)
#define MODER_PAD (1u << 15)
#define MIICOMMAND_RSTAT (1u << 1)
/* The address of the PHY, its register of status, and there the bit for the cable. */
#define PHY 1u
#define PHY_STATUS (1u << 8)
#define PHY_LINK (1u << 2)

#define TX_READY (1u << 15)
#define TX_PAD (1u << 12)
#define TX_CRC (1u << 11)
#define RX_EMPTY (1u << 15)
/* Of both: the last of its ring. */
#define WRAP (1u << 13)

#define RECEIVE_FRAMES 6
/* The device writes whole frames with their checksum, whatever their length. */
#define FRAME 1536
#define CRC 4

struct descriptor {
    /* Length in the upper half, flags in the lower. */
    uint32_t len_flags;
    uint32_t buffer;
};

static uint32_t transmit_buffer[FRAME / sizeof(uint32_t)];
static uint32_t receive_buffers[RECEIVE_FRAMES][FRAME / sizeof(uint32_t)];
static unsigned next;

static volatile uint32_t *reg(uintptr_t offset)
{
    return (volatile uint32_t *)(BASE + offset);
}

/* The first is for sending, the others are the ring. */
static volatile struct descriptor *descriptor(unsigned number)
{
    return (volatile struct descriptor *)(BASE + DESCRIPTORS) + number;
}

static void offer(unsigned frame)
{
    descriptor(1 + frame)->len_flags = RX_EMPTY | (frame == RECEIVE_FRAMES - 1 ? WRAP : 0);
}

static err_t transmit(struct netif *netif, struct pbuf *frame)
{
    (void)netif;
    if (frame->tot_len > FRAME - CRC) {
        return ERR_BUF;
    }
    if ((descriptor(0)->len_flags & TX_READY) != 0) {
        return ERR_MEM;
    }
    pbuf_copy_partial(frame, transmit_buffer, frame->tot_len, 0);
    descriptor(0)->buffer = (uintptr_t)transmit_buffer;
    descriptor(0)->len_flags = (uint32_t)frame->tot_len << 16 | TX_READY | WRAP | TX_PAD | TX_CRC;
    return ERR_OK;
}

err_t ethernet_init(struct netif *netif)
{
    static const uint8_t mac[ETH_HWADDR_LEN] = { 0x52, 0x54, 0x00, 0x12, 0x34, 0x56 };
    *reg(MODER) = MODER_RST;
    *reg(MODER) = 0;
    *reg(TX_BD_NUM) = 1;
    *reg(MAC_ADDR0) = (uint32_t)mac[2] << 24 | (uint32_t)mac[3] << 16 | (uint32_t)mac[4] << 8 | mac[5];
    *reg(MAC_ADDR1) = (uint32_t)mac[0] << 8 | mac[1];
    for (unsigned frame = 0; frame < RECEIVE_FRAMES; frame++) {
        descriptor(1 + frame)->buffer = (uintptr_t)receive_buffers[frame];
        offer(frame);
    }
    /* Last: it may receive from here on. */
    *reg(MODER) = MODER_PAD | MODER_CRCEN | MODER_TXEN | MODER_RXEN;
    for (unsigned i = 0; i < sizeof mac; i++) {
        netif->hwaddr[i] = mac[i];
    }
    netif->hwaddr_len = ETH_HWADDR_LEN;
    netif->mtu = 1500;
    netif->name[0] = 'e';
    netif->name[1] = 'n';
    netif->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET;
    netif->output = etharp_output;
    netif->linkoutput = transmit;
    return ERR_OK;
}

static void follow_cable(struct netif *netif)
{
    *reg(MIIADDRESS) = PHY | PHY_STATUS;
    *reg(MIICOMMAND) = MIICOMMAND_RSTAT;
    const bool up = (*reg(MIIRX_DATA) & PHY_LINK) != 0;
    if (up && !netif_is_link_up(netif)) {
        netif_set_link_up(netif);
    } else if (!up && netif_is_link_up(netif)) {
        netif_set_link_down(netif);
    }
}

/* Without a free pbuf the frame is dropped, as a wire would drop it. */
static void take_in(struct netif *netif, const void *frame, uint32_t len)
{
    struct pbuf *p = len <= FRAME ? pbuf_alloc(PBUF_RAW, (u16_t)len, PBUF_POOL) : NULL;
    if (p != NULL && (pbuf_take(p, frame, (u16_t)len) != ERR_OK || netif->input(p, netif) != ERR_OK)) {
        pbuf_free(p);
    }
}

void ethernet_poll(struct netif *netif)
{
    follow_cable(netif);
    for (;;) {
        const uint32_t len_flags = descriptor(1 + next)->len_flags;
        if ((len_flags & RX_EMPTY) != 0) {
            return;
        }
        if (len_flags >> 16 > CRC) {
            take_in(netif, receive_buffers[next], (len_flags >> 16) - CRC);
        }
        offer(next);
        next = (next + 1) % RECEIVE_FRAMES;
    }
}
