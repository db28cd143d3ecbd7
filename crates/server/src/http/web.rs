//! The pages: the built web applications, embedded in the program.

use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;

use crate::problem::ApiError;

#[derive(RustEmbed)]
#[folder = "../../web/dist"]
struct Assets;

/// A file of the pages; a path that an application's own router knows gets that application's page.
pub async fn page(uri: Uri) -> Response {
    let path = uri.path().trim_start_matches('/');
    if path.starts_with("api/") {
        return ApiError::not_found().into_response();
    }
    let index = match path.split('/').next() {
        Some("shop") => "shop/index.html",
        Some("admin") => "admin/index.html",
        Some("kiosk") => "kiosk/index.html",
        _ => "index.html",
    };
    let looks_like_a_file = path.rsplit('/').next().is_some_and(|name| name.contains('.'));
    match Assets::get(path) {
        Some(file) => answer(path, file),
        None if looks_like_a_file || (index == "index.html" && !path.is_empty()) => {
            (StatusCode::NOT_FOUND, "There is no such page here.").into_response()
        }
        None => match Assets::get(index) {
            Some(file) => answer(index, file),
            None => {
                let text = "The pages are not built: run `cargo xtask web` and build again.";
                (StatusCode::NOT_FOUND, text).into_response()
            }
        },
    }
}

fn answer(path: &str, file: rust_embed::EmbeddedFile) -> Response {
    // Names under assets/ hold a hash of their content; everything else may change with the next release.
    let cache = if path.contains("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    let mime = file.metadata.mimetype().to_owned();
    let mime = if mime.starts_with("text/") { format!("{mime}; charset=utf-8") } else { mime };
    ([(CONTENT_TYPE, mime), (CACHE_CONTROL, cache.to_owned())], Body::from(file.data)).into_response()
}
