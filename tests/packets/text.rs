//! UTF-8 as MQTT wants it, against the standard library's.

use limpet::packet::text::is_utf8;
use limpet::packet::topic::is_name;

#[track_caller]
fn agree(bytes: &[u8]) {
    let expected = core::str::from_utf8(bytes).is_ok() && !bytes.contains(&0);
    assert_eq!(is_utf8(bytes), expected, "{bytes:02X?}");
}

#[test]
fn every_sequence_of_up_to_three_bytes_is_judged_as_by_the_standard_library() {
    agree(b"");
    for sequence in 0u32..1 << 24 {
        let [_, a, b, c] = sequence.to_be_bytes();
        agree(&[a, b, c]);
        if c == 0 {
            agree(&[a, b]);
        }
        if b == 0 && c == 0 {
            agree(&[a]);
        }
    }
}

#[test]
fn four_and_five_bytes_from_all_borders_are_judged_as_by_the_standard_library() {
    let borders = [
        0x00, 0x01, 0x2B, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED,
        0xEE, 0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xF8, 0xFF,
    ];
    for a in borders {
        for b in borders {
            for c in borders {
                for d in borders {
                    agree(&[a, b, c, d]);
                    for e in [0x00, b'x', 0x80, 0xC3, 0xF0] {
                        agree(&[a, b, c, d, e]);
                    }
                }
            }
        }
    }
}

#[test]
fn every_character_alone_and_in_company_is_text() {
    for c in '\u{1}'..=char::MAX {
        let mut alone = [0; 4];
        assert!(is_utf8(c.encode_utf8(&mut alone).as_bytes()), "{c:?}");
        let mut text = *b"a/\0\0\0\0\0";
        let len = c.encode_utf8(&mut text[2..]).len();
        assert!(is_utf8(&text[..2 + len]), "{c:?}");
        assert_eq!(is_name(&text[..2 + len]), !matches!(c, '#' | '+'), "{c:?}");
        assert!(!is_utf8(&text[..3 + len]), "{c:?} and NUL");
    }
}

#[test]
fn text_is_well_formed_without_nul() {
    let cases: &[(&str, &[u8], bool)] = &[
        ("1.5.3 the standard's example, A and U+2A6D4", b"A\xF0\xAA\x9B\x94", true),
        ("1.5.3-3 U+FEFF is kept", b"\xEF\xBB\xBFa", true),
        ("1.5.3-2 U+0000", b"a\0b", false),
        ("1.5.3-1 U+0000 in two bytes", b"\xC0\x80", false),
        ("1.5.3-1 U+D800", b"\xED\xA0\x80", false),
        ("1.5.3-1 U+DFFF", b"\xED\xBF\xBF", false),
        ("1.5.3-1 a pair of surrogates", b"\xED\xA1\xA9\xED\xBB\x94", false),
        ("1.5.3-1 above U+10FFFF", b"\xF4\x90\x80\x80", false),
        ("1.5.3-1 overlong slash", b"\xE0\x80\xAF", false),
        ("1.5.3-1 a lone continuation", b"\x80", false),
        ("1.5.3-1 five bytes", b"\xF8\x88\x80\x80\x80", false),
        ("1.5.3-1 ends in a character", b"abc\xE2\x82", false),
        ("1.5.3 control characters may be", b"\x01\x1F\x7F\xC2\x80", true),
        ("1.5.3 U+FFFF may be", b"\xEF\xBF\xBF", true),
    ];
    for (rule, bytes, holds) in cases {
        assert_eq!(is_utf8(bytes), *holds, "{rule}");
    }
}

#[test]
fn every_byte_at_every_place_of_a_long_text_is_judged_as_by_the_standard_library() {
    for byte in 0..=u8::MAX {
        for at in 0..20 {
            let mut text = [b','; 20];
            text[at] = byte;
            agree(&text);
            assert_eq!(is_name(&text), byte < 0x80 && !matches!(byte, 0 | b'#' | b'+'), "{text:02X?}");
            // A byte that borrows does not hide what is above it.
            text[19 - at] = 1;
            agree(&text);
        }
    }
}
