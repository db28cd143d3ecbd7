// Generated from crates/protocol by `cargo xtask codegen`. Do not edit.

/**
 * `POST /api/v1/shopper/sign-up`.
 */
export type SignUp = { 
/**
 * What the kiosk greets with; 1 to 80 characters.
 */
name: string, 
/**
 * Where receipts go.
 */
email: string, 
/**
 * 10 to 200 characters.
 */
password: string, 
/**
 * How the log-in is kept: browsers want the cookie, programs the token.
 */
keep?: Keep, };

/**
 * `POST /api/v1/shopper/login` and `POST /api/v1/admin/login`.
 */
export type LogIn = { 
/**
 * As at sign-up; case does not matter.
 */
email: string, 
/**
 * The password.
 */
password: string, 
/**
 * How the log-in is kept: browsers want the cookie, programs the token.
 */
keep?: Keep, };

/**
 * How a log-in is kept.
 */
export type Keep = "cookie" | "token";

/**
 * A shopper's own account.
 */
export type ShopperProfile = { 
/**
 * The shopper's id.
 */
id: string, 
/**
 * Name as given.
 */
name: string, 
/**
 * E-mail address.
 */
email: string, 
/**
 * The enrolled face, if there is one; otherwise the QR code serves for everything.
 */
face: FaceEnrolment | null, };

/**
 * What is held about an enrolled face. The templates themselves never leave the server.
 */
export type FaceEnrolment = { 
/**
 * How many templates are held.
 */
templates: number, 
/**
 * Which consent text was agreed to.
 */
consent_version: string, 
/**
 * RFC 3339.
 */
enrolled_at: string, 
/**
 * RFC 3339; after it the last of the templates is deleted.
 */
expires_at: string, 
/**
 * Whether visits on which the shopper is surely recognised may add templates.
 */
learns: boolean, 
/**
 * How many of the templates are from visits.
 */
from_visits: number, 
/**
 * How the photographs were taken.
 */
way: EnrolmentWay, };

/**
 * A successful shopper log-in or sign-up.
 */
export type ShopperLoggedIn = { 
/**
 * Who logged in.
 */
shopper: ShopperProfile, 
/**
 * Only where `keep` is `token`.
 */
token?: string | null, };

/**
 * What an admin account may do.
 */
export type AdminRole = "owner" | "staff";

/**
 * An admin account.
 */
export type AdminProfile = { 
/**
 * The account's id.
 */
id: string, 
/**
 * Name.
 */
name: string, 
/**
 * E-mail address.
 */
email: string, 
/**
 * What it may do.
 */
role: AdminRole, };

/**
 * A successful admin log-in.
 */
export type AdminLoggedIn = { 
/**
 * Who logged in.
 */
admin: AdminProfile, 
/**
 * Only where `keep` is `token`.
 */
token?: string | null, };

/**
 * `POST /api/v1/admin/staff`: an owner makes an account.
 */
export type NewAdmin = { 
/**
 * Name.
 */
name: string, 
/**
 * E-mail address.
 */
email: string, 
/**
 * 10 to 200 characters.
 */
password: string, 
/**
 * What it may do.
 */
role: AdminRole, };

/**
 * `GET /api/v1/consent`: the text to agree to before a face is enrolled.
 */
export type ConsentText = { 
/**
 * Which version is in force; sent back with the photographs.
 */
version: string, 
/**
 * Paragraphs of plain text.
 */
paragraphs: Array<string>, 
/**
 * How the photographs may be taken, the better way first.
 */
ways: Array<EnrolmentWay>, };

/**
 * How the photographs of an enrolment are taken.
 */
export type EnrolmentWay = "film" | "photographs";

/**
 * `POST /api/v1/me/face/film`: begins a film.
 */
export type NewFilm = { 
/**
 * The version of the consent text that was agreed to.
 */
consent_version: string, };

/**
 * A film that has begun.
 */
export type FilmBegun = { 
/**
 * Its id, to send frames to.
 */
film: string, 
/**
 * RFC 3339; frames after it are not looked at.
 */
ends_at: string, };

/**
 * `POST /api/v1/me/face/film/{film}`: what to show after a frame. Send the next frame once this is here, about five a second.
 */
export type FilmLook = { "kind": "turn", 
/**
 * What to do now.
 */
prompt: TurnPrompt, } | { "kind": "mend", 
/**
 * What to do about it, one sentence.
 */
advice: string, } | { "kind": "look_back" } | { "kind": "enrolled", 
/**
 * What is held now.
 */
face: FaceEnrolment, };

/**
 * `GET /api/v1/admin/floor`: the store as it is now.
 */
export type FloorView = { 
/**
 * The store's name.
 */
store_name: string, 
/**
 * ISO 4217.
 */
currency: string, 
/**
 * Visits under way or settling, oldest first.
 */
visits: Array<FloorVisit>, 
/**
 * Cases that staff have to decide.
 */
open_reviews: number, 
/**
 * Disputes that staff have to decide.
 */
open_disputes: number, 
/**
 * Inputs that could not be stored and that nobody has seen to.
 */
set_aside: number, 
/**
 * IANA name of the store's time zone.
 */
time_zone: string, 
/**
 * The date by the store's clock.
 */
today: string, 
/**
 * Orders placed since midnight by the store's clock.
 */
orders_today: number, 
/**
 * Their sum in minor units.
 */
sales_today_minor: number, 
/**
 * The newest entries of the activity feed, newest first, at most 50.
 */
activity: Array<Activity>, 
/**
 * The last event's number that this answer contains.
 */
seq: number, };

/**
 * A visit with the shopper's name.
 */
export type FloorVisit = { 
/**
 * Whose it is.
 */
shopper_id: string, 
/**
 * Name as given at sign-up.
 */
shopper_name: string, 
/**
 * The visit.
 */
visit: Visit, 
/**
 * RFC 3339: since when it is in doubt whether it is this shopper who walked in. Staff decide what such a visit takes.
 */
doubted_at: string | null, };

/**
 * One entry of the activity feed.
 */
export type Activity = { 
/**
 * Number in the event log.
 */
seq: number, 
/**
 * RFC 3339: when it happened.
 */
at: string, 
/**
 * What happened.
 */
kind: ActivityKind, 
/**
 * One sentence.
 */
text: string, 
/**
 * The visit that it is about.
 */
session_id: string | null, };

/**
 * What an entry of the activity feed is about.
 */
export type ActivityKind = "walked_in" | "identity_doubted" | "picked" | "put_back" | "review_opened" | "review_asked" | "review_answered" | "review_decided" | "walked_out" | "order_placed" | "bought_nothing" | "dispute_opened" | "dispute_decided" | "restocking";

/**
 * `GET /api/v1/admin/sessions/{id}`: a visit with its interactions and their evidence.
 */
export type SessionDetail = { 
/**
 * The visit.
 */
visit: FloorVisit, 
/**
 * What was attributed to it, oldest first.
 */
interactions: Array<InteractionView>, 
/**
 * What was in the cart and not billed, because what was seen later left too much doubt.
 */
left_out: Array<LeftOut>, };

/**
 * `POST /api/v1/admin/sessions/{id}/settle`: about a visit whose shopper nobody had seen leave before the store closed.
 */
export type SettleVisit = { 
/**
 * Bill what the cart holds; otherwise nothing is billed.
 */
bill: boolean, };

/**
 * An input that could not be stored, kept for staff.
 */
export type SetAsideView = { 
/**
 * Its id.
 */
id: string, 
/**
 * What it was: `shelf_event`, `input`, `command`, or `due` for what follows by itself.
 */
kind: string, 
/**
 * Why it could not be stored.
 */
cause: string, 
/**
 * The input, as JSON text.
 */
input: string, 
/**
 * RFC 3339: when it was set aside.
 */
at: string, 
/**
 * RFC 3339: when somebody of the staff saw to it.
 */
seen_at: string | null, };

/**
 * Units that were not billed in the end.
 */
export type LeftOut = { 
/**
 * Which product.
 */
sku: string, 
/**
 * Its name.
 */
name: string, 
/**
 * How many units.
 */
quantity: number, };

/**
 * A pick or put-back with its evidence.
 */
export type InteractionView = { 
/**
 * The interaction's id.
 */
id: string, 
/**
 * Taken or put back.
 */
kind: InteractionName, 
/**
 * Which product.
 */
sku: string, 
/**
 * Its name.
 */
name: string, 
/**
 * How many units.
 */
quantity: number, 
/**
 * RFC 3339.
 */
occurred_at: string, 
/**
 * How likely it is right, 0 to 1.
 */
confidence: number, 
/**
 * What it rests on.
 */
evidence: EvidenceView, };

/**
 * Taken or put back.
 */
export type InteractionName = "pick" | "put_back";

/**
 * What a decision rests on.
 */
export type EvidenceView = { 
/**
 * The slot whose sensor noticed it.
 */
slot: string, 
/**
 * What kind of sensor.
 */
sensor: SensorKindName, 
/**
 * RFC 3339: when the sensor noticed it.
 */
noticed_at: string, 
/**
 * Units more or fewer of the product that belongs there; 0 where load cells felt something else.
 */
delta_units: number, 
/**
 * Grams more or fewer, from load cells.
 */
grams: number | null, 
/**
 * What it may have been, likeliest first; empty where the sensor counts.
 */
contents: Array<ContentView>, 
/**
 * The sensor's readings around it, in its unit.
 */
trace: Array<number>, 
/**
 * Who could have done it, likeliest first.
 */
candidates: Array<CandidateView>, 
/**
 * The rule that decided.
 */
basis: BasisName, };

/**
 * One product that may have been moved.
 */
export type ContentView = { 
/**
 * Which.
 */
sku: string, 
/**
 * Its name.
 */
name: string, 
/**
 * How many units, if it was this one.
 */
quantity: number, 
/**
 * How likely it was among what moved, 0 to 1.
 */
probability: number, };

/**
 * One shopper who could have done it.
 */
export type CandidateView = { 
/**
 * Whose visit.
 */
session_id: string, 
/**
 * Name as given at sign-up.
 */
shopper_name: string, 
/**
 * How likely, 0 to 1.
 */
probability: number, 
/**
 * How many sightings at the shelf speak for it.
 */
sightings: number, 
/**
 * How far the nearest tracked hand that may be theirs was from the slot, metres; none where room cameras saw none.
 */
hand_m: number | null, };

/**
 * Which rule decided.
 */
export type BasisName = "seen_at_shelf" | "hand_seen" | "alone_in_store" | "whereabouts" | "staff" | "shopper" | "seen_later" | "none";

/**
 * Why staff have to decide.
 */
export type ReviewReason = "nobody_seen" | "unsure" | "nobody_holds_it" | "no_price" | "too_late" | "unknown_slot" | "too_many" | "identity_doubted" | "time_unsure" | "seen_later";

/**
 * A case for staff.
 */
export type ReviewView = { 
/**
 * The review's id.
 */
id: string, 
/**
 * Why it is one.
 */
reason: ReviewReason, 
/**
 * Taken or put back.
 */
kind: InteractionName, 
/**
 * Which product; none at an unknown slot.
 */
sku: string | null, 
/**
 * Its name.
 */
name: string | null, 
/**
 * How many units.
 */
quantity: number, 
/**
 * Units of them that came back since: nobody has to decide about these.
 */
came_back: number, 
/**
 * What is known.
 */
evidence: EvidenceView, 
/**
 * RFC 3339.
 */
opened_at: string, 
/**
 * Shoppers who were asked whether it was them, oldest first.
 */
asked: Array<AskedView>, 
/**
 * What was decided, once it was.
 */
decision: ReviewDecisionView | null, };

/**
 * What was decided.
 */
export type ReviewDecisionView = { 
/**
 * Whose it is; none means nobody's.
 */
session_id: string | null, 
/**
 * The shopper's name, if it is somebody's.
 */
shopper_name: string | null, 
/**
 * RFC 3339.
 */
decided_at: string, };

/**
 * A question to a shopper's phone.
 */
export type AskedView = { 
/**
 * Whose visit.
 */
session_id: string, 
/**
 * Name as given at sign-up.
 */
shopper_name: string, 
/**
 * RFC 3339.
 */
at: string, 
/**
 * Whether it was them; none while they have not said.
 */
answer: boolean | null, };

/**
 * `POST /api/v1/admin/reviews/{id}/ask`.
 */
export type AskShopper = { 
/**
 * Whose visit: one that has not settled.
 */
session_id: string, };

/**
 * "Did you take this?"
 */
export type Question = { 
/**
 * The id to answer with.
 */
id: string, 
/**
 * The product's name.
 */
name: string, 
/**
 * Units.
 */
quantity: number, 
/**
 * Put back, rather than taken.
 */
put_back: boolean, 
/**
 * When it happened at the shelf, RFC 3339.
 */
occurred_at: string, };

/**
 * `POST /api/v1/me/questions/{id}`.
 */
export type Answer = { 
/**
 * Whether it was the caller.
 */
it_was_me: boolean, };

/**
 * `POST /api/v1/admin/reviews/{id}`.
 */
export type DecideReview = { 
/**
 * Whose it is: a visit that has not settled; none means nobody's.
 */
session_id: string | null, 
/**
 * Which product it was, where that is not the likeliest one: one of the evidence's contents.
 */
sku?: string, };

/**
 * `GET /api/v1/admin/disputes/{id}`: what staff need to decide.
 */
export type DisputeDetail = { 
/**
 * The dispute.
 */
dispute: DisputeView, 
/**
 * The order it is about.
 */
order: OrderView, 
/**
 * Every interaction of the contested products in that visit, with evidence.
 */
interactions: Array<InteractionView>, };

/**
 * `GET /api/v1/admin/stock`: one zone with what stands in it.
 */
export type ZoneStock = { 
/**
 * Which zone.
 */
zone: string, 
/**
 * Staff are refilling it: what changes there bills nobody.
 */
restocking: RestockingView | null, 
/**
 * Its slots, from left to right.
 */
slots: Array<SlotStock>, };

/**
 * `GET /api/v1/admin/me/badge`: what two QR codes say, to be held up to the camera or scanner of a zone that is refilled.
 */
export type StaffBadge = { 
/**
 * What the code says that is held up before; again, it changes nothing.
 */
code: string, 
/**
 * What the code says that is held up afterwards.
 */
done_code: string, 
/**
 * RFC 3339.
 */
expires_at: string, };

/**
 * A restocking under way.
 */
export type RestockingView = { 
/**
 * The name of whoever began it.
 */
by: string, 
/**
 * RFC 3339.
 */
since: string, 
/**
 * RFC 3339; it ends then by itself, unless something changes there before.
 */
until: string, };

/**
 * What stands at a slot.
 */
export type SlotStock = { 
/**
 * Which slot.
 */
slot: string, 
/**
 * Which product.
 */
sku: string, 
/**
 * Its name.
 */
name: string, 
/**
 * How many units fit.
 */
capacity: number, 
/**
 * How many should be there, by the last count and what moved since; where nobody counted, by the sensor.
 */
units: number | null, 
/**
 * What the sensor says itself, where it is one that counts.
 */
sensed: number | null, 
/**
 * RFC 3339: when staff counted last.
 */
counted_at: string | null, 
/**
 * What to make of it.
 */
state: StockState, 
/**
 * What somebody put down here that belongs elsewhere.
 */
misplaced: Array<MisplacedView>, };

/**
 * A product that more likely than not lies where it does not belong.
 */
export type MisplacedView = { 
/**
 * Which.
 */
sku: string, 
/**
 * Its name.
 */
name: string, 
/**
 * How many units.
 */
units: number, 
/**
 * RFC 3339: when it was put down.
 */
since: string, };

/**
 * What to make of a slot's stock.
 */
export type StockState = "fine" | "low" | "disagrees" | "unknown";

/**
 * `PUT /api/v1/admin/stock/{slot}`: staff counted.
 */
export type StockCount = { 
/**
 * How many units stand there now.
 */
units: number, };

/**
 * `PUT /api/v1/admin/zones/{zone}/restocking`: staff begin to refill a zone, or are done.
 */
export type SetRestocking = { 
/**
 * Begin, not end.
 */
on: boolean, };

/**
 * A product as admins see it.
 */
export type ProductView = { 
/**
 * The store's number of it.
 */
sku: string, 
/**
 * GS1 barcode number.
 */
gtin: string | null, 
/**
 * What the shopper reads.
 */
name: string, 
/**
 * Tax included, in minor units. Without a price it is never billed.
 */
price_minor: number | null, 
/**
 * Which tax rate applies.
 */
tax_class: TaxClassName, 
/**
 * In grams with up to three decimals, where somebody weighed it.
 */
unit_weight_g: number | null, 
/**
 * Fingerprint of all of this as it was read; whoever saves a change sends it back.
 */
version: string | null, };

/**
 * Which tax rate applies.
 */
export type TaxClassName = "standard" | "reduced" | "zero";

/**
 * What stands at a slot.
 */
export type FacingView = { 
/**
 * The slot, as written on the shelf node's configuration.
 */
slot: string, 
/**
 * What stands there.
 */
sku: string, 
/**
 * The zone whose camera sees it.
 */
zone: string, 
/**
 * Where it stands across that camera's picture: 0 left to 1 right.
 */
x: number | null, 
/**
 * How many units fit.
 */
capacity: number, 
/**
 * Fingerprint of all of this as it was read; whoever saves a change sends it back.
 */
version: string | null, };

/**
 * An entry of `GET /api/v1/admin/planogram`.
 */
export type FacingEntry = { 
/**
 * The product's name; none where the catalogue has no such product.
 */
product_name: string | null, 
/**
 * The slot, as written on the shelf node's configuration.
 */
slot: string, 
/**
 * What stands there.
 */
sku: string, 
/**
 * The zone whose camera sees it.
 */
zone: string, 
/**
 * Where it stands across that camera's picture: 0 left to 1 right.
 */
x: number | null, 
/**
 * How many units fit.
 */
capacity: number, 
/**
 * Fingerprint of all of this as it was read; whoever saves a change sends it back.
 */
version: string | null, };

/**
 * What became of a slot.
 */
export type FacingChangeView = { 
/**
 * The slot.
 */
slot: string, 
/**
 * What stood there; none: the slot was in no planogram.
 */
before: FacingView | null, 
/**
 * What stands there now; none: the slot is in no planogram any more.
 */
after: FacingView | null, };

/**
 * `POST /api/v1/admin/planogram/import`: what a file changed, or would change.
 */
export type PlanogramImported = { 
/**
 * It was only tried: nothing has changed.
 */
dry_run: boolean, 
/**
 * The slots that differ, by name.
 */
changes: Array<FacingChangeView>, 
/**
 * SKUs that are new.
 */
new_products: Array<string>, 
/**
 * SKUs whose name, price, tax, barcode or weight changed.
 */
changed_products: Array<string>, };

/**
 * An entry of `GET /api/v1/admin/planogram/history`.
 */
export type PlanogramChange = { 
/**
 * RFC 3339.
 */
at: string, 
/**
 * The admin's name; none: the command line.
 */
by: string | null, 
/**
 * How it was made.
 */
means: ChangeMeansName, 
/**
 * What became of the slot.
 */
change: FacingChangeView, 
/**
 * Name of the product that stood there; none where nothing did, or the catalogue has no such product.
 */
before_name: string | null, 
/**
 * Name of the product that stands there now; none where nothing does, or the catalogue has no such product.
 */
after_name: string | null, };

/**
 * How the planogram was changed.
 */
export type ChangeMeansName = "page" | "import" | "command";

/**
 * A shopper in the admins' list.
 */
export type ShopperSummary = { 
/**
 * The shopper's id.
 */
id: string, 
/**
 * Name as given at sign-up.
 */
name: string, 
/**
 * E-mail address.
 */
email: string, 
/**
 * A face is enrolled.
 */
face_enrolled: boolean, 
/**
 * RFC 3339.
 */
signed_up_at: string, 
/**
 * In the store at this moment.
 */
inside: boolean, };

/**
 * A mail in the local mailbox.
 */
export type MailSummary = { 
/**
 * The mail's id.
 */
id: string, 
/**
 * To whom.
 */
to: string, 
/**
 * Its subject.
 */
subject: string, 
/**
 * RFC 3339.
 */
sent_at: string, };

/**
 * A whole mail.
 */
export type MailView = { 
/**
 * Its head.
 */
summary: MailSummary, 
/**
 * The HTML body; show it in a sandboxed frame.
 */
html: string, 
/**
 * The plain text body.
 */
text: string, };

/**
 * The store's settings that screens need.
 */
export type StoreView = { 
/**
 * The store's id.
 */
id: string, 
/**
 * Its name.
 */
name: string, 
/**
 * ISO 4217.
 */
currency: string, 
/**
 * IANA name of its time zone: screens show its times.
 */
time_zone: string, 
/**
 * What its receipts of erasure are checked with: Ed25519, 64 hexadecimal digits.
 */
erasure_public_key: string, };

/**
 * What a device is for.
 */
export type DeviceRole = "entry" | "exit" | "shelf_camera" | "shelf_node" | "program";

/**
 * A device as admins see it.
 */
export type DeviceView = { 
/**
 * The device's id.
 */
id: string, 
/**
 * Such as "Entry, left door".
 */
name: string, 
/**
 * What it is for.
 */
role: DeviceRole, 
/**
 * What it covers: the gate, or the gondola.
 */
zone: string, 
/**
 * Where it stands.
 */
state: DeviceState, 
/**
 * RFC 3339: when it was last heard of.
 */
last_seen_at: string | null, 
/**
 * Connected at this moment.
 */
online: boolean, };

/**
 * Where a device stands.
 */
export type DeviceState = "invited" | "joined" | "revoked";

/**
 * `POST /api/v1/admin/devices`.
 */
export type NewDevice = { 
/**
 * 1 to 80 characters.
 */
name: string, 
/**
 * What it is for.
 */
role: DeviceRole, 
/**
 * What it covers, 1 to 40 letters, digits, `-` and `_`.
 */
zone: string, };

/**
 * The answer to a new device: the code is shown once.
 */
export type DeviceInvitation = { 
/**
 * The device that may now join.
 */
device: DeviceView, 
/**
 * To be typed in at the device, such as `K7QF-2M9X`.
 */
code: string, 
/**
 * RFC 3339.
 */
expires_at: string, };

/**
 * `POST /api/v1/device/join`.
 */
export type JoinDevice = { 
/**
 * The one-time code; case and dashes do not matter.
 */
code: string, 
/**
 * Kiosk pages want the cookie, programs the token.
 */
keep?: Keep, };

/**
 * A device that has joined.
 */
export type DeviceJoined = { 
/**
 * What it is.
 */
device: DeviceView, 
/**
 * The store's name, for the screen.
 */
store_name: string, 
/**
 * Only where `keep` is `token`.
 */
token?: string | null, };

/**
 * The answer to a `clock` event, by which a device asks for the time: when it connects, and with each status.
 */
export type ClockAnswer = { 
/**
 * RFC 3339, the server's clock.
 */
at: string, 
/**
 * Which clock that is: another one after a restart, and after somebody has set the clock.
 */
epoch: string, };

/**
 * What a device knows of its clock from asking for the time. Messages of devices that have not asked go without it.
 */
export type DeviceClock = { 
/**
 * Of the answers that it rests on.
 */
epoch: string, 
/**
 * The server's clock is ahead of the device's by at least so many microseconds …
 */
least_us: number, 
/**
 * … and at most so many.
 */
most_us: number, };

/**
 * Beside the bytes of a `frame` event.
 */
export type FrameMeta = { 
/**
 * Made by the device.
 */
id: string, 
/**
 * RFC 3339, the device's clock when the frame was taken.
 */
captured_at: string, 
/**
 * RFC 3339, the device's clock when it was sent.
 */
sent_at: string, 
/**
 * What the device knows of its clock.
 */
clock?: DeviceClock, };

/**
 * A `code` event: a QR code that a scanner read.
 */
export type CodeScan = { 
/**
 * Made by the device.
 */
id: string, 
/**
 * What the code says.
 */
code: string, 
/**
 * RFC 3339, the device's clock when it was read.
 */
scanned_at: string, 
/**
 * RFC 3339, the device's clock when it was sent.
 */
sent_at: string, 
/**
 * What the device knows of its clock.
 */
clock?: DeviceClock, };

/**
 * The acknowledgement of `frame` and `code`: what was seen, and what came of it.
 */
export type LookAck = { "status": "seen", 
/**
 * How many faces the frame had.
 */
faces: number, 
/**
 * What to tell the person.
 */
outcome: GateOutcome, } | { "status": "failed", 
/**
 * Why.
 */
problem: Problem, };

/**
 * What came of a look, for the kiosk's screen and voice.
 */
export type GateOutcome = { "kind": "no_face" } | { "kind": "poor_face", 
/**
 * What to do about it, one sentence.
 */
hint: string, } | { "kind": "keep_looking", 
/**
 * Frames that agree so far.
 */
votes: number, 
/**
 * Frames needed.
 */
needed: number, } | { "kind": "welcome", 
/**
 * To greet with.
 */
name: string, } | { "kind": "already_inside", 
/**
 * To greet with.
 */
name: string, } | { "kind": "goodbye", 
/**
 * To greet with.
 */
name: string, } | { "kind": "not_inside", 
/**
 * To greet with.
 */
name: string, } | { "kind": "not_recognised" } | { "kind": "turn_head", 
/**
 * What to do now.
 */
prompt: TurnPrompt, 
/**
 * Which turn this is, from 1: after a failure there is another.
 */
attempt: number, } | { "kind": "code_needed", 
/**
 * What to do, one sentence.
 */
hint: string, } | { "kind": "code_refused", 
/**
 * What to do about it, one sentence.
 */
hint: string, } | { "kind": "restocking", 
/**
 * From now on.
 */
on: boolean, } | { "kind": "noted" };

/**
 * What somebody who turns their head does now. Sides are the person's own.
 */
export type TurnPrompt = "look_straight" | "to_the_left" | "to_the_right" | "hold_still";

/**
 * A `shelf_events` event: a batch from a shelf node, oldest first, at most [`ShelfEventBatch::MAX`].
 */
export type ShelfEventBatch = { 
/**
 * RFC 3339, the node's clock when it was sent.
 */
sent_at: string, 
/**
 * What the node knows of its clock.
 */
clock?: DeviceClock, 
/**
 * By which start of the node's clock `sent_at` counts.
 */
boot?: string, 
/**
 * The changes.
 */
events: Array<ShelfEventMessage>, };

/**
 * One change at one slot, on the wire.
 */
export type ShelfEventMessage = { 
/**
 * Made by the node; safe to send twice.
 */
id: string, 
/**
 * Where.
 */
slot: string, 
/**
 * RFC 3339, the node's clock.
 */
occurred_at: string, 
/**
 * By which start of the node's clock that counts. A computer without a clock that runs on without power starts another one each
 * time, and nobody can tell how far both are apart.
 */
boot?: string, 
/**
 * Units more or fewer than before, of the product that belongs there; zero only where `weighed` says what it was.
 */
delta_units: number, 
/**
 * Units standing there afterwards, where the sensor can tell.
 */
units_after: number | null, 
/**
 * What noticed it.
 */
sensor: SensorKindName, 
/**
 * Readings that it rests on: at most 32.
 */
trace: Array<number>, 
/**
 * What load cells felt; none from sensors that count.
 */
weighed?: WeighedMessage | null, };

/**
 * What kind of sensor noticed it.
 */
export type SensorKindName = "distance" | "load_cell" | "beam";

/**
 * What load cells felt of a change.
 */
export type WeighedMessage = { 
/**
 * Milliseconds from `occurred_at` to the last reading that still moved: at most 600000.
 */
lasted_ms: number, 
/**
 * The plates that moved, left to right: 1 to 16; that of `slot` is one of them.
 */
plates: Array<PlateStepMessage>, };

/**
 * How much more or less one plate carries.
 */
export type PlateStepMessage = { 
/**
 * Which plate.
 */
slot: string, 
/**
 * Grams more (put back) or less (taken).
 */
grams: number, 
/**
 * Standard deviation of that, grams.
 */
spread_g: number, };

/**
 * The acknowledgement of `shelf_events`: every event is either kept for good or refused for good. A batch without an
 * acknowledgement is sent again.
 */
export type ShelfEventsAck = { "status": "taken", 
/**
 * Durably stored, now or before.
 */
accepted: Array<string>, 
/**
 * Refused for good: sending them again is of no use.
 */
rejected: Array<RejectedEvent>, } | { "status": "failed", 
/**
 * Why.
 */
problem: Problem, };

/**
 * An event that was refused for good.
 */
export type RejectedEvent = { 
/**
 * Which.
 */
id: string, 
/**
 * Why.
 */
problem: Problem, };

/**
 * A `node_status` event of a shelf node, each 30 s and at every change.
 */
export type NodeStatus = { 
/**
 * Events on disk that are not acknowledged yet.
 */
spooled: number, 
/**
 * Sensors that gave nothing usable for a while, by slot.
 */
faulty_slots: Array<string>, 
/**
 * Events that could not be kept because the disk was full; 0 is what it should be.
 */
lost: number, 
/**
 * The node's room cameras; none where it has none.
 */
cameras?: Array<CameraStatus>, };

/**
 * How one room camera of a shelf node does.
 */
export type CameraStatus = { 
/**
 * The camera's name, as in the room's plan.
 */
name: string, 
/**
 * What its pictures are like.
 */
condition: CameraCondition, 
/**
 * Pictures that came, a second; over the last ten seconds.
 */
came_per_s: number, 
/**
 * Pictures in which people were looked for, a second; over the last ten seconds. Fewer than came where the machine is too slow.
 */
looked_at_per_s: number, 
/**
 * Milliseconds from a picture to the server's acknowledgement, the median of the last ten seconds; none where nothing was acknowledged.
 */
delay_ms: number | null, 
/**
 * Width and height of its last picture as it is looked at, pixels.
 */
size: [number, number] | null, 
/**
 * Why the server does not take what this camera sees, one sentence; none where it does.
 */
refused: string | null, };

/**
 * What a room camera's pictures are like.
 */
export type CameraCondition = "starting" | "well" | "dark" | "covered" | "frozen" | "gone" | "other_shape";

/**
 * The auth payload of a Socket.IO handshake for programs; browsers send their cookie instead.
 */
export type SocketAuth = { 
/**
 * The token, where there is no cookie.
 */
token: string | null, };

/**
 * What went wrong, for programs; the sentence for people stands beside it.
 */
export type ErrorCode = "not_authenticated" | "not_allowed" | "not_found" | "invalid_input" | "conflict" | "wrong_credentials" | "too_many_attempts" | "too_large" | "not_an_image" | "photos_rejected" | "film_failed" | "consent_required" | "wrong_role" | "unknown_slot" | "time_out_of_range" | "expired" | "invalid_link" | "already_used" | "superseded" | "try_again_later" | "internal";

/**
 * An error as RFC 9457 problem details, and as an error acknowledgement on a socket.
 */
export type Problem = { 
/**
 * `https://smartmart.dev/problems/<code>`; a name, not an address to fetch.
 */
type: string, 
/**
 * Short and the same for every occurrence.
 */
title: string, 
/**
 * HTTP status.
 */
status: number, 
/**
 * For programs.
 */
code: ErrorCode, 
/**
 * One sentence for the person.
 */
detail: string, 
/**
 * Each thing to mend, where there are several (photographs, fields).
 */
problems?: Array<FieldProblem>, 
/**
 * The request's id in the log.
 */
request_id?: string | null, };

/**
 * One thing to mend.
 */
export type FieldProblem = { 
/**
 * Which field: `email`, `photo-2`.
 */
field: string, 
/**
 * One sentence for the person.
 */
detail: string, };

/**
 * An order in a list.
 */
export type OrderSummary = { 
/**
 * The order's id.
 */
id: string, 
/**
 * The number on the receipt, such as `2026-000042`.
 */
number: string, 
/**
 * Whose it is.
 */
shopper_name: string, 
/**
 * RFC 3339, with the offset of the store's clock then.
 */
placed_at: string, 
/**
 * IANA name of the store's time zone then.
 */
time_zone: string, 
/**
 * Units in it.
 */
units: number, 
/**
 * In minor units, tax included, refunds taken off.
 */
total_minor: number, 
/**
 * ISO 4217.
 */
currency: string, 
/**
 * Of its latest dispute.
 */
dispute: DisputeState | null, };

/**
 * A whole order.
 */
export type OrderView = { 
/**
 * The order's id.
 */
id: string, 
/**
 * The number on the receipt.
 */
number: string, 
/**
 * The visit it came from.
 */
session_id: string, 
/**
 * The store's name.
 */
store_name: string, 
/**
 * Whose it is.
 */
shopper_name: string, 
/**
 * RFC 3339, with the offset of the store's clock then.
 */
placed_at: string, 
/**
 * IANA name of the store's time zone then.
 */
time_zone: string, 
/**
 * What was bought.
 */
lines: Array<OrderLineView>, 
/**
 * One entry for each rate of tax, in what is left to pay after refunds.
 */
taxes: Array<TaxLine>, 
/**
 * As placed, tax included, in minor units.
 */
total_minor: number, 
/**
 * Given back since, in minor units.
 */
refunded_minor: number, 
/**
 * ISO 4217.
 */
currency: string, 
/**
 * Its disputes, oldest first.
 */
disputes: Array<DisputeView>, };

/**
 * One SKU in an order.
 */
export type OrderLineView = { 
/**
 * The store's number of the product.
 */
sku: string, 
/**
 * The product's name when it was bought.
 */
name: string, 
/**
 * Units bought.
 */
quantity: number, 
/**
 * Units refunded since.
 */
refunded_quantity: number, 
/**
 * Of one unit, tax included, in minor units.
 */
unit_price_minor: number, 
/**
 * Of the line, tax included, in minor units.
 */
total_minor: number, 
/**
 * In hundredths of a per cent.
 */
tax_rate_bp: number, };

/**
 * Tax at one rate.
 */
export type TaxLine = { 
/**
 * In hundredths of a per cent: 700 is 7 %.
 */
rate_bp: number, 
/**
 * What the tax is taken of, without it, in minor units.
 */
net_minor: number, 
/**
 * The tax contained, in minor units.
 */
tax_minor: number, };

/**
 * Where a dispute stands.
 */
export type DisputeState = "open" | "accepted" | "rejected";

/**
 * Why a line is contested.
 */
export type DisputeReason = "not_taken" | "put_back" | "wrong_quantity" | "wrong_product" | "wrong_price" | "other";

/**
 * A dispute.
 */
export type DisputeView = { 
/**
 * The dispute's id.
 */
id: string, 
/**
 * The order it is about.
 */
order_id: string, 
/**
 * Its number.
 */
order_number: string, 
/**
 * Whose it is.
 */
shopper_name: string, 
/**
 * Where it stands.
 */
state: DisputeState, 
/**
 * What is contested.
 */
lines: Array<DisputedLine>, 
/**
 * In the shopper's words.
 */
message: string, 
/**
 * RFC 3339.
 */
opened_at: string, 
/**
 * RFC 3339.
 */
decided_at: string | null, 
/**
 * What staff answered.
 */
answer: string | null, 
/**
 * Given back, in minor units.
 */
refund_minor: number, 
/**
 * ISO 4217.
 */
currency: string, };

/**
 * A contested line.
 */
export type DisputedLine = { 
/**
 * Which product.
 */
sku: string, 
/**
 * How many of its units.
 */
quantity: number, 
/**
 * Why.
 */
reason: DisputeReason, };

/**
 * `POST /api/v1/me/orders/{id}/disputes`.
 */
export type NewDispute = { 
/**
 * At least one, each SKU once.
 */
lines: Array<DisputedLine>, 
/**
 * At most 2,000 characters; may be empty.
 */
message: string, };

/**
 * `POST /api/v1/dispute-link`: what the mailed link carries behind its `#`.
 */
export type DisputeLink = { 
/**
 * The signed token of the link.
 */
token: string, };

/**
 * `POST /api/v1/dispute-link/disputes`.
 */
export type NewDisputeByLink = { 
/**
 * The signed token of the link.
 */
token: string, 
/**
 * What is contested.
 */
dispute: NewDispute, };

/**
 * `POST /api/v1/admin/disputes/{id}/accept` and `…/reject`.
 */
export type DisputeDecision = { 
/**
 * What the shopper reads; 1 to 2,000 characters when rejecting.
 */
answer: string, };

/**
 * One page of a list.
 */
export type Page<T> = { 
/**
 * Entries in the list's order, at most as many as `limit` asked for.
 */
items: Array<T>, 
/**
 * Cursor of the next page: to be sent back as `cursor` with the same filters. None: this is the last page.
 */
next: string | null, 
/**
 * Number of entries with these filters; on the first page only, and only where counting costs little.
 */
total: number | null, };

/**
 * `DELETE /api/v1/me/face`: the store's word that the face is erased. To be kept by the shopper; anybody can check it with
 * Ed25519 and the public key, which the store also shows at `/api/v1/store`.
 */
export type ErasureReceipt = { 
/**
 * What is signed, byte for byte (UTF-8): store, account, how many templates, when.
 */
statement: string, 
/**
 * Ed25519 signature of the statement, 128 hexadecimal digits.
 */
signature: string, 
/**
 * The store's public key, 64 hexadecimal digits.
 */
public_key: string, };

/**
 * `GET /api/v1/me/export`: everything that is held about a shopper, in one document.
 *
 * The templates' numbers are not in it: nothing that could open a door leaves the store. Their number, size, model and
 * dates are.
 */
export type ShopperExport = { 
/**
 * RFC 3339: when it was put together. All times of the document have the offset of the store's clock.
 */
made_at: string, 
/**
 * The store's name.
 */
store_name: string, 
/**
 * IANA name of the store's time zone.
 */
time_zone: string, 
/**
 * The account.
 */
profile: ShopperProfile, 
/**
 * RFC 3339: when the account was made.
 */
signed_up_at: string, 
/**
 * Consents given, and withdrawn.
 */
consents: Array<ConsentRecord>, 
/**
 * Biometric references.
 */
templates: Array<TemplateRecord>, 
/**
 * Log-ins that are valid.
 */
log_ins: Array<LogInRecord>, 
/**
 * Visits, oldest first.
 */
visits: Array<VisitRecord>, 
/**
 * Orders with their disputes, newest first.
 */
orders: Array<OrderView>, 
/**
 * Mails kept in the store's mailbox.
 */
mails: Array<MailRecord>, };

/**
 * A consent.
 */
export type ConsentRecord = { 
/**
 * Which text was agreed to.
 */
version: string, 
/**
 * RFC 3339.
 */
given_at: string, 
/**
 * RFC 3339.
 */
withdrawn_at: string | null, 
/**
 * RFC 3339: since when visits may also add templates.
 */
learns_since: string | null, 
/**
 * Whether the photographs were taken by a film in which the head was turned.
 */
by_film: boolean, };

/**
 * A biometric reference, without its numbers.
 */
export type TemplateRecord = { 
/**
 * Its id.
 */
id: string, 
/**
 * Which embedder made it.
 */
model: string, 
/**
 * RFC 3339.
 */
created_at: string, 
/**
 * RFC 3339; then it is deleted.
 */
expires_at: string, 
/**
 * Whether it is from a visit, and not a photograph of the enrolment.
 */
from_visit: boolean, 
/**
 * Its size as it is kept, encrypted.
 */
sealed_bytes: number, };

/**
 * A log-in that is valid.
 */
export type LogInRecord = { 
/**
 * RFC 3339.
 */
since: string, 
/**
 * RFC 3339.
 */
expires_at: string, };

/**
 * A visit.
 */
export type VisitRecord = { 
/**
 * The shopping session's id.
 */
session_id: string, 
/**
 * RFC 3339.
 */
opened_at: string, 
/**
 * How the shopper was recognised at the entry.
 */
opened_by: SeenBy, 
/**
 * RFC 3339.
 */
exited_at: string | null, 
/**
 * RFC 3339: since when it was in doubt whether it was this shopper who walked in.
 */
doubted_at: string | null, 
/**
 * What was taken and put back.
 */
interactions: Array<InteractionRecord>, };

/**
 * A pick or put-back.
 */
export type InteractionRecord = { 
/**
 * Which of the two.
 */
kind: InteractionName, 
/**
 * The store's number of the product.
 */
sku: string, 
/**
 * Units.
 */
quantity: number, 
/**
 * RFC 3339.
 */
occurred_at: string, 
/**
 * How sure the store was, 0 to 1.
 */
confidence: number, };

/**
 * A mail.
 */
export type MailRecord = { 
/**
 * Subject.
 */
subject: string, 
/**
 * RFC 3339.
 */
sent_at: string, 
/**
 * The plain text body.
 */
text: string, };

/**
 * Why a handshake was refused: the `message` of `connect_error`.
 */
export type Refusal = "not_authenticated" | "try_again_later";

/**
 * What a phone is told.
 */
export type ShopperLive = { 
/**
 * Number in the event log.
 */
seq: number, 
/**
 * What changed.
 */
change: ShopperChange, };

/**
 * What changed for a shopper.
 */
export type ShopperChange = { "kind": "visit", 
/**
 * All of it, cart included.
 */
visit: Visit, } | { "kind": "order", 
/**
 * Its summary.
 */
order: OrderSummary, } | { "kind": "dispute", 
/**
 * All of it.
 */
dispute: DisputeView, };

/**
 * What admins are told.
 */
export type AdminLive = { 
/**
 * Number in the event log; the last known one for changes that are not in it (devices).
 */
seq: number, 
/**
 * What changed.
 */
change: AdminChange, 
/**
 * The entry for the activity feed, if it makes one.
 */
activity: Activity | null, };

/**
 * What changed in the store.
 */
export type AdminChange = { "kind": "visit", 
/**
 * All of it, cart included.
 */
visit: FloorVisit, } | { "kind": "visit_settled", 
/**
 * Which.
 */
session_id: string, 
/**
 * The order that came of it, if anything was bought.
 */
order: OrderSummary | null, } | { "kind": "review", 
/**
 * All of it.
 */
review: ReviewView, } | { "kind": "order", 
/**
 * Its summary.
 */
order: OrderSummary, } | { "kind": "dispute", 
/**
 * All of it.
 */
dispute: DisputeView, } | { "kind": "stock", 
/**
 * Which zone.
 */
zone: string, } | { "kind": "device", 
/**
 * How it stands.
 */
device: DeviceView, 
/**
 * What it last reported of itself.
 */
status: NodeStatus | null, };

/**
 * `GET /api/v1/admin/room`, and the answer to a saved one. All lengths in metres of the store's frame: x and y along the
 * floor, z up.
 */
export type RoomView = { 
/**
 * Counts up with each save; 0 where none was saved yet.
 */
version: number, 
/**
 * The plan; none where none was saved.
 */
plan: RoomPlanView | null, 
/**
 * Gondolas with their slots, also those that the plan does not place.
 */
zones: Array<ZonePlace>, };

/**
 * Slots of a zone, for drawing.
 */
export type ZonePlace = { 
/**
 * Which zone.
 */
zone: string, 
/**
 * Its slots.
 */
slots: Array<SlotPlace>, };

/**
 * One slot, for drawing.
 */
export type SlotPlace = { 
/**
 * Its name.
 */
slot: string, 
/**
 * What stands there.
 */
product: string, 
/**
 * Where it stands along the gondola, 0 to 1, where that is known.
 */
x: number | null, };

/**
 * `PUT /api/v1/admin/room`.
 */
export type SaveRoom = { 
/**
 * The version that was changed.
 */
version: number, 
/**
 * The plan as it is to be.
 */
plan: RoomPlanView, };

/**
 * Where cameras hang, where people come and go, and where gondolas stand.
 */
export type RoomPlanView = { 
/**
 * At most 16.
 */
cameras: Array<RoomCameraView>, 
/**
 * At most 16; at least one where people come in.
 */
gates: Array<RoomGateView>, 
/**
 * At most 200.
 */
gondolas: Array<GondolaView>, };

/**
 * A camera on the wall, as calibration found it.
 */
export type RoomCameraView = { 
/**
 * As in the configuration of the program that reads it.
 */
name: string, 
/**
 * Rows of the matrix that turns directions of the room into the camera's: x right, y down, z forward.
 */
rotation: [[number, number, number], [number, number, number], [number, number, number]], 
/**
 * Where its optical centre is.
 */
centre_m: [number, number, number], 
/**
 * Focal length, pixels.
 */
focal_px: number, 
/**
 * Radial distortion, the first term of Brown's.
 */
k1: number, 
/**
 * Where the optical axis meets the picture, pixels.
 */
principal_px: [number, number], 
/**
 * Width and height of its pictures, pixels.
 */
size_px: [number, number], };

/**
 * A circle on the floor through which people come or go.
 */
export type RoomGateView = { 
/**
 * Its middle.
 */
centre_m: [number, number], 
/**
 * Its radius.
 */
radius_m: number, 
/**
 * What people do there.
 */
way: GateWayName, };

/**
 * What people do at a gate.
 */
export type GateWayName = "entry" | "exit" | "both";

/**
 * The line on the floor along which a zone's slots stand.
 */
export type GondolaView = { 
/**
 * Which zone.
 */
zone: string, 
/**
 * Where a slot at x = 0 stands; who goes from here to `to_m` has the shoppers on their right.
 */
from_m: [number, number], 
/**
 * Where a slot at x = 1 stands.
 */
to_m: [number, number], 
/**
 * How high its slots are.
 */
height_m: number | null, };

/**
 * A `bodies` event: whom one room camera sees in one picture. No picture goes with it.
 */
export type BodiesSeen = { 
/**
 * The camera's name, as in the room's plan.
 */
camera: string, 
/**
 * RFC 3339, the device's clock when the picture was taken.
 */
captured_at: string, 
/**
 * RFC 3339, the device's clock when this was sent.
 */
sent_at: string, 
/**
 * What the device knows of its clock.
 */
clock?: DeviceClock, 
/**
 * Width and height of the picture, pixels.
 */
size: [number, number], 
/**
 * At most [`BodiesSeen::MOST`].
 */
bodies: Array<SeenBody>, };

/**
 * Somebody in a picture.
 */
export type SeenBody = { 
/**
 * How sure it is that there is somebody, 0 to 1.
 */
score: number, 
/**
 * The 17 key points of the COCO data set, in its order: x, y in pixels, and a score from 0 to 1.
 */
points: Array<[number, number, number]>, };

/**
 * The acknowledgement of `bodies`. Until it has come the program sends nothing further of that camera: the newest picture
 * waits, older ones are dropped.
 */
export type BodiesAck = { "status": "taken" } | { "status": "failed", 
/**
 * Why.
 */
problem: Problem, };

/**
 * What admins are told of where people stand, a few times a second while somebody is in the room: the payload of `people`.
 * It is kept nowhere.
 */
export type PeopleLive = { 
/**
 * RFC 3339.
 */
at: string, 
/**
 * Everybody.
 */
people: Array<PersonView>, 
/**
 * Every camera of the plan.
 */
cameras: Array<RoomCameraState>, };

/**
 * Somebody in the room.
 */
export type PersonView = { 
/**
 * The track.
 */
track: number, 
/**
 * Where the head is, metres.
 */
head_m: [number, number], 
/**
 * Hands, metres.
 */
hands_m: Array<[number, number, number]>, 
/**
 * Whose visit it may be, likeliest first; empty for somebody without one, such as staff.
 */
who: Array<WhoView>, };

/**
 * A visit that a person may be.
 */
export type WhoView = { 
/**
 * The visit.
 */
session_id: string, 
/**
 * How likely.
 */
probability: number, };

/**
 * How a room camera does.
 */
export type RoomCameraState = { 
/**
 * Its name.
 */
name: string, 
/**
 * Milliseconds since its last picture; none where there was none.
 */
silent_ms: number | null, 
/**
 * Why its pictures cannot be used, for staff.
 */
trouble: string | null, };

/**
 * `GET /api/v1/me/code`: the QR code's content, valid for a short time.
 */
export type EntryCode = { 
/**
 * To be shown as a QR code.
 */
code: string, 
/**
 * RFC 3339; fetch a new one before.
 */
expires_at: string, 
/**
 * Fetch the next one after this many seconds.
 */
refresh_after_s: number, };

/**
 * Where a visit stands.
 */
export type VisitState = "open" | "settling" | "settled";

/**
 * One visit with its cart.
 */
export type Visit = { 
/**
 * The shopping session's id.
 */
session_id: string, 
/**
 * Where it stands.
 */
state: VisitState, 
/**
 * RFC 3339.
 */
opened_at: string, 
/**
 * `face`, `code` or `staff`.
 */
opened_by: SeenBy, 
/**
 * RFC 3339.
 */
exited_at: string | null, 
/**
 * RFC 3339: when the receipt comes at the latest, once they walked out. None while staff have to decide.
 */
receipt_by: string | null, 
/**
 * The store closed, and nobody had seen them leave: staff decide what is billed.
 */
forgotten: boolean, 
/**
 * What is held now.
 */
cart: CartView, 
/**
 * What staff want to know.
 */
questions: Array<Question>, 
/**
 * The order that came of it, once there is one.
 */
order_id: string | null, };

/**
 * How somebody was recognised.
 */
export type SeenBy = "face" | "code" | "staff";

/**
 * A cart with prices as they are now.
 */
export type CartView = { 
/**
 * One entry a SKU.
 */
items: Array<CartItem>, 
/**
 * Sum in minor units, tax included.
 */
total_minor: number, 
/**
 * ISO 4217.
 */
currency: string, };

/**
 * One SKU in a cart.
 */
export type CartItem = { 
/**
 * The store's number of the product.
 */
sku: string, 
/**
 * The product's name.
 */
name: string, 
/**
 * Units held.
 */
quantity: number, 
/**
 * Of one unit, in minor units.
 */
unit_price_minor: number, };

/**
 * `GET /api/v1/me/visit`.
 */
export type CurrentVisit = { 
/**
 * The visit under way or settling; none while outside.
 */
visit: Visit | null, 
/**
 * The last event's number that this answer contains.
 */
seq: number, };

/**
 * `GET /api/v1/admin/store`.
 */
export type StoreSettingsView = { 
/**
 * Counts up with every change; a change names the version that it began from.
 */
version: number, 
/**
 * On receipts and screens.
 */
name: string, 
/**
 * ISO 4217; the unit of every amount, so it never changes.
 */
currency: string, 
/**
 * IANA name, such as `Europe/Berlin`.
 */
time_zone: string, 
/**
 * ISO 3166-1, such as `DE`; none: nobody has said.
 */
country: string | null, 
/**
 * When it is open.
 */
hours: OpeningHoursView, 
/**
 * Oldest first; the first one holds from the beginning.
 */
tax_rates: Array<DatedTaxRates>, 
/**
 * The date by the store's clock: tax rates can begin then or later.
 */
today: string, };

/**
 * `PUT /api/v1/admin/store`.
 */
export type SaveStoreSettings = { 
/**
 * The version that the change began from. If the store has another by now, nothing is saved, and the answer (409) says what
 * changed.
 */
version: number, 
/**
 * 1 to 120 characters.
 */
name: string, 
/**
 * IANA name.
 */
time_zone: string, 
/**
 * ISO 3166-1.
 */
country: string | null, 
/**
 * When it is open.
 */
hours: OpeningHoursView, 
/**
 * All of them; those of days before today as they are.
 */
tax_rates: Array<DatedTaxRates>, };

/**
 * When a store is open, by its own clock.
 */
export type OpeningHoursView = { 
/**
 * Seven, Monday first; each day's spans, none on a day on which it is closed.
 */
days: Array<Array<OpenSpanView>>, 
/**
 * When one business day becomes the next where the store does not close between them, such as `03:00`.
 */
day_ends: string, };

/**
 * Open without a pause.
 */
export type OpenSpanView = { 
/**
 * Such as `09:00`.
 */
from: string, 
/**
 * On the next day, where it is not later than `from`; `24:00` is midnight.
 */
to: string, };

/**
 * Tax rates from a day on.
 */
export type DatedTaxRates = { 
/**
 * The day by the store's clock, such as `2027-01-01`; none: from the beginning.
 */
valid_from: string | null, 
/**
 * Of the standard class, in hundredths of a per cent.
 */
standard_bp: number, 
/**
 * Of the reduced class.
 */
reduced_bp: number, };
