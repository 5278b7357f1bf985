//! A broker that hears the client out and answers as it should. What it says beside that is in `lies`.

use crate::book::Book;
use crate::speech::{Ear, Said};
use crate::translate;
use limpet::packet::connect::Connack;
use limpet::packet::{Kind, Packet};
use std::collections::VecDeque;

pub struct Broker {
    pub is_v5: bool,
    ear: Ear,
    /// What waits for an answer.
    pub heard: VecDeque<Said>,
    /// There is a session that a client may continue.
    has_session: bool,
    /// It forgets sessions.
    pub forgets: bool,
}

impl Broker {
    pub fn new(is_v5: bool) -> Broker {
        Broker { is_v5, ear: Ear::new(is_v5), heard: VecDeque::new(), has_session: false, forgets: false }
    }

    /// The connection is gone.
    pub fn lost(&mut self) {
        self.ear = Ear::new(self.is_v5);
        self.heard.clear();
    }

    pub fn hears(&mut self, bytes: &[u8], book: &mut Book) {
        for said in self.ear.hears(bytes) {
            book.heard(&said);
            self.heard.push_back(said);
        }
    }

    /// The answer to the oldest packet that waits for one; nothing if there is none, or it needs none.
    pub fn answer(&mut self) -> Vec<u8> {
        let packet = match self.heard.pop_front() {
            None | Some(Said::Disconnect | Said::Auth) => return vec![],
            Some(Said::Ack(Kind::Puback | Kind::Pubcomp, _) | Said::Publish { qos: 0, .. }) => return vec![],
            Some(Said::Connect { clean }) => {
                let session_present = self.has_session && !self.forgets && !clean;
                self.has_session = true;
                Packet::Connack(Connack { session_present, code: 0 })
            }
            Some(Said::Publish { qos: 1, id, .. }) => Packet::Puback(id),
            Some(Said::Publish { id, .. }) => Packet::Pubrec(id),
            Some(Said::Ack(Kind::Pubrec, id)) => Packet::Pubrel(id),
            Some(Said::Ack(_, id)) => Packet::Pubcomp(id),
            Some(Said::Subscribe(id)) => Packet::Suback { id, codes: &[1] },
            Some(Said::Unsubscribe(id)) => Packet::Unsuback(id),
            Some(Said::Ping) => Packet::Pingresp,
        };
        self.says(packet)
    }

    /// A packet as bytes of its version.
    pub fn says(&self, packet: Packet) -> Vec<u8> {
        if self.is_v5 {
            return translate::from_broker(packet);
        }
        let mut buf = vec![0; 2000];
        let len = packet.encode(&mut buf).expect("it fits");
        buf.truncate(len);
        buf
    }
}
