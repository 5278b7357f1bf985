//! One whole scenario, cut after each byte in each direction: nothing is lost, nothing doubled, everything ends.
//! REC-10, NFR-1, NFR-3

use super::bench::*;
use super::model::Model;

/// A client with work to do, and its broker. The first connection breaks after so many bytes.
struct Scenario {
    b: Bench,
    model: Model,
    tokens: [u32; 4],
    outgoing: usize,
    incoming: usize,
    sent: usize,
}

const NEVER: usize = usize::MAX;

impl Scenario {
    fn new(keeps: bool, chunk: usize, outgoing: usize, incoming: usize) -> Scenario {
        let mut b = Bench::sized(stored(), 40, 16, 512);
        b.chunk = chunk;
        b.room = outgoing;
        b.subscribe("t", 2);
        let tokens = [b.publish(0, "out 0"), b.publish(1, "out 1"), b.publish(2, "out 2"), b.publish(2, "out 3")];
        b.connect();
        Scenario { b, model: Model::new(keeps), tokens, outgoing, incoming, sent: 0 }
    }

    /// Lets both talk until they have nothing more to say, or the bytes of the first connection are used up.
    fn talk(&mut self) {
        while let Some((_, packet)) = self.b.packets.pop_front() {
            let mut reply = self.model.answer(&packet);
            reply.truncate(self.incoming - self.sent.min(self.incoming));
            self.sent += reply.len();
            self.b.send_bytes(&reply);
        }
    }

    /// The cut, and the second connection.
    fn recover(&mut self) {
        (self.incoming, self.sent) = (NEVER, 0);
        if self.b.session.is_connected() || self.b.is_open {
            self.b.broken = Some((Error::Io, -1));
            self.b.run();
        }
        // What the broker was told before the cut it does, but its answers are lost.
        while let Some((_, packet)) = self.b.packets.pop_front() {
            self.model.answer(&packet);
        }
        self.b.room = usize::MAX;
        self.b.advance(2000);
        self.talk();
    }

    fn payloads(&self, got: &str) -> usize {
        self.b.messages.iter().filter(|m| m.payload == got.as_bytes()).count()
    }

    fn check(mut self, case: &str) {
        let published = |m: &Model, what: &str| m.published.iter().filter(|p| *p == what.as_bytes()).count();
        assert!(self.b.session.is_connected(), "{case}: not back");
        assert!(self.model.is_done(), "{case}: the broker waits");
        for (i, token) in self.tokens.into_iter().enumerate() {
            let dones = self.b.events.iter().filter(|(_, event)| *event == delivered(token)).count();
            assert_eq!(dones, 1, "{case}: DONE of message {i}");
        }
        // QoS 0 is lost if it was in the transport, QoS 1 comes at least once, QoS 2 once while the session lives.
        assert!(published(&self.model, "out 0") <= 2, "{case}: QoS 0 out");
        assert!(published(&self.model, "out 1") >= 1, "{case}: QoS 1 out");
        assert!(published(&self.model, "out 2") >= 1 && published(&self.model, "out 3") >= 1, "{case}: QoS 2 out");
        assert!(self.payloads("in 1") >= 1 && self.payloads("in 2") >= 1, "{case}: in");
        if self.model.keeps {
            assert_eq!(published(&self.model, "out 2"), 1, "{case}: QoS 2 out");
            assert_eq!(published(&self.model, "out 3"), 1, "{case}: QoS 2 out");
            assert_eq!(self.payloads("in 2"), 1, "{case}: QoS 2 in");
        }
        self.b.expect_drained();
    }
}

/// How many bytes go each way when nothing is cut.
fn whole(keeps: bool) -> (usize, usize) {
    let mut s = Scenario::new(keeps, NEVER, NEVER, NEVER);
    s.talk();
    let totals = (s.b.session.stats().bytes_out as usize, s.b.session.stats().bytes_in as usize);
    s.check("not cut");
    totals
}

fn cut_outgoing(keeps: bool, chunk: usize) {
    for offset in 0..=whole(keeps).0 {
        let mut s = Scenario::new(keeps, chunk, offset, NEVER);
        s.talk();
        assert_eq!(s.outgoing, offset);
        s.recover();
        s.check(&format!("cut after {offset} bytes out"));
    }
}

fn cut_incoming(keeps: bool, chunk: usize) {
    for offset in 0..=whole(keeps).1 {
        let mut s = Scenario::new(keeps, chunk, NEVER, offset);
        s.talk();
        s.recover();
        s.check(&format!("cut after {offset} bytes in"));
    }
}

#[test]
fn nothing_is_lost_or_doubled_by_a_cut_after_any_byte_out() {
    cut_outgoing(true, NEVER);
}

#[test]
fn nothing_is_lost_or_doubled_by_a_cut_after_any_byte_in() {
    cut_incoming(true, NEVER);
}

#[test]
fn nothing_is_lost_by_a_cut_after_any_byte_out_without_a_session() {
    cut_outgoing(false, NEVER);
}

#[test]
fn nothing_is_lost_by_a_cut_after_any_byte_in_without_a_session() {
    cut_incoming(false, NEVER);
}

#[test]
fn nothing_is_lost_or_doubled_by_a_cut_after_any_byte_out_of_a_trickle() {
    cut_outgoing(true, 1);
}

#[test]
fn nothing_is_lost_or_doubled_by_a_cut_after_any_byte_in_of_a_trickle() {
    cut_incoming(true, 1);
}
