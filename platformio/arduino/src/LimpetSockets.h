/* The ESP32's own sockets as the connection, instead of a WiFiClient: nothing waits, neither for a name nor for a
 * connection nor for room. Without TLS.
 *
 *     static struct limpet_sockets net;
 *     Limpet mqtt(limpet_sockets_transport, &net);
 */

#ifndef LIMPET_SOCKETS_ARDUINO_H
#define LIMPET_SOCKETS_ARDUINO_H

#if !defined ARDUINO_ARCH_ESP32 && !defined LIMPET_OWN_SOCKETS
#error "LimpetSockets.h is for the ESP32 only. On other boards give Limpet a Client, such as a WiFiClient."
#endif

#include "c/limpet_sockets.h"

#endif
