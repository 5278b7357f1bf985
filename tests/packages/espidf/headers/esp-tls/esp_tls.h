/* esp-tls, as far as the component needs it. Its functions are in machine/tls.c, over Mbed TLS. */

#ifndef ESP_TLS_STAND_IN_H
#define ESP_TLS_STAND_IN_H

#include "esp_err.h"

#include <mbedtls/ssl.h>
#include <mbedtls/x509.h>
#include <stdbool.h>
#include <sys/types.h>

#define ESP_TLS_ERR_SSL_WANT_READ MBEDTLS_ERR_SSL_WANT_READ
#define ESP_TLS_ERR_SSL_WANT_WRITE MBEDTLS_ERR_SSL_WANT_WRITE

typedef enum { ESP_TLS_INIT = 0, ESP_TLS_CONNECTING, ESP_TLS_HANDSHAKE, ESP_TLS_FAIL, ESP_TLS_DONE } esp_tls_conn_state_t;

typedef struct esp_tls esp_tls_t;
typedef struct esp_tls_last_error *esp_tls_error_handle_t;

typedef struct {
    const unsigned char *cacert_buf;
    unsigned int cacert_bytes;
    const unsigned char *clientcert_buf;
    unsigned int clientcert_bytes;
    const unsigned char *clientkey_buf;
    unsigned int clientkey_bytes;
    bool non_block;
    int timeout_ms;
    const char *common_name;
    esp_err_t (*crt_bundle_attach)(void *conf);
} esp_tls_cfg_t;

esp_tls_t *esp_tls_init(void);
esp_err_t esp_tls_set_conn_sockfd(esp_tls_t *tls, int fd);
esp_err_t esp_tls_set_conn_state(esp_tls_t *tls, esp_tls_conn_state_t state);
int esp_tls_conn_new_async(const char *host, int len, int port, const esp_tls_cfg_t *config, esp_tls_t *tls);
ssize_t esp_tls_conn_read(esp_tls_t *tls, void *data, size_t len);
ssize_t esp_tls_conn_write(esp_tls_t *tls, const void *data, size_t len);
int esp_tls_conn_destroy(esp_tls_t *tls);
void *esp_tls_get_ssl_context(esp_tls_t *tls);
esp_err_t esp_tls_get_error_handle(esp_tls_t *tls, esp_tls_error_handle_t *errors);
esp_err_t esp_tls_get_and_clear_last_error(esp_tls_error_handle_t errors, int *code, int *flags);

#endif
