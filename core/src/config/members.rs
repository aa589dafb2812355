//! An object whose members have names of the operator's choice.

use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use std::fmt;
use std::marker::PhantomData;

/// The members of an object in their order. A name that stands twice is refused, as for all other objects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Members<T>(pub Vec<(String, T)>);

impl<T> Default for Members<T> {
    fn default() -> Self {
        Members(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Members<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Reader(PhantomData))
    }
}

struct Reader<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Reader<T> {
    type Value = Members<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members: Vec<(String, T)> = Vec::new();
        while let Some(name) = map.next_key::<String>()? {
            // What has more members is refused for their number: nobody has to wait for the comparison of all with all.
            if members.len() < MAX_COMPARED && members.iter().any(|member| member.0 == name) {
                return Err(A::Error::custom(format_args!("duplicate field `{name}`")));
            }
            members.push((name, map.next_value()?));
        }
        Ok(Members(members))
    }
}

const MAX_COMPARED: usize = 64;
