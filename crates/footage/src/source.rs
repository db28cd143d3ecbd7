//! Where pictures come from: an address, a device or a file.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

/// A camera or a film.
#[derive(Clone, PartialEq, Eq)]
pub enum Source {
    /// An RTSP or HTTP camera, as an address that may carry a password.
    Address(String),
    /// A camera of this machine, `/dev/video0`.
    Device(PathBuf),
    /// A film.
    File(PathBuf),
}

/// Why a text is no source.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    /// Nothing is named.
    #[error("a camera needs a source: an address (rtsp://, rtsps://, http://, https://), /dev/video0 or a file")]
    Empty,
    /// Another kind of address. ffmpeg would also open `concat:`, `subfile:` or `data:`, and read what it should not.
    #[error("{0}: is no kind of address that a camera can have; rtsp, rtsps, http and https are")]
    Scheme(String),
    /// Control characters are in it.
    #[error("a source has no control characters")]
    Control,
}

const SCHEMES: [&str; 4] = ["rtsp", "rtsps", "http", "https"];

impl FromStr for Source {
    type Err = SourceError;

    fn from_str(text: &str) -> Result<Self, SourceError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(SourceError::Empty);
        }
        if text.chars().any(char::is_control) {
            return Err(SourceError::Control);
        }
        if let Some((scheme, _)) = text.split_once("://") {
            let known = SCHEMES.iter().any(|known| scheme.eq_ignore_ascii_case(known));
            return if known {
                Ok(Self::Address(text.to_owned()))
            } else {
                Err(SourceError::Scheme(scheme.to_owned()))
            };
        }
        Ok(if text.starts_with("/dev/") { Self::Device(text.into()) } else { Self::File(text.into()) })
    }
}

impl Source {
    /// Whether it has an end.
    pub fn is_film(&self) -> bool {
        matches!(self, Self::File(_))
    }

    /// What tells ffmpeg to open it.
    pub(crate) fn arguments(&self) -> Vec<std::ffi::OsString> {
        let mut arguments: Vec<std::ffi::OsString> = Vec::new();
        match self {
            Self::Address(address) => {
                if address.get(..4).is_some_and(|scheme| scheme.eq_ignore_ascii_case("rtsp")) {
                    // Over UDP pictures arrive in pieces; a camera that says nothing for ten seconds is gone.
                    arguments.extend(["-rtsp_transport", "tcp", "-timeout", "10000000"].map(Into::into));
                } else {
                    arguments.extend(["-rw_timeout", "10000000"].map(Into::into));
                }
                arguments.extend(["-fflags", "nobuffer", "-flags", "low_delay", "-i"].map(Into::into));
                arguments.push(address.into());
            }
            Self::Device(device) => {
                arguments.extend(["-f", "v4l2", "-i"].map(Into::into));
                arguments.push(device.into());
            }
            Self::File(file) => {
                arguments.push("-i".into());
                // Said to be a file, so that no name is taken for an address or an option.
                let mut name = std::ffi::OsString::from("file:");
                name.push(file);
                arguments.push(name);
            }
        }
        arguments
    }

    /// A line of ffmpeg's without the address: it would show the password.
    pub(crate) fn redacted(&self, line: &str) -> String {
        match self {
            Self::Address(address) => {
                let line = line.replace(address.as_str(), &self.to_string());
                match credentials(address) {
                    Some(credentials) => line.replace(credentials, "***"),
                    None => line,
                }
            }
            Self::Device(_) | Self::File(_) => line.to_owned(),
        }
    }
}

/// Name and password of an address.
fn credentials(address: &str) -> Option<&str> {
    let rest = address.split_once("://")?.1;
    let authority = rest.split(['/', '?', '#']).next()?;
    authority.rsplit_once('@').map(|(credentials, _)| credentials)
}

impl fmt::Display for Source {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(address) => {
                let (scheme, rest) = address.split_once("://").unwrap_or(("", address));
                let authority = rest.split(['/', '?', '#']).next().unwrap_or("");
                let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
                write!(formatter, "{scheme}://{host}")
            }
            Self::Device(path) | Self::File(path) => write!(formatter, "{}", path.display()),
        }
    }
}

/// As [`Display`](fmt::Display): a password is in no log.
impl fmt::Debug for Source {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Source({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_password_is_shown() {
        let source: Source = "rtsp://admin:s3cret@10.0.0.7:554/stream?token=abc".parse().unwrap();
        assert_eq!(source.to_string(), "rtsp://10.0.0.7:554");
        assert_eq!(format!("{source:?}"), "Source(rtsp://10.0.0.7:554)");
        let line = source.redacted("[rtsp] rtsp://admin:s3cret@10.0.0.7:554/stream?token=abc: 401; tried admin:s3cret");
        assert!(!line.contains("s3cret") && !line.contains("token"), "{line}");
    }

    #[test]
    fn only_addresses_that_cameras_have_are_opened() {
        for wrong in ["concat://a|b", "data://text", "file:///etc/passwd", "ftp://host/film"] {
            assert!(matches!(wrong.parse::<Source>(), Err(SourceError::Scheme(_))), "{wrong}");
        }
        assert_eq!("  ".parse::<Source>(), Err(SourceError::Empty));
        assert_eq!("film\u{0}.mp4".parse::<Source>(), Err(SourceError::Control));
        assert!(matches!("/dev/video0".parse(), Ok(Source::Device(_))));
        // ffmpeg would take these for protocols of its own.
        for file in ["concat:a.mp4", "-i", "film.mp4"] {
            let source: Source = file.parse().unwrap();
            let name = source.arguments().pop().unwrap();
            assert!(name.to_string_lossy().starts_with("file:"), "{name:?}");
        }
    }
}
