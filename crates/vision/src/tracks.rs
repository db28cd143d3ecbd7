//! Follows faces from frame to frame of one camera, so that what the frames say of a person can add up.

use serde::{Deserialize, Serialize};

use crate::detector::overlap;
use crate::fusion::Fusion;
use crate::pipeline::Face;

/// When two faces of two frames are one person's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TrackParams {
    /// Cosine similarity from which a face goes on with a track wherever it is within reach. Default 0.361, which one pair
    /// of strangers in 100 reaches and 99 of 100 pairs of pictures of one person (docs/recognition.md).
    pub alike: f32,
    /// Cosine similarity from which a face goes on with a track that was at the same place. Default 0.234, which one pair of
    /// strangers in ten reaches: two people who change places within one frame are then two tracks nine times in ten.
    pub alike_in_place: f32,
    /// The part of the union of two boxes, 0..=1, that they share if they are at the same place. Default 0.3: a head that
    /// moves by half its width between two frames.
    pub min_overlap: f32,
    /// How far a face may have come since it was last seen, in widths of the face a second. Default 6: someone who hurries
    /// past at 1 m/s, whose face is 16 cm wide.
    pub widths_per_second: f32,
    /// A track that was not seen for so long, in milliseconds, is forgotten. Default 1,500: seven frames at 5 a second in
    /// which the face was turned away.
    pub forget_after_ms: i64,
}

impl Default for TrackParams {
    fn default() -> Self {
        Self { alike: 0.361, alike_in_place: 0.234, min_overlap: 0.3, widths_per_second: 6.0, forget_after_ms: 1_500 }
    }
}

/// The tracks of one camera. What is known about each is the caller's `T`.
#[derive(Debug)]
pub struct Tracks<T> {
    params: TrackParams,
    tracks: Vec<Track<T>>,
}

#[derive(Debug)]
struct Track<T> {
    bbox: [f32; 4],
    seen_at_ms: i64,
    looks: Fusion,
    state: T,
}

impl<T> Tracks<T> {
    /// Nobody followed yet.
    pub fn new(params: TrackParams) -> Self {
        Self { params, tracks: Vec::new() }
    }

    /// Takes the faces of a frame, taken `at_ms` (milliseconds of any clock that goes forward; a frame that comes late
    /// does no harm), and gives what is known about each, in their order: a face that goes on with no track begins one, with
    /// what `begin` gives.
    ///
    /// A face too poor to be compared ([`crate::Quality::is_sufficient`]) goes on with the track at its place, whoever that is.
    pub fn follow(&mut self, faces: &[Face], at_ms: i64, begin: impl Fn() -> T) -> Vec<&mut T> {
        self.tracks.retain(|track| at_ms.saturating_sub(track.seen_at_ms) <= self.params.forget_after_ms);
        let mut track_of: Vec<Option<usize>> = vec![None; faces.len()];
        for (track, face) in self.pairs(faces, at_ms) {
            if track_of[face].is_none() && !track_of.contains(&Some(track)) {
                track_of[face] = Some(track);
            }
        }
        for (face, track) in faces.iter().zip(&mut track_of) {
            let place = *track.get_or_insert_with(|| {
                self.tracks.push(Track::new(begin()));
                self.tracks.len() - 1
            });
            self.tracks[place].see(face, at_ms);
        }
        let mut states: Vec<Option<&mut T>> = self.tracks.iter_mut().map(|track| Some(&mut track.state)).collect();
        let mut state_of = |place: Option<usize>| states[place?].take();
        track_of.into_iter().map(|place| state_of(place).expect("each face has a track of its own")).collect()
    }

    /// Forgets every track that `keep` refuses.
    pub fn retain(&mut self, keep: impl Fn(&T) -> bool) {
        self.tracks.retain(|track| keep(&track.state));
    }

    /// What is known of those who were seen lately, each with all good looks at the face.
    pub fn each(&self) -> impl Iterator<Item = (&T, &Fusion)> {
        self.tracks.iter().map(|track| (&track.state, &track.looks))
    }

    /// What is known of those who were seen lately, to be changed.
    pub fn each_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.tracks.iter_mut().map(|track| &mut track.state)
    }

    /// The pairs of a track and a face that may belong together, the likeliest first.
    fn pairs(&self, faces: &[Face], at_ms: i64) -> Vec<(usize, usize)> {
        let mut pairs = Vec::new();
        for (place, track) in self.tracks.iter().enumerate() {
            let pairing = faces.iter().enumerate().filter_map(|(number, face)| {
                track.goes_on(face, at_ms, &self.params).map(|fitness| (fitness, place, number))
            });
            pairs.extend(pairing);
        }
        pairs.sort_by(|a, b| b.0.total_cmp(&a.0));
        pairs.into_iter().map(|(_, track, face)| (track, face)).collect()
    }
}

impl<T> Track<T> {
    fn new(state: T) -> Self {
        Self { bbox: [0.0; 4], seen_at_ms: i64::MIN, looks: Fusion::new(), state }
    }

    fn see(&mut self, face: &Face, at_ms: i64) {
        if at_ms >= self.seen_at_ms {
            self.bbox = face.detection.bbox;
            self.seen_at_ms = at_ms;
        }
        if face.quality.is_sufficient() {
            self.looks.add(&face.embedding, face.quality.weight());
        }
    }

    /// How well a face fits this track; `None` if it is another's.
    fn goes_on(&self, face: &Face, at_ms: i64, params: &TrackParams) -> Option<f32> {
        let shared = overlap(self.bbox, face.detection.bbox);
        let in_place = shared >= params.min_overlap;
        let looks = self.looks.embedding().filter(|_| face.quality.is_sufficient());
        let Some(looks) = looks else { return in_place.then_some(shared) };
        let alike = looks.similarity(&face.embedding);
        let fits = (in_place && alike >= params.alike_in_place)
            || (alike >= params.alike && self.is_within_reach(face, at_ms, params));
        fits.then_some(alike + shared)
    }

    fn is_within_reach(&self, face: &Face, at_ms: i64, params: &TrackParams) -> bool {
        let middle = |[left, top, width, height]: [f32; 4]| [left + width / 2.0, top + height / 2.0];
        let (from, to) = (middle(self.bbox), face.detection.centre());
        let seconds = at_ms.abs_diff(self.seen_at_ms) as f32 / 1_000.0;
        // Half a width is what the box itself trembles.
        let reach = (0.5 + params.widths_per_second * seconds) * self.bbox[2].max(face.detection.bbox[2]);
        (to[0] - from[0]).hypot(to[1] - from[1]) <= reach
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detector::Detection;
    use crate::embedder::direction;
    use crate::quality::Quality;

    /// A face of somebody, 100 px wide, `x` px from the left.
    fn face(person: u64, x: f32) -> Face {
        let eye = |x: f32, y: f32| [x, y];
        let detection = Detection {
            bbox: [x, 50.0, 100.0, 120.0],
            landmarks: [
                eye(x + 30.0, 90.0),
                eye(x + 70.0, 90.0),
                eye(x + 50.0, 115.0),
                eye(x + 35.0, 140.0),
                eye(x + 65.0, 140.0),
            ],
            score: 0.9,
        };
        Face { detection, quality: Quality::usual(), embedding: direction(person) }
    }

    fn turned_away(x: f32) -> Face {
        let mut face = face(999, x);
        face.quality.yaw_degrees = 70.0;
        face
    }

    /// Which track each face of each frame belongs to, tracks numbered as they begin.
    fn follow(frames: &[(i64, Vec<Face>)]) -> Vec<Vec<usize>> {
        let mut tracks: Tracks<Option<usize>> = Tracks::new(TrackParams::default());
        let mut begun = 0;
        let mut number = |state: &mut Option<usize>| {
            *state.get_or_insert_with(|| {
                begun += 1;
                begun - 1
            })
        };
        let mut all = Vec::new();
        for (at_ms, faces) in frames {
            all.push(tracks.follow(faces, *at_ms, || None).into_iter().map(&mut number).collect());
        }
        all
    }

    #[test]
    fn a_person_is_followed_through_the_picture() {
        let frames: Vec<_> = (0..5).map(|n| (200 * n, vec![face(1, 80.0 * n as f32)])).collect();
        assert_eq!(follow(&frames), vec![vec![0]; 5]);
    }

    #[test]
    fn who_changes_places_keeps_the_own_track() {
        let frames = [(0, vec![face(1, 0.0), face(2, 110.0)]), (200, vec![face(2, 0.0), face(1, 110.0)])];
        assert_eq!(follow(&frames), [[0, 1], [1, 0]]);
    }

    #[test]
    fn another_person_at_the_same_place_is_another_track() {
        let frames = [(0, vec![face(1, 0.0)]), (200, vec![face(2, 0.0)]), (400, vec![face(1, 0.0)])];
        assert_eq!(follow(&frames), [[0], [1], [0]]);
    }

    #[test]
    fn a_face_turned_away_goes_on_where_it_is() {
        let frames = [(0, vec![face(1, 0.0)]), (200, vec![turned_away(10.0)]), (400, vec![face(1, 20.0)])];
        assert_eq!(follow(&frames), [[0], [0], [0]]);
        let elsewhere = [(0, vec![face(1, 0.0)]), (200, vec![turned_away(300.0)])];
        assert_eq!(follow(&elsewhere), [[0], [1]]);
    }

    #[test]
    fn who_was_away_too_long_or_jumped_too_far_begins_anew() {
        assert_eq!(follow(&[(0, vec![face(1, 0.0)]), (1_400, vec![face(1, 0.0)])]), [[0], [0]]);
        assert_eq!(follow(&[(0, vec![face(1, 0.0)]), (1_501, vec![face(1, 0.0)])]), [[0], [1]]);
        assert_eq!(follow(&[(0, vec![face(1, 0.0)]), (200, vec![face(1, 900.0)])]), [[0], [1]]);
    }

    #[test]
    fn late_frames_and_empty_ones_do_no_harm() {
        let frames = [
            (400, vec![face(1, 0.0)]),
            (200, vec![face(1, 5.0)]),
            (600, vec![]),
            (i64::MIN / 2, vec![face(1, 0.0)]),
            (800, vec![face(1, 0.0)]),
        ];
        let tracks = follow(&frames);
        assert_eq!((&tracks[0], &tracks[1], &tracks[4]), (&vec![0], &vec![0], &vec![0]));
    }

    #[test]
    fn one_face_never_has_two_tracks_nor_one_track_two_faces() {
        let frames = [(0, vec![face(1, 0.0)]), (200, vec![face(1, 0.0), face(1, 20.0)])];
        let tracks = follow(&frames);
        assert_eq!(tracks[0], [0]);
        assert_ne!(tracks[1][0], tracks[1][1]);
    }
}
