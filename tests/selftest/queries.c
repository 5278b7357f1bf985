/* Functions without a client: texts, the version, and matching of topics (3.1.1 section 4.7). */

#include "limpet.h"
#include "transcript.h"

#include <string.h>

struct pair {
    const char *filter;
    const char *topic;
    bool matches;
};

static const struct pair pairs[] = {
    { "sport/tennis/player1/#", "sport/tennis/player1", true },
    { "sport/tennis/player1/#", "sport/tennis/player1/ranking", true },
    { "sport/tennis/player1/#", "sport/tennis/player1/score/wimbledon", true },
    { "sport/tennis/player1/#", "sport/tennis/player10", false },
    { "sport/#", "sport", true },
    { "#", "a/b/c", true },
    { "#", "$SYS/uptime", false },
    { "+/monitor", "$SYS/monitor", false },
    { "$SYS/#", "$SYS/uptime", true },
    { "$SYS/monitor/+", "$SYS/monitor/clients", true },
    { "sport/tennis/+", "sport/tennis/player1", true },
    { "sport/tennis/+", "sport/tennis/player1/ranking", false },
    { "sport/+", "sport", false },
    { "sport/+", "sport/", true },
    { "+/+", "/finance", true },
    { "/+", "/finance", true },
    { "+", "/finance", false },
    { "a/+/c", "a/b/c", true },
    { "a/+/c", "a/b/d", false },
    { "a/b", "a/b", true },
    { "a/b", "A/b", false },
    { "a/b", "a/b/", false },
    { "a/b/", "a/b", false },
    { "\xc3\xa9/+", "\xc3\xa9/x", true },
};

void queries(void)
{
    scenario("topics");
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        const bool matches = mqtt_topic_matches(pairs[i].filter, pairs[i].topic, strlen(pairs[i].topic));
        tell("matches");
        tell(pairs[i].filter);
        tell_text(pairs[i].topic, strlen(pairs[i].topic));
        tell_number(matches);
        tell_end();
        EXPECT_EQ(matches, pairs[i].matches);
    }
    EXPECT(!mqtt_topic_matches(NULL, "t", 1));
    EXPECT(!mqtt_topic_matches("t", NULL, 1));

    scenario("texts");
    for (int32_t error = 1; error >= -60; error--) {
        const char *text = mqtt_error_text(error);
        tell_number(error);
        tell(text);
        tell_end();
        EXPECT(strlen(text) > 0);
    }
    EXPECT(strcmp(mqtt_error_text(MQTT_ERR_REFUSED), mqtt_error_text(MQTT_ERR_OPEN)) != 0);
    for (int32_t code = -1; code <= 12; code++) {
        tell_number(code);
        tell(mqtt_log_text(code));
        tell_end();
    }
    EXPECT_EQ(mqtt_version(), MQTT_VERSION);
    tell_line("version", (int32_t)mqtt_version());
}
