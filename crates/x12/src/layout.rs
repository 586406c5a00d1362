//! The same file laid out for people or for size.

use std::io::{Read, Write};

use crate::envelope::StreamError;
use crate::lexer::not_x12;
use crate::places::Places;
use crate::stream::{Event, Reader};

/// How segments are laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// One segment a line.
    Lines,
    /// One segment a line, indented by its loops.
    Indented,
    /// No line ends at all.
    Compact,
}

/// Lays a file out anew as it is read. Nothing but the blanks between segments changes.
///
/// # Errors
/// [`StreamError`] at the first place that cannot be read, or when `out` cannot be written.
pub fn lay_out(source: impl Read, layout: Layout, mut out: impl Write) -> Result<(), StreamError> {
    let mut reader = Reader::new(source);
    let mut places = Places::default();
    let (mut bytes, mut is_begun) = (Vec::new(), false);
    loop {
        let event = reader.next_event()?;
        places.take(&event);
        bytes.clear();
        for segment in event.segments() {
            let depth = if layout == Layout::Indented { places.locate(segment).depth } else { 0 };
            bytes.resize(bytes.len().saturating_add(usize::from(depth).saturating_mul(2)), b' ');
            bytes.extend_from_slice(segment.raw());
            let terminator = segment.delimiters().segment;
            bytes.push(terminator);
            if layout != Layout::Compact && terminator != b'\n' {
                bytes.push(b'\n');
            }
        }
        is_begun |= !bytes.is_empty();
        out.write_all(&bytes)?;
        match event {
            Event::Broken(error) => return Err(error.into()),
            Event::End(_) if !is_begun => return Err(not_x12(0, "the file is empty".to_owned()).into()),
            Event::End(_) => return Ok(out.flush()?),
            _ => {}
        }
    }
}
