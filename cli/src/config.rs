//! The configuration file that the commands read.

use anyhow::{Context as _, Result, anyhow};
use backstop_core::{Policy, Resilience};
use serde_json::{Value, json};
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

/// The text of a configuration.
///
/// # Errors
/// It cannot be read, or is not UTF-8: which file, and what to do.
pub(crate) fn read(path: &Path) -> Result<String> {
    let mut bytes = Vec::new();
    File::open(path).and_then(|file| file.take(MAX_BYTES).read_to_end(&mut bytes)).map_err(|error| cannot_read(path, &error))?;
    String::from_utf8(bytes).map_err(|_| anyhow!("{}: is not UTF-8: save the configuration as UTF-8", path.display()))
}

/// What core makes of it, `None` for the configuration that nobody wrote.
///
/// # Errors
/// Core's refusal, behind the file's name.
pub(crate) fn policy(path: Option<&Path>, theme: Option<&str>) -> Result<Arc<Policy>> {
    let text = path.map(read).transpose()?.unwrap_or_default();
    let name = || path.map_or_else(String::new, |path| path.display().to_string());
    let policy = checked(&text).with_context(name)?;
    let Some(theme) = theme else { return Ok(Arc::new(policy)) };
    let mut document = document(&text)?;
    set_theme(&mut document, theme);
    Ok(Arc::new(Policy::from_json(&document.to_string()).with_context(name)?))
}

/// All of a configuration, checked as the hosts check it.
///
/// # Errors
/// Core's refusal, without the file's name.
pub(crate) fn checked(text: &str) -> Result<Policy> {
    let has_tenants = || document(text).is_ok_and(|document| document.get("tenants").is_some_and(Value::is_array));
    let policy = Policy::from_json(text).map_err(|error| {
        // Core speaks to an operator of Envoy.
        let problem = "this command reads one configuration: give it a tenant's `config` in a file of its own";
        if error.at == "tenants" && has_tenants() { anyhow!("tenants: {problem}") } else { error.into() }
    })?;
    // What only workers do is refused here as they refuse it.
    Resilience::from_json(text)?;
    Ok(policy)
}

/// The statuses that a rule names alone (`520`, but not `520-527`), in any order.
///
/// # Errors
/// As for [`policy`].
pub(crate) fn named_statuses(path: Option<&Path>) -> Result<Vec<u16>> {
    let document = document(&path.map(read).transpose()?.unwrap_or_default())?;
    let rules = document.get("rules").and_then(Value::as_array).into_iter().flatten();
    let texts = rules.filter_map(|rule| rule.get("match")?.get("status")?.as_array()).flatten();
    Ok(texts.filter_map(|text| text.as_str()?.parse().ok()).collect())
}

/// The configuration as JSON; core has accepted it before.
pub(crate) fn document(text: &str) -> Result<Value> {
    let text = text.trim_start_matches('\u{feff}');
    if text.trim().is_empty() { Ok(json!({})) } else { Ok(serde_json::from_str(text)?) }
}

/// Gives all brands this look.
fn set_theme(document: &mut Value, theme: &str) {
    if let Some(brands) = document.get_mut("brands").and_then(Value::as_array_mut) {
        for part in brands {
            if let Some(brand) = part.get_mut("brand").and_then(Value::as_object_mut) {
                brand.remove("theme");
            }
        }
    }
    if let Some(members) = document.as_object_mut() {
        let brand = members.entry("brand").or_insert_with(|| json!({}));
        if let Some(brand) = brand.as_object_mut() {
            brand.insert("theme".to_owned(), Value::from(theme));
        }
    }
}

pub(crate) fn cannot_read(path: &Path, error: &io::Error) -> anyhow::Error {
    let fix = match error.kind() {
        io::ErrorKind::NotFound => "; check the name",
        io::ErrorKind::PermissionDenied => "; check who may read it",
        io::ErrorKind::IsADirectory => "; name the files in it",
        _ => "",
    };
    anyhow!("cannot read {}: {error}{fix}", path.display())
}

/// Far more than core accepts: its own refusal tells its limit.
const MAX_BYTES: u64 = 16 << 20;
