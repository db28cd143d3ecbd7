//! Packets word by word, as the protocol's documents and the JavaScript client have them.

use serde_json::json;

use super::*;

fn packet(namespace: &str, body: Body) -> Frame {
    Frame::Packet(Packet { namespace: namespace.to_owned(), body })
}

fn event(name: &str, data: Vec<Value>) -> Body {
    Body::Event { name: name.to_owned(), data }
}

#[test]
fn frames_of_the_server_are_read() {
    for (text, expected) in [
        (
            r#"0{"sid":"x","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":100000}"#,
            Frame::Open(Handshake { ping_interval: 25_000, ping_timeout: 20_000 }),
        ),
        ("1", Frame::Close),
        ("2", Frame::Ping(String::new())),
        ("2probe", Frame::Ping("probe".to_owned())),
        ("3", Frame::Other),
        ("6", Frame::Other),
        (r#"40{"sid":"x"}"#, packet("/", Body::Connected)),
        (r#"40/device,{"sid":"x"}"#, packet("/device", Body::Connected)),
        (r#"40/device?a=b,{"sid":"x"}"#, packet("/device", Body::Connected)),
        ("41/device,", packet("/device", Body::Disconnected)),
        (r#"42["hello"]"#, packet("/", event("hello", vec![]))),
        (r#"42/device,["hello",1,{"a":","}]"#, packet("/device", event("hello", vec![json!(1), json!({"a": ","})]))),
        (r#"42/device,12["hello"]"#, packet("/device", event("hello", vec![]))),
        (r#"43/device,7[{"ok":true}]"#, packet("/device", Body::Ack { id: 7, data: vec![json!({"ok": true})] })),
        (r#"4318446744073709551615[]"#, packet("/", Body::Ack { id: u64::MAX, data: vec![] })),
        (r#"44/device,{"message":"no"}"#, packet("/device", Body::Refused { message: "no".to_owned() })),
        (r#"44/device,"no""#, packet("/device", Body::Refused { message: "no".to_owned() })),
        (r#"451-/device,["frame",{"_placeholder":true,"num":0}]"#, packet("/device", Body::Binary)),
    ] {
        assert_eq!(decode(text).unwrap(), expected, "{text}");
    }
}

#[test]
fn nonsense_is_refused_without_a_panic() {
    for text in ["", "9", "ö", "4", "4ö", "42", "42[]", "42[1]", "42{", "43[]", "45[]", "40/device", "0{}", "48"] {
        assert!(decode(text).is_err(), "{text}");
    }
}

#[test]
fn our_packets_are_written() {
    assert_eq!(encode_connect("/", &Value::Null), "40");
    assert_eq!(encode_connect("/device", &json!({"token": "t"})), r#"40/device,{"token":"t"}"#);
    assert_eq!(encode_disconnect("/device"), "41/device,");
    for (namespace, ack, attachment, expected) in [
        ("/", None, Attachment::None, r#"42["say \"hi\"",{"a":1}]"#),
        ("/device", Some(7), Attachment::None, r#"42/device,7["say \"hi\"",{"a":1}]"#),
        ("/device", Some(7), Attachment::One, r#"451-/device,7["say \"hi\"",{"a":1},{"_placeholder":true,"num":0}]"#),
    ] {
        assert_eq!(encode_event(namespace, ack, r#"say "hi""#, r#"{"a":1}"#, attachment), expected);
    }
}
