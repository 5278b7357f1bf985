/* Sleep from which only some memory comes back: the client, rx and outbox are kept, and nothing else of the process. Each
 * life of the device is a process of its own, forked from one in which nothing has happened; what is kept is shared. */

#define _DEFAULT_SOURCE
#define CHECK_MAIN
#include "check.h"

#include "mock.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/* RAM that is powered while the device sleeps. */
struct retained {
    struct mock mock;
    int faults;
};

static struct retained *ram;

/* Runs one life, and adds its failures to the test's. */
static void live(void (*life)(struct mock *mock))
{
    const pid_t child = fork();
    if (child == 0) {
        check_faults = 0;
        life(&ram->mock);
        ram->faults = check_faults;
        /* No destructor, no atexit: the power is off. */
        _exit(0);
    }
    int status = 0;
    CHECK(child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0);
    CHECK_EQ(ram->faults, 0);
}

/* The device wakes: of the struct mock only what a program would keep survives. */
static void wake(struct mock *mock, uint32_t now_ms)
{
    static struct mock kept;
    memcpy(&kept, mock, sizeof kept);
    mock_init(mock);
    memcpy(&mock->client, &kept.client, sizeof mock->client);
    memcpy(mock->rx, kept.rx, sizeof mock->rx);
    memcpy(mock->outbox, kept.outbox, sizeof mock->outbox);
    mock->now_ms = now_ms;
}

static void power_on(struct mock *mock)
{
    mock_init(mock);
    CHECK_EQ(mqtt_close(&mock->client), MQTT_ERR_STATE);
    mock_start(mock);
    CHECK(mqtt_subscribe(&mock->client, "in", 1) > 0);
    mock_run(mock, 100);
    mock->mute_acks = true;
    CHECK(mqtt_publish(&mock->client, "t", "under way", 9, 1, false) > 0);
    mock_run(mock, 100);
    CHECK_EQ(mock_got(mock, "under way"), 1);
    CHECK(mqtt_publish(&mock->client, "t", "waits", 5, 2, false) > 0);
    /* And sleeps, without a goodbye. */
}

static void wake_and_deliver(struct mock *mock)
{
    wake(mock, mock->now_ms + 3600000);
    /* The socket is gone, but the client does not know. */
    mock->is_open = true;
    CHECK_EQ(mqtt_close(&mock->client), MQTT_OK);
    CHECK_EQ(mock->closes, 1);
    CHECK_EQ(mqtt_connect(&mock->client), MQTT_OK);
    mock_await(mock, MQTT_EV_ONLINE, 5000);
    mock_run(mock, 1000);
    CHECK_EQ(mock_got(mock, "under way"), 1);
    CHECK_EQ(mock_got(mock, "waits"), 1);
    CHECK_EQ(mock_count(mock, MQTT_EV_DONE), 2);
    /* The broker had no session, so the filter came again. */
    CHECK_EQ(mock->subscribes, 1);
    CHECK_EQ(mqtt_disconnect(&mock->client, MQTT_DRAIN, 5000), MQTT_OK);
    mock_run(mock, 1000);
    CHECK_EQ(mqtt_poll(&mock->client), MQTT_FOREVER);
}

static void wake_after_goodbye(struct mock *mock)
{
    struct mqtt_stats stats;
    wake(mock, mock->now_ms + 86400000);
    CHECK(mqtt_publish(&mock->client, "t", "third life", 10, 1, false) > 0);
    CHECK_EQ(mqtt_connect(&mock->client), MQTT_OK);
    mock_await(mock, MQTT_EV_DONE, 5000);
    CHECK_EQ(mock_got(mock, "third life"), 1);
    CHECK_EQ(mqtt_stats(&mock->client, &stats), MQTT_OK);
    CHECK_EQ(stats.connects, 3);
}

static void what_was_accepted_before_the_sleep_is_delivered_after_it(void)
{
    live(power_on);
    live(wake_and_deliver);
    live(wake_after_goodbye);
}

/* The sleep may be longer than half the turn of the clock. */
static void wake_much_later(struct mock *mock)
{
    wake(mock, mock->now_ms + 0xb0000000u);
    mock->is_open = true;
    CHECK_EQ(mqtt_close(&mock->client), MQTT_OK);
    CHECK_EQ(mqtt_connect(&mock->client), MQTT_OK);
    mock_await(mock, MQTT_EV_ONLINE, 5000);
    mock_run(mock, 1000);
    CHECK_EQ(mock_count(mock, MQTT_EV_DONE), 2);
}

static void a_sleep_of_weeks_changes_nothing(void)
{
    live(power_on);
    live(wake_much_later);
}

/* Not retained: after each sleep it is as the program was linked. */
static int stops;
static int32_t wifi = 1;

static void wifi_stop(void *user)
{
    (void)user;
    stops++;
}

static int32_t wifi_status(void *user)
{
    (void)user;
    return wifi;
}

static struct mqtt_link radio = { .stop = wifi_stop, .status = wifi_status, .settle_ms = 300 };

static void power_on_supervised(struct mock *mock)
{
    mock_init(mock);
    CHECK_EQ(mqtt_init(&mock->client, &mock->config), MQTT_OK);
    CHECK_EQ(mqtt_supervise(&mock->client, &radio), MQTT_OK);
    CHECK_EQ(mqtt_connect(&mock->client), MQTT_OK);
    mock_run(mock, 250);
    CHECK_EQ(mock->opens, 0);
    mock_await(mock, MQTT_EV_ONLINE, 100);
    CHECK_EQ(mqtt_disconnect(&mock->client, MQTT_KEEP, 0), MQTT_OK);
    mock_run(mock, 1000);
    CHECK_EQ(stops, 1);
}

static void wake_supervised(struct mock *mock)
{
    wake(mock, mock->now_ms + 3600000);
    CHECK_EQ(mqtt_connect(&mock->client), MQTT_OK);
    mock_run(mock, 250);
    CHECK_EQ(mock->opens, 0);
    mock_await(mock, MQTT_EV_ONLINE, 100);
    CHECK_EQ(stops, 0);
}

static void wake_out_of_range(struct mock *mock)
{
    wifi = 0;
    wake(mock, mock->now_ms + 3600000);
    mock->is_open = true;
    CHECK_EQ(mqtt_close(&mock->client), MQTT_OK);
    CHECK_EQ(mqtt_connect(&mock->client), MQTT_OK);
    mock_run(mock, 59000);
    CHECK_EQ(mock_count(mock, MQTT_EV_CONNECT_FAILED), 0);
    mock_run(mock, 2000);
    CHECK_EQ(mock_last(mock, MQTT_EV_CONNECT_FAILED)->error, MQTT_ERR_LINK_TIMEOUT);
}

static void a_link_whose_memory_is_not_retained_is_started_anew(void)
{
    live(power_on_supervised);
    live(wake_supervised);
    live(wake_out_of_range);
}

static void lose_power(struct mock *mock)
{
    mock_init(mock);
    memset(&mock->client, 0xa5, sizeof mock->client);
    CHECK_EQ(mqtt_poll(&mock->client), MQTT_ERR_STATE);
    CHECK_EQ(mqtt_connect(&mock->client), MQTT_ERR_STATE);
    CHECK_EQ(mqtt_init(&mock->client, &mock->config), MQTT_OK);
}

static void memory_that_lost_its_power_is_not_taken_for_a_client(void)
{
    live(lose_power);
}

int main(void)
{
    ram = mmap(NULL, sizeof *ram, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (ram == MAP_FAILED) {
        return 1;
    }
    RUN(what_was_accepted_before_the_sleep_is_delivered_after_it);
    RUN(a_sleep_of_weeks_changes_nothing);
    RUN(a_link_whose_memory_is_not_retained_is_started_anew);
    RUN(memory_that_lost_its_power_is_not_taken_for_a_client);
    return check_end();
}
