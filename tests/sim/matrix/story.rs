//! A small story of a client and its broker, told step by step; each step waits until it can be done.

use crate::sim::matrix::case::{Beside, Fault};
use crate::sim::matrix::medium::Trait;
use crate::sim::matrix::radio::Start;
use crate::sim::matrix::voice::Manner;
use limpet::packet::connect::Will;
use limpet::packet::v5::property::{self, List, NONE, Property};
use limpet::session::v5::Options;
use limpet::session::{Leave, Settings};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Connect,
    Online,
    Subscribe(&'static str, u8),
    Unsubscribe(&'static str),
    /// The client publishes so many bytes at this QoS.
    Publish(u8, usize),
    /// The same, with a payload that is asked for piece by piece.
    Pull(u8, usize),
    /// Somebody else publishes, to a topic that the client has subscribed to.
    Receive(u8, usize),
    /// The client gives up what it published last.
    Cancel,
    /// The application does not take the next message before so many milliseconds have passed.
    Hold(u64),
    /// It asks whether the broker answers.
    Ask,
    /// Everything that was begun has ended.
    Settle,
    Pass(u64),
    /// The client alone does what it can; then the broker. What they say is under way when the next step begins.
    Poll,
    Serve,
    Leave(Leave),
    Close,
    /// The client's power is cut, and comes back; then the same, and the broker has lost its sessions.
    Reset,
    ResetLost,
    /// The link under the transport breaks so.
    Link(Fault),
    /// The broker says DISCONNECT.
    Dismiss,
    /// The client authenticates once more.
    Prove,
}

/// The topic of what the client publishes and receives, by its number in the book.
pub const TOPIC: u8 = 4;
pub const FILTER: &str = "b/#";

pub struct Story {
    pub name: &'static str,
    pub steps: Vec<Step>,
    pub settings: Settings<'static>,
    pub manner: Manner,
    has_aliases: bool,
    authenticates: bool,
    pub rx: usize,
    pub outbox: usize,
    pub heads: usize,
    pub store: Option<Trait>,
    /// What comes of the first starts of the link, if there is one.
    pub link: Option<&'static [Start]>,
}

struct Method;

impl List for Method {
    fn nth(&self, n: usize) -> Option<Property<'_>> {
        (n == 0).then_some(Property::data(property::AUTHENTICATION_METHOD, b"DANCE"))
    }
}

impl Story {
    /// A client that keeps its session.
    pub fn new(name: &'static str, steps: &[Step]) -> Story {
        let settings = Settings {
            client_id: b"limpet",
            keep_session: true,
            resume_session: true,
            seed: 0x5EED_0000,
            ..Settings::default()
        };
        Story {
            name,
            steps: steps.to_vec(),
            settings,
            manner: Manner::default(),
            has_aliases: false,
            authenticates: false,
            rx: 128,
            outbox: 512,
            heads: 8,
            store: None,
            link: None,
        }
    }

    pub fn clean(mut self) -> Story {
        (self.settings.keep_session, self.settings.resume_session) = (false, false);
        self
    }

    /// Discards what the broker still has of it, and keeps what comes then.
    pub fn anew(mut self) -> Story {
        self.settings.resume_session = false;
        self
    }

    pub fn with_will_and_login(mut self) -> Story {
        self.settings.will = Some(Will { topic: b"gone", payload: b"limpet", qos: 1, retain: true });
        (self.settings.username, self.settings.password) = (Some(&b"me"[..]), Some(&b"secret"[..]));
        self
    }

    /// A receive buffer that is smaller than the messages.
    pub fn rx(mut self, rx: usize) -> Story {
        self.rx = rx;
        self
    }

    /// With a store.
    pub fn kept(mut self, is: Trait) -> Story {
        self.store = Some(is);
        self
    }

    /// With a link.
    pub fn supervised(mut self, starts: &'static [Start]) -> Story {
        self.link = Some(starts);
        self
    }

    pub fn beside(&self) -> Beside {
        Beside { store: self.store == Some(Trait::Good), link: self.link.is_some() }
    }

    // Of MQTT 5.

    pub fn in_v5(mut self) -> Story {
        self.manner.is_v5 = true;
        self
    }

    pub fn aliases(mut self) -> Story {
        (self.manner.alias_maximum, self.manner.aliases) = (Some(2), 2);
        self.has_aliases = true;
        self
    }

    pub fn receive_maximum(mut self, most: u16) -> Story {
        self.manner.receive_maximum = Some(most);
        self
    }

    pub fn authenticated(mut self) -> Story {
        self.authenticates = true;
        self
    }

    pub fn options(&self) -> Options<'static> {
        let aliases = if self.has_aliases { 2 } else { 0 };
        let connect: &dyn List = if self.authenticates { &Method } else { NONE };
        Options { connect, will: NONE, aliases_in: aliases, aliases_out: aliases, alias_len: 12 }
    }
}
