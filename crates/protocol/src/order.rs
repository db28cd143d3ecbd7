//! Orders and disputes as shoppers and admins see them.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;
use uuid::Uuid;

/// An order in a list.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS, ToSchema)]
pub struct OrderSummary {
    /// The order's id.
    pub id: Uuid,
    /// The number on the receipt, such as `2026-000042`.
    pub number: String,
    /// Whose it is.
    pub shopper_name: String,
    /// RFC 3339, with the offset of the store's clock then.
    pub placed_at: String,
    /// IANA name of the store's time zone then.
    pub time_zone: String,
    /// Units in it.
    pub units: u32,
    /// In minor units, tax included, refunds taken off.
    pub total_minor: i64,
    /// ISO 4217.
    pub currency: String,
    /// Of its latest dispute.
    pub dispute: Option<DisputeState>,
}

/// A whole order.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS, ToSchema)]
pub struct OrderView {
    /// The order's id.
    pub id: Uuid,
    /// The number on the receipt.
    pub number: String,
    /// The visit it came from.
    pub session_id: Uuid,
    /// The store's name.
    pub store_name: String,
    /// Whose it is.
    pub shopper_name: String,
    /// RFC 3339, with the offset of the store's clock then.
    pub placed_at: String,
    /// IANA name of the store's time zone then.
    pub time_zone: String,
    /// What was bought.
    pub lines: Vec<OrderLineView>,
    /// One entry for each rate of tax, in what is left to pay after refunds.
    pub taxes: Vec<TaxLine>,
    /// As placed, tax included, in minor units.
    pub total_minor: i64,
    /// Given back since, in minor units.
    pub refunded_minor: i64,
    /// ISO 4217.
    pub currency: String,
    /// Its disputes, oldest first.
    pub disputes: Vec<DisputeView>,
}

/// One SKU in an order.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS, ToSchema)]
pub struct OrderLineView {
    /// The store's number of the product.
    pub sku: String,
    /// The product's name when it was bought.
    pub name: String,
    /// Units bought.
    pub quantity: u32,
    /// Units refunded since.
    pub refunded_quantity: u32,
    /// Of one unit, tax included, in minor units.
    pub unit_price_minor: i64,
    /// Of the line, tax included, in minor units.
    pub total_minor: i64,
    /// In hundredths of a per cent.
    pub tax_rate_bp: u32,
}

/// Tax at one rate.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS, ToSchema)]
pub struct TaxLine {
    /// In hundredths of a per cent: 700 is 7 %.
    pub rate_bp: u32,
    /// What the tax is taken of, without it, in minor units.
    pub net_minor: i64,
    /// The tax contained, in minor units.
    pub tax_minor: i64,
}

/// Where a dispute stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DisputeState {
    /// Staff have not decided yet.
    Open,
    /// Staff agreed; money goes back.
    Accepted,
    /// Staff disagreed, with an answer.
    Rejected,
}

/// Why a line is contested.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DisputeReason {
    /// I did not take it.
    NotTaken,
    /// I put it back.
    PutBack,
    /// The quantity is wrong.
    WrongQuantity,
    /// It is another product.
    WrongProduct,
    /// The price is wrong.
    WrongPrice,
    /// Something else; the message says what.
    Other,
}

/// A dispute.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS, ToSchema)]
pub struct DisputeView {
    /// The dispute's id.
    pub id: Uuid,
    /// The order it is about.
    pub order_id: Uuid,
    /// Its number.
    pub order_number: String,
    /// Whose it is.
    pub shopper_name: String,
    /// Where it stands.
    pub state: DisputeState,
    /// What is contested.
    pub lines: Vec<DisputedLine>,
    /// In the shopper's words.
    pub message: String,
    /// RFC 3339.
    pub opened_at: String,
    /// RFC 3339.
    pub decided_at: Option<String>,
    /// What staff answered.
    pub answer: Option<String>,
    /// Given back, in minor units.
    pub refund_minor: i64,
    /// ISO 4217.
    pub currency: String,
}

/// A contested line.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS, ToSchema)]
pub struct DisputedLine {
    /// Which product.
    pub sku: String,
    /// How many of its units.
    pub quantity: u32,
    /// Why.
    pub reason: DisputeReason,
}

/// `POST /api/v1/me/orders/{id}/disputes`.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS, ToSchema)]
pub struct NewDispute {
    /// At least one, each SKU once.
    pub lines: Vec<DisputedLine>,
    /// At most 2,000 characters; may be empty.
    pub message: String,
}

/// `POST /api/v1/dispute-link`: what the mailed link carries behind its `#`.
#[derive(Clone, Serialize, Deserialize, TS, ToSchema)]
pub struct DisputeLink {
    /// The signed token of the link.
    pub token: String,
}

/// `POST /api/v1/dispute-link/disputes`.
#[derive(Clone, Serialize, Deserialize, TS, ToSchema)]
pub struct NewDisputeByLink {
    /// The signed token of the link.
    pub token: String,
    /// What is contested.
    pub dispute: NewDispute,
}

/// `POST /api/v1/admin/disputes/{id}/accept` and `…/reject`.
#[derive(Clone, Serialize, Deserialize, TS, ToSchema)]
pub struct DisputeDecision {
    /// What the shopper reads; 1 to 2,000 characters when rejecting.
    pub answer: String,
}
