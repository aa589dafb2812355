//! The ABI's form of a header map: a count, the sizes of all names and values, then each name and value with a NUL behind it.
//! All integers are little-endian `u32`.

use http::header::{HeaderMap, HeaderName, HeaderValue};

/// The fields of a serialised map, in order. Ends early where the bytes are malformed.
pub(crate) fn iter(bytes: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    let mut sizes = bytes.get(4..).unwrap_or_default();
    let count = u32_at(bytes).unwrap_or(0);
    let mut data = sizes.get(count.saturating_mul(8)..).unwrap_or_default();
    (0..count).map_while(move |_| {
        let (name_size, value_size) = (u32_at(sizes)?, u32_at(sizes.get(4..)?)?);
        sizes = sizes.get(8..)?;
        let name = data.get(..name_size)?;
        data = data.get(name_size.checked_add(1)?..)?;
        let value = data.get(..value_size)?;
        data = data.get(value_size.checked_add(1)?..).unwrap_or_default();
        Some((name, value))
    })
}

/// The first value of a field; names are lower-case.
pub(crate) fn find<'b>(bytes: &'b [u8], name: &str) -> Option<&'b [u8]> {
    iter(bytes).find(|(key, _)| *key == name.as_bytes()).map(|(_, value)| value)
}

/// The value of a field that is there once; names are lower-case.
pub(crate) fn single<'b>(bytes: &'b [u8], name: &str) -> Option<&'b [u8]> {
    let mut values = iter(bytes).filter(|(key, _)| *key == name.as_bytes()).map(|(_, value)| value);
    values.next().filter(|_| values.next().is_none())
}

/// The fields that `wanted` asks for. A field that the `http` crate cannot represent (a control character in it) is left out,
/// and so are pseudo-headers.
pub(crate) fn headers(bytes: &[u8], wanted: impl Fn(&[u8]) -> bool) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in iter(bytes).filter(|(name, _)| wanted(name)) {
        if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(name), HeaderValue::from_bytes(value)) {
            // Past 32,768 fields a map is full; Envoy's own limit is far below.
            let _ = headers.try_append(name, value);
        }
    }
    headers
}

/// Serialises a status and headers.
pub(crate) fn serialize(status: Option<u16>, headers: &HeaderMap) -> Vec<u8> {
    let status = status.map(|status| status.to_string());
    let fields = || {
        let pseudo = status.iter().map(|status| (":status".as_bytes(), status.as_bytes()));
        pseudo.chain(headers.iter().map(|(name, value)| (name.as_str().as_bytes(), value.as_bytes())))
    };
    let mut bytes = Vec::new();
    push_u32(&mut bytes, fields().count());
    for (name, value) in fields() {
        push_u32(&mut bytes, name.len());
        push_u32(&mut bytes, value.len());
    }
    for (name, value) in fields() {
        for part in [name, value] {
            bytes.extend_from_slice(part);
            bytes.push(0);
        }
    }
    bytes
}

fn u32_at(bytes: &[u8]) -> Option<usize> {
    let bytes = bytes.first_chunk::<4>()?;
    usize::try_from(u32::from_le_bytes(*bytes)).ok()
}

fn push_u32(bytes: &mut Vec<u8>, value: usize) {
    bytes.extend_from_slice(&u32::try_from(value).unwrap_or(u32::MAX).to_le_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_trip() {
        let mut headers = HeaderMap::new();
        headers.append("set-cookie", HeaderValue::from_static("a=1"));
        headers.append("set-cookie", HeaderValue::from_static("b=2"));
        headers.append("x-latin", HeaderValue::from_bytes(b"caf\xe9").unwrap_or(HeaderValue::from_static("")));
        let bytes = serialize(Some(503), &headers);
        assert_eq!(find(&bytes, ":status"), Some(&b"503"[..]));
        assert_eq!(find(&bytes, "x-latin"), Some(&b"caf\xe9"[..]));
        assert_eq!(find(&bytes, "absent"), None);
        assert_eq!(self::headers(&bytes, |_| true), headers, "the pseudo-header is left out");
    }

    #[test]
    fn malformed_bytes_end_the_iteration() {
        let whole = serialize(None, &HeaderMap::from_iter([(HeaderName::from_static("a"), HeaderValue::from_static("bc"))]));
        for length in 0..whole.len().saturating_sub(1) {
            let cut = whole.get(..length).unwrap_or_default();
            assert_eq!(iter(cut).count(), 0, "{length} of {} bytes", whole.len());
        }
        assert_eq!(iter(&[255; 64]).count(), 0);
    }
}
