//! What can be done to the connection of a device, whatever it is.

use super::modem::Modem;
use super::qemu::Qemu;
use crate::Outcome;

pub trait Wire: Send {
    /// QEMU's arguments for it. What it listens on is there before QEMU starts.
    fn arguments(&self) -> Vec<String>;

    /// Pulls the cable: the device sees that.
    fn unplug(&self, qemu: &Qemu) -> Outcome;

    fn plug(&self, qemu: &Qemu) -> Outcome;

    /// Nothing passes, in either direction, and the device is not told.
    fn hole(&self, on: bool);

    /// Loses, doubles and reorders what passes. False if there is no such thing on this connection.
    fn noise(&self, on: bool) -> bool;

    /// The modem, if it is one, for what befalls only those.
    fn modem(&self) -> Option<&Modem> {
        None
    }

    /// How often noise has lost something, doubled it, and let it be overtaken.
    fn damage(&self) -> [u64; 3] {
        [0; 3]
    }
}
