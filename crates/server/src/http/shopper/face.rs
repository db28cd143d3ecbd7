//! Enrolling, replacing and deleting a face.

use axum::Json;
use axum::extract::multipart::{MultipartError, MultipartRejection};
use axum::extract::rejection::JsonRejection;
use axum::extract::{DefaultBodyLimit, Multipart, State};
use axum::http::StatusCode;
use bytes::Bytes;
use db::faces::Enrolment;
use domain::ids::ShopperId;
use protocol::account::{EnrolmentWay, FaceEnrolment, FaceLearning};
use protocol::error_code::{ErrorCode, FieldProblem};
use protocol::privacy::ErasureReceipt;
use sha2::{Digest, Sha256};
use shop::command::{Ask, Caller, Command};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::account::enrolment;
use crate::app::App;
use crate::caller::ShopperCaller;
use crate::http::command_id::CommandId;
use crate::http::public;
use crate::keys::hex;
use crate::limits::{MAX_ENROLMENT_BYTES, MAX_PHOTO_BYTES};
use crate::problem::{ApiError, ApiResult};
use crate::recognition::Judgement;
use crate::templates;
use crate::{enrolments, erasure};

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(enrol))
        .layer(DefaultBodyLimit::max(MAX_ENROLMENT_BYTES))
        .routes(routes!(erase))
        .routes(routes!(learning))
}

/// What the form holds, for the API's description.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "it describes the form; the fields are read by hand")]
struct EnrolmentForm {
    /// The version of the consent text that was agreed to.
    consent_version: String,
    /// Three photographs, JPEG or PNG, at most 8 MiB each.
    #[schema(content_media_type = "image/jpeg", format = Binary)]
    photo: Vec<String>,
}

/// Enrols a face from three photographs, replacing what was enrolled before. The photographs are not kept.
#[utoipa::path(put, path = "/me/face", tag = "shopper",
    request_body(content = EnrolmentForm, content_type = "multipart/form-data"),
    responses((status = OK, body = FaceEnrolment), (status = UNPROCESSABLE_ENTITY, description = "`problems` says what to do about each photograph")))]
async fn enrol(
    State(app): State<App>,
    caller: ShopperCaller,
    CommandId(id): CommandId,
    form: Result<Multipart, MultipartRejection>,
) -> ApiResult<Json<FaceEnrolment>> {
    let form = form.map_err(|_| ApiError::invalid("Send the photographs as a form (multipart/form-data)."))?;
    let (agreed_to, photographs) = read_form(form).await?;
    let sent = fingerprint(&photographs);
    let asked = Enrolling { id, shopper: caller.id, way: EnrolmentWay::Photographs, sent, when: app.enrolments.now() };
    if let Some(face) = asked.answered_before(&app).await? {
        return Ok(Json(face));
    }
    check_consent(&app, agreed_to.as_deref())?;
    if !public::enrolment_ways(&app.config.recognition).contains(&EnrolmentWay::Photographs) {
        let detail = "This store wants to see you turn your head. Please film yourself with the app instead.";
        return Err(ApiError::new(ErrorCode::NotAllowed, detail));
    }
    let _one_at_a_time = app.enrolments.of(caller.id).await;
    let templates = asked.read(&app, photographs).await?.map_err(|problems| {
        let problems = problems
            .into_iter()
            .map(|(photo, detail)| FieldProblem { field: format!("photo-{}", photo + 1), detail })
            .collect();
        let detail = "The photographs cannot be used. Please take them again.";
        ApiError::with_problems(ErrorCode::PhotosRejected, detail, problems)
    })?;
    Ok(Json(asked.keep(&app, templates).await?))
}

/// # Errors
///
/// Where this is not the version of the consent text that is in force.
pub(super) fn check_consent(app: &App, agreed_to: Option<&str>) -> ApiResult<()> {
    if agreed_to == Some(public::consent_version(&app.config.recognition)) {
        return Ok(());
    }
    Err(ApiError::new(ErrorCode::ConsentRequired, "Please read and agree to the consent text first."))
}

/// An enrolment that was asked for.
pub(super) struct Enrolling {
    /// Of the request.
    pub id: Uuid,
    /// Whose face.
    pub shopper: ShopperId,
    /// How.
    pub way: EnrolmentWay,
    /// The [`fingerprint`] of what was sent.
    pub sent: String,
    /// When, as against deletions.
    pub when: enrolments::Asked,
}

fn deleted() -> ApiError {
    ApiError::new(ErrorCode::Expired, "Your face was deleted meanwhile. Enrol again if you want to.")
}

/// SHA-256 of what was sent, in hexadecimal.
pub(super) fn fingerprint(pictures: &[Bytes]) -> String {
    let each: Vec<u8> = pictures.iter().flat_map(Sha256::digest).collect();
    hex(&Sha256::digest(each))
}

impl Enrolling {
    /// What is enrolled, where this very request was carried out before and only its answer was lost. Before anything is made of the
    /// photographs: a cloud would be given a face that was deleted since.
    pub async fn answered_before(&self, app: &App) -> ApiResult<Option<FaceEnrolment>> {
        if shop::command::repeated(&app.db, &self.command(app, Vec::new())).await?.is_none() {
            return Ok(None);
        }
        let _one_at_a_time = app.enrolments.lock().await;
        templates::reload_at_last(app, self.shopper).await?;
        enrolment(app, self.shopper).await?.ok_or_else(deleted).map(Some)
    }

    /// Makes templates of photographs, or says what is wrong with them. The caller holds the shopper's [`enrolments::Enrolments::of`].
    pub async fn read(&self, app: &App, photographs: Vec<Bytes>) -> ApiResult<Judgement> {
        match app.recogniser.enrol(self.shopper, photographs).await {
            Ok(read) => Ok(read),
            Err(error) => {
                let _one_at_a_time = app.enrolments.lock().await;
                self.take_back(app).await?;
                Err(error.into())
            }
        }
    }

    /// Keeps the templates, instead of what was enrolled before; not where the face was deleted while it was looked at.
    pub async fn keep(&self, app: &App, templates: Vec<Vec<u8>>) -> ApiResult<FaceEnrolment> {
        let seal = |template: Vec<u8>| (Uuid::now_v7(), app.keys.seal(&template, self.shopper.0.as_bytes()));
        let command = self.command(app, templates.into_iter().map(seal).collect());
        {
            let turn = app.enrolments.lock().await;
            let kept = match turn.deleted_since(self.when, self.shopper) {
                true => Err(deleted()),
                false => app.desk.carry_out(command).await.map_err(ApiError::from),
            };
            if kept.is_err() {
                self.take_back(app).await?;
            }
            kept?;
            templates::reload_at_last(app, self.shopper).await?;
        }
        tracing::info!(shopper.id = %self.shopper, way = ?self.way, "a face was enrolled");
        enrolment(app, self.shopper).await?.ok_or_else(ApiError::not_found)
    }

    /// A cloud may have been given pictures of a face of which nothing is kept.
    async fn take_back(&self, app: &App) -> ApiResult<()> {
        if db::faces::of_shopper(&app.db, self.shopper).await?.is_empty() {
            app.recogniser.forget(self.shopper).await?;
        }
        Ok(())
    }

    fn command(&self, app: &App, templates: Vec<(Uuid, Vec<u8>)>) -> Command {
        let now = app.clock.now();
        let enrolment = Enrolment {
            store: app.store.id,
            shopper: self.shopper,
            consent_version: public::consent_version(&app.config.recognition).to_owned(),
            by_film: self.way == EnrolmentWay::Film,
            model: app.recogniser.model().to_owned(),
            templates,
            enrolled_at: now,
            expires_at: templates::expiry(app, now),
        };
        let ask = Ask::EnrolFace { photographs: self.sent.clone(), enrolment };
        Command { id: self.id, by: Caller::Shopper(self.shopper), ask }
    }
}

/// Says whether visits may add templates. Where they may not any more, those that they did add are deleted at once.
#[utoipa::path(put, path = "/me/face/learning", tag = "shopper", request_body = FaceLearning,
    responses((status = OK, body = FaceEnrolment), (status = NOT_FOUND, description = "No face is enrolled")))]
async fn learning(
    State(app): State<App>,
    caller: ShopperCaller,
    CommandId(id): CommandId,
    body: Result<Json<FaceLearning>, JsonRejection>,
) -> ApiResult<Json<FaceEnrolment>> {
    let Json(FaceLearning { agreed }) = body?;
    let one_at_a_time = app.enrolments.lock().await;
    let ask = Ask::SetFaceLearning { agreed };
    app.desk.carry_out(Command { id, by: Caller::Shopper(caller.id), ask }).await?;
    templates::reload_at_last(&app, caller.id).await?;
    drop(one_at_a_time);
    tracing::info!(shopper.id = %caller.id, agreed, "learning from visits was set");
    Ok(Json(enrolment(&app, caller.id).await?.ok_or_else(ApiError::not_found)?))
}

/// Deletes every template of the caller's face at once, and what recordings tell of it, and signs for it. Where something could not
/// be erased there is no receipt yet: the store goes on trying, and whoever asks again later gets it.
#[utoipa::path(delete, path = "/me/face", tag = "shopper", responses(
    (status = OK, body = ErasureReceipt),
    (status = SERVICE_UNAVAILABLE, description = "Not everything could be erased yet; ask again later for the receipt")))]
async fn erase(State(app): State<App>, caller: ShopperCaller) -> ApiResult<Json<ErasureReceipt>> {
    Ok(Json(erasure::erase(&app, caller.id).await?))
}

async fn read_form(mut form: Multipart) -> ApiResult<(Option<String>, Vec<Bytes>)> {
    let (mut consent_version, mut photographs) = (None, Vec::new());
    while let Some(field) = form.next_field().await? {
        match field.name() {
            Some("consent_version") => consent_version = Some(field.text().await?),
            Some("photo") => {
                let photo = field.bytes().await?;
                if photo.len() > MAX_PHOTO_BYTES {
                    return Err(ApiError::new(ErrorCode::TooLarge, "A photograph is larger than 8 MiB."));
                }
                photographs.push(photo);
                if photographs.len() > 3 {
                    return Err(ApiError::invalid("Send three photographs, not more."));
                }
            }
            _ => return Err(ApiError::invalid("The form has a field that does not belong there.")),
        }
    }
    Ok((consent_version, photographs))
}

impl From<MultipartError> for ApiError {
    fn from(error: MultipartError) -> Self {
        match error.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Self::new(ErrorCode::TooLarge, "The photographs are too large."),
            _ => Self::invalid("The form cannot be read."),
        }
    }
}
