//! Versions: which state of a thing a caller has seen. A save that names an older one is refused.

use domain::catalog::Product;
use domain::planogram::Facing;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Fingerprint of a thing's content: 16 hexadecimal digits of its SHA-256. Equal content has an equal version, so a save that
/// would undo nothing is never refused.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Version(pub String);

impl Version {
    /// Of a product.
    pub fn of_product(product: &Product) -> Self {
        Self::of(product)
    }

    /// Of what stands at a slot.
    pub fn of_facing(facing: &Facing) -> Self {
        Self::of(facing)
    }

    fn of(thing: &impl Serialize) -> Self {
        let text = serde_json::to_vec(thing).expect("domain values have no maps with odd keys");
        Self(Sha256::digest(&text).iter().take(8).map(|byte| format!("{byte:02x}")).collect())
    }
}
