//! Decodes PNG: only the chunks that make the picture, so that no other chunk can cost memory.

use std::io::Cursor;

use ::png::{Decoder, DecodingError, Transformations};

use super::decode::{DecodeLimits, Decoded, FrameError};

pub(super) const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// The most that deflate can expand: 258 bytes from two bits (RFC 1951), about 1032 to 1.
const MAX_EXPANSION: usize = 1032;

pub(super) fn decode(bytes: &[u8], limits: &DecodeLimits) -> Result<Decoded, FrameError> {
    let chunks = Chunks::read(bytes)?;
    limits.check_size(chunks.width, chunks.height)?;
    // At the least one bit a pixel. A short file that announces a large picture stops here, before any allocation.
    if chunks.width * chunks.height / 8 > chunks.data_bytes.saturating_mul(MAX_EXPANSION) {
        return Err(FrameError::Damaged);
    }
    let pixels = chunks.width * chunks.height;
    let rgb = samples(&chunks.picture).ok().and_then(|samples| to_rgb(samples, pixels)).ok_or(FrameError::Damaged)?;
    Ok(Decoded { width: chunks.width, height: chunks.height, rgb, exif: chunks.exif })
}

/// Palettes and bits as colours of 8 bits a channel, with alpha where there is any.
fn samples(picture: &[u8]) -> Result<Vec<u8>, DecodingError> {
    let mut decoder = Decoder::new(Cursor::new(picture));
    decoder.ignore_checksums(false);
    decoder.set_transformations(Transformations::normalize_to_color8());
    let mut reader = decoder.read_info()?;
    let bytes = reader.output_buffer_size().ok_or(DecodingError::LimitsExceeded)?;
    let mut samples = vec![0; bytes];
    reader.next_frame(&mut samples)?;
    reader.finish()?;
    Ok(samples)
}

/// What the walk over a file's chunks finds.
struct Chunks {
    width: usize,
    height: usize,
    /// Total length of the compressed pixels in bytes.
    data_bytes: usize,
    /// The file again, with only the chunks that make the picture. A compressed colour profile or text chunk may
    /// unfold to a gigabyte in the decoder, and animation frames are of no use here.
    picture: Vec<u8>,
    exif: Option<Vec<u8>>,
}

impl Chunks {
    fn read(bytes: &[u8]) -> Result<Self, FrameError> {
        let mut chunks = Self { width: 0, height: 0, data_bytes: 0, picture: SIGNATURE.to_vec(), exif: None };
        let mut rest = &bytes[SIGNATURE.len()..];
        loop {
            let (head, _) = rest.split_first_chunk::<8>().ok_or(FrameError::Damaged)?;
            let length = u32::from_be_bytes([head[0], head[1], head[2], head[3]]) as usize;
            // Length, type, payload, check sum.
            let whole = length.checked_add(12).ok_or(FrameError::Damaged)?;
            let chunk = rest.get(..whole).ok_or(FrameError::Damaged)?;
            let payload = &chunk[8..8 + length];
            let kind = &head[4..8];
            if chunks.width == 0 && kind != b"IHDR" {
                return Err(FrameError::Damaged);
            }
            match kind {
                b"IHDR" => chunks.read_header(payload)?,
                b"IDAT" => chunks.data_bytes += length,
                b"eXIf" => chunks.exif = Some(payload.to_vec()),
                _ => {}
            }
            if matches!(kind, b"IHDR" | b"PLTE" | b"tRNS" | b"IDAT" | b"IEND") {
                chunks.picture.extend_from_slice(chunk);
            }
            if kind == b"IEND" {
                return Ok(chunks);
            }
            rest = &rest[whole..];
        }
    }

    fn read_header(&mut self, payload: &[u8]) -> Result<(), FrameError> {
        let head = payload.first_chunk::<8>().ok_or(FrameError::Damaged)?;
        let [w0, w1, w2, w3, h0, h1, h2, h3] = *head;
        self.width = u32::from_be_bytes([w0, w1, w2, w3]) as usize;
        self.height = u32::from_be_bytes([h0, h1, h2, h3]) as usize;
        if self.width == 0 || self.height == 0 {
            return Err(FrameError::Damaged);
        }
        Ok(())
    }
}

/// Grey, grey with alpha, RGB or RGBA samples to RGB; transparent parts turn white, as a page would show them.
fn to_rgb(samples: Vec<u8>, pixels: usize) -> Option<Vec<u8>> {
    let over_white = |value: u8, alpha: u8| {
        let (value, alpha) = (u32::from(value), u32::from(alpha));
        ((value * alpha + 255 * (255 - alpha) + 127) / 255) as u8
    };
    match samples.len().checked_div(pixels)? {
        1 => Some(samples.iter().flat_map(|&grey| [grey; 3]).collect()),
        2 => Some(samples.chunks_exact(2).flat_map(|p| [over_white(p[0], p[1]); 3]).collect()),
        3 => Some(samples),
        4 => {
            Some(samples.chunks_exact(4).flat_map(|p| [0, 1, 2].map(|channel| over_white(p[channel], p[3]))).collect())
        }
        _ => None,
    }
}
