// Asks for MQTT 5: which archive is linked?

#include <WiFiClient.h>
#include <Limpet.h>

WiFiClient net;
Limpet mqtt(net);
struct mqtt_v5 five;

void setup() {
  mqtt.setClientId("five");
  mqtt.config.v5 = &five;
  LimpetResult result = mqtt.begin("broker");
  Serial.println(result.ok() ? "it speaks MQTT 5" : "it does not");
  endSketch(result.ok() || result.value() == MQTT_ERR_CONFIG_V5 ? 0 : 1);
}

void loop() {
}
