/* mqtt_post from other threads, from signal handlers, from inside callbacks, and with its mailbox full. */

#define _POSIX_C_SOURCE 200809L

#define CHECK_MAIN
#include "check.h"

#include "mock.h"

#include "limpet_posix.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#define THREADS 4
#define EACH 200

static struct mock mock;

/* How often the library has locked. The sources of this program call the lock of c_examples/posix by another name, see
 * list.txt; the library finds this one. */
static unsigned locks;
#undef mqtt_lock
uint32_t mqtt_lock(void);

uint32_t mqtt_lock(void)
{
    __atomic_fetch_add(&locks, 1, __ATOMIC_RELAXED);
    return posix_lock();
}

static void start(void)
{
    mock_init(&mock);
    mock_start(&mock);
    mock_run(&mock, 10);
}

static void a_posted_message_arrives_without_a_token(void)
{
    start();
    CHECK_EQ(mqtt_post(&mock.client, "t", "zero", 4, 0, false), MQTT_OK);
    CHECK_EQ(mqtt_post(&mock.client, "t", "one", 3, 1, true), MQTT_OK);
    CHECK_EQ(mqtt_post(&mock.client, "t", "two", 3, 2, false), MQTT_OK);
    CHECK_EQ(mqtt_post(&mock.client, "t", NULL, 0, 0, false), MQTT_OK);
    CHECK_EQ(mock.wakes, 4);
    CHECK_EQ(mock.publish_count, 0);
    mock_run(&mock, 1000);
    CHECK_EQ(mock_got(&mock, "zero"), 1);
    CHECK_EQ(mock_got(&mock, "one"), 1);
    CHECK_EQ(mock_got(&mock, "two"), 1);
    CHECK_EQ(mock.publish_count, 4);
    CHECK(mock.publishes[1].retain && mock.publishes[1].qos == 1);
    CHECK_EQ(mock_count(&mock, MQTT_EV_DONE), 0);
}

static void a_poll_without_messages_does_not_lock(void)
{
    start();
    for (int turn = 0; turn < 2; turn++) {
        locks = 0;
        CHECK_EQ(mqtt_post(&mock.client, "t", "one", 3, 1, false), MQTT_OK);
        CHECK_EQ(locks, 1);
        mock_run(&mock, 1000);
        CHECK_EQ(mock_got(&mock, "one"), turn + 1);
        /* To look, and to make room. */
        CHECK_EQ(locks, 3);
    }
    mock_run(&mock, 100000);
    CHECK_EQ(locks, 3);
}

static void a_message_posted_offline_is_sent_when_online(void)
{
    mock_init(&mock);
    CHECK_EQ(mqtt_init(&mock.client, &mock.config), MQTT_OK);
    CHECK_EQ(mqtt_post(&mock.client, "t", "early", 5, 1, false), MQTT_OK);
    mock_run(&mock, 10);
    CHECK_EQ(mqtt_connect(&mock.client), MQTT_OK);
    mock_await(&mock, MQTT_EV_ONLINE, 1000);
    mock_run(&mock, 100);
    CHECK_EQ(mock_got(&mock, "early"), 1);
}

static void post_refuses_what_mqtt_forbids(void)
{
    static char long_text[1000];
    start();
    CHECK_EQ(mqtt_post(&mock.client, "", "p", 1, 0, false), MQTT_ERR_TOPIC);
    CHECK_EQ(mqtt_post(&mock.client, "a/+", "p", 1, 0, false), MQTT_ERR_TOPIC);
    CHECK_EQ(mqtt_post(&mock.client, "\xff", "p", 1, 0, false), MQTT_ERR_TOPIC);
    CHECK_EQ(mqtt_post(&mock.client, "t", "p", 1, 3, false), MQTT_ERR_ARGUMENT);
    CHECK_EQ(mqtt_post(&mock.client, "t", long_text, sizeof long_text, 0, false), MQTT_ERR_TOO_LARGE);
    CHECK_EQ(mock.wakes, 0);
    mock_run(&mock, 100);
    CHECK_EQ(mock.publish_count, 0);
}

static void without_a_mailbox_nothing_fits(void)
{
    mock_init(&mock);
    mock.config.mailbox = NULL;
    mock.config.mailbox_size = 0;
    mock_start(&mock);
    CHECK_EQ(mqtt_post(&mock.client, "t", "p", 1, 0, false), MQTT_ERR_TOO_LARGE);
}

static void a_full_mailbox_refuses_until_the_next_poll(void)
{
    int n = 0;
    start();
    while (n < 1000 && mqtt_post(&mock.client, "t", "0123456", 7, 1, false) == MQTT_OK) {
        n++;
    }
    /* 16 bytes each, of 512. */
    CHECK_EQ(n, 32);
    CHECK_EQ(mqtt_post(&mock.client, "t", "0123456", 7, 1, false), MQTT_ERR_FULL);
    CHECK_EQ(mock.wakes, n);
    mock_run(&mock, 10);
    CHECK_EQ(mqtt_post(&mock.client, "t", "after", 5, 1, false), MQTT_OK);
    mock_run(&mock, 1000);
    CHECK_EQ(mock_got(&mock, "0123456"), n);
    CHECK_EQ(mock_got(&mock, "after"), 1);
}

static void a_full_outbox_leaves_messages_in_the_mailbox(void)
{
    mock_init(&mock);
    mock.config.outbox_size = 100;
    CHECK_EQ(mqtt_init(&mock.client, &mock.config), MQTT_OK);
    for (int i = 0; i < 10; i++) {
        char text[16];
        snprintf(text, sizeof text, "%d", i);
        CHECK_EQ(mqtt_post(&mock.client, "t", text, strlen(text), 1, false), MQTT_OK);
    }
    mock_run(&mock, 1000);
    CHECK_EQ(mqtt_connect(&mock.client), MQTT_OK);
    mock_run(&mock, 5000);
    /* In order. */
    CHECK_EQ(mock.publish_count, 10);
    for (int i = 0; i < 10 && i < mock.publish_count; i++) {
        char text[16];
        snprintf(text, sizeof text, "%d", i);
        CHECK(strcmp(mock.publishes[i].payload, text) == 0);
    }
}

/* Threads. Each posts its numbers in order, and tries again while the mailbox is full. */

static void *post_many(void *user)
{
    const int thread = *(const int *)user;
    char text[32];
    for (int i = 0; i < EACH;) {
        snprintf(text, sizeof text, "%d %d", thread, i);
        const int32_t result = mqtt_post(&mock.client, "t", text, strlen(text), 1, false);
        if (result == MQTT_OK) {
            i++;
        } else if (result != MQTT_ERR_FULL) {
            return "another error than MQTT_ERR_FULL";
        }
    }
    return NULL;
}

static void threads_post_while_the_client_polls(void)
{
    pthread_t threads[THREADS];
    int numbers[THREADS];
    int next[THREADS] = { 0 };
    start();
    for (int i = 0; i < THREADS; i++) {
        numbers[i] = i;
        CHECK(pthread_create(&threads[i], NULL, post_many, &numbers[i]) == 0);
    }
    for (long i = 0; i < 100000000 && mock.publish_count < THREADS * EACH; i++) {
        CHECK(mqtt_poll(&mock.client) >= 0);
    }
    for (int i = 0; i < THREADS; i++) {
        void *fault = NULL;
        pthread_join(threads[i], &fault);
        CHECK(fault == NULL);
    }
    mock_run(&mock, 1000);
    CHECK_EQ(mock.publish_count, THREADS * EACH);
    CHECK_EQ(mock.wakes, THREADS * EACH);
    for (int i = 0; i < mock.publish_count; i++) {
        int thread = 0;
        int number = 0;
        CHECK(sscanf(mock.publishes[i].payload, "%d %d", &thread, &number) == 2);
        if (CHECK(thread >= 0 && thread < THREADS)) {
            CHECK_EQ(number, next[thread]);
            next[thread]++;
        }
    }
}

/* Signals: they come in the middle of anything, mqtt_post itself too. */

static volatile sig_atomic_t posted;

static void post_in_handler(int number)
{
    (void)number;
    posted += mqtt_post(&mock.client, "t", "handler", 7, 0, false) == MQTT_OK ? 1 : 0;
}

static void raise_in_every_callback(struct mock *m, const char *where, const struct mqtt_event *event)
{
    (void)m;
    (void)where;
    (void)event;
    raise(SIGUSR1);
}

static void signal_handlers_post_in_the_middle_of_callbacks(void)
{
    const struct sigaction action = { .sa_handler = post_in_handler };
    sigaction(SIGUSR1, &action, NULL);
    start();
    posted = 0;
    mock.hook = raise_in_every_callback;
    for (int i = 0; i < 20; i++) {
        CHECK(mqtt_poll(&mock.client) >= 0);
    }
    mock.hook = NULL;
    mock_run(&mock, 1000);
    CHECK(posted > 20);
    CHECK_EQ(mock_got(&mock, "handler"), posted);
    CHECK_EQ(mock.wakes, posted);
}

static void *signal_often(void *user)
{
    const pthread_t *whom = user;
    const struct timespec pause = { 0, 20000 };
    for (int i = 0; i < 500; i++) {
        pthread_kill(*whom, SIGUSR1);
        nanosleep(&pause, NULL);
    }
    return NULL;
}

static void signal_handlers_post_in_the_middle_of_anything(void)
{
    const struct sigaction action = { .sa_handler = post_in_handler };
    pthread_t self = pthread_self();
    pthread_t thread;
    int from_main = 0;
    sigaction(SIGUSR1, &action, NULL);
    start();
    posted = 0;
    CHECK(pthread_create(&thread, NULL, signal_often, &self) == 0);
    while (from_main < 500) {
        from_main += mqtt_post(&mock.client, "t", "main", 4, 0, false) == MQTT_OK ? 1 : 0;
        CHECK(mqtt_poll(&mock.client) >= 0);
    }
    pthread_join(thread, NULL);
    mock_run(&mock, 1000);
    CHECK_EQ(mock_got(&mock, "main"), from_main);
    CHECK_EQ(mock_got(&mock, "handler"), posted);
}

static void posts_in_every_callback(struct mock *m, const char *where, const struct mqtt_event *event)
{
    (void)where;
    (void)event;
    if (m->step < 100) {
        m->step += mqtt_post(&m->client, "t", "inside", 6, 0, false) == MQTT_OK ? 1 : 0;
    }
}

static void post_is_legal_in_every_callback(void)
{
    mock_init(&mock);
    mock.hook = posts_in_every_callback;
    mock_start(&mock);
    mock_run(&mock, 60000);
    CHECK_EQ(mock.step, 100);
    CHECK_EQ(mock_got(&mock, "inside"), 100);
}

int main(void)
{
    RUN(a_posted_message_arrives_without_a_token);
    RUN(a_poll_without_messages_does_not_lock);
    RUN(a_message_posted_offline_is_sent_when_online);
    RUN(post_refuses_what_mqtt_forbids);
    RUN(without_a_mailbox_nothing_fits);
    RUN(a_full_mailbox_refuses_until_the_next_poll);
    RUN(a_full_outbox_leaves_messages_in_the_mailbox);
    RUN(threads_post_while_the_client_polls);
    RUN(signal_handlers_post_in_the_middle_of_callbacks);
    RUN(signal_handlers_post_in_the_middle_of_anything);
    RUN(post_is_legal_in_every_callback);
    return check_end();
}
