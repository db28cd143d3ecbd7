//! The models that come with the program, and how to tell that a file is the one that is meant.

use sha2::{Digest, Sha256};

use crate::model::ModelError;
use crate::pipeline::ModelBytes;

/// Which embedder the shipped weights are, and how its crops and views are made; stored with every template. Templates of
/// another id are never compared with these.
pub const MODEL: &str = "mobilefacenet-192-2";

/// Numbers in an embedding of the shipped embedder.
pub const DIMENSION: usize = 192;

/// `models/yunet.onnx`.
pub const DETECTOR: &[u8] = include_bytes!("../../../models/yunet.onnx");

/// `models/mobilefacenet.onnx`.
pub const EMBEDDER: &[u8] = include_bytes!("../../../models/mobilefacenet.onnx");

/// The SHA-256 of [`DETECTOR`], as in `models/SHA256SUMS`.
pub const DETECTOR_SHA256: &str = "07546d2bcf78f4b1b38048336759fbe2c7c39e684a10b8b6f83b8ec387ebb065";

/// The SHA-256 of [`EMBEDDER`], as in `models/SHA256SUMS`.
pub const EMBEDDER_SHA256: &str = "402d2a69009ce6964e447a097fcde8bed6d19f37d4a6116fa7e84d18eb8697e7";

/// `models/movenet-multipose.onnx`: finds people in a picture. Not a constant: each use of one this large is a copy, and costs the
/// compiler minutes.
pub static BODIES: &[u8] = include_bytes!("../../../models/movenet-multipose.onnx");

/// `models/movenet-lightning.onnx`: finds the key points of one person.
pub static BODY: &[u8] = include_bytes!("../../../models/movenet-lightning.onnx");

/// The SHA-256 of [`BODIES`], as in `models/SHA256SUMS`.
pub const BODIES_SHA256: &str = "96416578eec326f9055833ddfd3d0b9a4d164a5703ea327348fdc243b2dd0ca6";

/// The SHA-256 of [`BODY`], as in `models/SHA256SUMS`.
pub const BODY_SHA256: &str = "c7b145865ec2f9c2ef08a1b51cb2da1773f8410aa3dd9e8eea1a87423bf594fa";

/// Both shipped models of faces.
pub fn models() -> ModelBytes<'static> {
    ModelBytes { detector: DETECTOR, embedder: EMBEDDER }
}

/// Proves that a model file is the one that is meant: `sha256` is its sum in hexadecimal, in either case.
///
/// # Errors
///
/// [`ModelError::WrongFile`] if the bytes have another sum.
pub fn check_sha256(onnx: &[u8], sha256: &str) -> Result<(), ModelError> {
    let found = Sha256::digest(onnx).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    if found.eq_ignore_ascii_case(sha256.trim()) {
        return Ok(());
    }
    Err(ModelError::WrongFile { expected: sha256.trim().to_owned(), found })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_files_have_the_sums_that_are_written_down() {
        let sums = include_str!("../../../models/SHA256SUMS");
        for (bytes, sum) in
            [(DETECTOR, DETECTOR_SHA256), (EMBEDDER, EMBEDDER_SHA256), (BODIES, BODIES_SHA256), (BODY, BODY_SHA256)]
        {
            check_sha256(bytes, sum).unwrap();
            check_sha256(bytes, &format!("{}\n", sum.to_uppercase())).unwrap();
            assert!(sums.contains(sum));
        }
    }

    #[test]
    fn another_file_is_refused_with_both_sums() {
        let error = check_sha256(&DETECTOR[1..], DETECTOR_SHA256).unwrap_err();
        assert!(matches!(&error, ModelError::WrongFile { expected, .. } if expected == DETECTOR_SHA256), "{error}");
        assert!(check_sha256(EMBEDDER, "").is_err());
    }
}
