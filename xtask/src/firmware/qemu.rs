//! A machine under QEMU, and the socket by which QEMU takes orders while it runs (QMP).

use super::machines::Machine;
use crate::process::{Line, Process, lock};
use crate::{Outcome, paths};
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

const LIMIT: Duration = Duration::from_secs(20);

pub struct Qemu {
    process: Process,
    control: Mutex<BufReader<UnixStream>>,
    dir: PathBuf,
}

impl Qemu {
    /// Starts the machine with this image. `beside` is what QEMU is told besides: the network, plugins. `arguments` are what
    /// the firmware reads as its own.
    pub fn start(machine: &Machine, image: &Path, beside: &[String], arguments: &[String]) -> Outcome<Qemu> {
        let dir = paths::scratch("qemu")?;
        let socket = dir.join("control");
        let (program, board) = machine.qemu.split_first().ok_or("no QEMU is named")?;
        let mut command = Command::new(program);
        command.args(board).arg("-kernel").arg(image).args(["-display", "none", "-monitor", "none"]).args(beside);
        command.arg("-qmp").arg(format!("unix:{},server=on,wait=off", socket.display()));
        let words: Vec<_> = arguments.iter().map(|a| format!(",arg={a}")).collect();
        command.arg("-semihosting-config").arg(format!("enable=on,target=native{}", words.concat()));
        let mut process = Process::spawn(machine.name, &mut command)?;
        let control = connect(&socket, &mut process)?;
        let qemu = Qemu { process, control: Mutex::new(control), dir };
        qemu.order("qmp_capabilities", "{}")?;
        Ok(qemu)
    }

    /// What the firmware has logged.
    pub fn lines(&self) -> Vec<Line> {
        self.process.lines()
    }

    /// The first line, from number `from` on, that passes the test; with its number.
    pub fn wait_for_line(&self, from: usize, limit: Duration, test: impl Fn(&str) -> bool) -> Outcome<(usize, Line)> {
        self.process.wait_for_line(from, limit, |line| test(&line.text))
    }

    /// Waits for the end: the code that the firmware gave.
    pub fn wait(&mut self, limit: Duration) -> Outcome<i32> {
        self.process.wait(limit)?.code().ok_or_else(|| "QEMU was killed".to_string())
    }

    /// Orders one command of QMP; `arguments` is JSON.
    pub fn order(&self, command: &str, arguments: &str) -> Outcome {
        let mut control = lock(&self.control);
        let text = format!("{{\"execute\": \"{command}\", \"arguments\": {arguments}}}\n");
        control.get_mut().write_all(text.as_bytes()).map_err(|e| format!("QEMU takes no orders: {e}"))?;
        loop {
            let mut line = String::new();
            match control.read_line(&mut line) {
                Ok(n) if n > 0 => {}
                Ok(_) => return Err(format!("QEMU ended at {command}")),
                Err(e) => return Err(format!("QEMU does not answer {command}: {e}")),
            }
            // Events come in between.
            if line.contains("\"return\":") {
                return Ok(());
            }
            if line.contains("\"error\":") {
                return Err(format!("QEMU refuses {command}: {}", line.trim()));
            }
        }
    }

    /// The cable of this network card, or network.
    pub fn set_link(&self, name: &str, up: bool) -> Outcome {
        self.order("set_link", &format!("{{\"name\": \"{name}\", \"up\": {up}}}"))
    }

    /// Time stands still for the machine.
    pub fn stop(&self) -> Outcome {
        self.order("stop", "{}")
    }

    pub fn go_on(&self) -> Outcome {
        self.order("cont", "{}")
    }

    /// The button for reset.
    pub fn reset(&self) -> Outcome {
        self.order("system_reset", "{}")
    }
}

impl Drop for Qemu {
    fn drop(&mut self) {
        self.process.kill();
        // A directory that stays is harmless: its name is not used again.
        let _ = fs::remove_dir_all(&self.dir);
    }
}

fn connect(socket: &Path, process: &mut Process) -> Outcome<BufReader<UnixStream>> {
    let end = Instant::now() + LIMIT;
    loop {
        if let Ok(stream) = UnixStream::connect(socket) {
            stream.set_read_timeout(Some(LIMIT)).map_err(|e| e.to_string())?;
            let mut control = BufReader::new(stream);
            // QEMU greets first.
            control.read_line(&mut String::new()).map_err(|e| format!("QEMU does not greet: {e}"))?;
            return Ok(control);
        }
        if !process.is_running() || Instant::now() >= end {
            let _ = process.wait(Duration::from_secs(1));
            let said: Vec<_> = process.lines().into_iter().map(|l| l.text).collect();
            return Err(format!("QEMU does not start: {}", said.join("; ")));
        }
        thread::sleep(Duration::from_millis(10));
    }
}
