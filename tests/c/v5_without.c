/* An archive that speaks 3.1.1 only says so when MQTT 5 is asked for, and is otherwise as any. */

#define CHECK_MAIN
#include "check.h"

#include "mock.h"

#include <string.h>

static struct mock mock;

static void mqtt_init_refuses_mqtt_5(void)
{
    static struct mqtt_v5 v5;
    mock_init(&mock);
    mock.config.v5 = &v5;
    CHECK(mqtt_init(&mock.client, &mock.config) == MQTT_ERR_CONFIG_V5);
    CHECK(strstr(mqtt_error_text(MQTT_ERR_CONFIG_V5), "without MQTT 5") != NULL);
}

static void what_needs_it_is_unsupported(void)
{
    const struct mqtt_subscribe_options options = { .filter = "t", .retain_handling = 1 };
    mock_init(&mock);
    CHECK(mqtt_init(&mock.client, &mock.config) == MQTT_OK);
    CHECK(mqtt_subscribe_with(&mock.client, &options) == MQTT_ERR_UNSUPPORTED);
    CHECK(mqtt_auth(&mock.client, 0x18, NULL, 0) == MQTT_ERR_UNSUPPORTED);
}

int main(void)
{
    RUN(mqtt_init_refuses_mqtt_5);
    RUN(what_needs_it_is_unsupported);
    return check_end();
}
