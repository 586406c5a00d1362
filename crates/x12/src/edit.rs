//! A lossless editor: what is not edited comes out byte for byte as it came in.

use std::collections::BTreeMap;

use crate::envelope::ReadError;
use crate::lexer::Lexer;
use crate::segment::Segment;
use crate::write::WriteError;

/// A file to be changed element by element.
///
/// ```
/// # let isa = "ISA*00*          *00*          *ZZ*CLINIC         *ZZ*PAYER          *261002*0915*^*00501*000000001*0*T*:~";
/// # let file = format!("{isa}\r\nTA1*000000001*261002*0915*A*000~\r\nIEA*0*000000001~\r\n");
/// let mut editor = x12::Editor::new(file.as_bytes())?;
/// let ta1 = editor.segments().iter().position(|segment| segment.id() == "TA1").unwrap();
/// editor.set(ta1, 4, "R")?;
/// assert_eq!(editor.finish(), file.replace("*A*", "*R*").as_bytes());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Editor<'a> {
    bytes: &'a [u8],
    segments: Vec<Segment<'a>>,
    /// New bytes of a segment; `None` when it is removed with its terminator.
    edits: BTreeMap<usize, Option<Vec<u8>>>,
}

impl<'a> Editor<'a> {
    /// Over the bytes of a file.
    ///
    /// # Errors
    /// [`ReadError`] at the first place that cannot be read.
    pub fn new(bytes: &'a [u8]) -> Result<Self, ReadError> {
        let segments: Vec<Segment<'a>> = Lexer::new(bytes).collect::<Result<_, _>>()?;
        if segments.is_empty() {
            return Err(crate::lexer::not_x12(0, "the file is empty".to_owned()));
        }
        Ok(Self { bytes, segments, edits: BTreeMap::new() })
    }

    /// Every segment of the file in order, as read.
    #[must_use]
    pub fn segments(&self) -> &[Segment<'a>] {
        &self.segments
    }

    /// Replaces element `element` (1-based) of segment `index`, adding empty elements before it where it is absent.
    /// Components and repetitions are given with the delimiters of the file.
    ///
    /// # Errors
    /// [`WriteError::Forbidden`] when the value holds an element separator, a segment terminator or a control character.
    pub fn set(&mut self, index: usize, element: usize, value: &str) -> Result<(), WriteError> {
        let Some(segment) = self.segments.get(index) else { return Ok(()) };
        let marks = segment.delimiters();
        let is_forbidden =
            |c: &char| c.is_control() || [marks.element, marks.segment].iter().any(|mark| char::from(*mark) == *c);
        if let Some(found) = value.chars().find(is_forbidden) {
            let segment = segment.id().to_owned();
            return Err(WriteError::Forbidden { segment, element, value: value.to_owned(), found });
        }
        let raw = self.edits.remove(&index).flatten().unwrap_or_else(|| segment.raw().to_vec());
        let mut elements: Vec<&[u8]> = raw.split(|byte| *byte == marks.element).collect();
        if elements.len() <= element {
            elements.resize(element.saturating_add(1), b"");
        }
        if let Some(place) = elements.get_mut(element) {
            *place = value.as_bytes();
        }
        self.edits.insert(index, Some(elements.join(&marks.element)));
        Ok(())
    }

    /// Removes segment `index`. Counts in trailers are the caller's to set.
    pub fn remove(&mut self, index: usize) {
        self.edits.insert(index, None);
    }

    /// The bytes with the edits.
    #[must_use]
    pub fn finish(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.bytes.len());
        let mut at = 0_usize;
        for (index, segment) in self.segments.iter().enumerate() {
            out.extend_from_slice(self.bytes.get(at..segment.offset()).unwrap_or_default());
            at = segment.offset().saturating_add(segment.raw().len());
            let terminator = usize::from(segment.is_terminated());
            match self.edits.get(&index) {
                None => out.extend_from_slice(segment.raw()),
                Some(Some(raw)) => out.extend_from_slice(raw),
                Some(None) => {
                    at = at.saturating_add(terminator);
                    continue;
                }
            }
            out.extend_from_slice(self.bytes.get(at..at.saturating_add(terminator)).unwrap_or_default());
            at = at.saturating_add(terminator);
        }
        out.extend_from_slice(self.bytes.get(at..).unwrap_or_default());
        out
    }
}
