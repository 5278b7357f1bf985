// On an ESP32, without a WiFiClient: the client uses the chip's sockets, and nothing ever waits, neither for a name nor for
// a broker that does not answer. Watch the longest turn of loop() while you pull the broker's plug.

#include <LimpetWifi.h>
#include <LimpetSockets.h>
#include <Limpet.h>

const char *const SSID = "my network";
const char *const PASSWORD = "its password";
const char *const BROKER = "broker.example";

struct limpet_sockets net;
LimpetWifi wifi(SSID, PASSWORD);
// Packets of 256 bytes come whole, longer ones in parts; 4096 bytes for what waits.
LimpetSized<256, 4096> mqtt(limpet_sockets_transport, &net);

unsigned long longest;
unsigned long lastReport;

void setup() {
  Serial.begin(115200);
  mqtt.setLink(wifi);
  LimpetResult result = mqtt.begin(BROKER);
  if (!result) {
    Serial.println(result);
  }
}

void loop() {
  const unsigned long before = millis();
  mqtt.loop();
  const unsigned long took = millis() - before;
  if (took > longest) {
    longest = took;
  }
  if (before - lastReport >= 10000) {
    lastReport = before;
    Serial.print("longest turn, in milliseconds: ");
    Serial.println(longest);
    mqtt.publish("turn", String(longest), 0);
    longest = 0;
  }
}
