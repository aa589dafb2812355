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
        ("gzip thrice, called twice", &["gzip, gzip"], AsSent, three, b"", unknown("gzip")),
        ("brotli", &["br"], AsSent, TEXT.to_vec(), b"", unknown("br")),
        ("brotli that looks like gzip", &["br"], AsSent, one.clone(), b"", unknown("br")),
        ("brotli, empty", &["BR"], AsSent, vec![], b"", unknown("br")),
        ("brotli over gzip", &["gzip, br"], AsSent, one.clone(), b"", unknown("br")),
        ("deflate", &["Deflate"], AsSent, vec![0x78], b"", unknown("deflate")),
        ("zstd", &["zstd"], AsSent, vec![0x28], b"", unknown("zstd")),
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
