// A board of tests/firmware as Arduino's: its log is Serial, and there is no network.

#include "WiFiClient.h"
#include "board_port.h"

extern "C" {
#include "board.h"
}

static char line[160];
static unsigned used;

unsigned long portMillis()
{
    return board_now_ms();
}

void portSleep(unsigned long ms)
{
    const uint32_t start = board_now_ms();
    while (board_now_ms() - start < ms) {
        board_idle();
    }
}

void portWrite(uint8_t c)
{
    if (c == '\n' || used == sizeof line - 1) {
        line[used] = '\0';
        board_log(line);
        used = 0;
    }
    if (c != '\n') {
        line[used++] = static_cast<char>(c);
    }
}

// Those of global objects.
extern "C" void (*link_init_start[])(void);
extern "C" void (*link_init_end[])(void);

extern "C" int firmware_main(void)
{
    for (void (**constructor)(void) = link_init_start; constructor != link_init_end; constructor++) {
        (*constructor)();
    }
    return runSketch();
}

extern "C" void __cxa_pure_virtual(void)
{
    board_exit(98);
}

// Elsewhere the library has it; these boards have a compiler that is not told of the instructions for it.
#ifdef __riscv
extern "C" uint32_t mqtt_lock(void)
{
    return 0;
}

extern "C" void mqtt_unlock(uint32_t)
{
}
#endif

int WiFiClient::connect(IPAddress, uint16_t)
{
    return 0;
}

int WiFiClient::connect(const char *, uint16_t)
{
    return 0;
}

size_t WiFiClient::write(const uint8_t *, size_t)
{
    return 0;
}

int WiFiClient::available()
{
    return 0;
}

int WiFiClient::read()
{
    return -1;
}

int WiFiClient::read(uint8_t *, size_t)
{
    return -1;
}

void WiFiClient::stop()
{
}

uint8_t WiFiClient::connected()
{
    return 0;
}
