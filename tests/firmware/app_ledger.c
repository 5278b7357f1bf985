/* Counting, and comparing with what MQTT promises; see app_ledger.h. */

#include "app_ledger.h"

#include "board.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* More than fit into the outbox. */
#define PLACES 64

/* Publishes under way. Token 0 is a free place. */
static struct {
    int32_t token;
    uint8_t what;
} under_way[PLACES];

static uint32_t accepted[4];
static uint32_t done[4];

/* By QoS: how many came, the number of the first, and the number that is next. After a reset the first is any. */
static uint32_t received[3];
static uint32_t first[3];
static uint32_t next[3];

static enum app_end end = APP_GOOD;

void ledger_broken(enum app_end how)
{
    char text[32];
    (void)snprintf(text, sizeof text, "broken %d", (int)how);
    board_log(text);
    if (end == APP_GOOD) {
        end = how;
    }
}

void ledger_accepted(int32_t token, uint8_t what)
{
    accepted[what]++;
    for (size_t i = 0; i < PLACES; i++) {
        if (under_way[i].token == 0) {
            under_way[i].token = token;
            under_way[i].what = what;
            return;
        }
    }
    ledger_broken(APP_REFUSED);
}

void ledger_done(const struct mqtt_done *event)
{
    if (event->fate != MQTT_DELIVERED) {
        ledger_broken(APP_NOT_DELIVERED);
    }
    for (size_t i = 0; i < PLACES; i++) {
        if (under_way[i].token == event->token) {
            done[under_way[i].what]++;
            under_way[i].token = 0;
            return;
        }
    }
    ledger_broken(APP_DONE_TWICE);
}

void ledger_received(const struct mqtt_message *message)
{
    char text[16];
    char *rest = text;
    const uint8_t qos = message->qos;
    if (message->payload_len >= sizeof text || message->payload_len != message->total) {
        ledger_broken(APP_STRANGE);
        return;
    }
    memcpy(text, message->payload, message->payload_len);
    text[message->payload_len] = '\0';
    const uint32_t number = (uint32_t)strtoul(text, &rest, 10);
    if (rest == text || strtoul(rest, NULL, 10) != qos) {
        ledger_broken(APP_STRANGE);
        return;
    }
    if (received[qos] == 0) {
        first[qos] = number;
        next[qos] = number;
    }
    received[qos]++;
    if (number > next[qos] && qos > 0) {
        ledger_broken(APP_MISSED);
    } else if (number < next[qos] && qos != 1) {
        ledger_broken(APP_REPEATED);
    }
    if (number >= next[qos]) {
        next[qos] = number + 1;
    }
}

enum app_end ledger_end(void)
{
    if (end != APP_GOOD) {
        return end;
    }
    return memcmp(accepted, done, sizeof done) == 0 ? APP_GOOD : APP_UNFINISHED;
}

static int write_row(char *text, size_t size, const char *name, const uint32_t *row)
{
    return snprintf(text, size, " %s=%lu,%lu,%lu", name, (unsigned long)row[0], (unsigned long)row[1],
        (unsigned long)row[2]);
}

int ledger_write(char *text, size_t size)
{
    static const struct {
        const char *name;
        const uint32_t *row;
    } rows[] = {
        { "accepted", accepted }, { "done", done }, { "received", received }, { "first", first }, { "next", next },
    };
    int len = snprintf(text, size, "broken=%d", (int)end);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0] && len > 0 && (size_t)len < size; i++) {
        len += write_row(text + len, size - (size_t)len, rows[i].name, rows[i].row);
    }
    return len;
}
