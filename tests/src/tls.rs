//! Servers that speak TLS, or what they take for it, each wrong in one way.

use std::io::{Read as _, Write as _};
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    date_time_ymd,
};
use rustls::crypto::ring::default_provider;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::version::{TLS12, TLS13};
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned, SupportedProtocolVersion};

const OLDER: &[&SupportedProtocolVersion] = &[&TLS12];

/// What a server does once a client has connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// A good certificate of the authority, TLS 1.3.
    Good,
    /// The same with TLS 1.2 alone.
    Older,
    /// A certificate that was good in 2020.
    Expired,
    /// One that will be good in 2090.
    NotYet,
    /// One for another host.
    OtherHost,
    /// One that names the host as its subject and nowhere else.
    NoNames,
    /// One of an authority that nobody here knows.
    OtherAuthority,
    /// One that vouches for itself.
    SelfSigned,
    /// One for clients.
    ForClients,
    /// A good one, and it asks for the client's.
    AsksBack,
    /// No TLS at all.
    Plain,
    /// It closes as soon as the client has spoken.
    Closes,
    /// It resets the connection then.
    Resets,
    /// It says nothing.
    Stalls,
    /// It says something else.
    Garbage,
    /// It chooses TLS 1.1.
    TooOld,
    /// It chooses RC4, which nobody offered.
    Weak,
    /// A good certificate, and an answer that ends without TLS having ended.
    Truncates,
}

impl Manner {
    /// All of them.
    pub const ALL: [Self; 18] = [
        Self::Good,
        Self::Older,
        Self::Expired,
        Self::NotYet,
        Self::OtherHost,
        Self::NoNames,
        Self::OtherAuthority,
        Self::SelfSigned,
        Self::ForClients,
        Self::AsksBack,
        Self::Plain,
        Self::Closes,
        Self::Resets,
        Self::Stalls,
        Self::Garbage,
        Self::TooOld,
        Self::Weak,
        Self::Truncates,
    ];
}

/// A certificate authority.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    certificate: CertificateDer<'static>,
    /// Its certificate, in PEM.
    pub pem: String,
}

impl Authority {
    /// A new one.
    pub fn new(name: &str) -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, name);
        let key = KeyPair::generate().expect("a key");
        let certificate = params.self_signed(&key).expect("a certificate");
        let (pem, certificate) = (certificate.pem(), certificate.der().clone());
        Self { issuer: Issuer::new(params, key), certificate, pem }
    }
}

/// One server; stops taking connections with the process.
pub struct TlsServer {
    /// Where it listens.
    pub address: SocketAddr,
    /// How many connections were made.
    pub connections: Arc<AtomicUsize>,
    /// What came in clear text, or out of a session of TLS.
    pub heard: Arc<Mutex<Vec<u8>>>,
}

impl TlsServer {
    /// Starts a server for `hosts` with a certificate of the authority, as far as its manner goes.
    pub fn start(address: SocketAddr, manner: Manner, hosts: &[&str], authority: &Authority) -> Self {
        Self::serving(address, manner, hosts, authority, "{\"ok\":true}")
    }

    /// The same with an answer of its own.
    pub fn serving(
        address: SocketAddr,
        manner: Manner,
        hosts: &[&str],
        authority: &Authority,
        answer: &str,
    ) -> Self {
        let answer = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{answer}",
            answer.len()
        );
        let listener = TcpListener::bind(address).unwrap_or_else(|fault| panic!("{address}: {fault}"));
        let server = Self { address, connections: Arc::default(), heard: Arc::default() };
        let config = config(manner, hosts, authority).map(Arc::new);
        let (connections, heard) = (Arc::clone(&server.connections), Arc::clone(&server.heard));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                connections.fetch_add(1, Ordering::Relaxed);
                let (config, heard, answer) = (config.clone(), Arc::clone(&heard), answer.clone());
                thread::spawn(move || match config {
                    Some(config) => converse(manner, config, stream, &heard, &answer),
                    None => misbehave(manner, stream, &heard),
                });
            }
        });
        server
    }

    /// What it heard so far.
    pub fn heard(&self) -> String {
        String::from_utf8_lossy(&self.heard.lock().expect("no panic")).into_owned()
    }
}

/// The session that a manner needs; none: it speaks no TLS.
fn config(manner: Manner, hosts: &[&str], authority: &Authority) -> Option<ServerConfig> {
    let stranger = Authority::new("nobody knows this one");
    let key = KeyPair::generate().expect("a key");
    let names: Vec<String> = hosts.iter().map(|host| (*host).to_owned()).collect();
    let mut params = CertificateParams::new(names).expect("names");
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let (mut by, mut signs_itself) = (authority, false);
    let mut versions: &[&SupportedProtocolVersion] = &[&TLS13, &TLS12];
    let mut asks_back = false;
    match manner {
        Manner::Good | Manner::Truncates => {}
        Manner::Older => versions = OLDER,
        Manner::Expired => {
            (params.not_before, params.not_after) = (date_time_ymd(2019, 1, 1), date_time_ymd(2020, 1, 1));
        }
        Manner::NotYet => {
            (params.not_before, params.not_after) = (date_time_ymd(2090, 1, 1), date_time_ymd(2091, 1, 1));
        }
        Manner::OtherHost => {
            let elsewhere: IpAddr = [127, 9, 9, 9].into();
            params.subject_alt_names = vec![
                rcgen::SanType::IpAddress(elsewhere),
                rcgen::SanType::DnsName("other.example".try_into().expect("a name")),
            ];
        }
        Manner::NoNames => {
            params.subject_alt_names.clear();
            params.distinguished_name.push(DnType::CommonName, hosts.first().copied().unwrap_or_default());
        }
        Manner::OtherAuthority => by = &stranger,
        Manner::SelfSigned => signs_itself = true,
        Manner::ForClients => params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth],
        Manner::AsksBack => asks_back = true,
        Manner::Plain
        | Manner::Closes
        | Manner::Resets
        | Manner::Stalls
        | Manner::Garbage
        | Manner::TooOld
        | Manner::Weak => return None,
    }
    let certificate = match signs_itself {
        true => params.self_signed(&key),
        false => params.signed_by(&key, &by.issuer),
    };
    let certificate = certificate.expect("a certificate").der().clone();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let builder = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_protocol_versions(versions)
        .expect("versions");
    let builder = if asks_back {
        let mut roots = RootCertStore::empty();
        roots.add(authority.certificate.clone()).expect("an authority");
        let verifier =
            WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::new(default_provider()))
                .build();
        builder.with_client_cert_verifier(verifier.expect("a verifier"))
    } else {
        builder.with_no_client_auth()
    };
    Some(builder.with_single_cert(vec![certificate], key).expect("a key that fits"))
}

/// Meets a client without TLS. Whatever goes wrong is what the test is about.
fn misbehave(manner: Manner, mut stream: TcpStream, heard: &Mutex<Vec<u8>>) {
    let mut hello = [0; 16 * 1024];
    let read = stream.read(&mut hello).unwrap_or(0);
    heard.lock().expect("no panic").extend_from_slice(&hello[..read]);
    let said: &[u8] = match manner {
        Manner::Plain => b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}",
        Manner::Garbage => b"220 mail.example ESMTP ready\r\n",
        Manner::TooOld => &server_hello([3, 2], [0xc0, 0x2f]),
        Manner::Weak => &server_hello([3, 3], [0x00, 0x05]),
        Manner::Stalls => {
            thread::sleep(Duration::from_secs(20));
            return;
        }
        Manner::Resets => {
            let _ = socket2::SockRef::from(&stream).set_linger(Some(Duration::ZERO));
            return;
        }
        _ => return,
    };
    let _ = stream.write_all(said);
    // Until the client has had the time to read it.
    let _ = stream.read(&mut hello);
}

fn converse(
    manner: Manner,
    config: Arc<ServerConfig>,
    stream: TcpStream,
    heard: &Mutex<Vec<u8>>,
    answer: &str,
) {
    let _ = stream.set_read_timeout(Some(Duration::from_secs(20)));
    let Ok(session) = ServerConnection::new(config) else { return };
    let mut session = StreamOwned::new(session, stream);
    let mut request = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        match session.read(&mut buffer) {
            Ok(read @ 1..) => {
                request.extend_from_slice(&buffer[..read]);
                heard.lock().expect("no panic").extend_from_slice(&buffer[..read]);
            }
            Ok(0) | Err(_) => return,
        }
        // Requests are small, have no body and are not pipelined.
        if !request.ends_with(b"\r\n\r\n") {
            continue;
        }
        request.clear();
        if manner == Manner::Truncates {
            // Where no length is given the end of the session is the end of the answer, and there is none.
            let _ =
                session.write_all(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n{\"half\":1}");
            let _ = session.flush();
            return;
        }
        if session.write_all(answer.as_bytes()).and_then(|()| session.flush()).is_err() {
            return;
        }
    }
}

/// The first message of a server of long ago, in which it chooses this version and these ciphers.
fn server_hello(version: [u8; 2], cipher: [u8; 2]) -> Vec<u8> {
    let body = [&version[..], &[7; 32], &[0], &cipher, &[0]].concat();
    let length = u8::try_from(body.len()).expect("a short message");
    let message = [&[2, 0, 0, length][..], &body].concat();
    let length = u8::try_from(message.len()).expect("a short message");
    [&[22][..], &version, &[0, length], &message].concat()
}
