/* What the device sent and received, and the first promise of MQTT that was broken, if one was. */

#ifndef APP_LEDGER_H
#define APP_LEDGER_H

#include "limpet.h"

/* The exit codes of the firmware. 98 is a fault of the processor, 99 an assertion of lwIP. */
enum app_end {
    APP_GOOD = 0,
    /* The client could not be made. */
    APP_NO_CLIENT = 10,
    /* mqtt_publish answered something else than MQTT_ERR_FULL. */
    APP_REFUSED = 11,
    /* A publish was accepted and has no MQTT_EV_DONE. */
    APP_UNFINISHED = 12,
    /* An MQTT_EV_DONE for nothing that is under way: a second one, perhaps. */
    APP_DONE_TWICE = 13,
    /* A fate other than MQTT_DELIVERED. */
    APP_NOT_DELIVERED = 14,
    /* A received message that nobody sent so. */
    APP_STRANGE = 15,
    /* A message of QoS 1 or 2 came although the one before it had not. */
    APP_MISSED = 16,
    /* A message of QoS 0 or 2 came again. */
    APP_REPEATED = 17,
};

/* What the client sends besides the numbered messages is counted behind QoS 2. */
#define APP_OTHER 3

/* A publish was accepted; what is its QoS, or APP_OTHER. */
void ledger_accepted(int32_t token, uint8_t what);

void ledger_done(const struct mqtt_done *done);

/* A message from the host: "<number> <qos>", numbered from 0 for each QoS. */
void ledger_received(const struct mqtt_message *message);

void ledger_broken(enum app_end how);

/* How it stands now. */
enum app_end ledger_end(void);

/* Writes the figures as words; the length. */
int ledger_write(char *text, size_t size);

#endif
