/* The UDP of c_examples/posix over loopback. */

#define _POSIX_C_SOURCE 200809L

#define CHECK_MAIN
#include "check.h"

#include "limpet_posix.h"
#include "names.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

static const uint8_t query[] = "query";

/* A UDP socket on a free port of this address. */
static int server_on(const char *text, uint16_t *port)
{
    struct sockaddr_in in4 = { .sin_family = AF_INET };
    socklen_t len = sizeof in4;
    inet_pton(AF_INET, text, &in4.sin_addr);
    const int fd = socket(AF_INET, SOCK_DGRAM, 0);
    CHECK(bind(fd, (struct sockaddr *)&in4, len) == 0);
    getsockname(fd, (struct sockaddr *)&in4, &len);
    *port = ntohs(in4.sin_port);
    return fd;
}

static void wait_for(int fd)
{
    struct pollfd ready = { .fd = fd, .events = POLLIN };
    CHECK_EQ(poll(&ready, 1, 5000), 1);
}

static int32_t open_in_the_end(struct limpet_posix_datagram *datagram, const char *server, uint16_t port)
{
    int32_t result = limpet_posix_datagram_open(datagram, server, port);
    for (int i = 0; i < 1000 && result == MQTT_WOULD_BLOCK; i++) {
        poll(NULL, 0, 5);
        result = limpet_posix_datagram_open(datagram, server, port);
    }
    return result;
}

/* The server hears the query and knows where from. */
static struct sockaddr_in heard(int server)
{
    struct sockaddr_in from = { 0 };
    socklen_t len = sizeof from;
    uint8_t buf[16];
    wait_for(server);
    CHECK_EQ(recvfrom(server, buf, sizeof buf, 0, (struct sockaddr *)&from, &len), sizeof query);
    CHECK(memcmp(buf, query, sizeof query) == 0);
    return from;
}

static void say(int from, const struct sockaddr_in *to, const char *text)
{
    CHECK_EQ(sendto(from, text, strlen(text), 0, (const struct sockaddr *)to, sizeof *to), strlen(text));
}

static void a_query_goes_out_and_its_answer_comes(void)
{
    static struct limpet_posix_datagram datagram;
    uint8_t buf[16];
    uint16_t port;
    const int server = server_on("127.0.0.1", &port);
    CHECK_EQ(limpet_posix_datagram_open(&datagram, "127.0.0.1", port), 0);
    CHECK((fcntl(datagram.fd, F_GETFD) & FD_CLOEXEC) != 0);
    CHECK_EQ(limpet_posix_datagram_recv(&datagram, buf, sizeof buf), MQTT_WOULD_BLOCK);
    CHECK_EQ(limpet_posix_datagram_send(&datagram, query, sizeof query), sizeof query);
    const struct sockaddr_in client = heard(server);
    say(server, &client, "answer");
    wait_for(datagram.fd);
    CHECK_EQ(limpet_posix_datagram_recv(&datagram, buf, sizeof buf), 6);
    CHECK(memcmp(buf, "answer", 6) == 0);
    limpet_posix_datagram_close(&datagram);
    close(server);
}

static void of_a_longer_datagram_the_rest_is_dropped(void)
{
    static struct limpet_posix_datagram datagram;
    uint8_t buf[4];
    uint16_t port;
    const int server = server_on("127.0.0.1", &port);
    CHECK_EQ(limpet_posix_datagram_open(&datagram, "127.0.0.1", port), 0);
    CHECK_EQ(limpet_posix_datagram_send(&datagram, query, sizeof query), sizeof query);
    const struct sockaddr_in client = heard(server);
    say(server, &client, "answer");
    say(server, &client, "next");
    wait_for(datagram.fd);
    CHECK_EQ(limpet_posix_datagram_recv(&datagram, buf, sizeof buf), 4);
    CHECK(memcmp(buf, "answ", 4) == 0);
    wait_for(datagram.fd);
    CHECK_EQ(limpet_posix_datagram_recv(&datagram, buf, sizeof buf), 4);
    CHECK(memcmp(buf, "next", 4) == 0);
    limpet_posix_datagram_close(&datagram);
    close(server);
}

static void only_the_server_is_heard(void)
{
    static struct limpet_posix_datagram datagram;
    uint8_t buf[16];
    uint16_t port;
    uint16_t other_port;
    const int server = server_on("127.0.0.1", &port);
    const int other = server_on("127.0.0.1", &other_port);
    CHECK_EQ(limpet_posix_datagram_open(&datagram, "127.0.0.1", port), 0);
    CHECK_EQ(limpet_posix_datagram_send(&datagram, query, sizeof query), sizeof query);
    const struct sockaddr_in client = heard(server);
    say(other, &client, "forged");
    say(server, &client, "true");
    wait_for(datagram.fd);
    CHECK_EQ(limpet_posix_datagram_recv(&datagram, buf, sizeof buf), 4);
    CHECK(memcmp(buf, "true", 4) == 0);
    CHECK_EQ(limpet_posix_datagram_recv(&datagram, buf, sizeof buf), MQTT_WOULD_BLOCK);
    limpet_posix_datagram_close(&datagram);
    close(server);
    close(other);
}

static void nobody_there_is_an_error(void)
{
    static struct limpet_posix_datagram datagram;
    uint8_t buf[16];
    uint16_t port;
    close(server_on("127.0.0.1", &port));
    CHECK_EQ(limpet_posix_datagram_open(&datagram, "127.0.0.1", port), 0);
    CHECK_EQ(limpet_posix_datagram_send(&datagram, query, sizeof query), sizeof query);
    wait_for(datagram.fd);
    CHECK_EQ(limpet_posix_datagram_recv(&datagram, buf, sizeof buf), -ECONNREFUSED);
    limpet_posix_datagram_close(&datagram);
}

static void a_name_is_looked_up_each_time(void)
{
    static struct limpet_posix_datagram datagram;
    uint16_t port;
    const int server = server_on("127.0.0.1", &port);
    const int before = names_lookups();
    for (int turn = 0; turn < 2; turn++) {
        CHECK_EQ(open_in_the_end(&datagram, "one", port), 0);
        CHECK_EQ(limpet_posix_datagram_send(&datagram, query, sizeof query), sizeof query);
        heard(server);
        limpet_posix_datagram_close(&datagram);
    }
    CHECK_EQ(names_lookups(), before + 2);
    CHECK_EQ(open_in_the_end(&datagram, "nobody", port), -ENOENT);
    limpet_posix_datagram_close(&datagram);
    close(server);
}

static void a_lookup_can_be_given_up(void)
{
    static struct limpet_posix_datagram datagram;
    uint16_t port;
    const int server = server_on("127.0.0.1", &port);
    CHECK_EQ(limpet_posix_datagram_open(&datagram, "slow", port), MQTT_WOULD_BLOCK);
    slow_wait();
    CHECK_EQ(limpet_posix_datagram_open(&datagram, "slow", port), MQTT_WOULD_BLOCK);
    limpet_posix_datagram_close(&datagram);
    slow_let_go(1);
    CHECK_EQ(limpet_posix_datagram_open(&datagram, "127.0.0.1", port), 0);
    limpet_posix_datagram_close(&datagram);
    close(server);
}

int main(void)
{
    names_init();
    RUN(a_query_goes_out_and_its_answer_comes);
    RUN(of_a_longer_datagram_the_rest_is_dropped);
    RUN(only_the_server_is_heard);
    RUN(nobody_there_is_an_error);
    RUN(a_name_is_looked_up_each_time);
    RUN(a_lookup_can_be_given_up);
    return check_end();
}
