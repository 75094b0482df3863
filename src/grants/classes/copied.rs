//! Paths that are copied into an image.

use crate::text::matches_any;

use super::{last_step, of_path};

/// Names of files that are nothing but credentials.
const CREDENTIAL_FILES: &[&str] = &[
    ".env",
    ".env.*",
    "*.env",
    ".npmrc",
    ".pypirc",
    ".netrc",
    ".git-credentials",
    ".pgpass",
    ".my.cnf",
    ".htpasswd",
    ".vault-token",
    ".dockerconfigjson",
    "id_rsa",
    "id_dsa",
    "id_ecdsa",
    "id_ed25519",
    "*_rsa",
    "*_ed25519",
    "*.pem",
    "*.key",
    "*.p12",
    "*.pfx",
    "*.jks",
    "*.keystore",
    "*.kdbx",
    "*.ppk",
    "kubeconfig",
    "*.kubeconfig",
    "credentials.json",
    "*-credentials.json",
    "*_credentials.json",
    "client_secret*.json",
    "service-account*.json",
    "service_account*.json",
    "serviceaccount*.json",
    "*-service-account.json",
    "*_service_account.json",
    "gcp-key.json",
    "gcp_key.json",
    "gcloud-key.json",
    "sa-key.json",
    "secrets.json",
    "secrets.yaml",
    "secrets.yml",
    "secrets.toml",
    "storagestate.json",
    "*.publishsettings",
];
/// Paths of logins below any directory.
const STATE_FILES: &[&str] = &[
    "oauth_creds.json",
    "application_default_credentials.json",
    "*.codex/auth.json",
    "*.claude/.credentials.json",
    "*opencode/auth.json",
    "*.docker/config.json",
    "*.kube/config",
    "*.aws/credentials",
    "*gh/hosts.yml",
    "*playwright/.auth*",
    ".aws",
    "*/.aws",
    ".kube",
    "*/.kube",
    ".azure",
    "*/.azure",
    ".ssh",
    "*/.ssh",
    "*.config/gcloud",
];

/// Names of samples and of public halves.
const NO_CREDENTIAL_FILES: &[&str] = &[
    "*example*",
    "*sample*",
    "*template*",
    "*.dist",
    "*public*",
    "*.pub",
    "*cert.pem",
    "*chain.pem",
    "*ca.pem",
    "*ca-*.pem",
    "*bundle*.pem",
    "*.env.d.ts",
    "*fixture*",
    "*.md",
];

/// Where certificates are put. A PEM file may hold either half; that of the key says so in its name.
const CERTIFICATE_TARGETS: &[&str] =
    &["*.crt", "*.cer", "*cert.pem", "*.crt.pem", "*ca.pem", "*/certs/*.pem"];

/// The class of a file that is copied into an image, by its own path or by where it is put: `credential-file` too.
pub(in crate::grants) fn of_copied(source: &str, target: &str) -> Option<&'static str> {
    let (source, target) = (source.trim_end_matches('/'), target.trim_end_matches('/'));
    let last = last_step(source);
    let is_certificate =
        last.ends_with(".pem") && !last.contains("key") && matches_any(CERTIFICATE_TARGETS, target);
    if is_certificate || matches_any(NO_CREDENTIAL_FILES, last) {
        return None;
    }
    let is_named = matches_any(CREDENTIAL_FILES, last);
    let is_state = [source, target].iter().any(|path| matches_any(STATE_FILES, path));
    of_path(source).into_iter().next().or((is_named || is_state).then_some("credential-file"))
}
