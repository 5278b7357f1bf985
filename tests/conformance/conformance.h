/* What the checks share. A check is a function that plays one scenario with clients of its own against the broker; it
 * ends at the first thing that is not as it must be, and that is its line of output:
 *
 *     ok NAME
 *     FAILED NAME: REASON             a promise of the library or a rule of the standard was broken
 *     broker differs NAME: WHAT       the standard leaves the choice, and this broker does not do as most do
 */

#ifndef CONFORMANCE_H
#define CONFORMANCE_H

#include "limpet_posix.h"

#include <string.h>

#define PEERS 4
#define HEARD_MAX 512

/* How long anything may take that must happen. */
#define PATIENCE_MS 4000

/* A message that came, its parts put together. */
struct heard {
    const char *topic;
    size_t topic_len;
    const uint8_t *payload;
    size_t len;
    uint8_t qos;
    bool retain;
    bool dup;
};

/* A client of the broker, and what it was told. Zeroed and given a client id by peer_new. */
struct peer {
    struct mqtt_client client;
    struct limpet_posix net;
    struct mqtt_config config;
    struct mqtt_v5 v5;
    /* For topic aliases, if the broker has them. */
    uint8_t v5_memory[512];
    char client_id[24];
    bool started;
    /* Not polled: a program that hangs. */
    bool frozen;
    /* Messages to hold instead of taking them. */
    unsigned hold;
    /* Also messages whose topic has not the mark of this run. */
    bool hears_all;
    unsigned onlines;
    bool session_present;
    unsigned offlines;
    unsigned connect_failures;
    struct mqtt_offline offline;
    unsigned dones;
    unsigned delivered;
    int32_t last_done;
    int32_t last_subscribed;
    uint8_t granted;
    unsigned answers;
    bool broker_is_up;
    unsigned fences;
    bool has_fence;
    struct heard heard[HEARD_MAX];
    unsigned count;
    /* Topics and payloads of what was heard, and of the message of which more parts are to come. */
    uint8_t store[1 << 18];
    size_t stored;
    uint8_t rx[4096];
    uint8_t outbox[1 << 18];
};

/* The broker, from the command line. user is NULL without login. */
struct broker {
    const char *server;
    uint16_t port;
    const char *user;
    const char *password;
    /* Clients speak MQTT 5. */
    bool is_v5;
};

extern struct broker broker;

/* check.c: the outcome of the check that runs. */

void check(const char *name, void (*play)(unsigned a, unsigned b), unsigned a, unsigned b);
void failed(const char *reason, ...);
void differs(const char *what, ...);
int checks_end(void);

/* A topic of the check that runs, `mark`/number/`tail`. It stays for the next seven calls. */
const char *topic(const char *tail);
/* What is in every topic and client id of this run, so that runs do not meet. */
const char *mark(void);

/* peer.c: clients that take turns. */

uint32_t now_ms(void);
/* Polls each peer once. If that brought no event it sleeps until there is something to do, 20 ms at most. */
void turn(void);
void turn_for(uint32_t ms);

/* A client that is not connected yet: set p->config first if you want something else than the defaults. */
struct peer *peer_new(void);
/* Lets all leave, also what the broker keeps of them. */
void peers_end(void);

/* talk.c: steps of a scenario. Each returns false after it has reported why, and then the check is over. */

bool start(struct peer *p);
/* peer_new and join. */
struct peer *peer_online(void);
bool join(struct peer *p);
/* mqtt_disconnect, to its end. */
bool leave(struct peer *p);
bool subscribe(struct peer *p, const char *filter, uint8_t qos);
bool unsubscribe(struct peer *p, const char *filter);
bool say(struct peer *p, const char *to, const void *payload, size_t len, uint8_t qos, bool retain);
bool say_text(struct peer *p, const char *to, const char *text, uint8_t qos);
/* Waits for the message number `count`, from 1 on, of all that p heard. */
bool hears(struct peer *p, unsigned count);
/* No more than `count`, although all that `by` has published had the time to come. */
bool hears_only(struct peer *p, unsigned count, struct peer *by);

bool is_text(const struct heard *heard, const char *text);
bool is_topic(const struct heard *heard, const char *name);

/* Ends the check unless a step went well. */
#define STEP(...) \
    do { \
        if (!(__VA_ARGS__)) { \
            return; \
        } \
    } while (0)

/* Ends the check as failed, with this reason, unless it holds. */
#define MUST(holds, ...) \
    do { \
        if (!(holds)) { \
            failed(__VA_ARGS__); \
            return; \
        } \
    } while (0)

/* Ends the check: the broker does what it may and others do not. */
#define DIFFERS_IF(holds, ...) \
    do { \
        if (holds) { \
            differs(__VA_ARGS__); \
            return; \
        } \
    } while (0)

/* Takes turns until it holds. */
#define AWAIT_FOR(ms, holds, ...) \
    do { \
        const uint32_t since_ms = now_ms(); \
        while (!(holds) && now_ms() - since_ms < (ms)) { \
            turn(); \
        } \
        MUST(holds, __VA_ARGS__); \
    } while (0)

#define AWAIT(holds, ...) AWAIT_FOR(PATIENCE_MS, holds, __VA_ARGS__)

/* The checks, a file each. */

void delivery_checks(void);
void filter_checks(void);
void identity_checks(void);
void load_checks(void);
void payload_checks(void);
void retained_checks(void);
void session_checks(void);
void topic_checks(void);
void will_checks(void);

#endif
