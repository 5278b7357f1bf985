/* TLS for Limpet with Mbed TLS 2.28: a struct mqtt_transport that lies over any other struct mqtt_transport.
 * Build the .c files of this directory with your program; add -lmbedtls -lmbedx509 -lmbedcrypto.
 *
 *     static struct limpet_mbedtls tls;
 *     const struct limpet_mbedtls_config below = {
 *         .inner = &limpet_posix_transport,
 *         .inner_user = &net,
 *         .wake = limpet_posix_wake,
 *         .ca = ca_pem,
 *     };
 *     if (limpet_mbedtls_init(&tls, &below) != 0) { ... limpet_mbedtls_reason(&tls) ... }
 *     config.tls = true;                                    the default port is 8883
 *     config.transport = &limpet_mbedtls_transport;
 *     config.transport_user = &tls;
 *
 * The loop is that of the transport below: limpet_posix_wait(&net, ...) as without TLS.
 *
 * The peer is always verified: its certificate must be signed by the CA that you give, be valid today, and bear the
 * name that you connect to. There is no switch for that; the CA of a certificate that signed itself is the certificate.
 * TLS 1.2 at least, renegotiation refused.
 *
 * No function here blocks. One open is one step of the handshake: 17 in all, 8 when a session goes on. The dearest are
 * a public-key operation or two: checking the certificates, agreeing on the secret. They take milliseconds on a PC. On a
 * Cortex-M4 a whole handshake with P-256 is 83 million instructions, and its dearest step 28 million. Mbed TLS with
 * MBEDTLS_ECP_RESTARTABLE cuts those of ECDHE-ECDSA into pieces, and they are steps, too: after
 * mbedtls_ecp_set_max_ops(400) there are 50 more, and the dearest is 2 million. That needs a certificate with a key for
 * elliptic curves; RSA stays whole.
 *
 * A board must give Mbed TLS
 *   - memory: it allocates, up to 55 kB for each connection with Debian's settings, 17 kB with buffers of 4 kB and one
 *     curve. The struct is 8 kB, and 32 kB more with MBEDTLS_HAVEGE_C, as on Debian; 2 kB on such a board. The deepest
 *     call of all takes 3.5 kB of stack;
 *   - random numbers: mbedtls_hardware_poll, with MBEDTLS_ENTROPY_HARDWARE_ALT;
 *   - the date: time(), or MBEDTLS_PLATFORM_TIME_ALT, right before the first connection. Without MBEDTLS_HAVE_TIME_DATE
 *     it takes an expired certificate for a valid one.
 * On POSIX its own settings do all three. For a board tests/firmware/mbedtls/small_config.h, in Limpet's sources, is an
 * example.
 *
 * MBEDTLS_SSL_IN_CONTENT_LEN and _OUT_ make the buffers smaller than 16 kB. Then keep MBEDTLS_SSL_MAX_FRAGMENT_LENGTH: the
 * peer is asked to send 4096 bytes at once at most, or as many of 2048, 1024 and 512 as fit both. OpenSSL obeys, so
 * Mosquitto does; a peer that does not is left when it sends more. What must fit into as many bytes in any case are the
 * peer's certificates.
 */

#ifndef LIMPET_MBEDTLS_H
#define LIMPET_MBEDTLS_H

#include "limpet.h"

#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <mbedtls/pk.h>
#include <mbedtls/ssl.h>
#include <mbedtls/x509_crt.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Leave the rest zero. Copied by limpet_mbedtls_init; what it points to is borrowed: certificates and key until that
 * returns, all else while the transport is in use. */
struct limpet_mbedtls_config {
    /* What carries the bytes, and the first argument of its functions. Required. */
    const struct mqtt_transport *inner;
    void *inner_user;
    /* Called with inner_user when open has more to do at once, so that you do not wait for the peer: what ends your
     * wait, such as limpet_posix_wake. Without it each step of the handshake waits for your next mqtt_poll, up to
     * 50 ms. */
    void (*wake)(void *inner_user);
    /* Certificates that may have signed the peer's: PEM, with the length 0, or DER. Required. */
    const void *ca;
    size_t ca_len;
    /* Your own certificate, with those between it and the CA, and its key, if the peer asks for them: PEM, with the
     * length 0, or DER. */
    const void *cert;
    size_t cert_len;
    const void *key;
    size_t key_len;
    /* The name that the peer's certificate must bear, if it is not server of mqtt_config. Mbed TLS 2.28 compares DNS
     * names only: if server is an address, the name must be given here. */
    const char *name;
};

/* One connection. Declare one for each client; what is in it belongs to the files of this directory. It must not be
 * moved after limpet_mbedtls_init. */
struct limpet_mbedtls {
    struct limpet_mbedtls_config config;
    uint8_t phase;
    /* enum in fault.h: what failed last. */
    uint8_t fault;
    /* Of the peer's last fatal alert. */
    uint8_t alert;
    /* The peer asked for a certificate, in a handshake that failed. */
    bool asked;
    /* The peer has said something. */
    bool heard;
    /* mbedtls_ssl_read is under way. */
    bool reading;
    /* What the transport below answered when it failed; zero: it did not. */
    int32_t below;
    /* MBEDTLS_X509_BADCERT_* of a certificate that was refused. */
    uint32_t flags;
    /* The session that the next connection to the same server goes on with, without public-key operations. */
    bool has_session;
    uint16_t session_port;
    mbedtls_ssl_session session;
    mbedtls_ssl_context ssl;
    mbedtls_ssl_config ssl_config;
    mbedtls_x509_crt ca;
    mbedtls_x509_crt cert;
    mbedtls_pk_context key;
    mbedtls_entropy_context entropy;
    mbedtls_ctr_drbg_context random;
};

/* Prepares: reads certificates and key, allocates. 0, or MQTT_TLS_ERROR + Mbed TLS's code, and limpet_mbedtls_reason
 * tells which part was refused. */
int32_t limpet_mbedtls_init(struct limpet_mbedtls *tls, const struct limpet_mbedtls_config *config);

/* Gives the memory back. After the client is closed; also after a limpet_mbedtls_init that failed. */
void limpet_mbedtls_end(struct limpet_mbedtls *tls);

/* Its user is a struct limpet_mbedtls. Failures of TLS are MQTT_TLS_ERROR + Mbed TLS's code, those of the transport
 * below are its own. A peer that closes in good order is 0 from read; one that is cut off, or does not say goodbye, is
 * MQTT_TLS_ERROR + MBEDTLS_ERR_SSL_CONN_EOF. */
extern const struct mqtt_transport limpet_mbedtls_transport;

/* Why TLS failed last, in a few words for a human: "certificate expired". Empty if it did not fail since the last
 * attempt to connect began, and when the transport below failed, but for a hint if that may mean that the peer does not
 * speak TLS. Never NULL. */
const char *limpet_mbedtls_reason(const struct limpet_mbedtls *tls);

#ifdef __cplusplus
}
#endif

#endif
