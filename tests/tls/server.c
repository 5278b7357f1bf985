/* See server.h. */

#include "server.h"

#include "check.h"

#include <stdio.h>
#include <string.h>

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static bool is_cut(const struct lane *lane)
{
    return lane->cut_after > 0 && lane->passed >= lane->cut_after;
}

/* Bytes that may pass now. */
static size_t allowed(const struct lane *lane, size_t len)
{
    if (lane->most > 0) {
        len = least(len, lane->most);
    }
    if (lane->cut_after > 0) {
        len = least(len, lane->cut_after - least(lane->passed, lane->cut_after));
    }
    return len;
}

static size_t put(struct lane *lane, const uint8_t *bytes, size_t len)
{
    const size_t room = lane->room > 0 ? lane->room : LANE_BYTES;
    len = least(len, room - least(room, lane->len));
    memcpy(lane->bytes + lane->len, bytes, len);
    lane->len += len;
    return len;
}

static size_t take(struct lane *lane, uint8_t *to, size_t len)
{
    len = least(len, lane->len);
    memcpy(to, lane->bytes, len);
    memmove(lane->bytes, lane->bytes + len, lane->len - len);
    lane->len -= len;
    return len;
}

static int32_t client_open(void *user, const char *name, uint16_t port)
{
    struct server *server = user;
    (void)name;
    (void)port;
    if (!server->is_open) {
        server->is_open = true;
        server->opens++;
        server->up.len = server->up.passed = 0;
        server->down.passed = 0;
        if (!server->mute) {
            server->down.len = 0;
        }
        server->is_up = false;
        server->error = 0;
        server->got_len = 0;
        CHECK_EQ(mbedtls_ssl_session_reset(&server->ssl), 0);
    }
    if (server->open_blocks > 0) {
        server->open_blocks--;
        return MQTT_WOULD_BLOCK;
    }
    return server->open_result;
}

static int32_t client_read(void *user, uint8_t *buf, size_t len)
{
    struct server *server = user;
    struct lane *lane = &server->down;
    CHECK(server->is_open);
    if (is_cut(lane)) {
        return lane->cut_error;
    }
    const size_t n = take(lane, buf, allowed(lane, len));
    lane->passed += n;
    server->waited = n == 0;
    return n > 0 ? (int32_t)n : MQTT_WOULD_BLOCK;
}

static int32_t client_write(void *user, const uint8_t *buf, size_t len)
{
    struct server *server = user;
    struct lane *lane = &server->up;
    CHECK(server->is_open);
    if (is_cut(lane)) {
        return lane->cut_error;
    }
    const size_t n = put(lane, buf, allowed(lane, len));
    lane->passed += n;
    server->waited = n == 0;
    return n > 0 || server->answers_zero ? (int32_t)n : MQTT_WOULD_BLOCK;
}

static void client_close(void *user)
{
    struct server *server = user;
    CHECK(server->is_open);
    server->is_open = false;
    server->closes++;
}

const struct mqtt_transport server_transport = {
    .open = client_open,
    .read = client_read,
    .write = client_write,
    .close = client_close,
};

static int server_send(void *user, const unsigned char *buf, size_t len)
{
    struct server *server = user;
    const size_t n = put(&server->down, buf, len);
    return n > 0 ? (int)n : MBEDTLS_ERR_SSL_WANT_WRITE;
}

static int server_receive(void *user, unsigned char *buf, size_t len)
{
    struct server *server = user;
    const size_t n = take(&server->up, buf, len);
    return n > 0 ? (int)n : MBEDTLS_ERR_SSL_WANT_READ;
}

/* Finds old sessions, and counts them. */
static int find_session(void *user, mbedtls_ssl_session *session)
{
    struct server *server = user;
    const int code = mbedtls_ssl_cache_get(&server->cache, session);
    server->resumed += code == 0 ? 1 : 0;
    return code;
}

static int keep_session(void *user, const mbedtls_ssl_session *session)
{
    struct server *server = user;
    return mbedtls_ssl_cache_set(&server->cache, session);
}

bool server_file(const char *dir, const char *name, char *to, size_t size)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return false;
    }
    const size_t n = fread(to, 1, size - 1, file);
    fclose(file);
    to[n] = '\0';
    return n > 0;
}

/* The PEM file dir/name.ending, read by Mbed TLS. */
static void read_into(const char *dir, const char *name, mbedtls_x509_crt *cert, mbedtls_pk_context *key)
{
    char path[64];
    char text[4096];
    snprintf(path, sizeof path, "%s.%s", name, cert != NULL ? "pem" : "key");
    CHECK(server_file(dir, path, text, sizeof text));
    const size_t len = strlen(text) + 1;
    if (cert != NULL) {
        CHECK_EQ(mbedtls_x509_crt_parse(cert, (const uint8_t *)text, len), 0);
    } else {
        CHECK_EQ(mbedtls_pk_parse_key(key, (const uint8_t *)text, len, NULL, 0), 0);
    }
}

void server_init(struct server *server, const char *dir, const char *name)
{
    memset(server, 0, sizeof *server);
    mbedtls_ssl_init(&server->ssl);
    mbedtls_ssl_config_init(&server->config);
    mbedtls_ssl_cache_init(&server->cache);
    mbedtls_x509_crt_init(&server->cert);
    mbedtls_x509_crt_init(&server->ca);
    mbedtls_pk_init(&server->key);
    mbedtls_entropy_init(&server->entropy);
    mbedtls_ctr_drbg_init(&server->random);
    CHECK_EQ(mbedtls_ctr_drbg_seed(&server->random, mbedtls_entropy_func, &server->entropy, NULL, 0), 0);

    read_into(dir, name, &server->cert, NULL);
    read_into(dir, name, NULL, &server->key);
    read_into(dir, "ca", &server->ca, NULL);

    mbedtls_ssl_config *config = &server->config;
    CHECK_EQ(mbedtls_ssl_config_defaults(
                 config, MBEDTLS_SSL_IS_SERVER, MBEDTLS_SSL_TRANSPORT_STREAM, MBEDTLS_SSL_PRESET_DEFAULT), 0);
    mbedtls_ssl_conf_rng(config, mbedtls_ctr_drbg_random, &server->random);
    mbedtls_ssl_conf_ca_chain(config, &server->ca, NULL);
    mbedtls_ssl_conf_session_cache(config, server, find_session, keep_session);
    mbedtls_ssl_conf_renegotiation(config, MBEDTLS_SSL_RENEGOTIATION_ENABLED);
    CHECK_EQ(mbedtls_ssl_conf_own_cert(config, &server->cert, &server->key), 0);
    CHECK_EQ(mbedtls_ssl_setup(&server->ssl, config), 0);
    mbedtls_ssl_set_bio(&server->ssl, server, server_send, server_receive, NULL);
}

void server_end(struct server *server)
{
    mbedtls_ssl_free(&server->ssl);
    mbedtls_ssl_config_free(&server->config);
    mbedtls_ssl_cache_free(&server->cache);
    mbedtls_x509_crt_free(&server->cert);
    mbedtls_x509_crt_free(&server->ca);
    mbedtls_pk_free(&server->key);
    mbedtls_ctr_drbg_free(&server->random);
    mbedtls_entropy_free(&server->entropy);
}

static bool waits(int code)
{
    return code == MBEDTLS_ERR_SSL_WANT_READ || code == MBEDTLS_ERR_SSL_WANT_WRITE;
}

/* What is under way still arrives. */
static void hang_up(struct server *server)
{
    server->down.cut_after = server->down.passed + server->down.len;
    server->down.cut_error = 0;
}

void server_turn(struct server *server)
{
    if (server->mute || !server->is_open || server->error != 0) {
        return;
    }
    if (!server->is_up) {
        mbedtls_ssl_conf_authmode(&server->config,
            server->wants_certificate ? MBEDTLS_SSL_VERIFY_REQUIRED : MBEDTLS_SSL_VERIFY_NONE);
        const int code = mbedtls_ssl_handshake(&server->ssl);
        if (code == 0) {
            server->is_up = true;
            server->handshakes++;
        } else if (!waits(code)) {
            server->error = code;
            hang_up(server);
        }
        return;
    }
    const int n = mbedtls_ssl_read(&server->ssl, server->got + server->got_len, LANE_BYTES - server->got_len);
    if (n > 0) {
        server->got_len += (size_t)n;
    } else if (!waits(n)) {
        server->error = n;
    }
}

bool server_say(struct server *server, const uint8_t *bytes, size_t len)
{
    while (len > 0) {
        const int n = mbedtls_ssl_write(&server->ssl, bytes, len);
        if (!CHECK(n > 0)) {
            return false;
        }
        bytes += n;
        len -= (size_t)n;
    }
    return true;
}

void server_wake(void *user)
{
    struct server *server = user;
    server->wakes++;
}
