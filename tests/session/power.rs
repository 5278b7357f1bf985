//! The power is cut at every call of the store, before it, in the middle of what it writes, and after it; then the client
//! begins another life. Whatever was accepted arrives; of QoS 2 it arrives once.

use super::bench::*;
use super::model::Model;
use super::store::{Flash, life};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::rc::Rc;

/// Where the power is cut: at the n-th question of the medium, which asks before and after each change. How much of a record
/// that is being written is there then, in eighths: none of it is before, all of it is after.
#[derive(Clone, Copy, Debug)]
struct Cut {
    question: u32,
    eighths: usize,
}

struct Dead;

/// What the application knows, which does not end with its lives.
#[derive(Default)]
struct Notes {
    /// Messages that were accepted, and how often each was given to the client.
    accepted: Vec<&'static str>,
    next: usize,
    /// Inbound messages with their DUP.
    got: Vec<(String, bool)>,
    subscribed: bool,
}

const OUT: [(u8, &str); 5] = [(1, "out 1"), (2, "out 2"), (1, "out 1b"), (2, "out 2b"), (2, "out 2c")];

/// One life: until nothing is left to do, or until the power is cut.
fn live(flash: &Flash, world: &Rc<RefCell<Model>>, notes: &Rc<RefCell<Notes>>) {
    let mut b = life(flash, settings());
    if !notes.borrow().subscribed {
        b.session.subscribe(b"t", 2).unwrap();
    }
    b.connect();
    for _ in 0..200 {
        let packets: Vec<_> = b.packets.drain(..).collect();
        for (_, packet) in &packets {
            let reply = world.borrow_mut().answer(packet);
            b.arrives(&reply);
        }
        // The application hears of a message before anything is done about it.
        while let Some(event) = b.run_to_event() {
            let mut notes = notes.borrow_mut();
            match event {
                Event::Message(m) => {
                    let payload = b.text_of(m.payload);
                    notes.got.push((payload, m.dup));
                }
                Event::Subscribed { .. } => notes.subscribed = true,
                _ => {}
            }
        }
        let next = notes.borrow().next;
        if b.session.is_connected()
            && let Some((qos, payload)) = OUT.get(next)
        {
            // Counted before: what is not accepted may all the same have been saved, and then it arrives.
            notes.borrow_mut().next += 1;
            b.session.publish(&to("t", *qos, payload)).unwrap();
            notes.borrow_mut().accepted.push(payload);
        } else if packets.is_empty() {
            break;
        }
    }
    b.advance(100);
}

/// Runs the story with a cut, and another life after it; whether the cut was reached.
fn story(cut: Option<Cut>) -> (bool, u32, u32) {
    let (flash, world, notes) =
        (Flash::default(), Rc::new(RefCell::new(Model::new(true))), Rc::new(RefCell::new(Notes::default())));
    let asked = Rc::new(RefCell::new(0));
    let count = asked.clone();
    flash.0.borrow_mut().before = Some(Box::new(move |records: &mut BTreeMap<u32, Vec<u8>>, key, record: &[u8]| {
        let question = count.replace_with(|n| *n + 1);
        let Some(cut) = cut.filter(|cut| cut.question == question) else { return };
        let part = &record[..record.len() * cut.eighths / 8];
        if !part.is_empty() && !records.contains_key(&key) {
            records.insert(key, part.to_vec());
        }
        resume_unwind(Box::new(Dead));
    }));
    let first = catch_unwind(AssertUnwindSafe(|| live(&flash, &world, &notes)));
    let was_cut = first.is_err();
    if let Err(why) = first
        && !why.is::<Dead>()
    {
        resume_unwind(why);
    }
    if was_cut {
        live(&flash, &world, &notes);
        // And once more, for what the second life left undone.
        live(&flash, &world, &notes);
    }
    let (world, notes) = (world.borrow(), notes.borrow());
    let times = |payload: &str| world.published.iter().filter(|got| got[..] == *payload.as_bytes()).count();
    for payload in &notes.accepted {
        assert!(times(payload) > 0, "{cut:?}: {payload} is lost");
    }
    for (qos, payload) in OUT {
        assert!(qos < 2 || times(payload) <= 1, "{cut:?}: {payload} came twice");
    }
    // QoS 0 is nobody's promise; what of QoS 2 comes twice says so, because the power was cut between the callback and its
    // record.
    for payload in ["in 1", "in 2"] {
        let times: Vec<bool> = notes.got.iter().filter(|(got, _)| got == payload).map(|(_, dup)| *dup).collect();
        assert!(!times.is_empty(), "{cut:?}: {payload} is lost");
        assert!(times[1..].iter().all(|dup| *dup), "{cut:?}: {payload} came twice and does not say so: {times:?}");
    }
    assert!(world.is_done(), "{cut:?}: something is left at the broker");
    let again = notes.got.iter().filter(|(got, _)| got == "in 2").count() as u32 - 1;
    let medium = flash.0.borrow();
    assert!(medium.records.len() <= 1, "{cut:?}: only the subscription is left, not {}", medium.records.len());
    (was_cut, *asked.borrow(), again)
}

#[test]
fn without_a_cut_everything_arrives_once() {
    let (was_cut, _, again) = story(None);
    assert_eq!((was_cut, again), (false, 0));
}

#[test]
fn wherever_the_power_is_cut_nothing_accepted_is_lost_and_qos_2_comes_once() {
    let (_, questions, _) = story(None);
    let (mut cuts, mut again) = (0, 0);
    for question in 0..questions {
        for eighths in 0..8 {
            let (was_cut, _, twice) = story(Some(Cut { question, eighths }));
            assert!(was_cut);
            cuts += 1;
            again += twice;
        }
    }
    println!(
        "{cuts} cuts of the power, {} messages each: 0 lost, 0 of QoS 2 twice at the broker; {again} times one of QoS 2 came to the \
         application again, and said so",
        OUT.len() + 2
    );
}
