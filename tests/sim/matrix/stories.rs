//! The stories of the matrix. Each is told in 3.1.1 and in MQTT 5, and some only there.

use crate::sim::matrix::story::Step::{self, *};
use crate::sim::matrix::story::{FILTER, Story};
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

/// Every story with its name.
pub fn all() -> Vec<(String, Story)> {
    let named = |story: Story| (format!("{}-{}", if story.manner.is_v5 { "v5" } else { "v3" }, story.name), story);
    let five = of_both().into_iter().chain(of_v5()).map(Story::in_v5);
    of_both().into_iter().chain(five).map(named).collect()
}
