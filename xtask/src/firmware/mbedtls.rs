//! Mbed TLS in an image: its sources, its settings, and the CA that it is given beside the program, as in a part of the
//! flash of its own.

use super::foreign::Foreign;
use super::sources;
use crate::Outcome;
use std::path::Path;

/// Below Mbed TLS's library: what tests/firmware/mbedtls/small_config.h does not leave empty.
const SOURCES: &[&str] = &[
    "aes.c",
    "asn1parse.c",
    "asn1write.c",
    "base64.c",
    "bignum.c",
    "cipher.c",
    "cipher_wrap.c",
    "constant_time.c",
    "ctr_drbg.c",
    "ecdh.c",
    "ecdsa.c",
    "ecp.c",
    "ecp_curves.c",
    "entropy.c",
    "gcm.c",
    "md.c",
    "memory_buffer_alloc.c",
    "oid.c",
    "pem.c",
    "pk.c",
    "pk_wrap.c",
    "pkparse.c",
    "platform.c",
    "platform_util.c",
    "sha256.c",
    "ssl_ciphersuites.c",
    "ssl_cli.c",
    "ssl_msg.c",
    "ssl_tls.c",
    "x509.c",
    "x509_crt.c",
];

/// Where the CA lies: in the code's memory of the MPS2, behind the program. What follows it is zero, as PEM wants it.
const CA_ADDRESS: u32 = 0x0030_0000;

pub fn add(foreign: &mut Foreign) -> Outcome {
    let dir = sources::MBEDTLS.ready()?;
    foreign.sources.extend(SOURCES.iter().map(|source| dir.join("library").join(source)));
    foreign.headers.push(dir.join("include"));
    foreign.flags.push("-DMBEDTLS_CONFIG_FILE=\"mbedtls/small_config.h\"".to_string());
    foreign.flags.push(format!("-DCA_ADDRESS={CA_ADDRESS:#x}u"));
    Ok(())
}

/// QEMU's words for a machine with this CA, in PEM; it is there after a reset, too.
pub fn loader(ca: &Path) -> Vec<String> {
    let file = format!("loader,file={},addr={CA_ADDRESS:#x},force-raw=on", ca.display());
    vec!["-device".to_string(), file]
}
