//! Calls between C and Rust, both ways, within the rules of our API: scalars and pointers as arguments, up to twelve of
//! them; structs only behind pointers, to be read or to be filled; callbacks with their user pointer; a result of at most a
//! word. Who is called sums up what it got, who calls sums up what came back.
//!
//! Not in it, because compilers disagree: a signed char or a struct as a result; and less than a word on the stack, where
//! rustc writes only its bytes and clang reads the word (GCC does not).

use super::dice::Dice;
use std::fmt::Write;

/// A scalar: its name in C, and in Rust.
type Scalar = (&'static str, &'static str);

const SCALARS: [Scalar; 12] = [
    ("uint8_t", "u8"),
    ("int8_t", "i8"),
    ("uint16_t", "u16"),
    ("int16_t", "i16"),
    ("uint32_t", "u32"),
    ("int32_t", "i32"),
    ("uint64_t", "u64"),
    ("int64_t", "i64"),
    ("bool", "bool"),
    ("size_t", "usize"),
    ("const void *", "*const c_void"),
    ("uint32_t", "u32"),
];

const RESULTS: [Option<Scalar>; 7] = [
    None,
    Some(("int32_t", "i32")),
    Some(("int32_t", "i32")),
    Some(("uint32_t", "u32")),
    Some(("bool", "bool")),
    Some(("const void *", "*const c_void")),
    Some(("int32_t", "i32")),
];

const STRUCTS: usize = 40;

/// Words of arguments that go in registers.
const REGISTERS: usize = 6;

/// Arguments as they are drawn, and the words that they take.
#[derive(Default)]
struct Words(usize);

impl Words {
    fn scalar(&mut self, dice: &mut Dice) -> Scalar {
        let mut scalar = dice.pick(&SCALARS);
        while self.0 >= REGISTERS && is_narrow(scalar) {
            scalar = dice.pick(&SCALARS);
        }
        match scalar.1 {
            "u64" | "i64" => self.0 = self.0.next_multiple_of(2) + 2,
            _ => self.0 += 1,
        }
        scalar
    }
}

fn is_narrow((_, rust): Scalar) -> bool {
    ["u8", "i8", "u16", "i16", "bool"].contains(&rust)
}

enum Argument {
    Scalar(Scalar),
    /// A pointer to a struct that is read.
    Read(usize),
    /// A pointer to a struct that is filled.
    Fill(usize),
    /// A function with these arguments behind its user pointer, and that pointer.
    Callback(Vec<Scalar>),
}

struct Signature {
    arguments: Vec<Argument>,
    result: Option<Scalar>,
}

/// A source in C and one in Rust that belong together.
pub fn write(dice: &mut Dice, count: usize) -> (String, String) {
    let mut c = String::from(C_HEAD);
    let mut rust = String::from(RUST_HEAD);
    for number in 0..STRUCTS {
        let fields: Vec<_> = (0..1 + dice.roll(8)).map(|_| dice.pick(&SCALARS)).collect();
        write_struct(number, &fields, &mut c, &mut rust);
    }
    for number in 0..count {
        let signature = signature(dice);
        write_declaration(number, &signature, &mut c, &mut rust);
        write_callbacks(number, &signature, &mut c, &mut rust);
        write_callee(number, &signature, &mut c, &mut rust);
        write_caller(number, &signature, &mut c, &mut rust);
    }
    c += "void (*const c_calls[])(void) = {\n";
    (0..count).for_each(|n| c += &format!("    c_call{n},\n"));
    c += "};\nvoid (*const rust_calls[])(void) = {\n";
    (0..count).for_each(|n| c += &format!("    rust_call{n},\n"));
    c += &format!("}};\nconst uint32_t call_count = {count};\n");
    (c, rust)
}

const C_HEAD: &str = "#include \"fuzz.h\"\n#include <stdbool.h>\n#include <stddef.h>\n\n";

const RUST_HEAD: &str = "use core::ffi::c_void;\nunsafe extern \"C\" {\n    fn digest(word: u32);\n    \
                         fn value(key: u32) -> u32;\n}\n";

fn signature(dice: &mut Dice) -> Signature {
    let count = dice.pick(&[0, 1, 2, 2, 3, 3, 4, 4, 5, 6, 7, 8, 9, 10, 12]);
    let mut words = Words::default();
    let mut arguments = Vec::new();
    for _ in 0..count {
        arguments.push(match dice.roll(10) {
            0 => Argument::Read(dice.roll(STRUCTS)),
            1 => Argument::Fill(dice.roll(STRUCTS)),
            2 => {
                // Behind its user pointer.
                let mut inner = Words(1);
                Argument::Callback((0..dice.roll(8)).map(|_| inner.scalar(dice)).collect())
            }
            _ => Argument::Scalar(words.scalar(dice)),
        });
        match arguments.last() {
            Some(Argument::Read(_) | Argument::Fill(_)) => words.0 += 1,
            Some(Argument::Callback(_)) => words.0 += 2,
            _ => {}
        }
    }
    Signature { arguments, result: dice.pick(&RESULTS) }
}

// Expressions. `key` tells values apart.

fn c_make((c, _): Scalar, key: &str) -> String {
    match c {
        "uint64_t" | "int64_t" => format!("({c})((uint64_t)value({key}) << 32 | value({key} + 7))"),
        "bool" => format!("(value({key}) & 1) != 0"),
        "const void *" => format!("(const void *)(uintptr_t)value({key})"),
        _ => format!("({c})value({key})"),
    }
}

fn rust_make((_, rust): Scalar, key: &str) -> String {
    match rust {
        "u64" | "i64" => format!("((value({key}) as u64) << 32 | value({key} + 7) as u64) as {rust}"),
        "bool" => format!("value({key}) & 1 != 0"),
        "*const c_void" => format!("value({key}) as usize as *const c_void"),
        _ => format!("value({key}) as {rust}"),
    }
}

/// As the callee's compiler widens it, which is where two compilers may differ.
fn c_digest((c, _): Scalar, of: &str) -> String {
    match c {
        "uint64_t" | "int64_t" => format!("digest((uint32_t){of}); digest((uint32_t)((uint64_t){of} >> 32));"),
        "const void *" => format!("digest((uint32_t)(uintptr_t){of});"),
        "size_t" => format!("digest((uint32_t){of});"),
        _ => format!("digest((uint32_t)(int32_t){of});"),
    }
}

fn rust_digest((_, rust): Scalar, of: &str) -> String {
    match rust {
        "u64" | "i64" => format!("digest({of} as u32); digest(({of} as u64 >> 32) as u32);"),
        "*const c_void" => format!("digest({of} as usize as u32);"),
        "usize" => format!("digest({of} as u32);"),
        _ => format!("digest({of} as i32 as u32);"),
    }
}

fn write_struct(number: usize, fields: &[Scalar], c: &mut String, rust: &mut String) {
    let each = |form: &dyn Fn(usize, Scalar) -> String| -> String {
        fields.iter().enumerate().map(|(i, f)| form(i, *f)).collect()
    };
    let key = |i: usize| format!("key + {}", i * 3);
    let body = each(&|i, (name, _)| format!("    {name} f{i};\n"));
    *c += &format!("struct s{number} {{\n{body}}};\n");
    let body = each(&|i, f| format!("    s->f{i} = {};\n", c_make(f, &key(i))));
    *c += &format!("static void fill{number}(struct s{number} *s, uint32_t key)\n{{\n{body}}}\n");
    let body = each(&|i, f| format!("    {}\n", c_digest(f, &format!("s->f{i}"))));
    *c += &format!("static void sum{number}(const struct s{number} *s)\n{{\n{body}}}\n");
    *c += &format!("void use{number}(struct s{number} *s);\nvoid use{number}(struct s{number} *s)\n");
    *c += &format!("{{\n    fill{number}(s, 1);\n    sum{number}(s);\n}}\n");
    let body = each(&|i, (_, name)| format!("    f{i}: {name},\n"));
    *rust += &format!("#[repr(C)]\npub struct S{number} {{\n{body}}}\n");
    let body = each(&|i, f| format!("    f{i}: {},\n", rust_make(f, &key(i))));
    *rust += &format!("unsafe fn make{number}(key: u32) -> S{number} {{ unsafe {{ S{number} {{\n{body}}} }} }}\n");
    let body = each(&|i, f| format!("    {}\n", rust_digest(f, &format!("s.f{i}"))));
    *rust += &format!("unsafe fn sum{number}(s: &S{number}) {{ unsafe {{\n{body}}} }}\n");
}

/// `name(parameters)` with its result in front, in C.
fn c_prototype(name: &str, signature: &Signature) -> String {
    let parameters = signature.arguments.iter().enumerate().map(|(i, argument)| match argument {
        Argument::Scalar((c, _)) => format!("{c} a{i}"),
        Argument::Read(s) => format!("const struct s{s} *a{i}"),
        Argument::Fill(s) => format!("struct s{s} *a{i}"),
        Argument::Callback(scalars) => {
            let inner: String = scalars.iter().map(|(c, _)| format!(", {c}")).collect();
            format!("int32_t (*a{i})(void *{inner}), void *u{i}")
        }
    });
    let parameters: Vec<_> = parameters.collect();
    let parameters = if parameters.is_empty() { "void".to_string() } else { parameters.join(", ") };
    format!("{} {name}({parameters})", signature.result.map_or("void", |(c, _)| c))
}

/// The same in Rust, from `fn` on.
fn rust_prototype(name: &str, signature: &Signature) -> String {
    let parameters = signature.arguments.iter().enumerate().map(|(i, argument)| match argument {
        Argument::Scalar((_, rust)) => format!("a{i}: {rust}"),
        Argument::Read(s) => format!("a{i}: *const S{s}"),
        Argument::Fill(s) => format!("a{i}: *mut S{s}"),
        Argument::Callback(scalars) => {
            let inner: String = scalars.iter().map(|(_, rust)| format!(", {rust}")).collect();
            format!("a{i}: unsafe extern \"C\" fn(*mut c_void{inner}) -> i32, u{i}: *mut c_void")
        }
    });
    let result = signature.result.map_or(String::new(), |(_, rust)| format!(" -> {rust}"));
    format!("fn {name}({}){result}", parameters.collect::<Vec<_>>().join(", "))
}

fn write_declaration(number: usize, signature: &Signature, c: &mut String, rust: &mut String) {
    *c += &format!("{};\n", c_prototype(&format!("rust_take{number}"), signature));
    *c += &format!("{};\n", c_prototype(&format!("c_take{number}"), signature));
    *c += &format!("void c_call{number}(void);\nvoid rust_call{number}(void);\n");
    let name = format!("c_take{number}");
    *rust += &format!("unsafe extern \"C\" {{ {}; }}\n", rust_prototype(&name, signature));
}

/// What the callers hand over.
fn write_callbacks(number: usize, signature: &Signature, c: &mut String, rust: &mut String) {
    for (i, argument) in signature.arguments.iter().enumerate() {
        let Argument::Callback(scalars) = argument else { continue };
        let (mut head_c, mut body_c, mut head_rust, mut body_rust) = Default::default();
        let _: (&mut String, &mut String, &mut String, &mut String) =
            (&mut head_c, &mut body_c, &mut head_rust, &mut body_rust);
        for (n, scalar) in scalars.iter().enumerate() {
            head_c += &format!(", {} b{n}", scalar.0);
            body_c += &format!("    {}\n", c_digest(*scalar, &format!("b{n}")));
            head_rust += &format!(", b{n}: {}", scalar.1);
            body_rust += &format!("    {}\n", rust_digest(*scalar, &format!("b{n}")));
        }
        let key = key(number, i) + 3;
        *c += &format!("static int32_t back{number}_{i}(void *user{head_c})\n{{\n    digest(*(uint32_t *)user);\n");
        *c += &format!("{body_c}    return (int32_t)value({key});\n}}\n");
        *rust +=
            &format!("unsafe extern \"C\" fn back{number}_{i}(user: *mut c_void{head_rust}) -> i32 {{ unsafe {{\n");
        *rust += &format!("    digest(*user.cast::<u32>());\n{body_rust}    value({key}) as i32\n}} }}\n");
    }
}

fn key(number: usize, argument: usize) -> usize {
    number * 1000 + argument * 40
}

fn write_callee(number: usize, signature: &Signature, c: &mut String, rust: &mut String) {
    *c += &format!("{}\n{{\n", c_prototype(&format!("c_take{number}"), signature));
    let prototype = rust_prototype(&format!("rust_take{number}"), signature);
    *rust += &format!("#[unsafe(no_mangle)]\npub unsafe extern \"C\" {prototype} {{ unsafe {{\n");
    for (i, argument) in signature.arguments.iter().enumerate() {
        let name = format!("a{i}");
        let key = key(number, i);
        match argument {
            Argument::Scalar(scalar) => {
                *c += &format!("    {}\n", c_digest(*scalar, &name));
                *rust += &format!("    {}\n", rust_digest(*scalar, &name));
            }
            Argument::Read(s) => {
                *c += &format!("    sum{s}({name});\n");
                *rust += &format!("    sum{s}(&*{name});\n");
            }
            Argument::Fill(s) => {
                *c += &format!("    fill{s}({name}, {key});\n");
                *rust += &format!("    *{name} = make{s}({key});\n");
            }
            Argument::Callback(scalars) => {
                let (mut in_c, mut in_rust) = (String::new(), String::new());
                for (n, scalar) in scalars.iter().enumerate() {
                    let key = (key + 10 + n * 3).to_string();
                    // Writing to a String cannot fail.
                    let _ = write!(in_c, ", {}", c_make(*scalar, &key));
                    let _ = write!(in_rust, ", {}", rust_make(*scalar, &key));
                }
                *c += &format!("    digest((uint32_t){name}(u{i}{in_c}));\n");
                *rust += &format!("    digest({name}(u{i}{in_rust}) as u32);\n");
            }
        }
    }
    if let Some(result) = signature.result {
        let key = key(number, 20).to_string();
        *c += &format!("    return {};\n", c_make(result, &key));
        *rust += &format!("    {}\n", rust_make(result, &key));
    }
    *c += "}\n";
    *rust += "} }\n";
}

fn write_caller(number: usize, signature: &Signature, c: &mut String, rust: &mut String) {
    *c += &format!("void c_call{number}(void)\n{{\n");
    *rust += &format!("#[unsafe(no_mangle)]\npub unsafe extern \"C\" fn rust_call{number}() {{ unsafe {{\n");
    let (mut in_c, mut in_rust) = (Vec::new(), Vec::new());
    let (mut after_c, mut after_rust) = (String::new(), String::new());
    for (i, argument) in signature.arguments.iter().enumerate() {
        let key = key(number, i).to_string();
        match argument {
            Argument::Scalar(scalar) => {
                in_c.push(c_make(*scalar, &key));
                in_rust.push(rust_make(*scalar, &key));
            }
            Argument::Read(s) | Argument::Fill(s) => {
                *c += &format!("    struct s{s} v{i};\n    fill{s}(&v{i}, {key} + 1);\n");
                *rust += &format!("    let mut v{i} = make{s}({key} + 1);\n");
                in_c.push(format!("&v{i}"));
                in_rust.push(format!("&raw mut v{i}"));
                after_c += &format!("    sum{s}(&v{i});\n");
                after_rust += &format!("    sum{s}(&v{i});\n");
            }
            Argument::Callback(_) => {
                *c += &format!("    uint32_t v{i} = value({key} + 2);\n");
                *rust += &format!("    let mut v{i} = value({key} + 2);\n");
                in_c.push(format!("back{number}_{i}, &v{i}"));
                in_rust.push(format!("back{number}_{i}, (&raw mut v{i}).cast()"));
            }
        }
    }
    let call_c = format!("rust_take{number}({})", in_c.join(", "));
    let call_rust = format!("c_take{number}({})", in_rust.join(", "));
    match signature.result {
        Some(result) => {
            *c += &format!("    const {} result = {call_c};\n    {}\n", c_plain(result), c_digest(result, "result"));
            *rust += &format!("    let result = {call_rust};\n    {}\n", rust_digest(result, "result"));
        }
        None => {
            *c += &format!("    {call_c};\n");
            *rust += &format!("    {call_rust};\n");
        }
    }
    *c += &format!("{after_c}}}\n");
    *rust += &format!("{after_rust}}} }}\n");
}

/// `const const void *` is no C.
fn c_plain((c, _): Scalar) -> &'static str {
    c.strip_prefix("const ").unwrap_or(c)
}
