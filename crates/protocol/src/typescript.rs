//! The TypeScript of every wire type, as one module.

use ts_rs::{Config, TS};

use crate::{
    account, admin, device, error_code, evidence, order, paging, privacy, realtime, room, set_aside, shopper, store,
};

macro_rules! declarations {
    ($config:expr; $($type:ty),+ $(,)?) => {
        vec![$(declaration::<$type>($config)),+]
    };
}

fn declaration<T: TS + 'static>(config: &Config) -> String {
    let docs = T::docs().unwrap_or_default();
    format!("{docs}export {}\n", T::decl(config))
}

/// The content of `web/src/lib/generated/protocol.ts`.
pub fn module() -> String {
    // Amounts and sequence numbers stay far below 2^53, so a JavaScript number holds them.
    let config = &Config::new().with_large_int("number");
    let parts = declarations![config;
        account::SignUp, account::LogIn, account::Keep, account::ShopperProfile, account::FaceEnrolment,
        account::ShopperLoggedIn, account::AdminRole, account::AdminProfile, account::AdminLoggedIn, account::NewAdmin,
        account::ConsentText, account::EnrolmentWay, account::NewFilm, account::FilmBegun, account::FilmLook,
        admin::FloorView, admin::FloorVisit, admin::Activity, admin::ActivityKind, admin::SessionDetail, admin::SettleVisit, set_aside::SetAsideView,
        admin::LeftOut, admin::InteractionView, admin::InteractionName, evidence::EvidenceView, evidence::ContentView, evidence::CandidateView, evidence::BasisName,
        admin::ReviewReason, admin::ReviewView, admin::ReviewDecisionView, admin::AskedView, admin::AskShopper, shopper::Question, shopper::Answer, admin::DecideReview, admin::DisputeDetail,
        admin::ZoneStock, admin::StaffBadge, admin::RestockingView, admin::SlotStock, admin::MisplacedView, admin::StockState, admin::StockCount, admin::SetRestocking,
        admin::ProductView, admin::TaxClassName, admin::FacingView, admin::FacingEntry, admin::FacingChangeView,
        admin::PlanogramImported, admin::PlanogramChange, admin::ChangeMeansName, admin::ShopperSummary, admin::MailSummary,
        admin::MailView, admin::StoreView,
        device::DeviceRole, device::DeviceView, device::DeviceState, device::NewDevice, device::DeviceInvitation,
        device::JoinDevice, device::DeviceJoined, device::ClockAnswer, device::DeviceClock, device::FrameMeta, device::CodeScan, device::LookAck,
        device::GateOutcome, device::TurnPrompt, device::ShelfEventBatch, device::ShelfEventMessage, device::SensorKindName,
        device::WeighedMessage, device::PlateStepMessage,
        device::ShelfEventsAck, device::RejectedEvent, device::NodeStatus, device::CameraStatus, device::CameraCondition, device::SocketAuth,
        error_code::ErrorCode, error_code::Problem, error_code::FieldProblem,
        order::OrderSummary, order::OrderView, order::OrderLineView, order::TaxLine, order::DisputeState,
        order::DisputeReason, order::DisputeView, order::DisputedLine, order::NewDispute, order::DisputeLink,
        order::NewDisputeByLink, order::DisputeDecision,
        paging::Page<String>,
        privacy::ErasureReceipt, privacy::ShopperExport, privacy::ConsentRecord, privacy::TemplateRecord,
        privacy::LogInRecord, privacy::VisitRecord, privacy::InteractionRecord, privacy::MailRecord,
        realtime::Refusal, realtime::ShopperLive, realtime::ShopperChange, realtime::AdminLive, realtime::AdminChange,
        room::RoomView, room::ZonePlace, room::SlotPlace, room::SaveRoom, room::RoomPlanView, room::RoomCameraView, room::RoomGateView,
        room::GateWayName, room::GondolaView, room::BodiesSeen, room::SeenBody, room::BodiesAck,
        room::PeopleLive, room::PersonView, room::WhoView, room::RoomCameraState,
        shopper::EntryCode, shopper::VisitState, shopper::Visit, shopper::SeenBy, shopper::CartView,
        shopper::CartItem, shopper::CurrentVisit,
        store::StoreSettingsView, store::SaveStoreSettings, store::OpeningHoursView, store::OpenSpanView, store::DatedTaxRates,
    ];
    format!("// Generated from crates/protocol by `cargo xtask codegen`. Do not edit.\n\n{}", parts.join("\n"))
}
