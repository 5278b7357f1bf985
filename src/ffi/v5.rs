//! MQTT 5: the calls that only it has, and how it is lent to a client.

use super::border::{bytes, enter, result, text, work};
use super::client::{with, with_time};
use super::types::mqtt_client;
use super::types5::*;
use crate::error::Error;
use crate::limits::HAS_V5;
use crate::packet::v5::property::{self, List, Properties, Property};
use crate::packet::v5::subscribe::Options as Serving;
use crate::session::v5::{Options, V5};
use core::ffi::c_void;
use core::mem::{align_of, size_of};
use core::slice;

/// As mqtt_subscribe, with the options of MQTT 5. MQTT_ERR_UNSUPPORTED if the broker cannot do that, or if the client does
/// not speak MQTT 5 and an option needs it; MQTT_ERR_PROPERTY.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mqtt_subscribe_with(client: *mut mqtt_client, options: *const mqtt_subscribe_options) -> i32 {
    with(client, |c| {
        // SAFETY: NULL or a struct that lives until we return, by the header.
        let o = unsafe { options.as_ref() }.ok_or(Error::Argument)?;
        let filter = text(o.filter).ok_or(Error::Argument)?;
        let properties = Array::new(o.properties, o.properties_len)?;
        let serving = Serving {
            qos: o.qos,
            no_local: o.no_local != 0,
            retain_as_published: o.retain_as_published != 0,
            retain_handling: o.retain_handling,
        };
        c.session.subscribe_with(filter, serving, &properties)
    })
}

/// As mqtt_disconnect, and tells the broker why: a reason code (5.0 section 3.14.2.1; 0x04 lets it publish the will), and
/// properties, which may be NULL if there are 0. MQTT_ERR_OK, _ARGUMENT, _STATE, _BUSY, _PROPERTY, _TOO_LARGE for
/// the memory of mqtt_v5, _FULL while an AUTH is half written, _UNSUPPORTED if the client does not speak MQTT 5.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mqtt_disconnect_with(
    client: *mut mqtt_client,
    how: u8,
    timeout_ms: u32,
    reason: u8,
    properties: *const mqtt_property,
    properties_len: usize,
) -> i32 {
    with_time(client, |c, now| {
        let properties = Array::new(properties, properties_len)?;
        let how = super::client::leave(how, timeout_ms)?;
        c.session.disconnect_with(how, reason, &properties, now).map(|()| 0)
    })
}

/// Goes on with an authentication (5.0 section 4.12): reason 0x18 answers MQTT_EV_AUTH, 0x19 begins another one. The
/// properties are MQTT_PROP_AUTH_METHOD, which must be there and in CONNECT, MQTT_PROP_AUTH_DATA and the like. MQTT_ERR_OK, _ARGUMENT, _STATE if there is no
/// connection, _BUSY, _PROPERTY, _TOO_LARGE for the memory of mqtt_v5, _FULL while another one waits, _UNSUPPORTED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mqtt_auth(
    client: *mut mqtt_client,
    reason: u8,
    properties: *const mqtt_property,
    properties_len: usize,
) -> i32 {
    with(client, |c| {
        let properties = Array::new(properties, properties_len)?;
        c.session.authenticate(reason, &properties).map(|()| 0)
    })
}

/// In a callback: the next property of the event, from the first on if property is zero. 1: there it is. 0: there are no
/// more. What it points to is yours until your callback returns. MQTT_ERR_ARGUMENT, or _STATE outside a callback.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mqtt_property_next(client: *const mqtt_client, property: *mut mqtt_property) -> i32 {
    let next = || {
        let c = enter(client)?;
        // SAFETY: `enter` found it initialised and not borrowed; property is NULL or a struct of this type, by the header.
        unsafe {
            let place = property.as_ref().ok_or(Error::Argument)?.place;
            if !(*c).polling {
                return Err(Error::State);
            }
            let found = work(c, |inner| {
                let span = inner.session.more().properties;
                let rx = slice::from_raw_parts(inner.rx, inner.rx_size);
                let rest = span.of(rx).get(place..)?;
                let mut properties = Properties::new(rest);
                let next = properties.next()?;
                Some(to_c(&next, place + rest.len() - properties.rest().len()))
            });
            let Some(found) = found else { return Ok(0) };
            property.write(found);
            Ok(1)
        }
    };
    result(next())
}

fn to_c(property: &Property, place: usize) -> mqtt_property {
    let at = |bytes: &[u8]| if bytes.is_empty() { core::ptr::null() } else { bytes.as_ptr().cast() };
    mqtt_property {
        id: property.id,
        number: property.number,
        data: at(property.data),
        data_len: property.data.len(),
        value: at(property.value),
        value_len: property.value.len(),
        place,
    }
}

/// An array of the caller's.
pub struct Array {
    first: *const mqtt_property,
    len: usize,
}

impl Array {
    pub fn new(first: *const mqtt_property, len: usize) -> Result<Array, Error> {
        if first.is_null() && len > 0 { Err(Error::Argument) } else { Ok(Array { first, len }) }
    }
}

/// No property: `is_valid` refuses it.
const INVALID: u8 = 0;

impl List for Array {
    fn nth(&self, n: usize) -> Option<Property<'_>> {
        if n >= self.len {
            return None;
        }
        // SAFETY: not NULL, and by the header `len` of them, which live as long as this list.
        let property = unsafe { &*self.first.add(n) };
        let is_binary = matches!(property.id, property::CORRELATION_DATA | property::AUTHENTICATION_DATA);
        let part = |data: *const c_void, len: usize| match len {
            0 if !is_binary => Some(text(data.cast()).unwrap_or_default()),
            len => bytes(data, len),
        };
        let (data, value) = (part(property.data, property.data_len), part(property.value, property.value_len));
        let id = if data.is_some() && value.is_some() { property.id } else { INVALID };
        let (data, value) = (data.unwrap_or_default(), value.unwrap_or_default());
        Some(Property { id, number: property.number, data, value })
    }
}

/// What lies in the words of a `mqtt_v5`.
struct Lent {
    v5: V5<'static>,
    connect: Array,
    will: Array,
}

const _: () = assert!(size_of::<Lent>() <= size_of::<[usize; MQTT_V5_WORDS]>(), "raise MQTT_V5_WORDS");
const _: () = assert!(align_of::<Lent>() <= align_of::<usize>());

/// Makes of a `mqtt_v5` what a session wants; nothing of NULL.
///
/// # Safety
/// By the header, a struct that is ours while the client lives, as is all it points to.
pub unsafe fn lend(lent: *mut mqtt_v5) -> Result<Option<&'static mut V5<'static>>, Error> {
    if lent.is_null() {
        return Ok(None);
    }
    if !HAS_V5 {
        return Err(Error::ConfigV5);
    }
    // SAFETY: by the caller's promise; the words are large enough and aligned, by the assertions, and nothing refers to
    // what was in them.
    unsafe {
        let place = (&raw mut (*lent).words).cast::<Lent>();
        let l = &*lent;
        let memory = if l.memory.is_null() { &mut [] } else { slice::from_raw_parts_mut(l.memory, l.memory_size) };
        (&raw mut (*place).connect).write(Array::new(l.properties, l.properties_len)?);
        (&raw mut (*place).will).write(Array::new(l.will_properties, l.will_properties_len)?);
        let options = Options {
            connect: &(*place).connect,
            will: &(*place).will,
            aliases_in: l.aliases_in,
            aliases_out: l.aliases_out,
            alias_len: l.alias_len.into(),
        };
        (&raw mut (*place).v5).write(V5::new(options, memory)?);
        Ok(Some(&mut (*place).v5))
    }
}
