//! What the weeks of a board came to that are whole, in a file that survives us.

use super::kept::File;
use std::fmt;
use std::path::Path;
use xtask::Outcome;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// Starts of the firmware, and the hours that it ran: a week, and until it is in reach.
    pub lives: u64,
    pub hours: u64,
    pub published: u64,
    pub came: u64,
    /// Of those, how many came again.
    pub again: u64,
    /// Not taken by a full outbox.
    pub refused: u64,
    /// Times out of reach.
    pub radio: u64,
    pub restarts: u64,
    /// Connections lost, and packets sent again over a living one.
    pub outages: u64,
    pub repubs: u64,
    pub wills: u64,
    /// How long the device's clock ran; over the rest it jumped.
    pub real_s: u64,
    pub seconds: u64,
}

impl Sums {
    fn fields(&mut self) -> [(&'static str, &mut u64); 13] {
        [
            ("lives", &mut self.lives),
            ("hours", &mut self.hours),
            ("published", &mut self.published),
            ("came", &mut self.came),
            ("again", &mut self.again),
            ("refused", &mut self.refused),
            ("radio", &mut self.radio),
            ("restarts", &mut self.restarts),
            ("outages", &mut self.outages),
            ("repubs", &mut self.repubs),
            ("wills", &mut self.wills),
            ("real_s", &mut self.real_s),
            ("seconds", &mut self.seconds),
        ]
    }

    pub fn with(mut self, mut other: Sums) -> Sums {
        self.fields().into_iter().zip(other.fields()).for_each(|((_, sum), (_, more))| *sum += *more);
        self
    }

    /// What the file says, if it is of fewer lives than these.
    pub fn resume(path: &Path, lives: u64) -> Outcome<(Sums, File)> {
        let file = File::at(path);
        let text = file.read();
        let sums = text.as_deref().map_or(Some(Sums::default()), Sums::read);
        let sums = sums.ok_or_else(|| format!("cannot understand {}; remove it", path.display()))?;
        Ok((if sums.lives < lives { sums } else { Sums::default() }, file))
    }

    fn read(text: &str) -> Option<Sums> {
        let (mut sums, mut words) = (Sums::default(), text.split_whitespace());
        for (name, number) in sums.fields() {
            words.next().filter(|word| *word == name)?;
            *number = words.next()?.parse().ok()?;
        }
        words.next().is_none().then_some(sums)
    }

    pub fn text(mut self) -> String {
        self.fields().into_iter().map(|(name, number)| format!("{name} {number}\n")).collect()
    }
}

impl fmt::Display for Sums {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} messages, {} have come, {} again; out of reach {} times, the broker started anew {} times, {} connections \
             lost, {} sent again; {} not taken by a full outbox, {} wills; the clock ran for {} s, took {} s",
            self.published,
            self.came,
            self.again,
            self.radio,
            self.restarts,
            self.outages,
            self.repubs,
            self.refused,
            self.wills,
            self.real_s,
            self.seconds
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use xtask::paths;

    #[test]
    fn whole_weeks_are_found_again_until_all_are() {
        let dir = paths::scratch("sums").unwrap();
        let path = dir.join("folder that is made/board.txt");
        let week = Sums { lives: 1, hours: 168, published: 1000, came: 1000, wills: 7, seconds: 48, ..Sums::default() };
        let (none, file) = Sums::resume(&path, 2).unwrap();
        assert_eq!(none, Sums::default());
        file.write(&none.with(week).text()).unwrap();
        let (one, _) = Sums::resume(&path, 2).unwrap();
        assert_eq!(one, week);
        assert_eq!(
            one.with(week),
            Sums { lives: 2, hours: 336, published: 2000, came: 2000, wills: 14, seconds: 96, ..week }
        );
        // All that was asked for is done: the next run begins anew.
        assert_eq!(Sums::resume(&path, 1).unwrap().0, Sums::default());
        for text in ["", "lives 1", "lives many", &format!("{}more 1\n", week.text())] {
            file.write(text).unwrap();
            assert!(Sums::resume(&path, 2).is_err(), "{text:?}");
        }
        file.remove().unwrap();
        assert!(!path.exists());
        std::fs::remove_dir_all(&dir).unwrap();
    }
}
