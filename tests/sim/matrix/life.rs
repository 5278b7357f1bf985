//! The lives of a client: each begins with fresh memory, and with what is in the store if there is one.

use crate::sim::matrix::medium::Drawer;
use crate::sim::matrix::story::Story;
use limpet::session::record::Owner;
use limpet::session::store::{Kept, MORE_SLOTS, Slot};
use limpet::session::v5::V5;
use limpet::session::{Config, Head, Session};

/// A story has at most two resets of its own, and one that befalls it; each may be cut short once more.
const LIVES: usize = 6;

/// The longest record of a store.
const RECORD: usize = 640;

/// The memory of one life.
#[derive(Default)]
pub struct Room {
    heads: Vec<Head>,
    bytes: Vec<u8>,
    memory: Vec<u8>,
    slots: Vec<Slot>,
    buf: Vec<u8>,
}

/// What borrows from it.
#[derive(Default)]
pub struct Life<'a> {
    v5: Option<V5<'a>>,
    kept: Option<Kept<'a, Drawer>>,
}

/// The lives that are still to come.
pub type Lives<'a> = std::vec::IntoIter<(&'a mut Room, &'a mut Life<'a>)>;

/// Empty until they begin.
pub fn rooms(story: &Story) -> Vec<Room> {
    let lives = if story.store.is_some() { LIVES } else { 1 };
    (0..lives).map(|_| Room::default()).collect()
}

/// The next life. The store may cut the power in it.
pub fn begin<'a>(story: &'a Story, lives: &mut Lives<'a>, drawer: &Drawer, clock: u32) -> Session<'a> {
    let (room, life) = lives.next().expect("it does not live for so long");
    (room.heads, room.bytes) = (vec![Head::default(); story.heads], vec![0; story.outbox]);
    room.memory = vec![0; 200];
    let v5 = life.v5.insert(V5::new(story.options(), &mut room.memory).expect("the options are legal"));
    let is_v5 = story.manner.is_v5;
    let config = Config::with(&story.settings, story.rx, is_v5.then_some(&*v5)).expect("the settings are legal");
    let mut session = Session::new(config, &mut room.heads, &mut room.bytes);
    if is_v5 {
        session.speak(v5);
    }
    if story.store.is_some() {
        (room.slots, room.buf) = (vec![Slot::default(); story.heads + MORE_SLOTS], vec![0; RECORD]);
        let kept = Kept::new(drawer.clone(), session.owner(), &mut room.slots, &mut room.buf);
        session.restore(life.kept.insert(kept), story.rx, clock).expect("it can be restored");
    }
    session
}

/// Whose records a client's are.
pub fn owner(story: &Story) -> Owner {
    Owner::new(story.settings.client_id, if story.manner.is_v5 { 5 } else { 4 })
}
