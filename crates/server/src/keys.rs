//! Keys and tokens: what is derived of the key file, and how tokens are made and hashed.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use uuid::Uuid;

pub mod binding;
pub mod file;
pub mod rotation;

use file::{KeyFile, key_of_hex};

const KEY_BYTES: usize = 32;
const NONCE_BYTES: usize = 24;
/// Enough against guessing for what lives minutes or days: 2^128 tries.
const MAC_BYTES: usize = 16;

type Key = [u8; KEY_BYTES];

/// The keys of one installation. Never printed.
#[derive(Clone)]
pub struct Keys {
    fingerprint: Key,
    codes: Key,
    links: Key,
    badges: Key,
    badges_done: Key,
    cursors: Key,
    erasures: Key,
    once: Key,
    /// The first seals; every one opens, so that a rotation may stop half-way.
    faces: Vec<Key>,
}

/// What a signature is for: one for one purpose is of no use for another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Purpose {
    /// The QR code that a phone shows.
    Code,
    /// The dispute link in a receipt.
    DisputeLink,
    /// The badge that staff hold up before they refill a zone.
    Badge,
    /// The badge that they hold up afterwards.
    BadgeDone,
    /// Where in a list a page ends.
    Cursor,
}

/// Why a signed text is worth nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotValid {
    /// Never signed by this installation for this purpose, or altered.
    NotOurs,
    /// Its time is over.
    Expired,
}

/// Sealed bytes that cannot be opened: another key, or altered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the sealed data cannot be opened with this key")]
pub struct CannotOpen;

impl Keys {
    /// Keys from the content of a key file.
    fn of(file: &KeyFile) -> Self {
        let derived = |label: &str| keyed(&file.master).chain_update(label).finalize().into_bytes().into();
        let faces = match file.faces.as_slice() {
            [] => vec![derived("smartmart 1: biometric references")],
            faces => faces.to_vec(),
        };
        Self {
            fingerprint: derived("smartmart 1: fingerprint"),
            codes: derived("smartmart 1: codes"),
            links: derived("smartmart 1: dispute links"),
            badges: derived("smartmart 1: staff badges"),
            badges_done: derived("smartmart 1: staff badges, done"),
            cursors: derived("smartmart 1: cursors"),
            erasures: derived("smartmart 1: erasure receipts"),
            once: derived("smartmart 1: secrets that a request makes once"),
            faces,
        }
    }

    /// Keys of one master key of 64 hexadecimal digits.
    ///
    /// # Errors
    ///
    /// Where it is something else.
    pub fn from_hex(master: &str) -> anyhow::Result<Self> {
        Ok(Self::of(&KeyFile { master: key_of_hex(master)?, faces: Vec::new() }))
    }

    /// Tells one installation's keys from another's, and nothing of them. A new key for faces changes nothing about it.
    pub fn fingerprint(&self) -> String {
        hex(&self.fingerprint)
    }

    /// The secret that signs receipts of erasure.
    pub(crate) fn erasure_secret(&self) -> &Key {
        &self.erasures
    }

    /// Signs that `subject` may do what the purpose says until then: URL-safe text.
    pub fn sign_until(&self, purpose: Purpose, subject: Uuid, expires_at: Timestamp) -> String {
        self.sign(purpose, &[subject.as_bytes().as_slice(), &expires_at.as_second().to_be_bytes()].concat())
    }

    /// The subject of `text`, if this installation signed it for this purpose and it is still good at `at`.
    ///
    /// # Errors
    ///
    /// Which of both it is not.
    pub fn verify_until(&self, purpose: Purpose, text: &str, at: Timestamp) -> Result<Uuid, NotValid> {
        let payload = self.verify(purpose, text).ok_or(NotValid::NotOurs)?;
        let (subject, expires_at) = payload.split_first_chunk::<16>().ok_or(NotValid::NotOurs)?;
        let expires_at = i64::from_be_bytes(expires_at.try_into().map_err(|_| NotValid::NotOurs)?);
        if at.as_second() > expires_at { Err(NotValid::Expired) } else { Ok(Uuid::from_bytes(*subject)) }
    }

    /// Signs `payload`: URL-safe text of the payload and its signature.
    pub(crate) fn sign(&self, purpose: Purpose, payload: &[u8]) -> String {
        let mac = self.mac_of(purpose, payload).finalize().into_bytes();
        URL_SAFE_NO_PAD.encode([payload, &mac[..MAC_BYTES]].concat())
    }

    /// The payload of `text`, if this installation signed it for this purpose.
    pub(crate) fn verify(&self, purpose: Purpose, text: &str) -> Option<Vec<u8>> {
        let mut signed = URL_SAFE_NO_PAD.decode(text).ok()?;
        let signature = signed.split_off(signed.len().checked_sub(MAC_BYTES)?);
        // In constant time: it does not tell where they differ.
        self.mac_of(purpose, &signed).verify_truncated_left(&signature).ok()?;
        Some(signed)
    }

    fn mac_of(&self, purpose: Purpose, payload: &[u8]) -> Hmac<Sha256> {
        let key = match purpose {
            Purpose::Code => &self.codes,
            Purpose::DisputeLink => &self.links,
            Purpose::Badge => &self.badges,
            Purpose::BadgeDone => &self.badges_done,
            Purpose::Cursor => &self.cursors,
        };
        keyed(key).chain_update(payload)
    }

    /// The token that the request `command` about `subject` makes: the same request again, whose answer was lost, makes no other one.
    /// Whoever does not have the key cannot tell it from a random one.
    pub fn token_of(&self, command: Uuid, subject: &str) -> String {
        hex(&self.once(command, subject))
    }

    /// The one-time code that the request `command` makes, such as `K7QF-2M9X`: 40 bits without letters that look alike.
    pub fn join_code_of(&self, command: Uuid) -> String {
        const LETTERS: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
        let bytes = self.once(command, "join code");
        let code: String = bytes.iter().take(8).map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect();
        format!("{}-{}", &code[..4], &code[4..])
    }

    fn once(&self, command: Uuid, subject: &str) -> Key {
        keyed(&self.once).chain_update(command.as_bytes()).chain_update(subject).finalize().into_bytes().into()
    }

    /// Encrypts a template; `whose` is bound to it, so that it cannot be moved to another shopper.
    pub fn seal(&self, template: &[u8], whose: &[u8]) -> Vec<u8> {
        let nonce = random::<NONCE_BYTES>();
        let sealed = XChaCha20Poly1305::new(&self.faces[0].into())
            .encrypt(&XNonce::from(nonce), Payload { msg: template, aad: whose })
            .expect("encryption in memory does not fail");
        [nonce.as_slice(), &sealed].concat()
    }

    /// Decrypts a template of `whose`.
    pub fn open(&self, sealed: &[u8], whose: &[u8]) -> Result<Vec<u8>, CannotOpen> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE_BYTES>().ok_or(CannotOpen)?;
        let open = |key: &Key| {
            XChaCha20Poly1305::new(&(*key).into())
                .decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad: whose })
                .ok()
        };
        self.faces.iter().find_map(open).ok_or(CannotOpen)
    }
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys([redacted])")
    }
}

/// A new token: 256 random bits in hexadecimal. Small letters and digits only, for there are clients of the Kairos API that
/// change what they are given to small letters.
pub fn new_token() -> String {
    hex(&random::<32>())
}

/// How a token or code is kept: its SHA-256. Both are random and long, so no salt or slow hash is needed.
pub fn token_hash(token: &str) -> String {
    hex(&Sha256::digest(token.as_bytes()))
}

/// A code as typed, brought to the form in which it was hashed.
pub fn normal_join_code(typed: &str) -> String {
    let letters: String = typed.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect();
    match letters.split_at_checked(4) {
        Some((first, second)) => format!("{first}-{second}"),
        None => letters,
    }
}

/// A password that people can type, for demo accounts: 80 random bits.
pub fn new_password() -> String {
    const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz23456789-";
    random::<16>().iter().map(|byte| char::from(LETTERS[usize::from(byte % 31)])).collect()
}

/// 64 random bits.
pub fn random_bits() -> u64 {
    u64::from_le_bytes(random())
}

fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}

fn keyed(key: &Key) -> Hmac<Sha256> {
    <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(key).expect("any length is a key")
}

/// Bytes as hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys() -> Keys {
        Keys::from_hex(&"07".repeat(32)).unwrap()
    }

    #[test]
    fn a_signature_holds_for_its_text_purpose_and_key_only() {
        let text = keys().sign(Purpose::Code, b"payload");
        assert_eq!(keys().verify(Purpose::Code, &text).as_deref(), Some(b"payload".as_slice()));
        assert_eq!(keys().verify(Purpose::DisputeLink, &text), None);
        assert_eq!(Keys::from_hex(&"08".repeat(32)).unwrap().verify(Purpose::Code, &text), None);
        for place in 0..text.len() {
            let mut altered = text.clone().into_bytes();
            altered[place] = if altered[place] == b'A' { b'B' } else { b'A' };
            let altered = String::from_utf8(altered).unwrap();
            // The last letter of base64 has bits that mean nothing, so it may decode to the same bytes.
            if URL_SAFE_NO_PAD.decode(&altered) != URL_SAFE_NO_PAD.decode(&text) {
                assert_eq!(keys().verify(Purpose::Code, &altered), None, "{altered}");
            }
        }
        for bad in ["", "A", "!!!!", "AAAA"] {
            assert_eq!(keys().verify(Purpose::Code, bad), None);
        }
    }

    #[test]
    fn a_template_opens_for_its_shopper_only() {
        let sealed = keys().seal(b"template", b"alice");
        assert_eq!(keys().open(&sealed, b"alice").as_deref(), Ok(b"template".as_slice()));
        assert_eq!(keys().open(&sealed, b"bob"), Err(CannotOpen));
        assert_eq!(keys().open(&sealed[1..], b"alice"), Err(CannotOpen));
        assert_eq!(keys().open(b"", b"alice"), Err(CannotOpen));
        assert!(!sealed.windows(8).any(|window| window == b"template"));
    }

    #[test]
    fn a_request_makes_one_code_and_one_token_that_only_this_installation_can() {
        let (first, second) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let other = Keys::from_hex(&"08".repeat(32)).unwrap();
        assert_eq!(keys().join_code_of(first), keys().join_code_of(first));
        assert_eq!(keys().token_of(first, "K7QF-2M9X"), keys().token_of(first, "K7QF-2M9X"));
        let tokens = [(first, "K7QF-2M9X"), (second, "K7QF-2M9X"), (first, "K7QF-2M9Y")];
        let mut tokens: Vec<_> = tokens.map(|(id, code)| keys().token_of(id, code)).into();
        tokens.push(other.token_of(first, "K7QF-2M9X"));
        let all: std::collections::BTreeSet<_> = tokens.iter().collect();
        assert_eq!((all.len(), tokens[0].len()), (4, 64));
        assert_ne!(keys().join_code_of(first), keys().join_code_of(second));
        assert_ne!(keys().join_code_of(first), other.join_code_of(first));
    }

    #[test]
    fn a_join_code_can_be_typed_in_any_way() {
        let code = keys().join_code_of(Uuid::from_u128(1));
        let typed = code.to_lowercase().replace('-', " ");
        assert_eq!(normal_join_code(&typed), code);
        assert_eq!(normal_join_code("ab"), "AB");
    }
}
