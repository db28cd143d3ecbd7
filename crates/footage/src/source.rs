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
    /// A part of an address that would be taken for a file, and shown with the password in it.
    #[error(
        "a source with an @ is an address and begins with rtsp://, rtsps://, http:// or https://; a file with an @ in its name is \
         given with its folder, as ./film.mp4"
    )]
    Unclear,
    /// An `@` behind the host: nobody can tell where the password ends.
    #[error("an address has an @ only before its host; write / ? # and @ of a name or password as %2F %3F %23 and %40")]
    At,
    /// Control characters are in it.
    #[error("a source has no control characters")]
    Control,
}

/// What ends the host of an address.
const BEHIND_HOST: [char; 3] = ['/', '?', '#'];

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
        if let Some((scheme, rest)) = text.split_once("://") {
            let known = SCHEMES.iter().any(|known| scheme.eq_ignore_ascii_case(known));
            if !known {
                let is_name =
                    !scheme.is_empty() && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
                return Err(if is_name { SourceError::Scheme(scheme.to_owned()) } else { SourceError::Unclear });
            }
            let authority = rest.split(BEHIND_HOST).next().unwrap_or("");
            if authority.is_empty() {
                return Err(SourceError::Empty);
            }
            return if rest[authority.len()..].contains('@') {
                Err(SourceError::At)
            } else {
                Ok(Self::Address(text.to_owned()))
            };
        }
        if text.contains('@') && !text.starts_with(['/', '.']) {
            return Err(SourceError::Unclear);
        }
        Ok(if text.starts_with("/dev/") { Self::Device(text.into()) } else { Self::File(text.into()) })
    }
}

/// How fast a film is read; a camera is read as fast as it gives pictures.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Pace {
    /// As fast as pictures are taken.
    Film,
    /// As fast as it was taken, as if it were a camera.
    Life,
}

impl Source {
    /// Whether it has an end.
    pub fn is_film(&self) -> bool {
        matches!(self, Self::File(_))
    }

    /// What tells ffmpeg to open it.
    pub(crate) fn arguments(&self, pace: Pace) -> Vec<std::ffi::OsString> {
        let mut arguments: Vec<std::ffi::OsString> = Vec::new();
        if self.is_film() && pace == Pace::Life {
            arguments.push("-re".into());
        }
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
        let line = &without_pointers(line);
        match self {
            Self::Address(address) => {
                let mut line = line.replace(address.as_str(), &self.to_string());
                let credentials = credentials(address);
                let password = credentials.and_then(|both| both.split_once(':')).map(|(_, password)| password);
                // Behind the host there may be another secret; a lone "/" is none.
                let behind =
                    address.split_once("://").and_then(|(_, rest)| rest.find(BEHIND_HOST).map(|at| &rest[at..]));
                for secret in [credentials, behind, password].into_iter().flatten().filter(|secret| secret.len() > 1) {
                    line = line.replace(secret, "***");
                }
                line
            }
            Self::Device(_) | Self::File(_) => line.to_owned(),
        }
    }
}

/// A line of ffmpeg's without the numbers of its objects, as in `[rtsp @ 0x5581]`: the same fault would be another each time.
fn without_pointers(line: &str) -> String {
    let mut parts = line.split(" @ 0x");
    let mut text = parts.next().unwrap_or("").to_owned();
    for part in parts {
        text.push_str(part.trim_start_matches(|c: char| c.is_ascii_hexdigit()));
    }
    text
}

/// Name and password of an address.
fn credentials(address: &str) -> Option<&str> {
    let rest = address.split_once("://")?.1;
    let authority = rest.split(BEHIND_HOST).next()?;
    authority.rsplit_once('@').map(|(credentials, _)| credentials)
}

impl fmt::Display for Source {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(address) => {
                let (scheme, rest) = address.split_once("://").unwrap_or(("", address));
                let authority = rest.split(BEHIND_HOST).next().unwrap_or("");
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
    fn what_may_be_half_of_an_address_is_neither_opened_nor_shown() {
        for (wrong, expected) in [
            ("rtsp:/admin:s3cret@10.0.0.7/stream", SourceError::Unclear),
            ("admin:s3cret@10.0.0.7/stream", SourceError::Unclear),
            ("admin:s3cret@host://stream", SourceError::Unclear),
            // ffmpeg takes "admin" for the host and what follows for its port.
            ("rtsp://admin:s3/cret@10.0.0.7/stream", SourceError::At),
            ("http://admin:s3cret?@10.0.0.7/stream", SourceError::At),
            ("rtsp://", SourceError::Empty),
        ] {
            let error = wrong.parse::<Source>().unwrap_err();
            assert_eq!(error, expected, "{wrong}");
            assert!(!error.to_string().contains("s3"), "{error}");
        }
        assert!(matches!("./a@b.mp4".parse(), Ok(Source::File(_))));
    }

    #[test]
    fn parts_of_an_address_in_what_ffmpeg_says_are_not_shown_either() {
        let source: Source = "rtsp://admin:s3cret@10.0.0.7/live?token=abc".parse().unwrap();
        for said in ["cannot open /live?token=abc", "login s3cret refused", "rtsp://10.0.0.7/live?token=abc: 404"] {
            let line = source.redacted(said);
            assert!(!line.contains("s3cret") && !line.contains("token"), "{line}");
        }
        let plain: Source = "http://10.0.0.7/".parse().unwrap();
        assert_eq!(plain.redacted("a/b"), "a/b");
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
            let name = source.arguments(Pace::Film).pop().unwrap();
            assert!(name.to_string_lossy().starts_with("file:"), "{name:?}");
        }
    }
}
