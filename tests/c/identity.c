/* The client id that is made from the chip's own number. */

#define CHECK_MAIN
#include "check.h"

#include "mock.h"

#include <string.h>

static struct mock mock;
static int32_t number_len;
static size_t asked_len;
static void *asked_user;

static int32_t number(void *user, uint8_t *buf, size_t len)
{
    static const uint8_t bytes[] = { 0x00, 0x9f, 0xa0, 0xff, 0x10, 0x24, 0x7c, 0xde, 0x01, 0x80, 0xca, 0xfe, 1, 2, 3, 4 };
    asked_user = user;
    asked_len = len;
    memcpy(buf, bytes, sizeof bytes < len ? sizeof bytes : len);
    return number_len;
}

static void begin(int32_t len)
{
    number_len = len;
    asked_len = 0;
    mock_init(&mock);
    mock.config.client_id = NULL;
    mock.config.unique_id = number;
}

static bool connects_as(const char *id)
{
    mock_start(&mock);
    return strcmp(mock.client_id, id) == 0;
}

/* ID-1 */
static void the_id_is_the_number_in_lower_case_hexadecimal(void)
{
    begin(6);
    CHECK(connects_as("009fa0ff1024"));
    CHECK_EQ(asked_len, 16);
    CHECK(asked_user == mock.config.user);
}

static void one_byte_and_sixteen_are_legal(void)
{
    begin(1);
    CHECK(connects_as("00"));
    begin(16);
    CHECK(connects_as("009fa0ff10247cde0180cafe01020304"));
}

static void it_is_the_same_after_each_start(void)
{
    begin(12);
    CHECK(connects_as("009fa0ff10247cde0180cafe"));
    mock_drop(&mock);
    mock_await(&mock, MQTT_EV_ONLINE, 5000);
    CHECK(strcmp(mock.client_id, "009fa0ff10247cde0180cafe") == 0);
    begin(12);
    CHECK(connects_as("009fa0ff10247cde0180cafe"));
}

static void a_session_can_be_kept_with_it(void)
{
    begin(6);
    mock.config.keep_session = true;
    mock.config.resume_session = true;
    CHECK(connects_as("009fa0ff1024"));
}

static void a_client_id_that_is_given_is_used(void)
{
    begin(6);
    mock.config.client_id = "given";
    CHECK(connects_as("given"));
    CHECK_EQ(asked_len, 0);
}

static void a_number_without_bytes_or_with_too_many_is_an_error(void)
{
    static const int32_t bad[] = { 0, -1, 17, INT32_MIN, INT32_MAX };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        begin(bad[i]);
        CHECK_EQ(mqtt_init(&mock.client, &mock.config), MQTT_ERR_CONFIG_CLIENT_ID);
    }
}

/* The id lies in the outbox, and what is left must be enough. */
static void the_outbox_pays_for_the_id(void)
{
    begin(16);
    mock.config.outbox_size = 96 + 31;
    CHECK_EQ(mqtt_init(&mock.client, &mock.config), MQTT_ERR_CONFIG_OUTBOX);
    mock.config.outbox_size = 96 + 32;
    CHECK_EQ(mqtt_init(&mock.client, &mock.config), MQTT_OK);
    mock.config.outbox_size = 31;
    CHECK_EQ(mqtt_init(&mock.client, &mock.config), MQTT_ERR_CONFIG_OUTBOX);
    mock.config.outbox = NULL;
    CHECK_EQ(mqtt_init(&mock.client, &mock.config), MQTT_ERR_CONFIG_OUTBOX);
}

static void a_full_outbox_does_not_touch_the_id(void)
{
    begin(8);
    mock.config.outbox_size = 512;
    mock_start(&mock);
    mock.mute_acks = true;
    while (mqtt_publish(&mock.client, "topic", "payload of some length", 22, 1, false) > 0) {
        mock_run(&mock, 0);
    }
    mock_drop(&mock);
    mock_await(&mock, MQTT_EV_ONLINE, 5000);
    CHECK(strcmp(mock.client_id, "009fa0ff10247cde") == 0);
}

int main(void)
{
    RUN(the_id_is_the_number_in_lower_case_hexadecimal);
    RUN(one_byte_and_sixteen_are_legal);
    RUN(it_is_the_same_after_each_start);
    RUN(a_session_can_be_kept_with_it);
    RUN(a_client_id_that_is_given_is_used);
    RUN(a_number_without_bytes_or_with_too_many_is_an_error);
    RUN(the_outbox_pays_for_the_id);
    RUN(a_full_outbox_does_not_touch_the_id);
    return check_end();
}
