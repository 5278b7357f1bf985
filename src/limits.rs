//! Every build-time limit and fixed time, in one place. What the caller can choose stands in `config.rs`.

/// Clients can speak MQTT 5. Only an archive can be without.
pub const HAS_V5: bool = cfg!(feature = "v5") || cfg!(not(feature = "archive"));

/// Bytes for PUBACK, PUBREC, PUBREL, PUBCOMP, PINGREQ and DISCONNECT on their way out. Inbound packets are left
/// unread while an answer would not fit, so a small number costs speed, never correctness. Costs itself in RAM.
pub const CONTROL_BYTES: usize = 48;

/// Inbound QoS 2 packet identifiers between PUBLISH and PUBREL. Mosquitto keeps at most 20 under way, EMQX 32.
/// Costs two bytes each.
pub const RECEIVED_IDS: usize = 32;

/// Smallest receive buffer: holds every packet that is not a PUBLISH.
pub const RX_MIN: usize = 16;

/// A transport's numbers below this one are those of its TLS, counted from here.
pub const TLS_ERROR: i32 = -0x1_0000;

/// The last of them; TLS libraries number their errors with 16 bits.
pub const TLS_ERROR_LAST: i32 = -0x1_ffff;

/// How long the broker may take to close the connection after DISCONNECT before we do, in milliseconds.
/// Without it the DISCONNECT can be overtaken by the reset and the will fires.
pub const LINGER_MS: u32 = 100;

/// The same, when a stored session is being discarded first (connect clean, leave, come back).
pub const DISCARD_MS: u32 = 2000;

/// While the transport is opening nobody can say when it will be done, so it is asked again after this, in milliseconds.
pub const OPENING_MS: u32 = 50;

/// While the link is coming up it is looked at after this, in milliseconds.
pub const LINK_MS: u32 = 200;

/// How long a link that is reset stays off, in milliseconds: some radios need it.
pub const LINK_OFF_MS: u32 = 1000;

/// Failures in a row, with the link up, after which the link is reset.
pub const SETBACKS: u8 = 3;

/// The pause before a DNS query is sent again, in milliseconds.
pub const WAN_RESEND_MS: u32 = 1000;

/// While a DNS answer is awaited nobody can say when it comes, so it is looked for after this, in milliseconds.
pub const WAN_MS: u32 = 50;

/// Data this fresh answers `mqtt_broker_up` without a PINGREQ, in milliseconds.
pub const FRESH_MS: u32 = 1000;

/// Milliseconds between two PINGREQ when keep alive is off.
pub const PROBE_MS: u32 = 20_000;

/// Most bytes offered to the transport in one write: about one TCP segment.
pub const OFFER_MAX: usize = 1400;

/// Bytes of a payload that are asked for at a time, by default.
pub const PIECE: usize = 128;

/// Longest timeout of a publish or of leaving, in milliseconds: below half the clock's turn, with room to spare.
pub const TIMEOUT_MAX_MS: u32 = 2_000_000_000;

/// Most records of an outbox, however large: a number of one, and two more, has 16 bits.
pub const RECORDS_MAX: usize = 65_533;
