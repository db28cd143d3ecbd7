//! Small enums in both directions: the domain's and the wire's.

use db::devices::{DeviceRow, INVITED, JOINED};
use domain::catalog::{Product, TaxClass};
use domain::dispute::DisputeReason;
use domain::gate::Place;
use protocol::admin::{ProductView, TaxClassName};
use protocol::device::{DeviceRole, DeviceState, DeviceView, TurnPrompt};
use protocol::order::DisputeReason as ReasonName;
use shop::command::version::Version;
use vision::presentation::challenge::{Prompt, Turn};

/// Out.
pub fn dispute_reason(reason: DisputeReason) -> ReasonName {
    match reason {
        DisputeReason::NotTaken => ReasonName::NotTaken,
        DisputeReason::PutBack => ReasonName::PutBack,
        DisputeReason::WrongQuantity => ReasonName::WrongQuantity,
        DisputeReason::WrongProduct => ReasonName::WrongProduct,
        DisputeReason::WrongPrice => ReasonName::WrongPrice,
        DisputeReason::Other => ReasonName::Other,
    }
}

/// In.
pub fn to_dispute_reason(name: ReasonName) -> DisputeReason {
    match name {
        ReasonName::NotTaken => DisputeReason::NotTaken,
        ReasonName::PutBack => DisputeReason::PutBack,
        ReasonName::WrongQuantity => DisputeReason::WrongQuantity,
        ReasonName::WrongProduct => DisputeReason::WrongProduct,
        ReasonName::WrongPrice => DisputeReason::WrongPrice,
        ReasonName::Other => DisputeReason::Other,
    }
}

/// Out.
pub fn tax_class(class: TaxClass) -> TaxClassName {
    match class {
        TaxClass::Standard => TaxClassName::Standard,
        TaxClass::Reduced => TaxClassName::Reduced,
        TaxClass::Zero => TaxClassName::Zero,
    }
}

/// In.
pub fn to_tax_class(name: TaxClassName) -> TaxClass {
    match name {
        TaxClassName::Standard => TaxClass::Standard,
        TaxClassName::Reduced => TaxClass::Reduced,
        TaxClassName::Zero => TaxClass::Zero,
    }
}

/// A product as admins see it.
pub fn product(product: &Product) -> ProductView {
    ProductView {
        version: Some(Version::of_product(product).0),
        sku: product.sku.0.clone(),
        gtin: product.gtin.as_ref().map(|gtin| gtin.as_str().to_owned()),
        name: product.name.clone(),
        price_minor: product.price.map(|price| price.0),
        tax_class: tax_class(product.tax_class),
        unit_weight_g: product.unit_weight_mg.map(|weight| weight as f32 / 1_000.0),
    }
}

/// As stored.
pub fn role_name(role: DeviceRole) -> &'static str {
    match role {
        DeviceRole::Entry => "entry",
        DeviceRole::Exit => "exit",
        DeviceRole::ShelfCamera => "shelf_camera",
        DeviceRole::ShelfNode => "shelf_node",
        DeviceRole::Program => "program",
    }
}

/// From storage; an unknown role may do the least.
pub fn to_role(name: &str) -> DeviceRole {
    match name {
        "entry" => DeviceRole::Entry,
        "exit" => DeviceRole::Exit,
        "shelf_camera" => DeviceRole::ShelfCamera,
        "program" => DeviceRole::Program,
        _ => DeviceRole::ShelfNode,
    }
}

/// Where a camera of this role stands; a shelf node is no camera.
pub fn place_of(role: DeviceRole) -> Option<Place> {
    match role {
        DeviceRole::Entry => Some(Place::Entry),
        DeviceRole::Exit => Some(Place::Exit),
        DeviceRole::ShelfCamera => Some(Place::Shelf),
        DeviceRole::ShelfNode | DeviceRole::Program => None,
    }
}

/// What somebody who turns their head is told, at a kiosk and in a film.
pub fn turn_prompt(prompt: Prompt) -> TurnPrompt {
    match prompt {
        Prompt::LookStraight => TurnPrompt::LookStraight,
        Prompt::TurnHead(Turn::Left) => TurnPrompt::ToTheLeft,
        Prompt::TurnHead(Turn::Right) => TurnPrompt::ToTheRight,
        Prompt::HoldStill => TurnPrompt::HoldStill,
    }
}

/// A device as admins see it.
pub fn device(row: &DeviceRow, online: bool) -> DeviceView {
    DeviceView {
        id: row.id,
        name: row.name.clone(),
        role: to_role(&row.role),
        zone: row.zone.clone(),
        state: match row.state.as_str() {
            INVITED => DeviceState::Invited,
            JOINED => DeviceState::Joined,
            _ => DeviceState::Revoked,
        },
        last_seen_at: row.last_seen_at.map(|at| db::from_micros(at).to_string()),
        online,
    }
}
