//! Calibration that an installer can do: one person walks through the empty store, and out come where the cameras hang and
//! how they project.
//!
//! [`Walk`] collects the frames and says what is still missing. [`Walk::calibrate`] finds the cameras, in a room of its own
//! whose size is that of the person; `place` lays it onto the store by measured points. Later `bump`
//! tell whether a camera has been moved.

mod adjustment;
pub mod bump;
mod checking;
mod gathering;
mod joining;
mod lenses;
mod levelling;
pub mod placing;
mod recording;
mod reporting;
mod solving;
mod starting;
#[cfg(test)]
mod tests;
mod upright;
pub mod walk;

use std::fmt;

pub use walk::{Coverage, Missing, Taken, Walk};

use crate::camera::Camera;

/// Moments, tenths of a second, at which two cameras must both see the person, and frames that each camera must have.
pub(crate) const FEWEST_MOMENTS: usize = 25;
/// Key points that two cameras must see together.
pub(crate) const FEWEST_POINTS: usize = 150;
/// Most cameras of a store.
pub const MOST_CAMERAS: usize = 8;
/// A clock farther off than this is told to the installer, ms.
pub const CLOCK_FINDING_MS: f64 = 300.0;

/// A camera before it is calibrated.
#[derive(Debug, Clone, PartialEq)]
pub struct View {
    /// Its name.
    pub name: String,
    /// Width and height of its pictures, pixels.
    pub size: [f64; 2],
    /// Cameras of one model and one size of pictures share a lens: it is found more surely from all of them.
    pub model: String,
    /// What is known of its focal length. The first camera of a model says it for all.
    pub focal: Focal,
}

/// What is known of a focal length.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Focal {
    /// Nothing: it is searched between 50 and 110 degrees of view.
    Unknown,
    /// About this many pixels, from a data sheet; kept where the walk does not tell it better.
    Near(f64),
    /// Exactly this many pixels, measured.
    Fixed(f64),
}

/// A camera that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// Its name.
    pub name: String,
    /// Where it hangs and how it projects.
    pub camera: Camera,
    /// How far its clock is ahead of the cameras' middle one, ms.
    pub clock_ahead_ms: f64,
    /// How far key points are from where they should be.
    pub error: Reprojection,
    /// Key points that it shares with others.
    pub points: usize,
    /// Standard deviation of its focal length, as a share of it; 0 where it was given exactly.
    pub focal_deviation: f64,
}

/// Distances between key points and where the calibration expects them, pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reprojection {
    /// Half are nearer.
    pub median_px: f64,
    /// Nine in ten are nearer.
    pub p90_px: f64,
}

/// Two cameras that see the same part of the store.
#[derive(Debug, Clone, PartialEq)]
pub struct Overlap {
    /// Their names.
    pub cameras: [String; 2],
    /// Key points that both saw and that fit.
    pub points: usize,
}

/// Cameras in a room of their own: the floor at height 0, metres by the height of the person.
#[derive(Debug, Clone, PartialEq)]
pub struct Calibrated {
    /// In the order in which they were given.
    pub cameras: Vec<Found>,
    /// Of all cameras.
    pub error: Reprojection,
    /// Joints at moments that were seen by several cameras and fit.
    pub points: usize,
    /// Pairs that see something together.
    pub overlaps: Vec<Overlap>,
    /// What the installer should know.
    pub findings: Vec<Finding>,
}

/// Something that does not prevent calibration, and that an installer should know.
#[derive(Debug, Clone, PartialEq)]
pub enum Finding {
    /// A camera's clock is off by more than [`CLOCK_FINDING_MS`]; it is compensated.
    ClockOff {
        /// The camera's name.
        camera: String,
        /// How far it is ahead, ms.
        ahead_ms: f64,
    },
    /// A camera hangs upside down or lies on its side: people are hardly found in its pictures.
    UpsideDown {
        /// The camera's name.
        camera: String,
        /// How far it is turned about the direction in which it looks, degrees.
        roll_deg: f64,
    },
    /// The walk does not tell a focal length.
    FocalOpen {
        /// A camera with that lens.
        camera: String,
        /// What is used, pixels.
        used_px: f64,
        /// Whether that was given; otherwise it is the best guess.
        from: FocalFrom,
    },
    /// The focal length that was given exactly is not the one that fits.
    FocalDoubtful {
        /// A camera with that lens.
        camera: String,
        /// What was given and is used, pixels.
        given_px: f64,
        /// What fits, pixels.
        fits_px: f64,
    },
    /// A camera fits clearly worse than the others.
    Worse {
        /// The camera's name.
        camera: String,
        /// Median error, pixels.
        median_px: f64,
    },
    /// Many key points of a camera fit nowhere.
    Unfit {
        /// The camera's name.
        camera: String,
        /// Their share, 0 to 1.
        share: f64,
    },
}

/// Where a focal length that the walk does not tell comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FocalFrom {
    /// The installer gave it.
    Given,
    /// It is the one that fits best.
    Guess,
}

impl fmt::Display for Finding {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ClockOff { camera, ahead_ms } => {
                let way = if *ahead_ms > 0.0 { "ahead" } else { "behind" };
                let off_s = ahead_ms.abs() / 1000.0;
                write!(
                    to,
                    "the clock of camera {camera} is {off_s:.1} s {way}: set it by the network's time (it is compensated)"
                )
            }
            Self::UpsideDown { camera, roll_deg } => write!(
                to,
                "camera {camera} is turned by {roll_deg:.0} degrees: people are hardly found in pictures that do not stand upright"
            ),
            Self::FocalOpen { camera, used_px, from: FocalFrom::Given } => {
                write!(
                    to,
                    "the walk does not tell the focal length of camera {camera}: the given {used_px:.0} pixels are kept"
                )
            }
            Self::FocalOpen { camera, used_px, from: FocalFrom::Guess } => write!(
                to,
                "the walk does not tell the focal length of camera {camera}: {used_px:.0} pixels are a guess; give its angle of view"
            ),
            Self::FocalDoubtful { camera, given_px, fits_px } => write!(
                to,
                "the focal length of {given_px:.0} pixels given for camera {camera} does not fit: by the walk it is {fits_px:.0}"
            ),
            Self::Unfit { camera, share } => write!(
                to,
                "{:.0} in 100 key points of camera {camera} do not fit: was it moved during the walk, or is something taken for a person?",
                share * 100.0
            ),
            Self::Worse { camera, median_px } => {
                write!(
                    to,
                    "camera {camera} fits worse than the others, by {median_px:.1} pixels: is it steady, and its picture sharp?"
                )
            }
        }
    }
}

/// Why there is no calibration, and what to change.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Refused {
    /// Fewer than two cameras or more than [`MOST_CAMERAS`].
    #[error("two to {MOST_CAMERAS} cameras can be calibrated together, not {cameras}")]
    Cameras {
        /// How many were given.
        cameras: usize,
    },
    /// Two cameras have one name, or a size or focal length is none.
    #[error("camera {camera}: {fault}")]
    View {
        /// Its name.
        camera: String,
        /// What is wrong with it.
        fault: &'static str,
    },
    /// Nobody is this tall.
    #[error("the height of the person must be between 1.2 and 2.2 m")]
    Height,
    /// A camera has hardly seen anybody.
    #[error("camera {camera} saw you in {frames} frames only: walk longer where it sees you from head to foot")]
    TooFewFrames {
        /// Its name.
        camera: String,
        /// Frames in which it saw the person alone.
        frames: usize,
    },
    /// Several people were inside.
    #[error(
        "camera {camera} mostly saw more than one person: only one may walk, and posters and mirrors must be covered"
    )]
    Crowded {
        /// Its name.
        camera: String,
    },
    /// A camera shows the same body in the same place all the time, while others see somebody walk.
    #[error("camera {camera} shows somebody who never moves: its picture is frozen, or a poster or a mirror is in it")]
    Frozen {
        /// Its name.
        camera: String,
    },
    /// From no camera's point of view does the person stand on a floor.
    #[error(
        "camera {camera} never saw somebody walk upright: walk where it sees you from shoulders to knees, and do not sit"
    )]
    NotUpright {
        /// Its name.
        camera: String,
    },
    /// Two groups of cameras share too little.
    #[error("cameras {} and {} hardly see you at the same time: walk where both see you from shoulders to knees, or hang them closer", .0.join(", "), .1.join(", "))]
    NoOverlap(Vec<String>, Vec<String>),
    /// Nobody walked.
    #[error("you hardly walked: walk through all of the store")]
    StoodStill,
    /// The walk went along one line.
    #[error("you walked along one line, {width_m:.1} m wide: walk to and fro and across, at least 1 m to each side")]
    OneLine {
        /// Width of the walk, metres.
        width_m: f64,
    },
    /// Cameras that see the same hang in the same place.
    #[error("cameras {} and {} hang in the same place, so that together they see no depth: hang them at least half a metre apart", .0[0], .0[1])]
    SamePlace([String; 2]),
    /// Key points are far from where they should be.
    #[error(
        "the cameras do not agree: {median_px:.0} pixels off in the middle, most of all camera {worst}. Was it moved, or were several people inside?"
    )]
    Disagree {
        /// Median error, pixels.
        median_px: f64,
        /// The camera with the largest.
        worst: String,
    },
}

impl View {
    /// Refuses views that cannot be calibrated together.
    pub(crate) fn check(views: &[Self]) -> Result<(), Refused> {
        if !(2..=MOST_CAMERAS).contains(&views.len()) {
            return Err(Refused::Cameras { cameras: views.len() });
        }
        for (index, view) in views.iter().enumerate() {
            let fault = |fault| Err(Refused::View { camera: view.name.clone(), fault });
            if views[..index].iter().any(|other| other.name == view.name) {
                return fault("another camera has the same name");
            }
            if !view.size.iter().all(|side| (32.0..=20_000.0).contains(side)) {
                return fault("its pictures have no usable size");
            }
            let longer = view.size[0].max(view.size[1]);
            match view.focal {
                Focal::Near(focal_px) | Focal::Fixed(focal_px)
                    if !(longer / 5.0..=longer * 5.0).contains(&focal_px) =>
                {
                    return fault("its focal length does not fit the size of its pictures");
                }
                Focal::Unknown | Focal::Near(_) | Focal::Fixed(_) => {}
            }
        }
        Ok(())
    }
}
