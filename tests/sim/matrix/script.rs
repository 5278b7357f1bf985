//! What each step of a story does, and when it is over.

use crate::sim::book::{self, In, Out};
use crate::sim::link::End;
use crate::sim::matrix::app::{Proof, Wish};
use crate::sim::matrix::broker::send;
use crate::sim::matrix::medium::PowerCut;
use crate::sim::matrix::power;
use crate::sim::matrix::shelf::{Letter, State};
use crate::sim::matrix::story::{Step, TOPIC};
use crate::sim::matrix::voice::farewell;
use crate::sim::matrix::world::World;
use crate::trace;
use core::task::Poll;
use limpet::packet::publish::Publish;
use limpet::packet::v5::property::NONE;
use limpet::session::pull::{Origin, Payload};
use limpet::session::{Leave, Policy};

/// Longer than any answer is waited for.
const SETTLING_MS: u64 = 20_000;

/// The code that begins an authentication while online.
const AGAIN: u8 = 0x19;

/// Bytes of a payload that are asked for at a time.
const PIECE: usize = 24;

fn piece_of([key, len]: Origin, offset: u32, to: &mut [u8]) -> Poll<Result<usize, i32>> {
    let payload = book::payload(key as u32, len);
    let from = &payload[offset as usize..];
    let n = from.len().min(to.len());
    to[..n].copy_from_slice(&from[..n]);
    Poll::Ready(Ok(n))
}

impl World<'_> {
    /// Begins a step.
    pub fn begin(&mut self, step: Step) {
        trace!("-- {step:?}");
        let clock = self.clock();
        match step {
            Step::Connect => {
                (self.wire.is_leaving, self.wants_connection) = (false, true);
                self.session.connect(clock).expect("it is idle");
            }
            Step::Subscribe(filter, qos) => {
                let token = self.session.subscribe(filter.as_bytes(), qos).expect("room for it");
                let filter = filter.as_bytes().to_vec();
                self.app.wishes.retain(|wish| wish.filter != filter);
                self.app.wishes.push(Wish { filter, qos, token, is_answered: false });
            }
            Step::Unsubscribe(filter) => {
                let token = self.session.unsubscribe(filter.as_bytes()).expect("room for it");
                self.app.wishes.retain(|wish| wish.filter != filter.as_bytes());
                self.app.goodbyes.push((token, filter));
            }
            Step::Pull(qos, len) => self.pull(qos, len),
            Step::Cancel => {
                // It may have ended by now.
                if let Some(key) = self.wire.book.open.last().copied() {
                    let out = &mut self.wire.book.outs[key as usize];
                    out.cancelled = true;
                    self.session.cancel(out.token).expect("it has not ended");
                }
            }
            Step::Hold(ms) => self.app.hold_ms = Some(ms),
            Step::Ask => {
                self.session.broker_up(clock);
                // One answer for all who have asked.
                self.app.questions = 1;
            }
            Step::Pass(ms) => self.until = self.wire.now + ms,
            Step::Leave(how) => {
                self.wants_connection = false;
                if how == Leave::Drop {
                    let book = &mut self.wire.book;
                    book.open.iter().for_each(|key| book.outs[*key as usize].may_drop = true);
                }
                // A drain goes on listening, until it is done.
                self.wire.is_leaving = !matches!(how, Leave::Drain(_));
                self.session.disconnect(how, clock).expect("a good argument");
            }
            Step::Close => {
                self.wants_connection = false;
                if self.session.close() {
                    self.wire.client_closes();
                }
                (self.app.is_online, self.app.questions, self.app.proves) = (false, 0, false);
                (self.app.resume_at, self.app.hold_ms) = (None, None);
            }
            Step::Poll => while self.poll() {},
            Step::Serve => _ = self.broker.act(&mut self.wire),
            Step::Reset => self.dies(PowerCut(false)),
            Step::ResetLost => self.dies(PowerCut(true)),
            Step::Link(fault) => self.wire.radio_breaks(fault),
            Step::Publish(..) | Step::Online | Step::Settle | Step::Receive(..) | Step::Dismiss | Step::Prove => {}
        }
    }

    /// Goes on with it; true when it is over.
    pub fn is_over(&mut self, step: Step) -> bool {
        match step {
            Step::Online => self.app.is_online && self.session.is_connected(),
            Step::Settle => self.is_settled(),
            Step::Pass(_) => self.until <= self.wire.now,
            Step::Leave(_) => self.session.is_idle() && !self.app.is_online,
            Step::Receive(qos, len) => self.receive(qos, len),
            Step::Publish(qos, len) => {
                let is_accepted = self.publish(qos, len);
                // A store that had no room, or has lost its power, is asked again.
                assert!(is_accepted || self.drawer.with(|medium| medium.is_excused()), "room for it");
                is_accepted
            }
            Step::Dismiss => self.dismiss(),
            Step::Prove => {
                let begun = self.session.is_connected() && self.session.authenticate(AGAIN, &Proof).is_ok();
                self.app.proves |= begun;
                begun
            }
            _ => true,
        }
    }

    /// False if there is no room.
    pub fn publish(&mut self, qos: u8, len: usize) -> bool {
        let key = self.wire.book.outs.len() as u32;
        let (topic, payload) = (book::topic(TOPIC, len, key), book::payload(key, len));
        let message = Publish { dup: false, qos, retain: false, topic: &topic, id: 0, payload: &payload };
        let out = Out { qos, topic: TOPIC, len, ..Out::default() };
        let token = match power::cuttable(self.story, || self.session.publish(&message)) {
            Ok(token) => token,
            Err(cut) => {
                self.maybe_accepted(out);
                self.dies(cut);
                return false;
            }
        };
        trace!("publish {key} at {qos}, {len} bytes: {token:?}");
        if let Ok(token) = token {
            self.wire.book.accepted(Out { token, ..out });
        }
        token.is_ok()
    }

    fn pull(&mut self, qos: u8, len: usize) {
        let key = self.wire.book.outs.len();
        let topic = book::topic(TOPIC, len, key as u32);
        let message = Publish { dup: false, qos, retain: false, topic: &topic, id: 0, payload: b"" };
        let payload = Payload { puller: piece_of, origin: [key, len], len, piece: PIECE };
        let clock = self.clock();
        let token = self.session.publish_pull(&message, &payload, NONE, Policy::Refuse, 0, clock).expect("room for it");
        self.wire.book.accepted(Out { token, qos, topic: TOPIC, len, is_pulled: true, ..Out::default() });
    }

    /// Somebody else publishes, once the client has a filter for it.
    fn receive(&mut self, qos: u8, len: usize) -> bool {
        let key = self.wire.book.ins.len() as u32;
        let to = self.broker.attached(&self.wire, self.story.settings.client_id);
        let name = book::topic(TOPIC, len, key);
        let shelf = self.broker.shelves.get_mut(self.story.settings.client_id);
        let wanted = shelf.and_then(|shelf| shelf.wants(&name).map(|most| (shelf, most)));
        let Some((shelf, most)) = wanted.filter(|_| qos > 0 || to.is_some()) else {
            // What was misunderstood may have left it without, and nobody knows.
            return !self.wire.is_true && self.app.has_all();
        };
        let qos = qos.min(most);
        self.wire.book.ins.push(In { qos, topic: TOPIC, len, session: shelf.number, ..In::default() });
        trace!("    somebody publishes {key} at {qos}, {len} bytes");
        match to {
            Some(to) if qos == 0 => send(&mut self.wire, to, key, 0, false),
            _ => shelf.letters.push_back(Letter { key, id: 0, state: State::Queued }),
        }
        true
    }

    fn dismiss(&mut self) -> bool {
        let Some(i) = self.broker.attached(&self.wire, self.story.settings.client_id) else {
            // It may know the client by another name.
            return !self.wire.is_true;
        };
        trace!("    broker says DISCONNECT");
        self.wire.send_down(i, &farewell(), None);
        self.broker.hang_up(&mut self.wire, i);
        true
    }

    /// Nothing that was begun is without its end, on either side.
    fn is_settled(&mut self) -> bool {
        if !self.wire.book.open.is_empty() || !self.app.has_all() || !self.session.is_connected() {
            return false;
        }
        if !self.wire.is_true && !self.is_coda {
            // What the broker still has for us may come, or not.
            return self.wire.now >= self.settled_at();
        }
        if !self.wire.is_quiet() {
            return false;
        }
        let Some(shelf) = self.broker.shelves.get(self.story.settings.client_id) else { return false };
        if !shelf.letters.is_empty() || !self.wire.is_true {
            // A message that a damaged PUBREC refuses is never released, and nobody is wrong.
            return shelf.letters.is_empty();
        }
        let mut held = shelf.filters.clone();
        held.sort();
        shelf.unreleased.is_empty() && held == self.app.wished() && self.wire.tap.owes_nothing()
    }

    /// When everything is said that follows from a byte that was turned over.
    pub fn settled_at(&self) -> u64 {
        self.wire.damaged_at.map_or(0, |at| at + SETTLING_MS)
    }
}
