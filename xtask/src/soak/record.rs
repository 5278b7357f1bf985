//! What of a plan is done, in a file that survives us.

use super::kept::File;
use super::plan::{Plan, STREAMS};
use std::path::Path;
use xtask::Outcome;

#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    plan: Plan,
    /// None: nothing is kept.
    file: Option<File>,
    pub rounds: u32,
    pub outages: u32,
    /// Messages of QoS 1 that came again, at either end.
    pub again: u32,
    /// Connections that both Limpets lost: two for each outage, and those that nobody ordered.
    pub lost_connections: u32,
    /// How often Limpet was started: once more than we were stopped.
    pub lives: u32,
    pub seconds: f64,
}

impl Record {
    pub fn new(plan: Plan) -> Record {
        Record { plan, file: None, rounds: 0, outages: 0, again: 0, lost_connections: 0, lives: 0, seconds: 0.0 }
    }

    /// What the file says, if the plan is unfinished.
    pub fn resume(path: &Path, plan: Plan) -> Outcome<Record> {
        let (mut record, file) = (Record::new(plan), File::at(path));
        if let Some(text) = file.read() {
            record.read(&text).ok_or_else(|| format!("cannot understand {}; remove it", path.display()))?;
        }
        if record.rounds >= plan.rounds() {
            record = Record::new(plan);
        }
        record.file = Some(file);
        Ok(record)
    }

    fn read(&mut self, text: &str) -> Option<()> {
        let words: Vec<_> = text.split_whitespace().collect();
        let ["rounds", rounds, "outages", outages, "again", again, "lost", lost, "lives", lives, "seconds", seconds] =
            words.as_slice()
        else {
            return None;
        };
        (self.rounds, self.outages) = (rounds.parse().ok()?, outages.parse().ok()?);
        (self.again, self.lost_connections) = (again.parse().ok()?, lost.parse().ok()?);
        (self.lives, self.seconds) = (lives.parse().ok()?, seconds.parse().ok()?);
        Some(())
    }

    fn text(&self) -> String {
        format!(
            "rounds {}\noutages {}\nagain {}\nlost {}\nlives {}\nseconds {:.1}\n",
            self.rounds, self.outages, self.again, self.lost_connections, self.lives, self.seconds
        )
    }

    pub fn save(&self) -> Outcome {
        self.file.as_ref().map_or(Ok(()), |file| file.write(&self.text()))
    }

    /// The plan is done: the next run begins anew.
    pub fn end(&self) -> Outcome {
        self.file.as_ref().map_or(Ok(()), File::remove)
    }

    /// Those of the rounds that are whole.
    pub fn messages(&self) -> u64 {
        u64::from(self.rounds) * u64::from(self.plan.count()) * u64::from(STREAMS)
    }

    fn rate(&self) -> f64 {
        let messages = u32::try_from(self.messages()).map_or(f64::MAX, f64::from);
        messages / self.seconds.max(0.001)
    }

    pub fn progress(&self) -> String {
        let left_s = self.seconds / f64::from(self.rounds.max(1)) * f64::from(self.plan.rounds() - self.rounds);
        format!(
            "{} of {}; {} and {}, none lost, none of QoS 2 twice; {:.0} a second, {:.0} min left",
            self.rounds,
            self.plan.rounds(),
            count(self.messages(), "message"),
            count(u64::from(self.outages), "outage"),
            self.rate(),
            left_s / 60.0
        )
    }

    pub fn summary(&self) -> String {
        format!(
            "{}, 0 lost, 0 of QoS 2 twice, {} of QoS 1 again; {}, {} connections lost; {:.0} s, {:.0} messages a second{}",
            count(self.messages(), "message"),
            self.again,
            count(u64::from(self.outages), "outage"),
            self.lost_connections,
            self.seconds,
            self.rate(),
            if self.lives > 1 { format!("; in {} pieces", self.lives) } else { String::new() }
        )
    }
}

fn count(number: u64, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use xtask::paths;

    #[test]
    fn what_was_done_is_found_again_until_all_is() {
        let dir = paths::scratch("record").unwrap();
        let file = dir.join("plan.txt");
        let plan = Plan::new(10_000, 20).unwrap();
        let mut record = Record::resume(&file, plan).unwrap();
        (record.rounds, record.outages, record.lives, record.seconds) = (1, 10, 1, 2.5);
        record.save().unwrap();
        assert_eq!(Record::resume(&file, plan).unwrap(), record);
        record.rounds = plan.rounds();
        record.save().unwrap();
        assert_eq!(Record::resume(&file, plan).unwrap().rounds, 0);
        paths::write(&file, "rounds many").unwrap();
        assert!(Record::resume(&file, plan).is_err());
        fs::remove_dir_all(&dir).unwrap();
    }
}
