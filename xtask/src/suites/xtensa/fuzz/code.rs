//! Random functions in Rust: integers of every width, slices, matches and loops. None can panic or overflow, so each has
//! one right answer on every processor.

use super::dice::Dice;

const INTEGERS: [&str; 8] = ["u8", "i8", "u16", "i16", "u32", "i32", "u64", "i64"];
/// As they are drawn: what the library computes with comes more often.
const TYPES: [&str; 12] = ["u8", "i8", "u16", "i16", "u32", "i32", "u64", "i64", "u32", "u64", "u8", "bool"];

/// How deep an expression may be.
const DEPTH: usize = 3;

struct Function {
    name: String,
    arguments: Vec<&'static str>,
    result: &'static str,
}

/// A function while it is written.
struct Writer<'a> {
    dice: &'a mut Dice,
    /// Of the same test, to be called.
    known: &'a [Function],
    variables: Vec<(String, &'static str)>,
    /// Name, type and length.
    arrays: Vec<(String, &'static str, usize)>,
    names: usize,
}

pub fn write(dice: &mut Dice, count: usize) -> String {
    let mut out = String::from(HEAD);
    for number in 0..count {
        out += &test(dice, number);
    }
    let tests: String = (0..count).map(|n| format!("    t{n}::run,\n")).collect();
    out += &format!("static TESTS: [fn(&mut Source, &mut Sum); {count}] = [\n{tests}];\n");
    out + TAIL
}

const HEAD: &str = "\
pub struct Source(u64);
impl Source {
    /// Often near the ends of the range.
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        match self.0 >> 61 {
            0 => self.0 & 0xff,
            1 => 0u64.wrapping_sub(self.0 & 7),
            2 => (self.0 & 3).wrapping_add(0x7fff_ffff),
            3 => (self.0 & 3) << 62,
            _ => self.0,
        }
    }
}
pub struct Sum(u64);
impl Sum {
    fn add(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(9) ^ word).wrapping_mul(0x0000_0100_0000_01b3);
    }
}
";

const TAIL: &str = "\
#[unsafe(no_mangle)]
pub extern \"C\" fn code_count() -> u32 {
    TESTS.len() as u32
}
#[unsafe(no_mangle)]
pub extern \"C\" fn code_run(number: u32) -> u32 {
    let mut source = Source(0x9e37_79b9_7f4a_7c15 ^ number as u64);
    let mut sum = Sum(number as u64);
    if let Some(test) = TESTS.get(number as usize) {
        test(&mut source, &mut sum);
    }
    (sum.0 ^ sum.0 >> 32) as u32
}
";

fn test(dice: &mut Dice, number: usize) -> String {
    let mut known = Vec::new();
    let mut out = format!("mod t{number} {{\n    use super::*;\n");
    for index in 0..1 + dice.roll(3) {
        let (text, function) = function(dice, index, &known);
        out += &text;
        known.push(function);
    }
    out += "    pub fn run(source: &mut Source, sum: &mut Sum) {\n        for _ in 0..12 {\n";
    for function in &known {
        let arguments: Vec<_> = function.arguments.iter().map(|kind| from_word(kind, "source.next()")).collect();
        out += &format!("            sum.add({}({}) as u64);\n", function.name, arguments.join(", "));
    }
    out + "        }\n    }\n}\n"
}

fn from_word(kind: &str, word: &str) -> String {
    if kind == "bool" { format!("({word} & 1 != 0)") } else { format!("({word} as {kind})") }
}

fn function(dice: &mut Dice, index: usize, known: &[Function]) -> (String, Function) {
    let count = dice.pick(&[1, 2, 3, 4, 5, 7, 9]);
    let arguments: Vec<_> = (0..count).map(|_| dice.pick(&TYPES)).collect();
    let result = dice.pick(&TYPES);
    let variables = arguments.iter().enumerate().map(|(i, kind)| (format!("a{i}"), *kind)).collect();
    let mut writer = Writer { dice, known, variables, arrays: Vec::new(), names: 0 };
    let statements = 2 + writer.dice.roll(4);
    let body: String = (0..statements).map(|_| writer.statement(2, 2)).collect();
    let early = format!("        if {} {{ return {}; }}\n", writer.expression("bool", 2), writer.expression(result, 3));
    let mut fold = String::from("        let mut all = 0u64;\n");
    for (name, _) in &writer.variables {
        fold += &format!("        all = all.rotate_left(7) ^ ({name} as u64);\n");
    }
    for (name, ..) in &writer.arrays {
        fold += &format!("        for item in {name} {{ all = all.wrapping_mul(31) ^ (item as u64); }}\n");
    }
    let parameters: Vec<_> = arguments.iter().enumerate().map(|(i, kind)| format!("mut a{i}: {kind}")).collect();
    let name = format!("f{index}");
    let head = format!("    #[inline(never)]\n    pub fn {name}({}) -> {result} {{\n", parameters.join(", "));
    let last = format!("        {}\n    }}\n", from_word(result, "(all ^ all >> 32)"));
    (head + &body + &fold + &early + &last, Function { name, arguments, result })
}

fn bits(kind: &str) -> usize {
    kind.get(1..).and_then(|digits| digits.parse().ok()).unwrap_or(1)
}

impl Writer<'_> {
    fn name(&mut self, letter: char) -> String {
        self.names += 1;
        format!("{letter}{}", self.names)
    }

    fn variable(&mut self, kind: &str) -> Option<String> {
        let found: Vec<_> = self.variables.iter().filter(|v| v.1 == kind).map(|v| v.0.clone()).collect();
        if found.is_empty() { None } else { Some(found[self.dice.roll(found.len())].clone()) }
    }

    fn literal(&mut self, kind: &str) -> String {
        if kind == "bool" {
            return if self.dice.happens(50) { "true" } else { "false" }.to_string();
        }
        let mask = u64::MAX >> (64 - bits(kind));
        let near = [0, 1, 2, 3, 7, 8, 10, 15, 16, 31, 100, 127, 128, 255, mask, mask >> 1, (mask >> 1) + 1];
        let word = if self.dice.happens(60) { self.dice.pick(&near) } else { self.dice.word() >> self.dice.roll(64) };
        // The type may be signed: a cast keeps the bits.
        format!("({:#x}u64 as {kind})", word & mask)
    }

    fn leaf(&mut self, kind: &'static str) -> String {
        match self.variable(kind) {
            Some(name) if self.dice.happens(75) => name,
            _ => self.literal(kind),
        }
    }

    fn expression(&mut self, kind: &'static str, depth: usize) -> String {
        if depth == 0 || self.dice.happens(12) {
            return self.leaf(kind);
        }
        let d = depth - 1;
        if kind == "bool" {
            return self.truth(d);
        }
        if self.dice.happens(15) {
            return self.choice(kind, d);
        }
        let a = self.expression(kind, d);
        match self.dice.roll(15) {
            0 | 1 => format!("({a} {} {})", self.dice.pick(&["&", "|", "^"]), self.expression(kind, d)),
            2 | 3 => {
                let word = self.dice.pick(&["wrapping_add", "wrapping_sub", "wrapping_mul"]);
                format!("{a}.{word}({})", self.expression(kind, d))
            }
            4 => {
                let word = self.dice.pick(&["add", "sub", "mul", "div", "rem"]);
                let b = self.expression(kind, d);
                format!("{a}.checked_{word}({b}).unwrap_or({})", self.leaf(kind))
            }
            5 => {
                let word = self.dice.pick(&["saturating_add", "saturating_sub", "saturating_mul"]);
                format!("{a}.{word}({})", self.expression(kind, d))
            }
            6 => {
                let word = self.dice.pick(&["wrapping_shl", "wrapping_shr", "rotate_left", "rotate_right"]);
                format!("{a}.{word}({})", self.expression("u32", d))
            }
            7 => format!("({a} {} {})", self.dice.pick(&["<<", ">>"]), self.dice.roll(bits(kind))),
            8 => {
                let word = self.dice.pick(&["leading_zeros", "trailing_zeros", "count_ones", "leading_ones"]);
                let other = self.dice.pick(&INTEGERS);
                format!("({}.{word}() as {kind})", self.expression(other, d))
            }
            9 | 10 => {
                let other = self.dice.pick(&TYPES);
                format!("({} as {kind})", self.expression(other, d))
            }
            11 => {
                let word = self.dice.pick(&["wrapping_div", "wrapping_rem"]);
                format!("{a}.{word}({} | 1)", self.expression(kind, d))
            }
            12 => format!("{a}.{}({})", self.dice.pick(&["min", "max"]), self.expression(kind, d)),
            13 => format!("{a}.{}()", self.dice.pick(&["wrapping_neg", "swap_bytes", "reverse_bits", "to_be"])),
            _ => self.read(kind, d).unwrap_or(a),
        }
    }

    fn truth(&mut self, d: usize) -> String {
        let kind = self.dice.pick(&INTEGERS);
        match self.dice.roll(6) {
            0 | 1 => {
                let sign = self.dice.pick(&["<", "<=", ">", ">=", "==", "!="]);
                format!("({} {sign} {})", self.expression(kind, d), self.expression(kind, d))
            }
            2 => {
                let sign = self.dice.pick(&["&&", "||", "^"]);
                format!("({} {sign} {})", self.expression("bool", d), self.expression("bool", d))
            }
            3 => format!("(!{})", self.expression("bool", d)),
            4 => {
                let word = self.dice.pick(&["add", "sub", "mul"]);
                format!("{}.overflowing_{word}({}).1", self.expression(kind, d), self.expression(kind, d))
            }
            _ => {
                let other = self.dice.pick(&INTEGERS);
                let (a, b) = (self.expression(kind, d), self.expression(other, d));
                format!("(({a}, {b}) < ({}, {}))", self.leaf(kind), self.leaf(other))
            }
        }
    }

    /// if, match or Option.
    fn choice(&mut self, kind: &'static str, d: usize) -> String {
        match self.dice.roll(3) {
            0 => {
                let test = self.expression("bool", d);
                format!("(if {test} {{ {} }} else {{ {} }})", self.expression(kind, d), self.expression(kind, d))
            }
            1 => {
                let on = self.dice.pick(&INTEGERS);
                let arms: String = (0..2 + self.dice.roll(8))
                    .map(|i| {
                        let label = i * (1 + self.dice.roll(2)) + i / 3;
                        format!("{label} => {}, ", self.expression(kind, d.saturating_sub(1)))
                    })
                    .collect();
                format!("(match {} & 31 {{ {arms}_ => {} }})", self.expression(on, d), self.leaf(kind))
            }
            _ => {
                let (test, a) = (self.expression("bool", d), self.expression(kind, d));
                format!(
                    "(if {test} {{ Some({a}) }} else {{ None }}).map_or({}, |x| x ^ {})",
                    self.leaf(kind),
                    self.leaf(kind)
                )
            }
        }
    }

    /// An element, a part of a slice, bytes put together, or a call.
    fn read(&mut self, kind: &'static str, d: usize) -> Option<String> {
        let function = self.known.iter().rev().find(|f| f.result == kind);
        if let Some(function) = function
            && self.dice.happens(50)
        {
            let arguments: Vec<_> =
                function.arguments.iter().map(|k| self.expression(k, d.saturating_sub(1))).collect();
            return Some(format!("{}({})", function.name, arguments.join(", ")));
        }
        if self.dice.happens(20) && bits(kind) > 8 {
            let order = self.dice.pick(&["le", "be"]);
            let bytes: Vec<_> = (0..bits(kind) / 8).map(|_| self.expression("u8", 1)).collect();
            return Some(format!("{kind}::from_{order}_bytes([{}])", bytes.join(", ")));
        }
        if self.arrays.is_empty() {
            return None;
        }
        let index = self.dice.roll(self.arrays.len());
        let (name, element, len) = self.arrays[index].clone();
        let at = self.expression("u32", d);
        if self.dice.happens(60) {
            return Some(format!("({name}[({at} as usize) % {len}] as {kind})"));
        }
        let fold = format!("fold(0 as {element}, |x, y| x.rotate_left(3) ^ *y)");
        Some(format!("({name}.get(..({at} as usize) % {}).unwrap_or(&[]).iter().{fold} as {kind})", len + 3))
    }

    fn statement(&mut self, depth: usize, indent: usize) -> String {
        let p = "    ".repeat(indent);
        let index = self.dice.roll(self.variables.len());
        let (name, kind) = self.variables[index].clone();
        match self.dice.roll(if depth == 0 { 6 } else { 11 }) {
            0 => {
                let kind = self.dice.pick(&TYPES);
                let (name, value) = (self.name('v'), self.expression(kind, DEPTH));
                self.variables.push((name.clone(), kind));
                format!("{p}let mut {name}: {kind} = {value};\n")
            }
            1 => {
                let kind = self.dice.pick(&INTEGERS);
                let (name, len) = (self.name('s'), self.dice.pick(&[3, 4, 8, 17, 40]));
                let value = self.expression(kind, 2);
                self.arrays.push((name.clone(), kind, len));
                format!("{p}let mut {name}: [{kind}; {len}] = [{value}; {len}];\n")
            }
            2 | 3 if !self.arrays.is_empty() => {
                let index = self.dice.roll(self.arrays.len());
                let (name, kind, len) = self.arrays[index].clone();
                let (at, value) = (self.expression("u32", 2), self.expression(kind, 3));
                let other = self.expression("u32", 1);
                let act = match self.dice.roll(3) {
                    0 => format!("{name}.copy_within(..at, 1)"),
                    1 => format!("{name}.swap(at, to)"),
                    _ => format!("{name}[at] = value"),
                };
                let places = format!("let (at, to) = (({at} as usize) % {len}, ({other} as usize) % {len});");
                format!("{p}{places}\n{p}let value = {value};\n{p}{act};\n")
            }
            2..=5 => format!("{p}{name} = {};\n", self.expression(kind, DEPTH)),
            6 => {
                let test = self.expression("bool", 3);
                let (yes, no) = (self.block(depth, indent), self.block(depth, indent));
                format!("{p}if {test} {{\n{yes}{p}}} else {{\n{no}{p}}}\n")
            }
            7 | 8 => {
                let (round, count) = (self.name('r'), self.dice.pick(&[2, 3, 5, 9]));
                let out = if self.dice.happens(40) {
                    let word = self.dice.pick(&["break", "continue"]);
                    format!("{p}    if {} {{ {word}; }}\n", self.expression("bool", 2))
                } else {
                    String::new()
                };
                let body = self.block(depth, indent);
                format!(
                    "{p}for {round} in 0..{count}u32 {{\n{out}{body}{p}    {name} ^= ({round} & 1) {};\n{p}}}\n",
                    cast(kind)
                )
            }
            9 => {
                let (round, count) = (self.name('r'), self.dice.pick(&[3, 6, 11]));
                let test = self.expression("bool", 2);
                let body = self.block(depth, indent);
                format!(
                    "{p}let mut {round} = 0u32;\n{p}while {round} < {count} && {test} {{\n{p}    {round} += 1;\n{body}{p}}}\n"
                )
            }
            _ => {
                let on = self.dice.pick(&INTEGERS);
                let value = self.expression(on, 2);
                let arms: String = (0..2 + self.dice.roll(7))
                    .map(|i| format!("{p}    {i} => {{\n{}{p}    }}\n", self.block(depth, indent + 1)))
                    .collect();
                format!("{p}match {value} & 15 {{\n{arms}{p}    _ => {{}}\n{p}}}\n")
            }
        }
    }

    /// What is declared in it ends with it.
    fn block(&mut self, depth: usize, indent: usize) -> String {
        let (variables, arrays) = (self.variables.clone(), self.arrays.clone());
        let body = (0..1 + self.dice.roll(2)).map(|_| self.statement(depth - 1, indent + 1)).collect();
        self.variables = variables;
        self.arrays = arrays;
        body
    }
}

/// What makes a u32 of 0 or 1 the type.
fn cast(kind: &str) -> String {
    if kind == "bool" { "!= 0".to_string() } else { format!("as {kind}") }
}
