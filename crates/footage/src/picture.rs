//! One picture from a stream of portable pixmaps (P6): each says its own size, so a source may change it.

use std::io::{BufRead, Error, ErrorKind, Result};

/// A picture: 8-bit RGB, row by row from the upper left.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// `width * height` triples of red, green and blue.
    pub rgb: Vec<u8>,
}

impl std::fmt::Debug for Picture {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Picture({} x {})", self.width, self.height)
    }
}

/// The longest side of a picture that is read, pixels.
pub const LONGEST_SIDE: u32 = 8_192;

/// Reads one; `None` where the stream is over, also in the middle of a picture: a film that was cut off ends with its last
/// whole one.
pub(crate) fn read(stream: &mut impl BufRead) -> Result<Option<Picture>> {
    if stream.fill_buf()?.is_empty() {
        return Ok(None);
    }
    let header = (word(stream)?, word(stream)?, word(stream)?, word(stream)?);
    let (Some(magic), Some(width), Some(height), Some(most)) = header else { return Ok(None) };
    let side = |word: &str| word.parse::<u32>().ok().filter(|side| (1..=LONGEST_SIDE).contains(side));
    let (Some(width), Some(height)) = (side(&width), side(&height)) else {
        return Err(wrong("its size makes no sense"));
    };
    if magic != "P6" || most != "255" {
        return Err(wrong("it is no portable pixmap of 8 bits"));
    }
    let mut rgb = vec![0; 3 * width as usize * height as usize];
    match stream.read_exact(&mut rgb) {
        Ok(()) => Ok(Some(Picture { width, height, rgb })),
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(None),
        Err(error) => Err(error),
    }
}

fn wrong(what: &str) -> Error {
    Error::new(ErrorKind::InvalidData, what)
}

/// The next word of the header and the one blank after it; `None` where the stream is over.
fn word(stream: &mut impl BufRead) -> Result<Option<String>> {
    const LONGEST: usize = 16;
    let mut word = String::new();
    loop {
        let mut byte = [0];
        match stream.read_exact(&mut byte) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(None),
            Err(error) => return Err(error),
        }
        match byte[0] {
            blank if blank.is_ascii_whitespace() && !word.is_empty() => return Ok(Some(word)),
            blank if blank.is_ascii_whitespace() => {}
            letter if letter.is_ascii_graphic() && word.len() < LONGEST => word.push(char::from(letter)),
            _ => return Err(wrong("it is no portable pixmap")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_follow_each_other_and_may_change_their_size() {
        let stream = b"P6\n2 1\n255\nabcdefP6 1 1 255 xyz".as_slice();
        let mut stream = stream;
        let first = read(&mut stream).unwrap().unwrap();
        assert_eq!((first.width, first.height, first.rgb.as_slice()), (2, 1, b"abcdef".as_slice()));
        let second = read(&mut stream).unwrap().unwrap();
        assert_eq!((second.width, second.height, second.rgb.as_slice()), (1, 1, b"xyz".as_slice()));
        assert_eq!(read(&mut stream).unwrap(), None);
    }

    #[test]
    fn what_is_cut_off_ends_the_stream_and_what_is_no_picture_is_an_error() {
        for cut in ["P6 2 1 255 abc", "P6 2", "P"] {
            assert_eq!(read(&mut cut.as_bytes()).unwrap(), None, "{cut}");
        }
        for wrong in
            ["P5 1 1 255 x", "P6 0 1 255 ", "P6 99999 1 255 ", "P6 1 1 65535 xx", "P6 -1 1 255 x", "\u{0}\u{1}"]
        {
            assert!(read(&mut wrong.as_bytes()).is_err(), "{wrong}");
        }
    }
}
