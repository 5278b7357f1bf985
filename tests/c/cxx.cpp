// The header in C++11: a client as a class, with members as callbacks.

#define CHECK_MAIN
#include "check.h"

#include "mock.h"

#include "limpet_posix.h"

#include <cstring>

namespace {

mock broker;

class Client {
public:
    Client() : client_(), config_(), rx_(), outbox_()
    {
        config_.abi = MQTT_ABI;
        config_.server = "broker.test";
        config_.client_id = "cxx";
        config_.keep_session = true;
        config_.transport = &broker.transport;
        config_.transport_user = &broker;
        config_.now_ms = [](void *) -> uint32_t { return broker.now_ms; };
        config_.on_event = &Client::event;
        config_.user = this;
        config_.rx = rx_;
        config_.rx_size = sizeof rx_;
        config_.outbox = outbox_;
        config_.outbox_size = sizeof outbox_;
    }

    // The client must stay where it is.
    Client(const Client &) = delete;
    Client &operator=(const Client &) = delete;

    ~Client()
    {
        mqtt_close(&client_);
    }

    int32_t begin()
    {
        const int32_t result = mqtt_init(&client_, &config_);
        return result == MQTT_OK ? mqtt_connect(&client_) : result;
    }

    int32_t publish(const char *topic, const char *text)
    {
        mqtt_publish_options options = mqtt_publish_options();
        options.topic = topic;
        options.payload = text;
        options.payload_len = std::strlen(text);
        options.qos = 1;
        options.policy = MQTT_REPLACE;
        return mqtt_publish_with(&client_, &options);
    }

    int32_t subscribe(const char *filter)
    {
        return mqtt_subscribe(&client_, filter, 2);
    }

    void run(uint32_t ms)
    {
        for (const uint32_t end = broker.now_ms + ms; broker.now_ms != end;) {
            if (mqtt_poll(&client_) != 0) {
                broker.now_ms++;
            }
        }
    }

    bool is_connected() const
    {
        return mqtt_is_connected(&client_);
    }

    struct mqtt_stats stats() const
    {
        struct mqtt_stats now = {};
        CHECK_EQ(::mqtt_stats(&client_, &now), MQTT_OK);
        return now;
    }

    int done = 0;
    int messages = 0;

private:
    static void event(void *user, mqtt_client *, const mqtt_event *event)
    {
        Client *self = static_cast<Client *>(user);
        switch (event->kind) {
        case MQTT_EV_DONE:
            self->done += event->as.done.fate == MQTT_DELIVERED ? 1 : 0;
            break;
        case MQTT_EV_MESSAGE:
            self->messages++;
            CHECK(mqtt_topic_matches("in/+", event->as.message.topic, event->as.message.topic_len));
            break;
        default:
            break;
        }
    }

    mqtt_client client_;
    mqtt_config config_;
    uint8_t rx_[128];
    uint8_t outbox_[256];
};

void a_client_can_be_a_class()
{
    mock_init(&broker);
    Client client;
    CHECK_EQ(client.begin(), MQTT_OK);
    CHECK(client.subscribe("in/+") > 0);
    CHECK(client.publish("t", "from C++") > 0);
    client.run(3000);
    CHECK(client.is_connected());
    mock_publish(&broker, "in/x", "to C++", 6, 2, 5);
    client.run(100);
    CHECK_EQ(client.done, 1);
    CHECK_EQ(client.messages, 1);
    CHECK_EQ(mock_got(&broker, "from C++"), 1);
    CHECK_EQ(client.stats().messages_in, 1);
    CHECK_EQ(client.stats().messages_out, 1);
}

void a_class_that_ends_closes_its_connection()
{
    mock_init(&broker);
    {
        Client client;
        CHECK_EQ(client.begin(), MQTT_OK);
        client.run(3000);
        CHECK(client.is_connected());
        CHECK(broker.is_open);
    }
    CHECK(!broker.is_open);
    CHECK_EQ(broker.opens, broker.closes);
}

void constants_have_the_types_of_c()
{
    CHECK_EQ(MQTT_FOREVER, INT32_MAX);
    CHECK_EQ(MQTT_OFF, UINT32_MAX);
    CHECK(MQTT_WOULD_BLOCK < 0);
    CHECK_EQ(MQTT_VERSION, mqtt_version());
    static_assert(sizeof(mqtt_client) == sizeof(size_t) * MQTT_CLIENT_WORDS, "a client is its words");
}

}

int main()
{
    RUN(a_client_can_be_a_class);
    RUN(a_class_that_ends_closes_its_connection);
    RUN(constants_have_the_types_of_c);
    return check_end();
}
