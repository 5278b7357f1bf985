//! A tap on the client's end of the wire: it reads every byte the client wrote or read, and knows therefore what the
//! client may write next. It sees packets that the network loses later.

use crate::sim::book::{self, Book, In};
use crate::sim::packets::short;
use crate::sim::rules::{self, Verdict};
use crate::trace;
use limpet::packet::Packet;
use limpet::packet::publish::Publish;
use limpet::session::Settings;
use std::collections::{BTreeMap, BTreeSet};

/// What an identifier of the client is in use for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Use {
    Publish { key: u32, qos: u8, released: bool },
    Request,
}

/// A PUBLISH that the client has read and not answered.
struct Unanswered {
    id: u16,
    key: u32,
    qos: u8,
    taken: bool,
}

#[derive(Default)]
pub struct Tap {
    out: Vec<u8>,
    into: Vec<u8>,
    /// On this connection.
    connects: u32,
    pub accepted: Option<bool>,
    pub left: bool,
    unanswered: Vec<Unanswered>,
    pubrels: Vec<u16>,
    /// What is to be sent again before anything new.
    to_replay: Vec<u16>,
    replayed: Option<u32>,
    pub last_written: u64,
    /// Over all connections.
    ids: Vec<(u16, Use)>,
    session: u32,
    /// Every id that had a PUBREC: its PUBCOMP may have been read and thrown away.
    recorded: BTreeSet<u16>,
    /// Inbound QoS 2 between PUBREC and PUBREL, and the broker's session that each came from.
    received: BTreeMap<u16, u32>,
    /// CONNECTs since the last CONNACK, and whether there were several when it came and no request was answered since.
    unaccepted: u32,
    in_doubt: bool,
    pub resent: u64,
    /// Connections that were accepted.
    pub welcomes: u64,
    /// A connection was accepted, and the client knows it.
    pub is_known: bool,
}

impl Tap {
    pub fn connected(&mut self, now: u64) {
        let before = std::mem::take(self);
        let Tap { out, into, connects, accepted, left, unanswered, pubrels, to_replay, replayed, .. } = Tap::default();
        let line = Tap { out, into, connects, accepted, left, unanswered, pubrels, to_replay, replayed, ..before };
        *self = Tap { last_written: now, ..line };
    }

    /// The highest identifier the client uses.
    pub fn last_id(&self) -> u16 {
        self.ids.iter().map(|(id, _)| *id).max().unwrap_or(1)
    }

    /// The client lost its power: what it must keep of what came are these identifiers.
    pub fn power_cut(&mut self, received: &[u16], book: &mut Book) {
        let is_lost = |m: &&Unanswered| m.qos == 2 && m.taken && !received.contains(&m.id);
        self.unanswered.iter().filter(is_lost).for_each(|m| book.ins[m.key as usize].unsaved = true);
    }

    pub fn owes_nothing(&self) -> bool {
        self.unanswered.is_empty() && self.pubrels.is_empty()
    }

    /// The client wrote.
    pub fn wrote(&mut self, bytes: &[u8], book: &mut Book, settings: &Settings, now: u64) -> Verdict {
        let mut all = std::mem::take(&mut self.out);
        all.extend(bytes);
        let mut at = 0;
        loop {
            let decoded = Packet::decode(&all[at..]).map_err(|_| format!("malformed: {:?}", &all[at..]))?;
            let Some((packet, len)) = decoded else { break };
            trace!("  > {}", short(&packet));
            rules::connect_comes_first(self.connects, &packet)?;
            rules::nothing_after_disconnect(self.left)?;
            if let Packet::Connect(connect) = packet {
                rules::clean_as_configured(settings, self.is_known, connect.clean)?;
                rules::connect_as_configured(settings, &connect)?;
            }
            self.is_known |= self.accepted.is_some();
            self.written(&packet, book)?;
            self.last_written = now;
            at += len;
        }
        all.drain(..at);
        self.out = all;
        Ok(())
    }

    fn written(&mut self, packet: &Packet, book: &mut Book) -> Verdict {
        match *packet {
            Packet::Connect(_) => (self.connects, self.unaccepted) = (self.connects + 1, self.unaccepted + 1),
            Packet::Publish(p) => self.published(&p, book)?,
            Packet::Puback(id) => self.answered(id, 1, book)?,
            Packet::Pubrec(id) => self.answered(id, 2, book)?,
            Packet::Pubcomp(id) => rules::pubcomp_is_asked_for(id, remove(&mut self.pubrels, id))?,
            Packet::Pubrel(id) => self.released(id, book)?,
            Packet::Subscribe(r) | Packet::Unsubscribe(r) => {
                rules::id_is_free(r.id, self.used(r.id))?;
                self.ids.push((r.id, Use::Request));
            }
            Packet::Disconnect => self.left = true,
            Packet::Pingreq => {}
            _ => return Err(format!("a client must not send {packet:?}")),
        }
        Ok(())
    }

    fn published(&mut self, p: &Publish, book: &mut Book) -> Verdict {
        let key = book::key(p.topic, p.payload).filter(|key| (*key as usize) < book.outs.len());
        let key = key.ok_or("a PUBLISH that nobody made")?;
        let out = &mut book.outs[key as usize];
        rules::published_as_accepted(key, out, p)?;
        if p.qos == 0 {
            return rules::no_dup_at_qos_0(p.dup);
        }
        let again = out.sent_in == self.session && out.sent_id != 0;
        rules::dup_says_again(key, again || out.restored && p.dup, p.dup)?;
        if again {
            self.resent += 1;
            rules::same_id_again(key, out.sent_id, p.id)?;
            let released = matches!(self.used(p.id), Some(Use::Publish { released: true, .. }));
            rules::no_publish_after_pubrel(p.id, released)?;
            if remove(&mut self.to_replay, p.id) {
                rules::replay_in_order(self.replayed, key)?;
                self.replayed = Some(key);
            }
            return Ok(());
        }
        let ids = &self.ids;
        let open = |id: &&u16| ids.iter().any(|(at, used)| at == *id && is_open(*used, book));
        rules::replay_before_new(self.to_replay.iter().find(open), key)?;
        let out = &mut book.outs[key as usize];
        rules::id_is_free(p.id, self.used(p.id))?;
        self.ids.push((p.id, Use::Publish { key, qos: p.qos, released: false }));
        out.sent_in = self.session;
        out.sent_id = p.id;
        Ok(())
    }

    fn released(&mut self, id: u16, book: &Book) -> Verdict {
        remove(&mut self.to_replay, id);
        let mut asked = self.recorded.contains(&id);
        for (_, used) in self.ids.iter_mut().filter(|(used, _)| *used == id) {
            if let Use::Publish { released, key, .. } = used {
                // It was given up, and this ends it.
                asked |= book.outs[*key as usize].has_ended();
                *released = true;
            }
        }
        // The power was cut before the client could know that the broker has forgotten it.
        asked |= book.outs.iter().any(|out| out.is_bare && out.sent_id == id);
        // Or whether it has ever had a message of which only the identifier could be kept.
        asked |= book.outs.iter().any(|out| out.is_pulled && out.has_ended());
        self.recorded.insert(id);
        rules::pubrel_is_asked_for(id, asked)
    }

    /// PUBACK or PUBREC.
    fn answered(&mut self, id: u16, qos: u8, book: &Book) -> Verdict {
        let mine = |m: &Unanswered| {
            let before = &book.ins[m.key as usize];
            let taken = m.taken || before.oversize || qos == 2 && before.taken > 0;
            m.id == id && m.qos == qos && taken
        };
        let at = self.unanswered.iter().position(mine);
        rules::ack_after_callback(id, at.is_some())?;
        let answered = self.unanswered.remove(at.unwrap());
        if qos == 2 {
            self.received.insert(id, book.ins[answered.key as usize].session);
        }
        Ok(())
    }

    /// The application took all of a message.
    pub fn taken(&mut self, key: u32) {
        if let Some(message) = self.unanswered.iter_mut().find(|m| m.key == key && !m.taken) {
            message.taken = true;
        }
    }

    pub fn oversize(&mut self, topic_len: usize, total: usize, book: &mut Book) {
        for message in &self.unanswered {
            let m = &mut book.ins[message.key as usize];
            m.oversize |= m.len == total && book::topic(m.topic, m.len, message.key).len() == topic_len;
        }
    }

    /// The client read.
    pub fn read(&mut self, bytes: &[u8], book: &mut Book) {
        self.into.extend(bytes);
        let mut all = std::mem::take(&mut self.into);
        let mut at = 0;
        // What the broker says wrong on purpose is not looked at any further.
        while let Ok(Some((packet, len))) = Packet::decode(&all[at..]) {
            trace!("  < {}", short(&packet));
            self.got(&packet, book);
            at += len;
        }
        all.drain(..at);
        self.into = all;
    }

    fn got(&mut self, packet: &Packet, book: &mut Book) {
        match *packet {
            Packet::Connack(c) if c.code == 0 => self.welcomed(c.session_present, book),
            Packet::Publish(p) if p.qos > 0 => {
                let key = book::key(p.topic, p.payload).expect("the broker's messages have keys");
                let message = &mut book.ins[key as usize];
                // Once taken for another, it stays so when it comes again.
                let taken = self.looks_taken(&p, message) || p.qos == 2 && p.dup && message.waived;
                book.allowed_lost += u64::from(taken && !message.waived);
                message.waived |= taken;
                self.unanswered.push(Unanswered { id: p.id, key, qos: p.qos, taken });
            }
            Packet::Puback(id) => self.end(|at, used| at == id && matches!(used, Use::Publish { qos: 1, .. })),
            Packet::Pubrec(id) => _ = self.recorded.insert(id),
            Packet::Pubrel(id) => {
                self.received.remove(&id);
                self.pubrels.push(id);
            }
            Packet::Pubcomp(id) => {
                self.end(|at, used| at == id && matches!(used, Use::Publish { released: true, .. }));
            }
            Packet::Suback { id, .. } | Packet::Unsuback(id) => {
                // What the session still knew was sent again before this answer.
                self.in_doubt = false;
                self.end(|at, used| at == id && used == Use::Request);
            }
            _ => {}
        }
    }

    fn welcomed(&mut self, session_present: bool, book: &mut Book) {
        self.accepted = Some(session_present);
        self.welcomes += 1;
        self.in_doubt = session_present && (self.unaccepted > 1 || self.in_doubt);
        self.unaccepted = 0;
        if !session_present {
            self.ids.clear();
            self.recorded.clear();
            self.received.clear();
            self.session += 1;
            book.welcomed_as_new();
            return;
        }
        self.end(|_, used| match used {
            Use::Request => true,
            // Given up at QoS 1: nobody waits for the answer.
            Use::Publish { key, qos, .. } => qos == 1 && book.outs[key as usize].has_ended(),
        });
        // Past PUBREC only a PUBREL is owed, and that may come in any order.
        self.to_replay = self.ids.iter().map(|(id, _)| *id).filter(|id| !self.recorded.contains(id)).collect();
    }

    /// The CONNACK that said that the session is new was lost, and then a message of the new one came with an id of the old
    /// one, and DUP: nobody can tell it from a message that the old session sends again.
    fn looks_taken(&self, p: &Publish, message: &In) -> bool {
        let other = self.received.get(&p.id).is_some_and(|session| *session != message.session);
        p.qos == 2 && other && p.dup && self.in_doubt
    }

    fn end(&mut self, ended: impl Fn(u16, Use) -> bool) {
        self.ids.retain(|(id, used)| !ended(*id, *used));
    }

    fn used(&self, id: u16) -> Option<Use> {
        self.ids.iter().find(|(used, _)| *used == id).map(|(_, used)| *used)
    }
}

/// A message whose sender still waits for its end.
fn is_open(used: Use, book: &Book) -> bool {
    matches!(used, Use::Publish { key, .. } if !book.outs[key as usize].has_ended())
}

fn remove(ids: &mut Vec<u16>, id: u16) -> bool {
    let at = ids.iter().position(|known| *known == id);
    at.map(|at| ids.remove(at)).is_some()
}
