// What the class does, against a broker in memory and with a clock that the sketch moves: the same lines on every board.

#include <LimpetWifi.h>
#include <Limpet.h>
#include "broker.h"
#include "radio.h"

Broker net;
// 128 bytes come whole.
LimpetSized<128, 1024, 128> mqtt(net);
int failures;
int messages;
int delivered;
int outages;
bool holds;
char letters[400];

void check(bool holdsTrue, const char *sentence) {
  Serial.print(holdsTrue ? "ok: " : "FAILED: ");
  Serial.println(sentence);
  failures += holdsTrue ? 0 : 1;
}

// Lets time pass, and the client do all there is to do.
void pass(unsigned long ms) {
  passTime(ms);
  for (int i = 0; i < 20; i++) {
    mqtt.loop();
  }
}

void onConnect(const LimpetConnection &connection) {
  Serial.print("connected, session ");
  Serial.println(connection.sessionPresent ? "kept" : "new");
}

void onDisconnect(const LimpetOutage &outage) {
  outages++;
  Serial.print(outage.wasConnected ? "lost: " : "no connection: ");
  Serial.println(outage);
}

void onPublished(const LimpetDone &done) {
  delivered += done.isDelivered() ? 1 : 0;
}

void onMessage(const LimpetMessage &message) {
  if (holds) {
    holds = false;
    message.mqtt.hold();
    return;
  }
  messages += message.isLast() ? 1 : 0;
  message.payload.copyTo(letters + message.offset, sizeof letters - message.offset);
  if (!message.isWhole()) {
    return;
  }
  Serial.print(message.topic);
  Serial.print(" = ");
  Serial.print(message.payload);
  Serial.println(message.retained ? ", retained" : "");
  if (message.topic == "ask") {
    message.mqtt.publish("answer", String(message.payload.toInt() + 1UL));
  }
}

void beginning() {
  check(mqtt.loop() == MQTT_ERR_STATE, "loop before begin is refused");
  check(!mqtt.publish("t", "x"), "and publish");
  mqtt.onConnect(onConnect);
  mqtt.onDisconnect(onDisconnect);
  mqtt.onPublished(onPublished);
  mqtt.onMessage(onMessage);
  mqtt.setClientId("sketch");
  mqtt.setCredentials("me", "secret");
  mqtt.setWill("gone", "yes", 1, true);
  mqtt.setKeepSession(true);
  mqtt.config.resume_session = true;
  check(mqtt.begin("broker").ok() && !mqtt.connected(), "begin only starts");
  check(mqtt.publish("early", "1").ok(), "what is published before the connection is taken");
  check(mqtt.subscribe("#").ok(), "and a subscription");
  pass(1);
  check(mqtt.connected() && net.port == 1883, "it is connected to the port of MQTT");
  // User, password, will retained of QoS 1, and no clean session.
  check(net.connectFlags == 0xec, "CONNECT has what was set");
  check(delivered == 1 && net.subscribes == 1, "both went out");
}

void publishing() {
  const uint8_t bytes[] = { '4', '1' };
  messages = 0;
  delivered = 0;
  mqtt.publish("text", "hello");
  mqtt.publish("string", String("hello"), 0);
  mqtt.publish("state", "on", 1, true);
  mqtt.publish("ask", bytes, sizeof bytes, 0);
  pass(1);
  check(messages == 5 && delivered == 5, "five came back, one published in onMessage");
  LimpetResult wrong = mqtt.publish("text", "hello", 3);
  check(!wrong && wrong.value() == MQTT_ERR_ARGUMENT, "QoS 3 is refused");
  Serial.println(mqtt.publish("a/+", "x"));
  check(!mqtt.publish("", "x").ok(), "an empty topic is refused");
  char posted[] = "mail";
  check(mqtt.post("post", posted, 4).ok(), "post takes a message");
  posted[0] = '?';
  pass(1);
  check(messages == 6 && memcmp(letters, "mail", 4) == 0, "which loop sends, as it was");
}

void texts() {
  char small[4];
  const LimpetText text("kitchen/lamp", 12);
  check(text == "kitchen/lamp" && text != "kitchen" && text != "kitchen/lamp!", "texts are compared whole");
  check(text.matches("+/lamp") && !text.matches("+"), "topics are matched");
  check(!text.copyTo(small, sizeof small) && strcmp(small, "kit") == 0, "what does not fit is cut");
  check(LimpetText("-17x", 4).toInt() == -17 && LimpetText("123456", 2).toInt() == 12, "numbers end with the text");
  check(LimpetText("", 0).toInt() == 0 && LimpetText(nullptr, 0) == "", "an empty one is none");
}

void parts() {
  messages = 0;
  net.send("long", 300);
  pass(1);
  bool whole = messages == 1;
  for (int i = 0; i < 300; i++) {
    whole = whole && letters[i] == 'a' + i % 26;
  }
  check(whole, "300 letters came in parts, in their places");
  holds = true;
  net.send("held", 3);
  pass(1);
  check(messages == 1 && mqtt.resume().ok(), "a held message waits");
  pass(1);
  check(messages == 2, "until it is wanted");
}

void outage() {
  delivered = 0;
  net.answer = 0;
  net.cut();
  pass(1);
  check(!mqtt.connected(), "a cut is noticed");
  check(mqtt.publish("offline", "kept").ok(), "what is published offline is taken");
  pass(5000);
  net.answer = -7;
  pass(10000);
  const int before = net.connects;
  net.answer = 1;
  net.remembers = false;
  pass(60000);
  check(mqtt.connected() && net.connects == before + 1, "it comes back by itself");
  check(delivered == 1 && net.subscribes == 2, "with what was kept, and with the subscription");
}

void rooms() {
  delivered = 0;
  net.tellsRoom = true;
  net.room = 5;
  net.longestWrite = 0;
  mqtt.publish("room", "for five bytes at a time");
  pass(1);
  pass(1);
  check(delivered == 1 && net.longestWrite == 5, "no more is written than there is room for");
  net.room = 0;
  mqtt.publish("room", "none");
  pass(1);
  check(delivered == 1 && mqtt.connected(), "without room it waits");
  net.room = 100;
  pass(1);
  check(delivered == 2, "until there is");
  net.room = 1000;
}

void leaving() {
  net.mute = true;
  LimpetResult token = mqtt.publish("never", "acknowledged");
  pass(1);
  check(mqtt.cancel(token.value()).ok(), "what has no end can be cancelled");
  check(!mqtt.cancel(4711).ok(), "what never was cannot");
  pass(1);
  net.mute = false;
  mqtt.unsubscribe("#");
  pass(1);
  check(net.unsubscribes == 1, "a subscription ends");
  check(mqtt.disconnect(1000).ok(), "it leaves");
  pass(1);
  check(mqtt.loop() == MQTT_FOREVER && net.goodbyes == 1 && !mqtt.connected(), "with a goodbye");
  check(mqtt.reconnect().ok(), "it comes back");
  pass(1);
  check(mqtt.connected(), "when it is told to");
  const int closes = net.closes;
  check(mqtt.stop().ok() && net.closes == closes + 1 && net.goodbyes == 1, "it stops without one");
  net.remembers = true;
  check(mqtt.begin("broker", 4711).ok(), "it begins anew");
  pass(1);
  check(mqtt.connected() && net.port == 4711, "at another port");
  mqtt.stop();
}

void setup() {
  Serial.begin(115200);
  passTime(1000);
  beginning();
  publishing();
  texts();
  parts();
  outage();
  rooms();
  leaving();
  failures += tryRadio(check);
  Serial.print(failures == 0 ? "all holds" : "FAILED");
  Serial.println("");
  endSketch(failures == 0 ? 0 : 1);
}

void loop() {
}
