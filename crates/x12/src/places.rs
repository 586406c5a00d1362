//! The loop of each segment while a file is read.

use crate::guide::guide_of;
use crate::located::{Located, unplaced};
use crate::segment::Segment;
use crate::stream::Event;
use crate::walk::Walker;

/// Names loops event by event, as [`crate::locate`] does for a whole transaction set.
#[derive(Default)]
pub(crate) struct Places {
    /// GS08.
    version: String,
    /// Walks the open transaction set; `None` without a guide for its version.
    walker: Option<Walker>,
}

impl Places {
    /// Takes the envelopes an event opens or closes. To be called with every event, before its segments are placed.
    pub fn take(&mut self, event: &Event<'_>) {
        match event {
            Event::Unit(_) | Event::TransactionEnd(_) => {}
            Event::Transaction(st) => {
                let guide = if st.el(3).is_empty() { &self.version } else { st.el(3) };
                self.walker = guide_of(st.el(1), guide).map(Walker::new);
            }
            Event::Group(gs) => {
                gs.el(8).clone_into(&mut self.version);
                self.walker = None;
            }
            _ => self.walker = None,
        }
    }

    /// The loop of the next segment of the event.
    pub fn locate<'a>(&mut self, segment: &Segment<'a>) -> Located<'a> {
        match &mut self.walker {
            Some(walker) => walker.step(segment, &mut Vec::new()).located,
            None => unplaced(*segment),
        }
    }
}
