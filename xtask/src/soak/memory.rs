//! What Limpet's processes take from the system over a soak: resident memory and descriptors. Both must stay as they are.

use std::fmt::Write;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use xtask::{Outcome, paths};

/// Growth of a process after the first quarter of its samples that is not called one: some pages of the C library.
const SLACK_KB: u32 = 64;

/// Fewer samples say nothing of a growth.
const FEW: usize = 8;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Taken {
    rss_kb: u32,
    descriptors: u32,
}

/// Of both processes.
#[derive(Clone, Copy, Debug)]
struct Sample {
    life: u32,
    messages: u64,
    taken: [Taken; 2],
}

#[derive(Default)]
pub struct Memory {
    file: Option<fs::File>,
    samples: Vec<Sample>,
}

impl Memory {
    /// What is sampled goes into this file, too; with `more` behind what is there.
    pub fn in_file(path: &Path, more: bool) -> Outcome<Memory> {
        if !more || !path.exists() {
            fs::create_dir_all(path.parent().unwrap_or(path)).map_err(|e| e.to_string())?;
            paths::write(path, "life,messages,outages,rss_kb_3,descriptors_3,rss_kb_5,descriptors_5\n")?;
        }
        let file = fs::OpenOptions::new().append(true).open(path).map_err(|e| format!("{}: {e}", path.display()))?;
        Ok(Memory { file: Some(file), samples: Vec::new() })
    }

    /// What the processes take now.
    pub fn sample(&mut self, pids: &[u32], life: u32, messages: u64, outages: u32) -> Outcome {
        let mut taken = [Taken::default(); 2];
        let mut line = format!("{life},{messages},{outages}");
        for (slot, pid) in taken.iter_mut().zip(pids) {
            *slot = taken_by(*pid)?;
            let _ = write!(line, ",{},{}", slot.rss_kb, slot.descriptors);
        }
        self.samples.push(Sample { life, messages, taken });
        match &mut self.file {
            Some(file) => writeln!(file, "{line}").map_err(|e| format!("the samples cannot be kept: {e}")),
            None => Ok(()),
        }
    }

    pub fn now(&self) -> String {
        self.samples.last().map_or(String::new(), |s| format!("{} and {} kB", s.taken[0].rss_kb, s.taken[1].rss_kb))
    }

    /// An error if a process has grown. Only the last life of a run that was stopped is seen here.
    pub fn judge(&self) -> Outcome<String> {
        let life = self.samples.last().map_or(0, |sample| sample.life);
        let samples: Vec<_> = self.samples.iter().filter(|sample| sample.life == life).collect();
        if samples.len() < FEW {
            return Ok("too few outages to say something of the memory".to_string());
        }
        let late = &samples[samples.len() / 4..];
        let mut said = Vec::new();
        for (number, version) in ["3.1.1", "5"].iter().enumerate() {
            let of = |sample: &Sample| sample.taken[number];
            let (first, last) = (of(late[0]), of(late[late.len() - 1]));
            let most_descriptors = late.iter().map(|sample| of(sample).descriptors).max().unwrap_or(0);
            let points: Vec<_> = late.iter().map(|s| (s.messages, of(s).rss_kb)).collect();
            let slope = slope(&points);
            let text = format!(
                "MQTT {version}: {} kB, then {} kB, {slope:+.4} bytes a message, {} descriptors",
                first.rss_kb, last.rss_kb, last.descriptors
            );
            if last.rss_kb > first.rss_kb + SLACK_KB || most_descriptors > first.descriptors {
                return Err(format!("Limpet grows: {text}, {most_descriptors} at most"));
            }
            said.push(text);
        }
        Ok(said.join("; "))
    }
}

fn taken_by(pid: u32) -> Outcome<Taken> {
    // `status` has a figure that may be some pages behind.
    let pages = paths::read(Path::new(&format!("/proc/{pid}/smaps_rollup")))?;
    let rss = pages.lines().find_map(|line| line.strip_prefix("Rss:")?.trim().strip_suffix(" kB")?.parse().ok());
    let descriptors = fs::read_dir(format!("/proc/{pid}/fd")).map_err(|e| e.to_string())?.count();
    let descriptors = u32::try_from(descriptors).unwrap_or(u32::MAX);
    Ok(Taken { rss_kb: rss.ok_or("the system does not say how much memory Limpet has")?, descriptors })
}

/// Of the straight line that fits best, in bytes a message.
fn slope(points: &[(u64, u32)]) -> f64 {
    let float = |n: u64| u32::try_from(n).map_or(f64::MAX, f64::from);
    let n = points.len().max(1);
    let n = float(u64::try_from(n).unwrap_or(1));
    let mean_x = points.iter().map(|(x, _)| float(*x)).sum::<f64>() / n;
    let mean_y = points.iter().map(|(_, y)| f64::from(*y)).sum::<f64>() / n;
    let products = points.iter().map(|(x, y)| (float(*x) - mean_x) * (f64::from(*y) - mean_y)).sum::<f64>();
    let squares = points.iter().map(|(x, _)| (float(*x) - mean_x).powi(2)).sum::<f64>();
    if squares == 0.0 { 0.0 } else { products / squares * 1024.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(rss_kb: impl Fn(u32) -> u32, descriptors: impl Fn(u32) -> u32) -> Outcome<String> {
        let taken = |i| Taken { rss_kb: rss_kb(i), descriptors: descriptors(i) };
        let sample = |i: u32| Sample { life: 1, messages: u64::from(i) * 1000, taken: [taken(i), Taken::default()] };
        Memory { file: None, samples: (0..100).map(sample).collect() }.judge()
    }

    #[test]
    fn a_process_that_grows_is_noticed() {
        assert!(judged(|i| 1800 + u32::from(i > 5) * 200, |_| 6).is_ok());
        assert!(judged(|i| 1800 + i, |_| 6).is_err());
        assert!(judged(|_| 1800, |i| 6 + i / 90).is_err());
    }

    #[test]
    fn the_slope_is_in_bytes_a_message() {
        assert!((slope(&[(0, 10), (1024, 11), (2048, 12)]) - 1.0).abs() < 1e-9);
    }
}
