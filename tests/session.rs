//! Named scenarios of the session: one story each, with the clock in hand and the test as the broker. Numbers such as
//! PUB-5 or W4 are statements about the original, `mqtt_as`; W numbers are its weaknesses, which must not come back.
//!
//! Weaknesses that cannot come back here, and why:
//! - W3, W37: a callback cannot throw, and runs with nothing borrowed; W33, W35: the contract of events, and no globals.
//! - W28, W34: the library has no code for a radio; when its link is started and stopped, see `link`.
//! - W14, W18: a publish never waits and nothing is allocated; see the outbox and the parts of a message.
//! - W22: lengths are those of bytes; there are no characters to count.
//! - W24: wan_ok goes past the session; see tests/wan.rs. W25, W26: looking up and TLS are the transport's `open`, which
//!   may wait. W29's lingering tasks, W30: there are no tasks, one state machine per client.
//! - W32: there is no queue of events; what the application does not take stays unread. W36: one write per packet, seen
//!   by `driver`. W38: `poll` says when it is needed; see `deadlines`. W40: a timeout has a fate; see `endings`.

mod session {
    mod backoff;
    pub mod bench;
    mod broken;
    mod callbacks;
    mod cancel;
    mod config;
    mod connect;
    mod cuts;
    mod deadlines;
    mod doubt;
    mod drain;
    mod driver;
    mod endings;
    mod expect;
    mod filters;
    mod first;
    mod golden;
    mod hold;
    mod ids;
    mod inbound;
    mod keepalive;
    mod late;
    mod leaving;
    mod lengths;
    mod link;
    mod losses;
    mod model;
    mod mutants;
    mod outbox;
    mod parts;
    mod post;
    mod probe;
    mod publish;
    mod qos2;
    mod replay;
    mod script;
    mod sessions;
    mod stalls;
    mod stats;
    mod subscriptions;
    mod wifi;
}
