/* See ledger.h. */

#include "ledger.h"

#include "numbered.h"

#include <string.h>

struct ledger ledger;

/* Tokens under way; 0 is a free place. */
static int32_t under_way[256];
#define PLACES (sizeof under_way / sizeof under_way[0])

/* How often each message of the round came. */
static uint8_t times[LEDGER_ROUND];

/* The message whose parts are coming. */
static uint32_t number;
static bool right;

static void break_promise(const char *promise)
{
    if (ledger.broken == NULL) {
        ledger.broken = promise;
    }
}

void ledger_begin(uint32_t first, uint32_t count)
{
    if (ledger.done != ledger.count || ledger.received != ledger.count || count > LEDGER_ROUND) {
        break_promise("a round began before the last one was whole");
    }
    ledger.first = first;
    ledger.count = count;
    ledger.accepted = 0;
    ledger.done = 0;
    ledger.received = 0;
    memset(times, 0, sizeof times);
}

static size_t place_of(int32_t token)
{
    size_t i = 0;
    while (i < PLACES && under_way[i] != token) {
        i++;
    }
    return i;
}

bool ledger_has_room(void)
{
    return place_of(0) < PLACES;
}

void ledger_accepted(int32_t token)
{
    if (place_of(token) < PLACES) {
        break_promise("a token was given twice");
    }
    under_way[place_of(0)] = token;
    ledger.accepted++;
}

void ledger_done(const struct mqtt_done *done)
{
    const size_t place = place_of(done->token);
    if (place == PLACES) {
        break_promise("MQTT_EV_DONE for nothing that was under way");
        return;
    }
    if (done->fate != MQTT_DELIVERED) {
        break_promise("a publish was not delivered");
    }
    under_way[place] = 0;
    ledger.done++;
}

static uint32_t number_of(const struct mqtt_message *message)
{
    uint32_t value = 0;
    for (size_t i = 0; i < NUMBERED_DIGITS && i < message->payload_len; i++) {
        value = value * 10u + (message->payload[i] - (uint32_t)'0');
    }
    return value;
}

static void count(uint32_t came, uint8_t qos)
{
    const uint32_t place = came - ledger.first;
    if (qos != numbered_qos(came)) {
        break_promise("a message came with another QoS");
    }
    if (came < ledger.first || (place < ledger.count && times[place] > 0)) {
        ledger.again++;
        if (qos == 2) {
            break_promise("a message of QoS 2 came again");
        }
    } else if (place < ledger.count) {
        times[place] = 1;
        ledger.received++;
    } else {
        break_promise("a message came that was not sent");
    }
}

void ledger_message(const struct mqtt_message *message)
{
    if (message->offset == 0) {
        number = number_of(message);
        right = message->total == numbered_len(number) && message->payload_len >= NUMBERED_DIGITS;
    }
    for (size_t i = message->offset == 0 ? NUMBERED_DIGITS : 0; i < message->payload_len; i++) {
        right = right && message->payload[i] == numbered_byte(number, message->offset + i);
    }
    if (message->offset + message->payload_len == message->total) {
        if (!right) {
            break_promise("a message came damaged");
        }
        count(number, message->qos);
    }
}
