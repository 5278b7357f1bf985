// A cable instead of Wi-Fi: a W5500 or W5100S with the library Ethernet, on any board. It shows a link of your own, and a
// message that matters, which goes out after an outage and is reported when the broker has it.

#include <SPI.h>
#include <Ethernet.h>
#include <Limpet.h>

byte mac[] = { 0xDE, 0xAD, 0xBE, 0xEF, 0xFE, 0xED };
const char *const BROKER = "192.168.1.10";

class Cable : public LimpetLink {
public:
  int32_t status() override {
    Ethernet.maintain();
    // A W5100 cannot tell: Unknown counts as plugged in.
    return Ethernet.linkStatus() == LinkOFF ? 0 : 1;
  }
};

EthernetClient net;
Cable cable;
Limpet mqtt(net);

void onDisconnect(const LimpetOutage &outage) {
  Serial.print("offline: ");
  Serial.println(outage);
}

void onPublished(const LimpetDone &done) {
  Serial.print(done.token);
  Serial.println(done.isDelivered() ? " delivered" : " given up");
}

void setup() {
  Serial.begin(115200);
  // Waits for an address, up to a minute.
  Ethernet.begin(mac);
  mqtt.setClientId("door-1");
  mqtt.setWill("door/1/online", "no", 1, true);
  mqtt.setLink(cable);
  mqtt.onDisconnect(onDisconnect);
  mqtt.onPublished(onPublished);
  LimpetResult result = mqtt.begin(BROKER);
  if (!result) {
    Serial.println(result);
  }
  mqtt.publish("door/1/online", "yes", 1, true);
}

void loop() {
  mqtt.loop();
}
