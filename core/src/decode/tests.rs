#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::arithmetic_side_effects, clippy::panic)]

use super::gzip::{EXTRA, HEADER_CRC, NAME};
use super::*;
use crc32fast::Hasher;
use flate2::write::GzEncoder;
use flate2::{Compression, GzBuilder};
use http::HeaderValue;
use std::io::{Read, Write};

const TEXT: &[u8] = b"Traceback (most recent call last):\n  File \"/srv/app.py\", line 7, in <module>\nValueError: \x1f\x8b ouch\n";

fn gzip(body: &[u8]) -> Vec<u8> {
    gzip_at(body, Compression::best())
}

fn gzip_at(body: &[u8], level: Compression) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), level);
    encoder.write_all(body).unwrap();
    encoder.finish().unwrap()
}

/// A member with every optional field, and FTEXT; 10 fixed bytes first, header CRC last before the data.
fn all_flags(body: &[u8]) -> Vec<u8> {
    let plain = GzBuilder::new().extra(&b"ab\x02\x00xy"[..]).filename("f\u{e9}.txt").comment("why").write(Vec::new(), Compression::best());
    let mut member = { plain }.finish().unwrap();
    let header = member.len() - 10; // an empty member ends with two bytes of data and eight of trailer
    member.truncate(header);
    member[3] |= HEADER_CRC | 1;
    let mut crc = Hasher::new();
    crc.update(&member);
    member.extend_from_slice(&crc.finalize().to_le_bytes()[..2]);
    member.extend_from_slice(&gzip(body)[10..]);
    member
}

fn coded(values: &[&str]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for value in values {
        headers.append(CONTENT_ENCODING, HeaderValue::from_str(value).unwrap());
    }
    headers
}

/// Output and result of a body fed in these chunks; the error is asked for twice, to see that it stays.
fn run<'a>(headers: &HeaderMap, payload: Payload, chunks: impl IntoIterator<Item = &'a [u8]>) -> (Vec<u8>, Result<(), DecodeError>) {
    let mut decoder = Decoder::new(headers, payload, u64::MAX);
    let mut out = Vec::new();
    let mut sink = |slice: &[u8]| {
        assert!(!slice.is_empty() && slice.len() <= MAX_SLICE);
        out.extend_from_slice(slice);
        ControlFlow::Continue(())
    };
    for chunk in chunks {
        if let Err(error) = decoder.push(chunk, &mut sink) {
            assert_eq!(decoder.push(b"more", &mut sink), Err(error.clone()));
            assert_eq!(decoder.end(&mut sink), Err(error.clone()));
            return (out, Err(error));
        }
    }
    let result = decoder.end(&mut sink);
    assert_eq!(decoder.end(&mut sink), result);
    assert_eq!(decoder.push(b"more", &mut sink), result);
    (out, result)
}

/// The same whole, byte by byte, and (small bodies) split everywhere.
fn every_split(headers: &HeaderMap, payload: Payload, body: &[u8]) -> (Vec<u8>, Result<(), DecodeError>) {
    let whole = run(headers, payload, [body]);
    assert_eq!(run(headers, payload, body.chunks(1)), whole, "byte by byte: {body:02x?}");
    assert_eq!(run(headers, payload, body.chunks(7)), whole, "by sevens");
    if body.len() <= 400 {
        for at in 0..=body.len() {
            let (a, b) = body.split_at(at);
            assert_eq!(run(headers, payload, [a, b]), whole, "split at {at}");
        }
    }
    whole
}

fn join(parts: &[&[u8]]) -> Vec<u8> {
    parts.concat()
}

#[test]
fn bodies() {
    use Payload::{Absent, AsSent, Decoded};
    let unknown = |name: &str| Err(DecodeError::Unknown(name.to_owned()));
    let corrupt = Err(DecodeError::Corrupt);
    let truncated = Err(DecodeError::Truncated);
    let (one, two, three) = (gzip(TEXT), gzip(&gzip(TEXT)), gzip(&gzip(&gzip(TEXT))));
    let stored = gzip_at(TEXT, Compression::none());
    let bad_crc = {
        let mut bytes = one.clone();
        let at = bytes.len() - 8;
        bytes[at] ^= 1;
        bytes
    };
    let bad_size = {
        let mut bytes = one.clone();
        let at = bytes.len() - 1;
        bytes[at] ^= 0x80;
        bytes
    };
    type Row<'a> = (&'a str, &'a [&'a str], Payload, Vec<u8>, &'a [u8], Result<(), DecodeError>);
    #[rustfmt::skip]
    let rows: Vec<Row<'_>> = vec![
        ("plain, no header", &[], AsSent, TEXT.to_vec(), TEXT, Ok(())),
        ("plain, identity", &["identity"], AsSent, TEXT.to_vec(), TEXT, Ok(())),
        ("plain, empty members", &[" , ,", ""], AsSent, TEXT.to_vec(), TEXT, Ok(())),
        ("empty", &[], AsSent, vec![], b"", Ok(())),
        ("absent, although gzip", &["gzip"], Absent, vec![], b"", Ok(())),
        ("gzip", &["gzip"], AsSent, one.clone(), TEXT, Ok(())),
        ("gzip in capitals", &["GZip"], AsSent, one.clone(), TEXT, Ok(())),
        ("x-gzip with spaces and neighbours", &["identity,, X-Gzip ", "identity"], AsSent, one.clone(), TEXT, Ok(())),
        ("stored blocks", &["gzip"], AsSent, stored, TEXT, Ok(())),
        ("all header fields", &["gzip"], AsSent, all_flags(TEXT), TEXT, Ok(())),
        ("two members", &["gzip"], AsSent, join(&[&one, &all_flags(b"tail")]), &join(&[TEXT, b"tail"]).leak()[..], Ok(())),
        ("empty members", &["gzip"], AsSent, join(&[&gzip(b""), &gzip(b""), &one]), TEXT, Ok(())),
        ("zero padding", &["gzip"], AsSent, join(&[&one, &[0; 9]]), TEXT, Ok(())),
        ("trailing bytes", &["gzip"], AsSent, join(&[&one, b"x"]), TEXT, corrupt.clone()),
        ("trailing bytes after padding", &["gzip"], AsSent, join(&[&one, b"\0\x1f\x8b"]), TEXT, corrupt.clone()),
        ("half a magic after a member", &["gzip"], AsSent, join(&[&one, b"\x1fx"]), TEXT, corrupt.clone()),
        ("cut in the second header", &["gzip"], AsSent, join(&[&one, &one[..5]]), TEXT, truncated.clone()),
        ("called gzip, empty", &["gzip"], AsSent, vec![], b"", Ok(())),
        ("called gzip, plain", &["gzip"], AsSent, TEXT.to_vec(), b"", corrupt.clone()),
        ("called gzip, half a magic", &["gzip"], AsSent, vec![0x1f], b"", truncated.clone()),
        ("called gzip, wrong magic", &["gzip"], AsSent, vec![0x1f, 0x8c], b"", corrupt.clone()),
        ("called gzip, one zero", &["gzip"], AsSent, vec![0], b"", corrupt.clone()),
        ("not deflate", &["gzip"], AsSent, vec![0x1f, 0x8b, 7, 0], b"", corrupt.clone()),
        ("reserved flag", &["gzip"], AsSent, vec![0x1f, 0x8b, 8, 0x20], b"", corrupt.clone()),
        ("reserved block type", &["gzip"], AsSent, join(&[&one[..10], &[7]]), b"", corrupt.clone()),
        ("wrong CRC", &["gzip"], AsSent, bad_crc, TEXT, corrupt.clone()),
        ("wrong size", &["gzip"], AsSent, bad_size, TEXT, corrupt.clone()),
        ("sniffed without header", &[], AsSent, one.clone(), TEXT, Ok(())),
        ("sniffed under identity", &["identity"], AsSent, one.clone(), TEXT, Ok(())),
        ("decoded by the host", &["gzip"], Decoded, TEXT.to_vec(), TEXT, Ok(())),
        ("decoded by the host, other coding", &["br"], Decoded, TEXT.to_vec(), TEXT, Ok(())),
        ("not decoded by the host after all", &["gzip"], Decoded, one.clone(), TEXT, Ok(())),
        ("plain, begins with half a magic", &[], AsSent, vec![0x1f, b'a'], b"\x1fa", Ok(())),
        ("plain, is half a magic", &[], AsSent, vec![0x1f], b"\x1f", Ok(())),
        ("plain, half a magic twice", &[], AsSent, vec![0x1f, 0x1f, 0x8b], b"\x1f\x1f\x8b", Ok(())),
        ("gzip twice", &["gzip, x-gzip"], AsSent, two.clone(), TEXT, Ok(())),
        ("gzip twice in two fields", &["gzip", "gzip"], AsSent, two.clone(), TEXT, Ok(())),
        ("gzip twice, called once", &["gzip"], AsSent, two.clone(), TEXT, Ok(())),
        ("called twice, gzip once", &["gzip, gzip"], AsSent, one.clone(), b"", corrupt),
        ("called twice, empty inside", &["gzip, gzip"], AsSent, gzip(b""), b"", Ok(())),
        ("inner cut", &["gzip, gzip"], AsSent, gzip(&one[..1]), b"", truncated.clone()),
        ("outer cut, inner waits", &[], AsSent, { let mut cut = gzip(b"\x1f"); cut.pop(); cut }, b"\x1f", truncated),
        ("called thrice", &["gzip, gzip, gzip"], AsSent, three.clone(), b"", unknown("gzip")),
        ("two undone, their names left", &["gzip, br"], AsSent, one.clone(), TEXT, Ok(())),
        ("gzip thrice, called twice", &["gzip, gzip"], AsSent, three, b"", unknown("gzip")),
        ("compress", &["compress"], AsSent, vec![0x1f, 0x9d], b"", unknown("compress")),
        ("parameter", &["gzip;q=1"], AsSent, one.clone(), b"", unknown("gzip;q=1")),
        ("bounded name", &["a very long name of a coding that nobody knows"], AsSent, vec![1], b"", unknown("a?very?long?name?of?a?coding?tha")),
    ];
    for (name, headers, payload, body, output, result) in rows {
        let got = every_split(&coded(headers), payload, &body);
        assert_eq!(got, (output.to_vec(), result), "{name}");
    }
}

#[test]
fn a_name_that_is_not_text_is_shown_harmless() {
    let mut headers = HeaderMap::new();
    headers.append(CONTENT_ENCODING, HeaderValue::from_bytes(b"G\xe9\x09Z").unwrap());
    assert_eq!(run(&headers, Payload::AsSent, [&b"x"[..]]).1, Err(DecodeError::Unknown("g??z".to_owned())));
}

#[test]
fn header_fields_longer_than_any_buffer() {
    let mut member = vec![0x1f, 0x8b, 8, EXTRA | NAME, 0, 0, 0, 0, 0, 255, 0xff, 0xff];
    member.extend(std::iter::repeat_n(0xaa, 0xffff));
    member.extend(std::iter::repeat_n(b'n', 200_000));
    member.push(0);
    member.extend_from_slice(&gzip(TEXT)[10..]);
    assert_eq!(every_split(&coded(&["gzip"]), Payload::AsSent, &member), (TEXT.to_vec(), Ok(())));
}

#[test]
fn truncated_at_every_byte() {
    let body = join(&[&gzip(b"first"), &all_flags(TEXT)]);
    let boundary = gzip(b"first").len();
    for len in 0..body.len() {
        let (out, result) = every_split(&coded(&["gzip"]), Payload::AsSent, &body[..len]);
        let whole = len == 0 || len == boundary;
        assert_eq!(result, if whole { Ok(()) } else { Err(DecodeError::Truncated) }, "cut at {len}");
        assert!(join(&[b"first", TEXT]).starts_with(&out));
    }
}

#[test]
fn one_flipped_bit_never_passes() {
    let body = all_flags(TEXT);
    let plain = gzip(TEXT);
    for (body, ignored) in [(&body, 0..0), (&plain, 4..10)] {
        for at in 0..body.len() {
            for bit in 0..8 {
                let mut flipped = body.clone();
                flipped[at] ^= 1 << bit;
                let headers = coded(&["gzip"]);
                let (out, result) = run(&headers, Payload::AsSent, [&flipped[..]]);
                for split in [at, at + 1] {
                    let (a, b) = flipped.split_at(split);
                    assert_eq!(run(&headers, Payload::AsSent, [a, b]), (out.clone(), result.clone()), "byte {at} bit {bit}");
                }
                assert_eq!(run(&headers, Payload::AsSent, flipped.chunks(1)), (out.clone(), result.clone()), "byte {at} bit {bit}");
                // Without a header CRC nothing tells that MTIME, XFL, OS or FTEXT changed; nothing depends on them.
                let harmless = ignored.contains(&at) || (!ignored.is_empty() && at == 3 && bit == 0);
                if harmless {
                    assert_eq!((out.as_slice(), &result), (TEXT, &Ok(())), "byte {at} bit {bit}");
                } else {
                    assert!(result.is_err(), "byte {at} bit {bit}");
                }
            }
        }
    }
}

macro_rules! data {
    ($name:literal) => {
        include_bytes!(concat!("testdata/", $name)).as_slice()
    };
}

/// `TEXT` in every coding, made by other encoders: name in the header, whether its first bytes tell it, whether it has a
/// checksum, bytes.
const CODED: &[(&str, bool, bool, &[u8])] = &[
    ("gzip", true, true, data!("text.gz")),
    ("deflate", true, true, data!("text.zlib")),
    ("deflate", false, false, data!("text.deflate")),
    ("br", false, false, data!("text.br")),
    ("br", false, false, data!("text.q1.br")),
    ("br", false, false, data!("text.window24.br")),
    ("zstd", true, true, data!("text.zst")),
    ("zstd", true, false, data!("text.no_check.zst")),
    ("zstd", true, true, data!("text.no_size.zst")),
];

#[test]
fn every_coding_under_every_header() {
    for (at, &(name, sniffed, _, body)) in CODED.iter().enumerate() {
        let upper = name.to_uppercase();
        let (padded, listed) = (format!(" ,\t{name} ,"), format!("identity, {name}"));
        for header in [&[name][..], &[&upper], &[&padded], &[&listed], &["identity", name], &[name, "Identity"]] {
            assert_eq!(every_split(&coded(header), Payload::AsSent, body), (TEXT.to_vec(), Ok(())), "{at} as {header:?}");
        }
        // The host undid it and left the name, or says so and did not.
        assert_eq!(every_split(&coded(&[name]), Payload::AsSent, b""), (vec![], Ok(())), "{at} empty");
        let expected = if sniffed { TEXT } else { body };
        assert_eq!(every_split(&coded(&[name]), Payload::Decoded, body), (expected.to_vec(), Ok(())), "{at} undone by the host");
        for header in [&[][..], &["identity"]] {
            assert_eq!(every_split(&coded(header), Payload::AsSent, body), (expected.to_vec(), Ok(())), "{at} as {header:?}");
        }
        for other in ["gzip", "x-gzip", "deflate", "br", "zstd"] {
            let (out, result) = every_split(&coded(&[other]), Payload::AsSent, body);
            if sniffed || other == name {
                assert_eq!((out.as_slice(), &result), (TEXT, &Ok(())), "{at} called {other}");
            } else {
                assert!(result.is_err(), "{at} called {other}: {result:?}");
            }
        }
        for plain in [TEXT, b"{\"error\":\"sold out\"}", b"<!doctype html><title>Busy</title>", b"x", b"\n"] {
            assert!(every_split(&coded(&[name]), Payload::AsSent, plain).1.is_err(), "plain called {name}");
        }
    }
}

#[test]
fn every_coding_cut_at_every_byte() {
    for &(name, _, _, body) in CODED {
        for len in 1..body.len() {
            let (out, result) = every_split(&coded(&[name]), Payload::AsSent, &body[..len]);
            assert_eq!(result, Err(DecodeError::Truncated), "{name} cut at {len}");
            assert!(TEXT.starts_with(&out), "{name} cut at {len}");
        }
    }
}

#[test]
fn every_coding_with_bytes_after_its_end() {
    for &(name, _, _, body) in CODED {
        for junk in [&b"x"[..], b"\n", b"\xff\xff", b"<!-- -->"] {
            let got = every_split(&coded(&[name]), Payload::AsSent, &join(&[body, junk]));
            // Brotli finds out while it decodes its last kilobyte.
            assert!(TEXT.starts_with(&got.0), "{name} and {junk:?}");
            assert_eq!(got.1, Err(DecodeError::Corrupt), "{name} and {junk:?}");
        }
        let twice = every_split(&coded(&[name]), Payload::AsSent, &join(&[body, body]));
        if matches!(name, "gzip" | "zstd") {
            assert_eq!(twice, (join(&[TEXT, TEXT]), Ok(())), "{name} twice");
        } else {
            assert_eq!(twice.1, Err(DecodeError::Corrupt), "{name} twice");
        }
    }
}

#[test]
fn every_coding_with_one_flipped_bit() {
    for &(name, _, checked, body) in CODED {
        for at in 0..body.len() {
            for bit in 0..8 {
                let mut flipped = body.to_vec();
                flipped[at] ^= 1 << bit;
                let headers = coded(&[name]);
                let whole = run(&headers, Payload::AsSent, [&flipped[..]]);
                let (a, b) = flipped.split_at(at);
                assert_eq!(run(&headers, Payload::AsSent, [a, b]), whole, "{name} byte {at} bit {bit}");
                assert_eq!(run(&headers, Payload::AsSent, flipped.chunks(1)), whole, "{name} byte {at} bit {bit}");
                // Nothing but a field that means nothing may change without notice: the time in gzip, padding, a window that is large
                // enough.
                assert!(!checked || whole.1.is_err() || whole.0 == TEXT, "{name} byte {at} bit {bit}");
            }
        }
    }
}

#[test]
fn stacked() {
    let mut zlib = flate2::write::ZlibEncoder::new(Vec::new(), Compression::best());
    zlib.write_all(data!("text.zst")).unwrap();
    let zlib = zlib.finish().unwrap();
    let thrice = gzip(data!("text.zlib.zst"));
    type Row<'a> = (&'a str, &'a [&'a str], &'a [u8], (Vec<u8>, Result<(), DecodeError>));
    let text = || (TEXT.to_vec(), Ok(()));
    #[rustfmt::skip]
    let rows: Vec<Row<'_>> = vec![
        ("br around gzip", &["gzip, br"], data!("text.gz.br"), text()),
        ("br around gzip, in two lines", &["gzip", "BR"], data!("text.gz.br"), text()),
        ("br around gzip, which is not named", &["br"], data!("text.gz.br"), text()),
        ("zstd around br", &["br, zstd"], data!("text.br.zst"), text()),
        ("zstd around br, which is not named", &["zstd"], data!("text.br.zst"), (data!("text.br").to_vec(), Ok(()))),
        ("zstd around br, called by the inner one", &["br"], data!("text.br.zst"), (data!("text.br").to_vec(), Ok(()))),
        ("zstd around zlib", &["deflate, identity, zstd"], data!("text.zlib.zst"), text()),
        ("zstd around zlib, no header", &[], data!("text.zlib.zst"), text()),
        ("zlib around zstd", &["zstd, deflate"], &zlib, text()),
        ("three", &["deflate, zstd, gzip"], &thrice, (vec![], Err(DecodeError::Unknown("gzip".into())))),
        ("three, no header", &[], &thrice, (vec![], Err(DecodeError::Unknown("deflate".into())))),
    ];
    for (name, headers, body, expected) in rows {
        assert_eq!(every_split(&coded(headers), Payload::AsSent, body), expected, "{name}");
    }
}

#[test]
fn brotli_and_zstd_in_particular() {
    let skippable = b"\x5f\x2a\x4d\x18\x03\0\0\0abc";
    let no_length = b"\x50\x2a\x4d\x18\0\0\0\0";
    let zst = data!("text.zst");
    let text = |result| (TEXT.to_vec(), result);
    let frame = |header: &[u8], blocks: &[u8]| join(&[b"\x28\xb5\x2f\xfd", header, blocks]);
    let corrupt = || (vec![], Err(DecodeError::Corrupt));
    let truncated = Err(DecodeError::Truncated);
    type Row<'a> = (&'a str, &'a str, Vec<u8>, (Vec<u8>, Result<(), DecodeError>));
    #[rustfmt::skip]
    let rows: Vec<Row<'_>> = vec![
        ("empty brotli", "br", data!("empty.br").to_vec(), (vec![], Ok(()))),
        ("a window that is not in the RFC", "br", data!("text.large_window.br").to_vec(), corrupt()),
        ("a block that announces 16 MiB", "br", b"\x21\xff\xff\xff\xff".to_vec(), corrupt()),
        ("empty frame", "zstd", data!("empty.zst").to_vec(), (vec![], Ok(()))),
        ("a window of 128 MiB", "zstd", data!("text.window128m.zst").to_vec(), corrupt()),
        ("skippable frames around", "zstd", join(&[skippable, no_length, zst, skippable]), text(Ok(()))),
        ("a skippable frame alone", "zstd", no_length.to_vec(), (vec![], Ok(()))),
        ("a skippable frame cut", "zstd", join(&[zst, &skippable[..10]]), text(truncated.clone())),
        ("a skippable frame cut in its magic", "zstd", join(&[zst, &skippable[..2]]), text(truncated.clone())),
        ("a wrong checksum", "zstd", join(&[&zst[..zst.len() - 1], b"\0"]), text(Err(DecodeError::Corrupt))),
        ("a raw block", "zstd", frame(b"\x20\x02", b"\x11\0\0ab"), (b"ab".to_vec(), Ok(()))),
        ("a repeated byte", "zstd", frame(b"\x20\x05", b"\x2b\0\0a"), (b"aaaaa".to_vec(), Ok(()))),
        ("three blocks", "zstd", frame(b"\x20\x05", b"\x10\0\0ab\x0a\0\0c\x11\0\0de"), (b"abcde".to_vec(), Ok(()))),
        ("shorter than announced", "zstd", frame(b"\x20\x03", b"\x11\0\0ab"), (b"ab".to_vec(), Err(DecodeError::Corrupt))),
        ("longer than announced", "zstd", frame(b"\x20\x01", b"\x11\0\0ab"), corrupt()),
        ("two bytes for the size", "zstd", frame(b"\x60\x01\0", b"\x0b\x08\0a"), (vec![b'a'; 257], Ok(()))),
        ("a dictionary", "zstd", frame(b"\x21\x07\x02", b"\x11\0\0ab"), corrupt()),
        ("dictionary 0 is none", "zstd", frame(b"\x21\0\x02", b"\x11\0\0ab"), (b"ab".to_vec(), Ok(()))),
        ("the reserved bit", "zstd", frame(b"\x28\x02", b"\x11\0\0ab"), corrupt()),
        ("the reserved block", "zstd", frame(b"\x20\x02", b"\x17\0\0ab"), corrupt()),
        ("a block over 128 KiB", "zstd", frame(b"\0\x58", b"\x09\0\x10"), corrupt()),
        ("a window of 8 MiB", "zstd", frame(b"\0\x68", b"\x11\0\0ab"), (b"ab".to_vec(), Ok(()))),
        ("a window of 9 MiB", "zstd", frame(b"\0\x69", b"\x11\0\0ab"), corrupt()),
        ("a window beyond all bounds", "zstd", frame(b"\0\xff", b"\x11\0\0ab"), corrupt()),
        ("no block", "zstd", frame(b"\x20\x02", b""), (vec![], truncated)),
    ];
    for (name, header, body, expected) in rows {
        assert_eq!(every_split(&coded(&[header]), Payload::AsSent, &body), expected, "{name}");
    }
}

/// 300 KB of log, as testdata/make.sh makes it too: several blocks that point back to one another.
fn lines() -> Vec<u8> {
    (0..8000).flat_map(|i| format!("line {i} of the log: {} items, {} left\n", i * i % 97, i % 13).into_bytes()).collect()
}

#[test]
fn long_bodies() {
    let mut random = random();
    for (name, body) in [
        ("br", data!("lines.br")),
        ("br", data!("lines.window10.br")),
        ("zstd", data!("lines.zst")),
        ("zstd", data!("lines.no_size.zst")),
        ("deflate", &*gzip(&lines())),
    ] {
        let headers = coded(&[name]);
        assert!(run(&headers, Payload::AsSent, [body]) == (lines(), Ok(())), "{name}");
        assert!(run(&headers, Payload::AsSent, body.chunks(1)) == (lines(), Ok(())), "{name}");
        for _ in 0..20 {
            let mut damaged = body.to_vec();
            let at = random() as usize % damaged.len();
            damaged[at] ^= 1 << (random() % 8);
            let whole = run(&headers, Payload::AsSent, [&damaged[..]]);
            let (a, b) = damaged.split_at(at);
            assert!(run(&headers, Payload::AsSent, [a, b]) == whole, "{name} byte {at}");
            assert!(run(&headers, Payload::AsSent, damaged.chunks(1 + random() as usize % 3000)) == whole, "{name} byte {at}");
        }
    }
}

#[test]
fn no_coding_gives_more_than_the_limit() {
    let padding = gzip(&vec![0; 100_000]);
    let bomb = gzip(&vec![0; 40_000_000]);
    let doubled = gzip(&bomb);
    let stored = gzip_at(&vec![b'a'; 100_000], Compression::none());
    let short = gzip(&vec![b'a'; 64 * 1024]);
    let too_long = || Err(DecodeError::TooLong);
    type Row<'a> = (&'a str, &'a str, &'a [u8], u64, usize, Result<(), DecodeError>);
    #[rustfmt::skip]
    let rows: Vec<Row<'_>> = vec![
        // limit, then how much comes out and the result
        ("gzip", "gzip", &bomb, 262_144, 262_144, too_long()),
        ("gzip twice", "gzip", &doubled, 262_144, 262_144, too_long()),
        ("br", "br", data!("bomb.br"), 262_144, 0, too_long()),
        ("zstd that announces its size", "zstd", data!("padding.zst"), 99_999, 99_999, too_long()),
        ("zstd", "zstd", data!("bomb.zst"), 262_144, 262_144, too_long()),
        ("exactly the limit", "gzip", &stored, 100_000, 100_000, Ok(())),
        ("one more", "gzip", &stored, 99_999, 99_999, too_long()),
        ("no limit, but the ratio", "gzip", &padding, u64::MAX, 100_000, too_long()),
        ("the ratio in zstd", "zstd", data!("padding.zst"), u64::MAX, 100_000, too_long()),
        ("a ratio that nobody minds", "gzip", &short, u64::MAX, 64 * 1024, Ok(())),
        ("limit 0", "gzip", &short, 0, 0, too_long()),
    ];
    for (name, header, body, limit, len, expected) in rows {
        for size in [1, 700, body.len()] {
            let mut total = 0;
            let mut sink = |slice: &[u8]| {
                total += slice.len();
                ControlFlow::Continue(())
            };
            let mut decoder = Decoder::new(&coded(&[header]), Payload::AsSent, limit);
            let fed = body.chunks(size).try_for_each(|chunk| decoder.push(chunk, &mut sink));
            let ended = decoder.end(&mut sink);
            assert_eq!((fed.and(ended), total), (expected.clone(), len), "{name}");
        }
    }
}

#[test]
fn brotli_may_begin_like_gzip() {
    let body = data!("looks_like_gzip.br");
    assert!(body.starts_with(&super::gzip::MAGIC));
    assert!(every_split(&coded(&["br"]), Payload::AsSent, body) == (lines()[..2188].to_vec(), Ok(())));
    // The same bytes are taken for what they look like under any other header.
    assert!(every_split(&coded(&["gzip"]), Payload::AsSent, body).1.is_err());
    for len in 1..body.len() {
        assert_eq!(every_split(&coded(&["br"]), Payload::AsSent, &body[..len]).1, Err(DecodeError::Truncated), "cut at {len}");
    }
}

/// Gzip of which little comes: the outer coding has the limit as well.
#[test]
fn the_limit_holds_between_two_codings() {
    // A gzip header whose file name does not end.
    let mut name = vec![0x1f, 0x8b, 8, NAME, 0, 0, 0, 0, 0, 255];
    name.extend(std::iter::repeat_n(b'n', 300_000));
    let mut decoder = Decoder::new(&coded(&["gzip, gzip"]), Payload::AsSent, 262_144);
    let body = gzip(&name);
    assert_eq!(decoder.push(&body, &mut |_| panic!("there is no output")), Err(DecodeError::TooLong));
}

/// Pseudo-random numbers, the same in every run.
fn random() -> impl FnMut() -> u64 {
    let mut seed = 1u64;
    move || {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        seed
    }
}

/// Damaged, cut and repeated streams: flate2's own gzip reader accepts the same ones and reads the same out of them.
#[test]
fn agrees_with_flate2() {
    let mut random = random();
    let (mut clean, mut refused) = (0, 0);
    for _ in 0..300 {
        let (len, letters) = (random() % 3000, random() % 20 + 1);
        let data: Vec<u8> = (0..len).map(|_| (random() % letters) as u8).collect();
        let mut body = gzip_at(&data, Compression::new((random() % 10) as u32));
        for _ in 0..random() % 3 {
            if body.len() <= 10 {
                break;
            }
            let at = 10 + random() as usize % (body.len() - 10);
            match random() % 3 {
                0 => body[at] ^= 1 << (random() % 8),
                1 => body.truncate(at),
                _ => body.extend_from_within(..),
            }
        }
        let (out, result) = run(&coded(&["gzip"]), Payload::AsSent, [&body[..]]);
        assert_eq!(run(&coded(&["gzip"]), Payload::AsSent, body.chunks(1 + random() as usize % 40)), (out.clone(), result.clone()));
        let mut theirs = Vec::new();
        match flate2::read::MultiGzDecoder::new(&body[..]).read_to_end(&mut theirs) {
            Ok(_) => {
                assert_eq!((out, result), (theirs, Ok(())));
                clean += 1;
            }
            Err(_) => {
                assert!(result.is_err());
                refused += 1;
            }
        }
    }
    assert!(clean > 50 && refused > 50, "{clean} {refused}");
}

/// Long, badly compressible data, damaged in many places: output up to the error is the same for every split.
#[test]
fn long_damaged_bodies_do_not_depend_on_the_split() {
    let mut random = random();
    let clean: Vec<u8> =
        (0..90_000u64).flat_map(|i| if random().is_multiple_of(3) { i.to_le_bytes() } else { *b"Exceptio" }).take(150_000).collect();
    for level in [1, 6, 9] {
        let body = gzip_at(&clean, Compression::new(level));
        assert_eq!(run(&coded(&["gzip"]), Payload::AsSent, body.chunks(1)), (clean.clone(), Ok(())));
        for _ in 0..12 {
            let mut damaged = body.clone();
            let at = random() as usize % damaged.len();
            damaged[at] ^= 1 << (random() % 8);
            let whole = run(&coded(&["gzip"]), Payload::AsSent, [&damaged[..]]);
            assert!(whole.1.is_err());
            let near = at.saturating_sub(random() as usize % 40);
            let (a, b) = damaged.split_at(near);
            assert_eq!(run(&coded(&["gzip"]), Payload::AsSent, [a, b]), whole);
            assert_eq!(run(&coded(&["gzip"]), Payload::AsSent, damaged.chunks(1)), whole);
            assert_eq!(run(&coded(&["gzip"]), Payload::AsSent, damaged.chunks(1 + random() as usize % 50)), whole);
        }
    }
}

#[test]
fn a_bomb_stops_at_the_sinks_cap() {
    let bomb = gzip(&vec![0; 10_000_000]);
    for body in [&bomb, &gzip(&bomb)] {
        for size in [1, 1000, body.len()] {
            let cap = 100_000;
            let (mut total, mut after) = (0, 0);
            let mut decoder = Decoder::new(&coded(&["gzip"]), Payload::AsSent, u64::MAX);
            for chunk in body.chunks(size) {
                let mut sink = |slice: &[u8]| {
                    after += usize::from(total > cap);
                    total += slice.len();
                    if total > cap { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
                };
                assert_eq!(decoder.push(chunk, &mut sink), Ok(()));
            }
            assert_eq!(decoder.end(&mut |_| panic!("called after Break")), Ok(()));
            assert!(total > cap && total <= cap + MAX_SLICE, "{total}");
            assert_eq!(after, 0, "the sink is left alone after Break");
        }
    }
}
