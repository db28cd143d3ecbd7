//! The whole pipeline with the real models, on photographs of known people.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use vision::enrolment::{self, EnrolmentParams, PhotoProblemKind};
use vision::{
    DecodeLimits, Face, Frame, ModelBytes, Params, Pipeline, SAME_PERSON_AT_FAR_1E_3, SAME_PERSON_AT_FAR_1E_4,
    VisionError,
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(path: &str) -> Vec<u8> {
    std::fs::read(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

static PIPELINE: LazyLock<Pipeline> = LazyLock::new(|| {
    let models = ModelBytes { detector: &read("models/yunet.onnx"), embedder: &read("models/mobilefacenet.onnx") };
    Pipeline::new(&models, Params::default()).unwrap()
});

fn portrait(name: &str) -> Frame {
    Frame::decode(&read(&format!("fixtures/faces/{name}")), &DecodeLimits::default()).unwrap()
}

fn faces(frame: &Frame) -> Vec<Face> {
    PIPELINE.faces(frame).unwrap()
}

fn main_face(name: &str) -> Face {
    faces(&portrait(name)).remove(0)
}

#[test]
fn one_person_is_alike_and_two_people_are_not() {
    let [obama, obama2, obama3, biden, astronaut] =
        ["obama.jpg", "obama2.jpg", "obama3.jpg", "biden.jpg", "astronaut.jpg"].map(main_face);
    let similarity = |a: &Face, b: &Face| a.embedding.similarity(&b.embedding);
    for (a, b) in [(&obama, &obama2), (&obama, &obama3), (&obama2, &obama3)] {
        assert!(similarity(a, b) > SAME_PERSON_AT_FAR_1E_4, "{}", similarity(a, b));
    }
    for (a, b) in [(&obama, &biden), (&obama2, &biden), (&obama3, &biden), (&obama, &astronaut), (&biden, &astronaut)] {
        assert!(similarity(a, b) < SAME_PERSON_AT_FAR_1E_3, "{}", similarity(a, b));
    }
}

#[test]
fn the_astronaut_has_one_face_where_it_is() {
    let faces = faces(&portrait("astronaut.jpg"));
    assert_eq!(faces.len(), 1);
    let [x, y] = faces[0].detection.centre();
    // The face of the 512 px picture, known from scikit-image's own examples.
    assert!((x - 224.0).abs() < 15.0 && (y - 110.0).abs() < 20.0, "{x} {y}");
    assert!(faces[0].quality.is_sufficient(), "{:?}", faces[0].quality);
    let [left_eye, right_eye, nose, left_mouth, right_mouth] = faces[0].detection.landmarks;
    assert!(left_eye[0] < nose[0] && nose[0] < right_eye[0] && left_mouth[0] < right_mouth[0]);
    assert!(left_eye[1] < nose[1] && nose[1] < left_mouth[1]);
}

#[test]
fn exif_orientation_turns_a_real_photograph() {
    let plain = read("fixtures/faces/astronaut.jpg");
    // EXIF with orientation 6 (a quarter turn clockwise), put behind the start of image.
    let tiff = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
    let mut bytes = plain[..2].to_vec();
    bytes.extend_from_slice(&[0xFF, 0xE1, 0, (8 + tiff.len()) as u8]);
    bytes.extend_from_slice(b"Exif\0\0");
    bytes.extend_from_slice(tiff);
    bytes.extend_from_slice(&plain[2..]);
    let turned = Frame::decode(&bytes, &DecodeLimits::default()).unwrap();
    assert_eq!(quarter_turns(&turned, 3), portrait("astronaut.jpg"));
}

fn quarter_turns(frame: &Frame, turns: usize) -> Frame {
    (0..turns).fold(frame.clone(), |frame, _| {
        let (width, height) = (frame.width(), frame.height());
        let rgb = (0..width)
            .flat_map(|y| (0..height).map(move |x| (y, height - 1 - x)))
            .flat_map(|(x, y)| {
                let at = 3 * (y * width + x) as usize;
                [frame.rgb()[at], frame.rgb()[at + 1], frame.rgb()[at + 2]]
            })
            .collect();
        Frame::from_rgb(height, width, rgb).unwrap()
    })
}

#[test]
fn a_grey_photograph_shows_the_same_person() {
    let colour = portrait("obama.jpg");
    let grey = colour.luma().into_iter().flat_map(|luma| [luma; 3]).collect();
    let grey = Frame::from_rgb(colour.width(), colour.height(), grey).unwrap();
    let similarity = faces(&grey)[0].embedding.similarity(&faces(&colour)[0].embedding);
    assert!(similarity > SAME_PERSON_AT_FAR_1E_4, "{similarity}");
}

#[test]
fn frames_without_faces_and_of_any_shape_give_an_empty_list() {
    for (width, height) in [(64, 64), (640, 480), (1, 1), (3, 2000), (2000, 3), (33, 65)] {
        let count = (width * height * 3) as usize;
        let pattern = (0..count).map(|i| ((i * 7919) % 251) as u8).collect();
        for rgb in [vec![0; count], vec![255; count], pattern] {
            let frame = Frame::from_rgb(width, height, rgb).unwrap();
            assert!(faces(&frame).is_empty(), "{width}x{height}");
        }
    }
}

#[test]
fn two_people_in_one_frame_are_both_found_and_the_number_is_bounded() {
    let (left, right) = (portrait("astronaut.jpg"), portrait("obama.jpg"));
    let right = right.shrunk_to(512);
    let width = left.width() + right.width();
    let mut rgb = vec![0; (width * 512 * 3) as usize];
    for (frame, offset) in [(&left, 0), (right.as_ref(), left.width())] {
        for (y, row) in frame.rgb().chunks_exact(3 * frame.width() as usize).enumerate() {
            let at = 3 * (y * width as usize + offset as usize);
            rgb[at..at + row.len()].copy_from_slice(row);
        }
    }
    let both = faces(&Frame::from_rgb(width, 512, rgb).unwrap());
    assert_eq!(both.len(), 2);
    assert!(both[0].detection.height() >= both[1].detection.height());
    let singles = [main_face("astronaut.jpg"), main_face("obama.jpg")];
    for single in &singles {
        let best = both.iter().map(|face| face.embedding.similarity(&single.embedding)).fold(-1.0, f32::max);
        assert!(best > 0.9, "{best}");
    }
}

#[test]
fn several_threads_share_one_pipeline() {
    let frame = portrait("astronaut.jpg");
    let expected = faces(&frame).remove(0).embedding;
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..3 {
                    assert_eq!(faces(&frame)[0].embedding, expected);
                }
            });
        }
    });
}

#[test]
fn three_photographs_of_one_person_enrol_and_of_two_do_not() {
    let obama = ["obama.jpg", "obama2.jpg", "obama3.jpg"];
    let check = |names: [&str; 3]| {
        let photographs = names.map(|name| faces(&portrait(name)));
        enrolment::check(&photographs, &EnrolmentParams::default())
    };
    let enrolled = check(obama);
    assert!(enrolled.is_ok_and(|photographs| photographs.len() == 3));
    let problems = check(["obama.jpg", "biden.jpg", "obama3.jpg"]).unwrap_err();
    assert_eq!(problems.len(), 1);
    assert_eq!((problems[0].photo, problems[0].kind), (1, PhotoProblemKind::OtherPerson));
}

#[test]
fn a_wrong_model_file_is_named_when_the_pipeline_is_made() {
    let (yunet, mobilefacenet) = (read("models/yunet.onnx"), read("models/mobilefacenet.onnx"));
    let new = |detector, embedder| Pipeline::new(&ModelBytes { detector, embedder }, Params::default()).map(|_| ());
    assert!(matches!(new(b"nonsense", &mobilefacenet), Err(VisionError::Detector(_))));
    assert!(matches!(new(&yunet, b""), Err(VisionError::Embedder(_))));
    assert!(matches!(new(&mobilefacenet, &mobilefacenet), Err(VisionError::Detector(_))));
    assert!(matches!(new(&yunet, &yunet), Err(VisionError::Embedder(_))));
}
