//! Child processes: none outlives us, every wait has a deadline, and their output is lines with a time.

use crate::Outcome;
use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

#[derive(Clone, Debug)]
pub struct Line {
    pub at: Instant,
    pub text: String,
}

/// Output so far, stdout and stderr together.
#[derive(Default)]
struct Output {
    lines: Mutex<Vec<Line>>,
    news: Condvar,
}

/// A running child. It is killed when this is dropped, and by the kernel when we die.
pub struct Process {
    name: String,
    child: Child,
    output: Arc<Output>,
    readers: Vec<thread::JoinHandle<()>>,
}

impl Process {
    /// Starts the child. The calling thread must live as long as the child shall: the kernel ends the child with it.
    pub fn spawn(name: &str, command: &mut Command) -> Outcome<Process> {
        command.stdin(Stdio::null());
        let output = Arc::new(Output::default());
        let kept = Arc::clone(&output);
        let keep = move |text: &str| {
            lock(&kept.lines).push(Line { at: Instant::now(), text: text.to_string() });
            kept.news.notify_all();
        };
        Process::start(name, command, output, &Arc::new(keep))
    }

    /// The same for a child that says more than one can keep and takes orders: each line is given to `hear`, and is gone.
    pub fn converse(
        name: &str,
        command: &mut Command,
        hear: impl Fn(&str) + Send + Sync + 'static,
    ) -> Outcome<(Process, ChildStdin)> {
        command.stdin(Stdio::piped());
        let mut process = Process::start(name, command, Arc::default(), &Arc::new(hear))?;
        let orders = process.child.stdin.take().ok_or_else(|| format!("{name} takes no orders"))?;
        Ok((process, orders))
    }

    fn start<F>(name: &str, command: &mut Command, output: Arc<Output>, hear: &Arc<F>) -> Outcome<Process>
    where
        F: Fn(&str) + Send + Sync + 'static,
    {
        tie(command);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(|e| format!("cannot start {name}: {e}"))?;
        let streams: [Option<Box<dyn Read + Send>>; 2] = [
            child.stdout.take().map(|s| Box::new(s) as Box<dyn Read + Send>),
            child.stderr.take().map(|s| Box::new(s) as Box<dyn Read + Send>),
        ];
        let readers = streams.into_iter().flatten().map(|s| collect(s, Arc::clone(hear))).collect();
        Ok(Process { name: name.to_string(), child, output, readers })
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    pub fn lines(&self) -> Vec<Line> {
        lock(&self.output.lines).clone()
    }

    /// The first line, from number `from` on, that passes `test`; with its number.
    pub fn wait_for_line(&self, from: usize, limit: Duration, test: impl Fn(&Line) -> bool) -> Outcome<(usize, Line)> {
        let end = Instant::now() + limit;
        let mut next = from;
        let mut lines = lock(&self.output.lines);
        loop {
            while let Some(line) = lines.get(next) {
                if test(line) {
                    return Ok((next, line.clone()));
                }
                next += 1;
            }
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                let last = lines.last().map_or("nothing", |l| l.text.as_str());
                return Err(format!("{} did not say it within {:.1} s; last: {last}", self.name, limit.as_secs_f32()));
            }
            let waited = self.output.news.wait_timeout(lines, left);
            lines = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Waits for the end of the child and of its output.
    pub fn wait(&mut self, limit: Duration) -> Outcome<ExitStatus> {
        let end = Instant::now() + limit;
        loop {
            if let Some(status) = self.child.try_wait().map_err(|e| format!("{}: {e}", self.name))? {
                for reader in self.readers.drain(..) {
                    // A reader that panicked has nothing more to add.
                    let _ = reader.join();
                }
                return Ok(status);
            }
            if Instant::now() >= end {
                let lines = self.lines();
                let last = lines.last().map_or("nothing", |l| l.text.as_str());
                return Err(format!("{} did not end within {:.1} s; last: {last}", self.name, limit.as_secs_f32()));
            }
            thread::sleep(Duration::from_millis(10));
        }
    }

    pub fn is_running(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    pub fn signal(&self, signal: i32) -> Outcome {
        let pid = i32::try_from(self.child.id()).map_err(|e| e.to_string())?;
        // SAFETY: a plain system call. The child is not reaped yet, so the number is still its own.
        match unsafe { libc::kill(pid, signal) } {
            0 => Ok(()),
            _ => Err(format!("cannot signal {}: {}", self.name, std::io::Error::last_os_error())),
        }
    }

    pub fn kill(&mut self) {
        // It may have ended by itself, which is as good.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

fn collect<F>(stream: Box<dyn Read + Send>, hear: Arc<F>) -> thread::JoinHandle<()>
where
    F: Fn(&str) + Send + Sync + 'static,
{
    thread::spawn(move || {
        let mut reader = BufReader::new(stream);
        let mut raw = Vec::new();
        while matches!(reader.read_until(b'\n', &mut raw), Ok(n) if n > 0) {
            hear(String::from_utf8_lossy(&raw).trim_end());
            raw.clear();
        }
    })
}

/// Lets the kernel end the child when the thread that starts it ends, however that happens.
fn tie(command: &mut Command) {
    let parent = std::process::id();
    // SAFETY: between fork and exec only these system calls are made; they neither allocate nor lock.
    unsafe {
        command.pre_exec(move || {
            if libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL) != 0 {
                return Err(std::io::Error::last_os_error());
            }
            // Who was started in the background ignores SIGINT, and so would the child; a shell then cannot trap it.
            libc::signal(libc::SIGINT, libc::SIG_DFL);
            // We may have died before the child asked.
            if u32::try_from(libc::getppid()) != Ok(parent) {
                return Err(std::io::Error::from_raw_os_error(libc::ESRCH));
            }
            Ok(())
        });
    }
}

/// Lets us end quietly when nobody reads our output any more, as `| head` does. Sockets are not concerned.
pub fn end_with_the_reader() {
    // SAFETY: sets the default action; no handler of ours is replaced.
    unsafe {
        libc::signal(libc::SIGPIPE, libc::SIG_DFL);
    }
}

/// Runs a command to its end. Its output, or on failure the output as the reason.
pub fn run(command: &mut Command) -> Outcome<String> {
    run_within(command, Duration::from_secs(1800))
}

pub fn run_within(command: &mut Command, limit: Duration) -> Outcome<String> {
    let (ok, text) = attempt(command, limit)?;
    if ok {
        return Ok(text);
    }
    let program = command.get_program().to_string_lossy().into_owned();
    let words: Vec<_> = command.get_args().map(|a| a.to_string_lossy().into_owned()).collect();
    Err(format!("failed: {program} {}\n{text}", words.join(" ")))
}

/// Runs a command to its end: whether it succeeded, and its output. An error only if it could not run or hung.
pub fn attempt(command: &mut Command, limit: Duration) -> Outcome<(bool, String)> {
    let name = command.get_program().to_string_lossy().into_owned();
    let mut process = Process::spawn(&name, command)?;
    let status = process.wait(limit)?;
    let lines: Vec<_> = process.lines().into_iter().map(|l| l.text).collect();
    Ok((status.success(), lines.join("\n")))
}

/// A TCP port of loopback on which nobody listens. It lies below the ports that the system hands out by itself, so
/// that it stays free while a broker is down.
pub fn free_port() -> Outcome<u16> {
    const FIRST: u16 = 20_000;
    const COUNT: u16 = 12_000;
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let start = std::process::id().wrapping_mul(101);
    for _ in 0..COUNT {
        let step = u32::from(NEXT.fetch_add(1, Ordering::Relaxed));
        let offset = start.wrapping_add(step) % u32::from(COUNT);
        let port = FIRST + u16::try_from(offset).unwrap_or(0);
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return Ok(port);
        }
    }
    Err("no free port on 127.0.0.1".to_string())
}

/// What a panicked thread left behind is still only lines and counters.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
