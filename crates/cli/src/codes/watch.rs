//! The application's library while it serves: a new import answers without a restart.

use std::{sync::Arc, time::Duration};

use server::app::Live;

use super::shelf::Shelf;

/// How often the shelf is looked at; a look costs one small file, and one small question where a server keeps it.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// Lets every new state of a shelf answer from the next request on. A shelf that cannot be read leaves the library as it
/// is; the failure is told once.
pub fn watch(shelf: Shelf, live: Arc<Live>) {
    std::thread::spawn(move || {
        let mut known = shelf.state().unwrap_or_default();
        let mut told = String::new();
        loop {
            std::thread::sleep(LOOK_EVERY);
            let loaded = shelf.state().and_then(|state| {
                if state == known {
                    return Ok(None);
                }
                // No one waits for the search structures: the library before answers until they are there.
                let library = shelf.library()?;
                shelf.warm(&library, &live.now().db)?;
                Ok(Some((library, state)))
            });
            match loaded {
                Ok(None) => {}
                Ok(Some((library, state))) => {
                    live.set_library(&Arc::new(library));
                    known = state;
                    told.clear();
                }
                Err(error) => {
                    let text = format!("{error:#}");
                    if text != told {
                        eprintln!("superbill: the code library stays as it was: {text}");
                        told = text;
                    }
                }
            }
        }
    });
}
