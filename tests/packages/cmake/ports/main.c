/* Links what the ports are for; it is not run. */

#include "limpet.h"

int main(void)
{
    static struct mqtt_client client;
    return mqtt_post(&client, "a", "b", 1, 0, false);
}
