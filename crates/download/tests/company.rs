//! The program in a company's network: behind a proxy, and where another authority vouches for every server. No test needs
//! a network: proxy and server are on this machine.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};

use rustls::crypto::ring::default_provider;
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// What the program says, and its exit code. The environment names no proxy and no certificates but these.
fn download(mirror: &str, folder: &Path, environment: &[(&str, &str)]) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_download"));
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"] {
        command.env_remove(name).env_remove(name.to_lowercase());
    }
    command.env_remove("SSL_CERT_FILE").env_remove("SSL_CERT_DIR").envs(environment.iter().copied());
    let output = command.arg(folder).args(["--mirror", mirror]).output().expect("the program starts");
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

/// Takes connections for as long as the test program runs, and hands each to `serve`; returns the port.
fn listen(serve: impl Fn(TcpStream) -> std::io::Result<()> + Send + Sync + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    let serve = Arc::new(serve);
    std::thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let serve = Arc::clone(&serve);
            // A client that hangs up is no failure of the server.
            std::thread::spawn(move || drop(serve(client)));
        }
    });
    port
}

/// Reads the head of a request, and returns its first line.
fn request(client: impl Read) -> std::io::Result<String> {
    let mut lines = BufReader::new(client).lines();
    let first = lines.next().unwrap_or_else(|| Ok(String::new()))?;
    while lines.next().is_some_and(|line| line.is_ok_and(|line| !line.is_empty())) {}
    Ok(first)
}

const MISSING: &[u8] = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

/// A proxy that answers everything so, and what it was asked.
fn proxy(answer: &'static [u8]) -> (String, Arc<Mutex<Vec<String>>>) {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&asked);
    let port = listen(move |mut client| {
        let line = request(&client)?;
        log.lock().expect("no panic").push(line);
        client.write_all(answer)
    });
    (format!("http://user:secret@127.0.0.1:{port}"), asked)
}

#[test]
fn the_proxy_of_the_environment_is_asked() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (address, asked) = proxy(MISSING);
    for name in ["HTTP_PROXY", "http_proxy", "ALL_PROXY"] {
        let (code, said) = download("http://mnist.invalid/files/", folder.path(), &[(name, &address)]);
        assert_eq!(code, Some(1));
        let asked = std::mem::take(&mut *asked.lock().expect("no panic"));
        assert!(asked.len() == 1 && asked[0].contains("mnist.invalid"), "{name}: {asked:?}: {said}");
        assert!(said.contains("proxy: ") || said.contains("status: 404"), "{said}");
        assert!(!said.contains("secret"), "{said}");
    }
}

#[test]
fn what_a_proxy_refuses_is_told() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (address, asked) = proxy(
        b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    );
    let (code, said) = download("https://mnist.invalid/files/", folder.path(), &[("HTTPS_PROXY", &address)]);
    assert_eq!(code, Some(1));
    assert!(said.contains("\n    proxy: "), "{said}");
    let asked = asked.lock().expect("no panic").clone();
    assert_eq!(asked, ["CONNECT mnist.invalid:443 HTTP/1.1"]);
    let (code, said) = download("https://mnist.invalid/", folder.path(), &[("HTTPS_PROXY", "no address:-1")]);
    assert_eq!(code, Some(1), "{said}");
}

/// A server at `https://localhost` for which an authority of its own vouches, and that authority's certificate as PEM.
fn secure_server() -> (u16, String) {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).expect("a key");
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .expect("they fit");
    let config = Arc::new(config);
    let port = listen(move |client| {
        let connection = ServerConnection::new(Arc::clone(&config)).map_err(std::io::Error::other)?;
        let mut client = StreamOwned::new(connection, client);
        request(&mut client)?;
        client.write_all(MISSING)?;
        client.conn.send_close_notify();
        client.flush()
    });
    (port, made.cert.pem())
}

#[test]
fn a_certificate_of_ones_own_authority_is_trusted_when_it_is_named() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (port, pem) = secure_server();
    let mirror = format!("https://localhost:{port}/");
    let (code, said) = download(&mirror, folder.path(), &[]);
    assert_eq!(code, Some(1));
    assert!(said.contains("\n    certificate: ") && said.contains("SSL_CERT_FILE"), "{said}");

    let file = folder.path().join("company.pem");
    std::fs::write(&file, pem).expect("writes");
    let file = file.to_str().expect("UTF-8");
    let (code, said) = download(&mirror, folder.path(), &[("SSL_CERT_FILE", file)]);
    assert_eq!(code, Some(1));
    assert!(said.contains("\n    status: 404, there is no such file"), "the connection is secure: {said}");

    std::fs::write(file, "no certificate").expect("writes");
    let (code, said) = download(&mirror, folder.path(), &[("SSL_CERT_FILE", file)]);
    assert_eq!(code, Some(1));
    assert!(said.contains("certificate: none could be read from what SSL_CERT_FILE names"), "{said}");
}
