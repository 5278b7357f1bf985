//! The stories of the matrix. Each is told in 3.1.1 and in MQTT 5, and some only there.

use crate::sim::matrix::story::Step::{self, *};
use crate::sim::matrix::story::{FILTER, Story};
use crate::sim::matrix::{case::Fault, medium::Trait, radio::Start};
use limpet::session::Leave;

const KEEP: Step = Leave(Leave::Keep);

const SUBSCRIBED: &[Step] = &[Connect, Subscribe(FILTER, 2), Settle];
const ALL_AT_ONCE: &[Step] = &[Publish(2, 8), Receive(2, 8), Publish(1, 8), Receive(1, 8)];
const HALFWAY: [Step; 4] = [Poll, Serve, Poll, Serve];

fn of_both() -> Vec<Story> {
    let subscribed = |steps: &[Step]| [SUBSCRIBED, steps, &[Settle, KEEP]].concat();
    vec![
        Story::new("connect", &[Connect, Online, KEEP]),
        Story::new("connect-clean", &[Connect, Online, KEEP]).clean(),
        Story::new("connect-anew", &[Connect, Online, KEEP]).anew(),
        Story::new("connect-will-login", &[Connect, Online, KEEP]).with_will_and_login(),
        Story::new("subscribe", &[Connect, Online, Subscribe(FILTER, 1), Settle, KEEP]),
        Story::new("subscribe-again", &[Connect, Subscribe("a/+", 0), Settle, Subscribe("a/+", 2), Settle, KEEP]),
        Story::new("subscribe-refused", &[Connect, Online, Subscribe("no/x", 1), Settle, KEEP]),
        Story::new("subscribe-clean", &[Connect, Subscribe("a/+", 0), Subscribe("x", 2), Settle, KEEP]).clean(),
        Story::new("unsubscribe", &[Connect, Subscribe("x", 1), Settle, Unsubscribe("x"), Settle, KEEP]),
        Story::new("publish-0", &[Connect, Online, Publish(0, 12), Settle, KEEP]),
        Story::new("publish-1", &[Connect, Online, Publish(1, 12), Settle, KEEP]),
        Story::new("publish-2", &[Connect, Online, Publish(2, 12), Settle, KEEP]),
        Story::new("publish-clean", &[Connect, Publish(1, 12), Publish(2, 12), Settle, KEEP]).clean(),
        Story::new(
            "publish-several",
            &[Connect, Publish(2, 8), Publish(1, 8), Publish(0, 8), Publish(2, 8), Settle, KEEP],
        ),
        Story::new("pull-1", &[Connect, Online, Publish(1, 8), Pull(1, 100), Publish(1, 8), Settle, KEEP]),
        Story::new("pull-2", &[Connect, Online, Pull(2, 100), Publish(2, 8), Settle, KEEP]),
        Story::new("cancel", &[Connect, Online, Publish(1, 8), Publish(2, 8), Poll, Cancel, Settle, KEEP]),
        Story::new("cancel-queued", &[Connect, Online, Publish(1, 8), Publish(2, 8), Cancel, Settle, KEEP]),
        Story::new("receive-0", &subscribed(&[Receive(0, 12)])),
        Story::new("receive-1", &subscribed(&[Receive(1, 12)])),
        Story::new("receive-2", &subscribed(&[Receive(2, 12)])),
        Story::new("receive-several", &subscribed(&[Receive(2, 8), Receive(1, 8), Receive(0, 8), Receive(2, 8)])),
        Story::new("receive-clean", &subscribed(&[Receive(1, 8), Receive(2, 8)])).clean(),
        Story::new("receive-parts", &subscribed(&[Receive(1, 150), Receive(2, 150)])).rx(64),
        Story::new("hold", &subscribed(&[Hold(2000), Receive(1, 8), Receive(2, 8)])),
        Story::new("resume", &[SUBSCRIBED, ALL_AT_ONCE, &[Poll, Serve, Close, Connect, Settle, KEEP]].concat()),
        Story::new("resume-released", &[SUBSCRIBED, ALL_AT_ONCE, &HALFWAY, &[Close, Connect, Settle, KEEP]].concat()),
        Story::new("resume-clean", &[SUBSCRIBED, ALL_AT_ONCE, &HALFWAY, &[Close, Connect, Settle, KEEP]].concat())
            .clean(),
        Story::new("resume-idle", &[Publish(1, 8), Connect, Settle, KEEP, Publish(2, 8), Connect, Settle, KEEP]),
        Story::new("ping", &[Connect, Online, Pass(40_000), Ask, Settle, KEEP]),
        Story::new("drain", &[Connect, Online, Publish(2, 8), Publish(1, 8), Leave(Leave::Drain(120_000))]),
        Story::new("leave-keep", &[SUBSCRIBED, ALL_AT_ONCE, &[Poll, Serve, KEEP, Connect, Settle, KEEP]].concat()),
        Story::new("leave-drop", &[Connect, Online, Publish(2, 8), Publish(1, 8), Poll, Serve, Leave(Leave::Drop)]),
        Story::new("at-once", &[SUBSCRIBED, ALL_AT_ONCE, &[Subscribe("x", 0), Publish(0, 8), Settle, KEEP]].concat()),
    ]
}

fn of_v5() -> Vec<Story> {
    let crowd = [Connect, Online, Publish(1, 8), Publish(2, 8), Publish(1, 8), Publish(2, 8), Settle, KEEP];
    let talk = [
        Connect,
        Subscribe(FILTER, 2),
        Settle,
        Receive(1, 8),
        Publish(1, 8),
        Receive(2, 8),
        Publish(2, 8),
        Settle,
        KEEP,
    ];
    vec![
        Story::new("aliases", &talk).aliases(),
        Story::new(
            "aliases-parts",
            &[Connect, Subscribe(FILTER, 1), Settle, Receive(1, 90), Receive(1, 90), Settle, KEEP],
        )
        .aliases()
        .rx(64),
        Story::new("receive-maximum", &crowd).receive_maximum(1),
        Story::new("receive-maximum-aliases", &crowd).receive_maximum(2).aliases(),
        Story::new("auth", &[Connect, Online, Publish(1, 8), Settle, KEEP]).authenticated(),
        Story::new("auth-again", &[Connect, Online, Prove, Settle, Publish(1, 8), Settle, KEEP]).authenticated(),
        Story::new("dismissed", &[Connect, Online, Publish(1, 8), Dismiss, Settle, Publish(2, 8), Settle, KEEP]),
    ]
}

fn with_store() -> Vec<Story> {
    let kept = |name, steps: &[&[Step]]| Story::new(name, &steps.concat()).kept(Trait::Good);
    let of_each: &[Step] = &[Connect, Online, Publish(2, 8), Publish(1, 8)];
    let crowd: &[Step] = &[Connect, Online, Publish(2, 8), Publish(1, 8), Publish(2, 8), Publish(1, 8), Settle, KEEP];
    let (reset, lost): (&[Step], &[Step]) = (&[Reset, Settle, KEEP], &[ResetLost, Settle, KEEP]);
    vec![
        kept("store-publish-1", &[&[Connect, Online, Publish(1, 12), Settle, KEEP]]),
        kept("store-publish-2", &[&[Connect, Online, Publish(2, 12), Settle, KEEP]]),
        kept("store-queued", &[&[Publish(1, 8), Publish(2, 8), Publish(0, 8), Reset, Connect, Settle, KEEP]]),
        kept("store-reset", &[of_each, &[Poll, Serve], reset]),
        kept("store-reset-released", &[of_each, &HALFWAY, reset]),
        kept("store-reset-lost", &[of_each, &[Poll, Serve], lost]),
        kept("store-reset-twice", &[of_each, &[Poll, Serve, Reset, Poll, Serve, Poll, Serve], reset]),
        kept("store-cancel", &[of_each, &[Poll, Cancel], reset]),
        kept("store-pull", &[&[Connect, Online, Pull(2, 60), Poll, Serve, Reset, Publish(2, 8), Settle, KEEP]]),
        kept("store-subscribe", &[&[Connect, Online, Subscribe(FILTER, 2), Poll, Serve], reset]),
        kept("store-unsubscribe", &[&[Connect, Subscribe("x", 1), Settle, Unsubscribe("x"), Poll, Serve], reset]),
        kept("store-receive", &[SUBSCRIBED, &[Receive(2, 8), Receive(1, 8), Settle, KEEP]]),
        kept("store-receive-reset", &[SUBSCRIBED, &[Receive(2, 8), Receive(1, 8), Receive(2, 8)], &HALFWAY, reset]),
        kept("store-at-once", &[SUBSCRIBED, ALL_AT_ONCE, &HALFWAY, reset]),
        kept("store-at-once-lost", &[SUBSCRIBED, ALL_AT_ONCE, &HALFWAY, lost]),
        kept("store-fails", &[crowd]).kept(Trait::Fails(3)),
        kept("store-fails-receive", &[SUBSCRIBED, ALL_AT_ONCE, &[Settle, KEEP]]).kept(Trait::Fails(3)),
        kept("store-full", &[crowd]).kept(Trait::Holds(2)),
    ]
}

fn with_link() -> Vec<Story> {
    let over = |name, steps: &[&[Step]]| Story::new(name, &steps.concat()).supervised(&[]);
    let breaks = |fault| [Publish(2, 8), Receive(2, 8), Poll, Serve, Link(fault), Settle, KEEP];
    vec![
        over("link-connect", &[&[Connect, Online, KEEP, Connect, Online, KEEP]]),
        over("link-publish", &[&[Connect, Online, Publish(2, 8), Publish(1, 8), Settle, KEEP]]),
        over("link-receive", &[SUBSCRIBED, &[Receive(2, 8), Receive(1, 8), Settle, KEEP]]),
        over("link-fails", &[&[Connect, Online, Publish(1, 8), Settle, KEEP]]).supervised(&[Start::Fails, Start::Wont]),
        over("link-down", &[SUBSCRIBED, &breaks(Fault::LinkDown)]),
        over("link-gone", &[SUBSCRIBED, &breaks(Fault::LinkGone)]),
        over("link-reset", &[SUBSCRIBED, &breaks(Fault::LinkHangs)]),
        over("link-wont", &[SUBSCRIBED, &breaks(Fault::LinkWont)]),
    ]
}

/// Every story with its name.
pub fn all() -> Vec<(String, Story)> {
    let named = |story: Story| (format!("{}-{}", if story.manner.is_v5 { "v5" } else { "v3" }, story.name), story);
    let both = || of_both().into_iter().chain(with_store()).chain(with_link());
    let five = both().chain(of_v5()).map(Story::in_v5);
    both().chain(five).map(named).collect()
}
