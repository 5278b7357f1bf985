/* What a test commands on the machine that stands for an ESP32. */

#ifndef MACHINE_H
#define MACHINE_H

#include <stdbool.h>
#include <stdint.h>

/* The network that the radio looks for is there, or not. */
void machine_set_network(bool there);

/* What the radio was told last. */
struct machine_radio {
    char ssid[33];
    char password[65];
    int starts;
    int stops;
    int connects;
    bool uses_nvs;
};
struct machine_radio machine_radio(void);

/* A reset: what was not committed to NVS is gone. */
void machine_reset_nvs(void);

/* NVS answers this error to everything that it refuses by such a one; 0: it is well. */
void machine_break_nvs(int error);

/* Blobs in a namespace, and handles that are open. */
int machine_count_nvs(const char *space);
int machine_open_nvs(void);

/* Calls it as an interrupt would be. */
void machine_interrupt(void (*handler)(void *user), void *user);

#endif
