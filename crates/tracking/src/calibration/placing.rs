//! Lays a calibration onto the store: by a few points whose places were measured and that somebody marked in pictures.

use nalgebra::{Matrix2, Rotation3, SMatrix, SVector, Vector2, Vector3};

use super::Calibrated;
use crate::camera::{Camera, Pixel, Point};

/// Fewest marks.
pub const FEWEST_MARKS: usize = 4;
/// Marks off by more than this do not fit, metres.
const FARTHEST_M: f64 = 0.1;
/// Marks within this of a line (root mean square) are on one, metres.
const LINE_M: f64 = 0.25;
/// How exactly a mark is clicked, pixels of a picture 640 wide.
const CLICK_PX: f64 = 3.0;
/// How far the calibration's own up and floor may be off: what marks in a plane say badly. Radians, metres.
const TILT_RAD: f64 = 0.04;
const FLOOR_M: f64 = 0.07;
/// How far its size may be off, as a logarithm: people's limbs differ.
const SIZE: f64 = 0.12;
/// A mark is named when the others place it at least this far off, metres: less may be the calibration's fault.
const BLAMED_M: f64 = 0.2;
/// A size less certain than this share of it is told, and one that differs by more from that of the person.
const SIZE_OPEN: f64 = 0.03;
const SIZE_ODD: f64 = 0.13;
/// A mark is named alone when leaving it out helps this much more than leaving out any other.
const CLEARLY: f64 = 3.0;
/// Unknowns of a similarity: turn, shift, logarithm of the size.
const UNKNOWNS: usize = 7;

/// A point whose place was measured.
#[derive(Debug, Clone, PartialEq)]
pub struct Mark {
    /// What it is called, for the installer.
    pub name: String,
    /// Where it is in the store, metres.
    pub at: Point,
    /// The pixels at which cameras, by their names, see it.
    pub seen: Vec<(String, Pixel)>,
}

/// How far a mark is from where the cameras see it.
#[derive(Debug, Clone, PartialEq)]
pub struct Residual {
    /// The mark's name.
    pub mark: String,
    /// Centimetres, in the camera that sees it worst.
    pub off_cm: f64,
}

/// A calibration in the store's frame.
#[derive(Debug, Clone, PartialEq)]
pub struct Placed {
    /// The same cameras, in metres of the store.
    pub calibrated: Calibrated,
    /// By mark, in the order in which they were given.
    pub residuals: Vec<Residual>,
    /// Metres of the store for one of the calibration: how much taller the person is than was said, by their limbs.
    pub size: f64,
    /// How far the calibration's floor was from level, degrees.
    pub tilt_deg: f64,
    /// What the installer should know.
    pub doubts: Vec<Doubt>,
}

/// Why a calibration that was placed may still be off.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Doubt {
    /// The marks hardly tell the size: mostly because one camera alone sees each.
    #[error("the marks tell distances to {:.0} % only: mark each point in every picture that shows it", .deviation * 100.0)]
    SizeOpen {
        /// Standard deviation of the size, as a share of it.
        deviation: f64,
    },
    /// The marks say that the person has another height than was said.
    #[error(
        "by the marks whoever walked is {size:.2} times as tall as was said: check that height and the measured places"
    )]
    SizeOdd {
        /// Metres of the store for one of the calibration.
        size: f64,
    },
}

/// Why the marks do not place a calibration.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Misplaced {
    /// Too few marks.
    #[error("{marks} marks are too few: measure and mark at least {FEWEST_MARKS}")]
    TooFew {
        /// How many were given.
        marks: usize,
    },
    /// A mark that no known camera sees, or whose numbers are none.
    #[error("mark {mark}: {fault}")]
    Mark {
        /// Its name.
        mark: String,
        /// What is wrong with it.
        fault: &'static str,
    },
    /// All marks lie along one line.
    #[error("the marks lie nearly on one line, within {} cm: add one at least a metre beside it", (.spread_m * 100.0).round())]
    OnALine {
        /// Their spread across it, metres.
        spread_m: f64,
    },
    /// The marks contradict each other, and leaving out one of these mends it.
    #[error("mark {} contradicts the others: measure it and click it again ({})", .marks.join(" or "), told(.residuals))]
    Contradicts {
        /// The mark, or those of which one is wrong.
        marks: Vec<String>,
        /// How far all are off.
        residuals: Vec<Residual>,
    },
    /// Several do not fit.
    #[error("the marks do not fit the cameras: measure them again, or walk again ({})", told(.residuals))]
    Apart {
        /// How far all are off.
        residuals: Vec<Residual>,
    },
}

fn told(residuals: &[Residual]) -> String {
    let each: Vec<String> =
        residuals.iter().map(|residual| format!("{}: {:.0} cm", residual.mark, residual.off_cm)).collect();
    each.join(", ")
}

/// From the calibration's room to the store.
#[derive(Debug, Clone, Copy)]
struct Similarity {
    turn: Rotation3<f64>,
    shift: Vector3<f64>,
    size: f64,
}

/// A mark in one camera.
struct Click<'a> {
    mark: usize,
    camera: &'a Camera,
    pixel: Pixel,
    at: Point,
    noise_px: f64,
}

impl Calibrated {
    /// The same cameras in the store's frame.
    pub fn place(&self, marks: &[Mark]) -> Result<Placed, Misplaced> {
        let clicks = self.clicks(marks)?;
        let every: Vec<usize> = (0..marks.len()).collect();
        let Some((similarity, _)) = fit(&clicks, &every) else {
            return Err(Misplaced::Apart { residuals: Vec::new() });
        };
        let residuals = residuals(&similarity, &clicks, marks);
        if residuals.iter().all(|residual| residual.off_cm <= FARTHEST_M * 100.0) {
            let mut calibrated = self.clone();
            for found in &mut calibrated.cameras {
                found.camera = similarity.carry(&found.camera);
            }
            let tilt_deg = (similarity.turn * Vector3::z()).z.clamp(-1.0, 1.0).acos().to_degrees();
            let used: Vec<&Click> = clicks.iter().collect();
            let deviation =
                normal(&used, &similarity).0.try_inverse().map_or(f64::INFINITY, |all| all[(6, 6)].max(0.0).sqrt());
            let open = (deviation > SIZE_OPEN).then_some(Doubt::SizeOpen { deviation });
            let size = similarity.size;
            let odd = (size.ln().abs() > SIZE_ODD).then_some(Doubt::SizeOdd { size });
            return Ok(Placed { calibrated, residuals, size, tilt_deg, doubts: open.into_iter().chain(odd).collect() });
        }
        let mut without: Vec<(f64, usize)> = Vec::new();
        for left_out in 0..marks.len() {
            let rest: Vec<usize> = every.iter().copied().filter(|mark| *mark != left_out).collect();
            let Some((similarity, loss)) = fit(&clicks, &rest) else { continue };
            let off = |mark: &usize| off_m(&similarity, &clicks, *mark);
            if rest.iter().all(|mark| off(mark) <= FARTHEST_M) && off(&left_out) > BLAMED_M {
                without.push((loss, left_out));
            }
        }
        without.sort_by(|a, b| a.0.total_cmp(&b.0));
        let Some((best, _)) = without.first().copied() else { return Err(Misplaced::Apart { residuals }) };
        let likely = without.iter().filter(|(loss, _)| *loss <= (best + 1.0) * CLEARLY);
        Err(Misplaced::Contradicts { marks: likely.map(|(_, mark)| marks[*mark].name.clone()).collect(), residuals })
    }

    fn clicks(&self, marks: &[Mark]) -> Result<Vec<Click<'_>>, Misplaced> {
        if marks.len() < FEWEST_MARKS {
            return Err(Misplaced::TooFew { marks: marks.len() });
        }
        let mut clicks = Vec::new();
        for (index, mark) in marks.iter().enumerate() {
            let fault = |fault| Err(Misplaced::Mark { mark: mark.name.clone(), fault });
            if !mark.at.iter().all(|part| part.abs() < 10_000.0) {
                return fault("its place must be given in metres");
            }
            if mark.seen.is_empty() {
                return fault("it is marked in no picture");
            }
            for (name, pixel) in &mark.seen {
                let Some(found) = self.cameras.iter().find(|found| found.name == *name) else {
                    return fault("it is marked in the picture of a camera that is not calibrated");
                };
                let camera = &found.camera;
                if !camera.lens.shows(*pixel, 0.0) {
                    return fault("it is marked outside of the picture");
                }
                let noise_px = CLICK_PX * camera.lens.size[0].max(camera.lens.size[1]) / 640.0;
                clicks.push(Click { mark: index, camera, pixel: *pixel, at: mark.at, noise_px });
            }
        }
        let mean = marks.iter().map(|mark| mark.at).sum::<Point>() / marks.len() as f64;
        let spread: nalgebra::Matrix3<f64> =
            marks.iter().map(|mark| (mark.at - mean) * (mark.at - mean).transpose()).sum();
        let mut spreads: Vec<f64> =
            spread.symmetric_eigenvalues().iter().map(|sum| (sum.max(0.0) / marks.len() as f64).sqrt()).collect();
        spreads.sort_by(f64::total_cmp);
        let spread_m = spreads[1];
        if spread_m < LINE_M { Err(Misplaced::OnALine { spread_m }) } else { Ok(clicks) }
    }
}

impl Similarity {
    fn carry(&self, camera: &Camera) -> Camera {
        let centre = self.turn * camera.centre * self.size + self.shift;
        Camera { rotation: camera.rotation * self.turn.matrix().transpose(), centre, lens: camera.lens }
    }

    fn back(&self, at: &Point) -> Point {
        self.turn.inverse() * (at - self.shift) / self.size
    }

    fn moved(&self, change: &SVector<f64, UNKNOWNS>) -> Self {
        let turn = Rotation3::from_scaled_axis(change.fixed_rows::<3>(0).into_owned());
        Self {
            turn: turn * self.turn,
            shift: self.shift + change.fixed_rows::<3>(3),
            size: self.size * change[6].clamp(-0.5, 0.5).exp(),
        }
    }
}

/// The similarity that fits these marks best, and its loss.
fn fit(clicks: &[Click], marks: &[usize]) -> Option<(Similarity, f64)> {
    let used: Vec<&Click> = clicks.iter().filter(|click| marks.contains(&click.mark)).collect();
    let starts = [0.7, 0.85, 1.0, 1.2, 1.45].into_iter().filter_map(|size| start(&used, size));
    starts.map(|start| refine(&used, start)).min_by(|a, b| a.1.total_cmp(&b.1)).filter(|(_, loss)| loss.is_finite())
}

/// A start of this size: marks are where their rays come to their height over the floor, turned and shifted onto their places.
fn start(clicks: &[&Click], size: f64) -> Option<Similarity> {
    let mut pairs = Vec::new();
    for click in clicks {
        let ray = click.camera.ray(click.pixel);
        let far = (click.at.z / size - click.camera.centre.z) / ray.z;
        let far = if far.is_finite() && far > 0.0 { far.min(30.0) } else { 5.0 };
        pairs.push(((click.camera.centre + ray * far).xy() * size, click.at.xy()));
    }
    let count = pairs.len() as f64;
    let from = pairs.iter().map(|pair| pair.0).sum::<Vector2<f64>>() / count;
    let to = pairs.iter().map(|pair| pair.1).sum::<Vector2<f64>>() / count;
    let both: Matrix2<f64> = pairs.iter().map(|(a, b)| (b - to) * (a - from).transpose()).sum();
    let yaw = (both.m21 - both.m12).atan2(both.m11 + both.m22);
    let turn = Rotation3::from_axis_angle(&Vector3::z_axis(), yaw);
    let from = turn * Vector3::new(from.x, from.y, 0.0);
    yaw.is_finite().then(|| Similarity { turn, shift: Vector3::new(to.x - from.x, to.y - from.y, 0.0), size })
}

fn refine(clicks: &[&Click], mut best: Similarity) -> (Similarity, f64) {
    let mut errors = weighted(clicks, &best);
    let mut damping = 1e-2;
    for _ in 0..60 {
        let (mut square, slope) = normal(clicks, &best);
        for unknown in 0..UNKNOWNS {
            square[(unknown, unknown)] *= 1.0 + damping;
        }
        let Some(change) = square.cholesky().map(|square| -square.solve(&slope)) else { break };
        let next = best.moved(&change);
        let next_errors = weighted(clicks, &next);
        let (was, is) = (sum(&errors), sum(&next_errors));
        if is < was {
            (best, errors, damping) = (next, next_errors, damping / 5.0);
            if was - is < 1e-9 * was {
                break;
            }
        } else if damping > 1e8 {
            break;
        } else {
            damping *= 5.0;
        }
    }
    let loss = sum(&errors);
    (best, loss)
}

/// The normal equations: square and slope.
fn normal(clicks: &[&Click], at: &Similarity) -> (SMatrix<f64, UNKNOWNS, UNKNOWNS>, SVector<f64, UNKNOWNS>) {
    const TINY: f64 = 1e-6;
    let errors = weighted(clicks, at);
    let column = |unknown: usize| -> Vec<f64> {
        let mut change = SVector::<f64, UNKNOWNS>::zeros();
        change[unknown] = TINY;
        weighted(clicks, &at.moved(&change)).iter().zip(&errors).map(|(a, b)| (a - b) / TINY).collect()
    };
    let columns: [Vec<f64>; UNKNOWNS] = std::array::from_fn(column);
    let mut square = SMatrix::zeros();
    let mut slope = SVector::zeros();
    for (index, error) in errors.iter().enumerate() {
        let row = SVector::<f64, UNKNOWNS>::from_fn(|unknown, _| columns[unknown][index]);
        square += row * row.transpose();
        slope += row * *error;
    }
    (square, slope)
}

fn sum(errors: &[f64]) -> f64 {
    errors.iter().map(|error| error * error).sum()
}

/// Errors in units of what is usual: of the clicks, and of what is believed of the calibration.
fn weighted(clicks: &[&Click], similarity: &Similarity) -> Vec<f64> {
    let up = similarity.turn * Vector3::z();
    let mut errors = vec![up.x / TILT_RAD, up.y / TILT_RAD, (1.0 - up.z).max(0.0) / TILT_RAD];
    errors.extend([similarity.shift.z / FLOOR_M, similarity.size.ln() / SIZE]);
    for click in clicks {
        let expected = click.camera.project(&similarity.back(&click.at));
        let error = expected.map_or(Vector2::new(1e4, 1e4), |expected| expected - click.pixel) / click.noise_px;
        errors.extend([error.x, error.y]);
    }
    errors
}

fn off_m(similarity: &Similarity, clicks: &[Click], mark: usize) -> f64 {
    let of_mark = clicks.iter().filter(|click| click.mark == mark);
    let off = of_mark.map(|click| {
        let camera = similarity.carry(click.camera);
        camera
            .project(&click.at)
            .map_or(f64::INFINITY, |pixel| (pixel - click.pixel).norm() * camera.metres_a_pixel(&click.at))
    });
    off.fold(0.0, f64::max)
}

fn residuals(similarity: &Similarity, clicks: &[Click], marks: &[Mark]) -> Vec<Residual> {
    let named = marks.iter().enumerate();
    named
        .map(|(index, mark)| Residual { mark: mark.name.clone(), off_cm: off_m(similarity, clicks, index) * 100.0 })
        .collect()
}
