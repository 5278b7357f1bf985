//! Scenarios that only a machine with TLS can have.

use super::bench::Bench;
use super::scenarios::{Scenario, noise, scenario};
use std::time::Duration;
use xtask::Outcome;
use xtask::broker::Memory;
use xtask::firmware::machines::Machine;

const TLS: fn(&Machine) -> bool = Machine::has_tls;

pub const SCENARIOS: &[Scenario] = &[
    Scenario { applies: TLS, memory: Memory::Kept, ..scenario("certificates refused", refused) },
    Scenario {
        applies: TLS,
        response_ms: NOISY_MS,
        period: NOISY_PERIOD,
        ..scenario("frames lost, doubled, reordered", noise)
    },
    Scenario { applies: TLS, ..scenario("handshakes, whole and short", handshakes) },
];

/// A handshake waits a second or more for each frame of it that is lost, and may take several tries.
const NOISY_MS: u32 = 5000;
/// So an outage may last 24 s.
const NOISY_PERIOD: Duration = Duration::from_millis(250);

const SOON: Duration = Duration::from_secs(30);

/// MQTT_ERR_TLS with MBEDTLS_ERR_X509_CERT_VERIFY_FAILED.
const NOT_VERIFIED: &str = "failed -54 -9984";
/// MQTT_ERR_TLS with MBEDTLS_ERR_SSL_FEATURE_UNAVAILABLE.
const TOO_LONG: &str = "failed -54 -28800";

/// What a broker shows that will not do, and what the device says of it.
const REFUSED: &[(&str, &str, &str)] = &[
    ("foreign", NOT_VERIFIED, "not signed by the given CA"),
    ("expired", NOT_VERIFIED, "certificate expired"),
    ("other", NOT_VERIFIED, "wrong host name"),
    ("long", TOO_LONG, "the peer sends more at once than Mbed TLS has room for"),
];

/// Calls of `open` in a handshake whose elliptic curves are computed in pieces, and in one that goes on with a session.
const WHOLE: u32 = 40;
const SHORT: u32 = 20;

/// In the place of the broker there are others. When it is back, nothing is lost.
fn refused(bench: &mut Bench) -> Outcome {
    let certificates = bench.certificates.clone().ok_or("there are no certificates")?;
    let mark = bench.device.mark();
    bench.kill_broker()?;
    for (certificate, error, reason) in REFUSED {
        bench.broker.show(certificate, &certificates)?;
        let mark = bench.device.mark();
        bench.broker.restart()?;
        let says = |what: &str| bench.device.qemu.wait_for_line(mark, SOON, |text| text.starts_with(what));
        says(&format!("tls failed: {reason}")).and_then(|_| says(error)).map_err(|e| format!("{certificate}: {e}"))?;
        if bench.device.qemu.lines()[mark..].iter().any(|line| line.text.starts_with("online ")) {
            return Err(format!("{certificate}: it connected"));
        }
        bench.broker.kill();
    }
    bench.broker.show("server", &certificates)?;
    bench.restart_broker()?;
    bench.back(mark)
}

/// No step of a handshake computes for long, and one after an outage is short, because the broker knows the session of TLS.
fn handshakes(bench: &mut Bench) -> Outcome {
    let whole = opens(bench, 0)?;
    let mark = bench.device.mark();
    bench.device.wire.unplug(&bench.device.qemu)?;
    bench.device.wait_offline(mark)?;
    bench.device.wire.plug(&bench.device.qemu)?;
    let short = opens(bench, mark)?;
    bench.back(mark)?;
    match whole > WHOLE && short < SHORT {
        true => Ok(()),
        false => Err(format!("a whole handshake took {whole} steps, a short one {short}")),
    }
}

/// Calls of `open` in the next handshake after this line.
fn opens(bench: &Bench, since: usize) -> Outcome<u32> {
    let (_, line) = bench.device.qemu.wait_for_line(since, SOON, |text| text.starts_with("tls opens="))?;
    let number = line.text.split(['=', ' ']).nth(2).and_then(|n| n.parse().ok());
    number.ok_or_else(|| format!("not understood: {}", line.text))
}
