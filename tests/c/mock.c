/* The transport, the clock and the loop of mock.h. */

#include "mock.h"

#include "check.h"

#include <sanitizer/asan_interface.h>
#include <string.h>

static void call_hook(struct mock *mock, const char *where)
{
    if (mock->hook != NULL) {
        mock->hook(mock, where, NULL);
    }
}

static bool lies(int *in)
{
    if (*in == 0) {
        return false;
    }
    --*in;
    return *in == 0;
}

static int32_t mock_open(void *user, const char *server, uint16_t port)
{
    struct mock *mock = (struct mock *)user;
    call_hook(mock, "open");
    if (!mock->is_open) {
        mock->is_open = true;
        mock->opens++;
        mock->in_len = 0;
        mock->in_at = 0;
        mock->out_len = 0;
        mock->out_at = 0;
        mock->peer_closes = false;
        mock->offered = false;
    }
    mock_copy_text(mock->server, server, strlen(server));
    mock->port = port;
    if (lies(&mock->lie_open_in)) {
        return mock->lie;
    }
    if (mock->open_blocks > 0) {
        mock->open_blocks--;
        return MQTT_WOULD_BLOCK;
    }
    return mock->open_result;
}

static int32_t mock_read(void *user, uint8_t *buf, size_t len)
{
    struct mock *mock = (struct mock *)user;
    mock->reads++;
    call_hook(mock, "read");
    CHECK(mock->is_open && buf != NULL && len > 0);
    if (lies(&mock->lie_read_in)) {
        return mock->lie;
    }
    size_t n = mock->in_len - mock->in_at;
    if (n == 0) {
        return mock->peer_closes ? 0 : MQTT_WOULD_BLOCK;
    }
    if (n > len) {
        n = len;
    }
    if (mock->read_max > 0 && n > mock->read_max) {
        n = mock->read_max;
    }
    memcpy(buf, mock->in + mock->in_at, n);
    mock->in_at += n;
    if (mock->in_at == mock->in_len) {
        mock->in_at = 0;
        mock->in_len = 0;
    }
    return (int32_t)n;
}

/* The bytes will have to be offered again. */
static int32_t keep_offer(struct mock *mock, const uint8_t *buf, size_t len, int32_t result)
{
    mock->offered = true;
    mock->offer = buf;
    mock->offer_len = len;
    if (CHECK(len <= sizeof mock->offer_bytes)) {
        memcpy(mock->offer_bytes, buf, len);
    }
    return result;
}

static int32_t mock_write(void *user, const uint8_t *buf, size_t len)
{
    struct mock *mock = (struct mock *)user;
    mock->writes++;
    call_hook(mock, "write");
    CHECK(mock->is_open && buf != NULL && len > 0);
    if (mock->offered) {
        CHECK(buf == mock->offer && len == mock->offer_len && memcmp(buf, mock->offer_bytes, len) == 0);
        mock->offered = false;
    }
    if (mock->out_len == 0) {
        /* CONNECT in one write. */
        CHECK(buf[0] == 0x10 && mock_packet_len(buf, len) == len);
    }
    if (lies(&mock->lie_write_in)) {
        return mock->lie == 0 || mock->lie == MQTT_WOULD_BLOCK ? keep_offer(mock, buf, len, mock->lie) : mock->lie;
    }
    if (mock->write_blocks > 0) {
        mock->write_blocks--;
        return keep_offer(mock, buf, len, MQTT_WOULD_BLOCK);
    }
    if (mock->write_blocks < 0 && mock->writes % 2 == 0) {
        return keep_offer(mock, buf, len, MQTT_WOULD_BLOCK);
    }
    size_t n = len;
    if (mock->write_max > 0 && n > mock->write_max) {
        n = mock->write_max;
    }
    if (mock->out_at == mock->out_len && mock->out_at > 0) {
        /* Keeps one byte: it tells that this is not the first packet. */
        mock->out_at = 1;
        mock->out_len = 1;
    }
    if (CHECK(mock->out_len + n <= sizeof mock->out)) {
        memcpy(mock->out + mock->out_len, buf, n);
        mock->out_len += n;
    }
    mock_serve(mock);
    return (int32_t)n;
}

static void mock_close(void *user)
{
    struct mock *mock = (struct mock *)user;
    call_hook(mock, "close");
    CHECK(mock->is_open);
    mock->is_open = false;
    mock->offered = false;
    mock->closes++;
}

static uint32_t mock_now_ms(void *user)
{
    struct mock *mock = (struct mock *)user;
    call_hook(mock, "now_ms");
    return mock->now_ms;
}

static void mock_log(void *user, int32_t code, int32_t value)
{
    struct mock *mock = (struct mock *)user;
    (void)value;
    mock->logs++;
    CHECK(code >= MQTT_LOG_OPENING && code <= MQTT_LOG_LINK_STOP);
    call_hook(mock, "log");
}

static void mock_wake(void *user)
{
    struct mock *mock = (struct mock *)user;
    __atomic_fetch_add(&mock->wakes, 1, __ATOMIC_SEQ_CST);
}

void mock_init(struct mock *mock)
{
    ASAN_UNPOISON_MEMORY_REGION(mock, sizeof *mock);
    memset(mock, 0, sizeof *mock);
    ASAN_POISON_MEMORY_REGION(mock->before_rx, MOCK_FENCE);
    ASAN_POISON_MEMORY_REGION(mock->before_outbox, MOCK_FENCE);
    ASAN_POISON_MEMORY_REGION(mock->before_mailbox, MOCK_FENCE);
    ASAN_POISON_MEMORY_REGION(mock->after_mailbox, MOCK_FENCE);
    mock->now_ms = 1000;
    mock->transport.open = mock_open;
    mock->transport.read = mock_read;
    mock->transport.write = mock_write;
    mock->transport.close = mock_close;
    mock->config.abi = MQTT_ABI;
    mock->config.server = "broker.test";
    mock->config.client_id = "mock";
    mock->config.transport = &mock->transport;
    mock->config.transport_user = mock;
    mock->config.now_ms = mock_now_ms;
    mock->config.on_event = mock_on_event;
    mock->config.log = mock_log;
    mock->config.wake = mock_wake;
    mock->config.user = mock;
    mock->config.rx = mock->rx;
    mock->config.rx_size = sizeof mock->rx;
    mock->config.outbox = mock->outbox;
    mock->config.outbox_size = sizeof mock->outbox;
    mock->config.mailbox = mock->mailbox;
    mock->config.mailbox_size = sizeof mock->mailbox;
}

void mock_start(struct mock *mock)
{
    CHECK_EQ(mqtt_init(&mock->client, &mock->config), MQTT_OK);
    CHECK_EQ(mqtt_connect(&mock->client), MQTT_OK);
    mock_await(mock, MQTT_EV_ONLINE, 60000);
}

/* Polls once. Returns the milliseconds that the clock may move, at most rest. */
static uint32_t step(struct mock *mock, uint32_t rest)
{
    const int32_t ms = mqtt_poll(&mock->client);
    CHECK(ms >= 0);
    if (ms <= 0) {
        return 0;
    }
    const bool ready = mock->is_open && (mock->in_len > mock->in_at || mock->peer_closes);
    const uint32_t most = ready || mqtt_wants_write(&mock->client) ? 1 : (uint32_t)ms;
    return most < rest ? most : rest;
}

void mock_run(struct mock *mock, uint32_t ms)
{
    uint32_t passed = 0;
    int still = 0;
    while (still < 10000) {
        const uint32_t moved = step(mock, ms - passed + 1);
        still = moved == 0 ? still + 1 : 0;
        if (passed + moved > ms) {
            mock->now_ms += ms - passed;
            return;
        }
        passed += moved;
        mock->now_ms += moved;
    }
    CHECK(!"mqtt_poll comes to an end");
}

const struct mock_event *mock_await(struct mock *mock, uint8_t kind, uint32_t limit_ms)
{
    uint32_t passed = 0;
    int still = 0;
    int seen = mock->event_count;
    while (still < 10000) {
        const uint32_t moved = step(mock, limit_ms - passed + 1);
        still = moved == 0 ? still + 1 : 0;
        for (; seen < mock->event_count; seen++) {
            if (mock->events[seen].kind == kind) {
                return &mock->events[seen];
            }
        }
        if (passed + moved > limit_ms) {
            break;
        }
        passed += moved;
        mock->now_ms += moved;
    }
    if (!CHECK(!"the event that is waited for comes")) {
        printf("        kind %d, after %u ms\n", kind, (unsigned)passed);
    }
    return NULL;
}

