//! Access tokens that must not pass: forged, altered, expired, of another kind, of a
//! session that ended. Each row has a name; the untouched token passes before and after.
//!
//! The forger has the server's own key: what is refused here is refused for what it says,
//! and not because its signature is wrong, where the row does not say so.

use crate::steps::the;
use crate::world::{PASSWORD, World, now};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE, URL_SAFE_NO_PAD as BASE64};
use ed25519_dalek::{Signer as _, SigningKey};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sanad_core::access::Role;
use sanad_core::ids::UserId;
use sanad_testkit::{Staff, TestDatabase, each_backend};
use serde_json::{Value, json};
use sha2::Sha256;
use std::path::{Path, PathBuf};

/// A folder of keys that goes away with the test.
pub(crate) struct Keys(pub(crate) PathBuf);

impl Keys {
    pub(crate) fn new(database: &TestDatabase) -> Self {
        let random = sanad_api::clock::entropy().unwrap();
        let name = format!(
            "sanad_keys_{:?}_{}",
            database.backend(),
            u128::from_ne_bytes(random)
        );
        Self(std::env::temp_dir().join(name))
    }

    /// The names of its keys, in order.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(&self.0).unwrap();
        let name = |entry: std::io::Result<std::fs::DirEntry>| entry.unwrap().file_name();
        let mut names: Vec<String> = entries
            .map(|entry| name(entry).into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

impl Drop for Keys {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

fn key_in(path: &Path) -> SigningKey {
    let text = std::fs::read_to_string(path).unwrap();
    let seed: Vec<u8> = (0..32)
        .map(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).unwrap())
        .collect();
    SigningKey::from_bytes(&seed.try_into().unwrap())
}

/// Makes tokens with the server's own key.
struct Forger {
    key: SigningKey,
    kid: String,
    user: UserId,
}

impl Forger {
    fn head(&self) -> Value {
        json!({"typ": "at+jwt", "alg": "EdDSA", "kid": self.kid})
    }

    fn claims(&self) -> Value {
        let now = now().as_second();
        json!({
            "iss": "sanad", "aud": "sanad-api", "sub": self.user, "sid": self.user,
            "iat": now, "nbf": now, "exp": now + 600, "jti": "7d0c4e6b1f2a9385",
        })
    }

    /// The head as the server writes it: the order of its members is part of it.
    fn own_head(&self) -> String {
        format!(r#"{{"typ":"at+jwt","alg":"EdDSA","kid":"{}"}}"#, self.kid)
    }

    fn signed(&self, head: &str, claims: &str) -> String {
        signed_by(&self.key, head, claims)
    }

    /// With another head; its members stand in the order of the server where they can.
    fn with_head(&self, change: &[(&str, Value)]) -> String {
        let mut head = self.head();
        for (name, value) in change {
            match value {
                Value::Null => drop(head.as_object_mut().unwrap().remove(*name)),
                value => head[*name] = value.clone(),
            }
        }
        let order = ["typ", "alg", "kid"];
        let members = head.as_object().unwrap();
        let known = order
            .iter()
            .filter_map(|name| Some((*name, members.get(*name)?)));
        let more = members
            .iter()
            .filter(|(name, _)| !order.contains(&name.as_str()));
        let text: Vec<String> = known
            .chain(more.map(|(name, value)| (name.as_str(), value)))
            .map(|(name, value)| format!("\"{name}\":{value}"))
            .collect();
        self.signed(
            &format!("{{{}}}", text.join(",")),
            &self.claims().to_string(),
        )
    }

    /// With another claim, or without one.
    fn with_claim(&self, name: &str, value: Option<Value>) -> String {
        let mut claims = self.claims();
        match value {
            Some(value) => claims[name] = value,
            None => drop(claims.as_object_mut().unwrap().remove(name)),
        }
        self.signed(&self.own_head(), &claims.to_string())
    }

    /// With a claim that stands twice.
    fn with_twice(&self, name: &str, value: &Value) -> String {
        let claims = self.claims().to_string();
        let doubled = format!("{{\"{name}\":{value},{}", &claims[1..]);
        self.signed(&self.own_head(), &doubled)
    }
}

fn signed_by(key: &SigningKey, head: &str, claims: &str) -> String {
    let signed = format!("{}.{}", BASE64.encode(head), BASE64.encode(claims));
    let signature = key.sign(signed.as_bytes()).to_bytes();
    format!("{signed}.{}", BASE64.encode(signature))
}

fn hs256(secret: &[u8], kid: &str, claims: &str) -> String {
    let head = format!(r#"{{"typ":"at+jwt","alg":"HS256","kid":"{kid}"}}"#);
    let signed = format!("{}.{}", BASE64.encode(head), BASE64.encode(claims));
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).unwrap();
    mac.update(signed.as_bytes());
    format!("{signed}.{}", BASE64.encode(mac.finalize().into_bytes()))
}

/// The same signature as another number: S plus the order of the group.
fn malleable(token: &str) -> String {
    const ORDER: [u8; 32] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde,
        0x14, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let mut bytes = BASE64.decode(signature).unwrap();
    let mut carry = 0;
    for (byte, add) in bytes[32..].iter_mut().zip(ORDER) {
        let sum = u16::from(*byte) + u16::from(add) + carry;
        *byte = u8::try_from(sum & 0xff).unwrap();
        carry = sum >> 8;
    }
    format!("{signed}.{}", BASE64.encode(bytes))
}

/// The last letter of a token carries bits that mean nothing; another one of the same
/// meaning.
fn stray_bits(token: &str) -> String {
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let (most, last) = token.split_at(token.len() - 1);
    let at = letters.find(last).unwrap();
    format!("{most}{}", &letters[at + 1..at + 2])
}

type Row = (&'static str, String);

fn heads(forger: &Forger) -> Vec<Row> {
    let other = SigningKey::from_bytes(&[7; 32]);
    let other_kid: String = other.verifying_key().as_bytes()[..8]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let claims = forger.claims().to_string();
    let typ = |typ: Value| forger.with_head(&[("typ", typ)]);
    let alg = |alg: Value| forger.with_head(&[("alg", alg)]);
    let kid = |kid: Value| forger.with_head(&[("kid", kid)]);
    let also = |name: &str, value: Value| forger.with_head(&[(name, value)]);
    let unsigned = |alg: &str| {
        let head = format!(r#"{{"typ":"at+jwt","alg":"{alg}"}}"#);
        format!("{}.{}.", BASE64.encode(head), BASE64.encode(&claims))
    };
    let public = forger.key.verifying_key();
    let jwk = json!({"kty": "OKP", "crv": "Ed25519", "x": BASE64.encode(other.verifying_key())});
    let with_jwk = format!(
        r#"{{"typ":"at+jwt","alg":"EdDSA","kid":"{}","jwk":{jwk}}}"#,
        forger.kid
    );
    let own_head = forger.own_head();
    vec![
        ("type JWT", typ(json!("JWT"))),
        ("type of a refresh token", typ(json!("rt+jwt"))),
        ("type of an identity token", typ(json!("id+jwt"))),
        ("type in capitals", typ(json!("AT+JWT"))),
        (
            "type with its media range",
            typ(json!("application/at+jwt")),
        ),
        ("no type", typ(Value::Null)),
        ("type that is a list", typ(json!(["at+jwt"]))),
        ("algorithm none", unsigned("none")),
        ("algorithm NONE", unsigned("nOnE")),
        ("algorithm none, signed", alg(json!("none"))),
        ("algorithm ES256", alg(json!("ES256"))),
        ("algorithm Ed25519 by its newer name", alg(json!("Ed25519"))),
        ("no algorithm", alg(Value::Null)),
        (
            "HS256 with the public key",
            hs256(public.as_bytes(), &forger.kid, &claims),
        ),
        (
            "HS256 with the public key as published",
            hs256(BASE64.encode(public).as_bytes(), &forger.kid, &claims),
        ),
        ("HS256 with nothing", hs256(b"", &forger.kid, &claims)),
        (
            "another key under our id",
            signed_by(&other, &own_head, &claims),
        ),
        (
            "another key under its own id",
            signed_by(&other, &own_head.replace(&forger.kid, &other_kid), &claims),
        ),
        ("unknown key id", kid(json!("0000000000000000"))),
        ("no key id", kid(Value::Null)),
        ("key id that is a path", kid(json!("../../../../dev/null"))),
        ("key id that is SQL", kid(json!("' UNION SELECT 'x"))),
        ("key in the token", signed_by(&other, &with_jwk, &claims)),
        ("jwk beside our key", also("jwk", jwk)),
        ("jku", also("jku", json!("https://example.org/jwks.json"))),
        ("x5u", also("x5u", json!("https://example.org/cert.pem"))),
        ("x5c", also("x5c", json!(["MIIB"]))),
        ("crit", also("crit", json!(["exp"]))),
        (
            "unencoded payload",
            forger.with_head(&[("b64", json!(false)), ("crit", json!(["b64"]))]),
        ),
        ("a token within a token", also("cty", json!("JWT"))),
        ("compressed", also("zip", json!("DEF"))),
        ("unknown member of the head", also("x", json!(1))),
        (
            "algorithm twice",
            forger.signed(
                &own_head.replace("\"alg\"", "\"alg\":\"none\",\"alg\""),
                &claims,
            ),
        ),
        (
            "head in another order",
            forger.signed(&forger.head().to_string(), &claims),
        ),
        ("head that is no JSON", forger.signed("at+jwt", &claims)),
        ("empty head", forger.signed("", &claims)),
    ]
}

fn claims(forger: &Forger) -> Vec<Row> {
    let now = now().as_second();
    let with = |name: &str, value: Value| forger.with_claim(name, Some(value));
    let without = |name: &str| forger.with_claim(name, None);
    let from = |iat: i64, exp: i64| {
        let mut claims = forger.claims();
        (claims["iat"], claims["nbf"], claims["exp"]) = (json!(iat), json!(iat), json!(exp));
        forger.signed(&forger.own_head(), &claims.to_string())
    };
    let own_head = forger.own_head();
    vec![
        ("another audience", with("aud", json!("other-api"))),
        (
            "audiences, ours among them",
            with("aud", json!(["sanad-api", "other-api"])),
        ),
        ("empty audience", with("aud", json!(""))),
        ("no audience", without("aud")),
        ("another issuer", with("iss", json!("https://example.org"))),
        ("issuer in capitals", with("iss", json!("SANAD"))),
        ("no issuer", without("iss")),
        ("no subject", without("sub")),
        ("subject that is no id", with("sub", json!("registrar"))),
        ("no session", without("sid")),
        ("session that is nothing", with("sid", Value::Null)),
        ("no id", without("jti")),
        ("empty id", with("jti", json!(""))),
        ("no end", without("exp")),
        ("no beginning", without("nbf")),
        ("no time of issue", without("iat")),
        ("expired a moment ago", from(now - 601, now - 1)),
        ("expired now", from(now - 600, now)),
        ("expired before it was issued", from(now, now - 60)),
        ("expired long ago", from(0, 600)),
        ("end as text", with("exp", json!((now + 60).to_string()))),
        ("end with a fraction", with("exp", json!(1e18))),
        ("end of all numbers", with("exp", json!(i64::MAX))),
        ("end before time", with("exp", json!(-1))),
        ("good for a day", from(now, now + 86_400)),
        ("good for eleven minutes", from(now, now + 660)),
        ("not yet valid", with("nbf", json!(now + 60))),
        ("issued tomorrow", from(now + 86_400, now + 87_000)),
        (
            "subject twice",
            forger.with_twice("sub", &json!(forger.user)),
        ),
        ("end twice", forger.with_twice("exp", &json!(now + 500))),
        (
            "audience twice",
            forger.with_twice("aud", &json!("sanad-api")),
        ),
        ("unknown claim", with("role", json!("administrator"))),
        ("claims that are a list", forger.signed(&own_head, "[]")),
        ("claims that are no JSON", forger.signed(&own_head, "sub")),
        ("no claims", forger.signed(&own_head, "")),
    ]
}

fn forms(forger: &Forger, good: &str) -> Vec<Row> {
    let parts: Vec<&str> = good.split('.').collect();
    let [head, payload, signature] = parts[..] else {
        panic!("a token has three parts");
    };
    let other = forger.with_claim("jti", Some(json!("another")));
    let other_signature = other.rsplit_once('.').unwrap().1;
    let bytes = BASE64.decode(signature).unwrap();
    let mut flipped = bytes.clone();
    flipped[10] ^= 1;
    let payload_bytes = BASE64.decode(payload).unwrap();
    vec![
        ("nonsense", "nonsense".to_owned()),
        ("dots", "..".to_owned()),
        ("without signature", format!("{head}.{payload}.")),
        ("two parts", format!("{head}.{payload}")),
        ("four parts", format!("{good}.{signature}")),
        (
            "five parts, as encrypted tokens have",
            format!("{good}.{head}.{payload}"),
        ),
        ("one letter short", good[..good.len() - 1].to_owned()),
        (
            "signature cut in half",
            format!("{head}.{payload}.{}", &signature[..43]),
        ),
        (
            "signature of zeros",
            format!("{head}.{payload}.{}", BASE64.encode([0; 64])),
        ),
        (
            "signature with one bit changed",
            format!("{head}.{payload}.{}", BASE64.encode(flipped)),
        ),
        (
            "signature of another token",
            format!("{head}.{payload}.{other_signature}"),
        ),
        ("signature as another number", malleable(good)),
        (
            "signature with more behind it",
            format!(
                "{head}.{payload}.{}",
                BASE64.encode([&bytes[..], &[0]].concat())
            ),
        ),
        ("signature with stray bits", stray_bits(good)),
        ("padded", format!("{good}==")),
        (
            "padded as it should be",
            format!("{head}.{payload}.{}", URL_SAFE.encode(&bytes)),
        ),
        (
            "in the other alphabet",
            format!("{head}.{payload}.{}", STANDARD.encode(&bytes)),
        ),
        (
            "payload in padded base64",
            format!("{head}.{payload}=.{signature}"),
        ),
        (
            "payload unencoded",
            format!(
                "{head}.{}.{signature}",
                String::from_utf8(payload_bytes).unwrap()
            ),
        ),
        (
            "payload with a letter more",
            format!("{head}.{payload}A.{signature}"),
        ),
        ("space before", format!(" {good}")),
        ("tab before", format!("\t{good}")),
        ("space within", format!("{head}. {payload}.{signature}")),
        ("tab within", format!("{head}.{payload}.\t{signature}")),
        ("quoted", format!("\"{good}\"")),
        ("twice", format!("{good}, {good}")),
        (
            "as JSON",
            json!({"protected": head, "payload": payload, "signature": signature}).to_string(),
        ),
        ("in capitals", good.to_uppercase()),
        ("percent-encoded", good.replace('.', "%2E")),
    ]
}

#[test]
fn what_was_forged_altered_or_is_over_is_refused_and_the_untouched_token_passes() {
    each_backend(|database| {
        let keys = Keys::new(database);
        drop(World::start(database));
        let world = World::beside_with(database, |app| app.with_keys(keys.0.clone()).unwrap());
        let caseworker = the(Role::Caseworker);
        let good = world.as_(&caseworker).token().to_owned();
        let names = keys.names();
        let name = names[0].strip_suffix(".key").unwrap();
        let forger = Forger {
            key: key_in(&keys.0.join(&names[0])),
            kid: name.split_once('-').unwrap().1.to_owned(),
            user: caseworker.user,
        };
        let passes = |token: &str| world.with_token(token).get("/v1/me").expect(200);
        passes(&good);
        // The forger can do what the server does: the rows differ from it in one thing.
        passes(&forger.signed(&forger.own_head(), &forger.claims().to_string()));
        passes(&forger.with_head(&[]));

        let mut rows = heads(&forger);
        rows.extend(claims(&forger));
        rows.extend(forms(&forger, &good));
        assert!(rows.len() > 90, "{}", rows.len());
        for (name, token) in &rows {
            let reply = world.with_token(token).get("/v1/me");
            assert_eq!(reply.status, 401, "passes: {name}");
            reply.refused(401, "TOKEN_INVALID");
        }
        passes(&good);
    });
}

#[test]
fn a_good_signature_does_not_bring_back_what_has_ended() {
    each_backend(|database| {
        let world = World::start(database);
        let refused = |name: &str, token: &str, code: &str| {
            let reply = world.with_token(token).get("/v1/me");
            assert_eq!(reply.status, 401, "passes: {name}");
            reply.refused(401, code);
        };
        let sign_in = |role: Role| {
            let body = json!({"login": the(role).login, "password": PASSWORD});
            let reply = world.stranger().post("/v1/sign-in", &body);
            reply.expect(200).json()
        };
        let text = |tokens: &Value, name: &str| tokens[name].as_str().unwrap().to_owned();
        let tokens = sign_in(Role::Caseworker);
        let access = text(&tokens, "access_token");
        refused(
            "a refresh token",
            &text(&tokens, "refresh_token"),
            "TOKEN_INVALID",
        );
        refused(
            "the secret of a device",
            &text(&tokens, "device"),
            "TOKEN_INVALID",
        );
        let client = world.with_token(&access);
        client.get("/v1/me").expect(200);
        client.post("/v1/sign-out", &json!(null)).expect(204);
        refused("of a session that was ended", &access, "SESSION_ENDED");

        let issue = |user: UserId, session: u128| {
            let session = sanad_core::ids::SessionId(uuid::Uuid::from_u128(session));
            world.app.tokens.issue(user, session, now()).unwrap()
        };
        let (user, other) = (the(Role::Registrar).user, the(Role::Supervisor).user);
        refused(
            "of a session that never was",
            &issue(user, 5),
            "SESSION_ENDED",
        );
        drop(world.as_(&the(Role::Supervisor)));
        refused(
            "of somebody else's session",
            &issue(user, other.0.as_u128()),
            "SESSION_ENDED",
        );
        let nobody = UserId(uuid::Uuid::from_u128(9));
        refused("of nobody", &issue(nobody, 5), "ACCOUNT_DISABLED");

        let disabled = world.as_(&the(Role::Auditor)).token().to_owned();
        let path = format!("/v1/accounts/{}/use", the(Role::Auditor).user);
        let admin = world.as_(&the(Role::Administrator));
        admin.put(&path, &json!({"disabled": true})).expect(204);
        refused("of a disabled user", &disabled, "ACCOUNT_DISABLED");
        let gone = Staff::new(911, "gone", the(Role::Auditor).grants);
        drop(world.hire(&gone));
        let later = World::beside(database);
        let theirs = later.as_(&gone).token().to_owned();
        refused("of a server with another key", &theirs, "TOKEN_INVALID");
    });
}
