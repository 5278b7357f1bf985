//! What the broker answers, and when: at once, late, twice, for nothing, or nonsense.

use crate::sim::broker::{Broker, Phase, Reply};
use crate::sim::net::Net;
use crate::sim::packets::ack;
use limpet::packet::connect::Connack;
use limpet::packet::{Kind, Packet};
use std::cmp::Reverse;

impl Broker {
    /// Says it after the time that such things take.
    pub fn later(&mut self, net: &mut Net, number: u32, reply: Reply) {
        let mut at = net.now + net.rng.below(net.plan.answer + 1);
        if !net.calm && net.rng.chance(net.plan.late) {
            at = net.now + net.rng.spread(1000, 60_000);
            if let Some(conn) = net.conn(number) {
                conn.troubled = true;
            }
        }
        self.order += 1;
        self.replies.push(Reverse((at, self.order, number, reply)));
        if !net.calm && net.rng.chance(net.plan.garbage) {
            self.order += 1;
            self.replies.push(Reverse((at, self.order, number, Reply::Garbage)));
        }
    }

    pub fn reply(&mut self, net: &mut Net, number: u32, reply: Reply) {
        let Some(i) = net.conns.iter().position(|conn| conn.number == number && !conn.server.is_gone()) else {
            return;
        };
        let mut buf = [0; 16];
        let codes;
        let packet = match reply {
            Reply::Connack { session_present, code } => Packet::Connack(Connack { session_present, code }),
            Reply::Ack(kind, id) => ack(Kind::of(kind << 4).unwrap(), id),
            Reply::Suback(id, code) => {
                codes = [code];
                Packet::Suback { id, codes: &codes }
            }
            Reply::Unsuback(id) => Packet::Unsuback(id),
            Reply::Pingresp => Packet::Pingresp,
            Reply::Again(key) => {
                if let Some(stored) = &mut self.stored {
                    stored.again(net, number, key);
                }
                return;
            }
            Reply::Garbage => {
                net.conns[i].troubled = true;
                let junk: &[u8] = net.rng.pick(&[&[0xF0, 0][..], &[0x62, 2, 0, 0], &[0x36, 9, 0, 1, b'a', 0, 1]]);
                net.say(number, junk);
                return self.hang_up(net, i);
            }
        };
        let len = packet.encode(&mut buf).unwrap();
        let times = if matches!(reply, Reply::Ack(..)) && net.rng.chance(net.plan.repeat_ack) { 2 } else { 1 };
        for _ in 0..times {
            net.say(number, &buf[..len]);
        }
        if net.rng.chance(net.plan.stray_ack) && net.conns[i].server.phase == Phase::Up {
            self.stray(net, number);
        }
        match reply {
            Reply::Connack { code: 0, session_present } => {
                net.conns[i].server.phase = Phase::Up;
                if let Some(stored) = self.stored.as_mut().filter(|_| session_present) {
                    stored.replay(net, number);
                }
            }
            Reply::Connack { .. } => self.hang_up(net, i),
            _ => {}
        }
    }

    /// An acknowledgement of nothing.
    fn stray(&mut self, net: &mut Net, number: u32) {
        let id = (u64::from(net.tap.last_id()) + net.rng.between(20_000, 40_000)) % 65_535 + 1;
        let kind = net.rng.pick(&[Kind::Puback, Kind::Pubrec, Kind::Pubcomp]);
        let mut buf = [0; 4];
        ack(kind, id as u16).encode(&mut buf);
        net.say(number, &buf);
    }
}
