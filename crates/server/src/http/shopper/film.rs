//! Enrolling a face by a short film: frame by frame, with what to show after each.

use axum::Json;
use axum::extract::rejection::{BytesRejection, JsonRejection, PathRejection};
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::StatusCode;
use bytes::Bytes;
use protocol::account::{EnrolmentWay, FilmBegun, FilmLook, NewFilm};
use protocol::error_code::ErrorCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;
use vision::enrolment::PhotoProblemKind;
use vision::enrolment::film::FilmStep;
use vision::presentation::challenge::Failure;

use super::face;
use crate::app::App;
use crate::caller::ShopperCaller;
use crate::films::{self, NotBegun};
use crate::http::command_id::CommandId;
use crate::keys::random_bits;
use crate::limits::MAX_FRAME_BYTES;
use crate::problem::{ApiError, ApiResult};
use crate::recognition::LookError;
use crate::views::names::turn_prompt;

const OVER: &str = "This film is over. Please begin again.";

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(begin)).routes(routes!(look)).layer(DefaultBodyLimit::max(MAX_FRAME_BYTES))
}

/// Begins a film. The shopper will be asked to turn the head to a side that the server draws.
#[utoipa::path(post, path = "/me/face/film", tag = "shopper", request_body = NewFilm,
    responses((status = CREATED, body = FilmBegun), (status = TOO_MANY_REQUESTS), (status = UNPROCESSABLE_ENTITY)))]
async fn begin(
    State(app): State<App>,
    caller: ShopperCaller,
    CommandId(id): CommandId,
    body: Result<Json<NewFilm>, JsonRejection>,
) -> ApiResult<(StatusCode, Json<FilmBegun>)> {
    let Json(NewFilm { consent_version }) = body?;
    face::check_consent(&app, Some(&consent_version))?;
    let ends_at =
        app.films.begin(caller.id, id, app.clock.now(), random_bits).map_err(|not_begun| match not_begun {
            NotBegun::TooManyTries => {
                let detail = "That were many films in a short time. Please try again in ten minutes, or ask the staff.";
                ApiError::new(ErrorCode::TooManyAttempts, detail)
            }
            NotBegun::Busy => {
                let detail = "Many people enrol just now. Please try again in a minute.";
                ApiError::new(ErrorCode::TryAgainLater, detail)
            }
        })?;
    Ok((StatusCode::CREATED, Json(FilmBegun { film: id, ends_at: ends_at.to_string() })))
}

/// Looks at the next frame of a film (JPEG or PNG, at most 1 MiB) and says what to show. After the last one the face is enrolled, and
/// replaces what was enrolled before. No frame is kept.
#[utoipa::path(post, path = "/me/face/film/{film}", tag = "shopper", params(("film" = Uuid, Path)),
    request_body(content = Vec<u8>, content_type = "image/jpeg"),
    responses((status = OK, body = FilmLook), (status = GONE, description = "The film is over: begin another"),
        (status = CONFLICT, description = "The frame before it is still looked at"),
        (status = UNPROCESSABLE_ENTITY, description = "The film is not believed, or this is no picture")))]
async fn look(
    State(app): State<App>,
    caller: ShopperCaller,
    CommandId(id): CommandId,
    film: Result<Path<Uuid>, PathRejection>,
    picture: Result<Bytes, BytesRejection>,
) -> ApiResult<Json<FilmLook>> {
    let picture = picture.map_err(|_| ApiError::new(ErrorCode::TooLarge, "A frame is larger than 1 MiB."))?;
    let now = app.clock.now();
    let sent = face::fingerprint(std::slice::from_ref(&picture));
    let asked = face::Enrolling { id, shopper: caller.id, way: EnrolmentWay::Film, sent, when: app.enrolments.now() };
    let Some(film) = app.films.find(caller.id, film?.0, now) else {
        // It may have been the last frame, and only the answer was lost.
        let face = asked.answered_before(&app).await?.ok_or_else(|| ApiError::new(ErrorCode::Expired, OVER))?;
        return Ok(Json(FilmLook::Enrolled { face }));
    };
    let detail = "The frame before this one is still looked at.";
    let mut film = film.try_lock_owned().map_err(|_| ApiError::new(ErrorCode::Conflict, detail))?;
    let worker = app.films.workers.acquire().await.map_err(anyhow::Error::from)?;
    let still = app.recogniser.faces(picture.clone()).await?;
    let looking = tokio::task::spawn_blocking(move || {
        let (step, photographs) = films::look(&mut film, &still, now, &picture);
        (film, step, photographs)
    });
    // Held to the end: the same frame again is told to wait, and finds the film where this one could not be kept.
    let (_film, step, photographs) = looking.await.map_err(anyhow::Error::from)?;
    drop(worker);
    Ok(Json(match step {
        FilmStep::Show(prompt) => FilmLook::Turn { prompt: turn_prompt(prompt) },
        FilmStep::Mend(kind) => FilmLook::Mend { advice: advice(kind).to_owned() },
        FilmStep::LookBack => FilmLook::LookBack,
        FilmStep::Failed(failure) => {
            app.films.end(caller.id);
            metrics::counter!("smartmart_films_failed_total").increment(1);
            tracing::info!(shopper.id = %caller.id, ?failure, "the film of an enrolment is not believed");
            return Err(ApiError::new(ErrorCode::FilmFailed, sentence(failure)));
        }
        FilmStep::Done => {
            let _one_at_a_time = app.enrolments.of(caller.id).await;
            let Ok(templates) = asked.read(&app, photographs).await? else {
                app.films.end(caller.id);
                let detail = "Your face could not be read from the film. Find better light and film yourself again.";
                return Err(ApiError::new(ErrorCode::FilmFailed, detail));
            };
            let face = asked.keep(&app, templates).await?;
            app.films.enrolled(caller.id);
            FilmLook::Enrolled { face }
        }
    }))
}

impl From<LookError> for ApiError {
    fn from(error: LookError) -> Self {
        match error {
            LookError::Frame(error) => Self::new(ErrorCode::NotAnImage, format!("The frame cannot be read: {error}.")),
            LookError::Superseded => Self::new(ErrorCode::Superseded, "A newer frame took this one's place."),
            LookError::Failed(cause) => {
                tracing::error!(cause, "a frame could not be looked at");
                Self::new(ErrorCode::Internal, "Something went wrong on our side.")
            }
        }
    }
}

/// What to do about what the camera sees.
fn advice(kind: PhotoProblemKind) -> &'static str {
    match kind {
        PhotoProblemKind::NoFace => "Bring your face into the oval",
        PhotoProblemKind::TooManyFaces => "Only you, please",
        PhotoProblemKind::TooSmall => "Come closer",
        PhotoProblemKind::Blurred => "Hold still",
        PhotoProblemKind::TooDark => "Find more light",
        PhotoProblemKind::TooBright => "Avoid strong light",
        PhotoProblemKind::TurnedAway
        | PhotoProblemKind::Missing
        | PhotoProblemKind::Superfluous
        | PhotoProblemKind::OtherPerson => "Look straight at the camera",
    }
}

/// Why the film is not believed, and what to do.
fn sentence(failure: Failure) -> &'static str {
    match failure {
        Failure::TooLate => "That took too long. Please film yourself again.",
        Failure::WrongWay => "You turned to the other side. Please film yourself again and follow the arrow.",
        Failure::Jumped => "Your face was gone for a moment. Please hold still and turn slowly.",
        Failure::SomebodyElse => "The face changed during the film. Please film yourself again, alone.",
        Failure::SeveralFaces => "Somebody else was in the film. Please film yourself again, alone.",
        Failure::Picture | Failure::Copies => {
            "This looks like a picture of a face. Please film yourself again in another light, or ask the staff."
        }
        Failure::ClockRanBack => "Something went wrong on our side. Please film yourself again.",
    }
}
