/* Why TLS failed, in words. */

#include "fault.h"

/* A certificate can be wrong in several ways; the first of these is what to correct first. */
static const char *of_certificate(uint32_t flags)
{
    if ((flags & MBEDTLS_X509_BADCERT_NOT_TRUSTED) != 0) {
        return "not signed by the given CA";
    }
    if ((flags & MBEDTLS_X509_BADCERT_EXPIRED) != 0) {
        return "certificate expired";
    }
    if ((flags & MBEDTLS_X509_BADCERT_FUTURE) != 0) {
        return "certificate not valid yet: is the clock right?";
    }
    if ((flags & MBEDTLS_X509_BADCERT_CN_MISMATCH) != 0) {
        return "wrong host name: the certificate is for another one";
    }
    if ((flags & (MBEDTLS_X509_BADCERT_BAD_MD | MBEDTLS_X509_BADCERT_BAD_PK | MBEDTLS_X509_BADCERT_BAD_KEY)) != 0) {
        return "certificate signed with an algorithm or key that is too weak";
    }
    if ((flags & MBEDTLS_X509_BADCERT_REVOKED) != 0) {
        return "certificate revoked";
    }
    return "certificate refused";
}

/* The peer asked in a handshake that came to nothing. */
static bool is_missing_ours(const struct limpet_mbedtls *tls)
{
    return tls->asked && tls->config.cert == NULL;
}

#define OTHER_VERSION "the peer wants another version of TLS"
#define MISSING_OURS "the peer wants a certificate from us, and we have none"

static const char *of_alert(const struct limpet_mbedtls *tls)
{
    switch (tls->alert) {
    case MBEDTLS_SSL_ALERT_MSG_BAD_CERT:
    case MBEDTLS_SSL_ALERT_MSG_UNSUPPORTED_CERT:
    case MBEDTLS_SSL_ALERT_MSG_CERT_REVOKED:
    case MBEDTLS_SSL_ALERT_MSG_CERT_EXPIRED:
    case MBEDTLS_SSL_ALERT_MSG_CERT_UNKNOWN:
    case MBEDTLS_SSL_ALERT_MSG_UNKNOWN_CA:
    case MBEDTLS_SSL_ALERT_MSG_ACCESS_DENIED:
        return "the peer refuses our certificate";
    case MBEDTLS_SSL_ALERT_MSG_PROTOCOL_VERSION:
        return OTHER_VERSION;
    case MBEDTLS_SSL_ALERT_MSG_UNRECOGNIZED_NAME:
        return "the peer does not know this host name";
    case MBEDTLS_SSL_ALERT_MSG_HANDSHAKE_FAILURE:
    case MBEDTLS_SSL_ALERT_MSG_NO_CERT:
        return is_missing_ours(tls) ? MISSING_OURS
                                    : "the peer finds no common ground: cipher suites, or our certificate";
    default:
        return "the peer ended TLS with an alert";
    }
}

const char *limpet_mbedtls_reason(const struct limpet_mbedtls *tls)
{
    switch (tls->fault) {
    case LIMPET_FAULT_NONE:
        return "";
    case LIMPET_FAULT_CONFIG:
        return "inner or ca is missing, or one of cert and key";
    case LIMPET_FAULT_RANDOM:
        return "no random numbers";
    case LIMPET_FAULT_CA:
        return "the CA cannot be read";
    case LIMPET_FAULT_CERT:
        return "our certificate cannot be read";
    case LIMPET_FAULT_KEY:
        return "our key cannot be read";
    case LIMPET_FAULT_PAIR:
        return "our key does not belong to our certificate";
    case LIMPET_FAULT_MEMORY:
        return "no memory for TLS";
    case LIMPET_FAULT_NAME:
        return "the host name is too long, or there is no memory for TLS";
    case LIMPET_FAULT_VERIFY:
        return of_certificate(tls->flags);
    case LIMPET_FAULT_ALERT:
        return of_alert(tls);
    case LIMPET_FAULT_VERSION:
        return OTHER_VERSION;
    case LIMPET_FAULT_NOT_TLS:
        return "the peer does not speak TLS";
    case LIMPET_FAULT_NO_ANSWER:
        return "no answer but the end: is TLS spoken on this port?";
    case LIMPET_FAULT_CUT_OFF:
        return is_missing_ours(tls) ? MISSING_OURS : "the connection was cut off without a goodbye";
    case LIMPET_FAULT_RENEGOTIATION:
        return "the peer began another handshake";
    case LIMPET_FAULT_TOO_LONG:
        return "the peer sends more at once than Mbed TLS has room for, see MBEDTLS_SSL_IN_CONTENT_LEN";
    default:
        return "TLS failed";
    }
}
