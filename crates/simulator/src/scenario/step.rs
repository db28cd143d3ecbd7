//! One step of a scenario: what happens, when, and how it gets to the server.

use serde::Deserialize;

/// How somebody shows who they are.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// The phone before a scanner.
    #[default]
    Code,
    /// The face before a camera.
    Face,
}

/// What a gate or camera says in the end.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Says {
    /// Walked in.
    Welcome,
    /// In already.
    AlreadyInside,
    /// Walked out.
    Goodbye,
    /// Never came in.
    NotInside,
    /// More frames must agree.
    KeepLooking,
    /// An unknown face.
    NotRecognised,
    /// Anything else.
    Other,
}

/// One thing that happens; times are seconds from the start.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub enum Step {
    /// Somebody stands before the entry.
    Enter {
        /// When.
        at: f64,
        /// Who.
        who: String,
        /// How.
        #[serde(default)]
        by: By,
        /// Frames looked at, by face.
        #[serde(default = "usual_looks")]
        looks: u32,
        /// What the entry says in the end.
        #[serde(default = "welcome")]
        says: Says,
    },
    /// Somebody stands before the exit.
    Leave {
        /// When.
        at: f64,
        /// Who.
        who: String,
        /// How.
        #[serde(default)]
        by: By,
        /// Frames looked at, by face.
        #[serde(default = "usual_looks")]
        looks: u32,
        /// What the exit says in the end.
        #[serde(default = "goodbye")]
        says: Says,
    },
    /// Somebody stands at a zone's shelves: by face four frames a second see it, by code it is one scan.
    Stand {
        /// When.
        at: f64,
        /// Who.
        who: String,
        /// Where.
        zone: String,
        /// How.
        #[serde(default)]
        by: By,
        /// How long.
        #[serde(default)]
        seconds: f64,
        /// Where across the camera's picture.
        #[serde(default = "middle")]
        x: f32,
    },
    /// An unknown face is seen, or a known one turned away. At the zones `entry` and `exit` it stands at the gate.
    Stranger {
        /// When.
        at: f64,
        /// Where.
        zone: String,
        /// How long.
        seconds: f64,
        /// Where across the camera's picture.
        #[serde(default = "middle")]
        x: f32,
    },
    /// Units leave a slot.
    Take {
        /// When.
        at: f64,
        /// Where.
        slot: String,
        /// How many.
        units: u32,
        /// How it gets to the server.
        #[serde(default)]
        delivery: Delivery,
    },
    /// Units come to a slot.
    PutBack {
        /// When.
        at: f64,
        /// Where.
        slot: String,
        /// How many.
        units: u32,
        /// How it gets to the server.
        #[serde(default)]
        delivery: Delivery,
    },
}

fn usual_looks() -> u32 {
    3
}

fn welcome() -> Says {
    Says::Welcome
}

fn goodbye() -> Says {
    Says::Goodbye
}

fn middle() -> f32 {
    0.5
}

/// How a shelf event gets to the server.
#[derive(Clone, PartialEq, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Delivery {
    /// When it comes in; none means at once.
    pub at: Option<f64>,
    /// When it comes in again, with the same id.
    pub again_at: Vec<f64>,
    /// Seconds by which the node's clock is ahead.
    pub clock_ahead_s: f64,
}

impl Step {
    /// When it begins.
    pub fn at(&self) -> f64 {
        match self {
            Self::Enter { at, .. }
            | Self::Leave { at, .. }
            | Self::Stand { at, .. }
            | Self::Stranger { at, .. }
            | Self::Take { at, .. }
            | Self::PutBack { at, .. } => *at,
        }
    }

    pub(super) fn who(&self) -> Option<&str> {
        match self {
            Self::Enter { who, .. } | Self::Leave { who, .. } | Self::Stand { who, .. } => Some(who),
            Self::Stranger { .. } | Self::Take { .. } | Self::PutBack { .. } => None,
        }
    }

    pub(super) fn needs_a_face(&self) -> bool {
        match self {
            Self::Enter { by, .. } | Self::Leave { by, .. } | Self::Stand { by, .. } => *by == By::Face,
            Self::Stranger { .. } => true,
            Self::Take { .. } | Self::PutBack { .. } => false,
        }
    }
}
