//! What the tracker takes for likely. Each value with its source; "the real walk" is one shopper in a store with four
//! cameras at 640x360 and ten frames a second.

/// The tracker's settings. The defaults are meant for 5 to 15 frames a second.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rules {
    /// Score from which a body counts. Lower than a detector alone would want, because a weak body that lies where
    /// somebody is expected is mostly that person.
    pub body_score: f64,
    /// Score from which a body counts for somebody being there who was not: weak ones are chairs and shadows more often.
    pub birth_score: f64,
    /// Score from which a joint counts.
    pub joint_score: f64,
    /// Score from which elbows and wrists count: they are looked for a second time on a crop.
    pub arm_score: f64,
    /// Standard deviation of a key point, pixels.
    pub pixel_sd: f64,
    /// Standard deviation of a joint's place against the body from one frame to the next, metres.
    pub pose_sd_m: f64,
    /// The same where the joint was not seen lately and stands where an adult's would.
    pub unseen_sd_m: f64,
    /// Standard deviation of the acceleration along each axis, m/s²: of who stands or walks on, and of who starts, stops or turns.
    pub acceleration: [f64; 2],
    /// How often somebody starts, stops or turns, a second.
    pub manoeuvres_a_second: f64,
    /// How soon that is over: one by so many seconds.
    pub steadied_a_second: f64,
    /// How many independent measurements the joints of one body are worth: they err together.
    pub independent_joints: f64,
    /// People this near to each other (m) form a group.
    pub group_m: f64,
    /// Chance of being found in a camera's picture: nobody before them; up to 0.4 of them covered; more.
    pub found: [f64; 3],
    /// Explanations of one group that are followed side by side.
    pub hypotheses: usize,
    /// Explanations less likely than the best by this (natural logarithm) are dropped.
    pub worst_ln: f64,
    /// What of the evidence of one frame counts: what errs in one frame errs in the next as well.
    pub frame_weight: f64,
    /// People this near to each other (m) touch.
    pub touching_m: f64,
    /// How often people who touch are exchanged without any explanation of it, a second.
    pub exchanges_a_second: f64,
    /// How often they are where no camera sees both apart and they move alike, a second.
    pub blind_exchanges_a_second: f64,
    /// Velocities that differ by less than this (m/s) are alike.
    pub alike_m_s: f64,
    /// Frames in which somebody has to be seen to be there.
    pub confirmed_after: u32,
    /// Milliseconds after which somebody who is not seen is lost.
    pub lost_after_ms: i64,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            body_score: 0.1,
            birth_score: 0.2,
            joint_score: 0.3,
            arm_score: 0.2,
            pixel_sd: 3.0,
            pose_sd_m: 0.07,
            unseen_sd_m: 0.22,
            acceleration: [1.5, 4.0],
            manoeuvres_a_second: 0.35,
            steadied_a_second: 2.0,
            independent_joints: 3.0,
            group_m: 0.5,
            found: [0.9, 0.7, 0.35],
            hypotheses: 16,
            worst_ln: 9.0,
            frame_weight: 0.45,
            touching_m: 0.35,
            exchanges_a_second: 0.05,
            blind_exchanges_a_second: 0.25,
            alike_m_s: 0.5,
            confirmed_after: 4,
            lost_after_ms: 700,
        }
    }
}
