//! The filters that are kept alive. Each is a record of the outbox that holds its SUBSCRIBE packet, so their number
//! is bounded by the caller's bytes alone; waiting side by side they go out in one write.

use super::head::*;
use super::outbox::{CHANGED, Outbox, SPARE};
use crate::error::Error;
use crate::event::Event;
use crate::packet::subscribe;
use crate::packet::v5::property::{List, NONE};

/// SUBACK's code for "no".
pub const REFUSED: u8 = 0x80;

impl Outbox<'_> {
    /// Remembers a filter, or serves a known one otherwise.
    pub fn subscribe(&mut self, filter: &[u8], options: u8, properties: &dyn List) -> Result<u32, Error> {
        let known = self.find_filter(filter);
        if let Some(i) = known
            && let Some(head) = self.heads.get(i).copied()
            // Without properties it always is.
            && (self.v5().is_none() || head.len as usize == self.request_size(filter, true, properties))
        {
            if self.on_offer(&head) {
                return Err(Error::Full);
            }
            // An answer that is still awaited answers this call too.
            let token = if head.state == State::Subscribed { self.fresh_token() } else { head.token };
            _ = self.encode_request(&head, filter, Some(options), properties);
            return Ok(self.due(i, State::SubscribeDue, token));
        }
        let token = self.insert_filter(filter, Some(options), properties)?;
        Ok(if self.v5().is_some() { self.supersede(filter, token) } else { token })
    }

    /// Forgets a filter and tells the broker, which may know it from an earlier session even if we do not.
    pub fn unsubscribe(&mut self, filter: &[u8]) -> Result<u32, Error> {
        let known = self.find_filter(filter);
        if let Some(i) = known
            && let Some(head) = self.heads.get(i).copied()
            && !self.on_offer(&head)
        {
            // In the place of the SUBSCRIBE, which is longer: also a full outbox can be emptied.
            let len = self.encode_request(&head, filter, None, NONE);
            let len = len.ok_or(Error::TooLarge)?;
            if let Some(head) = self.heads.get_mut(i) {
                head.len = len as u32;
                head.id = 0;
            }
            let token = self.fresh_token();
            return Ok(self.due(i, State::UnsubscribeDue, token));
        }
        let token = self.insert_filter(filter, None, NONE)?;
        if let Some(i) = known {
            self.free(i);
        }
        Ok(token)
    }

    /// This record is to be sent, and found. Its token.
    fn due(&mut self, i: usize, state: State, token: u32) -> u32 {
        if let Some(head) = self.heads.get_mut(i) {
            head.state = state;
            head.token = token;
        }
        self.stale = CHANGED;
        self.cursor = self.cursor.min(i);
        self.oldest = self.oldest.min(i);
        token
    }

    fn insert_filter(&mut self, filter: &[u8], options: Option<u8>, properties: &dyn List) -> Result<u32, Error> {
        let state = if options.is_some() { State::SubscribeDue } else { State::UnsubscribeDue };
        let head = *self.insert(state, self.request_size(filter, options.is_some(), properties), SPARE)?;
        // The size was right, so this cannot fail.
        _ = self.encode_request(&head, filter, options, properties);
        Ok(head.token)
    }

    /// Bytes of a SUBSCRIBE, which has options, or of an UNSUBSCRIBE.
    pub(super) fn request_size(&self, filter: &[u8], with_options: bool, properties: &dyn List) -> usize {
        subscribe::size_with(filter.len(), with_options, self.v5().map(|_| properties))
    }

    fn encode_request(
        &mut self,
        head: &Head,
        filter: &[u8],
        options: Option<u8>,
        properties: &dyn List,
    ) -> Option<usize> {
        let properties = self.v5().map(|_| properties);
        subscribe::encode_with(self.packet_mut(head), filter, options, 0, properties)
    }

    /// The filter of a SUBSCRIBE or an UNSUBSCRIBE.
    pub(super) fn filter_of<'b>(&self, packet: &'b [u8]) -> Option<&'b [u8]> {
        subscribe::filter_with(packet, self.v5().is_some()).map(|(_, filter)| filter)
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
