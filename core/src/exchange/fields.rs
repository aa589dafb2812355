//! Which fields of a head tell what no client should see.

use super::Exchange;
use crate::detect::{Category, Finding};
use crate::head;
use http::header::{HeaderMap, HeaderName, HeaderValue};

impl Exchange {
    /// The fields that tell internals by their name, and those that do by their value.
    pub(super) fn leaking(&self, fields: &HeaderMap) -> Vec<HeaderName> {
        let mut names = head::leaking(fields);
        let inspected = |name: &HeaderName| head::is_inspected(name) && name != self.policy.correlation_header();
        // All values in one scan: hardly ever is there anything to find.
        let mut values = Vec::new();
        for (_, value) in fields.iter().filter(|(name, _)| inspected(name)) {
            values.extend_from_slice(value.as_bytes());
            values.push(b'\n');
        }
        if values.is_empty() || self.policy.detectors().scan(&values).is_empty() {
            return names;
        }
        for name in fields.keys().filter(|name| inspected(name)) {
            if self.tells_internals(fields, name) && !names.contains(name) {
                names.push(name.clone());
            }
        }
        names
    }

    /// What a replacement keeps of a head: known fields whose values tell nothing.
    pub(super) fn kept(&self, fields: &HeaderMap) -> HeaderMap {
        let mut kept = head::kept(fields);
        let leaking: Vec<HeaderName> = kept.keys().filter(|name| self.tells_internals(&kept, name)).cloned().collect();
        for name in leaking {
            // Of several cookies one may tell something: the others stay.
            let values: Vec<HeaderValue> = kept.get_all(&name).iter().filter(|value| !self.is_telling(value)).cloned().collect();
            kept.remove(&name);
            for value in values {
                let _ = kept.try_append(name.clone(), value);
            }
        }
        kept
    }

    /// Whether a value of a field holds what no client should see. Credentials may: fields carry them on purpose.
    pub(super) fn tells_internals(&self, fields: &HeaderMap, name: &HeaderName) -> bool {
        fields.get_all(name).iter().any(|value| self.is_telling(value))
    }

    pub(super) fn is_telling(&self, value: &HeaderValue) -> bool {
        let tells = |finding: &Finding| !matches!(finding.category, Category::Credential | Category::ServerBanner);
        self.policy.detectors().scan(value.as_bytes()).iter().any(tells)
    }
}
