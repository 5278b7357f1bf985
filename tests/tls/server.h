/* An Mbed TLS server in memory, and the transport that leads to it: every byte passes when the test lets it. */

#ifndef SERVER_H
#define SERVER_H

#include "limpet_mbedtls.h"

#include <mbedtls/ssl_cache.h>

#define LANE_BYTES 262144

/* Bytes under way in one direction. */
struct lane {
    uint8_t bytes[LANE_BYTES];
    size_t len;
    /* Bytes that passed since the connection began. */
    size_t passed;
    /* Most bytes that it holds, and that one call moves; 0: no limit. */
    size_t room;
    size_t most;
    /* When so many have passed, the end or this error is all that there is; 0: no limit. */
    size_t cut_after;
    int32_t cut_error;
};

struct server {
    /* Of the client's side: */
    struct lane up;
    struct lane down;
    int open_blocks;
    int32_t open_result;
    int opens;
    int closes;
    int wakes;
    bool is_open;
    /* A write that has to wait answers 0 instead of MQTT_WOULD_BLOCK. */
    bool answers_zero;
    /* The last call of read or write had to wait. */
    bool waited;

    /* Speaks no TLS: what is in down is all it says. */
    bool mute;
    int handshakes;
    int resumed;
    bool is_up;
    bool wants_certificate;
    /* What ended its side: an error of Mbed TLS. */
    int error;
    uint8_t got[LANE_BYTES];
    size_t got_len;

    mbedtls_ssl_context ssl;
    mbedtls_ssl_config config;
    mbedtls_ssl_cache_context cache;
    mbedtls_x509_crt cert;
    mbedtls_x509_crt ca;
    mbedtls_pk_context key;
    mbedtls_entropy_context entropy;
    mbedtls_ctr_drbg_context random;
};

/* Its user is the struct server. A connection that opens is a new one for the server, too. */
extern const struct mqtt_transport server_transport;

/* With `name`.pem and `name`.key of this directory; the CA of its clients is ca.pem. */
void server_init(struct server *server, const char *dir, const char *name);
void server_end(struct server *server);

/* Does what it can: shakes hands, reads. */
void server_turn(struct server *server);

/* Says all of it; the client must read meanwhile if the lane is narrow: true when it is all on its way. */
bool server_say(struct server *server, const uint8_t *bytes, size_t len);

/* limpet_mbedtls_config.wake. */
void server_wake(void *user);

/* The file dir/name as text: false if there is none. */
bool server_file(const char *dir, const char *name, char *to, size_t size);

#endif
