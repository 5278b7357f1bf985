//! A session between an application, a transport and a broker that do what the fuzzer says. At the end all three come to
//! their senses, and then everything must come to an end; see `calm`.

use crate::book::Book;
use crate::broker::Broker;
use crate::choice::Choice;
use crate::trace::trace;
use crate::wire::{Open, Wire};
use crate::{lies, plan, pull};
use limpet::error::Error;
use limpet::event::{Event, Message};
use limpet::packet::v5::property::Properties;
use limpet::session::{Session, Step};

/// Moves of one input; more would only be slower.
const MOVES: u32 = 400;

pub struct World<'s, 'c> {
    pub session: Session<'s>,
    pub choice: Choice<'c>,
    pub rx: Vec<u8>,
    pub now: u32,
    pub wire: Wire,
    pub broker: Broker,
    pub book: Book,
    /// The broker answers by itself.
    pub answers: bool,
    /// All is to come to rest: callbacks ask for nothing more.
    pub is_calm: bool,
    /// All that is accepted was given up, and must end without a connection.
    pub dropping: bool,
    /// The filters that may be in the outbox, and the tokens of the last requests for them.
    pub filters: Vec<(&'static [u8], u32)>,
    /// Where this part of a message begins, and where the next one should.
    part: u32,
    next_part: u32,
}

/// One input of a fuzzer, from beginning to end.
pub fn run(bytes: &[u8], is_v5: bool) {
    let mut choice = Choice::new(bytes);
    let plan = plan::Plan::new(&mut choice, is_v5);
    let (mut heads, mut packets) = (plan.heads(), vec![0; plan.bytes]);
    let mut memory = vec![0; plan.memory];
    let mut v5 = plan.v5(&mut memory);
    let mut session = Session::new(plan.config(v5.as_ref()), &mut heads, &mut packets);
    if let Some(v5) = &mut v5 {
        session.speak(v5);
    }
    let mut world = World {
        session,
        choice,
        rx: vec![0; plan.rx],
        now: plan.now,
        wire: Wire::sound(),
        broker: Broker::new(is_v5),
        book: Book::default(),
        answers: true,
        is_calm: false,
        dropping: false,
        filters: vec![],
        part: 0,
        next_part: 0,
    };
    pull::heal();
    for _ in 0..MOVES {
        if world.choice.is_over() {
            break;
        }
        world.one_move();
    }
    world.come_to_rest(plan.room());
}

impl World<'_, '_> {
    fn one_move(&mut self) {
        match self.choice.below(16) {
            0..=5 => self.deed(),
            6 if self.choice.rarely(3) => pull::change(&mut self.choice),
            6 => self.wire.change(&mut self.choice),
            7 => {
                self.wire.heal();
                pull::heal();
            }
            8..=10 => {
                let bytes = lies::lie(&self.broker, &mut self.choice);
                if self.wire.is_open {
                    self.wire.inbound.extend(bytes);
                }
            }
            11 => self.answers = !self.answers,
            12 => self.answer(),
            // The broker misses something.
            13 => drop(self.broker.heard.pop_front()),
            14 => {
                let some = self.choice.below(20);
                for _ in 0..some {
                    self.turn();
                }
                return;
            }
            _ => self.pass_time(),
        }
        self.settle();
    }

    fn pass_time(&mut self) {
        let deadline = self.session.deadline(self.now);
        let ms = match self.choice.below(6) {
            0 => self.choice.pick(&[1, 10, 100, 1000, 10_000]),
            1 => self.choice.two().into(),
            // A day asleep.
            2 => 86_400_000,
            3 => deadline.unwrap_or(5).saturating_sub(1),
            _ => deadline.unwrap_or(5),
        };
        self.now = self.now.wrapping_add(ms);
    }

    fn answer(&mut self) {
        let bytes = self.broker.answer();
        if self.wire.is_open {
            self.wire.inbound.extend(bytes);
        }
    }

    /// Does all that can be done at this instant. A deadline that has come must have been served.
    pub fn settle(&mut self) {
        for _ in 0..4 {
            self.rest();
            if self.session.deadline(self.now) != Some(0) {
                return;
            }
        }
        panic!("nothing left to do, and yet a deadline has come");
    }

    fn rest(&mut self) {
        for _ in 0..200_000 {
            if self.turn() {
                continue;
            }
            if !self.answers || self.broker.heard.is_empty() {
                assert!(!self.dropping || self.book.is_closed(), "dropped, and not all has ended");
                self.dropping = false;
                return;
            }
            self.answer();
        }
        panic!("it never comes to rest");
    }

    /// One step; false if there was nothing to do.
    fn turn(&mut self) -> bool {
        let step = self.session.step(&mut self.rx, self.now);
        trace(|| format!("{:10} {step:?}", self.now));
        match step {
            Step::Event => {
                let event = *self.session.event().expect("there is one");
                self.told(event);
            }
            Step::Open => {
                self.wire.is_open = true;
                let result = match self.wire.open {
                    Open::Done => Ok(()),
                    Open::Later => return false,
                    Open::Fails(detail) => Err(detail),
                };
                self.session.opened(result, self.now);
            }
            Step::Close => {
                self.session.closed();
                self.hang_up();
            }
            Step::Exchange => return self.exchange(),
            Step::Wait => return false,
        }
        true
    }

    pub fn hang_up(&mut self) {
        self.wire.hang_up();
        self.broker.lost();
    }

    fn exchange(&mut self) -> bool {
        assert!(self.wire.is_open, "used without a connection");
        let (offer, space) = self.session.exchange(&mut self.rx);
        self.wire.looks_at(offer);
        if offer.is_empty() && space.is_empty() {
            return false;
        }
        if let Some(detail) = self.wire.broken {
            self.session.failed(Error::Io, detail, self.now);
            return true;
        }
        let n = self.wire.takes(offer);
        if n > 0 {
            let bytes = offer[..n].to_vec();
            trace(|| format!("> {bytes:02x?}"));
            self.broker.hears(&bytes, &mut self.book);
            self.session.wrote(n, self.now);
            return true;
        }
        let got = if space.is_empty() { None } else { self.wire.gives(space) };
        trace(|| format!("< {:02x?}", &space[..got.unwrap_or(0)]));
        if let Some(n) = got {
            self.session.received(n, self.now);
        }
        got.is_some()
    }

    /// The application hears of something, and may answer from where it is told.
    fn told(&mut self, event: Event) {
        trace(|| format!("{event:?}"));
        match event {
            Event::Done { token, fate, maybe_sent } => self.book.ended(token, fate, maybe_sent),
            Event::Subscribed { token, granted } => {
                self.book.answered(token);
                // One that is refused is not kept.
                self.filters.retain(|(_, last)| granted < 0x80 || *last != token);
            }
            Event::Unsubscribed { token } => self.book.answered(token),
            Event::Message(message) => self.got(&message),
            _ => {}
        }
        let more = self.session.more();
        Properties::new(more.properties.of(&self.rx)).for_each(drop);
        if !self.is_calm && self.choice.rarely(8) {
            self.deed();
        }
    }

    fn got(&mut self, message: &Message) {
        let Message { topic, payload, offset, total, qos, .. } = *message;
        assert_eq!(topic.of(&self.rx).len(), topic.len);
        assert_eq!(payload.of(&self.rx).len(), payload.len);
        assert!(qos <= 2 && u64::from(offset) + payload.len as u64 <= total.into(), "{message:?}");
        assert!(offset == 0 || offset == self.next_part, "{message:?}, but {} was next", self.next_part);
        assert!(payload.len > 0 || total == 0, "{message:?} has nothing");
        let alias = self.session.more().alias;
        let name = if alias > 0 { self.session.topic_of(alias) } else { topic.of(&self.rx) };
        assert!(limpet::packet::topic::is_name(name), "{}", name.escape_ascii());
        (self.part, self.next_part) = (offset, offset + payload.len as u32);
        if self.choice.rarely(6) {
            self.hold();
        }
    }

    /// The same part will come again.
    pub fn hold(&mut self) {
        if self.session.hold().is_ok() {
            self.next_part = self.part;
        }
    }
}
