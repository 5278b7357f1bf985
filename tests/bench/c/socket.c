/* The link over a socket: one connection to a broker on this machine. */

#define _POSIX_C_SOURCE 200809L

#include "link.h"
#include "peer.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

static int fd = -1;

int link_open(int port)
{
    const int on = 1;
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0 || connect(fd, (const struct sockaddr *)&address, sizeof address) != 0) {
        return -1;
    }
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return fcntl(fd, F_SETFL, O_NONBLOCK);
}

static ssize_t outcome(ssize_t answer)
{
    if (answer < 0 && (errno == EAGAIN || errno == EINTR)) {
        return 0;
    }
    return answer;
}

ssize_t link_read(uint8_t *buf, size_t len)
{
    const ssize_t n = recv(fd, buf, len, 0);
    return n == 0 ? -1 : outcome(n);
}

ssize_t link_write(const uint8_t *buf, size_t len)
{
    return outcome(send(fd, buf, len, MSG_NOSIGNAL));
}

void peer_wait(void)
{
    struct pollfd one = { .fd = fd, .events = POLLIN };
    (void)poll(&one, 1, 1000);
}
