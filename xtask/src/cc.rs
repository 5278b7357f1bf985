//! Compiling C and C++ programs against the archive on the host.

use crate::process::run;
use crate::{Outcome, paths};
use std::path::{Path, PathBuf};
use std::process::Command;

/// How strictly, and with what.
#[derive(Clone, Copy)]
pub struct Kind {
    pub sanitize: bool,
    /// Directories for #include, below the root.
    pub include: &'static [&'static str],
    /// Directories whose sources are linked to every program.
    pub parts: &'static [&'static str],
    pub libraries: &'static [&'static str],
}

impl Kind {
    pub const EXAMPLE: Kind = Kind {
        sanitize: false,
        include: &["include", "c_examples/posix", "c_examples/shared"],
        parts: &["c_examples/posix", "c_examples/shared"],
        libraries: &[],
    };
    pub const TEST: Kind = Kind {
        sanitize: true,
        include: &["include", "tests/c", "c_examples/posix", "c_examples/sockets", "c_examples/flash"],
        parts: &["c_examples/posix", "c_examples/sockets"],
        libraries: &[],
    };
    pub const CONFORMANCE: Kind = Kind { include: &["include", "c_examples/posix"], ..Kind::TEST };
    pub const SOAK: Kind =
        Kind { include: &["include", "c_examples/posix", "tests/soak"], parts: &["c_examples/posix"], ..Kind::EXAMPLE };
    pub const TLS_EXAMPLE: Kind = Kind {
        sanitize: false,
        include: &["include", "c_examples/posix", "c_examples/mbedtls"],
        parts: &["c_examples/posix", "c_examples/mbedtls"],
        libraries: &["-lmbedtls", "-lmbedx509", "-lmbedcrypto"],
    };
    pub const TLS_TEST: Kind = Kind {
        sanitize: true,
        include: &["include", "tests/c", "tests/tls", "c_examples/posix", "c_examples/mbedtls"],
        ..Kind::TLS_EXAMPLE
    };

    /// How an example is built: with Mbed TLS if it says so.
    pub fn of_example(source: &Path) -> Outcome<Kind> {
        let has_tls = paths::read(source)?.contains("#include \"limpet_mbedtls.h\"");
        Ok(if has_tls { Kind::TLS_EXAMPLE } else { Kind::EXAMPLE })
    }
}

/// Directories of `c_examples` that are linked to programs, and so hold none for this machine.
pub const EXAMPLE_PARTS: &[&str] = &[
    "c_examples/posix",
    "c_examples/lwip",
    "c_examples/sockets",
    "c_examples/locks",
    "c_examples/flash",
    "c_examples/shared",
    "c_examples/mbedtls",
    "c_examples/stm32",
];

const WARNINGS: &[&str] = &["-pedantic", "-Wall", "-Wextra", "-Werror"];

/// Builds target/c/`name` from these sources, the parts of its kind and the archive.
pub fn program(name: &str, sources: &[PathBuf], archive: &Path, kind: &Kind, flags: &[String]) -> Outcome<PathBuf> {
    let root = paths::root();
    let parts: Vec<_> = kind.parts.iter().flat_map(|dir| paths::files(&root.join(dir), "c")).collect();
    let out = paths::target().join("c").join(name);
    let objects = out.with_extension("objects");
    paths::fresh(&objects)?;
    let mut link = Command::new("g++");
    for (number, source) in sources.iter().chain(&parts).enumerate() {
        let object = objects.join(format!("{number}.o"));
        compile(source, &object, kind, flags)?;
        link.arg(object);
    }
    link.args(sanitizers(kind)).arg(archive).args(kind.libraries).args(["-pthread", "-o"]).arg(&out);
    run(&mut link)?;
    Ok(out)
}

/// C99 for .c, C++11 for .cpp.
fn compile(source: &Path, object: &Path, kind: &Kind, flags: &[String]) -> Outcome {
    let cpp = source.extension().is_some_and(|e| e == "cpp");
    let (compiler, standard) = if cpp { ("g++", "-std=c++11") } else { ("gcc", "-std=c99") };
    let mut command = Command::new(compiler);
    command.args([standard, "-g", "-O1", "-pthread"]).args(WARNINGS).args(sanitizers(kind)).args(flags);
    for dir in kind.include {
        command.arg("-I").arg(paths::root().join(dir));
    }
    run(command.arg("-c").arg(source).arg("-o").arg(object)).map(|_| ())
}

fn sanitizers(kind: &Kind) -> &'static [&'static str] {
    match kind.sanitize {
        true => &["-fsanitize=address,undefined", "-fno-sanitize-recover=all"],
        false => &[],
    }
}
