//! The library for PlatformIO: platformio/ with its words replaced, and the ports as sources to choose from.

use super::questions::{self, Question};
use super::{Form, Package, Stock, Tree, layout, readme, sizes};
use crate::targets::Target;
use crate::{Outcome, paths};

pub const PACKAGE: Package =
    Package { name: "limpet-platformio", top: None, form: Form::TarGz, fits: |_| true, moved: layout::MOVED, fill };

fn fill(stock: &Stock, tree: &mut Tree) -> Outcome {
    let own = [
        ("SIZES", sizes::table(stock, layout::place)?),
        ("PROGRAM", paths::read(&paths::root().join("c_examples/hello.c"))?),
        ("PORTS", r#""posix", "lwip", "sockets", "mbedtls", "flash""#.to_string()),
    ];
    let words = [&stock.words()?[..], &own, &script_words(stock, |target| format!("lib/{}", target.name))].concat();
    tree.templates_without(&["arduino", "espidf"], "platformio", &words)?;
    tree.copy("c_examples/hello.c", "examples/hello/src/main.c")?;
    tree.copy(readme::FIVE, "examples/mqtt5/src/main.c")?;
    tree.copy("cmake/examples/transport/main.c", "examples/transport/src/main.c")?;
    tree.copy("c_examples/skeleton.c", "examples/board/src/main.c")?;
    add_stm32(tree)?;
    layout::add(stock, tree)
}

/// The sources of the package for CMake, in the directories that PlatformIO wants.
fn add_stm32(tree: &mut Tree) -> Outcome {
    let mut sources = Tree::default();
    sources.copy_all("c_examples/stm32", "")?;
    for name in sources.names().map(|name| name.trim_start_matches('/')) {
        let place = match name.rsplit_once('.') {
            Some((_, "c")) if !name.contains('/') => format!("src/{name}"),
            Some((_, "h")) => format!("include/{name}"),
            Some((_, "ld" | "c")) => name.to_string(),
            // How it is built, and what README.md says of that, is in platformio/examples/stm32.
            _ => continue,
        };
        tree.copy(&format!("c_examples/stm32/{name}"), &format!("examples/stm32/{place}"))?;
    }
    Ok(())
}

/// What the script of a library asks for, but for its ports. `place` is the directory of an archive.
pub fn script_words(stock: &Stock, place: fn(&Target) -> String) -> [(&'static str, String); 4] {
    let places = stock.archives.iter().map(|a| format!("    \"{}\": \"{}\",\n", a.target.name, place(a.target)));
    [
        ("PLACES", places.collect()),
        ("CHIPS", questions::chip_lines(stock, |chip, target| format!("    \"{chip}\": \"{target}\","))),
        ("QUESTIONS", questions::lines(stock, python)),
        ("TARGETS", questions::target_lines(stock, |a| format!("  {:30} {}", a.target.name, a.target.chips))),
    ]
}

fn python(question: &Question) -> String {
    format!("    (\"{}\", \"{}\"),", question.target, question.macros.join(" "))
}
