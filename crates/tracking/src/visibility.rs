//! How likely a camera finds somebody: it depends on who stands before them.

use domain::body::Joint;

use crate::camera::Camera;
use crate::person::Person;
use crate::rules::Rules;

/// A person as a box in a picture.
struct Outline {
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
    depth: f64,
}

/// Half of a body's width, metres.
const HALF_WIDTH_M: f64 = 0.25;
/// A picture that shows less than this of a body does not find it.
const LEAST_SHOWN: f64 = 0.35;

/// For each of these people, how likely the camera finds them.
pub(crate) fn chances(people: &[&Person], hangs: &Camera, rules: &Rules) -> Vec<f64> {
    let outlines: Vec<Option<Outline>> = people.iter().map(|person| outline(person, hangs, rules)).collect();
    outlines
        .iter()
        .map(|outline| {
            let Some(outline) = outline else { return 0.0 };
            let before = outlines.iter().flatten().filter(|other| other.depth < outline.depth - 0.05);
            let covered = before.map(|other| outline.covered_by(other)).fold(0.0, f64::max);
            rules.found[if covered <= 0.05 {
                0
            } else if covered <= 0.4 {
                1
            } else {
                2
            }]
        })
        .collect()
}

fn outline(person: &Person, hangs: &Camera, rules: &Rules) -> Option<Outline> {
    let head = person.guess(Joint::Nose, rules);
    let feet = (person.guess(Joint::LeftAnkle, rules) + person.guess(Joint::RightAnkle, rules)) / 2.0;
    let (top, bottom) = (hangs.project(&head)?, hangs.project(&feet)?);
    let depth = hangs.depth(&((head + feet) / 2.0));
    let half = HALF_WIDTH_M * hangs.lens.focal_px / depth.max(0.3);
    let middle = (top.x + bottom.x) / 2.0;
    let outline = Outline {
        left: middle - half,
        right: middle + half,
        top: top.y.min(bottom.y),
        bottom: bottom.y.max(top.y) + 1.0,
        depth,
    };
    let picture = Outline { left: 0.0, right: hangs.lens.size[0], top: 0.0, bottom: hangs.lens.size[1], depth: 0.0 };
    (outline.covered_by(&picture) >= LEAST_SHOWN).then_some(outline)
}

impl Outline {
    /// Which share of this box lies within another.
    fn covered_by(&self, other: &Self) -> f64 {
        let across = (self.right.min(other.right) - self.left.max(other.left)).max(0.0);
        let down = (self.bottom.min(other.bottom) - self.top.max(other.top)).max(0.0);
        across * down / ((self.right - self.left) * (self.bottom - self.top)).max(1.0)
    }
}
