//! `state.json`: how far the server has acknowledged, and how many units stand at each slot.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use domain::ids::SlotId;
use serde::{Deserialize, Serialize};

/// See the module.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub(super) struct State {
    /// Every event up to this number is decided.
    pub(super) acked: u64,
    /// The counts include every event up to this number.
    pub(super) counted: u64,
    /// Units at each slot.
    pub(super) counts: BTreeMap<SlotId, u32>,
}

const NAME: &str = "state.json";

impl State {
    /// The last state noted; the first one where there is none or it is damaged, which is logged.
    pub(super) fn load(folder: &Path) -> Self {
        let content = match fs::read(folder.join(NAME)) {
            Ok(content) => content,
            Err(error) => {
                if error.kind() != io::ErrorKind::NotFound {
                    tracing::warn!(%error, "the spool's state cannot be read");
                }
                return Self::default();
            }
        };
        serde_json::from_slice(&content).unwrap_or_else(|error| {
            tracing::warn!(%error, "the spool's state is damaged; acknowledged events may be sent again");
            Self::default()
        })
    }

    /// Replaces the state as a whole: a reader finds the old one or this one.
    pub(super) fn save(&self, folder: &Path) -> io::Result<()> {
        replace(&folder.join(NAME), serde_json::to_string(self)?.as_bytes())
    }
}

/// Replaces a file as a whole: after a loss of power it is the old one or this one.
pub(crate) fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    let draft = path.with_extension("json.new");
    let mut file = File::create(&draft)?;
    file.write_all(content)?;
    file.sync_data()?;
    fs::rename(&draft, path)
}
