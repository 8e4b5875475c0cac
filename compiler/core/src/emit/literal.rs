//! Values of the author as Rust literals. Text becomes code here and nowhere else.

use std::str::FromStr;

use proc_macro2::{Literal, TokenStream};
use quote::quote;

/// A string literal. What prints stays as it is; control characters, bidirectional overrides and everything else that a
/// reader could not see is escaped.
pub(super) fn string(text: &str) -> Literal {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    visible(text, &mut quoted);
    quoted.push('"');
    // The escapes above are Rust's own, so this parses; if it ever did not, the standard escape is as safe.
    Literal::from_str(&quoted).unwrap_or_else(|_| Literal::string(text))
}

/// `text` as one line that shows every character it has.
pub(super) fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    visible(text, &mut line);
    line
}

fn visible(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            // `escape_debug` escapes it for the sake of character literals.
            '\'' => out.push(c),
            // A NUL would come out as `\0`, which a digit after it makes hard to read.
            '\0' => out.push_str("\\u{0}"),
            _ => out.extend(c.escape_debug()),
        }
    }
}

/// An integer, in groups of three digits where there are more than four.
pub(super) fn integer(value: impl Into<i128>) -> TokenStream {
    let value = value.into();
    let digits = grouped(&value.unsigned_abs().to_string());
    let literal =
        Literal::from_str(&digits).unwrap_or_else(|_| Literal::u128_unsuffixed(value.unsigned_abs()));
    if value < 0 { quote!(-#literal) } else { quote!(#literal) }
}

fn grouped(digits: &str) -> String {
    if digits.len() <= 4 {
        return digits.to_owned();
    }
    let mut out = String::with_capacity(digits.len() * 4 / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push('_');
        }
        out.push(digit);
    }
    out
}

/// A bound that is a `u32`; the largest by its name.
pub(super) fn count(value: u32) -> TokenStream {
    if value == u32::MAX { quote!(u32::MAX) } else { integer(value) }
}

/// A bound that is an `i64`; the outermost by their names.
pub(super) fn whole(value: i64) -> TokenStream {
    match value {
        i64::MIN => quote!(i64::MIN),
        i64::MAX => quote!(i64::MAX),
        _ => integer(value),
    }
}

/// A number, the outermost by their names.
pub(super) fn number(value: f64) -> TokenStream {
    if value == f64::INFINITY {
        return quote!(f64::INFINITY);
    }
    if value == f64::NEG_INFINITY {
        return quote!(f64::NEG_INFINITY);
    }
    if value == f64::MAX {
        return quote!(f64::MAX);
    }
    if value == f64::MIN {
        return quote!(f64::MIN);
    }
    if value.is_nan() {
        return quote!(f64::NAN);
    }
    let literal = Literal::f64_unsuffixed(value.abs());
    if value.is_sign_negative() { quote!(-#literal) } else { quote!(#literal) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_reads_back_as_it_was() {
        for text in
            ["", "a\"b\\c", "it's", "\u{202e}cod\u{2066}", "π → ∞ 😀", "a\0b\r\n\t", "e\u{301}", "*/ //"]
        {
            let literal = string(text).to_string();
            let read: syn::LitStr = syn::parse_str(&literal).unwrap();
            assert_eq!(read.value(), text);
            assert!(
                !literal.chars().any(|c| c.is_control() || ('\u{2028}'..='\u{202e}').contains(&c)),
                "{literal}"
            );
        }
        assert_eq!(string("π → it's").to_string(), "\"π → it's\"");
    }

    #[test]
    fn numbers_are_grouped_and_named() {
        assert_eq!(integer(9_999_u32).to_string(), "9999");
        assert_eq!(integer(10_000_u32).to_string(), "10_000");
        assert_eq!(integer(1_048_576_u64).to_string(), "1_048_576");
        assert_eq!(integer(-1_234_567_i64).to_string(), "- 1_234_567");
        assert_eq!(whole(i64::MIN).to_string(), "i64 :: MIN");
        assert_eq!(count(u32::MAX).to_string(), "u32 :: MAX");
        assert_eq!(number(-0.5).to_string(), "- 0.5");
        assert_eq!(number(3.0).to_string(), "3.0");
        assert_eq!(number(f64::MIN).to_string(), "f64 :: MIN");
    }

    #[test]
    fn every_number_reads_back() {
        for value in [0.0, 1e300, 5e-324, 123_456.789, 1e21, f64::EPSILON] {
            let literal: syn::LitFloat = syn::parse2(number(value)).unwrap();
            assert_eq!(literal.base10_parse::<f64>().unwrap().to_bits(), f64::to_bits(value));
        }
    }
}
