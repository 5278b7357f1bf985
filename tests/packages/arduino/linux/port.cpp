// This machine as a board: its clock, its output, its sockets.

#include "Arduino.h"
#include "WiFiClient.h"
#include "board_port.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

unsigned long portMillis()
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<unsigned long>(now.tv_sec) * 1000 + static_cast<unsigned long>(now.tv_nsec) / 1000000;
}

void portSleep(unsigned long ms)
{
    usleep(static_cast<useconds_t>(ms * 1000));
}

void portWrite(uint8_t c)
{
    putchar(c);
    if (c == '\n') {
        fflush(stdout);
    }
}

int main()
{
    return runSketch();
}

int WiFiClient::connect(IPAddress, uint16_t)
{
    return 0;
}

// Waits, as they do on boards. Addresses only.
int WiFiClient::connect(const char *host, uint16_t port)
{
    struct sockaddr_in to = {};
    stop();
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    if (inet_pton(AF_INET, host, &to.sin_addr) != 1) {
        return 0;
    }
    m_fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (m_fd >= 0 && ::connect(m_fd, reinterpret_cast<const struct sockaddr *>(&to), sizeof to) == 0) {
        return 1;
    }
    stop();
    return 0;
}

size_t WiFiClient::write(const uint8_t *bytes, size_t length)
{
    const ssize_t n = m_fd >= 0 ? send(m_fd, bytes, length, MSG_NOSIGNAL) : -1;
    return n > 0 ? static_cast<size_t>(n) : 0;
}

int WiFiClient::available()
{
    int n = 0;
    return m_fd >= 0 && ioctl(m_fd, FIONREAD, &n) == 0 ? n : 0;
}

int WiFiClient::read()
{
    uint8_t c;
    return read(&c, 1) == 1 ? c : -1;
}

int WiFiClient::read(uint8_t *bytes, size_t length)
{
    return m_fd >= 0 ? static_cast<int>(recv(m_fd, bytes, length, MSG_DONTWAIT)) : -1;
}

void WiFiClient::stop()
{
    if (m_fd >= 0) {
        close(m_fd);
        m_fd = -1;
    }
}

uint8_t WiFiClient::connected()
{
    uint8_t c;
    if (m_fd < 0) {
        return 0;
    }
    const ssize_t n = recv(m_fd, &c, 1, MSG_PEEK | MSG_DONTWAIT);
    return n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR)) ? 1 : 0;
}

// What post() needs where the library has no lock, as for this machine; these sketches call it in one thread.
extern "C" __attribute__((weak)) uint32_t mqtt_lock(void)
{
    return 0;
}

extern "C" __attribute__((weak)) void mqtt_unlock(uint32_t)
{
}
