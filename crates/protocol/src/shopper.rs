//! What the shopper's phone sees: the visit, the cart, the code.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;
use uuid::Uuid;

/// `GET /api/v1/me/code`: the QR code's content, valid for a short time.
#[derive(Clone, Serialize, Deserialize, TS, ToSchema)]
pub struct EntryCode {
    /// To be shown as a QR code.
    pub code: String,
    /// RFC 3339; fetch a new one before.
    pub expires_at: String,
    /// Fetch the next one after this many seconds.
    pub refresh_after_s: u32,
}

/// Where a visit stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum VisitState {
    /// In the store.
    Open,
    /// Walked out; the receipt comes in a moment.
    Settling,
    /// Done.
    Settled,
}

/// One visit with its cart.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS, ToSchema)]
pub struct Visit {
    /// The shopping session's id.
    pub session_id: Uuid,
    /// Where it stands.
    pub state: VisitState,
    /// RFC 3339.
    pub opened_at: String,
    /// `face`, `code` or `staff`.
    pub opened_by: SeenBy,
    /// RFC 3339.
    pub exited_at: Option<String>,
    /// RFC 3339: when the receipt comes at the latest, once they walked out. None while staff have to decide.
    pub receipt_by: Option<String>,
    /// The store closed, and nobody had seen them leave: staff decide what is billed.
    #[serde(default)]
    pub forgotten: bool,
    /// What is held now.
    pub cart: CartView,
    /// What staff want to know.
    pub questions: Vec<Question>,
    /// The order that came of it, once there is one.
    pub order_id: Option<Uuid>,
}

/// "Did you take this?"
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS, ToSchema)]
pub struct Question {
    /// The id to answer with.
    pub id: Uuid,
    /// The product's name.
    pub name: String,
    /// Units.
    pub quantity: u32,
    /// Put back, rather than taken.
    pub put_back: bool,
    /// When it happened at the shelf, RFC 3339.
    pub occurred_at: String,
}

/// `POST /api/v1/me/questions/{id}`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS, ToSchema)]
pub struct Answer {
    /// Whether it was the caller.
    pub it_was_me: bool,
}

/// How somebody was recognised.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SeenBy {
    /// By the face.
    Face,
    /// By the QR code.
    Code,
    /// By a member of staff.
    Staff,
}

/// A cart with prices as they are now.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS, ToSchema)]
pub struct CartView {
    /// One entry a SKU.
    pub items: Vec<CartItem>,
    /// Sum in minor units, tax included.
    pub total_minor: i64,
    /// ISO 4217.
    pub currency: String,
}

/// One SKU in a cart.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS, ToSchema)]
pub struct CartItem {
    /// The store's number of the product.
    pub sku: String,
    /// The product's name.
    pub name: String,
    /// Units held.
    pub quantity: u32,
    /// Of one unit, in minor units.
    pub unit_price_minor: i64,
}

/// `GET /api/v1/me/visit`.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS, ToSchema)]
pub struct CurrentVisit {
    /// The visit under way or settling; none while outside.
    pub visit: Option<Visit>,
    /// The last event's number that this answer contains.
    pub seq: i64,
}
