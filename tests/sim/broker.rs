//! A broker with one client, as Mosquitto would be, and its moods: late, repeating, refusing, gone.

use crate::sim::net::Net;
use crate::sim::packets::short;
use crate::sim::rules::enforce;
use crate::sim::stored::Stored;
use crate::trace;
use limpet::packet::connect::Connect;
use limpet::packet::{Kind, Packet};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    New,
    Answering,
    Up,
    Gone,
}

/// The broker's side of a connection.
pub struct Server {
    pub phase: Phase,
    input: Vec<u8>,
    heard_at: u64,
    /// Silence that ends the connection, in ms.
    patience: u64,
}

impl Server {
    pub fn new(now: u64) -> Server {
        Server { phase: Phase::New, input: Vec::new(), heard_at: now, patience: 60_000 }
    }

    pub fn is_gone(&self) -> bool {
        self.phase == Phase::Gone
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Reply {
    Connack {
        session_present: bool,
        code: u8,
    },
    Ack(u8, u16),
    Suback(u16, u8),
    Unsuback(u16),
    Pingresp,
    /// The message with this key once more.
    Again(u32),
    Garbage,
}

#[derive(Default)]
pub struct Broker {
    pub stored: Option<Stored>,
    pub sessions: u32,
    /// The connection that has the session.
    pub attached: Option<u32>,
    pub replies: BinaryHeap<Reverse<(u64, u64, u32, Reply)>>,
    pub order: u64,
    pub restart_at: u64,
    back_at: Option<u64>,
    pub publish_at: u64,
    pub restarts: u64,
    pub wills: u64,
}

impl Broker {
    pub fn due(&self, net: &Net) -> u64 {
        let mut at = self.restart_at.min(self.publish_at).min(self.back_at.unwrap_or(u64::MAX));
        if let Some(Reverse(reply)) = self.replies.peek() {
            at = at.min(reply.0);
        }
        for conn in net.conns.iter().filter(|conn| !conn.server.is_gone()) {
            at = at.min(conn.up.next()).min(conn.server.heard_at + conn.server.patience);
        }
        at
    }

    pub fn act(&mut self, net: &mut Net) {
        if self.back_at.is_some_and(|at| at <= net.now) {
            trace!("broker is back");
            self.back_at = None;
            net.is_listening = true;
        }
        if self.restart_at <= net.now {
            self.restart(net);
        }
        for i in 0..net.conns.len() {
            self.serve(net, i);
        }
        while self.replies.peek().is_some_and(|Reverse(reply)| reply.0 <= net.now) {
            let Reverse((_, _, number, reply)) = self.replies.pop().unwrap();
            self.reply(net, number, reply);
        }
        if self.publish_at <= net.now {
            self.publish_at = net.now + net.rng.pause(net.plan.publish_every);
            self.publish(net);
        }
        self.pump(net);
        net.tidy();
    }

    pub fn calm_down(&mut self, net: &mut Net) {
        (self.restart_at, self.publish_at) = (u64::MAX, u64::MAX);
        self.back_at = None;
        net.is_listening = true;
    }

    pub fn restart(&mut self, net: &mut Net) {
        self.restarts += 1;
        self.restart_at = net.now + net.rng.pause(net.plan.restart_every);
        self.back_at = Some(net.now + net.rng.spread(500, 600_000));
        net.is_listening = false;
        let keeps = net.rng.chance(net.plan.keeps) && self.stored.as_ref().is_some_and(|s| !s.clean);
        trace!("broker restarts, keeps session: {keeps}");
        if !keeps {
            self.forget(net);
        }
        self.attached = None;
        self.replies.clear();
        let code = net.rng.pick(&[0, -104, -104]);
        net.cut(code);
        for conn in &mut net.conns {
            conn.server.phase = Phase::Gone;
            conn.troubled = true;
        }
    }

    /// The session is no more.
    pub fn forget(&mut self, net: &mut Net) {
        let Some(stored) = self.stored.take() else { return };
        for letter in &stored.letters {
            net.book.ins[letter.key as usize].waived = true;
        }
        for key in stored.unpassed() {
            net.book.outs[key as usize].may_be_lost = true;
        }
    }

    fn serve(&mut self, net: &mut Net, i: usize) {
        let (now, conn) = (net.now, &mut net.conns[i]);
        let number = conn.number;
        if conn.server.is_gone() {
            return;
        }
        if conn.up.ready(now) > 0 {
            conn.server.heard_at = now;
            conn.up.take_all(&mut conn.server.input);
            let input = std::mem::take(&mut conn.server.input);
            let mut at = 0;
            while let Ok(Some((packet, len))) = Packet::decode(&input[at..]) {
                trace!("    broker has from {number}: {}", short(&packet));
                self.packet(net, i, &packet);
                at += len;
                if net.conns[i].server.is_gone() {
                    return;
                }
            }
            net.conns[i].server.input = input[at..].to_vec();
        }
        let server = &net.conns[i].server;
        if server.heard_at + server.patience <= now {
            trace!("broker gives up {number}: silent");
            self.wills += 1;
            self.hang_up(net, i);
        } else if net.conns[i].up.has_ended(now) {
            trace!("broker lost {number}");
            self.wills += 1;
            self.hang_up(net, i);
        }
    }

    pub fn hang_up(&mut self, net: &mut Net, i: usize) {
        let at = net.arrival();
        let conn = &mut net.conns[i];
        conn.server.phase = Phase::Gone;
        conn.down.end(at);
        if self.attached == Some(conn.number) {
            self.attached = None;
            if self.stored.as_ref().is_some_and(|stored| stored.clean) {
                self.forget(net);
            }
        }
    }

    fn packet(&mut self, net: &mut Net, i: usize, packet: &Packet) {
        let number = net.conns[i].number;
        match *packet {
            Packet::Connect(connect) => return self.connect(net, i, &connect),
            Packet::Disconnect => return self.hang_up(net, i),
            _ => {}
        }
        if self.attached != Some(number) {
            return;
        }
        let Some(stored) = &mut self.stored else { return };
        let reply = match *packet {
            Packet::Pingreq => Reply::Pingresp,
            Packet::Publish(p) => match enforced(stored.published(net, &p)) {
                Some(kind) => Reply::Ack(kind as u8, p.id),
                None => return,
            },
            Packet::Pubrel(id) => {
                enforce(stored.released(net, id));
                Reply::Ack(Kind::Pubcomp as u8, id)
            }
            Packet::Puback(id) | Packet::Pubcomp(id) => return stored.acknowledged(id),
            Packet::Pubrec(id) if stored.recorded(id) => Reply::Ack(Kind::Pubrel as u8, id),
            Packet::Pubrec(_) => return,
            Packet::Subscribe(r) => Reply::Suback(r.id, stored.subscribe(&r)),
            Packet::Unsubscribe(r) => {
                stored.unsubscribe(&r);
                Reply::Unsuback(r.id)
            }
            _ => return,
        };
        self.later(net, number, reply);
    }

    fn connect(&mut self, net: &mut Net, i: usize, connect: &Connect) {
        let number = net.conns[i].number;
        let server = &mut net.conns[i].server;
        server.phase = Phase::Answering;
        server.patience = match connect.keep_alive_s {
            0 => u64::MAX / 4,
            s => u64::from(s) * 1500,
        };
        if !net.calm && net.rng.chance(net.plan.refuse) {
            let code = 1 + net.rng.below(5) as u8;
            return self.later(net, number, Reply::Connack { session_present: false, code });
        }
        if let Some(before) = self.attached
            && let Some(before) = net.conns.iter().position(|conn| conn.number == before)
        {
            trace!("broker hands over to {number}");
            // The newcomer may be an earlier connection of the client that was held up on its way.
            net.conns[before].troubled = true;
            self.hang_up(net, before);
        }
        let forgets = !net.calm && net.rng.chance(20);
        let kept = self.stored.as_ref().is_some_and(|stored| !stored.clean);
        let session_present = kept && !connect.clean && !forgets;
        if !session_present {
            self.forget(net);
            self.sessions += 1;
            self.stored = Some(Stored::new(self.sessions, connect.clean));
        }
        self.attached = Some(number);
        self.later(net, number, Reply::Connack { session_present, code: 0 });
    }
}

fn enforced<T>(result: Result<T, String>) -> T {
    result.unwrap_or_else(|violation| panic!("{violation}"))
}
