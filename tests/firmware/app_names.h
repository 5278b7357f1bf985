/* What the host tells the device as it starts, and what follows from it. */

#ifndef APP_NAMES_H
#define APP_NAMES_H

#include <stdint.h>

struct app_names {
    uint16_t port;
    uint32_t seed;
    uint32_t response_ms;
    char id[16];
    char filter[24];
    char data[32];
    char report[32];
};

/* The arguments that app.c describes, as board_arguments gives them. */
void names_read(struct app_names *names, const char *text);

#endif
