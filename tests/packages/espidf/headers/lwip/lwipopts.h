/* Sockets as in tests/firmware/freertos, with IPv6, which ESP-IDF has by default. */

#include "../../../../firmware/freertos/lwipopts.h"

#undef LWIP_IPV6
#define LWIP_IPV6 1
