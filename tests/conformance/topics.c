/* Topic names: short, long, and with whatever UTF-8 allows. */

#include "conformance.h"

#include <stdio.h>

static void carries(const char *name)
{
    struct peer *from = peer_online();
    struct peer *to = from != NULL ? peer_online() : NULL;
    char text[32];
    STEP(to != NULL);
    to->hears_all = true;
    STEP(subscribe(to, name, 1));
    snprintf(text, sizeof text, "from %s", mark());
    STEP(say_text(from, name, text, 1));
    /* Others may use the topic, if it is a short one. */
    const uint32_t since_ms = now_ms();
    unsigned mine = 0;
    while (mine == to->count || !is_text(&to->heard[mine], text)) {
        mine += mine < to->count;
        MUST(now_ms() - since_ms < PATIENCE_MS, "the message did not come");
        turn();
    }
    MUST(is_topic(&to->heard[mine], name), "it came with another topic, %.*s", (int)to->heard[mine].topic_len,
        to->heard[mine].topic);
}

static void one_byte(unsigned a, unsigned b)
{
    (void)a;
    (void)b;
    carries("x");
}

static void of_length(unsigned len, unsigned levels)
{
    char tail[2048];
    for (unsigned i = 0; i < len; i++) {
        tail[i] = levels > 0 && i % (len / levels) == len / levels - 1 ? '/' : (char)('a' + i % 26);
    }
    tail[len] = '\0';
    carries(topic(tail));
}

static const char *const TEXTS[] = {
    "\xc3\xa9t\xc3\xa9/\xe6\xb8\xa9\xe5\xba\xa6",
    "\xf0\x9f\x90\x9a/limpet",
    /* [MQTT-1.5.3-3] No byte order mark: it must stay. */
    "\xef\xbb\xbf" "bom",
    "two words/ and a space ",
    "/leading/and/trailing/",
    "a//b",
};

static void text(unsigned index, unsigned unused)
{
    (void)unused;
    carries(topic(TEXTS[index]));
}

/* [MQTT-4.7.3-4] Compared byte by byte: e with an accent is not e and an accent. */
static void exactly(unsigned a, unsigned b)
{
    struct peer *p = peer_online();
    (void)a;
    (void)b;
    STEP(p != NULL);
    STEP(subscribe(p, topic("caf\xc3\xa9"), 1));
    STEP(say_text(p, topic("cafe\xcc\x81"), "decomposed", 1));
    STEP(say_text(p, topic("CAF\xc3\xa9"), "upper case", 1));
    STEP(say_text(p, topic("caf\xc3\xa9/"), "one more level", 1));
    STEP(say_text(p, topic("caf\xc3\xa9"), "the same", 1));
    STEP(hears(p, 1));
    MUST(is_text(&p->heard[0], "the same"), "%.*s matched", (int)p->heard[0].len, (const char *)p->heard[0].payload);
    STEP(hears_only(p, 1, p));
}

void topic_checks(void)
{
    check("a topic of 1 byte", one_byte, 0, 0);
    check("a topic of more than 1000 bytes", of_length, 1000, 0);
    check("a topic of 32 levels", of_length, 320, 32);
    check("a topic with letters of two and three bytes", text, 0, 0);
    check("a topic with a letter of four bytes", text, 1, 0);
    check("a topic with U+FEFF", text, 2, 0);
    check("a topic with spaces", text, 3, 0);
    check("a topic that begins and ends with /", text, 4, 0);
    check("a topic with an empty level", text, 5, 0);
    check("topics are compared byte by byte", exactly, 0, 0);
}
