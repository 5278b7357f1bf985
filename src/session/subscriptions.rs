//! The filters that are kept alive. Each is a record of the outbox that holds its SUBSCRIBE packet, so their number
//! is bounded by the caller's bytes alone; waiting side by side they go out in one write.

use super::head::*;
use super::outbox::{CHANGED, Outbox, SPARE};
use super::v5;
use crate::error::Error;
use crate::event::Event;
use crate::packet::subscribe;

/// SUBACK's code for "no".
pub const REFUSED: u8 = 0x80;

impl Outbox<'_> {
    /// Remembers a filter, or gives a known one another QoS.
    pub fn subscribe(&mut self, filter: &[u8], qos: u8) -> Result<u32, Error> {
        let Some(i) = self.find_filter(filter) else {
            return self.insert_filter(filter, Some(qos));
        };
        let mut head = self.heads.get(i).copied().ok_or(Error::Full)?;
        if self.on_offer(&head) {
            return Err(Error::Full);
        }
        // An answer that is still awaited answers this call too.
        if head.state == State::Subscribed {
            head.token = self.fresh_token();
        }
        head.state = State::SubscribeDue;
        subscribe::set_qos(self.packet_mut(&head), qos);
        self.due(i, head);
        Ok(head.token)
    }

    /// Forgets a filter and tells the broker, which may know it from an earlier session even if we do not.
    pub fn unsubscribe(&mut self, filter: &[u8]) -> Result<u32, Error> {
        let known = self.find_filter(filter);
        if let Some(i) = known
            && let Some(mut head) = self.heads.get(i).copied()
            && !self.on_offer(&head)
        {
            // In the place of the SUBSCRIBE, which is longer: also a full outbox can be emptied.
            let len = self.encode_request(&head, filter, None);
            head.len = len.ok_or(Error::TooLarge)? as u32;
            head.token = self.fresh_token();
            head.state = State::UnsubscribeDue;
            head.id = 0;
            self.due(i, head);
            return Ok(head.token);
        }
        let token = self.insert_filter(filter, None)?;
        if let Some(i) = known {
            self.free(i);
        }
        Ok(token)
    }

    /// Stores a record that is to be sent, and lets it be found.
    pub(super) fn due(&mut self, i: usize, head: Head) {
        if let Some(to) = self.heads.get_mut(i) {
            *to = head;
        }
        self.stale = CHANGED;
        self.cursor = self.cursor.min(i);
        self.oldest = self.oldest.min(i);
    }

    fn insert_filter(&mut self, filter: &[u8], qos: Option<u8>) -> Result<u32, Error> {
        let state = if qos.is_some() { State::SubscribeDue } else { State::UnsubscribeDue };
        let head = *self.insert(state, self.request_size(filter, qos.is_some()), SPARE)?;
        // The size was right, so this cannot fail.
        _ = self.encode_request(&head, filter, qos);
        Ok(head.token)
    }

    fn request_size(&self, filter: &[u8], with_qos: bool) -> usize {
        if self.v5().is_some() {
            return v5::unsubscribe_size(filter);
        }
        subscribe::size(filter.len(), with_qos)
    }

    fn encode_request(&mut self, head: &Head, filter: &[u8], qos: Option<u8>) -> Option<usize> {
        if self.v5().is_some() {
            return v5::encode_unsubscribe(self.packet_mut(head), filter);
        }
        subscribe::encode(self.packet_mut(head), filter, qos, 0)
    }

    /// The filter of a SUBSCRIBE or an UNSUBSCRIBE.
    pub(super) fn filter_of<'b>(&self, packet: &'b [u8]) -> Option<&'b [u8]> {
        if self.v5().is_some() {
            return v5::filter_of(packet);
        }
        subscribe::filter(packet)
    }

    pub(super) fn find_filter(&self, filter: &[u8]) -> Option<usize> {
        self.all().iter().position(|head| head.state.is_filter() && self.filter_is(head, filter))
    }

    pub(super) fn filter_is(&self, head: &Head, filter: &[u8]) -> bool {
        self.filter_of(self.packet(head)) == Some(filter)
    }

    /// An UNSUBSCRIBE that goes out again would end a subscription that was made after it: so that goes out again, too.
    pub(super) fn renew_what_is_unsubscribed_again(&mut self) {
        for i in 0..self.count {
            let again = self.heads.get(i).filter(|head| head.state == State::UnsubscribeDue);
            let filter = again.and_then(|head| self.filter_of(self.packet(head)));
            if let Some(j) = filter.and_then(|filter| self.find_filter(filter))
                && let Some(head) = self.heads.get_mut(j)
            {
                head.state = State::SubscribeDue;
            }
        }
    }

    /// SUBACK or UNSUBACK. `None` if no request waits for it.
    pub fn answered(&mut self, id: u16, granted: Option<u8>) -> Option<Event> {
        let awaited = if granted.is_some() { State::SubscribeSent } else { State::UnsubscribeSent };
        let i = self.find_id(id)?;
        let head = self.head_mut(i).filter(|head| head.state == awaited)?;
        head.id = 0;
        head.state = State::Subscribed;
        let token = head.token;
        // From REFUSED on MQTT 5 has reasons.
        if granted.is_none_or(|granted| granted >= REFUSED) {
            self.free(i);
        }
        self.stale = CHANGED;
        self.trim();
        Some(match granted {
            Some(granted) => Event::Subscribed { token, granted },
            None => Event::Unsubscribed { token },
        })
    }
}
