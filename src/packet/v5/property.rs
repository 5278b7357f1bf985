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

    fn read(reader: &mut Reader<'a>) -> Result<Property<'a>, Malformed> {
        // An identifier is a variable byte integer, and none of them is above 127.
        let id = reader.u8()?;
        let mut property = Property { id, ..Property::default() };
        match rule(id).ok_or(Malformed)?.0 {
            Shape::Bool => property.number = reader.u8()?.into(),
            Shape::Two | Shape::Counted => property.number = reader.u16()?.into(),
            Shape::Four | Shape::Sized => property.number = reader.u32()?,
            Shape::Number => property.number = reader.varint()? as u32,
            Shape::Binary | Shape::Text | Shape::Topic => property.data = reader.binary()?,
            Shape::Pair => {
                property.data = reader.binary()?;
                property.value = reader.binary()?;
            }
        }
        Ok(property)
    }

    fn write(&self, w: &mut Writer) -> Option<()> {
        w.u8(self.id)?;
        match rule(self.id)?.0 {
            Shape::Bool => w.u8(self.number as u8),
            Shape::Two | Shape::Counted => w.u16(self.number as u16),
            Shape::Four | Shape::Sized => w.u32(self.number),
            Shape::Number => w.varint(self.number as usize),
            Shape::Binary | Shape::Text | Shape::Topic => w.string(self.data),
            Shape::Pair => {
                w.string(self.data)?;
                w.string(self.value)
            }
        }
    }

    /// Bytes on the wire.
    fn size(&self) -> usize {
        1 + match rule(self.id).map(|(shape, _)| shape) {
            None => 0,
            Some(Shape::Bool) => 1,
            Some(Shape::Two | Shape::Counted) => 2,
            Some(Shape::Four | Shape::Sized) => 4,
            Some(Shape::Number) => varint_len(self.number as usize),
            Some(Shape::Binary | Shape::Text | Shape::Topic) => self.data.len().saturating_add(2),
            Some(Shape::Pair) => self.data.len().saturating_add(self.value.len()).saturating_add(4),
        }
    }

    /// It may stand in this place, and its value is one that it may have.
    fn fits(&self, place: Place) -> bool {
        let Some((shape, places)) = rule(self.id) else { return false };
        let is_text = |bytes: &[u8]| bytes.len() <= 0xffff && text::is_utf8(bytes);
        let is_good = match shape {
            Shape::Bool => self.number <= 1,
            Shape::Two => self.number <= 0xffff,
            Shape::Counted => self.number != 0 && self.number <= 0xffff,
            Shape::Four => true,
            Shape::Sized => self.number != 0,
            Shape::Number => self.number != 0 && self.number as usize <= crate::packet::frame::BODY_MAX,
            Shape::Binary => self.data.len() <= 0xffff,
            Shape::Text => is_text(self.data),
            // [MQTT-3.3.2-14] No wildcards.
            Shape::Topic => topic::is_name(self.data),
            Shape::Pair => is_text(self.data) && is_text(self.value),
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
        // An error can only be the end: `read` has been through.
        Property::read(&mut self.0).ok()
    }
}

/// The number of this property, if it is there.
pub fn number(properties: &[u8], id: u8) -> Option<u32> {
    Properties::new(properties).find(|property| property.id == id).map(|property| property.number)
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

/// The properties of a packet, with their length in front; every rule is kept that can be broken.
/// [MQTT-2.2.2-1] [MQTT-2.2.2-2]
pub fn read<'a>(reader: &mut Reader<'a>, place: Place) -> Result<&'a [u8], Malformed> {
    let len = reader.varint()?;
    let bytes = reader.take(len)?;
    let mut rest = Reader::new(bytes);
    let mut seen = Seen::default();
    while !rest.is_empty() {
        let property = Property::read(&mut rest)?;
        let is_new = seen.first(property.id) || property.repeats(place);
        Malformed::unless(is_new && property.fits(place))?;
    }
    Malformed::unless(seen.is_complete(place))?;
    Ok(bytes)
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
    let each_fits = each(list).all(|property| {
        let is_new = seen.first(property.id) || property.id == USER_PROPERTY;
        is_new && property.fits(place)
    });
    each_fits && seen.is_complete(place)
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
    each(list).try_for_each(|property| property.write(w))
}
