// The same over TLS, on an ESP32 or ESP8266: the broker must show a certificate that your CA has signed, with the name by
// which you connect. The date must be right before that, so the board asks for the time first.
//
// WiFiClientSecure waits for the handshake: a second or two, in which loop() does not return.

#include <LimpetWifi.h>
#include <WiFiClientSecure.h>
#include <time.h>
#include <Limpet.h>

const char *const SSID = "my network";
const char *const PASSWORD = "its password";
const char *const BROKER = "broker.example";
const uint16_t PORT = 8883;

const char CA[] = R"(-----BEGIN CERTIFICATE-----
the certificate of the CA, as it is in its .pem file
-----END CERTIFICATE-----
)";

WiFiClientSecure net;
LimpetWifi wifi(SSID, PASSWORD);
Limpet mqtt(net);
bool begun;

#ifdef ARDUINO_ARCH_ESP8266
BearSSL::X509List ca(CA);
#endif

void trust() {
#ifdef ARDUINO_ARCH_ESP8266
  net.setTrustAnchors(&ca);
#else
  net.setCACert(CA);
#endif
}

void onConnect(const LimpetConnection &) {
  Serial.println("connected");
}

void onDisconnect(const LimpetOutage &outage) {
  Serial.print("offline: ");
  Serial.println(outage);
}

void onMessage(const LimpetMessage &message) {
  Serial.print(message.topic);
  Serial.print(": ");
  Serial.println(message.payload);
}

void setup() {
  Serial.begin(115200);
  trust();
  mqtt.setLink(wifi);
  mqtt.onConnect(onConnect);
  mqtt.onDisconnect(onDisconnect);
  mqtt.onMessage(onMessage);
  // The Wi-Fi is needed for the time, before the client needs it.
  wifi.start();
  configTime(0, 0, "pool.ntp.org");
}

void loop() {
  if (begun) {
    mqtt.loop();
  } else if (time(nullptr) > 1700000000) {
    begun = true;
    LimpetResult result = mqtt.begin(BROKER, PORT);
    if (!result) {
      Serial.println(result);
    }
    mqtt.subscribe("hello", 1);
    mqtt.publish("hello", "Hello, world");
  }
}
