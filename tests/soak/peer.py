"""The other end of a soak, by another maker: publishes numbered messages to soak/<id>/down, and expects those of Limpet
on soak/<id>/up. Its orders and its words are those of soak.c, which says them.

    peer.py port version id
"""

import os
import select
import socket
import sys
import time

import paho.mqtt.client as mqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

TURN_S = 0.01

# Between two attempts to connect.
PAUSE_S = 0.05

DIGITS = 10
MOST = 1500
LETTERS = bytes(ord("a") + i % 26 for i in range(MOST + 26))


def qos_of(number):
    return 1 + number % 2


def payload_of(number):
    """See numbered.h."""
    length = MOST if number % 97 == 96 else DIGITS + number * 37 % 2**32 % 190
    start = (number + DIGITS) % 26
    return b"%0*d" % (DIGITS, number) + LETTERS[start : start + length - DIGITS]


class Broken(Exception):
    """A promise of the whole."""


class Peer:
    def __init__(self, port, version, name):
        self.first = self.count = self.may = self.sent = self.done = self.received = 0
        self.again = self.connects = self.outages = 0
        self.times = bytearray()
        self.under_way = set()
        self.port = port
        self.told = ""
        self.tried = 0.0
        self.orders = b""
        self.ended = self.is_up = False
        self.topics = f"soak/{name}/up", f"soak/{name}/down"
        self.client = self.make(version, name)
        properties = None
        if version == "5":
            properties = Properties(PacketTypes.CONNECT)
            properties.SessionExpiryInterval = 0xFFFFFFFF
            # Mosquitto 2.0.11 does not save a session that began with Clean Start while that connection lasts.
            self.client.connect("127.0.0.1", port, clean_start=False, properties=properties)
        else:
            self.client.connect("127.0.0.1", port)

    def make(self, version, name):
        is_5 = version == "5"
        client = mqtt.Client(
            mqtt.CallbackAPIVersion.VERSION2,
            client_id=f"peer-{name}",
            clean_session=None if is_5 else False,
            protocol=mqtt.MQTTv5 if is_5 else mqtt.MQTTv311,
        )
        client.max_inflight_messages_set(60)
        client.on_connect = self.on_connect
        client.on_disconnect = self.on_disconnect
        client.on_subscribe = lambda *_: print("ready", flush=True)
        client.on_publish = self.on_publish
        client.on_message = self.on_message
        return client

    def on_connect(self, client, _user, _flags, reason, _properties):
        if reason != 0:
            raise Broken(f"the broker refuses the peer: {reason}")
        self.is_up = True
        self.connects += 1
        client.subscribe(self.topics[0], 2)

    def on_disconnect(self, *_):
        self.outages += self.is_up
        self.is_up = False

    def on_publish(self, _client, _user, mid, _reason, _properties):
        if mid not in self.under_way:
            raise Broken("an acknowledgement for nothing of the peer's")
        self.under_way.remove(mid)
        self.done += 1

    def on_message(self, _client, _user, message):
        number = int(message.payload[:DIGITS])
        if message.payload != payload_of(number):
            raise Broken(f"message {number} came damaged")
        if message.qos != qos_of(number):
            raise Broken(f"message {number} came with QoS {message.qos}")
        place = number - self.first
        if place >= self.count:
            raise Broken(f"message {number} was not sent")
        if place < 0 or self.times[place]:
            self.again += 1
            if message.qos == 2:
                raise Broken(f"message {number} of QoS 2 came again")
        else:
            self.times[place] = 1
            self.received += 1

    def obey(self, words):
        if words[0] == "go":
            if self.done != self.count or self.received != self.count:
                raise Broken("a round began before the last one was whole")
            self.first, self.count = int(words[1]), int(words[2])
            self.may = self.sent = self.done = self.received = 0
            self.times = bytearray(self.count)
        elif words[0] == "may":
            self.may = int(words[1])

    def read_orders(self):
        chunk = os.read(0, 4096)
        self.ended = not chunk
        *lines, self.orders = (self.orders + chunk).split(b"\n")
        for line in lines:
            self.obey(line.decode().split())

    def publish(self):
        while self.sent < min(self.may, self.count) and self.client.is_connected():
            number = self.first + self.sent
            info = self.client.publish(self.topics[1], payload_of(number), qos_of(number))
            if info.rc == mqtt.MQTT_ERR_QUEUE_SIZE:
                return
            self.under_way.add(info.mid)
            self.sent += 1

    def tell(self):
        figures = self.first, self.done, self.received, self.again, self.connects, self.outages
        text = "state " + " ".join(map(str, figures))
        if text != self.told:
            self.told = text
            print(text, flush=True)

    def reconnect(self):
        now = time.monotonic()
        if now - self.tried >= PAUSE_S:
            self.tried = now
            # Paho 2.1 forgets, with the second attempt in a row, which PUBLISH of QoS 2 the broker had answered, and sends
            # it as a new one. So the attempt is made only when it will succeed.
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                return
            self.client.reconnect()

    def turn(self):
        sock = self.client.socket()
        if sock is None:
            self.reconnect()
            sock = self.client.socket()
        readers = [0] if sock is None else [0, sock]
        writers = [sock] if sock is not None and self.client.want_write() else []
        readable, writable, _ = select.select(readers, writers, [], TURN_S)
        if 0 in readable:
            self.read_orders()
        if sock in readable:
            self.client.loop_read()
        if sock in writable:
            self.client.loop_write()
        self.client.loop_misc()
        self.publish()
        self.tell()


def main():
    try:
        peer = Peer(int(sys.argv[1]), sys.argv[2], sys.argv[3])
        while not peer.ended:
            peer.turn()
        peer.client.disconnect()
    except Broken as broken:
        print(f"broken {broken}", flush=True)
        return 1
    return 0


sys.exit(main())
