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
    pub system: System,
    /// Below tests/firmware: what every program needs here.
    pub sources: &'static [&'static str],
    /// Below tests/firmware: driver and network.
    pub network: &'static [&'static str],
    /// Below tests/firmware/boards.
    pub script: &'static str,
    pub stack: Stack,
    /// QEMU's program, and what names the board.
    pub qemu: &'static [&'static str],
    pub link: Link,
    pub needs: &'static [setup::Need],
}

impl Machine {
    pub fn has_tls(&self) -> bool {
        self.stack == Stack::LwipTls
    }
}

/// What is below the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum System {
    /// Nothing.
    Bare,
    /// The program is a task.
    FreeRtos,
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

const QEMU_RISCV: &[setup::Need] = &[
    ("qemu-system-riscv32", "qemu-system-misc"),
    ("riscv64-unknown-elf-gcc", "gcc-riscv64-unknown-elf"),
    ("/usr/lib/picolibc/riscv64-unknown-elf/picolibc.specs", "picolibc-riscv64-unknown-elf"),
];

const QEMU_XTENSA: &[setup::Need] = &[
    ("qemu-system-xtensa", "qemu-system-misc"),
    ("xtensa-lx106-elf-gcc", "gcc-xtensa-lx106"),
    ("/usr/lib/xtensa-lx106-elf/picolibc.specs", "picolibc-xtensa-lx106-elf"),
];

const MPS2: &[&str] = &["boards/cortex_m.c", "boards/mps2.c"];
const MPS2_NETWORK: &[&str] = &["drivers/lan9118.c", "network/lwip.c", "network/tcp.c"];
const MPS2_TLS: &[&str] = &["drivers/lan9118.c", "network/lwip.c", "network/tls.c", "mbedtls/platform.c"];

const M4F: &[&str] = &[
    "-mcpu=cortex-m4",
    "-mthumb",
    "-mfloat-abi=hard",
    "-mfpu=fpv4-sp-d16",
    NANO,
    NOSYS,
    "-DETHERNET_BASE=0x40200000u",
];

pub const MACHINES: &[Machine] = &[
    Machine {
        name: "mps2-an385",
        chip: "Cortex-M3",
        target: "thumbv7m-none-eabi",
        flags: &["-mcpu=cortex-m3", "-mthumb", NANO, NOSYS, "-DETHERNET_BASE=0x40200000u"],
        system: System::Bare,
        sources: MPS2,
        network: MPS2_NETWORK,
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
        flags: M4F,
        system: System::Bare,
        sources: MPS2,
        network: MPS2_NETWORK,
        script: "mps2.ld",
        stack: Stack::LwipRaw,
        qemu: &["qemu-system-arm", "-M", "mps2-an386", "-serial", "stdio"],
        link: LAN9118,
        needs: QEMU_ARM,
    },
    Machine {
        name: "mps2-an386-tls",
        chip: "Cortex-M4F",
        target: "thumbv7em-none-eabihf",
        flags: M4F,
        system: System::Bare,
        sources: MPS2,
        network: MPS2_TLS,
        script: "mps2.ld",
        stack: Stack::LwipTls,
        qemu: &["qemu-system-arm", "-M", "mps2-an386", "-serial", "stdio"],
        link: LAN9118,
        needs: QEMU_ARM,
    },
    Machine {
        name: "freertos",
        chip: "Cortex-M4F",
        target: "thumbv7em-none-eabihf",
        flags: M4F,
        system: System::FreeRtos,
        sources: &["boards/cortex_m.c", "boards/mps2.c", "boards/vectors.c", "boards/freertos.c"],
        network: &["freertos/sys_arch.c", "drivers/lan9118.c", "network/sockets.c"],
        script: "mps2.ld",
        stack: Stack::LwipSockets,
        qemu: &["qemu-system-arm", "-M", "mps2-an386", "-serial", "stdio"],
        link: LAN9118,
        needs: QEMU_ARM,
    },
    Machine {
        name: "mps2-an500",
        chip: "Cortex-M7",
        target: "thumbv7em-none-eabi",
        flags: &["-mcpu=cortex-m7", "-mthumb", "-mfloat-abi=soft", NANO, NOSYS, "-DETHERNET_BASE=0xA0000000u"],
        system: System::Bare,
        sources: MPS2,
        network: MPS2_NETWORK,
        script: "mps2.ld",
        stack: Stack::LwipRaw,
        qemu: &["qemu-system-arm", "-M", "mps2-an500", "-serial", "stdio"],
        link: LAN9118,
        needs: QEMU_ARM,
    },
    Machine {
        name: "netduinoplus2",
        chip: "Cortex-M4F",
        target: "thumbv7em-none-eabihf",
        flags: &["-mcpu=cortex-m4", "-mthumb", "-mfloat-abi=hard", "-mfpu=fpv4-sp-d16", NANO, NOSYS],
        system: System::Bare,
        sources: &["boards/cortex_m.c", "boards/netduinoplus2.c"],
        network: &["network/frame.c", "network/modem.c", "network/modem_transport.c"],
        script: "netduinoplus2.ld",
        stack: Stack::None,
        qemu: &["qemu-system-arm", "-M", "netduinoplus2", "-serial", "stdio", "-serial", "chardev:modem"],
        link: Link::Modem,
        needs: QEMU_ARM,
    },
    Machine {
        name: "virt",
        chip: "RV32IMC",
        target: "riscv32imc-unknown-none-elf",
        flags: &["-march=rv32imc", "-mabi=ilp32", "--specs=picolibc.specs", "-include", "riscv_zicsr.h", INTEGERS],
        system: System::Bare,
        sources: &["boards/riscv_virt.c", "boards/riscv_virt_start.S", "boards/fault.c"],
        network: &["drivers/virtio_net.c", "network/lwip.c", "network/tcp.c"],
        script: "riscv_virt.ld",
        stack: Stack::LwipRaw,
        qemu: &[
            "qemu-system-riscv32",
            "-M",
            "virt",
            "-bios",
            "none",
            "-m",
            "4M",
            "-global",
            "virtio-mmio.force-legacy=false",
            "-serial",
            "null",
        ],
        link: Link::Ethernet { nic: &["-device", "virtio-net-device,netdev=net0"], name: "net0" },
        needs: QEMU_RISCV,
    },
    Machine {
        name: "lx60-nommu",
        chip: "LX106",
        target: "xtensa-esp8266-none-elf",
        flags: &["--specs=/usr/lib/xtensa-lx106-elf/picolibc.specs", INTEGERS, "-mtext-section-literals"],
        system: System::Bare,
        sources: &["boards/lx106.c", "boards/lx106_start.S", "boards/lx106_libgcc.c", "boards/fault.c"],
        network: &["drivers/open_eth.c", "network/lwip.c", "network/tcp.c"],
        script: "lx106.ld",
        stack: Stack::LwipRaw,
        qemu: &["qemu-system-xtensa", "-M", "lx60-nommu", "-cpu", "lx106", "-serial", "null"],
        link: Link::Ethernet { nic: &["-net", "nic,netdev=net0,model=open_eth"], name: "net0" },
        needs: QEMU_XTENSA,
    },
];

/// picolibc's printf without numbers of 64 bits and fractions.
const INTEGERS: &str = "-DPICOLIBC_INTEGER_PRINTF_SCANF";
const NANO: &str = "--specs=nano.specs";
const NOSYS: &str = "--specs=nosys.specs";

pub fn named(name: &str) -> Outcome<&'static Machine> {
    MACHINES.iter().find(|machine| machine.name == name).ok_or_else(|| format!("no machine {name}"))
}

/// Sees to it that the tools of these are there, and a broker.
pub fn need(machines: &[&Machine]) -> Outcome {
    let lists: Vec<_> = machines.iter().map(|m| m.needs).chain([setup::MOSQUITTO]).collect();
    setup::need(&lists)
}
