//! Text being put together with its map.

use crate::{
    Kind, Map, Piece, Place, ReadError,
    limit::{self, TEXT_BYTES_MAX},
};

/// Text so far.
pub(crate) struct Builder {
    kind: Kind,
    text: String,
    map: Map,
    /// Put before every place: the part of the file that is being read.
    part: String,
}

impl Builder {
    pub(crate) fn new(kind: Kind) -> Self {
        Self { kind, text: String::new(), map: Map::default(), part: String::new() }
    }

    /// What follows comes from this part of the file.
    pub(crate) fn set_part(&mut self, part: &str) {
        part.clone_into(&mut self.part);
    }

    /// Adds text that stands at a place.
    pub(crate) fn push(&mut self, text: &str, mut place: Place) -> Result<(), ReadError> {
        if text.is_empty() {
            return Ok(());
        }
        if place.part.is_empty() {
            place.part.clone_from(&self.part);
        }
        let start = self.text.len();
        self.add(text)?;
        let piece = Piece { start, end: self.text.len(), place };
        match self.map.pieces.last_mut() {
            Some(last) if last.goes_on(&piece) => {
                last.end = piece.end;
                if let (Some(so_far), Some(more)) = (last.place.bytes.as_mut(), piece.place.bytes) {
                    so_far.1 = more.1;
                }
            }
            _ => self.map.pieces.push(piece),
        }
        Ok(())
    }

    /// Adds text that stands nowhere in the original.
    pub(crate) fn add(&mut self, text: &str) -> Result<(), ReadError> {
        if self.text.len() + text.len() > TEXT_BYTES_MAX {
            let found = format!("the text is longer than {} MiB", limit::TEXT_BYTES_MAX >> 20);
            return Err(ReadError::new(self.kind, "file", found, "give the note of each visit by itself"));
        }
        self.text.push_str(text);
        Ok(())
    }

    /// Adds a note that was read from a part of this file.
    pub(crate) fn embed(&mut self, note: &crate::Read, part: &str) -> Result<(), ReadError> {
        let offset = self.text.len();
        self.add(&note.text)?;
        for piece in &note.map.pieces {
            let mut place = piece.place.clone();
            let inner = if place.part.is_empty() { String::new() } else { format!(", {}", place.part) };
            place.part = format!("{part}{inner}");
            self.map.pieces.push(Piece { start: piece.start + offset, end: piece.end + offset, place });
        }
        Ok(())
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn finish(self) -> (String, Map) {
        (self.text, self.map)
    }
}
