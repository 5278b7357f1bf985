/* SMSC LAN9118 as lwIP's netif, polled. What QEMU's mps2 boards have. ETHERNET_BASE says where it is. */

#include "ethernet.h"

#include "lwip/etharp.h"

#include <stdbool.h>
#include <string.h>

#define REGISTER(offset) (*(volatile uint32_t *)(ETHERNET_BASE + (offset)))

enum {
    RX_DATA = 0x00,
    TX_DATA = 0x20,
    RX_STATUS = 0x40,
    TX_STATUS = 0x48,
    TX_CFG = 0x70,
    HW_CFG = 0x74,
    RX_FIFO_INF = 0x7C,
    TX_FIFO_INF = 0x80,
    MAC_CSR_CMD = 0xA4,
    MAC_CSR_DATA = 0xA8,
};

/* Registers behind MAC_CSR_CMD. */
enum {
    MAC_CR = 1,
    ADDRH = 2,
    ADDRL = 3,
    MII_ACC = 6,
    MII_DATA = 7,
};

#define CSR_BUSY 0x80000000u
#define CSR_READ 0x40000000u
#define MII_BUSY 1u
#define PHY_ADDRESS 1u
#define PHY_STATUS 1u
#define PHY_LINK_UP (1u << 2)
#define RX_ERROR (1u << 15)
#define CRC_BYTES 4u
#define FRAME_MIN 14u

static uint32_t frame[1536 / 4];

static void mac_write(uint32_t number, uint32_t value)
{
    REGISTER(MAC_CSR_DATA) = value;
    REGISTER(MAC_CSR_CMD) = CSR_BUSY | number;
    while ((REGISTER(MAC_CSR_CMD) & CSR_BUSY) != 0) {
    }
}

static uint32_t mac_read(uint32_t number)
{
    REGISTER(MAC_CSR_CMD) = CSR_BUSY | CSR_READ | number;
    while ((REGISTER(MAC_CSR_CMD) & CSR_BUSY) != 0) {
    }
    return REGISTER(MAC_CSR_DATA);
}

static uint32_t phy_read(uint32_t number)
{
    mac_write(MII_ACC, PHY_ADDRESS << 11 | number << 6 | MII_BUSY);
    while ((mac_read(MII_ACC) & MII_BUSY) != 0) {
    }
    return mac_read(MII_DATA);
}

static err_t send_frame(struct netif *netif, struct pbuf *p)
{
    const uint32_t len = pbuf_copy_partial(p, frame, sizeof frame, 0);
    (void)netif;
    if ((REGISTER(TX_FIFO_INF) & 0xFFFFu) < len + 8u) {
        return ERR_MEM;
    }
    /* Commands A and B: the first and last piece of a frame, and its length. */
    REGISTER(TX_DATA) = 0x3000u | len;
    REGISTER(TX_DATA) = len << 16 | len;
    for (uint32_t i = 0; i < (len + 3) / 4; i++) {
        REGISTER(TX_DATA) = frame[i];
    }
    while ((REGISTER(TX_FIFO_INF) >> 16 & 0xFFu) != 0) {
        (void)REGISTER(TX_STATUS);
    }
    return ERR_OK;
}

err_t ethernet_init(struct netif *netif)
{
    static const uint8_t address[6] = { 0x52, 0x54, 0x00, 0x12, 0x34, 0x56 };
    REGISTER(HW_CFG) = 1;
    while ((REGISTER(HW_CFG) & 1u) != 0) {
    }
    mac_write(ADDRL, address[0] | (uint32_t)address[1] << 8 | (uint32_t)address[2] << 16 | (uint32_t)address[3] << 24);
    mac_write(ADDRH, address[4] | (uint32_t)address[5] << 8);
    REGISTER(TX_CFG) = 2;
    mac_write(MAC_CR, 0xC);
    memcpy(netif->hwaddr, address, sizeof address);
    netif->hwaddr_len = sizeof address;
    netif->mtu = 1500;
    netif->name[0] = 'e';
    netif->name[1] = 'n';
    netif->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET;
    netif->output = etharp_output;
    netif->linkoutput = send_frame;
    return ERR_OK;
}

static void follow_link(struct netif *netif)
{
    const bool up = (phy_read(PHY_STATUS) & PHY_LINK_UP) != 0;
    if (up && !netif_is_link_up(netif)) {
        netif_set_link_up(netif);
    } else if (!up && netif_is_link_up(netif)) {
        netif_set_link_down(netif);
    }
}

/* Takes the frame out of the FIFO, also one that is of no use. */
static void receive_frame(struct netif *netif)
{
    const uint32_t status = REGISTER(RX_STATUS);
    const uint32_t len = status >> 16 & 0x3FFFu;
    for (uint32_t i = 0; i < (len + 3) / 4; i++) {
        const uint32_t word = REGISTER(RX_DATA);
        if (i < sizeof frame / 4) {
            frame[i] = word;
        }
    }
    if ((status & RX_ERROR) != 0 || len < FRAME_MIN + CRC_BYTES || len > sizeof frame) {
        return;
    }
    struct pbuf *p = pbuf_alloc(PBUF_RAW, (u16_t)(len - CRC_BYTES), PBUF_POOL);
    if (p == NULL) {
        return;
    }
    (void)pbuf_take(p, frame, (u16_t)(len - CRC_BYTES));
    if (netif->input(p, netif) != ERR_OK) {
        (void)pbuf_free(p);
    }
}

void ethernet_poll(struct netif *netif)
{
    follow_link(netif);
    while ((REGISTER(RX_FIFO_INF) >> 16 & 0xFFu) != 0) {
        receive_frame(netif);
    }
}
