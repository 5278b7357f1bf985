/* The store of README.md for deep sleep, in RAM that stays powered. The README has the functions from here. */

#define CHECK_MAIN
#include "check.h"

#include "mock.h"

#include <string.h>

#define RTC_DATA_ATTR
#define RECORDS (4096 / 96 + 4)
#define LONGEST 128

static RTC_DATA_ATTR struct { size_t len; uint8_t bytes[LONGEST]; } kept[RECORDS];

static int32_t my_save(void *user, uint32_t key, const uint8_t *record, size_t len)
{
    (void)user;
    memcpy(kept[key].bytes, record, len);
    kept[key].len = len;
    return 0;
}

static int32_t my_load(void *user, uint32_t key, uint8_t *buf, size_t len)
{
    (void)user;
    const size_t n = kept[key].len < len ? kept[key].len : len;
    memcpy(buf, kept[key].bytes, n);
    return (int32_t)n;
}

static int32_t my_erase(void *user, uint32_t key)
{
    (void)user;
    kept[key].len = 0;
    return 0;
}

static struct mock mock;
static uint8_t memory[RECORDS * 8 + 3 + LONGEST];
static struct mqtt_store store;

/* What a deep sleep leaves is kept, and nothing else. */
static void wake(void)
{
    const struct mqtt_store fresh = {
        .save = my_save,
        .load = my_load,
        .erase = my_erase,
        .records = RECORDS,
        .memory = memory,
        .memory_size = sizeof memory,
    };
    store = fresh;
    mock_init(&mock);
    memset(memory, 0x5a, sizeof memory);
    CHECK_EQ(mqtt_init(&mock.client, &mock.config), MQTT_OK);
    CHECK_EQ(mqtt_restore(&mock.client, &store), MQTT_OK);
}

static void a_message_outlives_a_deep_sleep(void)
{
    wake();
    CHECK(mqtt_publish(&mock.client, "t", "slept", 5, 2, false) > 0);
    wake();
    CHECK_EQ(mqtt_connect(&mock.client), MQTT_OK);
    mock_await(&mock, MQTT_EV_DONE, 60000);
    CHECK_EQ(mock_got(&mock, "slept"), 1);
    CHECK_EQ(mock_count(&mock, MQTT_EV_STORE), 0);
    wake();
    CHECK_EQ(mqtt_connect(&mock.client), MQTT_OK);
    mock_await(&mock, MQTT_EV_ONLINE, 60000);
    mock_run(&mock, 100);
    CHECK_EQ(mock_got(&mock, "slept"), 0);
}

static void no_record_is_longer_than_its_place(void)
{
    static char payload[LONGEST];
    wake();
    CHECK_EQ(mqtt_publish(&mock.client, "t", payload, LONGEST - 8, 1, false), MQTT_ERR_TOO_LARGE);
    CHECK(mqtt_publish(&mock.client, "t", payload, LONGEST - 41, 1, false) > 0);
}

int main(void)
{
    RUN(a_message_outlives_a_deep_sleep);
    RUN(no_record_is_longer_than_its_place);
    return check_end();
}
