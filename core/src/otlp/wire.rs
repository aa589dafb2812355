//! Protocol Buffers as far as OTLP needs them: written by hand, because that is 70 lines, and a crate's messages are 10 KB of the module.

use crate::json::Json;

/// A number, 7 bits a byte, the lowest first.
pub(super) fn varint(out: &mut Vec<u8>, mut number: u64) {
    while number > 0x7f {
        out.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    out.push(number.to_le_bytes()[0]);
}

/// A field that holds a number.
pub(super) fn number(out: &mut Vec<u8>, field: u64, number: u64) {
    varint(out, field << 3);
    varint(out, number);
}

/// A field of eight bytes.
pub(super) fn fixed64(out: &mut Vec<u8>, field: u64, bits: u64) {
    varint(out, field << 3 | 1);
    out.extend_from_slice(&bits.to_le_bytes());
}

/// A field that holds a text, bytes or a message.
pub(super) fn bytes(out: &mut Vec<u8>, field: u64, bytes: &[u8]) {
    prefix(out, field, bytes.len());
    out.extend_from_slice(bytes);
}

/// The beginning of such a field.
pub(super) fn prefix(out: &mut Vec<u8>, field: u64, length: usize) {
    varint(out, field << 3 | 2);
    varint(out, u64::try_from(length).unwrap_or_default());
}

/// A field that holds a `KeyValue`.
pub(super) fn attribute(out: &mut Vec<u8>, field: u64, name: &str, value: &Json) {
    let mut pair = Vec::new();
    bytes(&mut pair, 1, name.as_bytes());
    bytes(&mut pair, 2, &any(value));
    bytes(out, field, &pair);
}

/// An `AnyValue`. As deep as the value is, which is a report's: a list of objects.
pub(super) fn any(value: &Json) -> Vec<u8> {
    let mut out = Vec::new();
    match value {
        Json::Null => {}
        Json::Text(text) => bytes(&mut out, 1, text.as_bytes()),
        Json::Bool(switch) => number(&mut out, 2, u64::from(*switch)),
        Json::Number(whole) => number(&mut out, 3, (*whole).min(i64::MAX as u64)),
        Json::OtherNumber(other) => fixed64(&mut out, 4, other.to_bits()),
        Json::List(items) => {
            let mut list = Vec::new();
            items.iter().for_each(|item| bytes(&mut list, 1, &any(item)));
            bytes(&mut out, 5, &list);
        }
        Json::Object(members) => {
            let mut list = Vec::new();
            members.iter().for_each(|(name, member)| attribute(&mut list, 1, name, member));
            bytes(&mut out, 6, &list);
        }
    }
    out
}

/// The value of a field that was read.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Value<'b> {
    Number(u64),
    Bytes(&'b [u8]),
}

/// The last value of a field of a message; what comes behind malformed bytes is not there.
pub(super) fn find(mut message: &[u8], field: u64) -> Option<Value<'_>> {
    let mut found = None;
    while let Some((number, value, rest)) = read(message) {
        if number == field {
            found = Some(value);
        }
        message = rest;
    }
    found
}

/// The first field of a message, and what follows it.
fn read(message: &[u8]) -> Option<(u64, Value<'_>, &[u8])> {
    let (key, rest) = read_varint(message)?;
    let (value, rest) = match key & 7 {
        0 => read_varint(rest).map(|(number, rest)| (Value::Number(number), rest))?,
        1 => rest.split_at_checked(8).map(|(bytes, rest)| (Value::Bytes(bytes), rest))?,
        2 => {
            let (length, rest) = read_varint(rest)?;
            rest.split_at_checked(usize::try_from(length).ok()?).map(|(bytes, rest)| (Value::Bytes(bytes), rest))?
        }
        5 => rest.split_at_checked(4).map(|(bytes, rest)| (Value::Bytes(bytes), rest))?,
        _ => return None,
    };
    Some((key >> 3, value, rest))
}

fn read_varint(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut number = 0_u64;
    for (index, byte) in bytes.iter().enumerate().take(10) {
        number |= u64::from(byte & 0x7f).checked_shl(u32::try_from(index).ok()?.saturating_mul(7)).unwrap_or_default();
        if byte & 0x80 == 0 {
            return Some((number, bytes.get(index.saturating_add(1)..)?));
        }
    }
    None
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_as_the_encoding_says() {
        let rows: [(u64, &[u8]); 5] = [
            (0, &[0]),
            (127, &[0x7f]),
            (150, &[0x96, 0x01]),
            (300, &[0xac, 0x02]),
            (u64::MAX, &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]),
        ];
        for (number, expected) in rows {
            let mut out = Vec::new();
            varint(&mut out, number);
            assert_eq!(out, expected, "{number}");
            assert_eq!(read_varint(&out), Some((number, &[][..])), "{number}");
        }
    }

    #[test]
    fn fields_are_found_and_malformed_bytes_end_the_search() {
        let mut message = Vec::new();
        number(&mut message, 1, 3);
        fixed64(&mut message, 4, 1);
        bytes(&mut message, 2, b"why");
        number(&mut message, 1, 7);
        assert_eq!(find(&message, 1), Some(Value::Number(7)), "the last one counts");
        assert_eq!(find(&message, 2), Some(Value::Bytes(b"why")));
        assert_eq!(find(&message, 9), None);
        assert_eq!(find(&message[..message.len() - 1], 1), Some(Value::Number(3)));
        for malformed in [&b"{\"partialSuccess\":{}}"[..], &[0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f], &[0x80; 20], &[0x08], &[0x0b, 1]] {
            assert_eq!(find(malformed, 1), None, "{malformed:?}");
        }
    }
}
