//! liblimpet.a as firmware can use it: one relocatable object, only the API global, without the parts of Rust's own
//! library that would displace the firmware's memcpy.

use crate::process::run;
use crate::{Outcome, header, paths, setup};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// Names that the archive may need from the program around it, besides the compiler's arithmetic and the hooks. LLVM
/// makes strlen of a loop that looks for a NUL, and, on hosts only, bcmp of a memcmp that asks for equality.
const NEEDED: &[&str] = &["memcpy", "memmove", "memset", "memcmp", "bcmp", "strlen"];

/// What the object is called in the archive; it shows in the linker's map and in its messages.
pub const MEMBER: &str = "liblimpet.c.o";

/// Where `host` puts the archive.
pub fn place() -> PathBuf {
    paths::target().join("archive/liblimpet.a")
}

/// Makes the archive for the host.
pub fn host() -> Outcome<PathBuf> {
    setup::need(&[setup::C])?;
    let mut cargo = Command::new("cargo");
    cargo.current_dir(paths::root()).args(["rustc", "--quiet", "--lib", "--release", "--features", "archive"]);
    cargo.args(["--crate-type", "staticlib"]);
    run(&mut cargo)?;
    let dir = paths::target().join("archive");
    link(&paths::target().join("release/liblimpet.a"), &dir, "")
}

/// Makes `dir`/liblimpet.a of Cargo's archive, and `dir`/all.o, the same with the names of local symbols. `tools` is
/// the prefix of the binutils.
pub fn link(raw: &Path, dir: &Path, tools: &str) -> Outcome<PathBuf> {
    let functions = header::functions()?;
    paths::fresh(&dir.join("objects"))?;
    run(Command::new(format!("{tools}ar")).arg("x").arg(raw).current_dir(dir.join("objects")))?;
    let all = dir.join("all.o");
    let mut ld = Command::new(format!("{tools}ld"));
    ld.args(["-r", "--gc-sections", "-o"]).arg(&all);
    for function in &functions {
        ld.args(["-u", function]);
    }
    for object in paths::files(&dir.join("objects"), "o") {
        let name = object.file_name().unwrap_or_default().to_string_lossy();
        if !name.starts_with("compiler_builtins-") {
            objcopy(tools, &object, &object, &["--strip-debug", "-R", ".llvmbc", "-R", ".llvmcmd", "-R", ".comment"])?;
            ld.arg(object);
        }
    }
    run(&mut ld)?;
    let names = dir.join("functions.txt");
    paths::write(&names, &(functions.join("\n") + "\n"))?;
    let keep = format!("--keep-global-symbols={}", names.display());
    objcopy(tools, &all, &all, &[&keep])?;
    let member = dir.join(MEMBER);
    objcopy(tools, &all, &member, &["--strip-unneeded"])?;
    let out = dir.join("liblimpet.a");
    // ar adds to an archive that is there.
    let _ = fs::remove_file(&out);
    run(Command::new(format!("{tools}ar")).arg("rcsD").arg(&out).arg(&member))?;
    Ok(out)
}

fn objcopy(tools: &str, from: &Path, to: &Path, arguments: &[&str]) -> Outcome {
    run(Command::new(format!("{tools}objcopy")).args(arguments).arg(from).arg(to)).map(|_| ())
}

/// The symbols of an object or archive for which nm prints one of these letters.
pub fn symbols(tools: &str, file: &Path, letters: &str) -> Outcome<Vec<String>> {
    let text = run(Command::new(format!("{tools}nm")).arg(file))?;
    let mut names = Vec::new();
    for line in text.lines() {
        let words: Vec<_> = line.split_whitespace().collect();
        if let [.., letter, name] = words[..]
            && letter.len() == 1
            && letters.contains(letter)
        {
            names.push(name.to_string());
        }
    }
    Ok(names)
}

/// A global symbol beyond the API, or one of the API that is missing.
pub fn check_globals(tools: &str, archive: &Path) -> Outcome {
    let mut expected = header::functions()?;
    let mut found = symbols(tools, archive, "TDBRVWCGS")?;
    expected.sort();
    found.sort();
    if expected == found { Ok(()) } else { Err(format!("global symbols are {found:?}, the header has {expected:?}")) }
}

/// A symbol that the program around the archive would have to have and may not.
pub fn check_needs(tools: &str, archive: &Path) -> Outcome {
    let allowed =
        |name: &String| [NEEDED, header::HOOKS].concat().contains(&name.as_str()) || name.starts_with("__aeabi_");
    let extra: Vec<_> = symbols(tools, archive, "U")?.into_iter().filter(|n| !allowed(n)).collect();
    if extra.is_empty() { Ok(()) } else { Err(format!("the archive needs {}", extra.join(", "))) }
}

pub fn check_members(tools: &str, archive: &Path) -> Outcome {
    let members = run(Command::new(format!("{tools}ar")).arg("t").arg(archive))?;
    if members.trim() == MEMBER { Ok(()) } else { Err(format!("members: {members}")) }
}

/// Mixed with another library of the same names, the archive must not be taken half from here and half from there.
pub fn check_clash(archive: &Path) -> Outcome {
    let dir = paths::scratch("clash")?;
    let write = |name: &str, text: &str| paths::write(&dir.join(name), text);
    write(
        "other.c",
        "int mqtt_init(void); int mqtt_publish(void);\nint mqtt_init(void) { return 1; }\nint mqtt_publish(void) { return 2; }\n",
    )?;
    write(
        "main.c",
        "int mqtt_publish(void); int mqtt_poll(void);\nint main(void) { return mqtt_publish() + mqtt_poll(); }\n",
    )?;
    let cc = |arguments: &[&str]| run(Command::new("gcc").args(arguments).current_dir(&dir));
    cc(&["-c", "other.c"])?;
    cc(&["-c", "main.c"])?;
    run(Command::new("ar").args(["rcs", "libother.a", "other.o"]).current_dir(&dir))?;
    let mut link = Command::new("gcc");
    link.args(["main.o", "libother.a"]).arg(archive).args(["-o", "main"]).current_dir(&dir);
    let (linked, text) = crate::process::attempt(&mut link, Duration::from_secs(60))?;
    if linked || !text.contains("multiple definition") {
        return Err(format!("linking with another library's mqtt_publish did not fail as it must: {text}"));
    }
    fs::remove_dir_all(&dir).map_err(|e| e.to_string())
}
