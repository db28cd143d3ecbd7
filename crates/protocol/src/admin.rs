//! What staff and owners see and do: the floor, reviews, evidence, catalogue, planogram, mailbox.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::evidence::EvidenceView;
use crate::order::{DisputeView, OrderView};
use crate::shopper::Visit;

/// `GET /api/v1/admin/floor`: the store as it is now.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS, ToSchema)]
pub struct FloorView {
    /// The store's name.
    pub store_name: String,
    /// ISO 4217.
    pub currency: String,
    /// Visits under way or settling, oldest first.
    pub visits: Vec<FloorVisit>,
    /// Cases that staff have to decide.
    pub open_reviews: u32,
    /// Disputes that staff have to decide.
    pub open_disputes: u32,
    /// Inputs that could not be stored and that nobody has seen to.
    #[serde(default)]
    pub set_aside: u32,
    /// IANA name of the store's time zone.
    pub time_zone: String,
    /// The date by the store's clock.
    pub today: String,
    /// Orders placed since midnight by the store's clock.
    pub orders_today: u32,
    /// Their sum in minor units.
    pub sales_today_minor: i64,
    /// The newest entries of the activity feed, newest first, at most 50.
    pub activity: Vec<Activity>,
    /// The last event's number that this answer contains.
    pub seq: i64,
}

/// A visit with the shopper's name.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS, ToSchema)]
pub struct FloorVisit {
    /// Whose it is.
    pub shopper_id: Uuid,
    /// Name as given at sign-up.
    pub shopper_name: String,
    /// The visit.
    pub visit: Visit,
    /// RFC 3339: since when it is in doubt whether it is this shopper who walked in. Staff decide what such a visit takes.
    pub doubted_at: Option<String>,
}

/// One entry of the activity feed.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS, ToSchema)]
pub struct Activity {
    /// Number in the event log.
    pub seq: i64,
    /// RFC 3339: when it happened.
    pub at: String,
    /// What happened.
    pub kind: ActivityKind,
    /// One sentence.
    pub text: String,
    /// The visit that it is about.
    pub session_id: Option<Uuid>,
}

/// What an entry of the activity feed is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ActivityKind {
    /// Somebody walked in.
    WalkedIn,
    /// It may be somebody else who was let in.
    IdentityDoubted,
    /// Somebody took something.
    Picked,
    /// Somebody put something back.
    PutBack,
    /// A case for staff came up.
    ReviewOpened,
    /// Staff asked a shopper whether it was them.
    ReviewAsked,
    /// The shopper answered.
    ReviewAnswered,
    /// Staff decided it.
    ReviewDecided,
    /// Somebody walked out.
    WalkedOut,
    /// An order was placed.
    OrderPlaced,
    /// A visit ended without an order.
    BoughtNothing,
    /// A shopper contests lines.
    DisputeOpened,
    /// Staff decided a dispute.
    DisputeDecided,
    /// Staff began to refill a zone, or are done with it.
    Restocking,
}

/// `GET /api/v1/admin/stock`: one zone with what stands in it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS, ToSchema)]
pub struct ZoneStock {
    /// Which zone.
    pub zone: String,
    /// Staff are refilling it: what changes there bills nobody.
    pub restocking: Option<RestockingView>,
    /// Its slots, from left to right.
    pub slots: Vec<SlotStock>,
}

/// `GET /api/v1/admin/me/badge`: what two QR codes say, to be held up to the camera or scanner of a zone that is refilled.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS, ToSchema)]
pub struct StaffBadge {
    /// What the code says that is held up before; again, it changes nothing.
    pub code: String,
    /// What the code says that is held up afterwards.
    pub done_code: String,
    /// RFC 3339.
    pub expires_at: String,
}

/// A restocking under way.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS, ToSchema)]
pub struct RestockingView {
    /// The name of whoever began it.
    pub by: String,
    /// RFC 3339.
    pub since: String,
    /// RFC 3339; it ends then by itself, unless something changes there before.
    pub until: String,
}

/// What stands at a slot.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS, ToSchema)]
pub struct SlotStock {
    /// Which slot.
    pub slot: String,
    /// Which product.
    pub sku: String,
    /// Its name.
    pub name: String,
    /// How many units fit.
    pub capacity: u32,
    /// How many should be there, by the last count and what moved since; where nobody counted, by the sensor.
    pub units: Option<u32>,
    /// What the sensor says itself, where it is one that counts.
    pub sensed: Option<u32>,
    /// RFC 3339: when staff counted last.
    pub counted_at: Option<String>,
    /// What to make of it.
    pub state: StockState,
    /// What somebody put down here that belongs elsewhere.
    pub misplaced: Vec<MisplacedView>,
}

/// A product that more likely than not lies where it does not belong.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS, ToSchema)]
pub struct MisplacedView {
    /// Which.
    pub sku: String,
    /// Its name.
    pub name: String,
    /// How many units.
    pub units: u32,
    /// RFC 3339: when it was put down.
    pub since: String,
}

/// What to make of a slot's stock.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StockState {
    /// Enough.
    Fine,
    /// A quarter of what fits, or less.
    Low,
    /// The count and the sensor say something else, or more went than was there: somebody should count.
    Disagrees,
    /// Nobody counted, and the sensor does not.
    Unknown,
}

/// `PUT /api/v1/admin/stock/{slot}`: staff counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS, ToSchema)]
pub struct StockCount {
    /// How many units stand there now.
    pub units: u32,
}

/// `PUT /api/v1/admin/zones/{zone}/restocking`: staff begin to refill a zone, or are done.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS, ToSchema)]
pub struct SetRestocking {
    /// Begin, not end.
    pub on: bool,
}

/// `GET /api/v1/admin/sessions/{id}`: a visit with its interactions and their evidence.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS, ToSchema)]
pub struct SessionDetail {
    /// The visit.
    pub visit: FloorVisit,
    /// What was attributed to it, oldest first.
    pub interactions: Vec<InteractionView>,
    /// What was in the cart and not billed, because what was seen later left too much doubt.
    pub left_out: Vec<LeftOut>,
}

/// Units that were not billed in the end.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS, ToSchema)]
pub struct LeftOut {
    /// Which product.
    pub sku: String,
    /// Its name.
    pub name: String,
    /// How many units.
    pub quantity: u32,
}

/// A pick or put-back with its evidence.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS, ToSchema)]
pub struct InteractionView {
    /// The interaction's id.
    pub id: Uuid,
    /// Taken or put back.
    pub kind: InteractionName,
    /// Which product.
    pub sku: String,
    /// Its name.
    pub name: String,
    /// How many units.
    pub quantity: u32,
    /// RFC 3339.
    pub occurred_at: String,
    /// How likely it is right, 0 to 1.
    pub confidence: f32,
    /// What it rests on.
    pub evidence: EvidenceView,
}

/// Taken or put back.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum InteractionName {
    /// Taken from the shelf.
    Pick,
    /// Put back on the shelf.
    PutBack,
}

/// Why staff have to decide.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReviewReason {
    /// Nobody was seen at the shelf.
    NobodySeen,
    /// Several people could have done it.
    Unsure,
    /// Something came back that nobody holds.
    NobodyHoldsIt,
    /// The product has no price.
    NoPrice,
    /// The event came in so late, or so soon after a restart, that nobody knows any more who stood there.
    TooLate,
    /// The sensor's slot has no product in the planogram.
    UnknownSlot,
    /// More units at once than a hand takes.
    TooMany,
    /// It is in doubt whether it was this shopper who walked in.
    IdentityDoubted,
    /// It is not known well enough when it happened.
    TimeUnsure,
    /// It was decided, and a sighting that came late speaks against it.
    SeenLater,
}

/// A case for staff.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS, ToSchema)]
pub struct ReviewView {
    /// The review's id.
    pub id: Uuid,
    /// Why it is one.
    pub reason: ReviewReason,
    /// Taken or put back.
    pub kind: InteractionName,
    /// Which product; none at an unknown slot.
    pub sku: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// How many units.
    pub quantity: u32,
    /// Units of them that came back since: nobody has to decide about these.
    pub came_back: u32,
    /// What is known.
    pub evidence: EvidenceView,
    /// RFC 3339.
    pub opened_at: String,
    /// Shoppers who were asked whether it was them, oldest first.
    pub asked: Vec<AskedView>,
    /// What was decided, once it was.
    pub decision: Option<ReviewDecisionView>,
}

/// A question to a shopper's phone.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS, ToSchema)]
pub struct AskedView {
    /// Whose visit.
    pub session_id: Uuid,
    /// Name as given at sign-up.
    pub shopper_name: String,
    /// RFC 3339.
    pub at: String,
    /// Whether it was them; none while they have not said.
    pub answer: Option<bool>,
}

/// `POST /api/v1/admin/reviews/{id}/ask`.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS, ToSchema)]
pub struct AskShopper {
    /// Whose visit: one that has not settled.
    pub session_id: Uuid,
}

/// What was decided.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS, ToSchema)]
pub struct ReviewDecisionView {
    /// Whose it is; none means nobody's.
    pub session_id: Option<Uuid>,
    /// The shopper's name, if it is somebody's.
    pub shopper_name: Option<String>,
    /// RFC 3339.
    pub decided_at: String,
}

/// `POST /api/v1/admin/reviews/{id}`.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS, ToSchema)]
pub struct DecideReview {
    /// Whose it is: a visit that has not settled; none means nobody's.
    pub session_id: Option<Uuid>,
    /// Which product it was, where that is not the likeliest one: one of the evidence's contents.
    #[serde(default)]
    #[ts(optional)]
    pub sku: Option<String>,
}

/// `GET /api/v1/admin/disputes/{id}`: what staff need to decide.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS, ToSchema)]
pub struct DisputeDetail {
    /// The dispute.
    pub dispute: DisputeView,
    /// The order it is about.
    pub order: OrderView,
    /// Every interaction of the contested products in that visit, with evidence.
    pub interactions: Vec<InteractionView>,
}

/// A product as admins see it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS, ToSchema)]
pub struct ProductView {
    /// The store's number of it.
    pub sku: String,
    /// GS1 barcode number.
    pub gtin: Option<String>,
    /// What the shopper reads.
    pub name: String,
    /// Tax included, in minor units. Without a price it is never billed.
    pub price_minor: Option<i64>,
    /// Which tax rate applies.
    pub tax_class: TaxClassName,
    /// In grams with up to three decimals, where somebody weighed it.
    pub unit_weight_g: Option<f32>,
    /// Fingerprint of all of this as it was read; whoever saves a change sends it back.
    #[serde(default)]
    pub version: Option<String>,
}

/// Which tax rate applies.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TaxClassName {
    /// The general rate.
    Standard,
    /// The lower rate.
    Reduced,
    /// No tax.
    Zero,
}

/// What stands at a slot.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS, ToSchema)]
pub struct FacingView {
    /// The slot, as written on the shelf node's configuration.
    pub slot: String,
    /// What stands there.
    pub sku: String,
    /// The zone whose camera sees it.
    pub zone: String,
    /// Where it stands across that camera's picture: 0 left to 1 right.
    pub x: Option<f32>,
    /// How many units fit.
    pub capacity: u32,
    /// Fingerprint of all of this as it was read; whoever saves a change sends it back.
    #[serde(default)]
    pub version: Option<String>,
}

/// An entry of `GET /api/v1/admin/planogram`.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS, ToSchema)]
pub struct FacingEntry {
    /// What stands at the slot.
    #[serde(flatten)]
    pub facing: FacingView,
    /// The product's name; none where the catalogue has no such product.
    pub product_name: Option<String>,
}

/// What became of a slot.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS, ToSchema)]
pub struct FacingChangeView {
    /// The slot.
    pub slot: String,
    /// What stood there; none: the slot was in no planogram.
    pub before: Option<FacingView>,
    /// What stands there now; none: the slot is in no planogram any more.
    pub after: Option<FacingView>,
}

/// `POST /api/v1/admin/planogram/import`: what a file changed, or would change.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS, ToSchema)]
pub struct PlanogramImported {
    /// It was only tried: nothing has changed.
    pub dry_run: bool,
    /// The slots that differ, by name.
    pub changes: Vec<FacingChangeView>,
    /// SKUs that are new.
    pub new_products: Vec<String>,
    /// SKUs whose name, price, tax, barcode or weight changed.
    pub changed_products: Vec<String>,
}

/// An entry of `GET /api/v1/admin/planogram/history`.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS, ToSchema)]
pub struct PlanogramChange {
    /// RFC 3339.
    pub at: String,
    /// The admin's name; none: the command line.
    pub by: Option<String>,
    /// How it was made.
    pub means: ChangeMeansName,
    /// What became of the slot.
    pub change: FacingChangeView,
    /// Name of the product that stood there; none where nothing did, or the catalogue has no such product.
    pub before_name: Option<String>,
    /// Name of the product that stands there now; none where nothing does, or the catalogue has no such product.
    pub after_name: Option<String>,
}

/// How the planogram was changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChangeMeansName {
    /// Edited on the admin's page.
    Page,
    /// By a file on the admin's page.
    Import,
    /// By the command line.
    Command,
}

/// A shopper in the admins' list.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS, ToSchema)]
pub struct ShopperSummary {
    /// The shopper's id.
    pub id: Uuid,
    /// Name as given at sign-up.
    pub name: String,
    /// E-mail address.
    pub email: String,
    /// A face is enrolled.
    pub face_enrolled: bool,
    /// RFC 3339.
    pub signed_up_at: String,
    /// In the store at this moment.
    pub inside: bool,
}

/// A mail in the local mailbox.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS, ToSchema)]
pub struct MailSummary {
    /// The mail's id.
    pub id: Uuid,
    /// To whom.
    pub to: String,
    /// Its subject.
    pub subject: String,
    /// RFC 3339.
    pub sent_at: String,
}

/// A whole mail.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS, ToSchema)]
pub struct MailView {
    /// Its head.
    pub summary: MailSummary,
    /// The HTML body; show it in a sandboxed frame.
    pub html: String,
    /// The plain text body.
    pub text: String,
}

/// The store's settings that screens need.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS, ToSchema)]
pub struct StoreView {
    /// The store's id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// ISO 4217.
    pub currency: String,
    /// IANA name of its time zone: screens show its times.
    pub time_zone: String,
    /// What its receipts of erasure are checked with: Ed25519, 64 hexadecimal digits.
    pub erasure_public_key: String,
}

/// `POST /api/v1/admin/sessions/{id}/settle`: about a visit whose shopper nobody had seen leave before the store closed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS, ToSchema)]
pub struct SettleVisit {
    /// Bill what the cart holds; otherwise nothing is billed.
    pub bill: bool,
}
