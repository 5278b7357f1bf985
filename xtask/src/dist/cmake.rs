//! The package for CMake and make: cmake/ with its words replaced, and the ports.

use super::questions::{self, Question};
use super::{Form, Package, Stock, Tree, layout, sizes};
use crate::{Outcome, paths};

pub const PACKAGE: Package =
    Package { name: "limpet-cmake", top: None, form: Form::TarGz, fits: |_| true, moved: layout::MOVED, fill };

fn fill(stock: &Stock, tree: &mut Tree) -> Outcome {
    let own = [
        ("SIZES", sizes::table(stock, layout::place)?),
        ("PROGRAM", paths::read(&paths::root().join("c_examples/hello.c"))?),
        ("CHIPS", questions::chip_lines(stock, |chip, target| format!("  {chip}={target}"))),
        ("QUESTIONS", questions::lines(stock, cmake)),
        ("QUESTIONS_OF_MAKE", questions::lines(stock, make)),
        ("TARGETS", questions::target_lines(stock, |a| format!("  {:30} {}", a.target.name, a.target.chips))),
    ];
    tree.templates("cmake", &[&stock.words()?[..], &own].concat())?;
    tree.copy("c_examples/hello.c", "examples/hello/main.c")?;
    tree.copy("c_examples/skeleton.c", "examples/board/main.c")?;
    tree.copy_all("c_examples/stm32", "examples/stm32")?;
    layout::add(stock, tree)
}

fn cmake(question: &Question) -> String {
    format!("  \"{} {}\"", question.target, question.macros.join(" "))
}

fn make(question: &Question) -> String {
    format!("    $(call limpet_if,{},{}) \\", question.target, question.macros.join(" "))
}
