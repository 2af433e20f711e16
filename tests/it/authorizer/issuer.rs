//! An issuer of tokens: a real HTTP server for its keys, and the keys to sign with.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, Mutex};

use ::authorizer::settings::TokenSettings;
use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use axum::Router;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::StatusCode;
use jiff::Timestamp;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, crypto};
use serde_json::{Value, json};
use tokio::net::TcpListener;

pub(super) const NAME: &str = "https://issuer.example/";
pub(super) const AUDIENCE: &str = "certifications";

/// The server's behaviour for a request for the keys.
#[derive(Clone)]
pub(super) enum Mood {
    Keys(Vec<Value>),
    Failing,
    Silent,
    Flooding,
    Redirecting(String),
}

#[derive(Clone)]
pub(super) struct Issuer {
    url: String,
    mood: Arc<Mutex<Mood>>,
    requests: Arc<AtomicUsize>,
}

impl Issuer {
    /// Starts a server, which ends with the test's runtime.
    pub(super) async fn start(keys: &[&SigningKey]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = Self {
            url: format!("http://{}/jwks.json", listener.local_addr().unwrap()),
            mood: Arc::new(Mutex::new(Mood::Silent)),
            requests: Arc::default(),
        };
        issuer.publish(keys);
        let server = issuer.clone();
        let answer = move || server.clone().answer();
        let service = Router::new().fallback(answer);
        tokio::spawn(async move { axum::serve(listener, service).await });
        issuer
    }

    async fn answer(self) -> Response {
        self.requests.fetch_add(1, Ordering::Relaxed);
        let mood = self.mood.lock().unwrap().clone();
        match mood {
            Mood::Keys(keys) => json!({ "keys": keys }).to_string().into_response(),
            Mood::Failing => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
            Mood::Silent => std::future::pending().await,
            Mood::Flooding => Body::from(vec![b' '; 10 * 1024 * 1024]).into_response(),
            Mood::Redirecting(to) => (StatusCode::FOUND, [("location", to)]).into_response(),
        }
    }

    pub(super) fn publish(&self, keys: &[&SigningKey]) {
        self.set(Mood::Keys(keys.iter().map(|key| key.public()).collect()));
    }

    pub(super) fn set(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    /// Returns the number of requests for its keys.
    pub(super) fn requests(&self) -> usize {
        self.requests.load(Ordering::Relaxed)
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    pub(super) fn settings(&self) -> TokenSettings {
        TokenSettings {
            issuer: NAME.into(),
            audience: AUDIENCE.into(),
            jwks_url: self.url.parse().unwrap(),
            principal_claim: "sub".into(),
            tenants_claim: "https://issuer.example/tenants".into(),
            scopes_claim: "scope".into(),
        }
    }
}

/// A key pair of an issuer.
pub(super) struct SigningKey {
    pub(super) id: &'static str,
    pub(super) algorithm: Algorithm,
    key: EncodingKey,
}

impl SigningKey {
    /// Returns an RSA key of 2,048 bits, made once because this is slow.
    pub(super) fn rsa(id: &'static str) -> Self {
        static PKCS8: LazyLock<Vec<u8>> = LazyLock::new(|| {
            let pair = KeyPair::generate(KeySize::Rsa2048).unwrap();
            pair.as_der().unwrap().as_ref().to_vec()
        });
        // The key itself (PKCS#1) comes after 26 bytes of header.
        let key = EncodingKey::from_rsa_der(&PKCS8[26..]);
        Self {
            id,
            algorithm: Algorithm::RS256,
            key,
        }
    }

    /// Makes a new P-256 key.
    pub(super) fn ec(id: &'static str) -> Self {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        let der = pair.to_pkcs8v1().unwrap();
        Self {
            id,
            algorithm: Algorithm::ES256,
            key: EncodingKey::from_ec_der(der.as_ref()),
        }
    }

    /// Returns the key in the form that the issuer publishes.
    pub(super) fn public(&self) -> Value {
        let mut jwk = Jwk::from_encoding_key(&self.key, self.algorithm).unwrap();
        jwk.common.key_id = Some(self.id.to_owned());
        json!(jwk)
    }

    pub(super) fn header(&self) -> Value {
        json!({"alg": self.algorithm, "kid": self.id, "typ": "JWT"})
    }

    /// Returns a token with this key's usual header.
    pub(super) fn token(&self, claims: &Value) -> String {
        self.sign(&self.header(), claims)
    }

    /// Returns a token with any header, signed by this key.
    pub(super) fn sign(&self, header: &Value, claims: &Value) -> String {
        let message = message(header, claims);
        let signature = crypto::sign(message.as_bytes(), &self.key, self.algorithm).unwrap();
        format!("{message}.{signature}")
    }
}

/// Returns the first two parts of a token.
pub(super) fn message(header: &Value, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}", part(header), part(claims))
}

/// Returns the claims of a good token, with `changes` over them. Null removes a claim.
pub(super) fn claims(tenant: &str, changes: Value) -> Value {
    let now = Timestamp::now().as_second();
    let mut claims = json!({
        "iss": NAME, "aud": ["others", AUDIENCE], "sub": "user-7", "exp": now + 300, "nbf": now - 5,
        "iat": now - 5, "https://issuer.example/tenants": [tenant], "scope": "openid read write",
    });
    for (name, value) in changes.as_object().into_iter().flatten() {
        claims[name] = value.clone();
    }
    let members = claims.as_object_mut().unwrap();
    members.retain(|_, value| !value.is_null());
    claims
}
