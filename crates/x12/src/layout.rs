//! The same file laid out for people or for size.

use crate::lexer::Lexer;
use crate::{ReadError, locate, read};

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

/// Lays a file out anew. Nothing but the blanks between segments changes.
///
/// # Errors
/// [`ReadError`] at the first place that cannot be read.
pub fn lay_out(bytes: &[u8], layout: Layout) -> Result<Vec<u8>, ReadError> {
    let depths = if layout == Layout::Indented { depths(bytes)? } else { Vec::new() };
    let mut depths = depths.iter().peekable();
    let mut out = Vec::with_capacity(bytes.len().saturating_add(bytes.len() / 16));
    for segment in Lexer::new(bytes) {
        let segment = segment?;
        if let Some((_, depth)) = depths.next_if(|(offset, _)| *offset == segment.offset()) {
            out.resize(out.len().saturating_add(depth.saturating_mul(2)), b' ');
        }
        out.extend_from_slice(segment.raw());
        out.push(segment.delimiters().segment);
        if layout != Layout::Compact && segment.delimiters().segment != b'\n' {
            out.push(b'\n');
        }
    }
    Ok(out)
}

/// The offsets of segments in loops, and how deep each stands.
fn depths(bytes: &[u8]) -> Result<Vec<(usize, usize)>, ReadError> {
    let interchanges = read(bytes)?;
    let located = interchanges.iter().flat_map(|interchange| interchange.transactions()).flat_map(locate);
    Ok(located.map(|one| (one.segment.offset(), usize::from(one.depth))).collect())
}
