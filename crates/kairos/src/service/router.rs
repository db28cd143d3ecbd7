//! The routes: keys first, then the body, then the galleries.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};

use super::answer::{self, About, Wanted};
use super::body::{self, Unread};
use super::command::Command;
use super::galleries::{Admission, Galleries, Trouble};
use super::refusal::Refusal;
use crate::wire::{Endpoint, ErrorCode};

/// The longest body, mostly base64: a picture of 12 MB.
pub const MAX_BODY_BYTES: usize = 16 * 1024 * 1024;

/// The API over `galleries`, with the paths of the cloud; nest it where it shall be. Other paths and methods are answered
/// with the documented 404. It bounds the length of bodies, not the time that they take: that is for a layer before it.
pub fn router<G: Galleries>(galleries: Arc<G>) -> Router {
    let mut router = Router::new();
    for endpoint in Endpoint::ALL {
        let call = move |State(galleries), request| call::<G>(galleries, endpoint, request);
        router = router.route(endpoint.path(), post(call));
    }
    router.fallback(no_such_path).method_not_allowed_fallback(no_such_path).with_state(galleries)
}

async fn no_such_path(request: Request) -> Refusal {
    body::drain(request.into_body(), MAX_BODY_BYTES).await;
    Refusal::new(ErrorCode::NoSuchPath)
}

async fn call<G: Galleries>(galleries: Arc<G>, endpoint: Endpoint, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let caller = match admitted(&*galleries, &head.headers).await {
        Ok(caller) => caller,
        Err(refusal) => {
            body::drain(body, MAX_BODY_BYTES).await;
            return refusal.into_response();
        }
    };
    let done = match command(endpoint, &head.headers, body).await {
        Ok(command) => carry_out(&*galleries, &caller, command).await.map_err(Refusal::from),
        Err(refusal) => Err(refusal),
    };
    done.unwrap_or_else(Refusal::into_response)
}

async fn admitted<G: Galleries>(galleries: &G, headers: &HeaderMap) -> Result<G::Caller, Refusal> {
    match galleries.admit(header(headers, "app_id"), header(headers, "app_key")).await {
        Admission::Granted(caller) => Ok(caller),
        Admission::WrongKeys => Err(Refusal::new(ErrorCode::WrongKeys)),
        Admission::TooMany { again_in } => {
            Err(Refusal { again_in: Some(again_in), ..Refusal::new(ErrorCode::TooManyCalls) })
        }
        Admission::Down => Err(Refusal::new(ErrorCode::Down)),
    }
}

async fn command(endpoint: Endpoint, headers: &HeaderMap, body: Body) -> Result<Command, Refusal> {
    let body = body::read(body, MAX_BODY_BYTES).await.map_err(|unread| match unread {
        Unread::TooLong => {
            let most = MAX_BODY_BYTES / 1024 / 1024;
            Refusal::about(ErrorCode::InvalidParameter, format_args!("the request has more than {most} MiB"))
        }
        Unread::Broken => Refusal::about(ErrorCode::InvalidParameter, "the request breaks off"),
    })?;
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    // Twelve megabytes of base64 take some milliseconds of work, less than a recognition.
    Command::read(endpoint, content_type, &body)
}

async fn carry_out<G: Galleries>(galleries: &G, caller: &G::Caller, command: Command) -> Result<Response, Trouble> {
    Ok(match command {
        Command::Enrol(command) => {
            let about = About::new(&command.gallery_name, &command.subject_id);
            let enrolments = galleries.enrol(caller, command).await?;
            if enrolments.is_empty() {
                return Err(Trouble::NoFace);
            }
            json(&answer::enrolled(about, enrolments))
        }
        Command::Recognise(command) => {
            let wanted = Wanted::from(&command);
            let recognitions = galleries.recognise(caller, command).await?;
            if recognitions.is_empty() {
                return Err(Trouble::NoFace);
            }
            json(&answer::recognised(&wanted, recognitions))
        }
        Command::Verify(command) => {
            let about = About::new(&command.gallery_name, &command.subject_id);
            json(&answer::verified(about, galleries.verify(caller, command).await?))
        }
        Command::Detect(command) => {
            let detection = galleries.detect(caller, command).await?;
            if detection.faces.is_empty() {
                return Err(Trouble::NoFace);
            }
            json(&answer::detected(detection))
        }
        Command::Galleries => json(&answer::galleries(galleries.galleries(caller).await?)),
        Command::Subjects(gallery_name) => json(&answer::subjects(galleries.subjects(caller, gallery_name).await?)),
        Command::Faces(command) => json(&answer::faces(galleries.faces(caller, command).await?)),
        Command::RemoveGallery(gallery_name) => {
            let removed = answer::gallery_removed(&gallery_name);
            galleries.remove_gallery(caller, gallery_name).await?;
            json(&removed)
        }
        Command::RemoveSubject(command) => {
            let removed = answer::subject_removed(&command);
            galleries.remove_subject(caller, command).await?;
            json(&removed)
        }
    })
}

fn json(answer: &impl serde::Serialize) -> Response {
    Json(answer).into_response()
}

/// A header's text, or "" where it is missing or no text.
fn header<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}
