use ::authorizer::Authorizer;
use integration_tests::api::Api;
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, EncodingKey, crypto};
use serde_json::{Value, json};

use super::issuer::{Issuer, SigningKey, claims, message};
use super::{sender, without_id};
use crate::credits::credit;
use crate::world::World;

/// A world whose authorizer accepts an issuer's tokens.
struct Tokens {
    world: World,
    authorizer: Authorizer,
    issuer: Issuer,
    key: SigningKey,
}

impl Tokens {
    async fn new(key: SigningKey) -> Self {
        let (world, issuer) = (World::new().await, Issuer::start(&[&key]).await);
        let authorizer = world.authorizer().with_tokens(Some(issuer.settings()));
        Self {
            authorizer: authorizer.unwrap(),
            world,
            issuer,
            key,
        }
    }

    fn claims(&self, changes: Value) -> Value {
        claims(self.world.api.tenant(), changes)
    }

    async fn sender(&self, token: &str) -> Api {
        let header = format!("Bearer {token}");
        sender(&self.authorizer, &self.world.api, Some(&header)).await
    }

    /// Checks that a token does not count: the same refusal as without a token, and no write.
    async fn refuse(&self, why: &str, token: &str) {
        let api = self.sender(token).await;
        let request = api.post("/credits/{tenant}").json(&credit(json!({})));
        let refusal = self.world.refused(request, 401, "unauthenticated").await;
        let nobody = sender(&self.authorizer, &self.world.api, None).await;
        let nobodys = nobody.post("/credits/{tenant}").send().await;
        assert_eq!(without_id(&refusal), without_id(&nobodys), "{why}");
        assert_eq!(refusal.header("www-authenticate"), Some("Bearer"), "{why}");
    }
}

#[tokio::test]
async fn a_good_token_of_either_algorithm_writes_in_the_name_of_its_subject() {
    for key in [SigningKey::rsa("r"), SigningKey::ec("e")] {
        let tokens = Tokens::new(key).await;
        let token = tokens.key.token(&tokens.claims(json!({})));
        let api = tokens.sender(&token).await;
        let created = api.post("/credits/{tenant}").json(&credit(json!({})));
        let created = created.send().await;
        assert_eq!(created.status, 200, "{}", created.text);
        assert_eq!(created.body["sys_created_by_id"], "user-7");
        let context = &created.body["sys_last_security_context"];
        assert_eq!(context["scopes"], json!(["read", "write"]));
        assert_eq!(context["proof"], "token");
    }
}

#[tokio::test]
async fn malformed_tokens_are_refused() {
    let tokens = Tokens::new(SigningKey::ec("e")).await;
    let good = tokens.key.token(&tokens.claims(json!({})));
    let (head, signature) = good.rsplit_once('.').unwrap();
    for bad in [
        "",
        ".",
        "..",
        "a.b.c",
        head,
        &format!("{head}."),
        &format!("{good}."),
        &format!("{good}.{signature}"),
        &format!("{good}="),
        &good.to_uppercase(),
        &format!("{head}.{}", signature.chars().rev().collect::<String>()),
    ] {
        tokens.refuse("malformed", bad).await;
    }
    let bare = sender(&tokens.authorizer, &tokens.world.api, Some(&good)).await;
    let request = bare.post("/credits/{tenant}").json(&credit(json!({})));
    tokens.world.refused(request, 401, "unauthenticated").await;
}

#[tokio::test]
async fn a_token_without_a_signature_is_refused() {
    let tokens = Tokens::new(SigningKey::ec("e")).await;
    for alg in ["none", "None", "NONE", "nOnE", ""] {
        let header = json!({"alg": alg, "kid": "e"});
        let bare = message(&header, &tokens.claims(json!({})));
        tokens.refuse("alg none", &format!("{bare}.")).await;
        let signed = tokens.key.sign(&header, &tokens.claims(json!({})));
        tokens.refuse("alg none, signed", &signed).await;
    }
}

#[tokio::test]
async fn a_token_signed_with_the_public_key_as_a_secret_is_refused() {
    let tokens = Tokens::new(SigningKey::rsa("r")).await;
    let public = tokens.key.public();
    let modulus = public["n"].as_str().unwrap();
    for secret in [public.to_string(), modulus.to_owned()] {
        let header = json!({"alg": "HS256", "kid": "r"});
        let message = message(&header, &tokens.claims(json!({})));
        let secret = EncodingKey::from_secret(secret.as_bytes());
        let signature = crypto::sign(message.as_bytes(), &secret, Algorithm::HS256).unwrap();
        tokens
            .refuse("HS256", &format!("{message}.{signature}"))
            .await;
    }
}

#[tokio::test]
async fn a_token_of_another_algorithm_than_its_keys_is_refused() {
    let tokens = Tokens::new(SigningKey::ec("e")).await;
    for alg in ["RS256", "ES384", "RS512", "PS256", "EdDSA"] {
        let header = json!({"alg": alg, "kid": "e"});
        let token = tokens.key.sign(&header, &tokens.claims(json!({})));
        tokens.refuse(alg, &token).await;
    }
}

#[tokio::test]
async fn a_token_of_another_issuer_audience_or_key_is_refused() {
    let tokens = Tokens::new(SigningKey::ec("e")).await;
    for changes in [
        json!({"iss": "https://issuer.example"}),
        json!({"iss": "https://evil.example/"}),
        json!({"iss": null}),
        json!({"iss": 5}),
        json!({"aud": "others"}),
        json!({"aud": ["certification", "certifications2"]}),
        json!({"aud": []}),
        json!({"aud": null}),
        json!({"aud": {"certifications": true}}),
        json!({"iss": ["https://issuer.example/"]}),
        json!({"iss": ["https://issuer.example/", "https://evil.example/"]}),
        json!({"sub": null}),
        json!({"sub": ""}),
        json!({"sub": 7}),
    ] {
        let token = tokens.key.token(&tokens.claims(changes.clone()));
        tokens.refuse(&changes.to_string(), &token).await;
    }
    let claims = tokens.claims(json!({}));
    for kid in [json!("other"), json!(""), json!(null), json!(5)] {
        let header = json!({"alg": "ES256", "kid": kid});
        tokens
            .refuse("kid", &tokens.key.sign(&header, &claims))
            .await;
    }
    let stranger = SigningKey::ec("e");
    tokens.refuse("another key", &stranger.token(&claims)).await;
}

#[tokio::test]
async fn a_subject_that_looks_like_the_systems_own_or_like_a_key_id_is_refused() {
    let tokens = Tokens::new(SigningKey::ec("e")).await;
    for sub in [
        "system:expiration-sweep",
        "system:",
        "System:anything",
        " system:expiration-sweep",
        "0102030405060708",
        "ABCDEF0123456789",
        "abcdef0123456789 ",
    ] {
        let token = tokens.key.token(&tokens.claims(json!({"sub": sub})));
        tokens.refuse(sub, &token).await;
    }
    for sub in [
        "systems",
        "my-system:1",
        "010203040506070",
        "01020304050607080",
    ] {
        let token = tokens.key.token(&tokens.claims(json!({"sub": sub})));
        let listed = tokens.sender(&token).await.get("/credits/{tenant}");
        assert_eq!(listed.send().await.status, 200, "{sub}");
    }
}

#[tokio::test]
async fn a_token_of_another_type_is_refused() {
    let tokens = Tokens::new(SigningKey::ec("e")).await;
    let with_type = |typ: Value| {
        let mut header = tokens.key.header();
        header["typ"] = typ;
        header
            .as_object_mut()
            .unwrap()
            .retain(|_, value| !value.is_null());
        tokens.key.sign(&header, &tokens.claims(json!({})))
    };
    for typ in [
        json!(""),
        json!("JWS"),
        json!("dpop+jwt"),
        json!("logout+jwt"),
        json!("at+jwt2"),
        json!("text/jwt"),
        json!("application/"),
        json!(5),
        json!(["JWT"]),
    ] {
        tokens.refuse(&typ.to_string(), &with_type(typ)).await;
    }
    for typ in [
        json!("JWT"),
        json!("jwt"),
        json!("at+jwt"),
        json!("application/AT+JWT"),
        json!(null),
    ] {
        let api = tokens.sender(&with_type(typ.clone())).await;
        let listed = api.get("/credits/{tenant}").send().await;
        assert_eq!(listed.status, 200, "{typ}");
    }
}

#[tokio::test]
async fn a_token_out_of_its_time_is_refused() {
    let tokens = Tokens::new(SigningKey::ec("e")).await;
    let now = Timestamp::now().as_second();
    for changes in [
        json!({"exp": now - 1}),
        json!({"exp": now - 3600}),
        json!({"exp": 0}),
        json!({"exp": -1}),
        json!({"nbf": now + 60}),
        json!({"exp": (now + 300).to_string()}),
        json!({"exp": [now + 300]}),
        json!({"nbf": (now - 5).to_string()}),
        json!({"nbf": "now"}),
        json!({"exp": null}),
    ] {
        let token = tokens.key.token(&tokens.claims(changes.clone()));
        tokens.refuse(&changes.to_string(), &token).await;
    }
}

#[tokio::test]
async fn a_token_that_brings_or_names_its_own_key_is_refused_and_nothing_is_fetched() {
    let tokens = Tokens::new(SigningKey::ec("e")).await;
    let evil = SigningKey::ec("evil");
    let trap = Issuer::start(&[&evil]).await;
    for (name, value) in [
        ("jku", json!(trap.url())),
        ("x5u", json!(trap.url())),
        ("jwk", evil.public()),
        ("x5c", json!(["AAAA"])),
        ("crit", json!(["exp"])),
    ] {
        for key in [&evil, &tokens.key] {
            let mut header = key.header();
            header[name] = value.clone();
            let token = key.sign(&header, &tokens.claims(json!({})));
            tokens.refuse(name, &token).await;
        }
    }
    assert_eq!((trap.requests(), tokens.issuer.requests()), (0, 0));
}

#[tokio::test]
async fn a_good_token_without_tenant_or_scope_is_forbidden() {
    let tokens = Tokens::new(SigningKey::ec("e")).await;
    let tenants = "https://issuer.example/tenants";
    for changes in [
        json!({tenants: null}),
        json!({tenants: ["another.example", "*", ""]}),
        json!({"scope": null}),
        json!({"scope": "read"}),
        json!({"scope": "Write write2 writ e"}),
    ] {
        let token = tokens.key.token(&tokens.claims(changes));
        let api = tokens.sender(&token).await;
        let request = api.post("/credits/{tenant}").json(&credit(json!({})));
        tokens.world.refused(request, 403, "forbidden").await;
    }
}

#[tokio::test]
async fn without_a_configured_issuer_every_token_is_refused() {
    let world = World::new().await;
    let key = SigningKey::ec("e");
    let token = key.token(&claims(world.api.tenant(), json!({})));
    let header = format!("Bearer {token}");
    let api = sender(&world.authorizer(), &world.api, Some(&header)).await;
    let request = api.get("/credits/{tenant}");
    world.refused(request, 401, "unauthenticated").await;
}
