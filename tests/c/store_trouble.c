/* What goes wrong with a store, as C sees it: MQTT_ERR_STORE, MQTT_EV_STORE with each trouble, and calls from its functions,
 * which are refused. */

#define CHECK_MAIN
#include "check.h"

#include "medium.h"
#include "mock.h"

#include <string.h>

#define RECORDS (4096 / 96 + 4)
#define LONGEST 200

static struct mock mock;
static struct medium medium;

/* The MQTT_EV_STORE so far. */
static struct mqtt_store_event told[8];
static int told_len;
/* A publish in the callback of one. */
static int32_t published;

static void on_trouble(struct mock *from, const char *where, const struct mqtt_event *event)
{
    (void)where;
    if (event == NULL || event->kind != MQTT_EV_STORE || !CHECK(told_len < 8)) {
        return;
    }
    told[told_len++] = event->as.store;
    published = mqtt_publish(&from->client, "t", "told", 4, 0, false);
}

static bool is_told(int number, uint8_t trouble, uint32_t key, int32_t detail)
{
    const struct mqtt_store_event *event = &told[number];
    return number < told_len && event->trouble == trouble && event->key == key && event->detail == detail;
}

static void init(void)
{
    mock.hook = on_trouble;
    told_len = 0;
    published = 0;
    CHECK_EQ(mqtt_init(&mock.client, &mock.config), MQTT_OK);
}

static void start(void)
{
    mock_init(&mock);
    medium_init(&medium, RECORDS, LONGEST);
    init();
}

static void restart(void)
{
    medium_reset(&medium);
    mock.is_open = false;
    mock.is_online = false;
    mock.offered = false;
    init();
    CHECK_EQ(mqtt_restore(&mock.client, &medium.store), MQTT_OK);
}

static int32_t publish(const char *payload)
{
    return mqtt_publish(&mock.client, "t", payload, strlen(payload), 1, false);
}

/* Records of three messages, in the keys 0 to 2, and the client of the next life is not there yet. */
static void three_messages(void)
{
    start();
    CHECK_EQ(mqtt_restore(&mock.client, &medium.store), MQTT_OK);
    CHECK(publish("one") > 0 && publish("two") > 0 && publish("three") > 0);
    CHECK(medium.lens[0] > 0 && medium.lens[1] > 0 && medium.lens[2] > 0);
}

static void connect_and_run(void)
{
    CHECK_EQ(mqtt_connect(&mock.client), MQTT_OK);
    mock_await(&mock, MQTT_EV_ONLINE, 60000);
    mock_run(&mock, 100);
}

static void what_cannot_be_kept_is_not_accepted(void)
{
    start();
    CHECK_EQ(mqtt_restore(&mock.client, &medium.store), MQTT_OK);
    medium.save_fails = -28;
    CHECK_EQ(publish("one"), MQTT_ERR_STORE);
    CHECK_EQ(publish("one"), MQTT_ERR_STORE);
    mock_run(&mock, 0);
    /* Once, until it works again. */
    CHECK_EQ(told_len, 1);
    CHECK(is_told(0, MQTT_STORE_SAVE, 0, -28));
    CHECK(published > 0);
    CHECK(mqtt_publish(&mock.client, "t", "zero", 4, 0, false) > 0);
    medium.save_fails = 0;
    CHECK(publish("two") > 0);
    medium.save_fails = -29;
    CHECK_EQ(publish("three"), MQTT_ERR_STORE);
    medium.save_fails = 0;
    connect_and_run();
    CHECK_EQ(told_len, 2);
    CHECK(is_told(1, MQTT_STORE_SAVE, 1, -29));
    CHECK_EQ(mock_got(&mock, "one") + mock_got(&mock, "three"), 0);
    CHECK_EQ(mock_got(&mock, "two"), 1);
}

static void an_erasure_that_fails_is_told_and_tried_again(void)
{
    three_messages();
    medium.erase_fails = -5;
    connect_and_run();
    CHECK_EQ(mock_count(&mock, MQTT_EV_DONE), 4);
    CHECK_EQ(told_len, 1);
    CHECK(is_told(0, MQTT_STORE_ERASE, 0, -5));
    CHECK_EQ(medium_count(&medium), 3);
    medium.erase_fails = 0;
    CHECK(publish("four") > 0);
    mock_run(&mock, 100);
    CHECK_EQ(medium_count(&medium), 0);
}

static void what_cannot_be_loaded_is_told_and_stays(void)
{
    three_messages();
    medium.load_fails = -6;
    medium.load_fails_key = 1;
    restart();
    connect_and_run();
    CHECK_EQ(told_len, 1);
    CHECK(told[0].trouble == MQTT_STORE_LOAD && told[0].key == 1 && told[0].detail == -6);
    CHECK_EQ(mock_got(&mock, "one"), 1);
    CHECK_EQ(mock_got(&mock, "two"), 0);
    CHECK_EQ(medium_count(&medium), 1);
    medium.load_fails = 0;
    restart();
    connect_and_run();
    CHECK_EQ(mock_got(&mock, "two"), 1);
    CHECK_EQ(medium_count(&medium), 0);
}

static void what_is_torn_is_told_and_erased(void)
{
    three_messages();
    medium.lens[0] /= 2;
    medium.records[1][medium.lens[1] - 1] ^= 1;
    restart();
    connect_and_run();
    CHECK_EQ(told_len, 2);
    CHECK(is_told(0, MQTT_STORE_TORN, 0, 0));
    CHECK(is_told(1, MQTT_STORE_TORN, 1, 0));
    CHECK_EQ(mock_got(&mock, "one") + mock_got(&mock, "two"), 0);
    CHECK_EQ(mock_got(&mock, "three"), 1);
    CHECK_EQ(medium_count(&medium), 0);
}

static void a_record_of_another_version_is_told_and_erased(void)
{
    three_messages();
    /* The second byte is the version of what follows. */
    medium.records[1][1]++;
    restart();
    mock_run(&mock, 0);
    CHECK_EQ(told_len, 1);
    CHECK(is_told(0, MQTT_STORE_VERSION, 1, 0));
    CHECK_EQ(medium.lens[1], 0);
    CHECK_EQ(medium_count(&medium), 2);
}

static void a_record_of_another_client_is_told_and_erased(void)
{
    three_messages();
    mock.config.client_id = "another";
    restart();
    mock_run(&mock, 0);
    CHECK_EQ(told_len, 3);
    for (int i = 0; i < 3; i++) {
        CHECK(is_told(i, MQTT_STORE_STRANGER, (uint32_t)i, 0));
    }
    CHECK_EQ(medium_count(&medium), 0);
}

static void a_second_one_of_the_same_is_told_and_erased(void)
{
    three_messages();
    memcpy(medium.records[9], medium.records[1], medium.lens[1]);
    medium.lens[9] = medium.lens[1];
    restart();
    connect_and_run();
    CHECK_EQ(told_len, 1);
    CHECK(is_told(0, MQTT_STORE_DOUBLE, 9, 0));
    CHECK_EQ(mock_got(&mock, "two"), 1);
    CHECK_EQ(medium_count(&medium), 0);
}

static void what_has_no_room_is_told_and_waits_for_a_larger_outbox(void)
{
    three_messages();
    mock.config.outbox_records = 1;
    restart();
    connect_and_run();
    CHECK(told_len > 0 && told[0].trouble == MQTT_STORE_NO_ROOM);
    const int left = medium_count(&medium);
    CHECK_EQ(left, told_len);
    CHECK_EQ(mock_got(&mock, "three"), 0);
    mock.config.outbox_records = 0;
    restart();
    connect_and_run();
    CHECK_EQ(told_len, 0);
    CHECK_EQ(mock_got(&mock, "one") + mock_got(&mock, "two") + mock_got(&mock, "three"), 3);
    CHECK_EQ(medium_count(&medium), 0);
}

static void a_load_that_says_more_than_there_is_room_for_is_taken_for_torn(void)
{
    three_messages();
    medium.load_lies = 1000;
    restart();
    mock_run(&mock, 0);
    CHECK_EQ(told_len, 3);
    CHECK(is_told(0, MQTT_STORE_TORN, 0, 0));
}

/* Which functions have tried. */
static char asked_in[64];

static void call_everything(const char *where)
{
    struct mqtt_client *client = &mock.client;
    struct mqtt_stats stats;
    const struct mqtt_publish_options publish_options = { .topic = "t", .qos = 1 };
    const struct mqtt_subscribe_options subscribe_options = { .filter = "t" };
    if (strstr(asked_in, where) == NULL && CHECK(strlen(asked_in) + strlen(where) < sizeof asked_in)) {
        strcat(asked_in, where);
    }
    CHECK_EQ(mqtt_restore(client, &medium.store), MQTT_ERR_BUSY);
    CHECK_EQ(mqtt_init(client, &mock.config), MQTT_ERR_BUSY);
    CHECK_EQ(mqtt_connect(client), MQTT_ERR_BUSY);
    CHECK_EQ(mqtt_poll(client), MQTT_ERR_BUSY);
    CHECK_EQ(mqtt_publish(client, "t", "x", 1, 1, false), MQTT_ERR_BUSY);
    CHECK_EQ(mqtt_publish_with(client, &publish_options), MQTT_ERR_BUSY);
    CHECK_EQ(mqtt_subscribe(client, "t", 1), MQTT_ERR_BUSY);
    CHECK_EQ(mqtt_subscribe_with(client, &subscribe_options), MQTT_ERR_BUSY);
    CHECK_EQ(mqtt_unsubscribe(client, "t"), MQTT_ERR_BUSY);
    CHECK_EQ(mqtt_cancel(client, 1), MQTT_ERR_BUSY);
    CHECK_EQ(mqtt_hold(client), MQTT_ERR_BUSY);
    CHECK_EQ(mqtt_resume(client), MQTT_ERR_BUSY);
    CHECK_EQ(mqtt_broker_up(client), MQTT_ERR_BUSY);
    CHECK_EQ(mqtt_disconnect(client, MQTT_KEEP, 0), MQTT_ERR_BUSY);
    CHECK_EQ(mqtt_close(client), MQTT_ERR_BUSY);
    CHECK_EQ(mqtt_set_server(client, "b", 1), MQTT_ERR_BUSY);
    CHECK_EQ(mqtt_stats(client, &stats), MQTT_ERR_BUSY);
}

static void the_functions_of_the_store_may_call_nothing(void)
{
    start();
    asked_in[0] = '\0';
    medium.hook = call_everything;
    CHECK_EQ(mqtt_restore(&mock.client, &medium.store), MQTT_OK);
    CHECK(strcmp(asked_in, "load") == 0);
    CHECK(publish("one") > 0);
    CHECK(strcmp(asked_in, "loadsave") == 0);
    CHECK(mqtt_subscribe(&mock.client, "a", 2) > 0);
    connect_and_run();
    CHECK(strcmp(asked_in, "loadsaveerase") == 0);
    mock_publish(&mock, "a", "x", 1, 2, 9);
    mock_run(&mock, 100);
    CHECK_EQ(mock_got(&mock, "one"), 1);
    CHECK_EQ(medium_count(&medium), 1);
}

int main(void)
{
    RUN(what_cannot_be_kept_is_not_accepted);
    RUN(an_erasure_that_fails_is_told_and_tried_again);
    RUN(what_cannot_be_loaded_is_told_and_stays);
    RUN(what_is_torn_is_told_and_erased);
    RUN(a_record_of_another_version_is_told_and_erased);
    RUN(a_record_of_another_client_is_told_and_erased);
    RUN(a_second_one_of_the_same_is_told_and_erased);
    RUN(what_has_no_room_is_told_and_waits_for_a_larger_outbox);
    RUN(a_load_that_says_more_than_there_is_room_for_is_taken_for_torn);
    RUN(the_functions_of_the_store_may_call_nothing);
    return check_end();
}
