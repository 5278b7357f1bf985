/* The TCP of c_examples/sockets over loopback, with the sockets of the host. */

#define _POSIX_C_SOURCE 200809L

#define CHECK_MAIN
#include "check.h"

#include "peer.h"
#include "sockets_peer.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define MANY (4u * 1024 * 1024)

static void bytes_go_both_ways_until_the_peer_closes(void)
{
    static struct limpet_sockets net;
    uint8_t buf[8] = { 0 };
    const int peer = connected(&net);
    CHECK((fcntl(net.fd, F_GETFL) & O_NONBLOCK) != 0);
    CHECK_EQ(under_test->read(&net, buf, sizeof buf), MQTT_WOULD_BLOCK);
    CHECK_EQ(under_test->write(&net, (const uint8_t *)"ping", 4), 4);
    CHECK_EQ(recv(peer, buf, 4, MSG_WAITALL), 4);
    CHECK_EQ(send(peer, "pong", 4, 0), 4);
    limpet_sockets_wait(&net, 20000, false);
    CHECK_EQ(under_test->read(&net, buf, sizeof buf), 4);
    CHECK(memcmp(buf, "pong", 4) == 0);
    shutdown(peer, SHUT_RDWR);
    limpet_sockets_wait(&net, 20000, false);
    CHECK_EQ(under_test->read(&net, buf, sizeof buf), 0);
    finished(&net, peer);
}

static void ipv6_is_spoken_too(void)
{
    static struct limpet_sockets net;
    struct sockaddr_in6 in6 = { .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT };
    socklen_t len = sizeof in6;
    const int listener = socket(AF_INET6, SOCK_STREAM, 0);
    if (bind(listener, (struct sockaddr *)&in6, len) != 0) {
        /* A machine without IPv6: then connecting must say so. */
        CHECK(opened(&net, "::1", 1) < 0);
        under_test->close(&net);
    } else {
        CHECK_EQ(listen(listener, 1), 0);
        getsockname(listener, (struct sockaddr *)&in6, &len);
        CHECK_EQ(opened(&net, "::1", ntohs(in6.sin6_port)), 0);
        finished(&net, accept(listener, NULL, NULL));
    }
    close(listener);
}

static void errors_are_minus_errno(void)
{
    static struct limpet_sockets net;
    uint16_t port;
    close(listen_on("127.0.0.1", &port));
    CHECK_EQ(opened(&net, "127.0.0.1", port), -ECONNREFUSED);
    under_test->close(&net);
    CHECK_EQ(opened(&net, "no.address.here", port), -ENOENT);
    under_test->close(&net);
    /* The next attempt is not disturbed by those that failed. */
    finished(&net, connected(&net));
}

static void an_attempt_may_be_given_up(void)
{
    static struct limpet_sockets net;
    static struct limpet_sockets crowd[8];
    struct sockaddr_in in4 = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t len = sizeof in4;
    /* Connections beyond the backlog get no answer. */
    const int listener = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(bind(listener, (struct sockaddr *)&in4, len) == 0 && listen(listener, 0) == 0);
    getsockname(listener, (struct sockaddr *)&in4, &len);
    for (int i = 0; i < 8; i++) {
        under_test->open(&crowd[i], "127.0.0.1", ntohs(in4.sin_port));
    }
    CHECK_EQ(under_test->open(&net, "127.0.0.1", ntohs(in4.sin_port)), MQTT_WOULD_BLOCK);
    CHECK(waited_ms(&net, 30) >= 29);
    CHECK_EQ(under_test->open(&net, "127.0.0.1", ntohs(in4.sin_port)), MQTT_WOULD_BLOCK);
    under_test->close(&net);
    for (int i = 0; i < 8; i++) {
        under_test->close(&crowd[i]);
    }
    close(listener);
    finished(&net, connected(&net));
}

static uint8_t sent_byte(uint32_t at)
{
    return (uint8_t)(at * 2654435761u >> 24);
}

/* Sends back what it hears, slower than it could. */
static void *echo(void *user)
{
    const int peer = *(const int *)user;
    static uint8_t buf[30011];
    ssize_t n;
    while ((n = recv(peer, buf, sizeof buf, 0)) > 0) {
        for (ssize_t done = 0; done < n;) {
            const ssize_t sent = send(peer, buf + done, (size_t)(n - done), 0);
            if (sent <= 0) {
                return NULL;
            }
            done += sent;
        }
    }
    return NULL;
}

static void much_goes_both_ways_at_once(void)
{
    static struct limpet_sockets net;
    static uint8_t out[MANY];
    uint8_t in[7001];
    uint32_t sent = 0;
    uint32_t received = 0;
    uint32_t wrong = 0;
    int32_t n = 1;
    pthread_t thread;
    int peer = connected(&net);
    for (uint32_t i = 0; i < MANY; i++) {
        out[i] = sent_byte(i);
    }
    CHECK(pthread_create(&thread, NULL, echo, &peer) == 0);
    while (received < MANY && n != 0) {
        n = under_test->read(&net, in, sizeof in);
        for (int32_t i = 0; i < n; i++) {
            wrong += in[i] != sent_byte(received++) ? 1 : 0;
        }
        const int32_t taken = sent < MANY ? under_test->write(&net, out + sent, MANY - sent) : MQTT_WOULD_BLOCK;
        sent += taken > 0 ? (uint32_t)taken : 0;
        if (n == MQTT_WOULD_BLOCK && taken == MQTT_WOULD_BLOCK) {
            limpet_sockets_wait(&net, 20000, sent < MANY);
        } else if (!CHECK((n > 0 || n == MQTT_WOULD_BLOCK) && (taken > 0 || taken == MQTT_WOULD_BLOCK))) {
            break;
        }
    }
    CHECK_EQ(received, MANY);
    CHECK_EQ(wrong, 0);
    shutdown(peer, SHUT_RDWR);
    pthread_join(thread, NULL);
    finished(&net, peer);
}

static void a_reset_is_an_error_and_no_signal(void)
{
    static struct limpet_sockets net;
    const struct linger reset = { 1, 0 };
    uint8_t buf[8];
    const int peer = connected(&net);
    setsockopt(peer, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    close(peer);
    limpet_sockets_wait(&net, 20000, false);
    CHECK_EQ(under_test->read(&net, buf, sizeof buf), -ECONNRESET);
    CHECK_EQ(under_test->write(&net, (const uint8_t *)"x", 1), -EPIPE);
    under_test->close(&net);
    limpet_sockets_end(&net);
}

static void close_with_bytes_unread_does_not_reset(void)
{
    static struct limpet_sockets net;
    char buf[8];
    const int peer = connected(&net);
    CHECK_EQ(send(peer, "unread", 6, 0), 6);
    limpet_sockets_wait(&net, 20000, false);
    CHECK_EQ(under_test->write(&net, (const uint8_t *)"bye", 3), 3);
    under_test->close(&net);
    CHECK_EQ(recv(peer, buf, 3, MSG_WAITALL), 3);
    CHECK_EQ(recv(peer, buf, 1, 0), 0);
    close(peer);
    limpet_sockets_end(&net);
}

static void nothing_is_left_open(void)
{
    int n = 0;
    for (int fd = 3; fd < 64; fd++) {
        n += fcntl(fd, F_GETFD) >= 0 ? 1 : 0;
    }
    CHECK_EQ(n, 0);
}

int main(void)
{
    for (int fd = 3; fd < 64; fd++) {
        close(fd);
    }
    RUN(bytes_go_both_ways_until_the_peer_closes);
    RUN(ipv6_is_spoken_too);
    RUN(errors_are_minus_errno);
    RUN(an_attempt_may_be_given_up);
    RUN(much_goes_both_ways_at_once);
    RUN(a_reset_is_an_error_and_no_signal);
    RUN(close_with_bytes_unread_does_not_reset);
    RUN(nothing_is_left_open);
    return check_end();
}
