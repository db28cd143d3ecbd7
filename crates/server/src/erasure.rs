//! Erasure of faces: everything that was made of one goes, and only then the store signs for it, so that the shopper can prove it.
//!
//! The templates go first, in one transaction with a row that counts them; a failure, a crash or a restart after that leaves the
//! row open, and the erasure goes on from there until nothing is left.

use db::erasures::ErasureRow;
use db::stores::Store;
use domain::ids::{ShopperId, ShoppingSessionId};
use ed25519_dalek::{Signer, SigningKey};
use floor::FloorInput;
use jiff::Timestamp;
use protocol::error_code::ErrorCode;
use protocol::privacy::ErasureReceipt;
use uuid::Uuid;

use crate::app::App;
use crate::keys::{Keys, hex};
use crate::problem::{ApiError, ApiResult};

/// What a shopper hears whose face is not erased everywhere yet.
const NOT_DONE: &str = "Your face is deleted from the store's database, but not yet from everything else that was made of it. The \
    store goes on trying by itself, and its staff can see why. Please ask again later: then you get the signed receipt.";

/// Erases a shopper's face, or goes on with it, and signs for what was erased in all tries together.
///
/// # Errors
///
/// Where something could not be erased yet: then nothing is signed.
pub async fn erase(app: &App, shopper: ShopperId) -> ApiResult<ErasureReceipt> {
    app.films.end(shopper);
    let begun = {
        let mut one_at_a_time = app.enrolments.lock().await;
        one_at_a_time.note_deletion(shopper);
        db::erasures::begin(&app.db, app.store.id, shopper, Uuid::now_v7(), app.clock.now()).await?
    };
    match carry_out(app, &begun).await {
        Ok(done) => {
            let templates = u64::try_from(done.templates).unwrap_or(0);
            tracing::info!(shopper.id = %shopper, templates, "a face was deleted");
            let at = db::from_micros(done.done_at.unwrap_or(done.asked_at));
            Ok(receipt(&app.keys, &app.store.now(), shopper, templates, at))
        }
        Err(error) => {
            failed(&begun, &error);
            Err(ApiError::new(ErrorCode::TryAgainLater, NOT_DONE))
        }
    }
}

/// Goes on with the erasures that are not done; called at the start, and now and then.
pub async fn go_on(app: &App) {
    let not_done = match db::erasures::not_done(&app.db, app.store.id).await {
        Ok(not_done) => not_done,
        Err(error) => {
            tracing::error!(%error, "cannot look for erasures that are not done");
            return;
        }
    };
    let mut left = not_done.len();
    for erasure in not_done {
        match carry_out(app, &erasure).await {
            Ok(_) => {
                left -= 1;
                tracing::info!(shopper.id = %erasure.shopper_id, "the rest of a face was erased");
            }
            Err(error) => failed(&erasure, &error),
        }
    }
    metrics::gauge!("smartmart_erasures_not_done").set(left as f64);
}

/// Erases what is left beside the templates. To do it again is harmless.
async fn carry_out(app: &App, erasure: &ErasureRow) -> anyhow::Result<ErasureRow> {
    let shopper = ShopperId(erasure.shopper_id);
    {
        let _one_at_a_time = app.enrolments.lock().await;
        // Whoever has enrolled again since wants to be known.
        if db::faces::of_shopper(&app.db, shopper).await?.is_empty() {
            app.recogniser.forget(shopper).await?;
        }
    }
    app.desk.input(FloorInput::Forget(shopper)).await?;
    let visits = db::sessions::of_shopper(&app.db, shopper).await?;
    let visits: Vec<_> = visits.into_iter().map(|visit| ShoppingSessionId(visit.id)).collect();
    app.recordings.erase(&visits).await?;
    let done = db::erasures::finish(&app.db, erasure.id, app.clock.now()).await?;
    done.ok_or_else(|| anyhow::anyhow!("the erasure {} is not in the database any more", erasure.id))
}

fn failed(erasure: &ErasureRow, error: &anyhow::Error) {
    metrics::counter!("smartmart_erasures_failed_total").increment(1);
    let error = format!("{error:#}");
    tracing::error!(shopper.id = %erasure.shopper_id, error, "a face is not erased everywhere yet; nothing is signed");
}

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
