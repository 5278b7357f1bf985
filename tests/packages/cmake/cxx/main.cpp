// The header and the archive are of one version.

#include "limpet.h"

int main()
{
    return mqtt_version() == MQTT_VERSION ? 0 : 1;
}
