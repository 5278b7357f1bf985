//! How often a store is written to: what a message costs it, and where the records go.

use super::bench::*;
use super::store::{Flash, SLOTS, life};

#[test]
fn one_message_of_qos_1_is_a_save_and_an_erasure_and_one_of_qos_2_is_two_of_each() {
    for (qos, wear) in [(1, (1, 1)), (2, (2, 2))] {
        let flash = Flash::default();
        let mut b = life(&flash, settings());
        b.go_online(false);
        b.publish(qos, "x");
        b.send(Packet::Puback(1));
        b.send(Packet::Pubrec(1));
        b.send(Packet::Pubcomp(1));
        let medium = flash.0.borrow();
        println!("QoS {qos}: {} saves, {} erasures", medium.saves, medium.erasures);
        assert_eq!((medium.saves, medium.erasures), wear);
    }
}

#[test]
fn records_take_turns_so_that_all_wear_alike() {
    let flash = Flash::default();
    let mut b = life(&flash, settings());
    b.go_online(false);
    let keys: Vec<u32> = (0..SLOTS as u16 * 2)
        .map(|i| {
            b.publish(1, "x");
            let key = *flash.0.borrow().records.keys().next().unwrap();
            b.send(Packet::Puback(i + 1));
            key
        })
        .collect();
    assert_eq!(keys, (0..SLOTS as u32).cycle().take(SLOTS * 2).collect::<Vec<_>>());
}
