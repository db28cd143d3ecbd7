//! Commands: what people ask the store to change. Each carries an id made by its client and is decided in the writer's turn, by what
//! is true at that moment; the same id again gets the same answer, also after a time-out, a restart or a double click.

use db::faces::Enrolment;
use db::{Db, DbError};
use domain::calendar::taxes::TaxesRefused;
use domain::catalog::Product;
use domain::dispute::{ContestedLine, Dispute, DisputeError, Refund};
use domain::ids::{AdminId, DisputeId, OrderId, ShopperId, Sku, SlotId};
use domain::planogram::{ChangeMeans, Facing, FacingChange};
use domain::room::{NoRoom, RoomPlan};
use domain::store::StoreSettings;
use floor::Refused;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

pub(crate) mod disputes;
pub(crate) mod faces;
pub mod on_the_floor;
pub(crate) mod products;
pub(crate) mod room;
pub(crate) mod settings;
pub(crate) mod shelves;
pub mod version;

use on_the_floor::FloorAsk;
use version::Version;

/// A command with who asks for it.
#[derive(Clone, PartialEq, Debug)]
pub struct Command {
    /// Made by the client, once for each thing that it wants done.
    pub id: Uuid,
    /// Who asks.
    pub by: Caller,
    /// For what.
    pub ask: Ask,
}

/// Whoever asks.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Caller {
    /// A shopper who is logged in.
    Shopper(ShopperId),
    /// Whoever has the link of a receipt.
    ReceiptLink,
    /// Staff or an owner.
    Admin(AdminId),
    /// Whoever may use the command line.
    CommandLine,
}

/// What can be asked for.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Ask {
    /// Contests lines of an order.
    OpenDispute {
        /// Which order.
        order: OrderId,
        /// What of it.
        lines: Vec<ContestedLine>,
        /// In the shopper's words.
        message: String,
    },
    /// Decides a dispute.
    DecideDispute {
        /// Which.
        dispute: DisputeId,
        /// What becomes of it.
        ruling: Ruling,
        /// What the shopper reads.
        answer: String,
    },
    /// Makes a product with a new SKU.
    CreateProduct {
        /// As it will be.
        product: Product,
    },
    /// Changes a product.
    EditProduct {
        /// As it will be.
        product: Product,
        /// As the caller knows it.
        version: Version,
    },
    /// Puts a product at a slot.
    PutFacing {
        /// As it will be.
        facing: Facing,
        /// As the caller knows the slot; none: not in the planogram.
        version: Option<Version>,
    },
    /// Takes a slot out of the planogram.
    ClearSlot {
        /// Which.
        slot: SlotId,
        /// As the caller knows it; none: whatever stands there.
        version: Option<Version>,
    },
    /// Makes what a file says the planogram.
    ImportPlanogram {
        /// SHA-256 of the file, in hexadecimal: what follows from it depends on what the store is like when it is read.
        file: String,
        /// Products that are new or change: as they become, and as the file's reader knew them.
        #[serde(skip)]
        products: Vec<(Product, Option<Product>)>,
        /// Slots that change.
        #[serde(skip)]
        changes: Vec<FacingChange>,
        /// By page or command line.
        means: ChangeMeans,
    },
    /// Keeps what staff counted at a slot.
    CountStock {
        /// Where.
        slot: SlotId,
        /// How many units.
        units: u32,
    },
    /// Changes the store's settings.
    SaveSettings {
        /// As they will be.
        settings: StoreSettings,
        /// As the caller knows them.
        version: u32,
    },
    /// Saves the plan of the room.
    SaveRoom {
        /// As it will be.
        plan: RoomPlan,
        /// As the caller knows it; 0: none was saved.
        version: u32,
    },
    /// Enrols a face, in the place of what was enrolled before.
    EnrolFace {
        /// SHA-256 of what the client sent, in hexadecimal: tells whether it is the same again.
        photographs: String,
        /// Made of it. Neither logged nor set aside: it can be erased.
        #[serde(skip)]
        enrolment: Enrolment,
    },
    /// Says whether visits may add templates.
    SetFaceLearning {
        /// They may.
        agreed: bool,
    },
    /// Something about who is in the store now.
    OnTheFloor {
        /// What.
        ask: FloorAsk,
    },
}

/// What becomes of a dispute.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ruling {
    /// The contested units are refunded.
    Accept,
    /// Nothing is; the answer says why.
    Reject,
}

/// What was done.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "done", rename_all = "snake_case")]
pub enum Done {
    /// A dispute was opened or decided.
    Dispute {
        /// As it is now.
        dispute: Dispute,
        /// What goes back.
        refund: Option<Refund>,
    },
    /// A product was made or changed.
    Product {
        /// As it is now.
        product: Product,
    },
    /// A product stands at a slot.
    Facing {
        /// As it is now.
        facing: Facing,
    },
    /// The store has other settings.
    Settings {
        /// As they are now.
        settings: StoreSettings,
        /// Their version.
        version: u32,
    },
    /// The room has another plan.
    Room {
        /// Its version.
        version: u32,
    },
    /// The planogram is what a file says.
    Planogram {
        /// Slots that changed.
        changes: Vec<FacingChange>,
        /// Products that were new.
        new_products: Vec<Sku>,
        /// Products that changed.
        changed_products: Vec<Sku>,
    },
    /// Nothing needs to be said.
    Carried,
}

/// Why a command was not carried out.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Refusal {
    /// There is no such thing, or it is not the caller's.
    #[error("there is no such thing here")]
    NotFound,
    /// A dispute cannot be opened or decided so.
    #[error(transparent)]
    Dispute(#[from] DisputeError),
    /// The SKU is taken.
    #[error("there is a product with the SKU {0} already: edit that one, or choose another SKU")]
    SkuTaken(Sku),
    /// The SKU is not.
    #[error("there is no product with the SKU {0} yet")]
    NoSuchProduct(Sku),
    /// Another product has the barcode number.
    #[error("the GTIN {} is that of {} ({}) already: two products cannot have the same", .0.gtin.as_ref().map_or("", |gtin| gtin.as_str()), .0.name, .0.sku)]
    GtinTaken(Product),
    /// Somebody else changed it since the caller looked.
    #[error("somebody else has changed this meanwhile: {}", changed.iter().map(|one| format!("{} is now {}", one.field, one.now)).collect::<Vec<_>>().join(", "))]
    Stale {
        /// What is otherwise than the caller would have it.
        changed: Vec<Changed>,
    },
    /// Somebody else changed the settings since the caller looked.
    #[error("somebody else has changed the settings meanwhile")]
    StaleSettings,
    /// Somebody else saved a plan of the room since the caller looked.
    #[error("somebody else has saved a plan of the room meanwhile")]
    StaleRoom,
    /// It is no plan of a room.
    #[error(transparent)]
    Room(#[from] NoRoom),
    /// The tax rates may not become so.
    #[error(transparent)]
    Taxes(#[from] TaxesRefused),
    /// It cannot be done on the floor as it is now.
    #[error(transparent)]
    Floor(#[from] Refused),
    /// The planogram is not as a file's reader knew it.
    #[error("somebody else changed the planogram at the same moment; nothing was changed, try again")]
    Overtaken,
    /// The id was used for another command.
    #[error("this request's id was used for something else before")]
    IdUsed,
}

/// A value that is otherwise than the caller would have it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Changed {
    /// Which field, by its name in the API.
    pub field: &'static str,
    /// For people.
    pub now: String,
}

impl Command {
    /// Of who asks for what: tells a repeated command from an id that was used twice by mistake.
    pub fn digest(&self) -> String {
        let text = serde_json::to_vec(&(&self.by, &self.ask)).expect("a command has no maps with odd keys");
        Sha256::digest(&text).iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// Why a command could not be decided.
#[derive(Debug, thiserror::Error)]
pub enum NotDecided {
    /// It breaks a rule.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The database cannot be asked.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// What was answered before, if this very command was carried out already. Adapters ask so where it would take much to ask for the command
/// again.
///
/// # Errors
///
/// Where the id was used for another command.
pub async fn repeated(db: &Db, command: &Command) -> Result<Option<Done>, NotDecided> {
    let Some(before) = db::commands::answered(db, command.id).await? else { return Ok(None) };
    if before.digest != command.digest() {
        return Err(Refusal::IdUsed.into());
    }
    let done = serde_json::from_str(&before.answer);
    let done = done.map_err(|why| DbError::Unreadable { what: "command's answer", why: why.to_string() })?;
    Ok(Some(done))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_tells_who_asks_for_what() {
        let count =
            |by, units| Command { id: Uuid::nil(), by, ask: Ask::CountStock { slot: SlotId::from("s1"), units } };
        let admin = |number| Caller::Admin(AdminId(Uuid::from_u128(number)));
        let first = count(admin(1), 3).digest();
        assert_eq!(first.len(), 64);
        assert_eq!(first, Command { id: Uuid::max(), ..count(admin(1), 3) }.digest(), "whatever the id");
        assert_ne!(first, count(admin(2), 3).digest());
        assert_ne!(first, count(admin(1), 4).digest());
    }
}
