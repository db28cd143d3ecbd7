//! The one thread that looks for people, in turns.

use std::mem;
use std::panic::{self, AssertUnwindSafe};

use footage::Picture;

use super::Find;
use super::causes::Causes;
use super::feed::Feed;

/// Looks until the feed is stopped.
pub(super) fn run(feed: &Feed, mut find: Find) {
    let mut causes = Causes::default();
    while let Some(mut task) = feed.next_task() {
        let empty = Picture { width: 0, height: 0, rgb: Vec::new() };
        let picture = mem::replace(&mut task.shot.picture, empty);
        let size = [picture.width, picture.height];
        // A network that breaks must not end the thread: nobody would be seen any more, and nothing would say so.
        let found = panic::catch_unwind(AssertUnwindSafe(|| find(picture)));
        let found = match found.unwrap_or_else(|_| Err("the search broke off".to_owned())) {
            Ok(bodies) => {
                causes.over();
                Some(task.sight(size, bodies))
            }
            Err(cause) => {
                if causes.is_new(&cause) {
                    tracing::error!(camera = task.name, cause, "nobody can be looked for in a picture");
                }
                None
            }
        };
        feed.looked(task.camera, found);
    }
}
