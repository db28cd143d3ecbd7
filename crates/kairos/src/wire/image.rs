//! Pictures as text: base64, with or without the prefix of a data URL.

use std::fmt;

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use bytes::Bytes;
use serde::Serialize;

use super::given::{Scalar, Tolerant};

/// Reads with or without padding, because URL-safe encoders leave it out; writes with padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The bytes of a picture. `Debug` shows only how many: it may be of a face.
#[derive(Clone, PartialEq, Eq)]
pub struct Image(pub Bytes);

impl fmt::Debug for Image {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Image({} bytes)", self.0.len())
    }
}

/// A picture as it stands in a request. `Debug` shows only its length: it may be of a face.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct ImageText(pub String);

impl fmt::Debug for ImageText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ImageText({} characters)", self.0.len())
    }
}

impl Tolerant for ImageText {
    fn read(scalar: Scalar) -> Option<Self> {
        String::read(scalar).map(Self)
    }
}

/// Why text is no picture.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ImageError {
    /// It is the address of a picture. Nobody here fetches it: a caller could make the server fetch what only the
    /// server can reach.
    #[error("the image is a URL")]
    Url,
    /// It is neither base64 nor a data URL of it, or what it encodes begins like no JPEG and no PNG.
    #[error("the image is not base64 of a JPEG or PNG")]
    NotAnImage,
}

/// The bytes of a JPEG or PNG (by their first bytes only; whether they can be decoded is the recogniser's to say).
///
/// Line breaks, a missing padding and the URL-safe alphabet are taken as they come.
///
/// # Errors
///
/// [`ImageError`].
pub fn decode_image(text: &str) -> Result<Image, ImageError> {
    let text = text.trim();
    let encoded = match text.split_once(':') {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("data") => {
            let (kind, encoded) = rest.split_once(',').ok_or(ImageError::NotAnImage)?;
            if !kind.to_ascii_lowercase().ends_with(";base64") {
                return Err(ImageError::NotAnImage);
            }
            encoded
        }
        Some((_, rest)) if rest.starts_with("//") => return Err(ImageError::Url),
        Some(_) => return Err(ImageError::NotAnImage),
        None => text,
    };
    let plain: Vec<u8> = encoded
        .bytes()
        .filter(|byte| !byte.is_ascii_whitespace())
        .map(|byte| match byte {
            b'-' => b'+',
            b'_' => b'/',
            other => other,
        })
        .collect();
    let bytes = BASE64.decode(plain).map_err(|_| ImageError::NotAnImage)?;
    let begins_well = MAGIC.iter().any(|magic| bytes.starts_with(magic));
    if begins_well { Ok(Image(bytes.into())) } else { Err(ImageError::NotAnImage) }
}

/// A picture as the API takes it.
pub fn encode_image(bytes: &[u8]) -> ImageText {
    ImageText(BASE64.encode(bytes))
}

/// How JPEG and PNG begin.
const MAGIC: [&[u8]; 2] = [b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn pictures_come_in_many_ways() {
        // The bytes 0xfb 0xff make "+/" in one alphabet and "-_" in the other.
        let picture = b"\xff\xd8\xff\xfb\xff\xfb\xff\xbf";
        let ImageText(text) = encode_image(picture);
        assert_eq!(text, "/9j/+//7/78=");
        for same in [
            text.clone(),
            text.replace('+', "-").replace('/', "_"),
            text.trim_end_matches('=').to_owned(),
            format!(" {}\r\n{}\n", &text[..4], &text[4..]),
            format!("data:image/jpeg;base64,{text}"),
            format!("DATA:;BASE64,{text}"),
        ] {
            assert_eq!(decode_image(&same), Ok(Image(Bytes::from_static(picture))), "{same}");
        }
    }

    #[test]
    fn what_is_no_picture_is_refused() {
        for url in ["http://example.org/a.jpg", "HTTPS://example.org/a", "file:///etc/passwd", "gopher://x"] {
            assert_eq!(decode_image(url), Err(ImageError::Url), "{url}");
        }
        for text in ["", "R0lGODlh", "/9j/*", "/9j/4", "data:image/png,abc", "data:", "javascript:x", "é"] {
            assert_eq!(decode_image(text), Err(ImageError::NotAnImage), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_picture_survives_the_way(rest: Vec<u8>) {
            let picture = [MAGIC[1], &rest].concat();
            let ImageText(text) = encode_image(&picture);
            prop_assert_eq!(decode_image(&text), Ok(Image(picture.into())));
        }

        #[test]
        fn no_text_is_trouble(text: String) {
            let _ = decode_image(&text);
        }
    }
}
