//! The plugin configuration: JSON text (`StringValue`, `BytesValue`) or a protobuf `Struct`, as Envoy hands it over.

use backstop_core::{ConfigError, Policy, decimal, is_json};
use prost::Message;

/// `google.protobuf.Struct`, its members in the order in which they came. (That of the crate `prost-types` keeps them in a `BTreeMap`,
/// whose code the module has no other use for.)
#[derive(Clone, PartialEq, Message)]
struct Struct {
    #[prost(message, repeated, tag = "1")]
    fields: Vec<Member>,
}

#[derive(Clone, PartialEq, Message)]
struct Member {
    #[prost(string, tag = "1")]
    name: String,
    #[prost(message, optional, tag = "2")]
    value: Option<Value>,
}

#[derive(Clone, PartialEq, Message)]
struct Value {
    #[prost(oneof = "Kind", tags = "1, 2, 3, 4, 5, 6")]
    kind: Option<Kind>,
}

#[derive(Clone, PartialEq, prost::Oneof)]
enum Kind {
    #[prost(int32, tag = "1")]
    Null(i32),
    #[prost(double, tag = "2")]
    Number(f64),
    #[prost(string, tag = "3")]
    Text(String),
    #[prost(bool, tag = "4")]
    Bool(bool),
    #[prost(message, tag = "5")]
    Struct(Struct),
    #[prost(message, tag = "6")]
    List(List),
}

#[derive(Clone, PartialEq, Message)]
struct List {
    #[prost(message, repeated, tag = "1")]
    values: Vec<Value>,
}

/// Compiles the configuration; no bytes at all mean `{}`.
pub(crate) fn compile(bytes: &[u8]) -> Result<Policy, ConfigError> {
    let policy = Policy::from_json(&to_json(bytes))?;
    if policy.has_upkeep() {
        log::warn!("`upstream`, `resilience` and `maintenance` are for workers: Envoy does nothing of them, and goes on serving");
    }
    // No request waits for a configuration, but for its first error one would.
    policy.prepare();
    Ok(policy)
}

/// Text stays as it is, a `Struct` becomes JSON. Bytes that are neither are treated as text, so that the refusal shows them.
fn to_json(bytes: &[u8]) -> String {
    let text = std::str::from_utf8(bytes).ok();
    if text.is_none_or(|text| !is_json(text))
        && let Ok(message) = Struct::decode(bytes)
        && !message.fields.is_empty()
    {
        let mut json = String::new();
        object(message, &mut json);
        return json;
    }
    String::from_utf8_lossy(bytes).into_owned()
}

/// Sorted by name, so that an error message does not depend on the order of a protobuf map.
fn object(message: Struct, json: &mut String) {
    let mut members: Vec<Member> = Vec::new();
    for member in message.fields {
        let place = members.partition_point(|known| known.name < member.name);
        members.insert(place, member);
    }
    json.push('{');
    for (index, member) in members.into_iter().enumerate() {
        json.push_str(if index == 0 { "" } else { "," });
        text(&member.name, json);
        json.push(':');
        value(member.value.unwrap_or_default(), json);
    }
    json.push('}');
}

fn value(value: Value, json: &mut String) {
    match value.kind {
        None | Some(Kind::Null(_)) => json.push_str("null"),
        Some(Kind::Bool(value)) => json.push_str(if value { "true" } else { "false" }),
        Some(Kind::Number(value)) => json.push_str(&number(value)),
        Some(Kind::Text(value)) => text(&value, json),
        Some(Kind::List(list)) => {
            json.push('[');
            for (index, item) in list.values.into_iter().enumerate() {
                json.push_str(if index == 0 { "" } else { "," });
                self::value(item, json);
            }
            json.push(']');
        }
        Some(Kind::Struct(message)) => object(message, json),
    }
}

fn text(text: &str, json: &mut String) {
    // A text always serializes.
    json.push_str(&serde_json::to_string(text).unwrap_or_default());
}

/// A `Struct` knows only doubles; whole numbers become integers again.
fn number(value: f64) -> String {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if !value.is_finite() {
        "null".to_owned()
    } else if value.fract() == 0.0 && value.abs() <= EXACT {
        #[expect(clippy::cast_possible_truncation, reason = "whole and below 2^53")]
        (value as i64).to_string()
    } else {
        decimal(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use prost_types::value::Kind;
    use prost_types::{ListValue, Struct};
    use serde_json::Value;

    fn value(kind: Kind) -> prost_types::Value {
        prost_types::Value { kind: Some(kind) }
    }

    fn message(fields: impl IntoIterator<Item = (&'static str, Kind)>) -> Struct {
        Struct { fields: fields.into_iter().map(|(name, kind)| (name.to_owned(), value(kind))).collect() }
    }

    #[test]
    fn text_is_taken_as_it_is() {
        for text in ["", "{}", "\n{\n  \"capture\": \"filter_state\"\n}\n", "{\"rules\":", "nonsense"] {
            assert_eq!(to_json(text.as_bytes()), text);
        }
    }

    #[test]
    fn a_struct_becomes_json() {
        let rule = message([
            (
                "match",
                Kind::StructValue(message([(
                    "status",
                    Kind::ListValue(ListValue { values: vec![value(Kind::StringValue("5xx".into()))] }),
                )])),
            ),
            ("action", Kind::StringValue("replace".into())),
        ]);
        let config = message([
            ("rules", Kind::ListValue(ListValue { values: vec![value(Kind::StructValue(rule))] })),
            ("inspect", Kind::StructValue(message([("max_bytes", Kind::NumberValue(65_536.0))]))),
            ("correlation", Kind::StructValue(message([("trust", Kind::BoolValue(false))]))),
        ]);
        let json: Value = serde_json::from_str(&to_json(&config.encode_to_vec())).unwrap_or_default();
        let expected = serde_json::json!({
            "rules": [{ "match": { "status": ["5xx"] }, "action": "replace" }],
            "inspect": { "max_bytes": 65536 },
            "correlation": { "trust": false },
        });
        assert_eq!(json, expected);
    }

    #[test]
    fn numbers_that_are_not_whole_stay_visible_in_the_refusal() {
        assert_eq!(number(1.5), "1.5");
        assert_eq!(number(-3.0), "-3");
        assert_eq!(number(f64::NAN), "null");
    }
}
