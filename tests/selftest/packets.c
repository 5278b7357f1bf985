/* Bytes in, events and answers out: every packet that a broker can send, whole and in single bytes; then bytes that break
 * one rule each, named by the section of MQTT 3.1.1. */

#include "script.h"
#include "transcript.h"

/* What a connected client makes of a packet: how many events of the kind, and what it writes. */
struct vector {
    const char *rule;
    const char *in;
    uint8_t kind;
    uint32_t count;
    const char *out;
};

static const struct vector vectors[] = {
    { "3.3 QoS 0", "30 07 0003 612f62 6869", MQTT_EV_MESSAGE, 1, "" },
    { "3.3.1.3 retained and empty", "31 03 0001 61", MQTT_EV_MESSAGE, 1, "" },
    { "3.3.2.2 QoS 1", "32 09 0003 612f62 000a 6869", MQTT_EV_MESSAGE, 1, "40 02 000a" },
    { "3.3.1.1 QoS 2 again, retained", "3d 06 0002 c2b5 ffff", MQTT_EV_MESSAGE, 1, "50 02 ffff" },
    { "3.3.1-2 DUP at QoS 0", "38 07 0003 612f62 6869", MQTT_EV_MESSAGE, 1, "" },
    { "4.3.3-2 QoS 2 twice", "34 06 0001 74 0009 78  3c 06 0001 74 0009 78", MQTT_EV_MESSAGE, 1, "50 02 0009 50 02 0009" },
    { "4.3.3 QoS 2 to its end", "34 06 0001 74 0009 78  62 02 0009", MQTT_EV_MESSAGE, 1, "50 02 0009 70 02 0009" },
    { "4.3.3 an id again after its end", "34 06 0001 74 0009 78  62 02 0009  34 06 0001 74 0009 79", MQTT_EV_MESSAGE, 2,
      "50 02 0009 70 02 0009 50 02 0009" },
    { "4.3.3-11 PUBREL of an unknown id", "62 02 1234", MQTT_EV_MESSAGE, 0, "70 02 1234" },
    { "3.4 PUBACK of an unknown id", "40 02 0001", MQTT_EV_DONE, 0, "" },
    { "3.5 PUBREC of an unknown id", "50 02 1234", MQTT_EV_DONE, 0, "62 02 1234" },
    { "3.7 PUBCOMP of an unknown id", "70 02 0100", MQTT_EV_DONE, 0, "" },
    { "3.9 SUBACK of an unknown id", "90 03 000a 00", MQTT_EV_SUBSCRIBED, 0, "" },
    { "3.11 UNSUBACK of an unknown id", "b0 02 000a", MQTT_EV_UNSUBSCRIBED, 0, "" },
    { "3.13 PINGRESP unasked", "d0 00", MQTT_EV_OFFLINE, 0, "" },
    { "three in one read", "30 04 0001 61 31  32 06 0001 61 0001 32  31 04 0001 61 33", MQTT_EV_MESSAGE, 3, "40 02 0001" },
};

/* Malformed, or not for a client. */
static const struct vector broken[] = {
    { "2.2.1 type 0", "00 00", 0, 0, "" },
    { "2.2.1 type 15", "f0 00", 0, 0, "" },
    { "3.1 CONNECT", "10 0c 0004 4d515454 04 02 0000 0000", 0, 0, "" },
    { "3.2 a second CONNACK", "20 02 0000", 0, 0, "" },
    { "2.2.2-2 CONNACK flags", "28 02 0000", 0, 0, "" },
    { "2.2.2-2 PUBACK flags", "42 02 0001", 0, 0, "" },
    { "2.2.2-2 PUBREC flags", "52 02 0001", 0, 0, "" },
    { "3.6.1-1 PUBREL without its flag", "60 02 0001", 0, 0, "" },
    { "3.6.1-1 PUBREL with others", "6a 02 0001", 0, 0, "" },
    { "2.2.2-2 PUBCOMP flags", "71 02 0001", 0, 0, "" },
    { "3.8 SUBSCRIBE", "82 06 0001 0001 23 00", 0, 0, "" },
    { "2.2.2-2 SUBACK flags", "92 03 0001 00", 0, 0, "" },
    { "3.10 UNSUBSCRIBE", "a2 05 0001 0001 61", 0, 0, "" },
    { "2.2.2-2 UNSUBACK flags", "b2 02 0001", 0, 0, "" },
    { "3.12 PINGREQ", "c0 00", 0, 0, "" },
    { "2.2.2-2 PINGRESP flags", "d8 00", 0, 0, "" },
    { "3.14 DISCONNECT", "e0 00", 0, 0, "" },
    { "3.3.1-4 QoS 3", "36 06 0001 61 0001 78", 0, 0, "" },
    { "3.3.1-4 QoS 3, DUP and RETAIN", "3f 06 0001 61 0001 78", 0, 0, "" },
    { "2.2.3 length of five bytes", "30 ff ff ff ff 01", 0, 0, "" },
    { "2.2.3 length of five bytes, zeros", "d0 80 80 80 80 00", 0, 0, "" },
    { "3.2.1 CONNACK length", "20 03 000000", 0, 0, "" },
    { "3.3 no topic", "30 02 0000", 0, 0, "" },
    { "3.3 QoS 1 without id", "32 04 0001 61 00", 0, 0, "" },
    { "3.3 QoS 2 without id", "34 04 0001 61 00", 0, 0, "" },
    { "3.3.2 topic beyond the end", "30 04 0003 6162", 0, 0, "" },
    { "3.3.2-2 topic with a wildcard", "30 04 0001 23 78", 0, 0, "" },
    { "3.3.2-2 topic with the other wildcard", "30 05 0002 612b 78", 0, 0, "" },
    { "4.7.3-1 empty topic", "30 03 0000 78", 0, 0, "" },
    { "1.5.3-1 topic not UTF-8", "30 04 0002 c328", 0, 0, "" },
    { "1.5.3-1 topic with a surrogate", "30 05 0003 eda080", 0, 0, "" },
    { "1.5.3-2 topic with a NUL", "30 03 0001 00", 0, 0, "" },
    { "2.3.1-1 QoS 1 with id 0", "32 06 0001 61 0000 78", 0, 0, "" },
    { "2.3.1-1 QoS 2 with id 0", "34 06 0001 61 0000 78", 0, 0, "" },
    { "3.4.1 PUBACK length", "40 01 00", 0, 0, "" },
    { "2.3.1-1 PUBACK of id 0", "40 02 0000", 0, 0, "" },
    { "3.5.1 PUBREC length", "50 03 000100", 0, 0, "" },
    { "3.6.1 PUBREL length", "62 00", 0, 0, "" },
    { "3.7.1 PUBCOMP length", "70 82 01", 0, 0, "" },
    { "3.9.3 SUBACK without code", "90 02 0001", 0, 0, "" },
    { "2.3.1-7 SUBACK of id 0", "90 03 0000 00", 0, 0, "" },
    { "3.9.3-2 code 3", "90 03 0001 03", 0, 0, "" },
    { "3.9.3-2 code 0x81", "90 04 0001 00 81", 0, 0, "" },
    { "3.11.1 UNSUBACK length", "b0 03 000100", 0, 0, "" },
    { "2.3.1-7 UNSUBACK of id 0", "b0 02 0000", 0, 0, "" },
    { "3.13.1 PINGRESP length", "d0 02 0000", 0, 0, "" },
};

/* Instead of a CONNACK, and it is no refusal. */
static const struct vector no_connack[] = {
    { "3.2.2.1 reserved bits", "20 02 02 00", 0, 0, "" },
    { "3.2.2.1 reserved bits, top", "20 02 81 00", 0, 0, "" },
    { "3.2.2-4 session in a refusal", "20 02 01 05", 0, 0, "" },
    { "3.2.2.3 reserved code", "20 02 00 06", 0, 0, "" },
    { "3.2.2.3 a code of MQTT 5", "20 02 00 86", 0, 0, "" },
    { "3.2.2-1 a session that was not asked for", "20 02 01 00", 0, 0, "" },
    { "3.2.0-1 PINGRESP first", "d0 00", 0, 0, "" },
    { "3.2.0-1 PUBLISH first", "30 04 0001 61 78", 0, 0, "" },
};

static void receive(const struct vector *vector, size_t read_max)
{
    script_online(&script, vector->rule);
    script.read_max = read_max;
    script_say(&script, vector->in);
    script_settle(&script);
    EXPECT_EQ(script.counts[vector->kind], vector->count);
    EXPECT_OUT(&script, vector->out);
    script_tell_stats(&script);
}

static void refuse(const struct vector *vector, size_t read_max)
{
    script_online(&script, vector->rule);
    script.read_max = read_max;
    script_say(&script, vector->in);
    script_settle(&script);
    EXPECT_EQ(script.counts[MQTT_EV_OFFLINE], 1);
    EXPECT_EQ(script.last.as.offline.error, MQTT_ERR_PROTOCOL);
    EXPECT_OUT(&script, "");
    EXPECT_EQ(script.closes, 1);
}

static void refuse_connack(const struct vector *vector)
{
    script_begin(&script, vector->rule);
    script_init_client(&script);
    EXPECT_EQ(mqtt_connect(&script.client), MQTT_OK);
    script_settle(&script);
    script_say(&script, vector->in);
    script_settle(&script);
    EXPECT_EQ(script.counts[MQTT_EV_CONNECT_FAILED], 1);
    EXPECT_EQ(script.last.as.offline.error, MQTT_ERR_PROTOCOL);
}

void packets_in(void)
{
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
        receive(&vectors[i], 0);
        receive(&vectors[i], 1);
        receive(&vectors[i], 3);
    }
}

void packets_broken(void)
{
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        refuse(&broken[i], 0);
        refuse(&broken[i], 1);
    }
    for (size_t i = 0; i < sizeof no_connack / sizeof *no_connack; i++) {
        refuse_connack(&no_connack[i]);
    }
}
