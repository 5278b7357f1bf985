/* A connection of one's own: the four functions, the clock and the wait, here over a socket of POSIX, without a port. It
 * publishes a count a second, and hears it. The arguments are the broker's address, in numbers, and port. */

#define _POSIX_C_SOURCE 200809L

#include "limpet.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* One for each client: transport_user points to it. */
struct connection {
    bool has_socket;
    int fd;
};

static int32_t would_block_or_error(void)
{
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? MQTT_WOULD_BLOCK : -(int32_t)errno;
}

static int32_t begin(struct connection *connection, const char *server, uint16_t port)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port) };
    if (inet_pton(AF_INET, server, &address.sin_addr) != 1) {
        return -EINVAL;
    }
    connection->fd = socket(AF_INET, SOCK_STREAM, 0);
    if (connection->fd < 0) {
        return -(int32_t)errno;
    }
    /* From here on close has something to close, also if what follows fails. */
    connection->has_socket = true;
    if (fcntl(connection->fd, F_SETFL, O_NONBLOCK) < 0) {
        return -(int32_t)errno;
    }
    if (connect(connection->fd, (const struct sockaddr *)&address, sizeof address) == 0) {
        return 0;
    }
    return errno == EINPROGRESS ? MQTT_WOULD_BLOCK : -(int32_t)errno;
}

/* Called in each poll until it answers something else than MQTT_WOULD_BLOCK. */
static int32_t my_open(void *user, const char *server, uint16_t port)
{
    struct connection *connection = user;
    if (!connection->has_socket) {
        return begin(connection, server, port);
    }
    struct pollfd ready = { .fd = connection->fd, .events = POLLOUT };
    if (poll(&ready, 1, 0) <= 0) {
        return MQTT_WOULD_BLOCK;
    }
    int error = 0;
    socklen_t len = sizeof error;
    if (getsockopt(connection->fd, SOL_SOCKET, SO_ERROR, &error, &len) < 0) {
        return -(int32_t)errno;
    }
    return -(int32_t)error;
}

/* 0 when the broker has closed, as recv says it. */
static int32_t my_read(void *user, uint8_t *buf, size_t len)
{
    const struct connection *connection = user;
    const ssize_t n = recv(connection->fd, buf, len, 0);
    return n >= 0 ? (int32_t)n : would_block_or_error();
}

static int32_t my_write(void *user, const uint8_t *buf, size_t len)
{
    const struct connection *connection = user;
    const ssize_t n = send(connection->fd, buf, len, MSG_NOSIGNAL);
    return n >= 0 ? (int32_t)n : would_block_or_error();
}

/* Once for each attempt and connection. */
static void my_close(void *user)
{
    struct connection *connection = user;
    if (connection->has_socket) {
        close(connection->fd);
    }
    connection->has_socket = false;
}

static uint32_t my_now_ms(void *user)
{
    struct timespec now;
    (void)user;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint32_t)now.tv_sec * 1000u + (uint32_t)(now.tv_nsec / 1000000);
}

/* Until there is something to do: the connection is ready, or ms have passed. */
static void my_wait(const struct connection *connection, const struct mqtt_client *client, int32_t ms)
{
    /* poll leaves a negative one out. */
    struct pollfd ready = { .fd = connection->has_socket ? connection->fd : -1 };
    ready.events = (short)((mqtt_wants_read(client) ? POLLIN : 0) | (mqtt_wants_write(client) ? POLLOUT : 0));
    (void)poll(&ready, 1, ms);
}

#define PERIOD_MS 1000

static struct mqtt_client client;
static struct connection connection;
static uint8_t rx[256];
static uint8_t outbox[2048];

static void on_event(void *user, struct mqtt_client *from, const struct mqtt_event *event)
{
    const struct mqtt_message *message = &event->as.message;
    (void)user;
    (void)from;
    switch (event->kind) {
    case MQTT_EV_ONLINE:
        printf("online\n");
        break;
    case MQTT_EV_OFFLINE:
    case MQTT_EV_CONNECT_FAILED:
        printf("offline: %s (%d)\n", mqtt_error_text(event->as.offline.error), (int)event->as.offline.detail);
        break;
    case MQTT_EV_MESSAGE:
        printf("%.*s\n", (int)message->payload_len, (const char *)message->payload);
        break;
    default:
        break;
    }
    fflush(stdout);
}

/* Whether the outbox took it: after a long outage it may be full. */
static bool publish_count(uint32_t count)
{
    char text[12];
    snprintf(text, sizeof text, "%u", (unsigned)count);
    return mqtt_publish(&client, "transport/count", text, strlen(text), 1, false) >= 0;
}

int main(int argc, char **argv)
{
    static const struct mqtt_transport transport = {
        .open = my_open,
        .read = my_read,
        .write = my_write,
        .close = my_close,
    };
    const struct mqtt_config config = {
        .abi = MQTT_ABI,
        .server = argc > 1 ? argv[1] : "127.0.0.1",
        .port = argc > 2 ? (uint16_t)atoi(argv[2]) : 1883,
        .transport = &transport,
        .transport_user = &connection,
        .now_ms = my_now_ms,
        .on_event = on_event,
        .rx = rx,
        .rx_size = sizeof rx,
        .outbox = outbox,
        .outbox_size = sizeof outbox,
    };
    const int32_t result = mqtt_init(&client, &config);
    if (result != MQTT_OK || mqtt_subscribe(&client, "transport/count", 1) < 0) {
        printf("%s\n", mqtt_error_text(result));
        return 1;
    }
    mqtt_connect(&client);
    uint32_t last_ms = my_now_ms(NULL);
    uint32_t count = 0;
    for (;;) {
        const uint32_t passed_ms = my_now_ms(NULL) - last_ms;
        if (passed_ms >= PERIOD_MS) {
            last_ms += PERIOD_MS;
            count += publish_count(count) ? 1 : 0;
            continue;
        }
        const int32_t ms = mqtt_poll(&client);
        const int32_t left_ms = (int32_t)(PERIOD_MS - passed_ms);
        my_wait(&connection, &client, ms < left_ms ? ms : left_ms);
    }
}
