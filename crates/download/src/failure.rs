//! Why a request came to nothing, in words whose first says what to look at: name, connection, certificate, proxy,
//! status or pace.

use std::io::ErrorKind;
use std::time::Duration;

use digits_core::printable::printable;
use ureq::{Error, Timeout};

use crate::Patience;

/// The letters of an error's own words that are shown: some of them come from the other side.
const SHOWN: usize = 200;

/// The kind of failure and what happened, in a line.
pub(crate) fn in_words(error: &Error) -> String {
    let (kind, happened) = match error {
        Error::HostNotFound => {
            ("name", "no address is known for it; is the name right, and is there internet?".into())
        }
        Error::Timeout(Timeout::Resolve) => {
            ("name", "nobody told its address in time; is there internet?".into())
        }
        Error::StatusCode(status) => ("status", format!("{status}{}", status_in_words(*status))),
        Error::TooManyRedirects | Error::RedirectFailed => ("status", error.to_string()),
        Error::InvalidProxyUrl => {
            ("proxy", "the environment names one (HTTPS_PROXY and its like) that is no address".into())
        }
        Error::ConnectProxyFailed(_) => ("proxy", error.to_string()),
        Error::Tls(_) | Error::Rustls(_) | Error::Pem(_) => ("certificate", about_certificate(error)),
        Error::Io(io) if io.to_string().contains("lookup") => ("name", format!("{io}; is there internet?")),
        // What TLS says comes as damaged data.
        Error::Io(io) if io.to_string().contains("certificate") => ("certificate", about_certificate(io)),
        Error::Io(io) if io.kind() == ErrorKind::InvalidData => {
            ("certificate", format!("no secure connection: {io}"))
        }
        Error::Io(io) => ("connection", connection_in_words(io)),
        Error::Timeout(timeout) => ("connection", format!("no answer in time ({timeout})")),
        other => ("connection", other.to_string()),
    };
    printable(&format!("{kind}: {happened}"), SHOWN)
}

/// Why an answer that comes so slowly is given up, if it is.
pub(crate) fn too_slow(received: u64, elapsed: Duration, patience: &Patience) -> Option<String> {
    let due = elapsed.as_secs_f64() * patience.least_rate as f64;
    (elapsed > patience.grace && (received as f64) < due)
        .then(|| format!("pace: {received} bytes so far, fewer than {} a second", patience.least_rate))
}

fn about_certificate(error: &dyn std::error::Error) -> String {
    format!("{error}; behind a company proxy, set SSL_CERT_FILE to the file of its certificates")
}

fn connection_in_words(error: &std::io::Error) -> String {
    match error.kind() {
        ErrorKind::UnexpectedEof => "it ended too early".to_owned(),
        ErrorKind::ConnectionRefused => "refused: nobody listens there".to_owned(),
        _ => error.to_string(),
    }
}

fn status_in_words(status: u16) -> &'static str {
    match status {
        401 | 403 => ", it refuses access",
        404 | 410 => ", there is no such file",
        407 => ", the proxy asks for a name and a password",
        429 => ", it was asked too often",
        500.. => ", its server has a fault",
        _ => "",
    }
}
