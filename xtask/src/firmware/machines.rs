//! The emulated machines: what is built for each, and how QEMU is told to run it.

use super::image::Stack;
use crate::{Outcome, setup};

pub struct Machine {
    /// QEMU's name of the board, or what tells it from another one with the same board.
    pub name: &'static str,
    pub chip: &'static str,
    /// Rust's name of the archive's target.
    pub target: &'static str,
    /// For the compiler: the processor, the C library, and what the sources ask for.
    pub flags: &'static [&'static str],
    /// Below tests/firmware, besides the device program: board, driver, network.
    pub sources: &'static [&'static str],
    /// Below tests/firmware/boards.
    pub script: &'static str,
    pub stack: Stack,
    /// QEMU's program, and what names the board.
    pub qemu: &'static [&'static str],
    pub link: Link,
    pub needs: &'static [setup::Need],
}

/// How the machine is connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// QEMU's words for a network card on the network `net0`, and the name that `set_link` wants.
    Ethernet { nic: &'static [&'static str], name: &'static str },
    /// A UART; `qemu` of the machine says which, as the character device `modem`.
    Modem,
}

const LAN9118: Link = Link::Ethernet { nic: &["-net", "nic,netdev=net0,model=lan9118"], name: "net0" };

const QEMU_ARM: &[setup::Need] = &[
    ("qemu-system-arm", "qemu-system-arm"),
    ("arm-none-eabi-gcc", "gcc-arm-none-eabi"),
    ("/usr/lib/arm-none-eabi/newlib/thumb/v7-m/nofp/libc_nano.a", "libnewlib-arm-none-eabi"),
];

const MPS2: &[&str] = &["boards/cortex_m.c", "boards/mps2.c", "drivers/lan9118.c", "network/lwip.c"];

pub const MACHINES: &[Machine] = &[
    Machine {
        name: "mps2-an385",
        chip: "Cortex-M3",
        target: "thumbv7m-none-eabi",
        flags: &["-mcpu=cortex-m3", "-mthumb", NANO, NOSYS, "-DETHERNET_BASE=0x40200000u"],
        sources: MPS2,
        script: "mps2.ld",
        stack: Stack::LwipRaw,
        qemu: &["qemu-system-arm", "-M", "mps2-an385", "-serial", "stdio"],
        link: LAN9118,
        needs: QEMU_ARM,
    },
    Machine {
        name: "mps2-an386",
        chip: "Cortex-M4F",
        target: "thumbv7em-none-eabihf",
        flags: &[
            "-mcpu=cortex-m4",
            "-mthumb",
            "-mfloat-abi=hard",
            "-mfpu=fpv4-sp-d16",
            NANO,
            NOSYS,
            "-DETHERNET_BASE=0x40200000u",
        ],
        sources: MPS2,
        script: "mps2.ld",
        stack: Stack::LwipRaw,
        qemu: &["qemu-system-arm", "-M", "mps2-an386", "-serial", "stdio"],
        link: LAN9118,
        needs: QEMU_ARM,
    },
    Machine {
        name: "mps2-an500",
        chip: "Cortex-M7",
        target: "thumbv7em-none-eabi",
        flags: &["-mcpu=cortex-m7", "-mthumb", "-mfloat-abi=soft", NANO, NOSYS, "-DETHERNET_BASE=0xA0000000u"],
        sources: MPS2,
        script: "mps2.ld",
        stack: Stack::LwipRaw,
        qemu: &["qemu-system-arm", "-M", "mps2-an500", "-serial", "stdio"],
        link: LAN9118,
        needs: QEMU_ARM,
    },
];

const NANO: &str = "--specs=nano.specs";
const NOSYS: &str = "--specs=nosys.specs";

/// Sees to it that the tools of these are there, and a broker.
pub fn need(machines: &[&Machine]) -> Outcome {
    let lists: Vec<_> = machines.iter().map(|m| m.needs).chain([setup::MOSQUITTO]).collect();
    setup::need(&lists)
}
