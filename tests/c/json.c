/* The JSON of tests/v3: what it reads, what it must refuse, and that it reads what it writes. */

#define CHECK_MAIN
#include "check.h"

#include "../v3/json.h"

#include <string.h>

static char strings[3][JSON_MAX];

static int reads(const char *text)
{
    return json_read(text, strlen(text), strings, 3);
}

static void arrays_of_up_to_three_strings_are_read(void)
{
    CHECK_EQ(reads("[]"), 0);
    CHECK_EQ(reads("[\"\"]"), 1);
    CHECK(strcmp(strings[0], "") == 0);
    CHECK_EQ(reads(" [ \"publish\" ,\t\"foo topic\"\r\n, \"hello\" ] "), 3);
    CHECK(strcmp(strings[0], "publish") == 0);
    CHECK(strcmp(strings[1], "foo topic") == 0);
    CHECK(strcmp(strings[2], "hello") == 0);
    CHECK_EQ(reads("[\"1\",\"2\",\"3\",\"4\"]"), -1);
}

static void escapes_are_understood(void)
{
    CHECK_EQ(reads("[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\", \"\\u0041\\u00e9\\u6e29\\uD83D\\udc1A\"]"), 2);
    CHECK(strcmp(strings[0], "\"\\/\b\f\n\r\t") == 0);
    CHECK(strcmp(strings[1], "A\xc3\xa9\xe6\xb8\xa9\xf0\x9f\x90\x9a") == 0);
}

static void what_is_no_array_of_strings_is_refused(void)
{
    CHECK_EQ(reads(""), -1);
    CHECK_EQ(reads("\"a\""), -1);
    CHECK_EQ(reads("{\"a\":\"b\"}"), -1);
    CHECK_EQ(reads("[1]"), -1);
    CHECK_EQ(reads("[null]"), -1);
    CHECK_EQ(reads("[[\"a\"]]"), -1);
    CHECK_EQ(reads("['a']"), -1);
    CHECK_EQ(reads("[a]"), -1);
}

static void what_is_cut_or_has_too_much_is_refused(void)
{
    CHECK_EQ(reads("["), -1);
    CHECK_EQ(reads("[\"a"), -1);
    CHECK_EQ(reads("[\"a\""), -1);
    CHECK_EQ(reads("[\"a\","), -1);
    CHECK_EQ(reads("[\"a\",]"), -1);
    CHECK_EQ(reads("[,\"a\"]"), -1);
    CHECK_EQ(reads("[\"a\" \"b\"]"), -1);
    CHECK_EQ(reads("[\"a\"]]"), -1);
    CHECK_EQ(reads("[\"a\"] x"), -1);
    CHECK_EQ(reads("[\"\\"), -1);
    CHECK_EQ(reads("[\"\\u12"), -1);
}

static void bad_escapes_and_bare_control_bytes_are_refused(void)
{
    CHECK_EQ(reads("[\"\\x41\"]"), -1);
    CHECK_EQ(reads("[\"\\'\"]"), -1);
    CHECK_EQ(reads("[\"\\u00g0\"]"), -1);
    CHECK_EQ(reads("[\"\\u0000\"]"), -1);
    CHECK_EQ(reads("[\"\\ud83d\"]"), -1);
    CHECK_EQ(reads("[\"\\ud83d\\u0041\"]"), -1);
    CHECK_EQ(reads("[\"\\udc1a\"]"), -1);
    CHECK_EQ(reads("[\"a\nb\"]"), -1);
    CHECK_EQ(json_read("[\"a\0b\"]", 7, strings, 3), -1);
}

static void a_string_that_does_not_fit_is_refused(void)
{
    char text[JSON_MAX + 8] = "[\"";
    memset(text + 2, 'x', JSON_MAX - 1);
    strcpy(text + 2 + JSON_MAX - 1, "\"]");
    CHECK_EQ(reads(text), 1);
    CHECK_EQ(strlen(strings[0]), JSON_MAX - 1);
    strcpy(text + 2 + JSON_MAX - 1, "y\"]");
    CHECK_EQ(reads(text), -1);
}

static void what_is_written_can_be_read(void)
{
    static const char *const texts[] = { "\x01 \"quoted\" \\ /\n", "", "\xf0\x9f\x90\x9a" };
    char out[128];
    const size_t len = json_write(out, sizeof out, texts, 3);
    CHECK(len > 0);
    CHECK_EQ(json_read(out, len, strings, 3), 3);
    for (int i = 0; i < 3; i++) {
        CHECK(strcmp(strings[i], texts[i]) == 0);
    }
    CHECK_EQ(json_write(out, len, texts, 3), len);
    CHECK_EQ(json_write(out, len - 1, texts, 3), 0);
    CHECK_EQ(json_write(out, sizeof out, texts, 0), 2);
}

int main(void)
{
    RUN(arrays_of_up_to_three_strings_are_read);
    RUN(escapes_are_understood);
    RUN(what_is_no_array_of_strings_is_refused);
    RUN(what_is_cut_or_has_too_much_is_refused);
    RUN(bad_escapes_and_bare_control_bytes_are_refused);
    RUN(a_string_that_does_not_fit_is_refused);
    RUN(what_is_written_can_be_read);
    return check_end();
}
