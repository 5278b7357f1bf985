/* esp-tls over Mbed TLS, as ESP-IDF's: it takes a socket that is connected, goes on with the handshake as far as the
 * socket lets it, and keeps what went wrong last. */

#define _GNU_SOURCE

#include "esp_tls.h"

#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <mbedtls/net_sockets.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct esp_tls_last_error {
    int code;
    int flags;
};

struct esp_tls {
    esp_tls_conn_state_t state;
    mbedtls_net_context net;
    mbedtls_ssl_context ssl;
    mbedtls_ssl_config config;
    mbedtls_x509_crt ca;
    mbedtls_entropy_context entropy;
    mbedtls_ctr_drbg_context random;
    struct esp_tls_last_error error;
};

esp_tls_t *esp_tls_init(void)
{
    esp_tls_t *tls = calloc(1, sizeof *tls);
    tls->net.fd = -1;
    mbedtls_ssl_init(&tls->ssl);
    mbedtls_ssl_config_init(&tls->config);
    mbedtls_x509_crt_init(&tls->ca);
    mbedtls_entropy_init(&tls->entropy);
    mbedtls_ctr_drbg_init(&tls->random);
    return tls;
}

esp_err_t esp_tls_set_conn_sockfd(esp_tls_t *tls, int fd)
{
    tls->net.fd = fd;
    return fd >= 0 ? ESP_OK : ESP_ERR_INVALID_ARG;
}

esp_err_t esp_tls_set_conn_state(esp_tls_t *tls, esp_tls_conn_state_t state)
{
    tls->state = state;
    return ESP_OK;
}

static int prepare(esp_tls_t *tls, const char *host, const esp_tls_cfg_t *config)
{
    /* As there, no server is trusted unless something says which. */
    int code = config->cacert_buf != NULL ? 0 : MBEDTLS_ERR_SSL_CA_CHAIN_REQUIRED;
    if (code == 0) {
        code = mbedtls_ctr_drbg_seed(&tls->random, mbedtls_entropy_func, &tls->entropy, NULL, 0);
    }
    if (code == 0) {
        code = mbedtls_x509_crt_parse(&tls->ca, config->cacert_buf, config->cacert_bytes);
    }
    if (code == 0) {
        code = mbedtls_ssl_config_defaults(&tls->config, MBEDTLS_SSL_IS_CLIENT, MBEDTLS_SSL_TRANSPORT_STREAM,
                                           MBEDTLS_SSL_PRESET_DEFAULT);
    }
    if (code == 0) {
        mbedtls_ssl_conf_authmode(&tls->config, MBEDTLS_SSL_VERIFY_REQUIRED);
        mbedtls_ssl_conf_ca_chain(&tls->config, &tls->ca, NULL);
        mbedtls_ssl_conf_rng(&tls->config, mbedtls_ctr_drbg_random, &tls->random);
        code = mbedtls_ssl_setup(&tls->ssl, &tls->config);
    }
    if (code == 0) {
        code = mbedtls_ssl_set_hostname(&tls->ssl, config->common_name != NULL ? config->common_name : host);
        mbedtls_ssl_set_bio(&tls->ssl, &tls->net, mbedtls_net_send, mbedtls_net_recv, NULL);
    }
    return code;
}

static int fail(esp_tls_t *tls, int code)
{
    tls->state = ESP_TLS_FAIL;
    tls->error.code = -code;
    tls->error.flags = code == MBEDTLS_ERR_X509_CERT_VERIFY_FAILED ? (int)mbedtls_ssl_get_verify_result(&tls->ssl) : 0;
    return -1;
}

int esp_tls_conn_new_async(const char *host, int len, int port, const esp_tls_cfg_t *config, esp_tls_t *tls)
{
    int code = 0;
    (void)len;
    (void)port;
    switch (tls->state) {
    case ESP_TLS_CONNECTING:
        /* It would wait for the connection. */
        if (config->non_block) {
            abort();
        }
        code = prepare(tls, host, config);
        if (code != 0) {
            return fail(tls, code);
        }
        tls->state = ESP_TLS_HANDSHAKE;
        /* fall through */
    case ESP_TLS_HANDSHAKE:
        code = mbedtls_ssl_handshake(&tls->ssl);
        if (code == ESP_TLS_ERR_SSL_WANT_READ || code == ESP_TLS_ERR_SSL_WANT_WRITE) {
            return 0;
        }
        if (code != 0) {
            return fail(tls, code);
        }
        tls->state = ESP_TLS_DONE;
        return 1;
    default:
        return -1;
    }
}

ssize_t esp_tls_conn_read(esp_tls_t *tls, void *data, size_t len)
{
    const int n = mbedtls_ssl_read(&tls->ssl, data, len);
    return n == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY ? 0 : n;
}

ssize_t esp_tls_conn_write(esp_tls_t *tls, const void *data, size_t len)
{
    return mbedtls_ssl_write(&tls->ssl, data, len);
}

int esp_tls_conn_destroy(esp_tls_t *tls)
{
    mbedtls_ssl_free(&tls->ssl);
    mbedtls_ssl_config_free(&tls->config);
    mbedtls_x509_crt_free(&tls->ca);
    mbedtls_ctr_drbg_free(&tls->random);
    mbedtls_entropy_free(&tls->entropy);
    const int result = tls->net.fd >= 0 ? close(tls->net.fd) : 0;
    free(tls);
    return result;
}

void *esp_tls_get_ssl_context(esp_tls_t *tls)
{
    return &tls->ssl;
}

esp_err_t esp_tls_get_error_handle(esp_tls_t *tls, esp_tls_error_handle_t *errors)
{
    *errors = &tls->error;
    return ESP_OK;
}

esp_err_t esp_tls_get_and_clear_last_error(esp_tls_error_handle_t errors, int *code, int *flags)
{
    *code = errors->code;
    *flags = errors->flags;
    memset(errors, 0, sizeof *errors);
    return ESP_OK;
}
