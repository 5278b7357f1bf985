//! What the fuzzers share: choices made of their bytes, a broker that hears and answers, and books of what was accepted.
//! Each target stands in `targets` and says what it asserts.

pub mod book;
pub mod border;
pub mod broker;
mod calm;
pub mod choice;
pub mod decode;
mod deeds;
pub mod lies;
pub mod packets;
pub mod plan;
pub mod pull;
pub mod speech;
pub mod trace;
pub mod wire;
pub mod world;

/// The packets of MQTT 5 as values, another codec of them, and what is known to be different between the two.
#[path = "../../packets5"]
#[allow(dead_code)]
pub mod packets5 {
    pub mod differences;
    pub mod other;
    pub mod packet;
}

#[path = "../../session/translate.rs"]
#[allow(dead_code)]
pub mod translate;
