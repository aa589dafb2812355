//! Bytes as a case describes them: what goes into bodies and header values.

use anyhow::{Context, Result, bail, ensure};
use base64::Engine as _;
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde::Deserialize;
use std::io::Write as _;
use std::time::Duration;

/// A piece of a body or of a header value.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum Part {
    /// Text as it stands.
    Text(String),
    /// Bytes that are easier to describe.
    Made(Made),
}

/// Bytes that are easier to describe than to write.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Made {
    /// Lines, each with a line feed.
    Lines(Vec<String>),
    /// Base64.
    Base64(String),
    /// Hexadecimal digits.
    Hex(String),
    /// The gzip of a part.
    Gzip(Box<Part>),
    /// A part, a number of times.
    Repeat(Box<Part>, usize),
    /// The first bytes of a part.
    Cut(Box<Part>, usize),
    /// Several parts as one.
    Join(Vec<Part>),
    /// Nothing, for this many milliseconds. Only as a part of an upstream's body.
    SleepMs(u64),
}

impl Part {
    /// The pause, where it is one.
    pub fn pause(&self) -> Option<Duration> {
        match self {
            Part::Made(Made::SleepMs(ms)) => Some(Duration::from_millis(*ms)),
            _ => None,
        }
    }

    /// Block and count: the part's bytes are the block, repeated. Lets a writer send much from little memory.
    pub fn blocks(&self) -> Result<(Bytes, usize)> {
        match self {
            Part::Made(Made::Repeat(part, times)) => Ok((part.bytes()?.into(), *times)),
            other => Ok((other.bytes()?.into(), 1)),
        }
    }

    /// All its bytes.
    pub fn bytes(&self) -> Result<Vec<u8>> {
        let made = match self {
            Part::Text(text) => return Ok(text.clone().into_bytes()),
            Part::Made(made) => made,
        };
        Ok(match made {
            Made::Lines(lines) => lines.iter().flat_map(|line| [line.as_bytes(), b"\n"].concat()).collect(),
            Made::Base64(text) => base64::engine::general_purpose::STANDARD.decode(text).context("base64")?,
            Made::Hex(text) => hex::decode(text.replace(' ', "")).context("hex")?,
            Made::Gzip(part) => {
                let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
                encoder.write_all(&part.bytes()?)?;
                encoder.finish()?
            }
            Made::Repeat(part, times) => part.bytes()?.repeat(*times),
            Made::Cut(part, length) => {
                let mut bytes = part.bytes()?;
                ensure!(bytes.len() > *length, "cut: the part has only {} bytes", bytes.len());
                bytes.truncate(*length);
                bytes
            }
            Made::Join(parts) => {
                let mut bytes = Vec::new();
                for part in parts {
                    bytes.extend(part.bytes()?);
                }
                bytes
            }
            Made::SleepMs(_) => bail!("sleep_ms only stands in an upstream's body"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_make_bytes() {
        let rows: [(&str, &[u8]); 5] = [
            (r#"{"lines": ["a", "b"]}"#, b"a\nb\n"),
            (r#"{"hex": "ff 00"}"#, b"\xff\0"),
            (r#"{"base64": "AAE="}"#, b"\0\x01"),
            (r#"{"cut": [{"repeat": ["ab", 3]}, 5]}"#, b"ababa"),
            (r#"{"join": ["a", {"hex": "62"}]}"#, b"ab"),
        ];
        for (json, bytes) in rows {
            assert_eq!(serde_json::from_str::<Part>(json).unwrap().bytes().unwrap(), bytes, "{json}");
        }
    }
}
