//! A session on the bench: the clock is in the test's hand, the transport does what it is told, and the test is the
//! broker. Every move checks what must always hold: offers are stable, deadlines exact, packets whole.

pub use super::script::{again, delivered, done, message, to};
use super::translate;
use super::wifi::Wifi;
pub use limpet::error::Error;
pub use limpet::event::{Event, Fate};
pub use limpet::packet::Packet;
pub use limpet::packet::connect::{Connack, Will};
pub use limpet::packet::publish::Publish;
pub use limpet::session::config::OFF;
pub use limpet::session::log::Log;
pub use limpet::session::v5::{Options, V5};
pub use limpet::session::{Config, Head, Leave, Policy, Session, Settings, Step};
use limpet::time::Millis;
use std::collections::VecDeque;

/// What the transport answers to `open`.
pub enum Open {
    Done,
    Later,
    Fails(i32),
}

/// A message, or a part, as the application got it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Got {
    pub topic: Vec<u8>,
    /// Only of MQTT 5.
    pub properties: Vec<u8>,
    pub payload: Vec<u8>,
    pub offset: u32,
    pub total: u32,
    pub qos: u8,
    pub retain: bool,
    pub dup: bool,
}

enum Turn {
    Event(Event),
    Moved,
    Idle,
}

pub struct Bench {
    pub session: Session<'static>,
    /// The session speaks MQTT 5, and the test 3.1.1.
    pub is_v5: bool,
    rx: Vec<u8>,
    start: Millis,
    pub now: Millis,
    pub open: Open,
    /// Bytes that the transport still takes, and the most it moves at once.
    pub room: usize,
    pub chunk: usize,
    /// `read` and `write` fail like this.
    pub broken: Option<(Error, i32)>,
    pub inbound: VecDeque<u8>,
    pub peer_closed: bool,
    pub is_open: bool,
    partial: Vec<u8>,
    refused: Option<(usize, Vec<u8>)>,
    pub packets: VecDeque<(u32, Vec<u8>)>,
    /// The same as they were written, if that is MQTT 5.
    pub packets5: VecDeque<Vec<u8>>,
    pub events: VecDeque<(u32, Event)>,
    /// Reason and properties of each event, if it has any.
    pub reasons: VecDeque<(u8, Vec<u8>)>,
    pub messages: VecDeque<Got>,
    pub notes: Vec<(Log, i32)>,
    pub opens: u32,
    pub closes: u32,
    pub wifi: Option<Wifi>,
    /// Times the clock stopped at a deadline.
    pub wakes: u32,
    /// Times it did nothing there that anyone could see.
    pub idle_wakes: u32,
    activity: u32,
}

/// Packet identifiers begin behind the lower half of the seed.
const FIRST_ID_1: u32 = 0x5EED_0000;

pub fn settings() -> Settings<'static> {
    Settings { client_id: b"limpet", seed: FIRST_ID_1, ..Settings::default() }
}

pub fn stored() -> Settings<'static> {
    Settings { keep_session: true, resume_session: true, ..settings() }
}

impl Bench {
    pub fn new(settings: Settings<'static>) -> Bench {
        Bench::sized(settings, 256, 16, 4096)
    }

    pub fn sized(settings: Settings<'static>, rx: usize, heads: usize, bytes: usize) -> Bench {
        let v5 = translate::speaks_v5().then_some((Options::DEFAULT, 0));
        Bench::of(settings, v5, rx, heads, bytes)
    }

    /// Speaks MQTT 5, with so much memory beside.
    pub fn five(settings: Settings<'static>, options: Options<'static>, memory: usize) -> Bench {
        Bench::of(settings, Some((options, memory)), 256, 16, 4096)
    }

    pub fn of(
        settings: Settings<'static>,
        v5: Option<(Options<'static>, usize)>,
        rx: usize,
        heads: usize,
        bytes: usize,
    ) -> Bench {
        let v5 = v5.map(|(options, memory)| {
            let memory = Box::leak(vec![0; memory].into_boxed_slice());
            Box::leak(Box::new(V5::new(options, memory).expect("good options")))
        });
        let is_v5 = v5.is_some();
        let config = Config::with(&settings, rx, v5.as_deref()).expect("good settings");
        let heads = Box::leak(vec![Head::default(); heads].into_boxed_slice());
        let bytes = Box::leak(vec![0; bytes].into_boxed_slice());
        let mut session = Session::new(config, heads, bytes);
        if let Some(v5) = v5 {
            session.speak(v5);
        }
        Bench {
            session,
            is_v5,
            rx: vec![0; rx],
            start: 0,
            now: 0,
            open: Open::Done,
            room: usize::MAX,
            chunk: usize::MAX,
            broken: None,
            inbound: VecDeque::new(),
            peer_closed: false,
            is_open: false,
            partial: vec![],
            refused: None,
            packets: VecDeque::new(),
            packets5: VecDeque::new(),
            events: VecDeque::new(),
            reasons: VecDeque::new(),
            messages: VecDeque::new(),
            notes: vec![],
            opens: 0,
            closes: 0,
            wifi: None,
            wakes: 0,
            idle_wakes: 0,
            activity: 0,
        }
    }

    /// Online at time 0, without a session.
    pub fn online_with(settings: Settings<'static>) -> Bench {
        let mut b = Bench::new(settings);
        b.go_online(false);
        b
    }

    pub fn online() -> Bench {
        Bench::online_with(settings())
    }

    /// The clock shows this at time 0.
    pub fn start_at(&mut self, clock: Millis) {
        (self.start, self.now) = (clock, clock);
    }

    /// Milliseconds since the start.
    pub fn at(&self) -> u32 {
        self.now.wrapping_sub(self.start)
    }

    fn turn(&mut self) -> Turn {
        let step = self.session.step(&mut self.rx, self.now);
        self.notes.extend(self.session.take_note());
        match step {
            Step::Event => {
                self.activity += 1;
                return Turn::Event(*self.session.event().expect("there is one"));
            }
            Step::Open => {
                if !std::mem::replace(&mut self.is_open, true) {
                    self.opens += 1;
                    self.activity += 1;
                }
                let result = match self.open {
                    Open::Done => Ok(()),
                    Open::Later => return Turn::Idle,
                    Open::Fails(detail) => Err(detail),
                };
                self.session.opened(result, self.now);
            }
            Step::Close => {
                self.session.closed();
                self.hang_up();
            }
            Step::Exchange => return self.exchange(),
            Step::Wait => return Turn::Idle,
        }
        self.notes.extend(self.session.take_note());
        Turn::Moved
    }

    pub fn hang_up(&mut self) {
        assert!(std::mem::replace(&mut self.is_open, false), "closed without having been opened");
        self.closes += 1;
        self.activity += 1;
        self.inbound.clear();
        self.partial.clear();
        (self.refused, self.broken, self.peer_closed) = (None, None, false);
    }

    fn exchange(&mut self) -> Turn {
        let (offer, space) = self.session.exchange(&mut self.rx);
        if let Some((at, bytes)) = self.refused.take() {
            assert_eq!((offer.as_ptr() as usize, offer), (at, &bytes[..]), "an offer changed before it was taken");
        }
        if offer.is_empty() && space.is_empty() {
            return Turn::Idle;
        }
        if let Some((error, detail)) = self.broken {
            self.session.failed(error, detail, self.now);
        } else if !offer.is_empty() && self.room > 0 {
            let n = offer.len().min(self.room).min(self.chunk);
            self.partial.extend_from_slice(&offer[..n]);
            self.room -= if self.room == usize::MAX { 0 } else { n };
            self.session.wrote(n, self.now);
            self.collect();
        } else {
            if !offer.is_empty() {
                self.refused = Some((offer.as_ptr() as usize, offer.to_vec()));
            }
            let n = self.inbound.len().min(space.len()).min(self.chunk);
            if space.is_empty() || n == 0 && !self.peer_closed {
                return Turn::Idle;
            }
            for (to, byte) in space.iter_mut().zip(self.inbound.drain(..n)) {
                *to = byte;
            }
            self.session.received(n, self.now);
        }
        self.activity += 1;
        self.notes.extend(self.session.take_note());
        Turn::Moved
    }

    fn collect(&mut self) {
        while self.is_v5
            && let Some((packet, used)) = translate::from_client(&self.partial)
        {
            let packet5: Vec<u8> = self.partial.drain(..used).collect();
            self.packets5.push_back(packet5);
            self.packets.push_back((self.at(), packet));
        }
        while !self.is_v5
            && let Some((_, used)) = Packet::decode(&self.partial).expect("the client writes MQTT")
        {
            let rest = self.partial.split_off(used);
            let packet = std::mem::replace(&mut self.partial, rest);
            self.packets.push_back((self.at(), packet));
        }
    }

    /// The next event, raw, as a callback would see it; nothing is done after it.
    pub fn run_to_event(&mut self) -> Option<Event> {
        for _ in 0..1_000_000 {
            match self.turn() {
                Turn::Event(event) => return Some(event),
                Turn::Moved => {}
                Turn::Idle => return None,
            }
        }
        panic!("it never comes to rest");
    }

    /// Does all that can be done at this instant; asks again when told that it is not over.
    pub fn run(&mut self) {
        self.supervise(true);
        for _ in 0..3 {
            while let Some(event) = self.run_to_event() {
                self.keep(event);
            }
            self.supervise(false);
            if self.deadline() != Some(0) {
                return;
            }
        }
        panic!("nothing left to do, and yet a deadline has come");
    }

    /// Text that an event points to.
    pub fn text_of(&self, span: limpet::event::Span) -> String {
        String::from_utf8_lossy(span.of(&self.rx)).into_owned()
    }

    fn supervise(&mut self, look: bool) {
        if let Some(wifi) = &mut self.wifi {
            wifi.supervise(&mut self.session, look, self.start, self.now);
        }
    }

    /// What mqtt_poll would return.
    pub fn deadline(&mut self) -> Option<u32> {
        let link = self.wifi.as_ref().and_then(|wifi| wifi.supervisor.deadline(self.now));
        let session = self.session.deadline(self.now);
        link.into_iter().chain(session).min()
    }

    fn keep(&mut self, event: Event) {
        let Event::Message(m) = event else {
            let more = self.session.more();
            self.reasons.push_back((more.reason, more.properties.of(&self.rx).to_vec()));
            return self.events.push_back((self.at(), event));
        };
        let more = self.session.more();
        self.messages.push_back(Got {
            topic: match more.alias {
                0 => m.topic.of(&self.rx).to_vec(),
                alias => self.session.topic_of(alias).to_vec(),
            },
            properties: more.properties.of(&self.rx).to_vec(),
            payload: m.payload.of(&self.rx).to_vec(),
            offset: m.offset,
            total: m.total,
            qos: m.qos,
            retain: m.retain,
            dup: m.dup,
        });
    }

    fn stay_idle(&mut self) {
        let before = self.activity;
        self.run();
        assert_eq!(self.activity, before, "did something before its deadline");
    }

    /// Lets time pass, stopping at each deadline and a millisecond before it.
    pub fn advance(&mut self, ms: u32) {
        let target = self.now.wrapping_add(ms);
        self.run();
        while let Some(left) = self.deadline().filter(|left| *left <= target.wrapping_sub(self.now)) {
            self.now = self.now.wrapping_add(left - 1);
            self.stay_idle();
            self.now = self.now.wrapping_add(1);
            self.wakes += 1;
            let before = self.activity;
            self.run();
            self.idle_wakes += u32::from(self.activity == before);
        }
        self.now = target;
        self.stay_idle();
    }

    /// Lets time pass until so many milliseconds after the start.
    pub fn advance_to(&mut self, at: u32) {
        self.advance(at.checked_sub(self.at()).expect("time runs forward"));
    }
}
