/* virtio-net over virtio-mmio version 2, polled: one queue of frames each way, one buffer a frame, nothing offloaded.
 * Numbers and names are those of the virtio specification 1.1. */

#include "ethernet.h"

#include "lwip/etharp.h"
#include "lwip/pbuf.h"

#include <stdbool.h>
#include <string.h>

/* Where QEMU's virt has its eight devices. Unused ones say that they are device 0. */
#define FIRST_DEVICE 0x10001000
#define DEVICE_STEP 0x1000
#define DEVICES 8

#define MAGIC_VALUE 0x000
#define VERSION 0x004
#define DEVICE_ID 0x008
#define DRIVER_FEATURES 0x020
#define DRIVER_FEATURES_SEL 0x024
#define QUEUE_SEL 0x030
#define QUEUE_NUM 0x038
#define QUEUE_READY 0x044
#define QUEUE_NOTIFY 0x050
#define STATUS 0x070
#define QUEUE_DESC_LOW 0x080
#define QUEUE_DESC_HIGH 0x084
#define QUEUE_DRIVER_LOW 0x090
#define QUEUE_DRIVER_HIGH 0x094
#define QUEUE_DEVICE_LOW 0x0a0
#define QUEUE_DEVICE_HIGH 0x0a4
#define CONFIG_MAC 0x100
#define CONFIG_STATUS 0x106

#define MAGIC 0x74726976
#define NET_DEVICE 1
#define ACKNOWLEDGE 1u
#define DRIVER 2u
#define DRIVER_OK 4u
#define FEATURES_OK 8u
/* Feature bits: 5 and 16 of the first word, and 32, which is bit 0 of the second. */
#define F_MAC (1u << 5)
#define F_STATUS (1u << 16)
#define F_VERSION_1 1u
#define LINK_UP 1u
#define DESCRIPTOR_WRITE 2

#define RECEIVE 0
#define TRANSMIT 1
/* Frames in each queue, a power of two. */
#define FRAMES 8
#define HEADER 12
#define FRAME 1524

struct descriptor {
    uint64_t address;
    uint32_t len;
    uint16_t flags;
    uint16_t next;
};

struct available {
    uint16_t flags;
    uint16_t index;
    uint16_t ring[FRAMES];
};

struct used {
    uint16_t flags;
    uint16_t index;
    struct {
        uint32_t id;
        uint32_t len;
    } ring[FRAMES];
};

struct queue {
    struct descriptor descriptors[FRAMES] __attribute__((aligned(16)));
    volatile struct available available;
    volatile struct used used __attribute__((aligned(4)));
    /* How far used was looked at. */
    uint16_t seen;
    uint8_t buffers[FRAMES][HEADER + FRAME] __attribute__((aligned(4)));
};

static uintptr_t device;
static struct queue queues[2];

static volatile uint32_t *reg(uintptr_t offset)
{
    return (volatile uint32_t *)(device + offset);
}

/* The device sees what was written before this first. */
static void barrier(void)
{
    __asm__ volatile("fence iorw, iorw" : : : "memory");
}

static bool find_device(void)
{
    for (unsigned i = 0; i < DEVICES; i++) {
        device = FIRST_DEVICE + DEVICE_STEP * i;
        if (*reg(MAGIC_VALUE) == MAGIC && *reg(VERSION) == 2 && *reg(DEVICE_ID) == NET_DEVICE) {
            return true;
        }
    }
    return false;
}

static void set_up_queue(unsigned number)
{
    struct queue *queue = &queues[number];
    *reg(QUEUE_SEL) = number;
    *reg(QUEUE_NUM) = FRAMES;
    *reg(QUEUE_DESC_LOW) = (uintptr_t)queue->descriptors;
    *reg(QUEUE_DESC_HIGH) = 0;
    *reg(QUEUE_DRIVER_LOW) = (uintptr_t)&queue->available;
    *reg(QUEUE_DRIVER_HIGH) = 0;
    *reg(QUEUE_DEVICE_LOW) = (uintptr_t)&queue->used;
    *reg(QUEUE_DEVICE_HIGH) = 0;
    *reg(QUEUE_READY) = 1;
}

/* Gives descriptor id to the device. */
static void offer(unsigned number, uint16_t id)
{
    struct queue *queue = &queues[number];
    queue->available.ring[queue->available.index % FRAMES] = id;
    barrier();
    queue->available.index++;
    barrier();
    *reg(QUEUE_NOTIFY) = number;
}

static err_t transmit(struct netif *netif, struct pbuf *frame)
{
    struct queue *queue = &queues[TRANSMIT];
    const uint16_t id = queue->available.index % FRAMES;
    (void)netif;
    if (frame->tot_len > FRAME) {
        return ERR_BUF;
    }
    if ((uint16_t)(queue->available.index - queue->used.index) >= FRAMES) {
        return ERR_MEM;
    }
    memset(queue->buffers[id], 0, HEADER);
    pbuf_copy_partial(frame, queue->buffers[id] + HEADER, frame->tot_len, 0);
    queue->descriptors[id] = (struct descriptor){
        .address = (uintptr_t)queue->buffers[id],
        .len = HEADER + (uint32_t)frame->tot_len,
    };
    offer(TRANSMIT, id);
    return ERR_OK;
}

err_t ethernet_init(struct netif *netif)
{
    if (!find_device()) {
        return ERR_IF;
    }
    *reg(STATUS) = 0;
    *reg(STATUS) = ACKNOWLEDGE | DRIVER;
    *reg(DRIVER_FEATURES_SEL) = 0;
    *reg(DRIVER_FEATURES) = F_MAC | F_STATUS;
    *reg(DRIVER_FEATURES_SEL) = 1;
    *reg(DRIVER_FEATURES) = F_VERSION_1;
    *reg(STATUS) = ACKNOWLEDGE | DRIVER | FEATURES_OK;
    if ((*reg(STATUS) & FEATURES_OK) == 0) {
        return ERR_IF;
    }
    set_up_queue(RECEIVE);
    set_up_queue(TRANSMIT);
    *reg(STATUS) = ACKNOWLEDGE | DRIVER | FEATURES_OK | DRIVER_OK;
    for (uint16_t id = 0; id < FRAMES; id++) {
        queues[RECEIVE].descriptors[id] = (struct descriptor){
            .address = (uintptr_t)queues[RECEIVE].buffers[id],
            .len = sizeof queues[RECEIVE].buffers[id],
            .flags = DESCRIPTOR_WRITE,
        };
        offer(RECEIVE, id);
    }
    for (unsigned i = 0; i < ETH_HWADDR_LEN; i++) {
        netif->hwaddr[i] = *(volatile uint8_t *)(device + CONFIG_MAC + i);
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
    const bool up = (*(volatile uint16_t *)(device + CONFIG_STATUS) & LINK_UP) != 0;
    if (up && !netif_is_link_up(netif)) {
        netif_set_link_up(netif);
    } else if (!up && netif_is_link_up(netif)) {
        netif_set_link_down(netif);
    }
}

/* Without a free pbuf the frame is dropped, as a wire would drop it. */
static void take_in(struct netif *netif, const uint8_t *frame, uint32_t len)
{
    struct pbuf *p = len <= FRAME ? pbuf_alloc(PBUF_RAW, (u16_t)len, PBUF_POOL) : NULL;
    if (p != NULL && (pbuf_take(p, frame, (u16_t)len) != ERR_OK || netif->input(p, netif) != ERR_OK)) {
        pbuf_free(p);
    }
}

void ethernet_poll(struct netif *netif)
{
    struct queue *queue = &queues[RECEIVE];
    follow_cable(netif);
    while (queue->seen != queue->used.index) {
        barrier();
        const uint16_t id = (uint16_t)queue->used.ring[queue->seen % FRAMES].id;
        const uint32_t len = queue->used.ring[queue->seen % FRAMES].len;
        if (len > HEADER) {
            take_in(netif, queue->buffers[id] + HEADER, len - HEADER);
        }
        queue->seen++;
        offer(RECEIVE, id);
    }
}
