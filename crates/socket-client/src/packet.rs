//! Engine.IO 4 and Socket.IO 5 packets as text: writing ours and reading the server's.

use serde::Deserialize;
use serde_json::Value;

/// A text frame from the server.
#[derive(PartialEq, Debug)]
pub(crate) enum Frame {
    /// The Engine.IO handshake.
    Open(Handshake),
    /// The Engine.IO connection is to be closed.
    Close,
    /// To be answered with a pong of the same payload.
    Ping(String),
    /// A Socket.IO packet.
    Packet(Packet),
    /// Nothing for us: pong, upgrade, no-op.
    Other,
}

/// What the server says when the connection opens; more fields exist and do not matter here.
#[derive(PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Handshake {
    /// Milliseconds between the server's pings.
    pub(crate) ping_interval: u64,
    /// Milliseconds that a pong may take.
    pub(crate) ping_timeout: u64,
}

/// A Socket.IO packet from the server.
#[derive(PartialEq, Debug)]
pub(crate) struct Packet {
    /// Which namespace it belongs to; `/` where the packet names none.
    pub(crate) namespace: String,
    /// What it says.
    pub(crate) body: Body,
}

/// What a Socket.IO packet says.
#[derive(PartialEq, Debug)]
pub(crate) enum Body {
    /// The namespace took us in.
    Connected,
    /// The namespace did not.
    Refused { message: String },
    /// The namespace is closed.
    Disconnected,
    /// Something happened.
    Event { name: String, data: Vec<Value> },
    /// The acknowledgement of our message `id`.
    Ack { id: u64, data: Vec<Value> },
    /// An event or acknowledgement with this many attachments, which follow as binary frames.
    Binary,
}

/// Why a frame cannot be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PacketError {
    /// The type digit is missing or unknown.
    #[error("unknown packet type in {0:?}")]
    UnknownType(String),
    /// The part after the type is damaged.
    #[error("malformed packet: {0}")]
    Malformed(&'static str),
    /// The payload is not JSON, or not of the right shape.
    #[error("malformed payload: {0}")]
    Json(#[from] serde_json::Error),
}

/// The packet that asks to be taken in.
pub(crate) fn encode_connect(namespace: &str, auth: &Value) -> String {
    let auth = if auth.is_null() { String::new() } else { auth.to_string() };
    format!("40{}{auth}", prefix(namespace))
}

/// The packet that says good-bye.
pub(crate) fn encode_disconnect(namespace: &str) -> String {
    format!("41{}", prefix(namespace))
}

/// A message with a payload in JSON, with or without a wish for acknowledgement `ack`, with or without one attachment, which must follow as a
/// binary frame.
pub(crate) fn encode_event(
    namespace: &str,
    ack: Option<u64>,
    event: &str,
    payload: &str,
    attachment: Attachment,
) -> String {
    let (kind, tail) = match attachment {
        Attachment::None => ("42", "]"),
        Attachment::One => ("451-", r#",{"_placeholder":true,"num":0}]"#),
    };
    let ack = ack.map(|id| id.to_string()).unwrap_or_default();
    let event = Value::from(event);
    format!("{kind}{}{ack}[{event},{payload}{tail}", prefix(namespace))
}

/// Whether a binary frame follows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Attachment {
    /// No.
    None,
    /// One.
    One,
}

fn prefix(namespace: &str) -> String {
    if namespace == "/" { String::new() } else { format!("{namespace},") }
}

/// Reads a text frame.
pub(crate) fn decode(text: &str) -> Result<Frame, PacketError> {
    let unknown = || PacketError::UnknownType(text.chars().take(16).collect());
    let kind = text.chars().next().ok_or_else(unknown)?;
    let rest = &text[kind.len_utf8()..];
    match kind {
        '0' => Ok(Frame::Open(serde_json::from_str(rest)?)),
        '1' => Ok(Frame::Close),
        '2' => Ok(Frame::Ping(rest.to_owned())),
        '3' | '5' | '6' => Ok(Frame::Other),
        '4' => decode_packet(rest).map(Frame::Packet),
        _ => Err(unknown()),
    }
}

fn decode_packet(text: &str) -> Result<Packet, PacketError> {
    let kind = text.chars().next().ok_or(PacketError::Malformed("empty"))?;
    let mut rest = &text[kind.len_utf8()..];
    if matches!(kind, '5' | '6') {
        let digits = rest.find('-').ok_or(PacketError::Malformed("no attachment count"))?;
        rest = &rest[digits + 1..];
    }
    let mut namespace = "/";
    if rest.starts_with('/') {
        let end = rest.find(',').ok_or(PacketError::Malformed("namespace without an end"))?;
        // A namespace may carry a query, which is no part of its name.
        namespace = rest[..end].split('?').next().unwrap_or_default();
        rest = &rest[end + 1..];
    }
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let id = rest[..digits].parse::<u64>().ok();
    let payload = &rest[digits..];
    let body = match kind {
        '0' => Body::Connected,
        '1' => Body::Disconnected,
        '2' => decode_event(payload)?,
        '3' => Body::Ack {
            id: id.ok_or(PacketError::Malformed("acknowledgement without a number"))?,
            data: serde_json::from_str(payload)?,
        },
        '4' => Body::Refused { message: refusal(payload) },
        '5' | '6' => Body::Binary,
        _ => return Err(PacketError::UnknownType(text.chars().take(16).collect())),
    };
    Ok(Packet { namespace: namespace.to_owned(), body })
}

fn decode_event(payload: &str) -> Result<Body, PacketError> {
    let mut data: Vec<Value> = serde_json::from_str(payload)?;
    if data.is_empty() {
        return Err(PacketError::Malformed("event without a name"));
    }
    match data.remove(0) {
        Value::String(name) => Ok(Body::Event { name, data }),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            Err(PacketError::Malformed("the event's name is not a string"))
        }
    }
}

/// Servers send `{"message": "…"}`; older ones a bare string.
fn refusal(payload: &str) -> String {
    match serde_json::from_str::<Value>(payload) {
        Ok(Value::String(message)) => message,
        Ok(value) => value["message"].as_str().map_or_else(|| value.to_string(), str::to_owned),
        Err(_) => payload.to_owned(),
    }
}

#[cfg(test)]
mod tests;
