//! What is in an image and not ours: which sources of lwIP, FreeRTOS and Mbed TLS, and where their headers are.

use super::image::Stack;
use super::machines::System;
use super::{mbedtls, sources};
use crate::Outcome;
use std::path::PathBuf;

#[derive(Default)]
pub struct Foreign {
    pub sources: Vec<PathBuf>,
    pub headers: Vec<PathBuf>,
    /// Where the headers are that choose among its options, from the top of the source tree; the first of a name counts.
    pub options: &'static [&'static str],
    /// For the compiler.
    pub flags: Vec<String>,
}

/// lwIP's core, below its src.
const CORE: &[&str] = &[
    "core/init.c",
    "core/def.c",
    "core/inet_chksum.c",
    "core/ip.c",
    "core/mem.c",
    "core/memp.c",
    "core/netif.c",
    "core/pbuf.c",
    "core/stats.c",
    "core/tcp.c",
    "core/tcp_in.c",
    "core/tcp_out.c",
    "core/timeouts.c",
    "core/udp.c",
    "core/ipv4/etharp.c",
    "core/ipv4/icmp.c",
    "core/ipv4/ip4.c",
    "core/ipv4/ip4_addr.c",
    "core/ipv4/ip4_frag.c",
    "netif/ethernet.c",
];

/// What its sockets need besides.
const SOCKETS: &[&str] =
    &["core/dns.c", "api/api_lib.c", "api/api_msg.c", "api/err.c", "api/netbuf.c", "api/sockets.c", "api/tcpip.c"];

/// Below the kernel of FreeRTOS.
const KERNEL: &[&str] =
    &["list.c", "queue.c", "tasks.c", "timers.c", "portable/GCC/ARM_CM4F/port.c", "portable/MemMang/heap_4.c"];
const KERNEL_HEADERS: &[&str] = &["include", "portable/GCC/ARM_CM4F"];

pub fn of(system: System, stack: Stack) -> Outcome<Foreign> {
    let mut foreign = Foreign::default();
    let below = |dir: PathBuf, names: &[&str]| names.iter().map(|n| dir.join(n)).collect::<Vec<_>>();
    let lwip: Vec<_> = match stack {
        Stack::LwipRaw | Stack::LwipTls => CORE.to_vec(),
        Stack::LwipSockets => [CORE, SOCKETS].concat(),
        Stack::None => Vec::new(),
    };
    if !lwip.is_empty() {
        let src = sources::LWIP.ready()?.join("src");
        foreign.sources.extend(below(src.clone(), &lwip));
        foreign.headers.push(src.join("include"));
        foreign.options = &["tests/firmware/lwip"];
    }
    if stack == Stack::LwipTls {
        mbedtls::add(&mut foreign)?;
    }
    if system == System::FreeRtos {
        let kernel = sources::freertos()?;
        foreign.sources.extend(below(kernel.clone(), KERNEL));
        foreign.headers.extend(below(kernel, KERNEL_HEADERS));
        foreign.options = &["tests/firmware/freertos", "tests/firmware/lwip"];
    }
    Ok(foreign)
}
