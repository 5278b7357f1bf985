//! What the tasks share with tests that want a real broker and a bad link: children that end with us,
//! Mosquitto, a proxy that misbehaves on demand, and a subscriber that counts.

pub mod archive;
pub mod broker;
pub mod brokers;
pub mod build;
pub mod cc;
pub mod certificates;
pub mod dist;
pub mod dns;
pub mod firmware;
pub mod header;
pub mod paths;
pub mod process;
pub mod proxy;
pub mod publisher;
pub mod python;
pub mod rig;
pub mod setup;
pub mod subscriber;
pub mod targets;
pub mod toolchain;
pub mod verdict;
pub mod wire;
pub mod xtensa;

/// A task ends well or with a reason that its user can act on.
pub type Outcome<T = ()> = Result<T, String>;
