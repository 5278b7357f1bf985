//! Properties: read by a cursor where they lie, never collected, and written from a list that is asked twice.
//! [section 2.2.2]

use crate::packet::cursor::{Reader, Writer};
use crate::packet::{Malformed, text, topic};

pub use super::rules::*;

/// One property. Which fields count depends on its identifier; the others are empty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Property<'a> {
    pub id: u8,
    pub number: u32,
    /// Text or bytes; the name of a user property.
    pub data: &'a [u8],
    /// The value of a user property.
    pub value: &'a [u8],
}

impl<'a> Property<'a> {
    pub const fn number(id: u8, number: u32) -> Property<'a> {
        Property { id, number, data: &[], value: &[] }
    }

    pub const fn data(id: u8, data: &'a [u8]) -> Property<'a> {
        Property { id, number: 0, data, value: &[] }
    }

    /// None: the bytes are not a property.
    fn read(reader: &mut Reader<'a>) -> Option<Property<'a>> {
        // An identifier is a variable byte integer, and none of them is above 127.
        let id = reader.u8().ok()?;
        let mut property = Property { id, ..Property::default() };
        let shape = rule(id)?.0;
        if shape.width() == VARINT {
            property.number = reader.varint().ok()? as u32;
        } else {
            for _ in 0..shape.width() {
                property.number = property.number << 8 | u32::from(reader.u8().ok()?);
            }
        }
        if shape.strings() > 0 {
            property.data = reader.binary().ok()?;
        }
        if shape.strings() > 1 {
            property.value = reader.binary().ok()?;
        }
        Some(property)
    }

    fn write(&self, w: &mut Writer) -> Option<()> {
        w.u8(self.id)?;
        let shape = rule(self.id)?.0;
        if shape.width() == VARINT {
            w.varint(self.number as usize)?;
        } else {
            let number = self.number.to_be_bytes();
            w.bytes(number.get(number.len() - usize::from(shape.width())..)?)?;
        }
        if shape.strings() > 0 {
            w.string(self.data)?;
        }
        if shape.strings() > 1 {
            w.string(self.value)?;
        }
        Some(())
    }

    /// Bytes on the wire. Two strings that do not fit into memory at once do not pass `fits` either.
    fn size(&self) -> usize {
        let Some((shape, _)) = rule(self.id) else { return 1 };
        let number = if shape.width() == VARINT { varint_len(self.number as usize) } else { shape.width().into() };
        let data = if shape.strings() > 0 { self.data.len() + 2 } else { 0 };
        let value = if shape.strings() > 1 { self.value.len() + 2 } else { 0 };
        data.wrapping_add(value).wrapping_add(1 + number)
    }

    /// It may stand in this place, and its value is one that it may have.
    fn fits(&self, place: Place) -> bool {
        let Some((shape, places)) = rule(self.id) else { return false };
        let is_text = |bytes: &[u8]| bytes.len() <= 0xffff && (!shape.is_strict() || text::is_utf8(bytes));
        let most = match shape.width() {
            1 => 1,
            2 => 0xffff,
            VARINT => crate::packet::frame::BODY_MAX as u32,
            _ => u32::MAX,
        };
        let is_good = if shape.strings() == 0 {
            self.number <= most && (self.number != 0 || !shape.is_strict())
        } else if shape == Shape::Topic {
            // [MQTT-3.3.2-14] No wildcards.
            topic::is_name(self.data)
        } else {
            is_text(self.data) && (shape.strings() == 1 || is_text(self.value))
        };
        is_good && places & place as u16 != 0
    }

    /// It may stand more than once. Only what the broker sends has several subscription identifiers.
    fn repeats(&self, place: Place) -> bool {
        self.id == USER_PROPERTY || self.id == SUBSCRIPTION_ID && place == Place::Publish
    }
}

/// Bytes of a variable byte integer.
pub const fn varint_len(value: usize) -> usize {
    super::super::frame::head_len(value) - 1
}

/// The properties in bytes that `read` has been through.
#[derive(Clone, Copy, Debug)]
pub struct Properties<'a>(Reader<'a>);

impl<'a> Properties<'a> {
    pub const fn new(bytes: &'a [u8]) -> Self {
        Properties(Reader::new(bytes))
    }

    /// The bytes of those that have not been read.
    pub const fn rest(&self) -> &'a [u8] {
        self.0.rest()
    }
}

impl<'a> Iterator for Properties<'a> {
    type Item = Property<'a>;

    fn next(&mut self) -> Option<Property<'a>> {
        // None can only be the end: `read` has been through.
        Property::read(&mut self.0)
    }
}

/// The first property with this identifier, in bytes that `read` has been through.
pub fn first(properties: &[u8], id: u8) -> Option<Property<'_>> {
    Properties::new(properties).find(|property| property.id == id)
}

/// The number of this property, if it is there.
pub fn number(properties: &[u8], id: u8) -> Option<u32> {
    first(properties, id).map(|property| property.number)
}

/// Which properties have been seen, a bit for each identifier.
#[derive(Default)]
struct Seen([u32; 2]);

impl Seen {
    /// True the first time.
    fn first(&mut self, id: u8) -> bool {
        let bit = 1 << (id % 32);
        let Some(word) = self.0.get_mut(usize::from(id / 32)) else { return false };
        let first = *word & bit == 0;
        *word |= bit;
        first
    }

    /// What needs another property has it: authentication data and an AUTH need a method.
    /// [sections 3.1.2.11.10, 3.15.2.2.2]
    fn is_complete(&self, place: Place) -> bool {
        let has = |id: u8| self.0[0] & 1 << id != 0;
        let needs_method = place == Place::Auth || place == Place::Connect && has(AUTHENTICATION_DATA);
        !needs_method || has(AUTHENTICATION_METHOD)
    }
}

/// The properties of a packet, with their length in front.
pub fn read<'a>(reader: &mut Reader<'a>, place: Place) -> Result<&'a [u8], Malformed> {
    let len = reader.varint()?;
    let bytes = reader.take(len)?;
    check(bytes, place)?;
    Ok(bytes)
}

/// Every rule is kept that properties can break. [MQTT-2.2.2-1] [MQTT-2.2.2-2]
pub(super) fn check(bytes: &[u8], place: Place) -> Result<(), Malformed> {
    let mut rest = Reader::new(bytes);
    let mut seen = Seen::default();
    while !rest.is_empty() {
        // By reference: a copy takes more code.
        let Some(property) = &Property::read(&mut rest) else { return Err(Malformed) };
        let is_new = seen.first(property.id) || property.repeats(place);
        Malformed::unless(is_new && property.fits(place))?;
    }
    Malformed::unless(seen.is_complete(place))
}

/// Properties to be written, wherever they come from. Asked twice, it must say the same.
pub trait List {
    /// The `n`th of them, or none.
    fn nth(&self, n: usize) -> Option<Property<'_>>;
}

impl List for [Property<'_>] {
    fn nth(&self, n: usize) -> Option<Property<'_>> {
        self.get(n).copied()
    }
}

impl<const N: usize> List for [Property<'_>; N] {
    fn nth(&self, n: usize) -> Option<Property<'_>> {
        self.get(n).copied()
    }
}

/// No properties.
pub const NONE: &dyn List = &[];

fn each<'l>(list: &'l dyn List) -> impl Iterator<Item = Property<'l>> {
    (0..).map_while(|n| list.nth(n))
}

/// The property with this identifier, if it is in the list.
pub fn find<'l>(list: &'l dyn List, id: u8) -> Option<Property<'l>> {
    each(list).find(|property| property.id == id)
}

/// Every property in the list may stand in this place, at most once, with that value, and none is missing.
pub fn is_valid(list: &dyn List, place: Place) -> bool {
    let mut seen = Seen::default();
    let mut n = 0;
    while let Some(property) = &list.nth(n) {
        let is_new = seen.first(property.id) || property.id == USER_PROPERTY;
        if !is_new || !property.fits(place) {
            return false;
        }
        n += 1;
    }
    seen.is_complete(place)
}

/// Bytes of the list, without its length.
fn body(list: &dyn List) -> usize {
    each(list).fold(0, |sum: usize, property| sum.saturating_add(property.size()))
}

/// Bytes of the list with its length in front.
pub fn size(list: &dyn List) -> usize {
    let body = body(list);
    varint_len(body).saturating_add(body)
}

/// Writes the list with its length in front.
pub fn write(w: &mut Writer, list: &dyn List) -> Option<()> {
    w.varint(body(list))?;
    let mut n = 0;
    while let Some(property) = &list.nth(n) {
        property.write(w)?;
        n += 1;
    }
    Some(())
}
