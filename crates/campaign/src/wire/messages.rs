//! Takes a stream of bytes apart into pieces that can be lost or doubled as a whole: a Socket.IO message with its attachments.

/// A piece of the stream.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Piece {
    /// As it came.
    pub bytes: Vec<u8>,
    /// A Socket.IO event or acknowledgement; everything else must come once, in order.
    pub is_message: bool,
}

/// The stream of one direction.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Messages {
    stage: Stage,
    rest: Vec<u8>,
    /// A message whose attachments have not all come.
    open: Option<(Vec<u8>, usize)>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
enum Stage {
    /// The first head of HTTP is not complete.
    #[default]
    Head,
    /// No WebSocket.
    Plain,
    /// WebSocket frames (RFC 6455).
    Frames,
}

/// A head that is longer is nobody's.
const LONGEST_HEAD: usize = 64 * 1024;
const TEXT: u8 = 1;
const BINARY: u8 = 2;

impl Messages {
    /// Takes what has come; gives what can be passed on.
    pub fn take(&mut self, bytes: &[u8]) -> Vec<Piece> {
        self.rest.extend_from_slice(bytes);
        let mut pieces = Vec::new();
        if self.stage == Stage::Head {
            let Some(length) = self.rest.windows(4).position(|end| end == b"\r\n\r\n").map(|place| place + 4) else {
                if self.rest.len() > LONGEST_HEAD {
                    self.stage = Stage::Plain;
                    pieces.extend(self.all());
                }
                return pieces;
            };
            let head = String::from_utf8_lossy(&self.rest[..length]).to_ascii_lowercase();
            self.stage = if head.contains("upgrade: websocket") { Stage::Frames } else { Stage::Plain };
            let bytes = self.rest.drain(..length).collect();
            pieces.push(Piece { bytes, is_message: false });
        }
        match self.stage {
            Stage::Frames => {
                while let Some(frame) = self.frame() {
                    pieces.extend(self.sort(frame));
                }
            }
            Stage::Head | Stage::Plain => pieces.extend(self.all()),
        }
        pieces
    }

    fn all(&mut self) -> Option<Piece> {
        let bytes = std::mem::take(&mut self.rest);
        (!bytes.is_empty()).then_some(Piece { bytes, is_message: false })
    }

    /// The next whole frame, and where its payload begins.
    fn frame(&mut self) -> Option<Frame> {
        let (&first, &second) = (self.rest.first()?, self.rest.get(1)?);
        let (extended, short) = match second & 0x7f {
            126 => (2, None),
            127 => (8, None),
            short => (0, Some(usize::from(short))),
        };
        let length = match short {
            Some(length) => length,
            None => {
                let bytes = self.rest.get(2..2 + extended)?;
                bytes.iter().fold(0_usize, |sum, byte| (sum << 8) | usize::from(*byte))
            }
        };
        let is_masked = second & 0x80 != 0;
        let payload = 2 + extended + if is_masked { 4 } else { 0 };
        let end = payload.checked_add(length)?;
        if self.rest.len() < end {
            return None;
        }
        let bytes: Vec<u8> = self.rest.drain(..end).collect();
        let mask = is_masked.then(|| [0, 1, 2, 3].map(|place| bytes[payload - 4 + place]));
        // The type and the number of attachments stand in the first bytes.
        let start = bytes[payload..].iter().take(16).enumerate();
        let start = start.map(|(place, byte)| byte ^ mask.map_or(0, |mask| mask[place % 4])).collect();
        Some(Frame { opcode: first & 0x0f, is_last: first & 0x80 != 0, start, bytes })
    }

    /// A frame becomes a piece, the beginning of one, or the end of one.
    fn sort(&mut self, frame: Frame) -> Option<Piece> {
        if frame.opcode == BINARY
            && let Some((mut bytes, missing)) = self.open.take()
        {
            bytes.extend(frame.bytes);
            if missing > 1 {
                self.open = Some((bytes, missing - 1));
                return None;
            }
            return Some(Piece { bytes, is_message: true });
        }
        match frame.attachments() {
            Some(0) => Some(Piece { bytes: frame.bytes, is_message: true }),
            Some(attachments) => {
                self.open = Some((frame.bytes, attachments));
                None
            }
            None => Some(Piece { bytes: frame.bytes, is_message: false }),
        }
    }
}

struct Frame {
    opcode: u8,
    is_last: bool,
    start: Vec<u8>,
    bytes: Vec<u8>,
}

impl Frame {
    /// Number of attachments of a Socket.IO event (2, 5) or acknowledgement (3, 6) in an Engine.IO message (4).
    fn attachments(&self) -> Option<usize> {
        if self.opcode != TEXT || !self.is_last {
            return None;
        }
        match self.start.get(..2)? {
            b"42" | b"43" => Some(0),
            b"45" | b"46" => {
                let digits: Vec<u8> = self.start[2..].iter().copied().take_while(u8::is_ascii_digit).collect();
                String::from_utf8(digits).ok()?.parse().ok()
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(opcode: u8, payload: &[u8], mask: Option<[u8; 4]>) -> Vec<u8> {
        let mut bytes = vec![0x80 | opcode];
        let flag = if mask.is_some() { 0x80 } else { 0 };
        match payload.len() {
            short @ 0..126 => bytes.push(flag | short as u8),
            length => {
                bytes.push(flag | 126);
                bytes.extend((length as u16).to_be_bytes());
            }
        }
        bytes.extend(mask.into_iter().flatten());
        bytes.extend(payload.iter().enumerate().map(|(place, byte)| byte ^ mask.map_or(0, |mask| mask[place % 4])));
        bytes
    }

    const HEAD: &[u8] = b"GET /socket.io/ HTTP/1.1\r\nUpgrade: websocket\r\n\r\n";

    #[test]
    fn messages_are_whole_with_their_attachments_however_the_bytes_come() {
        let mask = Some([1, 2, 3, 4]);
        let long = format!("42/device,7[\"shelf-events\",\"{}\"]", "x".repeat(300));
        let parts = [
            (HEAD.to_vec(), false),
            (frame(TEXT, b"2", mask), false),
            (frame(TEXT, long.as_bytes(), mask), true),
            (
                [
                    frame(TEXT, b"452-/device,8[\"frame\"]", mask),
                    frame(BINARY, &[0; 200], mask),
                    frame(BINARY, b"x", None),
                ]
                .concat(),
                true,
            ),
            (frame(TEXT, b"43/device,7[1]", None), true),
            (frame(9, b"", None), false),
        ];
        let stream: Vec<u8> = parts.iter().flat_map(|(bytes, _)| bytes.clone()).collect();
        let expected: Vec<_> =
            parts.iter().map(|(bytes, is_message)| Piece { bytes: bytes.clone(), is_message: *is_message }).collect();
        for step in [1, 7, stream.len()] {
            let mut messages = Messages::default();
            let pieces: Vec<_> = stream.chunks(step).flat_map(|bytes| messages.take(bytes)).collect();
            assert_eq!(pieces, expected, "{step} bytes at a time");
        }
    }

    #[test]
    fn plain_http_passes_as_it_comes() {
        let mut messages = Messages::default();
        assert_eq!(messages.take(b"POST / HTTP/1.1\r\nA: b"), []);
        let whole = |pieces: Vec<Piece>| pieces.into_iter().flat_map(|piece| piece.bytes).collect::<Vec<_>>();
        assert_eq!(whole(messages.take(b"\r\n\r\n42[")), b"POST / HTTP/1.1\r\nA: b\r\n\r\n42[");
        assert_eq!(whole(messages.take(b"\x81\x02rest")), b"\x81\x02rest");
    }
}
