//! PNGs of every colour type and depth, plain and interlaced, with each filter, with and without transparency: every pixel is the
//! one that was written.

use std::io::Write;

use flate2::write::ZlibEncoder;
use flate2::{Compression, Crc};

use super::*;

/// No multiple of 8, so that the last byte of a row is not full, nor are the passes alike.
const WIDTH: usize = 67;
const HEIGHT: usize = 65;

const GREY: u8 = 0;
const RGB: u8 = 2;
const PALETTE: u8 = 3;
const GREY_ALPHA: u8 = 4;
const RGBA: u8 = 6;

/// Every pair of colour type and depth that there is (PNG specification, table 11.1).
const KINDS: [(u8, u8); 15] = [
    (GREY, 1),
    (GREY, 2),
    (GREY, 4),
    (GREY, 8),
    (GREY, 16),
    (RGB, 8),
    (RGB, 16),
    (PALETTE, 1),
    (PALETTE, 2),
    (PALETTE, 4),
    (PALETTE, 8),
    (GREY_ALPHA, 8),
    (GREY_ALPHA, 16),
    (RGBA, 8),
    (RGBA, 16),
];

/// First column and row, and steps, of each pass of an interlaced picture; and of the only pass of a plain one.
const ADAM7: [(usize, usize, usize, usize); 7] =
    [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];
const PLAIN: [(usize, usize, usize, usize); 1] = [(0, 0, 1, 1)];

#[derive(Clone, Copy, Debug)]
struct Picture {
    colour: u8,
    depth: u8,
    interlaced: bool,
    /// A `tRNS` chunk, where the colour type may have one.
    transparent: bool,
    /// 0 to 4; 5: each row another.
    filter: u8,
    /// Metadata that a viewer might use: gamma, and a suggested palette where there is none.
    beside: bool,
}

impl Picture {
    fn channels(self) -> usize {
        match self.colour {
            GREY | PALETTE => 1,
            GREY_ALPHA => 2,
            RGB => 3,
            _ => 4,
        }
    }

    /// What a channel of a pixel holds: something uneven, with all values.
    fn sample(self, x: usize, y: usize, channel: usize) -> u16 {
        let value = ((x * 7 + y * 13 + (x * y) / 5 + channel * 101) as u32).wrapping_mul(2_654_435);
        let most = (1_u32 << self.depth) - 1;
        ((value >> 8) & most) as u16
    }

    fn palette(self) -> Vec<[u8; 3]> {
        (0..1_usize << self.depth.min(8)).map(|n| [n * 151 + 3, n * 59 + 40, n * 211 + 90].map(|v| v as u8)).collect()
    }

    /// Alpha of the first entries of a palette; the rest are opaque.
    fn palette_alpha(index: usize) -> u8 {
        (index * 83) as u8
    }

    /// The colour that `tRNS` makes transparent.
    fn transparent_colour(self) -> [u16; 3] {
        [0, 1, 2].map(|channel| self.sample(3, 5, if self.colour == GREY { 0 } else { channel }))
    }

    /// What a viewer shows on white, in eighths of bits that 16-bit samples have beyond 8.
    fn expected(self, x: usize, y: usize) -> [f64; 3] {
        let most = f64::from((1_u32 << self.depth) - 1);
        let raw = |channel| self.sample(x, y, channel);
        let value = |channel| 255.0 * f64::from(raw(channel)) / most;
        let over_white = |value: f64, alpha: f64| value * alpha + 255.0 * (1.0 - alpha);
        let keyed = |channels: &[usize]| {
            let key = self.transparent_colour();
            let is_key = self.transparent && channels.iter().all(|&channel| raw(channel) == key[channel]);
            if is_key { 0.0 } else { 1.0 }
        };
        match self.colour {
            GREY => [over_white(value(0), keyed(&[0])); 3],
            RGB => [0, 1, 2].map(|channel| over_white(value(channel), keyed(&[0, 1, 2]))),
            PALETTE => {
                let index = usize::from(raw(0));
                let is_listed = self.transparent && index < self.palette().len() / 2;
                let alpha = if is_listed { f64::from(Self::palette_alpha(index)) / 255.0 } else { 1.0 };
                self.palette()[index].map(|value| over_white(f64::from(value), alpha))
            }
            GREY_ALPHA => [over_white(value(0), value(1) / 255.0); 3],
            _ => [0, 1, 2].map(|channel| over_white(value(channel), value(3) / 255.0)),
        }
    }

    fn encoded(self) -> Vec<u8> {
        let mut bytes = png::SIGNATURE.to_vec();
        let (width, height) = ((WIDTH as u32).to_be_bytes(), (HEIGHT as u32).to_be_bytes());
        let rest = [self.depth, self.colour, 0, 0, u8::from(self.interlaced)];
        chunk(&mut bytes, b"IHDR", &[&width[..], &height, &rest].concat());
        if self.beside {
            chunk(&mut bytes, b"gAMA", &100_000_u32.to_be_bytes());
        }
        if self.colour == PALETTE || (self.beside && matches!(self.colour, RGB | RGBA)) {
            chunk(&mut bytes, b"PLTE", self.palette().as_flattened());
        }
        match self.colour {
            PALETTE if self.transparent => {
                let alphas: Vec<_> = (0..self.palette().len() / 2).map(Self::palette_alpha).collect();
                chunk(&mut bytes, b"tRNS", &alphas);
            }
            GREY | RGB if self.transparent => {
                let key = self.transparent_colour().map(u16::to_be_bytes);
                chunk(&mut bytes, b"tRNS", key[..self.channels()].as_flattened());
            }
            _ => {}
        }
        let mut deflated = ZlibEncoder::new(Vec::new(), Compression::fast());
        deflated.write_all(&self.rows()).unwrap();
        let deflated = deflated.finish().unwrap();
        // In several parts, as encoders write them.
        deflated.chunks(1_000).for_each(|part| chunk(&mut bytes, b"IDAT", part));
        chunk(&mut bytes, b"IEND", &[]);
        bytes
    }

    /// The filtered rows of all passes.
    fn rows(self) -> Vec<u8> {
        let mut rows = Vec::new();
        let passes: &[_] = if self.interlaced { &ADAM7 } else { &PLAIN };
        let step = (self.channels() * usize::from(self.depth)).div_ceil(8);
        for &(x0, y0, dx, dy) in passes {
            let mut above: Option<Vec<u8>> = None;
            for (number, y) in (y0..HEIGHT).step_by(dy).enumerate() {
                let row = self.packed((x0..WIDTH).step_by(dx), y);
                let filter = if self.filter == 5 { (number % 5) as u8 } else { self.filter };
                let before = above.take().unwrap_or_else(|| vec![0; row.len()]);
                rows.push(filter);
                rows.extend(filtered(filter, &row, &before, step));
                above = Some(row);
            }
        }
        rows
    }

    fn packed(self, columns: impl Iterator<Item = usize>, y: usize) -> Vec<u8> {
        let (mut row, mut bits, mut filled) = (Vec::new(), 0_u32, 0);
        for x in columns {
            for channel in 0..self.channels() {
                bits = (bits << self.depth) | u32::from(self.sample(x, y, channel));
                filled += u32::from(self.depth);
                while filled >= 8 {
                    filled -= 8;
                    row.push((bits >> filled) as u8);
                }
            }
        }
        if filled > 0 {
            row.push((bits << (8 - filled)) as u8);
        }
        row
    }
}

fn chunk(bytes: &mut Vec<u8>, kind: &[u8; 4], payload: &[u8]) {
    let mut sum = Crc::new();
    sum.update(kind);
    sum.update(payload);
    bytes.extend((payload.len() as u32).to_be_bytes());
    bytes.extend(kind);
    bytes.extend(payload);
    bytes.extend(sum.sum().to_be_bytes());
}

fn filtered(filter: u8, row: &[u8], above: &[u8], step: usize) -> Vec<u8> {
    let at = |bytes: &[u8], place: usize| place.checked_sub(step).map_or(0, |place| bytes[place]);
    let of = |place: usize| {
        let (left, up, corner) = (at(row, place), above[place], at(above, place));
        match filter {
            0 => 0,
            1 => left,
            2 => up,
            3 => ((u16::from(left) + u16::from(up)) / 2) as u8,
            _ => paeth(left, up, corner),
        }
    };
    row.iter().enumerate().map(|(place, &byte)| byte.wrapping_sub(of(place))).collect()
}

fn paeth(left: u8, up: u8, corner: u8) -> u8 {
    let guess = i16::from(left) + i16::from(up) - i16::from(corner);
    let far = |value: u8| (guess - i16::from(value)).abs();
    let (a, b, c) = (far(left), far(up), far(corner));
    if a <= b && a <= c {
        left
    } else if b <= c {
        up
    } else {
        corner
    }
}

fn every_picture() -> impl Iterator<Item = Picture> {
    let flags = [false, true];
    KINDS.into_iter().flat_map(move |(colour, depth)| {
        flags.into_iter().flat_map(move |interlaced| {
            flags.into_iter().flat_map(move |transparent| {
                let pictures = (0..6).map(move |filter| Picture {
                    colour,
                    depth,
                    interlaced,
                    transparent,
                    filter,
                    beside: filter == 5,
                });
                pictures.filter(move |_| !transparent || matches!(colour, GREY | RGB | PALETTE))
            })
        })
    })
}

#[test]
fn every_pixel_of_every_kind_is_the_one_that_was_written() {
    let mut wrong = Vec::new();
    for picture in every_picture() {
        let frame = match decode(&picture.encoded()) {
            Ok(frame) => frame,
            Err(error) => {
                wrong.push(format!("{picture:?}: {error}"));
                continue;
            }
        };
        // 16 bits may be rounded or cut to 8; then alpha is rounded once more.
        let tolerance = if picture.depth == 16 { 1.51 } else { 0.51 };
        let differing = (0..HEIGHT).flat_map(|y| (0..WIDTH).map(move |x| (x, y))).filter(|&(x, y)| {
            let at = 3 * (y * WIDTH + x);
            let found = &frame.rgb[at..at + 3];
            picture
                .expected(x, y)
                .iter()
                .zip(found)
                .any(|(expected, &found)| (expected - f64::from(found)).abs() > tolerance)
        });
        let differing = differing.count();
        if differing > 0 {
            wrong.push(format!("{picture:?}: {differing} of {} pixels", WIDTH * HEIGHT));
        }
    }
    assert!(wrong.is_empty(), "{} kinds:\n{}", wrong.len(), wrong.join("\n"));
}
