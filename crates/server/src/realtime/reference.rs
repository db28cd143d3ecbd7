//! Acknowledgements that fail carry an id that stands in the log, as refusals over HTTP do.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;
use protocol::device::{LookAck, ShelfEventsAck};
use protocol::error_code::{ErrorCode, Problem};
use tracing::Instrument;
use uuid::Uuid;

use crate::caller::DeviceCaller;
use crate::problem::panic_text;
use crate::problem::problem;

/// What a device is answered.
pub trait Acknowledgement {
    /// That nothing came of it.
    fn failed(problem: Problem) -> Self;

    /// What is wrong, if anything is.
    fn problems(&mut self) -> Vec<&mut Problem>;
}

impl Acknowledgement for LookAck {
    fn failed(problem: Problem) -> Self {
        Self::Failed { problem }
    }

    fn problems(&mut self) -> Vec<&mut Problem> {
        match self {
            Self::Seen { .. } => Vec::new(),
            Self::Failed { problem } => vec![problem],
        }
    }
}

impl Acknowledgement for ShelfEventsAck {
    fn failed(problem: Problem) -> Self {
        Self::Failed { problem }
    }

    fn problems(&mut self) -> Vec<&mut Problem> {
        match self {
            Self::Taken { rejected, .. } => rejected.iter_mut().map(|one| &mut one.problem).collect(),
            Self::Failed { problem } => vec![problem],
        }
    }
}

/// Does the work under an id of its own, so that what it logs and what it answers can be told to belong together. Where it
/// panics, the device is answered all the same.
pub async fn referenced<A: Acknowledgement>(who: &DeviceCaller, event: &str, work: impl Future<Output = A>) -> A {
    let id = Uuid::now_v7().to_string();
    let span = tracing::info_span!("message", event, device.id = %who.id, request.id = id);
    let done = AssertUnwindSafe(work).catch_unwind().instrument(span.clone()).await;
    let _inside = span.entered();
    let mut answer = done.unwrap_or_else(|panic| {
        tracing::error!(panic = panic_text(&*panic), "a handler panicked");
        A::failed(problem(ErrorCode::Internal, "something went wrong on the server"))
    });
    for problem in answer.problems() {
        // A newer frame took its place: this happens all day.
        if problem.code != ErrorCode::Superseded {
            tracing::info!(code = ?problem.code, "refused");
        }
        problem.request_id = Some(id.clone());
    }
    answer
}

#[cfg(test)]
mod tests {
    use domain::ids::DeviceId;
    use protocol::device::DeviceRole;

    use super::*;

    #[tokio::test]
    async fn a_message_whose_handler_panics_is_answered_with_an_id() {
        let who = DeviceCaller { id: DeviceId(Uuid::nil()), role: DeviceRole::Entry, zone: "entry".to_owned() };
        let answer: LookAck = referenced(&who, "frame", async { panic!("on purpose") }).await;
        let LookAck::Failed { problem } = answer else { panic!("{answer:?}") };
        assert_eq!(problem.code, ErrorCode::Internal);
        assert!(problem.request_id.is_some_and(|id| Uuid::parse_str(&id).is_ok()));
    }
}
