//! What became of the messages: the publisher's account against the subscriber's.

use crate::Outcome;
use crate::publisher::{End, Said};
use std::collections::{HashMap, HashSet};

/// Figures for QoS 0, 1 and 2.
pub type PerQos = [u32; 3];

#[derive(Debug, Default)]
pub struct Verdict {
    pub accepted: PerQos,
    /// Of these, how many arrived at all.
    pub arrived: PerQos,
    /// Messages that arrived more than once.
    pub repeated: PerQos,
    /// Accepted with QoS 1 or 2, and never arrived.
    pub lost: Vec<u32>,
    /// Accepted, and never reported as done, or reported as something else than delivered.
    pub unfinished: Vec<String>,
    /// Arrived without having been accepted, or unintelligible.
    pub strange: Vec<String>,
    pub outages: u32,
    pub sessions_lost: u32,
    pub end: End,
}

impl Verdict {
    /// The messages that must arrive.
    pub fn wanted(said: &[Said]) -> HashSet<u32> {
        accepted(said).into_iter().filter(|(_, qos)| *qos > 0).map(|(seq, _)| seq).collect()
    }

    pub fn of(said: &[Said], end: End, arrivals: &HashMap<u32, u32>, strange: Vec<String>) -> Verdict {
        let mut verdict = Verdict { end, strange, ..Verdict::default() };
        let accepted = accepted(said);
        let mut fates: HashMap<u32, Vec<&str>> = HashMap::new();
        let mut online_before = false;
        for line in said {
            match line {
                Said::Done { seq, fate } => fates.entry(*seq).or_default().push(fate),
                Said::Offline(_) => verdict.outages += 1,
                Said::Online { session_present } => {
                    verdict.sessions_lost += u32::from(online_before && !session_present);
                    online_before = true;
                }
                Said::Other(text) => verdict.strange.push(text.clone()),
                _ => {}
            }
        }
        for (seq, qos) in &accepted {
            let times = arrivals.get(seq).copied().unwrap_or(0);
            let slot = usize::from(*qos).min(2);
            verdict.accepted[slot] += 1;
            verdict.arrived[slot] += u32::from(times > 0);
            verdict.repeated[slot] += u32::from(times > 1);
            if times == 0 && *qos > 0 {
                verdict.lost.push(*seq);
            }
            match fates.get(seq).map(Vec::as_slice) {
                Some(["delivered"]) => {}
                other => verdict.unfinished.push(format!("{seq}: {}", other.unwrap_or_default().join(", "))),
            }
        }
        let known: HashSet<_> = accepted.iter().map(|(seq, _)| seq).collect();
        verdict.strange.extend(arrivals.keys().filter(|s| !known.contains(s)).map(|s| format!("message {s}")));
        verdict
    }

    /// Nothing lost, everything ended, nothing invented; QoS 2 exactly once if the broker remembered the session.
    pub fn check(&self) -> Outcome {
        let mut wrong = Vec::new();
        if !self.lost.is_empty() {
            wrong.push(format!("lost: {:?}", self.lost));
        }
        if !self.unfinished.is_empty() {
            wrong.push(format!("not reported as delivered exactly once: {:?}", self.unfinished));
        }
        if self.repeated[2] > 0 && self.sessions_lost == 0 {
            wrong.push(format!("{} QoS 2 messages came more than once", self.repeated[2]));
        }
        if !self.strange.is_empty() {
            wrong.push(format!("strange: {:?}", self.strange));
        }
        if self.accepted.iter().sum::<u32>() == 0 {
            wrong.push("nothing was published".to_string());
        }
        if wrong.is_empty() { Ok(()) } else { Err(wrong.join("; ")) }
    }
}

fn accepted(said: &[Said]) -> Vec<(u32, u8)> {
    let pick = |line: &Said| match line {
        Said::Accepted { seq, qos } => Some((*seq, *qos)),
        _ => None,
    };
    said.iter().filter_map(pick).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(lines: &[&str], arrivals: &[(u32, u32)]) -> Outcome {
        let said: Vec<_> = lines.iter().map(|l| Said::of(l)).collect();
        let arrivals = arrivals.iter().copied().collect();
        Verdict::of(&said, End::default(), &arrivals, Vec::new()).check()
    }

    #[test]
    fn a_message_that_never_arrives_is_lost() {
        let lines = ["accepted 0 1", "accepted 1 2", "done 0 delivered", "done 1 delivered"];
        assert_eq!(judged(&lines, &[(0, 1), (1, 1)]), Ok(()));
        assert_eq!(judged(&lines, &[(0, 1)]), Err("lost: [1]".to_string()));
    }

    #[test]
    fn qos_2_may_come_twice_only_when_the_broker_forgot_the_session() {
        let kept = ["online 0", "accepted 1 2", "offline x", "online 1", "done 1 delivered"];
        let forgotten = ["online 0", "accepted 1 2", "offline x", "online 0", "done 1 delivered"];
        assert!(judged(&kept, &[(1, 2)]).is_err());
        assert_eq!(judged(&forgotten, &[(1, 2)]), Ok(()));
    }

    #[test]
    fn a_message_without_an_end_is_reported() {
        assert!(judged(&["accepted 0 1"], &[(0, 1)]).is_err());
        assert!(judged(&["accepted 0 1", "done 0 expired"], &[(0, 1)]).is_err());
    }
}
