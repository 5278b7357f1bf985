//! The outbox with packets of MQTT 5: properties, what the broker allows, and how it refuses.

use super::super::head::*;
use super::super::outbox::{CHANGED, Outbox};
use super::V5;
use crate::error::Error;
use crate::event::{Event, Fate};
use crate::packet::publish::{self, Publish};
use crate::packet::v5::property::{self, List, Properties};
use crate::packet::v5::{publish as publish5, subscribe as subscribe5};
use crate::packet::{Kind, has_id};
use crate::time::{Millis, until};

/// In the place of a fate: a request is refused, by us, with the reason above it.
const SUBSCRIBE_REFUSED: u8 = 0xff;
const UNSUBSCRIBE_REFUSED: u8 = 0xfe;

/// A fate with the reason for it, as `Head::expires` keeps it.
const fn ending(fate: u8, code: u8) -> u32 {
    fate as u32 | (code as u32) << 8
}

/// The reason code in that.
pub const fn reason_in(ending: u32) -> u8 {
    (ending >> 8) as u8
}

/// What is to be reported of an ending that is not the fate of a publish.
pub fn refused_request(token: u32, ending: u32) -> Option<Event> {
    match ending as u8 {
        SUBSCRIBE_REFUSED => Some(Event::Subscribed { token, granted: reason_in(ending) }),
        UNSUBSCRIBE_REFUSED => Some(Event::Unsubscribed { token }),
        _ => None,
    }
}

/// Where in a PUBLISH of ours the number of its Message Expiry Interval is, if it has one.
fn expiry(packet: &[u8]) -> Option<usize> {
    let (_, at, end) = publish5::parts(packet)?;
    let mut properties = Properties::new(packet.get(at..end)?);
    let has_expiry = properties.any(|property| property.id == property::MESSAGE_EXPIRY);
    // It is the last of what was read.
    has_expiry.then(|| end - properties.rest().len() - 4)
}

impl Outbox<'_> {
    /// Bytes of a message's packet, up to the last `rest` bytes of its payload, which are elsewhere.
    pub fn message_size(&self, message: &Publish, properties: &dyn List, rest: usize) -> usize {
        publish5::size_with(message, self.v5().map(|_| properties), rest)
    }

    /// Queues a message of this size; `id` and `dup` are set when it is sent. `expires` 0 is never.
    pub fn queue(
        &mut self,
        message: &Publish,
        properties: &dyn List,
        size: usize,
        expires: Millis,
        spare: usize,
    ) -> Result<u32, Error> {
        let head = *self.insert_publish(size, message.qos, expires, spare)?;
        self.fill(&head, message, properties, 0);
        Ok(head.token)
    }

    /// Writes a message to its record. The record has the right size, so this cannot fail.
    pub fn fill(&mut self, head: &Head, message: &Publish, properties: &dyn List, rest: usize) {
        let properties = self.v5().map(|_| properties);
        _ = publish5::encode_with(message, properties, rest, self.packet_mut(head));
    }

    /// The last record takes the place of an older one with this filter, whose packet is of another size. The token of
    /// both.
    pub fn supersede(&mut self, filter: &[u8], token: u32) -> u32 {
        let is_old = |old: &Head| old.state.is_filter() && old.token != token && self.filter_is(old, filter);
        let old = self.all().iter().position(is_old);
        let Some((i, old)) = old.and_then(|i| Some((i, *self.heads.get(i)?))) else { return token };
        self.free(i);
        if old.state == State::Subscribed {
            return token;
        }
        // The new answer is for that call, too.
        if let Some(new) = self.heads.get_mut(self.count - 1) {
            new.token = old.token;
        }
        old.token
    }

    /// The packet at the cursor must have an offer of its own: its head may be written anew, for an alias.
    pub fn must_be_first(&self) -> bool {
        self.offering() && self.v5().is_some_and(V5::has_aliases)
    }

    /// The packet at the cursor, which goes out, must wait for answers. What is behind it need not, if it is no such
    /// message. [MQTT-3.3.4-8]
    pub fn must_wait(&mut self) -> bool {
        let Some((mut quota, starved)) = self.v5().map(|v5| (v5.quota, v5.starved)) else { return false };
        let Some(head) = self.all().get(self.cursor) else { return false };
        if !self.is_counted(head) {
            // A message of QoS 0 does not overtake one that waits.
            return head.state.is_publish() && starved;
        }
        debug_assert!(if starved { self.count_quota() == 0 } else { self.count_quota() >= quota });
        if starved {
            return true;
        }
        if quota == 0 {
            quota = self.count_quota();
        }
        if let Some(v5) = self.v5_mut() {
            v5.starved = quota == 0;
            v5.quota = quota.saturating_sub(1);
        }
        quota == 0
    }

    /// The broker's Receive Maximum counts it, when it is out.
    fn is_counted(&self, head: &Head) -> bool {
        head.state.is_publish() && has_id(self.packet(head))
    }

    /// How many messages more may be under way, by a look at all records. [MQTT-3.3.4-7]
    #[inline(never)]
    fn count_quota(&self) -> u16 {
        // A PUBREL that is due does not count: it may stand behind this one, and would wait for it.
        let is_out = |head: &&Head| head.state.awaits() || self.on_offer(head);
        let out = self.heads().iter().filter(is_out).filter(|head| self.is_counted(head)).count();
        let most = self.v5().map_or(0, |v5| v5.limits.receive_maximum.into());
        usize::saturating_sub(most, out) as u16
    }

    /// A record that was not on offer came to be under way, or is not any more.
    #[inline(never)]
    pub fn tally(&mut self, before: State, after: State) {
        let Some(v5) = self.v5_mut() else { return };
        v5.quota = match (before.awaits(), after.awaits()) {
            (false, true) => v5.quota.saturating_sub(1),
            // At 0 it is to be counted: there may be PUBRELs beyond what the broker allows messages.
            (true, false) if v5.quota > 0 => v5.quota.saturating_add(1),
            _ => return,
        };
    }

    /// Fewer messages are under way or wait: what waited for that has its turn.
    pub fn make_up(&mut self) {
        if let Some(v5) = self.v5_mut()
            && core::mem::take(&mut v5.starved)
        {
            self.cursor = self.oldest;
        }
    }

    /// The head of the first packet on offer.
    pub fn offered(&self) -> Option<Head> {
        let first = self.all().get(self.pulling.record)?;
        (first.at as usize == self.from && self.on_offer(first)).then_some(*first)
    }

    /// Writes into the packets on offer how long they are still good for.
    #[inline(never)]
    pub fn stamp(&mut self, now: Millis) {
        let (from, to) = (self.from, self.to);
        for i in self.pulling.record..self.count {
            let Some(head) = self.heads.get(i).copied().filter(|head| (head.at as usize) < to) else { return };
            if !head.overlaps(from, to) || !head.can_expire() {
                continue;
            }
            let left_s = until(head.expires, now).div_ceil(1000);
            let packet = self.packet_mut(&head);
            if let Some(place) = expiry(packet)
                && let Some(place) = packet.get_mut(place..).and_then(|rest| rest.first_chunk_mut())
            {
                *place = left_s.to_be_bytes();
            }
        }
    }

    /// [MQTT-4.3.3-7] A message of QoS 2 that was sent expires at the broker, if it has it, and not here.
    pub fn expires_elsewhere(&mut self, i: usize) -> bool {
        let Some(head) = self.heads.get(i).copied().filter(|_| self.v5().is_some()) else { return false };
        let was_sent = head.state != State::Queued || self.on_offer(&head);
        let is_so = head.has(QOS2) && was_sent && expiry(self.packet(&head)).is_some();
        if is_so && let Some(head) = self.heads.get_mut(i) {
            head.expires = 0;
        }
        is_so
    }

    /// Gives up what this broker will not take.
    pub fn sort_out(&mut self) {
        for i in 0..self.count {
            let Some(ending) = self.heads.get(i).and_then(|head| self.refusal(head)) else { continue };
            if let Some(head) = self.heads.get_mut(i)
                && !head.state.is_publish()
            {
                // A request ends as a message does that was not sent.
                head.state = State::Queued;
            }
            self.conclude(i, Fate::Refused);
            if let Some(head) = self.heads.get_mut(i) {
                head.expires = ending;
            }
        }
    }

    /// How this record ends if the broker will not take what is to be sent.
    fn refusal(&self, head: &Head) -> Option<u32> {
        let limits = &self.v5()?.limits;
        let packet = self.packet(head);
        match head.state {
            State::Queued | State::ResendDue if !head.has_ended() => {
                let &first = packet.first()?;
                let code = limits.objection(publish::qos(first), first & 1 != 0, self.packet_len(head))?;
                Some(ending(Fate::Refused as u8, code))
            }
            State::SubscribeDue => {
                let (properties, filter) = subscribe5::filter(packet)?;
                let has_id = property::number(properties, property::SUBSCRIPTION_ID).is_some();
                let objection = limits.objection_to(filter, has_id);
                let code = objection.or_else(|| limits.objection(0, false, packet.len()))?;
                Some(ending(SUBSCRIBE_REFUSED, code))
            }
            State::UnsubscribeDue => Some(ending(UNSUBSCRIBE_REFUSED, limits.objection(0, false, packet.len())?)),
            _ => None,
        }
    }

    /// An acknowledgement said more than yes. If that ends a record it is `Some`; in it is the record, if its end is news.
    pub fn reasoned(&mut self, kind: Kind, id: u16, code: u8) -> Option<Option<usize>> {
        let i = self.find_id(id)?;
        let head = self.heads.get_mut(i)?;
        let is_refusal = code >= crate::packet::v5::reason::FAILURE;
        let ends = match kind {
            Kind::Puback => head.state.is_unanswered() && !head.has(QOS2),
            Kind::Pubrec => head.state.is_unanswered() && head.has(QOS2) && is_refusal,
            _ => false,
        };
        if !ends {
            return None;
        }
        let (had_ended, state) = (head.has_ended(), head.state);
        head.finish();
        self.ended(i);
        self.tally(state, State::Ended);
        self.make_up();
        let head = self.heads.get_mut(i)?;
        if !had_ended {
            let fate = if is_refusal { Fate::Refused } else { Fate::Delivered };
            head.expires = ending(fate as u8, code);
        }
        self.stale = CHANGED;
        self.trim();
        Some((!had_ended).then_some(i))
    }
}
