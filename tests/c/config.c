/* What mqtt_init refuses, and the names it gives it. */

#define CHECK_MAIN
#include "check.h"

#include "mock.h"

static struct mock mock;
static char long_text[65537];

/* What mqtt_init answers to a good configuration after this change. */
#define INIT_ANSWERS(code, ...) \
    do { \
        mock_init(&mock); \
        struct mqtt_config *config = &mock.config; \
        __VA_ARGS__; \
        CHECK_EQ(mqtt_init(&mock.client, config), code); \
    } while (0)

static void init_refuses_another_abi(void)
{
    INIT_ANSWERS(MQTT_ERR_ABI, config->abi = 0);
    INIT_ANSWERS(MQTT_ERR_ABI, config->abi ^= 1);
    INIT_ANSWERS(MQTT_ERR_ABI, config->abi += 1u << 10);
    INIT_ANSWERS(MQTT_ERR_ABI, config->abi += 1u << 22);
    INIT_ANSWERS(MQTT_ERR_ABI, config->abi += 1u << 28);
    INIT_ANSWERS(MQTT_ERR_ABI, config->abi = 0; config->server = NULL);
}

static void init_names_the_server(void)
{
    INIT_ANSWERS(MQTT_ERR_CONFIG_SERVER, config->server = NULL);
}

static void init_names_the_client_id(void)
{
    INIT_ANSWERS(MQTT_ERR_CONFIG_CLIENT_ID, config->client_id = NULL; config->keep_session = true);
    INIT_ANSWERS(MQTT_ERR_CONFIG_CLIENT_ID, config->client_id = ""; config->keep_session = true);
    INIT_ANSWERS(MQTT_ERR_CONFIG_CLIENT_ID, config->client_id = NULL; config->resume_session = true);
    INIT_ANSWERS(MQTT_ERR_CONFIG_CLIENT_ID, config->client_id = "\xff");
    INIT_ANSWERS(MQTT_OK, config->client_id = NULL);
    INIT_ANSWERS(MQTT_OK, config->client_id = "");
    INIT_ANSWERS(MQTT_OK, config->client_id = "caf\xc3\xa9"; config->keep_session = true);
}

static void init_names_the_login(void)
{
    INIT_ANSWERS(MQTT_ERR_CONFIG_LOGIN, config->password = "p");
    INIT_ANSWERS(MQTT_ERR_CONFIG_LOGIN, config->username = "\xc3");
    INIT_ANSWERS(MQTT_ERR_CONFIG_LOGIN,
        config->username = "u"; config->password = long_text; config->password_len = 65536);
    INIT_ANSWERS(MQTT_OK, config->username = "u");
    INIT_ANSWERS(MQTT_OK, config->username = "u"; config->password = "p");
    INIT_ANSWERS(MQTT_OK, config->username = "u"; config->password = "\0\xff"; config->password_len = 2);
}

static void init_names_the_will(void)
{
    static struct mqtt_will will;
    INIT_ANSWERS(MQTT_ERR_CONFIG_WILL, will = (struct mqtt_will){ .topic = NULL }; config->will = &will);
    INIT_ANSWERS(MQTT_ERR_CONFIG_WILL, will = (struct mqtt_will){ .topic = "" }; config->will = &will);
    INIT_ANSWERS(MQTT_ERR_CONFIG_WILL, will = (struct mqtt_will){ .topic = "a/+" }; config->will = &will);
    INIT_ANSWERS(MQTT_ERR_CONFIG_WILL, will = (struct mqtt_will){ .topic = "a/#" }; config->will = &will);
    INIT_ANSWERS(MQTT_ERR_CONFIG_WILL, will = (struct mqtt_will){ .topic = "\xff" }; config->will = &will);
    INIT_ANSWERS(MQTT_ERR_CONFIG_WILL, will = (struct mqtt_will){ .topic = "a", .qos = 3 }; config->will = &will);
    INIT_ANSWERS(MQTT_ERR_CONFIG_WILL,
        will = (struct mqtt_will){ .topic = "a", .payload_len = 1 }; config->will = &will);
    INIT_ANSWERS(MQTT_ERR_CONFIG_WILL,
        will = (struct mqtt_will){ .topic = "a", .payload = long_text, .payload_len = 65536 }; config->will = &will);
    INIT_ANSWERS(MQTT_OK, will = (struct mqtt_will){ .topic = "a" }; config->will = &will);
    INIT_ANSWERS(MQTT_OK,
        will = (struct mqtt_will){ .topic = "a", .payload = "x", .payload_len = 1, .qos = 2, .retain = true };
        config->will = &will);
}

static void init_names_a_number_out_of_range(void)
{
    INIT_ANSWERS(MQTT_ERR_CONFIG_NUMBER, config->keepalive_s = 65536);
    INIT_ANSWERS(MQTT_ERR_CONFIG_NUMBER, config->response_time_ms = 3600001);
    INIT_ANSWERS(MQTT_ERR_CONFIG_NUMBER, config->response_time_ms = MQTT_OFF);
    INIT_ANSWERS(MQTT_ERR_CONFIG_NUMBER, config->max_repubs = 16);
    INIT_ANSWERS(MQTT_ERR_CONFIG_NUMBER, config->retry_min_ms = 3600001);
    INIT_ANSWERS(MQTT_ERR_CONFIG_NUMBER, config->retry_max_ms = 3600001);
    INIT_ANSWERS(MQTT_ERR_CONFIG_NUMBER, config->retry_max_ms = MQTT_OFF);
    INIT_ANSWERS(MQTT_ERR_CONFIG_NUMBER, config->poll_limit = 65536);
}

static void init_takes_the_ends_of_the_ranges(void)
{
    INIT_ANSWERS(MQTT_OK, config->keepalive_s = 65535);
    INIT_ANSWERS(MQTT_OK, config->keepalive_s = MQTT_OFF);
    INIT_ANSWERS(MQTT_OK, config->response_time_ms = 3600000);
    INIT_ANSWERS(MQTT_OK, config->response_time_ms = 1);
    INIT_ANSWERS(MQTT_OK, config->max_repubs = 15);
    INIT_ANSWERS(MQTT_OK, config->max_repubs = MQTT_OFF);
    INIT_ANSWERS(MQTT_OK, config->retry_min_ms = 3600000; config->retry_max_ms = 3600000);
    INIT_ANSWERS(MQTT_OK, config->poll_limit = 65535);
    INIT_ANSWERS(MQTT_OK, config->poll_limit = 1);
}

static void init_names_a_missing_callback(void)
{
    INIT_ANSWERS(MQTT_ERR_CONFIG_CALLBACK, config->transport = NULL);
    INIT_ANSWERS(MQTT_ERR_CONFIG_CALLBACK, mock.transport.open = NULL);
    INIT_ANSWERS(MQTT_ERR_CONFIG_CALLBACK, mock.transport.read = NULL);
    INIT_ANSWERS(MQTT_ERR_CONFIG_CALLBACK, mock.transport.write = NULL);
    INIT_ANSWERS(MQTT_ERR_CONFIG_CALLBACK, mock.transport.close = NULL);
    INIT_ANSWERS(MQTT_ERR_CONFIG_CALLBACK, config->now_ms = NULL);
    INIT_ANSWERS(MQTT_ERR_CONFIG_CALLBACK, config->on_event = NULL);
    INIT_ANSWERS(MQTT_OK, config->log = NULL; config->wake = NULL; config->mailbox = NULL; config->mailbox_size = 0);
}

static void init_names_an_rx_that_is_too_small(void)
{
    INIT_ANSWERS(MQTT_ERR_CONFIG_RX, config->rx = NULL);
    INIT_ANSWERS(MQTT_ERR_CONFIG_RX, config->rx_size = 15; config->client_id = NULL);
    INIT_ANSWERS(MQTT_OK, config->rx_size = 16; config->client_id = NULL);
    /* 3.1: CONNECT with a client id of 8 bytes has 22. */
    INIT_ANSWERS(MQTT_ERR_CONFIG_RX, config->rx_size = 21; config->client_id = "abcdefgh");
    INIT_ANSWERS(MQTT_OK, config->rx_size = 22; config->client_id = "abcdefgh");
    /* With a user and a password of 2 bytes each it has 30. */
    INIT_ANSWERS(MQTT_ERR_CONFIG_RX,
        config->rx_size = 29; config->client_id = "abcdefgh"; config->username = "ab"; config->password = "cd");
    INIT_ANSWERS(MQTT_OK,
        config->rx_size = 30; config->client_id = "abcdefgh"; config->username = "ab"; config->password = "cd");
}

static void init_names_an_outbox_that_is_too_small(void)
{
    INIT_ANSWERS(MQTT_ERR_CONFIG_OUTBOX, config->outbox = NULL);
    INIT_ANSWERS(MQTT_ERR_CONFIG_OUTBOX, config->outbox_size = 95);
    INIT_ANSWERS(MQTT_OK, config->outbox_size = 96);
    INIT_ANSWERS(MQTT_ERR_CONFIG_OUTBOX, config->outbox_size = 96; config->outbox_records = 5);
    INIT_ANSWERS(MQTT_ERR_CONFIG_OUTBOX, config->outbox_records = SIZE_MAX);
    INIT_ANSWERS(MQTT_ERR_CONFIG_OUTBOX, config->outbox_records = SIZE_MAX / 24 + 2);
    INIT_ANSWERS(MQTT_OK, config->outbox++; config->outbox_size = 95 + 24);
}

static void init_touches_no_network(void)
{
    INIT_ANSWERS(MQTT_OK, (void)config);
    CHECK_EQ(mock.opens + mock.reads + mock.writes + mock.closes + mock.event_count, 0);
    CHECK_EQ(mqtt_poll(&mock.client), MQTT_FOREVER);
    CHECK_EQ(mock.opens + mock.reads + mock.writes + mock.closes + mock.event_count, 0);
}

int main(void)
{
    for (size_t i = 0; i < sizeof long_text - 1; i++) {
        long_text[i] = 'x';
    }
    RUN(init_refuses_another_abi);
    RUN(init_names_the_server);
    RUN(init_names_the_client_id);
    RUN(init_names_the_login);
    RUN(init_names_the_will);
    RUN(init_names_a_number_out_of_range);
    RUN(init_takes_the_ends_of_the_ranges);
    RUN(init_names_a_missing_callback);
    RUN(init_names_an_rx_that_is_too_small);
    RUN(init_names_an_outbox_that_is_too_small);
    RUN(init_touches_no_network);
    return check_end();
}
