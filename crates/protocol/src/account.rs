//! Signing up and logging in.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::device::TurnPrompt;

/// `POST /api/v1/shopper/sign-up`.
#[derive(Clone, Serialize, Deserialize, TS, ToSchema)]
pub struct SignUp {
    /// What the kiosk greets with; 1 to 80 characters.
    pub name: String,
    /// Where receipts go.
    pub email: String,
    /// 10 to 200 characters.
    pub password: String,
    /// How the log-in is kept: browsers want the cookie, programs the token.
    #[serde(default)]
    #[ts(as = "Option<Keep>", optional)]
    pub keep: Keep,
}

/// `POST /api/v1/shopper/login` and `POST /api/v1/admin/login`.
#[derive(Clone, Serialize, Deserialize, TS, ToSchema)]
pub struct LogIn {
    /// As at sign-up; case does not matter.
    pub email: String,
    /// The password.
    pub password: String,
    /// How the log-in is kept: browsers want the cookie, programs the token.
    #[serde(default)]
    #[ts(as = "Option<Keep>", optional)]
    pub keep: Keep,
}

/// How a log-in is kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Keep {
    /// An HttpOnly cookie that scripts cannot read.
    #[default]
    Cookie,
    /// A token in the answer, to be sent as `Authorization: Bearer …` and as `auth.token` on sockets.
    Token,
}

/// A shopper's own account.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS, ToSchema)]
pub struct ShopperProfile {
    /// The shopper's id.
    pub id: Uuid,
    /// Name as given.
    pub name: String,
    /// E-mail address.
    pub email: String,
    /// The enrolled face, if there is one; otherwise the QR code serves for everything.
    pub face: Option<FaceEnrolment>,
}

/// What is held about an enrolled face. The templates themselves never leave the server.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS, ToSchema)]
pub struct FaceEnrolment {
    /// How many templates are held.
    pub templates: u32,
    /// Which consent text was agreed to.
    pub consent_version: String,
    /// RFC 3339.
    pub enrolled_at: String,
    /// RFC 3339; after it the last of the templates is deleted.
    pub expires_at: String,
    /// Whether visits on which the shopper is surely recognised may add templates.
    pub learns: bool,
    /// How many of the templates are from visits.
    pub from_visits: u32,
    /// How the photographs were taken.
    pub way: EnrolmentWay,
}

/// How the photographs of an enrolment are taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EnrolmentWay {
    /// From a short film in which the shopper turns the head to the side that was asked for: no photograph of somebody else does.
    Film,
    /// From files, of which nobody knows who took them.
    Photographs,
}

/// `POST /api/v1/me/face/film`: begins a film.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS, ToSchema)]
pub struct NewFilm {
    /// The version of the consent text that was agreed to.
    pub consent_version: String,
}

/// A film that has begun.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS, ToSchema)]
pub struct FilmBegun {
    /// Its id, to send frames to.
    pub film: Uuid,
    /// RFC 3339; frames after it are not looked at.
    pub ends_at: String,
}

/// `POST /api/v1/me/face/film/{film}`: what to show after a frame. Send the next frame once this is here, about five a second.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum FilmLook {
    /// Show this.
    Turn {
        /// What to do now.
        prompt: TurnPrompt,
    },
    /// Nothing can be made of what the camera sees.
    Mend {
        /// What to do about it, one sentence.
        advice: String,
    },
    /// The turn was seen: look at the camera again.
    LookBack,
    /// It is done.
    Enrolled {
        /// What is held now.
        face: FaceEnrolment,
    },
}

/// `PUT /api/v1/me/face/learning`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS, ToSchema)]
pub struct FaceLearning {
    /// Whether visits may add templates.
    pub agreed: bool,
}

/// A successful shopper log-in or sign-up.
#[derive(Clone, Serialize, Deserialize, TS, ToSchema)]
pub struct ShopperLoggedIn {
    /// Who logged in.
    pub shopper: ShopperProfile,
    /// Only where `keep` is `token`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
}

/// What an admin account may do.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AdminRole {
    /// Everything, accounts and devices among it.
    Owner,
    /// The daily work: monitor, reviews, disputes.
    Staff,
}

/// An admin account.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS, ToSchema)]
pub struct AdminProfile {
    /// The account's id.
    pub id: Uuid,
    /// Name.
    pub name: String,
    /// E-mail address.
    pub email: String,
    /// What it may do.
    pub role: AdminRole,
}

/// A successful admin log-in.
#[derive(Clone, Serialize, Deserialize, TS, ToSchema)]
pub struct AdminLoggedIn {
    /// Who logged in.
    pub admin: AdminProfile,
    /// Only where `keep` is `token`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
}

/// `POST /api/v1/admin/staff`: an owner makes an account.
#[derive(Clone, Serialize, Deserialize, TS, ToSchema)]
pub struct NewAdmin {
    /// Name.
    pub name: String,
    /// E-mail address.
    pub email: String,
    /// 10 to 200 characters.
    pub password: String,
    /// What it may do.
    pub role: AdminRole,
}

/// `GET /api/v1/consent`: the text to agree to before a face is enrolled.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS, ToSchema)]
pub struct ConsentText {
    /// Which version is in force; sent back with the photographs.
    pub version: String,
    /// Paragraphs of plain text.
    pub paragraphs: Vec<String>,
    /// How the photographs may be taken, the better way first.
    pub ways: Vec<EnrolmentWay>,
}
