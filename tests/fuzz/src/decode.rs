//! Any bytes as packets: nothing panics, nothing is read beyond its end, what is read is written again as it was, and a
//! packet that arrives byte by byte is refused or read as the whole one is.

use crate::packets5::differences::{self, Met};
use limpet::packet::cursor::Reader;
use limpet::packet::v5::connect::Limits;
use limpet::packet::v5::property::{self, Place, Properties};
use limpet::packet::v5::{self, publish as publish5, subscribe as subscribe5};
use limpet::packet::{self, Malformed, Packet, frame, publish, subscribe, topic};

const PLACES: [Place; 10] = [
    Place::Connect,
    Place::Will,
    Place::Connack,
    Place::Publish,
    Place::Ack,
    Place::Subscribe,
    Place::Unsubscribe,
    Place::Leave,
    Place::Disconnect,
    Place::Auth,
];

/// Prefixes of more bytes than these are not tried.
const CUTS: usize = 80;

pub fn any(bytes: &[u8]) {
    of_3(bytes);
    of_5(bytes);
    of_outbox(bytes);
    topics(bytes);
}

fn of_3(bytes: &[u8]) {
    let whole = Packet::decode(bytes);
    if let Ok(Some((packet, used))) = whole {
        let mut again = vec![0; used];
        let len = packet.encode(&mut again).unwrap_or_else(|| panic!("{packet:?} is longer now"));
        // [section 2.2.3] does not say that a length takes no more bytes than it needs.
        let body = |bytes: &[u8]| frame::frame(bytes).map(|frame| frame.map(|frame| frame.head)).unwrap().unwrap();
        assert_eq!(again[body(&again[..len])..len], bytes[body(bytes)..used], "{packet:?}");
        assert_eq!(again[0], bytes[0], "{packet:?}");
        assert_eq!(packet.encode(&mut again[..len - 1]), None, "{packet:?} in too little room");
    }
    let cut = |n: usize| frame::frame(&bytes[..n]);
    goes_one_way(bytes.len(), frame::frame(bytes), cut);
    if let Some((&first, body)) = bytes.split_first() {
        let of = |n: usize| publish::head(first, body.len(), &body[..n]);
        goes_one_way(body.len(), of(body.len()), of);
    }
}

fn of_5(bytes: &[u8]) {
    // A broker that knows 3.1.1 only refuses in 3.1.1.
    if !bytes.starts_with(&[0x20, 2, 0, 1]) {
        differences::assert_agree(bytes, "", &mut Met::new());
    }
    let cut = |n: usize| v5::frame::frame(&bytes[..n]);
    goes_one_way(bytes.len(), v5::frame::frame(bytes), cut);
    let Some((&first, body)) = bytes.split_first() else { return };
    let of = |n: usize| publish5::head(first, body.len(), &body[..n]);
    goes_one_way(body.len(), of(body.len()), of);
    let mut reader = Reader::new(body);
    let place = PLACES[usize::from(first) % PLACES.len()];
    if let Ok(properties) = property::read(&mut reader, place) {
        // It was looked at, so all of it can be read.
        let mut read = Properties::new(properties);
        while read.next().is_some() {}
        assert!(read.rest().is_empty());
    }
    let _ = Limits::of(body);
    let _ = Properties::new(body).count();
}

/// Until all is there the answer is "more", then one that stays; or it is refused, and that stays, too.
fn goes_one_way<T: PartialEq + std::fmt::Debug>(
    len: usize,
    whole: Result<Option<T>, Malformed>,
    cut: impl Fn(usize) -> Result<Option<T>, Malformed>,
) {
    for n in 0..len.min(CUTS) {
        let part = cut(n);
        assert!(part == Ok(None) || part == whole, "{n} of {len}: {part:?}, then {whole:?}");
    }
}

/// The functions that trust packets of our own must still not reach beyond any bytes.
fn of_outbox(bytes: &[u8]) {
    let mut copy = bytes.to_vec();
    packet::set_id(&mut copy, 0xABCD);
    publish::set_dup(&mut copy, true);
    subscribe::set_qos(&mut copy, 2);
    for bytes in [bytes, &copy] {
        let _ = (publish::topic(bytes), subscribe::filter(bytes), packet::has_id(bytes));
        let _ = subscribe5::filter(bytes);
        if let Some((from, to)) = publish5::properties(bytes) {
            assert!(from <= to);
        }
    }
}

/// Two halves as filter and topic: by bytes and by levels the answer is the same.
fn topics(bytes: &[u8]) {
    let mut halves = bytes.splitn(2, |byte| *byte == 0);
    let (Some(filter), Some(name)) = (halves.next(), halves.next()) else { return };
    let _ = (topic::is_shared(filter), topic::is_share(filter));
    let found = topic::matches(filter, name);
    if topic::is_filter(filter) && topic::is_name(name) {
        assert_eq!(found, by_levels(filter, name), "{:?} {:?}", filter.escape_ascii(), name.escape_ascii());
    }
}

fn by_levels(filter: &[u8], name: &[u8]) -> bool {
    let is_slash = |byte: &u8| *byte == b'/';
    let mut filters = filter.split(is_slash);
    let mut names = name.split(is_slash);
    let is_system = name.starts_with(b"$") && matches!(filter[0], b'#' | b'+');
    loop {
        match (filters.next(), names.next()) {
            (Some(b"#"), _) => return !is_system,
            (Some(b"+"), Some(_)) => {}
            (Some(wanted), Some(level)) if wanted == level => {}
            (None, None) => return !is_system,
            _ => return false,
        }
    }
}
