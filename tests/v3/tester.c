/* tester [server [port [seconds of patience]]]: challenges the target in eight steps, as tests/v3/test.py of mqtt_as.
 * Prints PASS or FAIL for each and the total; ends with 1 if one failed. */

#include "json.h"
#include "limpet_posix.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define QOS 1

/* How long the answer that must not come is waited for. */
#define SILENCE_MS 3000

#define TEN(text) text text text text text text text text text text
#define LONG_TOPIC TEN("abcdefghij") TEN("abcdefghij")
#define LONG_TEXT TEN("zyxwvutsrq") TEN("zyxwvutsrq")

static struct mqtt_client client;
static struct limpet_posix net;
static uint8_t rx[2048];
static uint8_t outbox[8192];
static uint32_t patience_ms;

/* What is waited for, and what has come of it. */
static const char *expected_topic = "";
static const char *expected_text = "";
static unsigned matches;
static unsigned others;

static int32_t confirmed;
/* The number of the fence that is waited for, and whether it is back. */
static unsigned fence;
static unsigned fence_is_back;

static bool equal(const char *text, size_t len, const char *other)
{
    return len == strlen(other) && memcmp(text, other, len) == 0;
}

static void compare(const char *name, size_t name_len, const char *text, size_t len)
{
    if (equal(name, name_len, expected_topic) && equal(text, len, expected_text)) {
        matches++;
    } else {
        others++;
    }
}

static void on_message(const struct mqtt_message *message)
{
    const char *payload = (const char *)message->payload;
    char words[2][JSON_MAX];
    if (equal(message->topic, message->topic_len, "fence")) {
        char number[16];
        snprintf(number, sizeof number, "%u", fence);
        fence_is_back |= equal(payload, message->payload_len, number);
    } else if (!equal(message->topic, message->topic_len, "response")) {
        compare(message->topic, message->topic_len, payload, message->payload_len);
    } else if (json_read(payload, message->payload_len, words, 2) == 2) {
        compare(words[0], strlen(words[0]), words[1], strlen(words[1]));
    } else {
        others++;
    }
}

static void on_event(void *user, struct mqtt_client *from, const struct mqtt_event *event)
{
    (void)user;
    (void)from;
    if (event->kind == MQTT_EV_MESSAGE) {
        on_message(&event->as.message);
    } else if (event->kind == MQTT_EV_SUBSCRIBED || event->kind == MQTT_EV_UNSUBSCRIBED) {
        confirmed = event->as.subscribed.token;
    }
}

/* Polls, and sleeps only if that has not brought what is waited for. */
#define AWAIT(holds, limit_ms) \
    do { \
        const uint32_t since_ms = limpet_posix_now_ms(NULL); \
        uint32_t passed_ms = 0; \
        int32_t ms = mqtt_poll(&client); \
        while (!(holds) && passed_ms < (limit_ms)) { \
            const int32_t left_ms = (int32_t)((limit_ms) - passed_ms); \
            limpet_posix_wait(&net, ms < left_ms ? ms : left_ms, mqtt_wants_write(&client)); \
            ms = mqtt_poll(&client); \
            passed_ms = limpet_posix_now_ms(NULL) - since_ms; \
        } \
    } while (0)

/* The counter is no longer `before`. */
static bool changes(const unsigned *counter, unsigned before, uint32_t limit_ms)
{
    AWAIT(*counter != before, limit_ms);
    return *counter != before;
}

static bool is_confirmed(int32_t token)
{
    if (token <= 0) {
        return false;
    }
    AWAIT(confirmed == token, patience_ms);
    return confirmed == token;
}

static bool say(const char *name, const char *text, size_t len)
{
    return mqtt_publish(&client, name, text, len, QOS, false) > 0;
}

static bool command(const char *word, const char *name, const char *text)
{
    const char *const words[3] = { word, name, text };
    char json[2 * JSON_MAX];
    const size_t len = json_write(json, sizeof json, words, 3);
    return len > 0 && say("control", json, len);
}

static bool passes_fence(void)
{
    char number[16];
    fence++;
    fence_is_back = 0;
    snprintf(number, sizeof number, "%u", fence);
    return command("publish", "fence", number) && changes(&fence_is_back, 0, patience_ms);
}

/* The target obeys in turn: when the fence is back, the commands before it have reached the broker, and whatever QoS 1
 * repeats after an outage has come. Twice, because after an outage the target sends publishes that were under way before
 * its filters. */
static bool obeyed(void)
{
    return passes_fence() && passes_fence();
}

static void expect(const char *name, const char *text)
{
    expected_topic = name;
    expected_text = text;
    matches = 0;
    others = 0;
}

/* The target publishes, we have subscribed. */
static bool asks_to_publish(const char *name, const char *text)
{
    if (!is_confirmed(mqtt_subscribe(&client, name, QOS)) || !obeyed()) {
        return false;
    }
    expect(name, text);
    return command("publish", name, text) && changes(&matches, 0, patience_ms)
        && is_confirmed(mqtt_unsubscribe(&client, name)) && others == 0;
}

/* The target subscribes, we publish, and it responds. */
static bool asks_to_subscribe(const char *name, const char *text)
{
    if (!command("subscribe", name, "") || !obeyed()) {
        return false;
    }
    expect(name, text);
    return say(name, text, strlen(text)) && changes(&matches, 0, patience_ms) && others == 0;
}

/* The target unsubscribes, we publish, and it must not respond. */
static bool asks_to_unsubscribe(const char *name, const char *text)
{
    if (!command("unsubscribe", name, "") || !obeyed()) {
        return false;
    }
    expect(name, text);
    return say(name, text, strlen(text)) && !changes(&matches, 0, SILENCE_MS) && others == 0;
}

struct step {
    const char *about;
    bool (*play)(const char *name, const char *text);
    const char *name;
    const char *text;
};

static const struct step STEPS[] = {
    { "the target publishes", asks_to_publish, "foo topic", "hello" },
    { "the target subscribes", asks_to_subscribe, "target test topic", "this is a message" },
    { "the target unsubscribes", asks_to_unsubscribe, "target test topic", "this is a message" },
    { "the target publishes, 200 characters", asks_to_publish, LONG_TOPIC, LONG_TEXT },
    { "the target subscribes, 200 characters", asks_to_subscribe, LONG_TOPIC, LONG_TEXT },
    { "the target unsubscribes, 200 characters", asks_to_unsubscribe, LONG_TOPIC, LONG_TEXT },
    { "the target unsubscribes from what it never had", asks_to_unsubscribe, "rats", "nonsense" },
    { "the target publishes again", asks_to_publish, "foo topic", "hello" },
};

static bool start(const char *server, uint16_t port)
{
    const struct mqtt_config config = {
        .abi = MQTT_ABI,
        .server = server,
        .port = port,
        .client_id = "limpet-tester",
        .transport = &limpet_posix_transport,
        .transport_user = &net,
        .now_ms = limpet_posix_now_ms,
        .on_event = on_event,
        .rx = rx,
        .rx_size = sizeof rx,
        .outbox = outbox,
        .outbox_size = sizeof outbox,
    };
    return mqtt_init(&client, &config) == MQTT_OK && mqtt_connect(&client) == MQTT_OK
        && is_confirmed(mqtt_subscribe(&client, "response", QOS))
        && is_confirmed(mqtt_subscribe(&client, "fence", QOS));
}

int main(int argc, char **argv)
{
    const unsigned steps = sizeof STEPS / sizeof STEPS[0];
    unsigned passed = 0;
    patience_ms = argc > 3 ? (uint32_t)(strtod(argv[3], NULL) * 1000.0) : 10000;
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (!start(argc > 1 ? argv[1] : "127.0.0.1", argc > 2 ? (uint16_t)strtoul(argv[2], NULL, 10) : 1883)) {
        printf("the broker does not answer\n");
    }
    for (unsigned i = 0; i < steps; i++) {
        const bool pass = STEPS[i].play(STEPS[i].name, STEPS[i].text);
        printf("%s %u %s\n", pass ? "PASS" : "FAIL", i + 1, STEPS[i].about);
        passed += pass;
    }
    printf("%u passed, %u failed\n", passed, steps - passed);
    mqtt_close(&client);
    return passed == steps ? 0 : 1;
}
