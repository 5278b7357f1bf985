/* See app_names.h. */

#include "app_names.h"

#include <stdio.h>
#include <stdlib.h>

void names_read(struct app_names *names, const char *text)
{
    char *rest = NULL;
    names->port = (uint16_t)strtoul(text, &rest, 10);
    names->seed = (uint32_t)strtoul(rest, &rest, 10);
    size_t len = 0;
    rest += *rest == ' ' ? 1 : 0;
    while (rest[len] > ' ' && len < sizeof names->id - 1) {
        names->id[len] = rest[len];
        len++;
    }
    names->response_ms = (uint32_t)strtoul(rest + len, NULL, 10);
    (void)snprintf(names->filter, sizeof names->filter, "fw/%s/to/+", names->id);
    (void)snprintf(names->data, sizeof names->data, "fw/%s/from/data", names->id);
    (void)snprintf(names->report, sizeof names->report, "fw/%s/from/report", names->id);
}
