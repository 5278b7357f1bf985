//! Limpet: an MQTT client for small devices that keeps itself connected. The public face is C, `include/limpet.h`;
//! see `README.md`. For Rust, `driver::turn` runs a `Session` over any embedded-io-async transport; that face is not
//! stable yet.
//!
//! ```text
//! packet    bytes <-> meaning. No state, no time, no I/O.
//! session   what MQTT remembers. No I/O; time is an argument.
//! supervisor, wan: the link under the transport, and a question past the broker. No I/O.
//! driver    one async step between a session and a transport.
//! ffi       the C border. The only unsafe code.
//! ```
//!
//! `#[inline(never)]` was measured wherever it stands: the image for Cortex-M3 is smaller with it.

#![cfg_attr(not(test), no_std)]

pub mod driver;
pub mod error;
pub mod event;
pub mod ffi;
pub mod limits;
pub mod packet;
mod part;
pub mod session;
pub mod supervisor;
pub mod time;
pub mod wan;
