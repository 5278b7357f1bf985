/* See pair.h. */

#include "pair.h"

#include "check.h"

#include <stdio.h>
#include <string.h>

#define FILES 8
#define FILE_SIZE 4096

const struct mqtt_transport *const tls = &limpet_mbedtls_transport;

struct server server;
struct limpet_mbedtls net;
const char *certificates;

void pair_init(const char *dir)
{
    certificates = dir;
}

const char *file_text(const char *name)
{
    static char names[FILES][32];
    static char texts[FILES][FILE_SIZE];
    size_t i = 0;
    while (i < FILES - 1 && names[i][0] != '\0' && strcmp(names[i], name) != 0) {
        i++;
    }
    snprintf(names[i], sizeof names[i], "%s", name);
    CHECK(server_file(certificates, name, texts[i], sizeof texts[i]));
    return texts[i];
}

struct limpet_mbedtls_config usual_config(void)
{
    const struct limpet_mbedtls_config config = {
        .inner = &server_transport,
        .inner_user = &server,
        .wake = server_wake,
        .ca = file_text("ca.pem"),
    };
    return config;
}

void pair_begin(const char *certificate)
{
    const struct limpet_mbedtls_config config = usual_config();
    server_init(&server, certificates, certificate);
    CHECK_EQ(limpet_mbedtls_init(&net, &config), 0);
}

void pair_end(void)
{
    tls->close(&net);
    CHECK_EQ(server.closes, server.opens);
    limpet_mbedtls_end(&net);
    server_end(&server);
}

int32_t open_at(const char *name, uint16_t port)
{
    for (int turns = 0; turns < 100000; turns++) {
        const int wakes = server.wakes;
        server.waited = server.open_blocks > 0;
        const int32_t result = tls->open(&net, name, port);
        if (result != MQTT_WOULD_BLOCK) {
            return result;
        }
        if (!CHECK(server.waited || server.wakes > wakes)) {
            break;
        }
        server_turn(&server);
    }
    return MQTT_WOULD_BLOCK;
}

int32_t open_in_the_end(void)
{
    const int32_t result = open_at("localhost", 8883);
    server_turn(&server);
    return result;
}

int32_t read_in_the_end(void)
{
    uint8_t buf[64];
    int32_t n = MQTT_WOULD_BLOCK;
    for (int turns = 0; turns < 1000 && n == MQTT_WOULD_BLOCK; turns++) {
        n = tls->read(&net, buf, sizeof buf);
    }
    return n;
}

bool reason_is(const char *text)
{
    const char *reason = limpet_mbedtls_reason(&net);
    const bool same = strstr(reason, text) != NULL;
    if (!same) {
        printf("        reason is \"%s\", must have \"%s\"\n", reason, text);
    }
    return same;
}
