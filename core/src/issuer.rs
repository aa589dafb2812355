//! What issuers put in front of their tokens, so that such a token is known wherever it stands.
//!
//! One list for two readers: a body with one of them leaks it (`detect`), and no report repeats it (`redact`).

/// The prefixes, each with a zero behind it, of at least three bytes and none the start of another. Behind one with a slash comes
/// the path of an address, and the path is the credential.
///
/// They come from the issuers' documents and from the rules of gitleaks, without those that words begin with.
pub(crate) const PREFIXES: &str = concat!(
    // Code: GitHub, GitLab, Bitbucket and Jira, Sourcegraph, registries of packages and images
    "ghp_\0gho_\0ghu_\0ghs_\0ghr_\0github_pat_\0",
    "glpat-\0glptt-\0gldt-\0glrt-\0glcbt-\0glsoat-\0glft-\0glffct-\0glimt-\0glagent-\0gloas-\0GR1348941\0",
    "ATATT3\0sgp_\0npm_\0pypi-\0rubygems_\0dckr_pat_\0AKCp\0cmVmd\0CLOJARS_\0",
    // Clouds and their databases
    "AIza\0ya29.\0GOCSPX-\0dop_v1_\0doo_v1_\0dor_v1_\0pul-\0HRKU-\0fo1_\0fm2_\0nfp_\0tskey-\0dapi\0pscale_\0sbp_\0ABSK\0",
    // Secrets themselves: Vault, Doppler, 1Password, age, a private key in base64
    "hvs.\0hvb.\0dp.pt.\0ops_eyJ\0AGE-SECRET-KEY-\0LS0tLS1CRUdJTi\0",
    // Models
    "sk-proj-\0sk-ant-\0sk-svcacct-\0sk-admin-\0sk-or-v1-\0hf_\0r8_\0gsk_\0xai-\0pplx-\0",
    // Payment and shops
    "sk_live_\0sk_test_\0rk_live_\0rk_test_\0whsec_\0sq0csp-\0sq0atp-\0shpat_\0shpss_\0shpca_\0shppa_\0shippo_\0FLWSECK\0EZAK\0duffel_\0",
    // Messages and mail
    "xoxb-\0xoxp-\0xoxa-\0xoxr-\0xoxs-\0xoxo-\0xoxe-\0xoxe.\0xoxc-\0xoxd-\0xapp-\0SG.\0key-\0xkeysib-\0EAACEdEose0cBA\0",
    "hooks.slack.com/services/\0hooks.slack.com/workflows/\0discord.com/api/webhooks/\0discordapp.com/api/webhooks/\0",
    "api.telegram.org/bot\0webhook.office.com/webhookb2/\0",
    // Work and what watches it
    "lin_api_\0figd_\0ntn_\0PMAK-\0pat-na1-\0rdme_\0tfp_\0sntrys_\0sntryu_\0glsa_\0glc_\0NRAK-\0dt0c01.\0",
);

/// The least that must follow a prefix for it to be more than a word.
pub(crate) fn least(prefix: &str) -> usize {
    match prefix {
        "AIza" => 30,
        // 32 hex digits.
        "key-" | "dapi" => 32,
        "whsec_" | "ya29." | "EAACEdEose0cBA" => 8,
        _ if prefix.starts_with("xox") || prefix.starts_with("xapp") || prefix.ends_with("k_live_") || prefix.ends_with("k_test_") => 8,
        // `npm_package_version` is a variable.
        _ if prefix.len() <= 4 => 20,
        _ => 16,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn none_hides_another() {
        let all: Vec<&str> = PREFIXES.split_terminator('\0').collect();
        for (at, prefix) in all.iter().enumerate() {
            assert!(prefix.len() >= 3, "{prefix}");
            let other = all.iter().enumerate().find(|(other, longer)| *other != at && longer.starts_with(prefix));
            assert_eq!(other, None, "{prefix}");
        }
    }
}
