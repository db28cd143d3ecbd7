//! Why a call to the cloud gave no answer.

use std::time::Duration;

use crate::quota::Spent;
use crate::wire::ErrorCode;

/// Why a call gave no answer. Holds nothing of the keys, the pictures or the cloud's words.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum KairosError {
    /// The cloud said no, with a documented code.
    #[error("the Kairos cloud refused: {} ({})", .0.message(), .0.number())]
    Refused(ErrorCode),
    /// The cloud said no, with a code that is not documented.
    #[error("the Kairos cloud refused with the unknown code {0:?}")]
    UnknownCode(Option<i64>),
    /// Too many calls (3000); wait at least so long, where it says how long.
    #[error("the Kairos cloud takes no more calls for now")]
    TooManyCalls {
        /// From `Retry-After`.
        again_in: Option<Duration>,
    },
    /// Down for now (3001).
    #[error("the Kairos cloud is down (HTTP {status})")]
    Down {
        /// 502, 503 or 504, or 200 where the code came in the body.
        status: u16,
        /// From `Retry-After`.
        again_in: Option<Duration>,
    },
    /// Our own quota is spent; nothing was sent.
    #[error("not sent: {0}")]
    QuotaSpent(Spent),
    /// No connection came about; nothing was sent.
    #[error("the Kairos cloud cannot be reached: {0}")]
    Unreachable(String),
    /// The connection broke before the answer was there.
    #[error("the connection to the Kairos cloud broke: {0}")]
    Broken(String),
    /// There was no whole answer in time.
    #[error("the Kairos cloud did not answer in time")]
    TimedOut,
    /// It points elsewhere. Keys and faces do not go where an answer says.
    #[error("the Kairos cloud redirects (HTTP {0}), which is not followed")]
    Redirected(u16),
    /// The answer is longer than [`super::Settings::max_answer_bytes`].
    #[error("the answer has more than {max} bytes")]
    TooLong {
        /// The setting.
        max: usize,
    },
    /// The answer is none of the API's.
    #[error("the answer is none of Kairos's: {what}; HTTP {status}, {bytes} bytes")]
    Strange {
        /// What is wrong with it.
        what: Strange,
        /// HTTP status.
        status: u16,
        /// Length of the body.
        bytes: usize,
    },
}

/// What is wrong with an answer. The answer itself is not shown: it may say who is in the picture.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Strange {
    /// There is nothing.
    #[error("it is empty")]
    Empty,
    /// A page for people, such as a proxy's error page.
    #[error("it is a web page")]
    WebPage,
    /// JSON that breaks off.
    #[error("it breaks off")]
    Truncated,
    /// Anything else that is not JSON.
    #[error("it is not JSON")]
    NotJson,
    /// JSON in which something needed is missing or of another type.
    #[error("it has another shape than documented")]
    WrongShape,
    /// A status that is not documented, without a documented error.
    #[error("its status is not documented")]
    Status,
}

impl KairosError {
    /// Whether the same call may go through later.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::TooManyCalls { .. }
            | Self::Down { .. }
            | Self::QuotaSpent(_)
            | Self::Unreachable(_)
            | Self::Broken(_)
            | Self::TimedOut => true,
            Self::Refused(_)
            | Self::UnknownCode(_)
            | Self::Redirected(_)
            | Self::TooLong { .. }
            | Self::Strange { .. } => false,
        }
    }

    /// Whether the cloud may have done what was asked for in spite of the error. After [`super::KairosCloud::enrol`],
    /// look with [`super::KairosCloud::faces`] whether the face is there before enrolling again.
    pub fn may_be_done(&self) -> bool {
        match self {
            Self::Down { .. } | Self::Broken(_) | Self::TimedOut | Self::TooLong { .. } | Self::Strange { .. } => true,
            Self::Refused(_)
            | Self::UnknownCode(_)
            | Self::TooManyCalls { .. }
            | Self::QuotaSpent(_)
            | Self::Unreachable(_)
            | Self::Redirected(_) => false,
        }
    }

    /// How long the cloud asked to wait.
    pub(super) fn again_in(&self) -> Option<Duration> {
        match self {
            Self::TooManyCalls { again_in } | Self::Down { again_in, .. } => *again_in,
            Self::Refused(_)
            | Self::UnknownCode(_)
            | Self::QuotaSpent(_)
            | Self::Unreachable(_)
            | Self::Broken(_)
            | Self::TimedOut
            | Self::Redirected(_)
            | Self::TooLong { .. }
            | Self::Strange { .. } => None,
        }
    }
}
