/* The TLS transport against an Mbed TLS server in memory: bytes, goodbyes and failures of a connection that is up.
 *
 *     stream <directory with certificates>
 */

#define CHECK_MAIN
#include "check.h"

#include "pair.h"

#include <stdio.h>
#include <string.h>

/* What the transport below answers when it fails. */
#define RESET (-104)

static uint8_t pattern(size_t at)
{
    return (uint8_t)(at * 7 + at / 251);
}

static void bytes_go_both_ways(void)
{
    uint8_t buf[8] = { 0 };
    pair_begin("server");
    server.open_blocks = 3;
    CHECK_EQ(open_in_the_end(), 0);
    CHECK(strcmp(limpet_mbedtls_reason(&net), "") == 0);
    CHECK_EQ(tls->read(&net, buf, sizeof buf), MQTT_WOULD_BLOCK);
    CHECK_EQ(tls->write(&net, (const uint8_t *)"ping", 4), 4);
    server_turn(&server);
    CHECK(server.got_len == 4 && memcmp(server.got, "ping", 4) == 0);
    CHECK(server_say(&server, (const uint8_t *)"pong", 4));
    CHECK_EQ(tls->read(&net, buf, 3), 3);
    CHECK_EQ(tls->read(&net, buf + 3, 5), 1);
    CHECK(memcmp(buf, "pong", 4) == 0);
    CHECK_EQ(tls->read(&net, buf, sizeof buf), MQTT_WOULD_BLOCK);
    pair_end();
}

/* After MQTT_WOULD_BLOCK the same pointer and length, as the library does. */
static void a_large_write_through_a_narrow_lane_arrives_whole(void)
{
    static uint8_t many[100000];
    for (size_t i = 0; i < sizeof many; i++) {
        many[i] = pattern(i);
    }
    pair_begin("server");
    CHECK_EQ(open_in_the_end(), 0);
    server.up.room = 700;
    size_t sent = 0;
    int blocked = 0;
    for (int turns = 0; turns < 10000 && (sent < sizeof many || server.got_len < sizeof many); turns++) {
        server.answers_zero = turns % 2 == 0;
        if (sent < sizeof many) {
            const int32_t n = tls->write(&net, many + sent, sizeof many - sent);
            if (n == MQTT_WOULD_BLOCK) {
                blocked++;
            } else if (!CHECK(n > 0)) {
                break;
            } else {
                sent += (size_t)n;
            }
        }
        server_turn(&server);
    }
    CHECK(blocked > 10);
    CHECK_EQ(server.got_len, sizeof many);
    CHECK(memcmp(server.got, many, sizeof many) == 0);
    pair_end();
}

static void a_large_message_is_read_in_crumbs(void)
{
    static uint8_t many[100000];
    for (size_t i = 0; i < sizeof many; i++) {
        many[i] = pattern(i);
    }
    pair_begin("server");
    CHECK_EQ(open_in_the_end(), 0);
    CHECK(server_say(&server, many, sizeof many));
    server.down.most = 5;
    size_t got = 0;
    while (got < sizeof many) {
        uint8_t buf[37];
        const int32_t n = tls->read(&net, buf, sizeof buf);
        if (!CHECK(n > 0) || !CHECK(memcmp(buf, many + got, (size_t)n) == 0)) {
            break;
        }
        got += (size_t)n;
    }
    CHECK_EQ(got, sizeof many);
    pair_end();
}

static void a_goodbye_is_the_end_and_silence_is_a_cut(void)
{
    pair_begin("server");
    CHECK_EQ(open_in_the_end(), 0);
    CHECK_EQ(mbedtls_ssl_close_notify(&server.ssl), 0);
    CHECK_EQ(read_in_the_end(), 0);
    tls->close(&net);

    CHECK_EQ(open_in_the_end(), 0);
    server.down.cut_after = server.down.passed;
    CHECK_EQ(read_in_the_end(), MQTT_TLS_ERROR + MBEDTLS_ERR_SSL_CONN_EOF);
    CHECK(reason_is("cut off"));
    tls->close(&net);

    /* In the middle of a record. */
    server.down.cut_after = 0;
    CHECK_EQ(open_in_the_end(), 0);
    CHECK(server_say(&server, (const uint8_t *)"never whole", 11));
    server.down.cut_after = server.down.passed + 9;
    CHECK_EQ(read_in_the_end(), MQTT_TLS_ERROR + MBEDTLS_ERR_SSL_CONN_EOF);
    pair_end();
}

static void close_says_goodbye(void)
{
    pair_begin("server");
    CHECK_EQ(open_in_the_end(), 0);
    tls->close(&net);
    server.is_open = true;
    server_turn(&server);
    CHECK_EQ(server.error, MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY);
    server.is_open = false;
    pair_end();
}

static void close_does_not_wait_for_a_full_lane(void)
{
    static uint8_t many[50000];
    pair_begin("server");
    CHECK_EQ(open_in_the_end(), 0);
    server.up.room = 100;
    CHECK_EQ(tls->write(&net, many, sizeof many), MQTT_WOULD_BLOCK);
    tls->close(&net);
    CHECK_EQ(server.closes, 1);
    server.up.room = 0;
    CHECK_EQ(open_in_the_end(), 0);
    pair_end();
}

static void what_the_transport_below_answers_passes_through(void)
{
    pair_begin("server");
    server.open_result = -111;
    CHECK_EQ(open_in_the_end(), -111);
    tls->close(&net);
    server.open_result = 0;

    server.up.cut_after = 10;
    server.up.cut_error = RESET;
    CHECK_EQ(open_in_the_end(), RESET);
    CHECK(reason_is("is TLS spoken on this port?"));
    tls->close(&net);
    server.up.cut_after = 0;

    server.down.cut_after = 100;
    server.down.cut_error = RESET;
    CHECK_EQ(open_in_the_end(), RESET);
    CHECK(strcmp(limpet_mbedtls_reason(&net), "") == 0);
    tls->close(&net);
    server.down.cut_after = 0;

    CHECK_EQ(open_in_the_end(), 0);
    server.down.cut_after = server.down.passed;
    CHECK_EQ(read_in_the_end(), RESET);
    tls->close(&net);
    server.down.cut_after = 0;

    CHECK_EQ(open_in_the_end(), 0);
    server.up.cut_after = server.up.passed;
    server.up.cut_error = -32;
    CHECK_EQ(tls->write(&net, (const uint8_t *)"x", 1), -32);
    CHECK(strcmp(limpet_mbedtls_reason(&net), "") == 0);
    pair_end();
}

static void a_flipped_bit_is_noticed(void)
{
    pair_begin("server");
    CHECK_EQ(open_in_the_end(), 0);
    CHECK(server_say(&server, (const uint8_t *)"true", 4));
    server.down.bytes[server.down.len - 3] ^= 1;
    CHECK_EQ(read_in_the_end(), MQTT_TLS_ERROR + MBEDTLS_ERR_SSL_INVALID_MAC);
    tls->close(&net);

    /* A session that failed does not go on. */
    CHECK_EQ(open_in_the_end(), 0);
    CHECK_EQ(server.resumed, 0);
    CHECK(server_say(&server, (const uint8_t *)"true", 4));
    server.down.bytes[0] ^= 0x40;
    CHECK_EQ(read_in_the_end(), MQTT_TLS_ERROR + MBEDTLS_ERR_SSL_INVALID_RECORD);
    CHECK(reason_is("TLS failed"));
    pair_end();
}

static void a_record_that_is_longer_than_the_buffer_is_told_apart(void)
{
    static const uint8_t head[] = { 23, 3, 3, 0x48, 1 };
    pair_begin("server");
    CHECK_EQ(open_in_the_end(), 0);
    memcpy(server.down.bytes, head, sizeof head);
    server.down.len = sizeof head;
    CHECK_EQ(read_in_the_end(), MQTT_TLS_ERROR + MBEDTLS_ERR_SSL_BAD_INPUT_DATA);
    CHECK(reason_is("has room for"));
    pair_end();
}

static void renegotiation_is_refused_and_no_byte_goes_out_twice(void)
{
    static uint8_t many[20000];
    pair_begin("server");
    CHECK_EQ(open_in_the_end(), 0);
    server.up.room = 100;
    CHECK_EQ(tls->write(&net, many, sizeof many), MQTT_WOULD_BLOCK);
    CHECK_EQ(mbedtls_ssl_renegotiate(&server.ssl), 0);
    server.up.room = 0;
    CHECK_EQ(read_in_the_end(), MQTT_TLS_ERROR + MBEDTLS_ERR_SSL_UNEXPECTED_MESSAGE);
    CHECK(reason_is("another handshake"));
    pair_end();
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        return 2;
    }
    pair_init(argv[1]);
    RUN(bytes_go_both_ways);
    RUN(a_large_write_through_a_narrow_lane_arrives_whole);
    RUN(a_large_message_is_read_in_crumbs);
    RUN(a_goodbye_is_the_end_and_silence_is_a_cut);
    RUN(close_says_goodbye);
    RUN(close_does_not_wait_for_a_full_lane);
    RUN(what_the_transport_below_answers_passes_through);
    RUN(a_flipped_bit_is_noticed);
    RUN(a_record_that_is_longer_than_the_buffer_is_told_apart);
    RUN(renegotiation_is_refused_and_no_byte_goes_out_twice);
    return check_end();
}
