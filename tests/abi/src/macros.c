/* What only a C compiler can say: the values of the header's macros. */

#include "limpet.h"

/* C99 has no static assertion; an array of -1 bytes is an error. */
typedef char ok_is_no_error[MQTT_OK == MQTT_ERR_OK ? 1 : -1];

uint32_t header_abi(void);
uint32_t header_version(void);

uint32_t header_abi(void)
{
    return MQTT_ABI;
}

uint32_t header_version(void)
{
    return MQTT_VERSION;
}
