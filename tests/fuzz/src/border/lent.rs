//! What a program lends to its client: the config with all that it points to, each piece in memory of its own.

use super::lasting::{Bytes, Lasting};
use super::{events, link, port};
use crate::choice::Choice;
use limpet::ffi::types::*;
use limpet::ffi::types5::{mqtt_property, mqtt_v5};
use std::ffi::c_void;
use std::mem::MaybeUninit;
use std::ptr;

const VERSION_ABI: u32 = 1 << 22 | (MQTT_CLIENT_WORDS as u32) << 10 | size_of::<mqtt_config>() as u32;

pub struct Lent {
    client: Lasting<mqtt_client>,
    config: Lasting<mqtt_config>,
    transport: Lasting<mqtt_transport>,
    will: Lasting<mqtt_will>,
    v5: Option<Lasting<mqtt_v5>>,
    method: Lasting<mqtt_property>,
    pub link: Lasting<mqtt_link>,
    pub wan: Lasting<mqtt_wan>,
    rx: Bytes,
    outbox: Bytes,
    mailbox: Bytes,
    memory: Bytes,
    /// What the chip's number is answered with.
    pub unique_id: i32,
    /// Nothing is wrong with the config that could not be right.
    pub is_good: bool,
}

/// A C struct of zeros.
fn zeroed<T>() -> T {
    // SAFETY: only used for structs of the header, whose fields are integers, pointers and optional functions.
    unsafe { MaybeUninit::zeroed().assume_init() }
}

impl Lent {
    pub fn new(c: &mut Choice) -> Lent {
        let mut config: mqtt_config = zeroed();
        config.abi = VERSION_ABI;
        config.server = c"broker".as_ptr();
        config.keep_session = c.pick(&[0, 1, 0x80]);
        config.resume_session = c.pick(&[0, 1]);
        config.fail_first = c.pick(&[0, 0, 1]);
        config.keepalive_s = c.pick(&[0, 1, 60, MQTT_OFF]);
        config.response_time_ms = c.pick(&[0, 1, 100, 5000]);
        config.max_repubs = c.pick(&[0, 1, MQTT_OFF]);
        config.retry_min_ms = c.pick(&[0, 1, 200]);
        config.seed = c.pick(&[0, 0x5EED_0000, 0x5EED_FFFE]);
        config.poll_limit = c.pick(&[0, 0, 1, 3, 0xffff]);
        config.outbox_records = c.pick(&[0, 0, 1, 2, 8]);
        config.client_id = c.pick(&[c"limpet".as_ptr(), c"l".as_ptr(), ptr::null()]);
        config.username = c.pick(&[ptr::null(), c"user".as_ptr()]);
        let mut v5: Option<mqtt_v5> = c.flag().then(zeroed);
        let mut memory = 0;
        if let Some(v5) = &mut v5 {
            v5.aliases_in = c.pick(&[0, 1, 4]);
            v5.aliases_out = c.pick(&[0, 1, 2]);
            v5.alias_len = c.pick(&[0, 1, 3, 40]);
            memory = usize::from(v5.aliases_in + v5.aliases_out) * usize::from(v5.alias_len + 2);
            memory += if v5.aliases_out > 0 { usize::from(v5.alias_len) + 16 } else { 0 };
            memory += c.pick(&[0, 5, 60]);
        }
        let (rx, outbox) = (c.pick(&[80, 100, 120, 300]), 96 + c.below(500));
        let mailbox = c.pick(&[0, 9, 60, 200]);
        let has_will = c.flag();
        let mut lent = Lent {
            // Whatever was there before.
            client: Lasting::new(mqtt_client { words: [0xA5A5_A5A5; MQTT_CLIENT_WORDS] }),
            config: Lasting::new(config),
            transport: Lasting::new(port::TRANSPORT),
            will: Lasting::new(zeroed()),
            v5: v5.map(Lasting::new),
            method: Lasting::new(zeroed()),
            link: Lasting::new(zeroed()),
            wan: Lasting::new(zeroed()),
            rx: Bytes::new(c.below(8), rx),
            outbox: Bytes::new(c.below(8), outbox),
            mailbox: Bytes::new(c.below(8), mailbox),
            memory: Bytes::new(c.below(8), memory),
            unique_id: c.pick(&[6, 16, 1, 0, 17, -1]),
            is_good: true,
        };
        let will = lent.will.own();
        (will.topic, will.qos) = (c"w".as_ptr(), 1);
        if has_will {
            lent.config.own().will = lent.will.at();
        }
        let link = lent.link.own();
        (link.settle_ms, link.reset_always) = (c.pick(&[0, MQTT_OFF]), c.pick(&[0, 1]));
        lent.wan.own().timeout_ms = c.pick(&[0, 1, 100]);
        lent.spoil(c);
        lent
    }

    /// Sometimes something is wrong, or may be.
    fn spoil(&mut self, c: &mut Choice) {
        let config = self.config.own();
        let needs_id = config.client_id.is_null();
        if !c.rarely(6) {
            self.is_good = !needs_id || (1..=16).contains(&self.unique_id);
            return;
        }
        match c.below(9) {
            0 => config.abi ^= 1,
            1 => config.server = ptr::null(),
            2 => self.transport.own().read = None,
            3 => config.poll_limit = 0x1_0000,
            4 => config.keepalive_s = 0x1_0000,
            5 => config.outbox_records = c.pick(&[usize::MAX, usize::MAX / 24, 100]),
            // That one only counts if there is a will.
            6 => {
                self.will.own().topic = c"w/#".as_ptr();
                self.is_good = config.will.is_null();
                return;
            }
            7 => self.rx = Bytes::new(c.below(8), 15),
            _ => config.response_time_ms = u32::MAX,
        }
        self.is_good = false;
    }

    /// The pointers, once all is where it stays.
    pub fn fill_in(&mut self, user: *mut c_void) {
        let c = self.config.own();
        (c.transport, c.transport_user, c.user) = (self.transport.at(), user, user);
        c.now_ms = Some(port::now_ms);
        c.on_event = Some(events::on_event);
        c.log = Some(port::log);
        c.wake = Some(port::wake);
        c.unique_id = Some(port::unique_id);
        (c.rx, c.rx_size) = (self.rx.at(), self.rx.len());
        (c.outbox, c.outbox_size) = (self.outbox.at(), self.outbox.len());
        (c.mailbox, c.mailbox_size) = (self.mailbox.at(), self.mailbox.len());
        let method = self.method.own();
        (method.id, method.data) = (0x15, c"m".as_ptr().cast());
        if let Some(lent) = &mut self.v5 {
            let v5 = lent.own();
            (v5.memory, v5.memory_size) = (self.memory.at(), self.memory.len());
            (v5.properties, v5.properties_len) = (self.method.at(), 1);
            c.v5 = lent.at();
        }
        link::fill_in(self.link.own(), self.wan.own(), user);
    }

    pub fn is_v5(&self) -> bool {
        self.v5.is_some()
    }

    pub fn client(&self) -> *mut mqtt_client {
        self.client.at()
    }

    pub fn config(&self) -> *const mqtt_config {
        self.config.at()
    }

    /// These bytes lie in the receive buffer.
    pub fn are_in_rx(&self, at: *const u8, len: usize) -> bool {
        self.rx.has(at, len)
    }
}
