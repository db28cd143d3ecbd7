//! Receipts of erasure: the store signs that it deleted a face, so that the shopper can prove it.

use db::stores::Store;
use domain::ids::ShopperId;
use ed25519_dalek::{Signer, SigningKey};
use jiff::Timestamp;
use protocol::privacy::ErasureReceipt;

use crate::keys::{Keys, hex};

/// Signs that `templates` of a shopper's face were erased at `at`, and that none is left.
pub fn receipt(keys: &Keys, store: &Store, shopper: ShopperId, templates: u64, at: Timestamp) -> ErasureReceipt {
    let statement = format!(
        "Smart Mart erasure receipt 1\nstore: {} ({})\naccount: {shopper}\nface templates erased: {templates}\nface templates left: 0\nerased at: {at}\n",
        store.settings.name, store.id
    );
    let key = SigningKey::from_bytes(keys.erasure_secret());
    let signature = hex(&key.sign(statement.as_bytes()).to_bytes());
    ErasureReceipt { statement, signature, public_key: public_key(keys) }
}

/// What such receipts are checked with.
pub fn public_key(keys: &Keys) -> String {
    hex(SigningKey::from_bytes(keys.erasure_secret()).verifying_key().as_bytes())
}

#[cfg(test)]
mod tests {
    use domain::catalog::TaxRates;
    use domain::ids::StoreId;
    use domain::money::{BasisPoints, Currency};
    use ed25519_dalek::{Signature, Verifier, VerifyingKey};
    use uuid::Uuid;

    use super::*;

    fn bytes<const N: usize>(hex: &str) -> [u8; N] {
        let pairs = hex.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).unwrap());
        pairs.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect::<Vec<_>>().try_into().unwrap()
    }

    #[test]
    fn a_receipt_can_be_checked_by_anybody_and_not_be_altered() {
        let keys = Keys::from_hex(&"07".repeat(32)).unwrap();
        let rates = TaxRates { standard: BasisPoints(1_900), reduced: BasisPoints(700) };
        let store = Store::plain(StoreId(Uuid::from_u128(1)), "Corner", Currency::EUR, rates);
        let shopper = ShopperId(Uuid::from_u128(7));
        let receipt = receipt(&keys, &store, shopper, 3, "2026-11-22T10:00:00Z".parse().unwrap());
        for part in ["Corner", "00000000-0000-0000-0000-000000000007", "erased: 3", "left: 0", "2026-11-22T10:00:00Z"] {
            assert!(receipt.statement.contains(part), "{part}: {}", receipt.statement);
        }
        let key = VerifyingKey::from_bytes(&bytes(&receipt.public_key)).unwrap();
        let signature = Signature::from_bytes(&bytes(&receipt.signature));
        assert!(key.verify(receipt.statement.as_bytes(), &signature).is_ok());
        assert!(key.verify(receipt.statement.replace('3', "4").as_bytes(), &signature).is_err());
        assert_ne!(public_key(&Keys::from_hex(&"08".repeat(32)).unwrap()), receipt.public_key);
    }
}
