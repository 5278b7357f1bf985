//! The broker of a story: it does at once and in order what MQTT says, and nothing at random.

use crate::sim::matrix::case::Pace;
use crate::sim::matrix::shelf::{Shelf, State, letter};
use crate::sim::matrix::voice::{self, Said};
use crate::sim::matrix::wire::Wire;
use crate::sim::packets::{ack, short};
use crate::sim::rules::enforce;
use crate::trace;
use crate::translate::other::AuthReasonCode;
use limpet::packet::connect::{Connack, Connect};
use limpet::packet::{Kind, Packet};
use std::collections::BTreeMap;

/// How long it is away when it restarts.
const RESTART_MS: u64 = 3000;
/// Messages for the client that may be under way.
const IN_FLIGHT: usize = 32;
const SERVER_UNAVAILABLE: u8 = 3;

/// Its side of a connection.
#[derive(Default)]
struct Desk {
    input: Vec<u8>,
    heard_at: u64,
    patience: u64,
    /// A CONNECT that waits for its AUTH.
    greeting: Option<Vec<u8>>,
    /// The session that it has, once CONNACK is said.
    client: Option<Vec<u8>>,
}

#[derive(Default)]
pub struct Broker {
    /// One for each connection of the wire, found by its number.
    desks: BTreeMap<u32, Desk>,
    pub shelves: BTreeMap<Vec<u8>, Shelf>,
    sessions: u32,
    back_at: Option<u64>,
    /// PUBREL waits until every message has its PUBREC.
    pub withholds: bool,
}

impl Broker {
    pub fn due(&self, wire: &Wire) -> u64 {
        let open = |number: &u32| wire.conns.iter().any(|c| c.number == *number && !c.server_gone);
        let desks = self.desks.iter().filter(|(number, _)| open(number));
        let silent = desks.map(|(_, desk)| desk.heard_at.saturating_add(desk.patience)).min();
        silent.unwrap_or(u64::MAX).min(self.back_at.unwrap_or(u64::MAX))
    }

    /// True if anything was done.
    pub fn act(&mut self, wire: &mut Wire) -> bool {
        let mut did = self.restarts(wire);
        if self.back_at.is_some_and(|at| at <= wire.now) {
            trace!("broker is back");
            (self.back_at, wire.is_listening, did) = (None, true, true);
        }
        for i in 0..wire.conns.len() {
            did |= self.serve(wire, i);
            did |= self.restarts(wire);
        }
        did
    }

    fn restarts(&mut self, wire: &mut Wire) -> bool {
        let Some(keeps) = wire.restart.take() else { return false };
        self.back_at = Some(wire.now + RESTART_MS);
        wire.conns.iter_mut().for_each(|conn| conn.server_gone = true);
        let gone: Vec<_> = self.desks.values().filter_map(|desk| desk.client.clone()).collect();
        self.desks.clear();
        let clients: Vec<_> = self.shelves.keys().cloned().collect();
        for client in clients {
            let lasts = self.shelves.get(&client).is_some_and(|shelf| shelf.lasts) || !gone.contains(&client);
            if !(keeps && lasts) {
                self.forget(wire, &client);
            }
        }
        true
    }

    /// The session is no more.
    fn forget(&mut self, wire: &mut Wire, client: &[u8]) {
        let Some(shelf) = self.shelves.remove(client) else { return };
        for letter in &shelf.letters {
            wire.book.ins[letter.key as usize].waived = true;
        }
        for (_, key) in &shelf.unreleased {
            if let Some(out) = wire.book.outs.get_mut(*key as usize) {
                out.may_be_lost = true;
            }
        }
    }

    fn serve(&mut self, wire: &mut Wire, i: usize) -> bool {
        let (now, conn) = (wire.now, &mut wire.conns[i]);
        if conn.server_gone {
            return false;
        }
        let number = conn.number;
        let desk =
            self.desks.entry(number).or_insert_with(|| Desk { heard_at: now, patience: 60_000, ..Desk::default() });
        let ready = conn.up.ready(now);
        if ready > 0 {
            desk.heard_at = now;
            desk.input.extend(conn.up.bytes.drain(..ready));
        }
        let (is_silent, has_ended) = (desk.heard_at.saturating_add(desk.patience) <= now, conn.up.has_ended(now));
        let mut did = ready > 0;
        while !wire.conns[i].server_gone && wire.restart.is_none() {
            let Some(desk) = self.desks.get_mut(&number) else { break };
            match wire.conns[i].voice.hear(&desk.input) {
                Ok(None) => break,
                Ok(Some((said, len))) => {
                    desk.input.drain(..len);
                    self.said(wire, i, said);
                }
                Err(wrong) => {
                    assert!(!wire.is_true, "the broker heard what it must not: {wrong}");
                    trace!("broker does not understand: {wrong}");
                    self.hang_up(wire, i);
                }
            }
            did = true;
        }
        if wire.restart.is_none() && !wire.conns[i].server_gone && (is_silent || has_ended) {
            trace!("broker lost connection {number}, silent: {is_silent}");
            self.hang_up(wire, i);
            did = true;
        }
        self.pump(wire, i) || did
    }

    pub fn hang_up(&mut self, wire: &mut Wire, i: usize) {
        let conn = &mut wire.conns[i];
        (conn.server_gone, conn.down.ended) = (true, true);
        let client = self.desks.remove(&conn.number).and_then(|desk| desk.client);
        if let Some(client) = client.filter(|client| self.shelves.get(client).is_some_and(|shelf| !shelf.lasts)) {
            self.forget(wire, &client);
        }
    }

    fn said(&mut self, wire: &mut Wire, i: usize, said: Said) {
        let number = wire.conns[i].number;
        let Some(desk) = self.desks.get_mut(&number) else { return };
        let bytes = match said {
            Said::Packet(bytes) => bytes,
            Said::Auth(AuthReasonCode::ReAuthentication) if desk.client.is_some() => {
                return wire.send_down(i, &voice::auth(AuthReasonCode::Success), None);
            }
            Said::Auth(AuthReasonCode::ContinueAuthentication) if desk.greeting.is_some() => {
                let greeting = desk.greeting.take().unwrap_or_default();
                if let Ok(Some((Packet::Connect(connect), _))) = Packet::decode(&greeting) {
                    self.welcome(wire, i, &connect);
                }
                return;
            }
            Said::Auth(_) => return self.hang_up(wire, i),
        };
        let Ok(Some((packet, _))) = Packet::decode(&bytes) else { return self.hang_up(wire, i) };
        trace!("    broker has from {number}: {}", short(&packet));
        match packet {
            Packet::Connect(_) if desk.client.is_some() || desk.greeting.is_some() => self.hang_up(wire, i),
            Packet::Connect(connect) => {
                desk.patience = match connect.keep_alive_s {
                    0 => u64::MAX,
                    s => u64::from(s) * 1500,
                };
                if wire.conns[i].voice.wants_auth {
                    desk.greeting = Some(bytes.clone());
                    return wire.send_down(i, &voice::auth(AuthReasonCode::ContinueAuthentication), None);
                }
                self.welcome(wire, i, &connect);
            }
            Packet::Disconnect => self.hang_up(wire, i),
            packet => match desk.client.clone() {
                Some(client) => self.answer(wire, i, &client, &packet),
                None => self.hang_up(wire, i),
            },
        }
    }

    fn welcome(&mut self, wire: &mut Wire, i: usize, connect: &Connect) {
        if wire.denials > 0 {
            wire.denials -= 1;
            say(wire, i, Packet::Connack(Connack { session_present: false, code: SERVER_UNAVAILABLE }));
            return self.hang_up(wire, i);
        }
        let client = connect.client_id.to_vec();
        let before = self.desks.iter().find(|(_, desk)| desk.client.as_ref() == Some(&client)).map(|(n, _)| *n);
        if let Some(before) = wire.conns.iter().position(|conn| Some(conn.number) == before) {
            trace!("broker hands over to {}", wire.conns[i].number);
            self.hang_up(wire, before);
        }
        let session_present = self.shelves.contains_key(&client) && !connect.clean;
        if !session_present {
            self.forget(wire, &client);
            self.sessions += 1;
            self.shelves.insert(client.clone(), Shelf::new(self.sessions));
        }
        let Some(shelf) = self.shelves.get_mut(&client) else { return };
        shelf.lasts = wire.conns[i].voice.keeps;
        if let Some(desk) = self.desks.get_mut(&wire.conns[i].number) {
            desk.client = Some(client.clone());
        }
        let again: Vec<_> =
            shelf.letters.iter().filter(|l| l.state != State::Queued).map(|l| (l.key, l.id, l.state)).collect();
        say(wire, i, Packet::Connack(Connack { session_present, code: 0 }));
        for (key, id, state) in again {
            match state {
                State::Recorded => say(wire, i, Packet::Pubrel(id)),
                _ => send(wire, i, key, id, true),
            }
        }
    }

    fn answer(&mut self, wire: &mut Wire, i: usize, client: &[u8], packet: &Packet) {
        let Some(shelf) = self.shelves.get_mut(client) else { return self.hang_up(wire, i) };
        let at_pubrel = wire.case.pace == Pace::Bytes;
        let book = if wire.is_true { Some(&mut wire.book) } else { None };
        match *packet {
            Packet::Pingreq => say(wire, i, Packet::Pingresp),
            Packet::Publish(p) => {
                let kind = shelf.published(book, &p, at_pubrel).unwrap_or_else(|wrong| panic!("{wrong}"));
                if let Some(kind) = kind {
                    say(wire, i, ack(kind, p.id));
                }
            }
            Packet::Pubrel(id) => {
                enforce(shelf.released(book, id, at_pubrel));
                say(wire, i, ack(Kind::Pubcomp, id));
            }
            Packet::Puback(_) | Packet::Pubrec(_) | Packet::Pubcomp(_) if !shelf.acknowledged(packet, &wire.book) => {
                self.hang_up(wire, i);
            }
            // Also for an id that it does not know, as Mosquitto does.
            Packet::Pubrec(id) if !self.withholds => say(wire, i, ack(Kind::Pubrel, id)),
            Packet::Pubrec(_) if shelf.letters.iter().all(|letter| letter.state == State::Recorded) => {
                self.withholds = false;
                shelf.letters.iter().for_each(|letter| say(wire, i, Packet::Pubrel(letter.id)));
            }
            Packet::Puback(_) | Packet::Pubrec(_) | Packet::Pubcomp(_) => {}
            Packet::Subscribe(r) => {
                let codes = shelf.subscribe(&r);
                say(wire, i, Packet::Suback { id: r.id, codes: &codes });
            }
            Packet::Unsubscribe(r) => {
                shelf.unsubscribe(&r);
                say(wire, i, Packet::Unsuback(r.id));
            }
            _ => self.hang_up(wire, i),
        }
    }

    /// Sends what waits for the client.
    fn pump(&mut self, wire: &mut Wire, i: usize) -> bool {
        let mut did = false;
        while !wire.conns[i].server_gone && wire.restart.is_none() {
            let client = self.desks.get(&wire.conns[i].number).and_then(|desk| desk.client.clone());
            let Some(shelf) = client.and_then(|client| self.shelves.get_mut(&client)) else { break };
            let under_way = shelf.letters.iter().filter(|letter| letter.state != State::Queued).count();
            let waiting = shelf.letters.iter().position(|letter| letter.state == State::Queued);
            let Some(at) = waiting.filter(|_| under_way < IN_FLIGHT) else { break };
            let id = shelf.fresh_id();
            let letter = &mut shelf.letters[at];
            (letter.id, letter.state) = (id, State::Sent);
            let key = letter.key;
            send(wire, i, key, id, false);
            did = true;
        }
        did
    }

    /// The connection that the client has, as the broker sees it.
    pub fn attached(&self, wire: &Wire, client: &[u8]) -> Option<usize> {
        let number = self.desks.iter().find(|(_, desk)| desk.client.as_deref() == Some(client)).map(|(n, _)| *n)?;
        wire.conns.iter().position(|conn| conn.number == number && !conn.server_gone)
    }
}

fn say(wire: &mut Wire, i: usize, packet: Packet) {
    trace!("    broker says {}", short(&packet));
    let bytes = wire.conns[i].voice.say(packet);
    wire.send_down(i, &bytes, Some(packet));
}

/// A message of the book.
pub fn send(wire: &mut Wire, i: usize, key: u32, id: u16, dup: bool) {
    let bytes = letter(&wire.book, key, id, dup);
    if let Ok(Some((packet, _))) = Packet::decode(&bytes) {
        say(wire, i, packet);
    }
}
