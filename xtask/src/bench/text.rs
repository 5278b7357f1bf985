//! What docs/speed.md says between the figures.

pub const HEAD: &str = "\
<!-- Made by `cargo xtask bench --write`; change xtask/src/bench/text.rs. -->

# Speed

What a message costs, beside other clients, all in one run. Anyone can measure it again:

    cargo xtask bench                  everything on this page, to read
    cargo xtask bench --write          and makes this page and its pictures
    cargo xtask bench 'publish QoS 1'  in which functions of Limpet the instructions are
    cargo xtask bench growth           the last table alone
    cargo xtask bench rate             messages in a second alone
    cargo xtask test bench             Limpet's instructions against tests/bench/instructions.csv

The machine:

{machine}
On a microcontroller the order is what matters, not the number: for those of a Cortex-M4 see the README, and
`cargo xtask instructions`.

";

pub const COST: &str = "
## Instructions for one message

![instructions for one message](speed-cost.svg)

A broker in memory takes what the client writes, and has its answers ready at once; no system call is made. Topics have 16
bytes, payloads 64 or 4096. A figure is the difference of a run and one twice as long, by messages: what a
connection costs does not count. Only user space is counted, by Valgrind. The work of the broker in memory is in every figure; the column
`floor` says how much that is. The clock stands still.

- *one after the other*: published as long as the client takes them, then a poll. *A poll after each*: what a sensor does.
- *8 under way*: published as long as there are fewer than 8 without an answer.
- *16 in a read*: as they come in one TCP segment.
- *idle poll*: is there anything to read, and is anything due? rust-mqtt only looks for bytes: its pings and timeouts are the program's.
- *MQTT 5*: the same with no properties but those that a client adds by itself. All other cases are in 3.1.1; but minimq and rust-mqtt speak
  nothing but 5, where packets are a byte longer.
- QoS 1 and 2 are counted to the end of the exchange, and to the client telling so.

";

pub const BARS: &str = "
The bars were set by the best of the clients that firmware uses, measured once in the same way (coreMQTT, MQTT-C, lwIP; not
in this run, since no registry has them). Those do less: none keeps messages over an outage and connects again.

";

pub const RATIOS: &str = "
The same as ratios: so many times Limpet's instructions. Above 1, Limpet takes less.

";

pub const TIME: &str = "
## Nanoseconds for one message

Of the same programs, without Valgrind: the process's own time, the least of five pairs of runs. Differences of a tenth mean nothing.
For who wants a socket the kernel's work would be in it: `-`.

";

pub const RATE: &str = "
## Messages in a second

![messages in a second](speed-rate.svg)

With Mosquitto 2.0.11 on the same machine, over loopback, both with TCP_NODELAY; payloads of 64 bytes. The clock stops when the broker
has acknowledged the last message; of QoS 0, one of QoS 1 behind them. *Full* is as many under way as the client takes, up to 500
(rust-mqtt here 64, minimq as many as fit). The clients take turns, seven rounds; a figure is the median, and in brackets is the median
of Limpet's rate by the client's of the same round: above 1, Limpet is faster. Client and broker run before all other processes. Each run
takes the better part of a second: a virtual processor that was idle is slow for the first hundredths, for all who sleep between messages.

";

pub const GROWTH: &str = "
## How the cost grows

![how the cost grows](speed-growth.svg)

Instructions for one message while the client has so much to keep in mind, with the broker in memory. *Answered in order*: each
acknowledgement comes so many messages late. *Behind so many that are not answered*: the oldest stay for ever, the worst for a search from the
oldest on.

";

pub const END: &str = "
Flat: the size of the outbox, the number of subscriptions, a poll with nothing to do, publishing while offline, and messages of QoS
1 under way, in either version: the outbox has no index, but remembers where its searches ended (`src/session/hints.rs`), and how many
messages more the broker allows. Walks through all records are left for messages with a timeout, for QoS 2 whose deadlines are not in
their order, when holes are closed, and in MQTT 5 with an answer while messages wait because the broker's Receive Maximum is reached
(*20 allowed*). libmosquitto walks for each message, but not there.

## What is not measured

- Clients that firmware uses and that no registry has: coreMQTT, MQTT-C, wolfMQTT, lwIP's, esp-mqtt.
- Time and energy on a microcontroller. Instructions of a Cortex-M4 are counted in an emulator, without wait states.
- TLS, and networks other than loopback.
- Receiving from a real broker, and more than one client at a time.
- MQTT 5 with properties, and with a real broker; rumqttc in MQTT 5.
- Paho C in memory is its client without threads, which sleeps and looks again; in its other mode two threads share the work.
- rumqttc in memory has a socket between it and the broker: how many packets come in one read is chance.
";
