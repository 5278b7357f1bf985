/* The TLS transport against an Mbed TLS server in memory: settings, handshakes, and whom it refuses.
 *
 *     handshake <directory with certificates>
 */

#define CHECK_MAIN
#include "check.h"

#include "pair.h"

#include <stdio.h>
#include <string.h>

static void refused(const char *certificate, const char *text)
{
    pair_begin(certificate);
    CHECK_EQ(open_in_the_end(), MQTT_TLS_ERROR + MBEDTLS_ERR_X509_CERT_VERIFY_FAILED);
    CHECK(reason_is(text));
    CHECK(net.flags != 0);
    CHECK(!server.is_up);
    pair_end();
}

static void a_handshake_is_many_small_opens(void)
{
    pair_begin("server");
    CHECK_EQ(open_in_the_end(), 0);
    CHECK(server.wakes >= 10);
    CHECK_EQ(server.handshakes, 1);
    pair_end();
}

static void without_wake_a_handshake_only_takes_longer(void)
{
    struct limpet_mbedtls_config config = usual_config();
    config.wake = NULL;
    server_init(&server, certificates, "server");
    CHECK_EQ(limpet_mbedtls_init(&net, &config), 0);
    int32_t result = MQTT_WOULD_BLOCK;
    for (int opens = 0; opens < 100 && result == MQTT_WOULD_BLOCK; opens++) {
        result = tls->open(&net, "localhost", 8883);
        server_turn(&server);
    }
    CHECK_EQ(result, 0);
    pair_end();
}

static void a_handshake_survives_one_byte_at_a_time(void)
{
    pair_begin("server");
    server.up.room = server.up.most = 1;
    server.down.room = server.down.most = 1;
    CHECK_EQ(open_in_the_end(), 0);
    pair_end();
}

static void an_expired_certificate_is_refused(void)
{
    refused("expired", "certificate expired");
}

static void a_certificate_of_another_ca_is_refused(void)
{
    refused("foreign", "not signed by the given CA");
}

static void a_certificate_for_another_name_is_refused(void)
{
    refused("other", "wrong host name");
}

static void the_name_of_the_settings_comes_before_the_server(void)
{
    struct limpet_mbedtls_config config = usual_config();
    config.name = "localhost";
    server_init(&server, certificates, "server");
    CHECK_EQ(limpet_mbedtls_init(&net, &config), 0);
    CHECK_EQ(open_at("127.0.0.1", 8883), 0);
    pair_end();

    config.name = "elsewhere";
    server_init(&server, certificates, "server");
    CHECK_EQ(limpet_mbedtls_init(&net, &config), 0);
    CHECK_EQ(open_at("localhost", 8883), MQTT_TLS_ERROR + MBEDTLS_ERR_X509_CERT_VERIFY_FAILED);
    CHECK(reason_is("wrong host name"));
    pair_end();
}

static void a_wanted_certificate_is_missed_or_shown(void)
{
    pair_begin("server");
    server.wants_certificate = true;
    CHECK_EQ(open_in_the_end(), MQTT_TLS_ERROR + MBEDTLS_ERR_SSL_CONN_EOF);
    CHECK(reason_is("we have none"));
    tls->close(&net);

    /* The next time it is something else: nobody has asked yet. */
    server.mute = true;
    memcpy(server.down.bytes, (const uint8_t[]) { 21, 3, 3, 0, 2, 2, 40 }, 7);
    server.down.len = 7;
    server.down.cut_after = 0;
    CHECK_EQ(open_in_the_end(), MQTT_TLS_ERROR + MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE);
    CHECK(reason_is("no common ground"));
    pair_end();

    struct limpet_mbedtls_config config = usual_config();
    config.cert = file_text("client.pem");
    config.key = file_text("client.key");
    server_init(&server, certificates, "server");
    server.wants_certificate = true;
    CHECK_EQ(limpet_mbedtls_init(&net, &config), 0);
    CHECK_EQ(open_in_the_end(), 0);
    CHECK(server.is_up);
    pair_end();
}

static void a_handshake_that_is_cut_anywhere_fails_and_the_next_one_does_not(void)
{
    pair_begin("server");
    CHECK_EQ(open_in_the_end(), 0);
    const size_t whole = server.down.passed;
    tls->close(&net);
    for (size_t at = 1; at < whole; at += 29) {
        mbedtls_ssl_cache_free(&server.cache);
        mbedtls_ssl_cache_init(&server.cache);
        server.down.cut_after = at;
        if (!CHECK_EQ(open_in_the_end(), MQTT_TLS_ERROR + MBEDTLS_ERR_SSL_CONN_EOF)) {
            printf("        cut after %d bytes of %d\n", (int)at, (int)whole);
        }
        CHECK(reason_is("cut off"));
        tls->close(&net);
        server.down.cut_after = 0;
    }
    CHECK_EQ(open_in_the_end(), 0);
    pair_end();
}

static void who_does_not_speak_tls_is_told_apart(void)
{
    pair_begin("server");
    server.mute = true;
    memcpy(server.down.bytes, "HTTP/1.1 400 Bad Request\r\n", 26);
    server.down.len = 26;
    CHECK_EQ(open_in_the_end(), MQTT_TLS_ERROR + MBEDTLS_ERR_SSL_INVALID_RECORD);
    CHECK(reason_is("does not speak TLS"));
    tls->close(&net);

    server.down.len = 0;
    int32_t result = tls->open(&net, "localhost", 8883);
    while (result == MQTT_WOULD_BLOCK && server.up.passed == 0) {
        result = tls->open(&net, "localhost", 8883);
    }
    /* It closes at the sight of the first bytes. */
    server.down.cut_after = 1;
    server.down.passed = 1;
    CHECK_EQ(open_in_the_end(), MQTT_TLS_ERROR + MBEDTLS_ERR_SSL_CONN_EOF);
    CHECK(reason_is("is TLS spoken on this port?"));
    pair_end();
}

static void the_last_word_of_a_peer_is_heard_although_it_has_hung_up(void)
{
    static const uint8_t protocol_version[] = { 21, 3, 3, 0, 2, 2, 70 };
    pair_begin("server");
    server.mute = true;
    memcpy(server.down.bytes, protocol_version, sizeof protocol_version);
    server.down.len = sizeof protocol_version;
    server.up.cut_after = 20;
    server.up.cut_error = -32;
    CHECK_EQ(open_in_the_end(), MQTT_TLS_ERROR + MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE);
    CHECK(reason_is("another version of TLS"));
    tls->close(&net);

    /* No word, half a word and the end, half a word and another failure: the first failure counts. */
    server.down.len = 0;
    CHECK_EQ(open_in_the_end(), -32);
    tls->close(&net);
    server.down.len = server.down.cut_after = 1;
    CHECK_EQ(open_in_the_end(), -32);
    tls->close(&net);
    server.down.len = 1;
    server.down.cut_error = -104;
    CHECK_EQ(open_in_the_end(), -32);
    pair_end();
}

static void older_versions_are_refused(void)
{
    pair_begin("server");
    mbedtls_ssl_conf_max_version(&server.config, MBEDTLS_SSL_MAJOR_VERSION_3, MBEDTLS_SSL_MINOR_VERSION_2);
    CHECK(open_in_the_end() < MQTT_TLS_ERROR);
    CHECK(reason_is("another version of TLS"));
    CHECK(!server.is_up);
    pair_end();
}

static void a_session_goes_on_with_the_same_server_only(void)
{
    pair_begin("server");
    CHECK_EQ(open_in_the_end(), 0);
    const int dear = server.wakes;
    tls->close(&net);
    CHECK_EQ(open_in_the_end(), 0);
    CHECK_EQ(server.resumed, 1);
    CHECK(server.wakes - dear < dear);
    tls->close(&net);
    CHECK_EQ(open_at("localhost", 8884), 0);
    CHECK_EQ(server.resumed, 1);
    server_turn(&server);
    tls->close(&net);
    CHECK_EQ(open_at("elsewhere", 8884), MQTT_TLS_ERROR + MBEDTLS_ERR_X509_CERT_VERIFY_FAILED);
    CHECK_EQ(server.resumed, 1);
    pair_end();
}

static void a_session_is_forgotten_when_a_handshake_fails(void)
{
    pair_begin("server");
    CHECK_EQ(open_in_the_end(), 0);
    tls->close(&net);
    server.down.cut_after = 10;
    CHECK(open_in_the_end() != 0);
    tls->close(&net);
    server.down.cut_after = 0;
    server.resumed = 0;
    CHECK_EQ(open_in_the_end(), 0);
    CHECK_EQ(server.resumed, 0);
    pair_end();
}

static void init_refuses(const struct limpet_mbedtls_config *config, const char *text)
{
    const int32_t result = limpet_mbedtls_init(&net, config);
    CHECK(result < MQTT_TLS_ERROR && result > MQTT_TLS_ERROR - 0x8000);
    CHECK(reason_is(text));
    limpet_mbedtls_end(&net);
}

static void init_names_what_it_cannot_use(void)
{
    struct limpet_mbedtls_config config = usual_config();
    config.inner = NULL;
    init_refuses(&config, "missing");
    config = usual_config();
    config.ca = NULL;
    init_refuses(&config, "missing");
    config.ca = "no certificate";
    init_refuses(&config, "the CA cannot be read");
    config = usual_config();
    config.cert = file_text("client.pem");
    init_refuses(&config, "missing");
    config.key = "no key";
    init_refuses(&config, "our key cannot be read");
    config.key = file_text("server.key");
    init_refuses(&config, "does not belong");
    config.cert = "no certificate";
    init_refuses(&config, "our certificate cannot be read");
}

static void a_ca_may_be_der(void)
{
    struct limpet_mbedtls_config config = usual_config();
    mbedtls_x509_crt pem;
    mbedtls_x509_crt_init(&pem);
    CHECK_EQ(mbedtls_x509_crt_parse(&pem, config.ca, strlen(config.ca) + 1), 0);
    config.ca = pem.raw.p;
    config.ca_len = pem.raw.len;
    server_init(&server, certificates, "server");
    CHECK_EQ(limpet_mbedtls_init(&net, &config), 0);
    mbedtls_x509_crt_free(&pem);
    CHECK_EQ(open_in_the_end(), 0);
    pair_end();
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        return 2;
    }
    pair_init(argv[1]);
    RUN(a_handshake_is_many_small_opens);
    RUN(without_wake_a_handshake_only_takes_longer);
    RUN(a_handshake_survives_one_byte_at_a_time);
    RUN(an_expired_certificate_is_refused);
    RUN(a_certificate_of_another_ca_is_refused);
    RUN(a_certificate_for_another_name_is_refused);
    RUN(the_name_of_the_settings_comes_before_the_server);
    RUN(a_wanted_certificate_is_missed_or_shown);
    RUN(a_handshake_that_is_cut_anywhere_fails_and_the_next_one_does_not);
    RUN(who_does_not_speak_tls_is_told_apart);
    RUN(the_last_word_of_a_peer_is_heard_although_it_has_hung_up);
    RUN(older_versions_are_refused);
    RUN(a_session_goes_on_with_the_same_server_only);
    RUN(a_session_is_forgotten_when_a_handshake_fails);
    RUN(init_names_what_it_cannot_use);
    RUN(a_ca_may_be_der);
    return check_end();
}
