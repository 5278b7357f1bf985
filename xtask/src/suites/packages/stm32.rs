//! The example for the STM32F405, out of the packages: built by CMake, make and PlatformIO, run on an emulated board, with the
//! program for the other end of its serial line, and a broker.

use super::boards::F405;
use super::delivery::Delivery;
use super::platformio::project::Project;
use super::{Case, refusal};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use xtask::Outcome;
use xtask::broker::{Broker, Memory};
use xtask::firmware::machines::named;
use xtask::firmware::qemu::Qemu;
use xtask::firmware::sources;
use xtask::process::{Process, attempt, run};
use xtask::subscriber::{Subscriber, send_as};

const PACKAGE: &str = "limpet-cmake";
const LIMIT: Duration = Duration::from_secs(60);
const COUNT: &str = "stm32/count";
const SAY: &str = "stm32/say";

/// For the compiler, as its Arm one; the example must have nothing to warn of, lwIP may.
const FLAGS: &str = "-mcpu=cortex-m4 -mthumb -mfloat-abi=hard -mfpu=fpv4-sp-d16 --specs=nano.specs -Wall -Wextra";

pub fn cases() -> Vec<Case> {
    vec![
        Case::new("STM32, by CMake: no count is left out when the broker is killed", |delivery| {
            let broker = Broker::start(Memory::Kept)?;
            let image = by_cmake(delivery, &settings(broker.port()))?;
            killed(&mut Bench::start(delivery, &image, broker, "cmake")?)
        }),
        Case::new("STM32, by make: no count is left out when the line is cut, and the link is reset", |delivery| {
            let broker = Broker::start(Memory::Kept)?;
            let image = by_make(delivery, &settings(broker.port()))?;
            cut(&mut Bench::start(delivery, &image, broker, "make")?)
        }),
        Case::new("STM32, by PlatformIO: no count is left out when the broker is killed", |delivery| {
            let broker = Broker::start(Memory::Kept)?;
            let image = by_platformio(delivery, &settings(broker.port()))?;
            killed(&mut Bench::start(delivery, &image, broker, "platformio")?)
        }),
        Case::new("STM32: without lwIP it says what is missing", without_lwip),
    ]
}

/// Of settings.h: what the emulator needs, and short times.
fn settings(port: u16) -> [String; 6] {
    [
        format!("PORT={port}"),
        "CLOCK_HZ=168000000".to_string(),
        "CLIENT_ID=\"emulated\"".to_string(),
        "PERIOD_MS=100".to_string(),
        "RESPONSE_MS=2000".to_string(),
        "KEEPALIVE_S=8".to_string(),
    ]
}

/// The example, copied to where it is built.
fn copied(delivery: &Delivery, name: &str) -> Outcome<PathBuf> {
    let dir = delivery.work(&format!("stm32-{name}"))?;
    run(Command::new("cp").arg("-R").arg(delivery.unpacked(PACKAGE)?.join("examples/stm32/.")).arg(&dir))?;
    Ok(dir)
}

fn cmake(delivery: &Delivery, dir: &Path) -> Outcome<Command> {
    let mut cmake = Command::new("cmake");
    cmake.args(["-G", "Ninja", "-S"]).arg(dir).arg("-B").arg(dir.join("build"));
    cmake.arg(format!("-DCMAKE_TOOLCHAIN_FILE={}", dir.join("stm32f405.cmake").display()));
    cmake.arg(format!("-Dlimpet_ROOT={}", delivery.unpacked(PACKAGE)?.display()));
    Ok(cmake)
}

fn by_cmake(delivery: &Delivery, settings: &[String]) -> Outcome<PathBuf> {
    let dir = copied(delivery, "cmake")?;
    let mut configure = cmake(delivery, &dir)?;
    configure.arg(format!("-DLWIP_DIR={}", sources::LWIP.ready()?.display()));
    configure.arg(format!("-DCMAKE_C_FLAGS={FLAGS}"));
    run(configure.arg(format!("-DSETTINGS={}", settings.join(";"))))?;
    let said = run(Command::new("cmake").arg("--build").arg(dir.join("build")))?;
    let of_lwip = sources::LWIP.ready()?.display().to_string();
    match said.lines().find(|line| line.contains("warning:") && !line.contains(&of_lwip)) {
        None => Ok(dir.join("build/stm32.elf")),
        Some(warning) => Err(warning.to_string()),
    }
}

fn make(delivery: &Delivery, dir: &Path) -> Outcome<Command> {
    let mut make = Command::new("make");
    make.arg("-C").arg(dir).arg(format!("LIMPET={}", delivery.unpacked(PACKAGE)?.display()));
    Ok(make)
}

fn by_make(delivery: &Delivery, settings: &[String]) -> Outcome<PathBuf> {
    let dir = copied(delivery, "make")?;
    let mut make = make(delivery, &dir)?;
    make.arg(format!("LWIP_DIR={}", sources::LWIP.ready()?.display()));
    run(make.arg(format!("SETTINGS={}", settings.join(" ").replace('"', "\\\""))))?;
    Ok(dir.join("stm32.elf"))
}

/// As its own platformio.ini says, and with what ststm32 tells the compiler without a framework.
fn platformio(delivery: &Delivery, name: &str) -> Outcome<Project> {
    let mut project = Project::example(delivery, &F405, "stm32", name)?;
    project.board_flags(&["-mcpu=cortex-m4", "-mthumb", "-Wall"]);
    Ok(project)
}

fn by_platformio(delivery: &Delivery, settings: &[String]) -> Outcome<PathBuf> {
    let mut project = platformio(delivery, "stm32")?;
    let lwip = sources::LWIP.ready()?.join("src");
    run(Command::new("cp").arg("-R").arg(lwip).arg(project.place().join("lwip")))?;
    let settings: Vec<_> = settings.iter().map(|line| format!(" -D{}", line.replace('"', "\\\""))).collect();
    let flags = format!("{}{}", project.said("build_flags"), settings.concat());
    let image = project.option("build_flags", &flags).program(delivery)?;
    let said = run(Command::new("arm-none-eabi-readelf").arg("-A").arg(&image))?;
    if said.contains("Tag_ABI_VFP_args: VFP registers") { Ok(image) } else { Err(format!("not for an F405: {said}")) }
}

fn without_lwip(delivery: &Delivery) -> Outcome {
    let dir = copied(delivery, "without")?;
    refusal(attempt(&mut cmake(delivery, &dir)?, LIMIT)?, &["Where is lwIP? -DLWIP_DIR="])?;
    refusal(attempt(&mut make(delivery, &dir)?, LIMIT)?, &["Where is lwIP? make LWIP_DIR="])?;
    refusal(platformio(delivery, "stm32-without")?.build(delivery)?, &["Where is lwIP? Unpack it in lwip"])
}

/// The board, its line, its broker, and who listens to it.
struct Bench {
    // In the order in which they must end.
    qemu: Qemu,
    line: Process,
    counts: Subscriber,
    broker: Broker,
}

impl Bench {
    /// Counts come, and what is said is heard.
    fn start(delivery: &Delivery, image: &Path, broker: Broker, name: &str) -> Outcome<Bench> {
        let machine = named("netduinoplus2")?;
        let program = delivery.work(&format!("stm32-host-{name}"))?.join("slipnet");
        let source = delivery.unpacked(PACKAGE)?.join("examples/stm32/host/slipnet.c");
        run(Command::new("gcc")
            .args(["-Wall", "-Wextra", "-Werror"])
            .arg(source)
            .arg("-lslirp")
            .arg("-o")
            .arg(&program))?;
        let counts = Subscriber::start(broker.port(), COUNT);
        counts.wait_confirmed(0, LIMIT)?;
        let qemu = Qemu::start(machine, image, &["-chardev", "pty,id=modem"].map(str::to_string), &[])?;
        let (_, said) = qemu.wait_for_line(0, LIMIT, |line| line.contains(" redirected to /dev/"))?;
        let tty = said.text.split(' ').find(|word| word.starts_with("/dev/")).unwrap_or_default();
        let line = Process::spawn("slipnet", Command::new(&program).arg(tty))?;
        let bench = Bench { qemu, line, counts, broker };
        bench.wait(0, "subscribed:")?;
        bench.say("hello")?;
        bench.wait(0, "heard: hello")?;
        Ok(bench)
    }

    fn mark(&self) -> usize {
        self.qemu.lines().len()
    }

    /// Waits for a line that begins so, and did not before `since`: the number behind it.
    fn wait(&self, since: usize, what: &str) -> Outcome<usize> {
        let found = self.qemu.wait_for_line(since, LIMIT, |line| line.starts_with(what));
        found.map(|(number, _)| number + 1).map_err(|reason| format!("{what} {reason}\n{}", self.said()))
    }

    fn said(&self) -> String {
        let both = self.qemu.lines().into_iter().chain(self.line.lines());
        both.map(|line| line.text).collect::<Vec<_>>().join("\n")
    }

    fn say(&self, text: &str) -> Outcome {
        send_as("host", self.broker.port(), SAY, text)
    }

    fn cut(&self) -> Outcome {
        self.line.signal(libc::SIGUSR1)
    }

    fn mend(&self) -> Outcome {
        self.line.signal(libc::SIGUSR2)
    }

    /// More counts have come, in their order, and none is missing: the last one. A count may come again, as QoS 1 may.
    fn counted(&self) -> Outcome<u32> {
        let before = self.counts.texts().len();
        let texts = self.counts.wait_for_texts(LIMIT, |texts| texts.len() >= before + 5)?;
        let mut next = 0;
        for text in &texts {
            let count: u32 = text.parse().map_err(|_| format!("{text} is no count"))?;
            if count > next {
                return Err(format!("{next} is missing: {texts:?}"));
            }
            next = next.max(count + 1);
        }
        Ok(next)
    }

    /// It goes on as if nothing had been, and the board has started once.
    fn finish(&self) -> Outcome {
        self.counted()?;
        self.say("at the end")?;
        self.wait(0, "heard: at the end")?;
        match self.qemu.lines().iter().filter(|line| line.text.starts_with("boot:")).count() {
            1 => Ok(()),
            boots => Err(format!("it has started {boots} times\n{}", self.said())),
        }
    }
}

fn killed(bench: &mut Bench) -> Outcome {
    let before = bench.counted()?;
    let mark = bench.mark();
    // A broker that is killed between its answer and its disk has lost what it promised to keep.
    bench.cut()?;
    bench.broker.settle()?;
    bench.broker.kill();
    bench.mend()?;
    bench.wait(mark, "offline: ")?;
    bench.broker.restart()?;
    let at = bench.wait(mark, "online:")?;
    bench.say("once more")?;
    bench.wait(at, "heard: once more")?;
    if bench.counted()? <= before {
        return Err(format!("it did not count on after the outage\n{}", bench.said()));
    }
    bench.finish()
}

fn cut(bench: &mut Bench) -> Outcome {
    let before = bench.counted()?;
    let mark = bench.mark();
    bench.cut()?;
    let at = bench.wait(mark, "offline: ")?;
    bench.say("while it was away")?;
    let at = bench.wait(at, "link: stopped")?;
    let at = bench.wait(at, "link: started")?;
    bench.mend()?;
    let at = bench.wait(at, "online:")?;
    bench.wait(at, "heard: while it was away")?;
    if bench.counted()? <= before {
        return Err(format!("it did not count on after the outage\n{}", bench.said()));
    }
    bench.finish()
}
