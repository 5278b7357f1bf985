//! Named scenarios of the session: one story each, with the clock in hand and the test as the broker. Numbers such as
//! PUB-5 or W4 are statements about the original, `mqtt_as`; W numbers are its weaknesses, which must not come back.
//! Where each statement is tested stands in seed.tsv.

mod session {
    mod answers;
    mod arena;
    mod backoff;
    pub mod bench;
    mod broken;
    mod callbacks;
    mod cancel;
    mod config;
    mod connect;
    mod connected;
    mod cuts;
    mod deadlines;
    mod doubt;
    mod drain;
    mod driver;
    mod endings;
    mod expect;
    mod filters;
    mod first;
    mod five;
    mod golden;
    mod hold;
    mod ids;
    mod inbound;
    mod keepalive;
    mod late;
    mod leaving;
    mod lengths;
    mod link;
    mod losses;
    mod midway;
    mod model;
    mod mutants;
    mod outbox;
    mod parts;
    mod post;
    mod power;
    mod probe;
    mod publish;
    mod pull;
    mod pull_endings;
    mod qos2;
    mod replay;
    mod resets;
    mod script;
    mod sessions;
    mod stalls;
    mod state;
    mod stats;
    mod store;
    mod store_trouble;
    mod store_wear;
    mod subscriptions;
    mod text;
    mod translate;
    mod wifi;
    mod wills;
}
