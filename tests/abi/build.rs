//! Makes the two halves of the test: a C half, compiled here with include/limpet.h, and a Rust half, which src/lib.rs
//! compiles with the library's own types and functions. Nothing is written down twice: what to compare is read from
//! src/ffi and src/error.rs.
//!
//! ctest compares structs, unions and constants. So that it sees the rest, each enumerator becomes a constant, and each
//! function a field of one more struct; the type of a field is compared by the C compiler.

use quote::{format_ident, quote};
use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};
use syn::{Fields, FnArg, ForeignItem, Item, ItemEnum, ItemStruct, Signature, Visibility, parse_quote};

/// What C sees of `Error`; the other enums have the names of C.
const ERROR_PREFIX: &str = "MQTT_ERR_";

fn main() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("../..");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let mut types = items(&root.join("src/ffi/types.rs"))?;
    types.extend(items(&root.join("src/ffi/types5.rs"))?);
    types.extend(items(&root.join("src/ffi/store.rs"))?);
    types.extend(items(&root.join("src/ffi/events.rs"))?);
    types.retain(is_for_c);
    let errors: Vec<Item> = items(&root.join("src/error.rs"))?.into_iter().filter(is_for_c).collect();
    let mut functions = items(&root.join("src/ffi/client.rs"))?;
    for file in ["messages", "link", "wan", "v5", "store"] {
        functions.extend(items(&root.join("src/ffi").join(file).with_extension("rs"))?);
    }
    let functions: Vec<_> = functions.into_iter().filter_map(exported).collect();
    let hooks: Vec<_> = items(&root.join("src/ffi/lock.rs"))?.into_iter().flat_map(imported).collect();

    let enums = types.iter().chain(&errors).filter_map(|item| if let Item::Enum(e) = item { Some(e) } else { None });
    let constants: Vec<Item> = enums.flat_map(enumerators).collect();
    let prototypes = prototypes(functions.iter().chain(&hooks));
    let names: Vec<_> = prototypes.fields.iter().filter_map(|field| field.ident.as_ref()).collect();

    write(&out.join("names.rs"), quote! { #(#constants)* #prototypes })?;
    let bindings = quote! {
        use core::ffi::{c_char, c_void};
        type Flag = u8;
        #(#types)* #(#errors)* #(#constants)* #prototypes
        unsafe extern "C" { #(pub #functions;)* }
    };
    write(&out.join("bindings.rs"), bindings)?;
    let fields: String = names.iter().map(|name| format!("    __typeof__(&{name}) {name};\n")).collect();
    write(&out.join("prototypes.h"), format!("#include \"limpet.h\"\nstruct prototypes {{\n{fields}}};"))?;

    let include = root.join("include");
    println!("cargo::rerun-if-changed={}", include.display());
    let mut test = ctest::TestGenerator::new();
    test.header("prototypes.h").include(&out).include(&include).edition(2024).skip_private(true);
    test.rename_type(|name| (name == "Flag").then(|| "bool".to_string()));
    // No struct is passed by value.
    test.skip_roundtrip(|_| true);
    ctest::generate_test(&mut test, out.join("bindings.rs"), "layout")?;

    println!("cargo::rerun-if-changed=src/macros.c");
    cc::Build::new().file("src/macros.c").include(&include).std("c99").warnings_into_errors(true).compile("macros");
    Ok(())
}

fn items(file: &Path) -> Result<Vec<Item>, Box<dyn Error>> {
    println!("cargo::rerun-if-changed={}", file.display());
    Ok(syn::parse_file(&fs::read_to_string(file)?)?.items)
}

fn write(file: &Path, text: impl ToString) -> Result<(), Box<dyn Error>> {
    Ok(fs::write(file, text.to_string() + "\n")?)
}

fn is_for_c(item: &Item) -> bool {
    let (Item::Const(syn::ItemConst { vis, .. })
    | Item::Struct(ItemStruct { vis, .. })
    | Item::Union(syn::ItemUnion { vis, .. })
    | Item::Enum(ItemEnum { vis, .. })) = item
    else {
        return false;
    };
    matches!(vis, Visibility::Public(_))
}

/// A function that C can call.
fn exported(item: Item) -> Option<Signature> {
    let Item::Fn(function) = item else { return None };
    let mut signature = function.sig;
    signature.abi.take()?;
    signature.unsafety = None;
    Some(signature)
}

/// The functions that C must supply.
fn imported(item: Item) -> Vec<Signature> {
    let Item::ForeignMod(block) = item else { return Vec::new() };
    let signature = |item| if let ForeignItem::Fn(function) = item { Some(function.sig) } else { None };
    block.items.into_iter().filter_map(signature).collect()
}

/// The enumerators as constants with their names in C.
fn enumerators(from: &ItemEnum) -> Vec<Item> {
    let name = &from.ident;
    let constant = |variant: &syn::Ident| {
        let in_c = match name == "Error" {
            true => format_ident!("{ERROR_PREFIX}{}", screaming(&variant.to_string())),
            false => variant.clone(),
        };
        parse_quote! { pub const #in_c: i32 = #name::#variant as i32; }
    };
    from.variants.iter().map(|variant| constant(&variant.ident)).collect()
}

/// `TooLarge` as TOO_LARGE.
fn screaming(name: &str) -> String {
    let mut out = String::new();
    for (i, letter) in name.char_indices() {
        if i > 0 && letter.is_ascii_uppercase() {
            out.push('_');
        }
        out.push(letter.to_ascii_uppercase());
    }
    out
}

/// The functions as fields of one struct.
fn prototypes<'a>(functions: impl Iterator<Item = &'a Signature>) -> ItemStruct {
    let mut all: ItemStruct = parse_quote! { #[repr(C)] pub struct prototypes {} };
    let Fields::Named(fields) = &mut all.fields else { return all };
    for Signature { ident, inputs, output, .. } in functions {
        let arguments = inputs.iter().filter_map(|i| if let FnArg::Typed(typed) = i { Some(&typed.ty) } else { None });
        fields.named.push(parse_quote! { pub #ident: Option<unsafe extern "C" fn(#(#arguments),*) #output> });
    }
    all
}
