/* The board that is a POSIX host: an LED is a line on stdout, the radio too; Ctrl-C ends the program. SIGUSR1 takes it
 * out of reach of its radio network, and the next one in again:
 *
 *     kill -USR1 $(pidof range)
 */

#define _POSIX_C_SOURCE 200809L

#include "board.h"
#include "limpet_posix.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* No signal, or no radio. */
#define NO_SIGNAL_DB (-199)

/* Longest time that an argument can set; the library takes no longer ones either. */
#define LONGEST_S 2000000.0

static struct limpet_posix net;
static volatile sig_atomic_t stopped;
static volatile sig_atomic_t out_of_reach;
static bool radio_on;

static void on_signal(int number)
{
    if (number == SIGUSR1) {
        out_of_reach = !out_of_reach;
    } else {
        stopped = 1;
    }
    limpet_posix_wake(&net);
}

/* What is no time, or a negative one, is 0. */
static uint32_t ms_of(const char *seconds)
{
    const double s = strtod(seconds, NULL);
    if (!(s > 0.0)) {
        return 0;
    }
    return (uint32_t)((s < LONGEST_S ? s : LONGEST_S) * 1000.0);
}

void board_start(struct board_settings *settings, int argc, char **argv)
{
    const struct sigaction action = { .sa_handler = on_signal };
    sigaction(SIGUSR1, &action, NULL);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (argc > 1) {
        settings->server = argv[1];
    }
    if (argc > 2) {
        settings->port = (uint16_t)strtoul(argv[2], NULL, 10);
    }
    if (argc > 3) {
        settings->period_ms = ms_of(argv[3]);
    }
    if (argc > 4) {
        settings->limit = (uint32_t)strtoul(argv[4], NULL, 10);
    }
    if (argc > 5) {
        settings->time_ms = ms_of(argv[5]);
    }
}

bool board_stopped(void)
{
    return stopped != 0;
}

void board_connection(struct mqtt_config *config, const struct board_settings *settings)
{
    config->server = settings->server != NULL ? settings->server : "127.0.0.1";
    config->port = settings->port;
    config->transport = &limpet_posix_transport;
    config->transport_user = &net;
    config->now_ms = board_now_ms;
}

void board_wait(const struct mqtt_client *client, int32_t ms)
{
    limpet_posix_wait(&net, ms, mqtt_wants_write(client));
}

void board_sleep(uint32_t ms)
{
    const uint32_t start_ms = board_now_ms(NULL);
    uint32_t slept_ms = 0;
    while (slept_ms < ms && stopped == 0) {
        /* The connection is closed, so only the signal handler or the clock ends this. */
        limpet_posix_wait(&net, (int32_t)(ms - slept_ms), false);
        slept_ms = board_now_ms(NULL) - start_ms;
    }
}

uint32_t board_now_ms(void *user)
{
    return limpet_posix_now_ms(user);
}

void board_led(enum board_led led, bool lit)
{
    static const char *const names[] = { "red", "blue" };
    static bool lit_now[2];
    if (lit_now[led] != lit) {
        lit_now[led] = lit;
        printf("%s %s\n", names[led], lit ? "on" : "off");
    }
}

void board_radio(bool on)
{
    if (radio_on != on) {
        radio_on = on;
        printf("radio %s\n", on ? "on" : "off");
    }
}

static void link_start(void *user)
{
    (void)user;
    board_radio(true);
}

static void link_stop(void *user)
{
    (void)user;
    board_radio(false);
}

static int32_t link_status(void *user)
{
    (void)user;
    return radio_on && out_of_reach == 0 ? 1 : 0;
}

int32_t board_supervise(struct mqtt_client *client)
{
    static struct mqtt_link link = {
        .start = link_start,
        .stop = link_stop,
        .status = link_status,
        /* A real radio gets the default, 5 seconds. This one does not flicker. */
        .settle_ms = 100,
    };
    return mqtt_supervise(client, &link);
}

/* The first radio in Linux's list: "wlan0: 0000   54.  -56.  -256 ..."; the third number is the level. */
int32_t board_rssi_db(void *user)
{
    char line[256];
    int level = NO_SIGNAL_DB;
    FILE *list = fopen("/proc/net/wireless", "r");
    (void)user;
    if (list == NULL) {
        return NO_SIGNAL_DB;
    }
    while (fgets(line, sizeof line, list) != NULL) {
        if (sscanf(line, " %*[^:]: %*x %*d%*[. ]%d", &level) == 1) {
            break;
        }
    }
    fclose(list);
    return level;
}

size_t board_free_bytes(void *user)
{
    (void)user;
#ifdef _SC_AVPHYS_PAGES
    const long pages = sysconf(_SC_AVPHYS_PAGES);
    const long size = sysconf(_SC_PAGESIZE);
    return pages > 0 && size > 0 ? (size_t)pages * (size_t)size : 0;
#else
    return 0;
#endif
}

/* A host has no such sensor. It counts instead, so that one sees if a value is missing. */
uint16_t board_light(void)
{
    static uint16_t light;
    return ++light;
}
