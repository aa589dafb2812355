//! `backstop export`: the pages as files.

use crate::sample::{Asking, FORMATS, sample};
use anyhow::{Context as _, Result, bail};
use backstop_core::Policy;
use std::fs;
use std::path::Path;

/// Writes a policy's pages of these statuses into a folder, and says how many. The default language stands in the folder itself, each other one in
/// a folder of its tag.
///
/// # Errors
/// A file cannot be written. The folder may then have some of the pages.
pub(crate) fn export(policy: &Policy, codes: &[u16], folder: &Path, host: &str, path: &str) -> Result<usize> {
    if codes.is_empty() {
        bail!("the configuration intercepts no status, so there is no page to write: add a rule");
    }
    let mut written: usize = 0;
    for (place, language) in policy.language_tags().enumerate() {
        let folder = if place == 0 { folder.to_owned() } else { folder.join(language) };
        for status in codes {
            for format in &FORMATS {
                let asking =
                    Asking { status: *status, media_type: format.media_type, language, host, path, request_id: "", unix_millis: 0 };
                let page = sample(policy, &asking)?;
                // What the rules send elsewhere, or answer in another format, has no file of this one.
                let kind = page.headers.get("content-type").and_then(|value| value.to_str().ok()).unwrap_or_default();
                if kind.split(';').next() != Some(format.media_type) {
                    continue;
                }
                fs::create_dir_all(&folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
                let file = folder.join(format!("{status}.{}", format.extension));
                fs::write(&file, &page.body).with_context(|| format!("cannot write {}", file.display()))?;
                written = written.saturating_add(1);
            }
        }
    }
    if written == 0 {
        bail!("every answer of the configuration is a redirect, so there is no page to write");
    }
    Ok(written)
}
