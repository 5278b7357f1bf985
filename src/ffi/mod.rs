//! The C border: C types, the functions of the header, and C callbacks as sockets. All unsafe code is here, and each
//! use names the promise in the header that makes it sound.
//!
//! Three rules keep Rust's references apart. A pointer becomes a reference only after it was found non-null and the
//! client not `borrowed`. While a callback of the transport or the clock runs, the client is `borrowed`, so calls from
//! there are refused. While `on_event` runs no Rust reference into the client is alive, so calls from there are legal.

// The names are C's, and what makes a call safe stands in the header.
#![allow(non_camel_case_types, clippy::missing_safety_doc)]

mod beside;
mod border;
pub mod client;
pub mod events;
mod init;
pub mod link;
#[cfg(feature = "archive")]
mod lock;
mod mailbox;
pub mod messages;
#[cfg(feature = "archive")]
mod panic;
mod poll;
pub mod store;
mod text;
mod transport;
pub mod types;
pub mod types5;
pub mod v5;
pub mod wan;

/// C's bool as an input: any byte, true unless 0. (A Rust bool that is neither 0 nor 1 is undefined behaviour.)
pub type Flag = u8;
