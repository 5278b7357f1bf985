/* The transport: handshake, reading, writing and closing. Preparing is in init.c, words for failures in reason.c.
 *
 * Mbed TLS 2.28 has a trap: if it has to answer a request to renegotiate while a write waits, it takes the one for the
 * other, and the bytes of that write go out twice or never. So nothing may be sent from inside mbedtls_ssl_read, and a
 * peer that asks to renegotiate is left.
 *
 * A peer that refuses us in a handshake says why and closes, while we may be writing yet. So there a write that fails
 * is not the end: the handshake goes on, unheard, until it has read the peer's last word or there is none. */

#include "fault.h"

#include <string.h>

#include <mbedtls/net_sockets.h>
#include <mbedtls/version.h>

/* Its struct members are not those of later versions. */
#if MBEDTLS_VERSION_MAJOR != 2
#error "written for Mbed TLS 2.28"
#endif

/* limpet_mbedtls.phase; the transport below is open, or opening, in all but the first. */
enum {
    CLOSED = 0,
    OPENING,
    HANDSHAKE,
    CONNECTED,
    BROKEN,
};

/* What Mbed TLS hands back to us when the transport below failed. */
#define BELOW MBEDTLS_ERR_NET_CONN_RESET

/* The first failure is the one that counts. */
static int below_failed(struct limpet_mbedtls *tls, int32_t result)
{
    tls->below = tls->below != 0 ? tls->below : result;
    return BELOW;
}

static int send_below(void *user, const unsigned char *buf, size_t len)
{
    struct limpet_mbedtls *tls = user;
    if (tls->reading) {
        return MBEDTLS_ERR_SSL_UNEXPECTED_MESSAGE;
    }
    const bool unheard = tls->phase == HANDSHAKE && tls->below != 0;
    if (unheard) {
        return (int)len;
    }
    const int32_t n = tls->config.inner->write(tls->config.inner_user, buf, len);
    if (n > 0) {
        return n;
    }
    if (n == 0 || n == MQTT_WOULD_BLOCK) {
        return MBEDTLS_ERR_SSL_WANT_WRITE;
    }
    const int code = below_failed(tls, n);
    return tls->phase == HANDSHAKE ? (int)len : code;
}

static int receive_below(void *user, unsigned char *buf, size_t len)
{
    struct limpet_mbedtls *tls = user;
    const int32_t n = tls->config.inner->read(tls->config.inner_user, buf, len);
    if (n >= 0) {
        tls->heard = tls->heard || n > 0;
        return n;
    }
    return n == MQTT_WOULD_BLOCK ? MBEDTLS_ERR_SSL_WANT_READ : below_failed(tls, n);
}

static bool waits(int code)
{
    return code == MBEDTLS_ERR_SSL_WANT_READ || code == MBEDTLS_ERR_SSL_WANT_WRITE;
}

static uint8_t fault_of(const struct limpet_mbedtls *tls, int code)
{
    switch (code) {
    case MBEDTLS_ERR_X509_CERT_VERIFY_FAILED:
        return LIMPET_FAULT_VERIFY;
    case MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE:
        return LIMPET_FAULT_ALERT;
    case MBEDTLS_ERR_SSL_CONN_EOF:
        return tls->heard ? LIMPET_FAULT_CUT_OFF : LIMPET_FAULT_NO_ANSWER;
    case MBEDTLS_ERR_SSL_INVALID_RECORD:
        /* Its first words: SERVER_HELLO is what we wait for. */
        return tls->ssl.state == MBEDTLS_SSL_SERVER_HELLO ? LIMPET_FAULT_NOT_TLS : LIMPET_FAULT_OTHER;
    case MBEDTLS_ERR_SSL_BAD_HS_PROTOCOL_VERSION:
        return LIMPET_FAULT_VERSION;
    case MBEDTLS_ERR_SSL_BAD_INPUT_DATA:
    case MBEDTLS_ERR_SSL_FEATURE_UNAVAILABLE:
        /* A record that is longer than our buffer, or a message of the handshake that is longer than a record. */
        return LIMPET_FAULT_TOO_LONG;
    case MBEDTLS_ERR_SSL_UNEXPECTED_MESSAGE:
        return tls->phase == CONNECTED ? LIMPET_FAULT_RENEGOTIATION : LIMPET_FAULT_OTHER;
    default:
        return LIMPET_FAULT_OTHER;
    }
}

static void forget_session(struct limpet_mbedtls *tls)
{
    mbedtls_ssl_session_free(&tls->session);
    tls->has_session = false;
}

/* The connection is of no use any more: what the caller is told. */
static int32_t failed(struct limpet_mbedtls *tls, int code)
{
    if (tls->phase == HANDSHAKE) {
        tls->asked = tls->ssl.client_auth != 0 && tls->ssl.state > MBEDTLS_SSL_CERTIFICATE_REQUEST;
    }
    if (tls->phase == HANDSHAKE || (code != BELOW && code != MBEDTLS_ERR_SSL_CONN_EOF)) {
        /* Perhaps it was the session that the peer could not bear; and one that failed must not go on. */
        forget_session(tls);
    }
    if (code == BELOW) {
        if (!tls->heard) {
            /* Who does not understand us may also reset. */
            tls->fault = LIMPET_FAULT_NO_ANSWER;
        }
        tls->phase = BROKEN;
        return tls->below;
    }
    tls->fault = fault_of(tls, code);
    if (tls->fault == LIMPET_FAULT_VERIFY) {
        tls->flags = mbedtls_ssl_get_verify_result(&tls->ssl);
    } else if (tls->fault == LIMPET_FAULT_ALERT) {
        tls->alert = tls->ssl.in_msg[1];
    }
    tls->phase = BROKEN;
    return MQTT_TLS_ERROR + code;
}

/* A session goes on only with the server that it began with: its name is not checked again. */
static bool is_same_server(const struct limpet_mbedtls *tls, const char *name, uint16_t port)
{
    return tls->session_port == port && tls->ssl.hostname != NULL && strcmp(tls->ssl.hostname, name) == 0;
}

static int32_t begin_handshake(struct limpet_mbedtls *tls, const char *server, uint16_t port)
{
    const char *name = tls->config.name != NULL ? tls->config.name : server;
    tls->phase = HANDSHAKE;
    if (tls->has_session && !is_same_server(tls, name, port)) {
        forget_session(tls);
    }
    tls->session_port = port;
    int code = mbedtls_ssl_session_reset(&tls->ssl);
    if (code == 0) {
        mbedtls_ssl_set_bio(&tls->ssl, tls, send_below, receive_below, NULL);
        code = mbedtls_ssl_set_hostname(&tls->ssl, name);
    }
    if (code != 0) {
        const int32_t result = failed(tls, code);
        tls->fault = LIMPET_FAULT_NAME;
        return result;
    }
    if (tls->has_session && mbedtls_ssl_set_session(&tls->ssl, &tls->session) != 0) {
        /* No memory for a short handshake; perhaps there is for a whole one. */
        forget_session(tls);
    }
    return 0;
}

static int32_t step(struct limpet_mbedtls *tls)
{
    int code = mbedtls_ssl_handshake_step(&tls->ssl);
    if (tls->below != 0 && (waits(code) || code == MBEDTLS_ERR_SSL_CONN_EOF)) {
        code = BELOW;
    }
    if (waits(code)) {
        return MQTT_WOULD_BLOCK;
    }
    if (code != 0 && code != MBEDTLS_ERR_SSL_CRYPTO_IN_PROGRESS) {
        return failed(tls, code);
    }
    if (tls->ssl.state != MBEDTLS_SSL_HANDSHAKE_OVER) {
        if (tls->config.wake != NULL) {
            tls->config.wake(tls->config.inner_user);
        }
        return MQTT_WOULD_BLOCK;
    }
    forget_session(tls);
    /* Without it the next handshake is a whole one. */
    tls->has_session = mbedtls_ssl_get_session(&tls->ssl, &tls->session) == 0;
    tls->phase = CONNECTED;
    return 0;
}

static int32_t tls_open(void *user, const char *server, uint16_t port)
{
    struct limpet_mbedtls *tls = user;
    int32_t result;
    switch (tls->phase) {
    case CLOSED:
        tls->phase = OPENING;
        tls->fault = LIMPET_FAULT_NONE;
        tls->below = 0;
        tls->heard = false;
        tls->asked = false;
        /* fall through */
    case OPENING:
        result = tls->config.inner->open(tls->config.inner_user, server, port);
        if (result != 0) {
            return result;
        }
        result = begin_handshake(tls, server, port);
        return result != 0 ? result : step(tls);
    case HANDSHAKE:
        return step(tls);
    default:
        return 0;
    }
}

static int32_t tls_read(void *user, uint8_t *buf, size_t len)
{
    struct limpet_mbedtls *tls = user;
    tls->reading = true;
    const int n = mbedtls_ssl_read(&tls->ssl, buf, len);
    tls->reading = false;
    if (n > 0) {
        return n;
    }
    if (waits(n)) {
        return MQTT_WOULD_BLOCK;
    }
    if (n == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY) {
        return 0;
    }
    /* Mbed TLS's 0 is an end without goodbye: anyone on the way can make one. */
    return failed(tls, n == 0 ? MBEDTLS_ERR_SSL_CONN_EOF : n);
}

static int32_t tls_write(void *user, const uint8_t *buf, size_t len)
{
    struct limpet_mbedtls *tls = user;
    /* Same pointer, length and bytes after MQTT_WOULD_BLOCK: they may be encrypted and half sent already. */
    const int n = mbedtls_ssl_write(&tls->ssl, buf, len);
    if (n > 0) {
        return n;
    }
    return waits(n) ? MQTT_WOULD_BLOCK : failed(tls, n);
}

static void tls_close(void *user)
{
    struct limpet_mbedtls *tls = user;
    if (tls->phase == CONNECTED) {
        /* If it does not go out at once it does not go out: a peer that reads nothing must not keep us. */
        (void)mbedtls_ssl_close_notify(&tls->ssl);
    }
    if (tls->phase != CLOSED) {
        tls->phase = CLOSED;
        tls->config.inner->close(tls->config.inner_user);
    }
}

const struct mqtt_transport limpet_mbedtls_transport = {
    .open = tls_open,
    .read = tls_read,
    .write = tls_write,
    .close = tls_close,
};
