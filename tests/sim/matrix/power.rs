//! The client's power is cut and comes back: what must be in its store then, and how the application goes on.

use crate::sim::book::Out;
use crate::sim::matrix::life;
use crate::sim::matrix::medium::{Note, PowerCut};
use crate::sim::matrix::story::Story;
use crate::sim::matrix::world::World;
use crate::sim::rules::{self, enforce};
use crate::trace;
use limpet::event::Fate;
use limpet::session::record::Kind;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

/// Does something in which the store, if there is one, may cut the power.
pub fn cuttable<T>(story: &Story, act: impl FnOnce() -> T) -> Result<T, PowerCut> {
    if story.store.is_none() {
        return Ok(act());
    }
    catch_unwind(AssertUnwindSafe(act))
        .map_err(|why| *why.downcast::<PowerCut>().unwrap_or_else(|other| resume_unwind(other)))
}

impl World<'_> {
    /// The power is cut, and comes back.
    pub fn dies(&mut self, cut: PowerCut) {
        trace!("!! the power is cut");
        if cut.0 {
            self.wire.restart_broker(false);
        }
        self.wire.client_dies();
        self.compare();
        // Its clock begins anywhere.
        self.base = self.base.wrapping_mul(31).wrapping_sub(self.wire.now as u32);
        self.app.begins_anew();
        let clock = self.clock();
        match cuttable(self.story, || life::begin(self.story, &mut self.lives, &self.drawer, clock)) {
            Ok(session) => self.session = session,
            Err(cut) => return self.dies(cut),
        }
        self.goes_on();
    }

    /// What the application does first in a new life.
    fn goes_on(&mut self) {
        let notes = self.notes();
        let is_kept = |token, kind| notes.iter().any(|note| note.token == token && note.kind == kind);
        for wish in self.app.wishes.iter_mut().filter(|wish| !is_kept(wish.token, Kind::Filter)) {
            // Nothing was promised before there was an answer.
            enforce(rules::answered_is_kept(wish.token, wish.is_answered));
            wish.token = self.session.subscribe(&wish.filter, wish.qos).expect("room for it");
        }
        // It may have been answered, and will be once more.
        let begun = notes.iter().filter(|note| note.kind == Kind::Unsubscribe).map(|note| (note.token, ""));
        let (before, wishes) = (core::mem::replace(&mut self.app.goodbyes, begun.collect()), &self.app.wishes);
        let is_left = |note: &&Note| note.kind == Kind::Filter && !wishes.iter().any(|wish| wish.token == note.token);
        if let (Some(_), Some((_, filter))) = (notes.iter().find(is_left), before.first()) {
            let token = self.session.unsubscribe(filter.as_bytes()).expect("room for it");
            self.app.goodbyes.push((token, filter));
        }
        if self.wants_connection {
            self.wire.is_leaving = false;
            self.session.connect(self.clock()).expect("it is idle");
        }
    }

    /// Nothing is left in the store but what is subscribed to.
    pub fn check_store(&self) {
        let mut kept: Vec<_> = self.notes().iter().map(|note| (note.kind as u8, note.token)).collect();
        let mut wished: Vec<_> = self.app.wishes.iter().map(|wish| (Kind::Filter as u8, wish.token)).collect();
        kept.sort_unstable();
        wished.sort_unstable();
        assert!(self.story.store.is_none() || kept == wished, "the store has {kept:?}, wished is {wished:?}");
    }

    fn notes(&self) -> Vec<Note> {
        self.drawer.with(|medium| medium.notes(life::owner(self.story)))
    }

    /// The power was cut in the call that was to accept this.
    pub fn maybe_accepted(&mut self, out: Out) {
        self.wire.book.outs.push(Out { may_drop: true, restored: true, ..out });
        self.app.ghosts += 1;
    }

    /// What the application waits for is in the store, or is done with.
    fn compare(&mut self) {
        let notes: Vec<_> = self.notes().into_iter().filter(|note| !note.is_silent).collect();
        let is_kept = |token, kind| notes.iter().any(|note: &Note| note.token == token && note.kind == kind);
        let book = &mut self.wire.book;
        for key in core::mem::take(&mut book.open) {
            let out = &mut book.outs[key as usize];
            let is_bare = is_kept(out.token, Kind::Release);
            if is_bare || is_kept(out.token, Kind::Message) {
                (out.restored, out.is_bare) = (true, out.is_bare || is_bare);
                book.open.push(key);
            } else {
                trace!("  {key} is not kept");
                enforce(if self.wire.is_true { rules::forgotten_is_done(key, out) } else { Ok(()) });
                out.done = Some(Fate::Delivered);
            }
        }
        let received = self.drawer.with(|medium| medium.received(life::owner(self.story)));
        self.wire.tap.power_cut(&received, &mut self.wire.book);
    }
}
