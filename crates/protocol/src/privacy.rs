//! What a shopper can ask about themselves: the proof that a face was erased, and everything that is held.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::account::ShopperProfile;
use crate::admin::InteractionName;
use crate::order::OrderView;
use crate::shopper::SeenBy;

/// `DELETE /api/v1/me/face`: the store's word that the face is erased. To be kept by the shopper; anybody can check it with
/// Ed25519 and the public key, which the store also shows at `/api/v1/store`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS, ToSchema)]
pub struct ErasureReceipt {
    /// What is signed, byte for byte (UTF-8): store, account, how many templates, when.
    pub statement: String,
    /// Ed25519 signature of the statement, 128 hexadecimal digits.
    pub signature: String,
    /// The store's public key, 64 hexadecimal digits.
    pub public_key: String,
}

/// `GET /api/v1/me/export`: everything that is held about a shopper, in one document.
///
/// The templates' numbers are not in it: nothing that could open a door leaves the store. Their number, size, model and
/// dates are.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS, ToSchema)]
pub struct ShopperExport {
    /// RFC 3339: when it was put together. All times of the document have the offset of the store's clock.
    pub made_at: String,
    /// The store's name.
    pub store_name: String,
    /// IANA name of the store's time zone.
    pub time_zone: String,
    /// The account.
    pub profile: ShopperProfile,
    /// RFC 3339: when the account was made.
    pub signed_up_at: String,
    /// Consents given, and withdrawn.
    pub consents: Vec<ConsentRecord>,
    /// Biometric references.
    pub templates: Vec<TemplateRecord>,
    /// Log-ins that are valid.
    pub log_ins: Vec<LogInRecord>,
    /// Visits, oldest first.
    pub visits: Vec<VisitRecord>,
    /// Orders with their disputes, newest first.
    pub orders: Vec<OrderView>,
    /// Mails kept in the store's mailbox.
    pub mails: Vec<MailRecord>,
}

/// A consent.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS, ToSchema)]
pub struct ConsentRecord {
    /// Which text was agreed to.
    pub version: String,
    /// RFC 3339.
    pub given_at: String,
    /// RFC 3339.
    pub withdrawn_at: Option<String>,
    /// RFC 3339: since when visits may also add templates.
    pub learns_since: Option<String>,
    /// Whether the photographs were taken by a film in which the head was turned.
    pub by_film: bool,
}

/// A biometric reference, without its numbers.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS, ToSchema)]
pub struct TemplateRecord {
    /// Its id.
    pub id: Uuid,
    /// Which embedder made it.
    pub model: String,
    /// RFC 3339.
    pub created_at: String,
    /// RFC 3339; then it is deleted.
    pub expires_at: String,
    /// Whether it is from a visit, and not a photograph of the enrolment.
    pub from_visit: bool,
    /// Its size as it is kept, encrypted.
    pub sealed_bytes: u32,
}

/// A log-in that is valid.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS, ToSchema)]
pub struct LogInRecord {
    /// RFC 3339.
    pub since: String,
    /// RFC 3339.
    pub expires_at: String,
}

/// A visit.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS, ToSchema)]
pub struct VisitRecord {
    /// The shopping session's id.
    pub session_id: Uuid,
    /// RFC 3339.
    pub opened_at: String,
    /// How the shopper was recognised at the entry.
    pub opened_by: SeenBy,
    /// RFC 3339.
    pub exited_at: Option<String>,
    /// RFC 3339: since when it was in doubt whether it was this shopper who walked in.
    pub doubted_at: Option<String>,
    /// What was taken and put back.
    pub interactions: Vec<InteractionRecord>,
}

/// A pick or put-back.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS, ToSchema)]
pub struct InteractionRecord {
    /// Which of the two.
    pub kind: InteractionName,
    /// The store's number of the product.
    pub sku: String,
    /// Units.
    pub quantity: u32,
    /// RFC 3339.
    pub occurred_at: String,
    /// How sure the store was, 0 to 1.
    pub confidence: f32,
}

/// A mail.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS, ToSchema)]
pub struct MailRecord {
    /// Subject.
    pub subject: String,
    /// RFC 3339.
    pub sent_at: String,
    /// The plain text body.
    pub text: String,
}
