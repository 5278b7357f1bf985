/* Preparing and ending a struct limpet_mbedtls: certificates, key, random numbers, and the rules of every handshake. */

#include "fault.h"

#include <string.h>

/* Mbed TLS wants the NUL of PEM counted. */
static size_t length_of(const void *bytes, size_t len)
{
    return len > 0 ? len : strlen(bytes) + 1;
}

static int read_certificates(mbedtls_x509_crt *to, const void *bytes, size_t len)
{
    const int code = mbedtls_x509_crt_parse(to, bytes, length_of(bytes, len));
    /* Above 0: so many of several could not be read. The peer's may be among them. */
    return code > 0 ? MBEDTLS_ERR_X509_INVALID_FORMAT : code;
}

static int32_t refused(struct limpet_mbedtls *tls, uint8_t fault, int code)
{
    tls->fault = fault;
    return MQTT_TLS_ERROR + code;
}

static int32_t set_own_certificate(struct limpet_mbedtls *tls)
{
    const struct limpet_mbedtls_config *config = &tls->config;
    int code = read_certificates(&tls->cert, config->cert, config->cert_len);
    if (code != 0) {
        return refused(tls, LIMPET_FAULT_CERT, code);
    }
    code = mbedtls_pk_parse_key(&tls->key, config->key, length_of(config->key, config->key_len), NULL, 0);
    if (code != 0) {
        return refused(tls, LIMPET_FAULT_KEY, code);
    }
    code = mbedtls_pk_check_pair(&tls->cert.pk, &tls->key);
    if (code != 0) {
        return refused(tls, LIMPET_FAULT_PAIR, code);
    }
    code = mbedtls_ssl_conf_own_cert(&tls->ssl_config, &tls->cert, &tls->key);
    return code != 0 ? refused(tls, LIMPET_FAULT_MEMORY, code) : 0;
}

/* A peer that is not asked sends records of up to 16 kB. The longest of these lengths that fits our buffers is asked for,
 * and none if they have room for all. */
static void limit_records(mbedtls_ssl_config *rules)
{
#if defined(MBEDTLS_SSL_MAX_FRAGMENT_LENGTH) && MBEDTLS_SSL_IN_CONTENT_LEN < 16384
    unsigned char code = MBEDTLS_SSL_MAX_FRAG_LEN_4096;
    while (code > MBEDTLS_SSL_MAX_FRAG_LEN_NONE && mbedtls_ssl_conf_max_frag_len(rules, code) != 0) {
        code--;
    }
#else
    (void)rules;
#endif
}

static int32_t set_rules(struct limpet_mbedtls *tls)
{
    mbedtls_ssl_config *rules = &tls->ssl_config;
    const int code = mbedtls_ssl_config_defaults(
        rules, MBEDTLS_SSL_IS_CLIENT, MBEDTLS_SSL_TRANSPORT_STREAM, MBEDTLS_SSL_PRESET_DEFAULT);
    if (code != 0) {
        return refused(tls, LIMPET_FAULT_MEMORY, code);
    }
    mbedtls_ssl_conf_min_version(rules, MBEDTLS_SSL_MAJOR_VERSION_3, MBEDTLS_SSL_MINOR_VERSION_3);
    mbedtls_ssl_conf_authmode(rules, MBEDTLS_SSL_VERIFY_REQUIRED);
    mbedtls_ssl_conf_ca_chain(rules, &tls->ca, NULL);
    mbedtls_ssl_conf_rng(rules, mbedtls_ctr_drbg_random, &tls->random);
    limit_records(rules);
    return tls->config.cert != NULL ? set_own_certificate(tls) : 0;
}

int32_t limpet_mbedtls_init(struct limpet_mbedtls *tls, const struct limpet_mbedtls_config *config)
{
    memset(tls, 0, sizeof *tls);
    tls->config = *config;
    mbedtls_ssl_session_init(&tls->session);
    mbedtls_ssl_init(&tls->ssl);
    mbedtls_ssl_config_init(&tls->ssl_config);
    mbedtls_x509_crt_init(&tls->ca);
    mbedtls_x509_crt_init(&tls->cert);
    mbedtls_pk_init(&tls->key);
    mbedtls_entropy_init(&tls->entropy);
    mbedtls_ctr_drbg_init(&tls->random);

    if (config->inner == NULL || config->ca == NULL || (config->cert == NULL) != (config->key == NULL)) {
        return refused(tls, LIMPET_FAULT_CONFIG, MBEDTLS_ERR_SSL_BAD_INPUT_DATA);
    }
    int code = mbedtls_ctr_drbg_seed(&tls->random, mbedtls_entropy_func, &tls->entropy, NULL, 0);
    if (code != 0) {
        return refused(tls, LIMPET_FAULT_RANDOM, code);
    }
    code = read_certificates(&tls->ca, config->ca, config->ca_len);
    if (code != 0) {
        return refused(tls, LIMPET_FAULT_CA, code);
    }
    const int32_t result = set_rules(tls);
    if (result != 0) {
        return result;
    }
    code = mbedtls_ssl_setup(&tls->ssl, &tls->ssl_config);
    return code != 0 ? refused(tls, LIMPET_FAULT_MEMORY, code) : 0;
}

void limpet_mbedtls_end(struct limpet_mbedtls *tls)
{
    mbedtls_ssl_session_free(&tls->session);
    mbedtls_ssl_free(&tls->ssl);
    mbedtls_ssl_config_free(&tls->ssl_config);
    mbedtls_x509_crt_free(&tls->ca);
    mbedtls_x509_crt_free(&tls->cert);
    mbedtls_pk_free(&tls->key);
    mbedtls_ctr_drbg_free(&tls->random);
    mbedtls_entropy_free(&tls->entropy);
}
