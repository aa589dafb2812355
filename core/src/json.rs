//! A JSON document as it stands: unlike a map, it keeps the order of members and knows that a name stands twice.

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Json {
    Null,
    Bool(bool),
    /// A whole one, not below 0.
    Number(u64),
    /// Any other.
    OtherNumber(f64),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

/// The members of an object, read where the table of places found nothing wrong: what is not there, or not of its type, has its
/// default.
impl Json {
    pub(crate) fn members(&self) -> &[(String, Json)] {
        match self {
            Json::Object(members) => members,
            _ => &[],
        }
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Json> {
        self.members().iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    pub(crate) fn as_text(&self) -> &str {
        match self {
            Json::Text(text) => text,
            _ => "",
        }
    }

    pub(crate) fn text(&self, name: &str) -> Option<String> {
        self.get(name).map(|text| text.as_text().to_owned())
    }

    pub(crate) fn number(&self, name: &str) -> Option<u64> {
        match self.get(name) {
            Some(Json::Number(number)) => Some(*number),
            _ => None,
        }
    }

    pub(crate) fn switch(&self, name: &str) -> Option<bool> {
        match self.get(name) {
            Some(Json::Bool(switch)) => Some(*switch),
            _ => None,
        }
    }

    pub(crate) fn list<T>(&self, name: &str, read: fn(&Json) -> T) -> Option<Vec<T>> {
        match self.get(name) {
            Some(Json::List(items)) => Some(items.iter().map(read).collect()),
            _ => None,
        }
    }

    pub(crate) fn texts(&self, name: &str) -> Option<Vec<String>> {
        self.list(name, |text| text.as_text().to_owned())
    }
}

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Json::Text(text.to_owned())
    }
}

impl From<String> for Json {
    fn from(text: String) -> Self {
        Json::Text(text)
    }
}

impl From<u64> for Json {
    fn from(number: u64) -> Self {
        Json::Number(number)
    }
}

/// As JSON.
impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Json::Null => f.write_str("null"),
            Json::Bool(switch) => write!(f, "{switch}"),
            Json::Number(number) => write!(f, "{number}"),
            Json::OtherNumber(number) => f.write_str(&decimal(*number)),
            Json::Text(text) => quoted(text, f),
            Json::List(items) => {
                f.write_str("[")?;
                for (index, item) in items.iter().enumerate() {
                    write!(f, "{}{item}", if index == 0 { "" } else { "," })?;
                }
                f.write_str("]")
            }
            Json::Object(members) => {
                f.write_str("{")?;
                for (index, (name, value)) in members.iter().enumerate() {
                    f.write_str(if index == 0 { "" } else { "," })?;
                    quoted(name, f)?;
                    write!(f, ":{value}")?;
                }
                f.write_str("}")
            }
        }
    }
}

fn quoted(text: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str(&serde_json::to_string(text).unwrap_or_default())
}

/// Whether a text is one JSON value.
pub fn is_json(text: &str) -> bool {
    serde_json::from_str::<Json>(text).is_ok()
}

/// A number that is no whole one from 0 on, with three decimals at most: only refusals show it. (What writes every number exactly has 12 KB
/// of tables, which do not compress.)
pub fn decimal(number: f64) -> String {
    let (mut left, mut exponent) = (number, 0_u32);
    let is_large = left.abs() >= 1e15;
    while is_large && left.abs() >= 10.0 && exponent < 400 {
        (left, exponent) = (left / 10.0, exponent.saturating_add(1));
    }
    let sign = if left < 0.0 { "-" } else { "" };
    let thousandths = (left.abs() * 1000.0 + 0.5) as u64;
    let mut text = format!("{sign}{}.{:03}", thousandths / 1000, thousandths % 1000);
    text.truncate(text.trim_end_matches('0').trim_end_matches('.').len());
    if exponent > 0 {
        text.push_str(&format!("e{exponent}"));
    }
    text
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, switch: bool) -> Result<Json, E> {
        Ok(Json::Bool(switch))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Json, E> {
        Ok(Json::Number(number))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Json, E> {
        Ok(u64::try_from(number).map_or(Json::OtherNumber(number as f64), Json::Number))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Json, E> {
        Ok(Json::OtherNumber(number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Json, E> {
        Ok(Json::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Json::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Json, A::Error> {
        let mut object = Vec::new();
        while let Some(member) = members.next_entry()? {
            object.push(member);
        }
        Ok(Json::Object(object))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_written_as_they_were() {
        for json in [
            "null",
            "true",
            "0",
            "18446744073709551615",
            "-1",
            "1.5",
            "-0.25",
            "\"a\\\"\\n\"",
            "[]",
            "[1,[2,{}]]",
            r#"{"a":1,"b":{"a":2,"a":3}}"#,
        ] {
            assert_eq!(serde_json::from_str::<Json>(json).unwrap().to_string(), json);
        }
    }

    #[test]
    fn numbers_for_people() {
        for (number, text) in [(0.0001, "0"), (-3.0, "-3"), (2.999_9, "3"), (1e15, "1e15"), (-1.5e300, "-1.5e300"), (f64::MAX, "1.798e308")]
        {
            assert_eq!(decimal(number), text);
        }
        assert!(!decimal(f64::NAN).is_empty() && !decimal(f64::INFINITY).is_empty());
    }
}
