#include "radio.h"

#include <LimpetWifi.h>
#include <Limpet.h>

#include "broker.h"

static Broker net;
static Limpet mqtt(net);
static int lastError;

static void pass(unsigned long ms)
{
    passTime(ms);
    for (int i = 0; i < 20; i++) {
        mqtt.loop();
    }
}

class Cable : public LimpetLink {
public:
    int32_t state = 0;
    int32_t status() override { return state; }
};

static LimpetWifi wifi("my network", "its password");
static LimpetWifi open("open network");
static Cable cable;

static void tryWifi(void (*check)(bool, const char *))
{
    WiFi.afterBegin = WL_NO_SSID_AVAIL;
    mqtt.setLink(wifi);
    check(mqtt.begin("broker").ok(), "with a link it begins, too");
    pass(1);
    check(WiFi.begins == 1 && strcmp(WiFi.ssid, "my network") == 0 && strcmp(WiFi.password, "its password") == 0,
          "the Wi-Fi is joined");
    check(strcmp(wifi.reason(), "no network of this name") == 0, "the reason is known");
#if defined ARDUINO_ARCH_ESP32 || defined ARDUINO_ARCH_ESP8266
    check(!WiFi.isPersistent && WiFi.isStation && WiFi.reconnects, "as a station, and not written to the flash");
#else
    check(WiFi.isPersistent && !WiFi.isStation && !WiFi.reconnects, "as a station, and not written to the flash");
#endif
    pass(30000);
    check(net.connects == 0, "nothing is opened without it");
    WiFi.state = WL_CONNECTED;
    pass(4000);
    check(net.connects == 0, "nor before it is steady");
    pass(5000);
    check(net.connects == 1 && mqtt.connected(), "then it is");
    WiFi.state = WL_CONNECTION_LOST;
    pass(1);
    check(!mqtt.connected() && lastError == MQTT_ERR_LINK_DOWN, "its loss is an outage at once");
    check(WiFi.begins == 2, "and it is joined again");
    pass(70000);
    check(WiFi.stops >= 1, "a radio that does not come up is reset");
#if defined ARDUINO_ARCH_ESP32 || defined ARDUINO_ARCH_ESP8266
    check(WiFi.isOff, "by switching it off");
#else
    check(!WiFi.isOff, "by switching it off");
#endif
    WiFi.afterBegin = WL_CONNECTED;
    pass(2000);
    pass(6000);
    check(mqtt.connected(), "and then all is well");
    const int stops = WiFi.stops;
    mqtt.disconnect();
    pass(1);
    pass(1);
    check(WiFi.stops == stops + 1, "who has left switches it off");
}

static void tryOthers(void (*check)(bool, const char *))
{
    const int before = net.connects;
    mqtt.setLink(open);
    mqtt.begin("broker");
    pass(1);
    check(WiFi.password == nullptr && strcmp(WiFi.ssid, "open network") == 0, "an open network has no password");
    mqtt.stop();
    cable.settings.settle_ms = MQTT_OFF;
    mqtt.setLink(cable);
    mqtt.begin("broker");
    pass(1);
    check(net.connects == before, "a cable that is out waits");
    cable.state = 1;
    pass(1);
    check(net.connects == before + 1 && mqtt.connected(), "one that is in does not");
    cable.state = -42;
    pass(1);
    check(lastError == MQTT_ERR_LINK_DOWN || lastError == MQTT_ERR_LINK_FAILED, "one that fails says so");
    mqtt.stop();
}

int tryRadio(void (*check)(bool holds, const char *sentence))
{
    mqtt.onDisconnect([](const LimpetOutage &outage) { lastError = outage.error; });
    int thing = 0;
    mqtt.user = &thing;
    mqtt.onConnect([](const LimpetConnection &connection) { ++*static_cast<int *>(connection.mqtt.user); });
    tryWifi(check);
    tryOthers(check);
    check(thing == 3, "a function finds what is the user's");
    return thing == 3 ? 0 : 1;
}
