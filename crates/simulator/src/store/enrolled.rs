//! The simulator's own devices: found by their tokens from an earlier run, or invited and joined like any other.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Context;
use protocol::device::{DeviceRole, DeviceState, NewDevice};
use protocol::error_code::ErrorCode;
use serde::{Deserialize, Serialize};

use crate::api::{Api, ApiError, patiently};

/// A device that is wanted.
#[derive(Clone, PartialEq, Debug)]
pub struct Device(NewDevice);

impl Device {
    /// With this name, role and zone; the name tells it from the others.
    pub fn new(name: &str, role: DeviceRole, zone: &str) -> Self {
        Self(NewDevice { name: name.to_owned(), role, zone: zone.to_owned() })
    }
}

/// The tokens of devices, kept in a file where one is given. Whoever reads the file can speak as these devices.
pub struct Devices {
    file: Option<PathBuf>,
    kept: Kept,
}

#[derive(Clone, Default, Serialize, Deserialize)]
struct Kept {
    server: String,
    tokens: BTreeMap<String, String>,
}

impl Devices {
    /// Reads the file; tokens of another server are not used.
    ///
    /// # Errors
    ///
    /// Where the file is there and is not ours.
    pub fn open(outside: &Api, file: Option<&Path>) -> anyhow::Result<Self> {
        let mut kept = Kept::default();
        if let Some(path) = file.filter(|path| path.exists()) {
            let unreadable = || format!("cannot read the state file {}", path.display());
            let text = std::fs::read_to_string(path).with_context(unreadable)?;
            kept = serde_json::from_str(&text).with_context(unreadable)?;
        }
        if kept.server != outside.server() {
            kept = Kept { server: outside.server().to_owned(), tokens: BTreeMap::new() };
        }
        Ok(Self { file: file.map(Path::to_owned), kept })
    }

    /// Gives a valid token for every wanted device, by name. A device of that name whose token is lost is revoked and
    /// another takes its place.
    pub async fn join(
        mut self,
        outside: &Api,
        admin: &Api,
        wanted: &[Device],
    ) -> anyhow::Result<BTreeMap<String, String>> {
        let known = patiently(|| admin.devices()).await?;
        for Device(device) in wanted {
            if let Some(token) = self.kept.tokens.get(&device.name)
                && is_valid(&outside.with_token(token), device).await?
            {
                continue;
            }
            for old in known.iter().filter(|old| old.name == device.name) {
                if old.state != DeviceState::Revoked {
                    patiently(|| admin.revoke_device(old.id)).await?;
                }
            }
            let token = patiently(|| invite_and_join(outside, admin, device))
                .await
                .with_context(|| format!("{} cannot join", device.name))?;
            self.kept.tokens.insert(device.name.clone(), token);
            self.save()?;
        }
        Ok(self.kept.tokens)
    }

    fn save(&self) -> anyhow::Result<()> {
        let Some(path) = &self.file else { return Ok(()) };
        let unwritable = || format!("cannot write the state file {}", path.display());
        let half = path.with_extension("part");
        std::fs::write(&half, serde_json::to_vec_pretty(&self.kept)?).with_context(unwritable)?;
        std::fs::rename(&half, path).with_context(unwritable)
    }
}

async fn is_valid(device: &Api, wanted: &NewDevice) -> Result<bool, ApiError> {
    match patiently(|| device.this_device()).await {
        Ok(joined) => Ok(joined.device.role == wanted.role && joined.device.zone == wanted.zone),
        Err(error) if error.code() == Some(ErrorCode::NotAuthenticated) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Both steps at once: a code whose answer was lost is of no use, so a repetition invites anew.
async fn invite_and_join(outside: &Api, admin: &Api, device: &NewDevice) -> Result<String, ApiError> {
    let invitation = admin.invite_device(device).await?;
    Ok(outside.join_device(&invitation.code).await?.token.unwrap_or_default())
}
