/* TLS by esp-tls over a socket of limpet_sockets. esp-tls would look up the name and wait for it, so it gets the socket
 * when that is connected. */

#include "limpet_idf.h"

#include "stack.h"

#include "esp_tls.h"

#include <string.h>

/* Bytes that close reads and discards at most. */
#define DISCARD_MAX 16384

static bool waits(ssize_t result)
{
    return result == ESP_TLS_ERR_SSL_WANT_READ || result == ESP_TLS_ERR_SSL_WANT_WRITE;
}

/* The positive number of Mbed TLS that esp-tls keeps. */
static int32_t failed(int code)
{
    return MQTT_TLS_ERROR - (code > 0 && code <= 0xffff ? code : 1);
}

static void give(const char *text, const unsigned char **bytes, unsigned int *len)
{
    *bytes = (const unsigned char *)text;
    /* PEM is measured with its NUL. */
    *len = text != NULL ? (unsigned int)strlen(text) + 1 : 0;
}

static int32_t begin(struct limpet_idf_tls *tls)
{
    tls->tls = esp_tls_init();
    if (tls->tls == NULL) {
        return -ENOMEM;
    }
    if (esp_tls_set_conn_sockfd(tls->tls, tls->net.fd) != ESP_OK
        || esp_tls_set_conn_state(tls->tls, ESP_TLS_CONNECTING) != ESP_OK) {
        return failed(0);
    }
    return 0;
}

static int32_t handshake(struct limpet_idf_tls *tls, const char *server, uint16_t port)
{
    esp_tls_error_handle_t errors = NULL;
    int code = 0;
    int flags = 0;
    esp_tls_cfg_t config;
    memset(&config, 0, sizeof config);
    give(tls->ca, &config.cacert_buf, &config.cacert_bytes);
    give(tls->cert, &config.clientcert_buf, &config.clientcert_bytes);
    give(tls->key, &config.clientkey_buf, &config.clientkey_bytes);
    config.crt_bundle_attach = tls->bundle;
    config.common_name = tls->name;
    /* The socket does not wait; non_block would have esp-tls wait for the connection, which is there. */
    const int result = esp_tls_conn_new_async(server, (int)strlen(server), port, &config, tls->tls);
    if (result == 1) {
        tls->connected = true;
        return 0;
    }
    if (result == 0) {
        return MQTT_WOULD_BLOCK;
    }
    if (esp_tls_get_error_handle(tls->tls, &errors) == ESP_OK) {
        (void)esp_tls_get_and_clear_last_error(errors, &code, &flags);
        tls->flags = (uint32_t)flags;
    }
    return failed(code);
}

static int32_t tls_open(void *user, const char *server, uint16_t port)
{
    struct limpet_idf_tls *tls = user;
    tls->net.unread = false;
    if (tls->connected) {
        return 0;
    }
    if (tls->tls == NULL) {
        tls->flags = 0;
        int32_t result = limpet_sockets_transport.open(&tls->net, server, port);
        if (result == 0) {
            result = begin(tls);
        }
        if (result != 0) {
            return result;
        }
    }
    return handshake(tls, server, port);
}

static int32_t tls_read(void *user, uint8_t *buf, size_t len)
{
    struct limpet_idf_tls *tls = user;
    tls->net.unread = false;
    const ssize_t n = esp_tls_conn_read(tls->tls, buf, len);
    if (n >= 0) {
        /* esp-tls may answer an esp_err_t here, which is no number of bytes. */
        return (size_t)n <= len ? (int32_t)n : failed(0);
    }
    return waits(n) ? MQTT_WOULD_BLOCK : failed(-(int)n);
}

static int32_t tls_write(void *user, const uint8_t *buf, size_t len)
{
    struct limpet_idf_tls *tls = user;
    /* Same pointer, length and bytes after MQTT_WOULD_BLOCK: they may be encrypted already. */
    const ssize_t n = esp_tls_conn_write(tls->tls, buf, len);
    if (n >= 0) {
        return (int32_t)n;
    }
    return waits(n) ? MQTT_WOULD_BLOCK : failed(-(int)n);
}

/* The goodbye of TLS, if it goes out at once; and a socket closed with bytes unread would send a reset, which may overtake
 * it and our DISCONNECT. */
static void say_goodbye(struct limpet_idf_tls *tls)
{
    uint8_t discarded[128];
    size_t total = 0;
    (void)mbedtls_ssl_close_notify(esp_tls_get_ssl_context(tls->tls));
    while (total < DISCARD_MAX) {
        const ssize_t n = esp_tls_conn_read(tls->tls, discarded, sizeof discarded);
        if (n <= 0) {
            break;
        }
        total += (size_t)n;
    }
}

static void tls_close(void *user)
{
    struct limpet_idf_tls *tls = user;
    if (tls->tls == NULL) {
        limpet_sockets_transport.close(&tls->net);
        return;
    }
    if (tls->connected) {
        say_goodbye(tls);
    }
    /* It closes the socket, too. */
    (void)esp_tls_conn_destroy(tls->tls);
    tls->net.phase = LIMPET_CLOSED;
    tls->tls = NULL;
    tls->connected = false;
}

const struct mqtt_transport limpet_idf_tls_transport = {
    .open = tls_open,
    .read = tls_read,
    .write = tls_write,
    .close = tls_close,
};

/* A certificate can be wrong in several ways; the first of these is what to correct first. */
const char *limpet_idf_tls_reason(const struct limpet_idf_tls *tls)
{
    if (tls->flags == 0) {
        return "";
    }
    if ((tls->flags & MBEDTLS_X509_BADCERT_NOT_TRUSTED) != 0) {
        return "not signed by the given CA";
    }
    if ((tls->flags & MBEDTLS_X509_BADCERT_EXPIRED) != 0) {
        return "certificate expired";
    }
    if ((tls->flags & MBEDTLS_X509_BADCERT_FUTURE) != 0) {
        return "certificate not valid yet: is the clock right?";
    }
    if ((tls->flags & MBEDTLS_X509_BADCERT_CN_MISMATCH) != 0) {
        return "wrong host name: the certificate is for another one";
    }
    return "certificate refused";
}
