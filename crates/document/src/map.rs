//! From a span of the text to its place in the original.

use std::ops::Range;

use serde::{Deserialize, Serialize};

/// Where pieces of the text come from, in the order of the text.
///
/// Line breaks and marks that a reader adds (between paragraphs, cells, list items) come from nowhere.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Map {
    pub(crate) pieces: Vec<Piece>,
}

/// A stretch of text and where it stands in the original.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    /// First byte of the text.
    pub start: usize,
    /// Byte after its last.
    pub end: usize,
    /// Where it comes from.
    pub place: Place,
}

/// A place in the original. What a format does not have is left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Part of the file: the path of an embedded document, or a member of an archive. Empty for the file itself.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub part: String,
    /// Bytes of the part, from and to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<(usize, usize)>,
    /// Page, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<u32>,
    /// Paragraph of the part, or line of the page, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paragraph: Option<u32>,
}

impl Place {
    /// Bytes of the file.
    pub(crate) fn bytes(bytes: Range<usize>) -> Self {
        Self { bytes: Some((bytes.start, bytes.end)), ..Self::default() }
    }
}

impl Piece {
    /// How many bytes of the original stand for one of the text, where each stands for as many (UTF-16 has two).
    fn stride(&self) -> Option<usize> {
        let (from, to) = self.place.bytes?;
        let (original, text) = (to.checked_sub(from)?, self.end.checked_sub(self.start)?);
        (text > 0 && original % text == 0 && original / text > 0).then(|| original / text)
    }

    /// The place of the part of this piece that a span covers.
    fn covered(&self, span: &Range<usize>) -> Option<Place> {
        let (start, end) = (self.start.max(span.start), self.end.min(span.end));
        if start >= end {
            return None;
        }
        let mut place = self.place.clone();
        if let (Some((from, _)), Some(stride)) = (self.place.bytes, self.stride()) {
            place.bytes = Some((from + (start - self.start) * stride, from + (end - self.start) * stride));
        }
        Some(place)
    }

    /// True when `next` goes on where this ends, in text and original, letter by letter.
    pub(crate) fn goes_on(&self, next: &Self) -> bool {
        let is_level = |piece: &Self| piece.stride() == Some(1);
        let (Some((_, to)), Some((from, _))) = (self.place.bytes, next.place.bytes) else {
            return self.place == next.place && self.end == next.start;
        };
        let is_same = |a: &Place, b: &Place| (&a.part, a.page, a.paragraph) == (&b.part, b.page, b.paragraph);
        self.end == next.start && to == from && is_level(self) && is_level(next) && is_same(&self.place, &next.place)
    }
}

impl Map {
    /// The places a span of the text comes from, joined where they follow each other.
    pub fn places(&self, span: Range<usize>) -> Vec<Place> {
        let first = self.pieces.partition_point(|piece| piece.end <= span.start);
        let covered = self.pieces.iter().skip(first).take_while(|piece| piece.start < span.end);
        let mut places: Vec<Place> = Vec::new();
        for place in covered.filter_map(|piece| piece.covered(&span)) {
            match places.last_mut() {
                Some(last)
                    if last.part == place.part && (last.page, last.paragraph) == (place.page, place.paragraph) =>
                {
                    if let (Some(so_far), Some(more)) = (last.bytes.as_mut(), place.bytes) {
                        so_far.0 = so_far.0.min(more.0);
                        so_far.1 = so_far.1.max(more.1);
                    }
                }
                _ => places.push(place),
            }
        }
        places
    }

    /// The pieces in order.
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut parts = Vec::new();
        if let Some(page) = self.page {
            parts.push(format!("page {page}"));
        }
        if let Some(paragraph) = self.paragraph {
            let word = if self.page.is_some() { "line" } else { "paragraph" };
            parts.push(format!("{word} {paragraph}"));
        }
        if let Some((from, to)) = self.bytes {
            parts.push(format!("bytes {from}\u{2013}{to}"));
        }
        if !self.part.is_empty() {
            parts.push(format!("in {}", self.part));
        }
        f.write_str(&parts.join(" "))
    }
}
