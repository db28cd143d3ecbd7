//! Whom to trust on `https`: the operating system's authorities, and a store's own one beside them.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};

/// Why a store's own authority cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TrustError {
    /// The file cannot be read, or is not PEM.
    #[error("{}: {reason}", path.display())]
    Unreadable {
        /// As given.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// The file holds no certificate.
    #[error("{}: there is no certificate in it", .0.display())]
    Empty(PathBuf),
}

/// Trust in the operating system's authorities; read once for the whole program.
pub fn system() -> Arc<ClientConfig> {
    static SYSTEM: OnceLock<Arc<ClientConfig>> = OnceLock::new();
    SYSTEM.get_or_init(|| config(system_roots())).clone()
}

/// Trust in the operating system's authorities and in those of the PEM file `path`.
///
/// # Errors
///
/// [`TrustError`] where the file is missing, damaged or empty.
pub fn system_and(path: &Path) -> Result<Arc<ClientConfig>, TrustError> {
    let unreadable = |reason: String| TrustError::Unreadable { path: path.to_owned(), reason };
    let mut roots = system_roots();
    let before = roots.len();
    for certificate in CertificateDer::pem_file_iter(path).map_err(|error| unreadable(error.to_string()))? {
        let certificate = certificate.map_err(|error| unreadable(error.to_string()))?;
        roots.add(certificate).map_err(|error| unreadable(error.to_string()))?;
    }
    if roots.len() == before {
        return Err(TrustError::Empty(path.to_owned()));
    }
    Ok(config(roots))
}

fn system_roots() -> RootCertStore {
    let mut roots = RootCertStore::empty();
    let found = rustls_native_certs::load_native_certs();
    for error in &found.errors {
        tracing::warn!(%error, "an authority of the operating system cannot be read");
    }
    roots.add_parsable_certificates(found.certs);
    roots
}

/// The ring provider is named, not taken from the process: a program may never have installed one.
fn config(roots: RootCertStore) -> Arc<ClientConfig> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("ring supports the default protocol versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    Arc::new(config)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_authority_is_named() {
        let error = system_and(Path::new("/nowhere/ca.pem")).unwrap_err().to_string();
        assert!(error.starts_with("/nowhere/ca.pem: "), "{error}");
    }

    #[test]
    fn a_file_without_certificates_is_refused() {
        let error = system_and(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))).unwrap_err();
        assert!(matches!(error, TrustError::Empty(_)), "{error}");
    }
}
