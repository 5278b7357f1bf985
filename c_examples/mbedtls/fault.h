/* What the files of this directory share and a program does not need. */

#ifndef LIMPET_MBEDTLS_FAULT_H
#define LIMPET_MBEDTLS_FAULT_H

#include "limpet_mbedtls.h"

/* limpet_mbedtls.fault. */
enum {
    LIMPET_FAULT_NONE = 0,
    /* limpet_mbedtls_init: */
    LIMPET_FAULT_CONFIG,
    LIMPET_FAULT_RANDOM,
    LIMPET_FAULT_CA,
    LIMPET_FAULT_CERT,
    LIMPET_FAULT_KEY,
    LIMPET_FAULT_PAIR,
    LIMPET_FAULT_MEMORY,
    /* A connection: */
    LIMPET_FAULT_NAME,
    LIMPET_FAULT_VERIFY,
    LIMPET_FAULT_ALERT,
    LIMPET_FAULT_VERSION,
    LIMPET_FAULT_NOT_TLS,
    LIMPET_FAULT_NO_ANSWER,
    LIMPET_FAULT_CUT_OFF,
    LIMPET_FAULT_RENEGOTIATION,
    LIMPET_FAULT_TOO_LONG,
    LIMPET_FAULT_OTHER,
};

#endif
