//! Firmware on emulated boards: how an image is built, how its machine runs, and how its network is spoilt.

pub mod device;
pub mod ethernet;
pub mod feeder;
pub mod foreign;
pub mod image;
pub mod liar;
pub mod lies;
pub mod machines;
pub mod mbedtls;
pub mod modem;
pub mod qemu;
pub mod sources;
pub mod spans;
pub mod wire;
