//! The address of a mirror, and the certificates that it is judged by.

use std::fmt;
use std::str::FromStr;

use digits_core::{Error, Result};
use ureq::http::Uri;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

/// The address of a folder that holds the files. Wherever it is shown, its name and password are left out.
#[derive(Clone, PartialEq, Eq)]
pub struct Mirror {
    address: String,
}

impl FromStr for Mirror {
    type Err = Error;

    /// Reads an address such as `https://example.org/mnist/`.
    fn from_str(address: &str) -> Result<Self> {
        let mut mirror = Mirror { address: address.to_owned() };
        let scheme = ["https://", "http://"].iter().any(|scheme| address.starts_with(scheme));
        let plain = !address.contains(['?', '#']) && address.parse::<Uri>().is_ok();
        if !scheme || !plain {
            return Err(Error::Usage(format!(
                "a mirror is the address of a folder that begins with https:// or http://, not `{}`",
                mirror.shown("")
            )));
        }
        if !address.ends_with('/') {
            mirror.address.push('/');
        }
        Ok(mirror)
    }
}

impl Mirror {
    /// The address of a file, with everything that is needed to fetch it.
    pub(crate) fn address(&self, file: &str) -> String {
        format!("{}{file}", self.address)
    }

    /// The address of a file, for people: without name and password.
    pub fn shown(&self, file: &str) -> String {
        let (scheme, rest) = self.address.split_once("://").unwrap_or(("", &self.address));
        let (host, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
        let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
        let colon = if scheme.is_empty() { "" } else { "://" };
        digits_core::printable::printable(&format!("{scheme}{colon}{host}{path}{file}"), 200)
    }
}

impl fmt::Debug for Mirror {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Mirror({})", self.shown(""))
    }
}

/// The certificates that the system trusts, or those of `SSL_CERT_FILE` and `SSL_CERT_DIR`; where there are none at
/// all, the built-in ones.
pub(crate) fn certificates() -> Result<TlsConfig> {
    let found = rustls_native_certs::load_native_certs();
    let named = ["SSL_CERT_FILE", "SSL_CERT_DIR"].iter().find(|name| std::env::var_os(name).is_some());
    if let (Some(name), true) = (named, found.certs.is_empty()) {
        let reason = found.errors.first().map_or("it holds none".to_owned(), ToString::to_string);
        return Err(Error::Unavailable(format!(
            "certificate: none could be read from what {name} names: {reason}\n\
             Name a file of certificates as PEM (text that begins with -----BEGIN CERTIFICATE-----)."
        )));
    }
    if found.certs.is_empty() {
        return Ok(TlsConfig::default());
    }
    let roots = found.certs.iter().map(|der| Certificate::from_der(der).to_owned());
    Ok(TlsConfig::builder().root_certs(RootCerts::from(roots)).build())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_sent_but_never_shown() {
        let mirror: Mirror = "https://user:p@ss@example.org:8443/mnist".parse().expect("an address");
        assert_eq!(mirror.address("a.gz"), "https://user:p@ss@example.org:8443/mnist/a.gz");
        assert_eq!(mirror.shown("a.gz"), "https://example.org:8443/mnist/a.gz");
        assert_eq!(format!("{mirror:?}"), "Mirror(https://example.org:8443/mnist/)");
        for wrong in ["ftp://user:secret@example.org/", "user:secret@example.org", "https://user:secret@h/?q"]
        {
            let error = wrong.parse::<Mirror>().expect_err("no address of a mirror");
            assert_eq!(error.exit_code(), 2);
            assert!(!error.to_string().contains("secret"), "{error}");
        }
    }
}
