//! Measures the first request over TLS. The start of the function has opened the connection.

use std::sync::Arc;

use integration_tests::emulator::{Emulator, bootstrap, environment};
use integration_tests::events::{Scene, event_file};
use integration_tests::store::Store;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::median;
use crate::target::Target;

const STARTS: usize = 9;
const WARM_REQUESTS: usize = 200;
const MAX_RATIO: f64 = 2.0;

pub(crate) async fn measure(scene: &Scene) -> Vec<Target> {
    let authority = Authority::new();
    let endpoint = serve(authority.server(), &scene.store.endpoint).await;
    let trusted = std::env::temp_dir().join(format!("authority-{}.pem", std::process::id()));
    std::fs::write(&trusted, authority.certificate()).expect("a file can be written");
    let store = Store {
        endpoint,
        ..scene.store.clone()
    };
    let mut environment = environment(&store);
    let trusted_file = trusted.to_string_lossy().into_owned();
    environment.push(("SSL_CERT_FILE".to_owned(), trusted_file));
    let (mut first, mut warm) = (Vec::new(), Vec::new());
    for _ in 0..STARTS {
        let durations = requests(&environment, 1 + WARM_REQUESTS / STARTS).await;
        first.push(durations[0]);
        warm.extend_from_slice(&durations[1..]);
    }
    std::fs::remove_file(trusted).ok();
    let (first, warm) = (median(&first), median(&warm));
    println!("\ncredits over TLS, {STARTS} starts");
    println!("first request {first:.2} ms, {WARM_REQUESTS} warm ones {warm:.2} ms (medians)");
    let what = "credits: first request over TLS, against warm ones".to_owned();
    vec![Target::timed(what, first / warm, MAX_RATIO, "times")]
}

/// Returns the time of one new function for each of `count` requests.
async fn requests(environment: &[(String, String)], count: usize) -> Vec<f64> {
    let environment = environment.to_vec();
    let run = move || {
        let mut emulator = Emulator::start(&bootstrap("credits"), &environment);
        for _ in 0..count {
            let answer = emulator.invoke(&event_file("credits/get_credit"));
            assert_eq!(
                answer["statusCode"],
                200,
                "{answer:#}\n{:#?}",
                emulator.log()
            );
        }
        emulator.durations_ms()
    };
    tokio::task::spawn_blocking(run)
        .await
        .expect("the emulator answers")
}

/// The certificate authority for the store.
struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    fn new() -> Self {
        let mut parameters = CertificateParams::default();
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key can be made");
        let issuer = CertifiedIssuer::self_signed(parameters, key);
        Self(issuer.expect("an authority certifies itself"))
    }

    fn certificate(&self) -> String {
        self.0.pem()
    }

    fn server(&self) -> ServerConfig {
        let names = vec!["localhost".to_owned()];
        let parameters = CertificateParams::new(names).expect("it is a name");
        let key = KeyPair::generate().expect("a key can be made");
        let certificate = parameters.signed_by(&key, &self.0);
        let certificate = certificate.expect("the authority signs").der().clone();
        let key = PrivateKeyDer::try_from(key.serialize_der()).expect("it is a key");
        let chain: Vec<CertificateDer<'static>> = vec![certificate];
        let server = ServerConfig::builder().with_no_client_auth();
        server
            .with_single_cert(chain, key)
            .expect("key and certificate fit")
    }
}

/// Ends TLS in front of the store, and returns the URL to use instead.
async fn serve(config: ServerConfig, store: &str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port is free");
    let port = listener.local_addr().expect("it is bound").port();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let store = store.trim_start_matches("http://").to_owned();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            tokio::spawn(forward(acceptor.clone(), client, store.clone()));
        }
    });
    format!("https://localhost:{port}")
}

/// Forwards bytes until one side ends the connection.
async fn forward(acceptor: TlsAcceptor, client: TcpStream, store: String) {
    client.set_nodelay(true).ok();
    let (Ok(mut client), Ok(mut store)) =
        tokio::join!(acceptor.accept(client), TcpStream::connect(store))
    else {
        return;
    };
    store.set_nodelay(true).ok();
    copy_bidirectional(&mut client, &mut store).await.ok();
}
