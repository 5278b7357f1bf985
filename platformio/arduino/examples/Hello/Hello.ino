// Says hello to itself by way of a broker, through every outage of Wi-Fi and broker. For an ESP32, an ESP8266, and other
// boards with Wi-Fi. Fill in the three names; the broker may be any, such as Mosquitto on your computer.

#include <LimpetWifi.h>
#include <Limpet.h>

const char *const SSID = "my network";
const char *const PASSWORD = "its password";
const char *const BROKER = "192.168.1.10";

WiFiClient net;
LimpetWifi wifi(SSID, PASSWORD);
Limpet mqtt(net);
unsigned long lastHello;

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
  mqtt.setLink(wifi);
  mqtt.onConnect(onConnect);
  mqtt.onDisconnect(onDisconnect);
  mqtt.onMessage(onMessage);
  LimpetResult result = mqtt.begin(BROKER);
  if (!result) {
    Serial.println(result);
  }
  mqtt.subscribe("hello", 1);
}

void loop() {
  mqtt.loop();
  if (millis() - lastHello >= 2000) {
    lastHello = millis();
    LimpetResult result = mqtt.publish("hello", "Hello, world");
    if (!result) {
      // The outbox is full when the outage is long: 20 messages wait.
      Serial.println(result);
    }
  }
}
