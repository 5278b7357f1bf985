/* The broker in memory behind a socket, for peers that cannot do without one:
 * `program what qos payload window lag stuck filters spare allowed count`. It says its port, and serves one client until that is
 * gone. */

#define _POSIX_C_SOURCE 200809L

#include "broker.h"
#include "peer.h"
#include "stream.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

unsigned long peer_ended;
unsigned long peer_messages;
uint8_t bench_payload[PAYLOAD_MAX];

void bench_fail(const char *reason)
{
    fprintf(stderr, "%s\n", reason);
    exit(1);
}

static int listen_anywhere(void)
{
    struct sockaddr_in address = { .sin_family = AF_INET };
    socklen_t len = sizeof address;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0 || bind(fd, (const struct sockaddr *)&address, len) != 0 || listen(fd, 1) != 0
        || getsockname(fd, (struct sockaddr *)&address, &len) != 0) {
        bench_fail("no port");
    }
    printf("port %d\n", ntohs(address.sin_port));
    fflush(stdout);
    return fd;
}

static void answer(int fd)
{
    uint8_t bytes[16384];
    for (size_t len; (len = broker_give(bytes, sizeof bytes)) > 0;) {
        for (size_t sent = 0; sent < len;) {
            const ssize_t n = send(fd, bytes + sent, len - sent, MSG_NOSIGNAL);
            if (n <= 0) {
                return;
            }
            sent += (size_t)n;
        }
    }
}

static void serve(const struct plan *plan, int fd)
{
    const bool sends = strcmp(plan->what, "receive") == 0;
    unsigned long given = 0;
    bool is_measuring = false;
    uint8_t bytes[16384];
    for (ssize_t n; (n = recv(fd, bytes, sizeof bytes, 0)) > 0;) {
        broker_take(bytes, (size_t)n);
        answer(fd);
        if (broker_filters < plan->filters) {
            continue;
        }
        if (!is_measuring) {
            broker_measure();
            is_measuring = true;
        }
        while (sends && given < plan->count && (plan->qos == 0 || broker_confirmed == given)) {
            stream_send();
            given += plan->window;
            answer(fd);
        }
    }
}

int main(int argc, char **argv)
{
    if (argc != 11) {
        bench_fail("what qos payload window lag stuck filters spare allowed count");
    }
    const struct plan plan = {
        .what = argv[1],
        .qos = (unsigned)atoi(argv[2]),
        .payload = (unsigned)atoi(argv[3]),
        .window = (unsigned)atoi(argv[4]),
        .lag = (unsigned)atoi(argv[5]),
        .stuck = (unsigned)atoi(argv[6]),
        .filters = (unsigned)atoi(argv[7]),
        .count = strtoul(argv[10], NULL, 10),
    };
    broker_start(&plan);
    const int listener = listen_anywhere();
    const int fd = accept(listener, NULL, NULL);
    const int on = 1;
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    serve(&plan, fd);
    return 0;
}
