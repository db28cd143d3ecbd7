//! Takes a request's body, up to a bound.

use axum::body::Body;
use bytes::Bytes;
use futures_util::StreamExt;

/// Why there is no body.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Unread {
    /// It has more bytes than allowed.
    TooLong,
    /// The caller went away.
    Broken,
}

/// How many times the bound is still read and thrown away. Whoever is answered while sending often sees a broken
/// connection instead of the answer.
const PATIENCE: usize = 4;

/// The body; never keeps more than `most` bytes.
pub(super) async fn read(body: Body, most: usize) -> Result<Bytes, Unread> {
    let mut pieces = body.into_data_stream();
    let mut whole = Vec::new();
    let mut length = 0_usize;
    while let Some(piece) = pieces.next().await {
        let piece = piece.map_err(|_| Unread::Broken)?;
        length = length.saturating_add(piece.len());
        if length <= most {
            whole.extend_from_slice(&piece);
        } else if length <= most.saturating_mul(PATIENCE) {
            whole = Vec::new();
        } else {
            break;
        }
    }
    if length > most { Err(Unread::TooLong) } else { Ok(whole.into()) }
}

/// Reads what the caller is still sending and throws it away.
pub(super) async fn drain(body: Body, most: usize) {
    // What it was does not matter, nor whether it came.
    let _ = read_nothing(body, most).await;
}

async fn read_nothing(body: Body, most: usize) -> Option<()> {
    let mut pieces = body.into_data_stream();
    let mut left = most;
    while left > 0 {
        let piece = pieces.next().await?.ok()?;
        left = left.saturating_sub(piece.len());
    }
    Some(())
}
