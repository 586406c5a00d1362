//! Fonts as far as text needs them: what a code means, and how wide it is.

use std::collections::BTreeMap;

use lopdf::{Dictionary, Document, Encoding, Object};

use super::STREAM_BYTES_MAX;

/// Widths of Helvetica for the printable characters of ASCII, in thousandths: files may leave out those of the fonts
/// that every reader has (ISO 32000-1 section 9.6.2.2), and others are near enough to find the blanks between words.
const HELVETICA: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556,
    556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833,
    722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556,
    556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334,
    260, 334, 584,
];
const TYPEWRITER: f32 = 600.0;
const OTHER: f32 = 556.0;
/// Most widths kept of a font.
const WIDTHS_MAX: usize = 1 << 16;

/// A font of a page.
pub(super) struct Font<'a> {
    meaning: Option<Encoding<'a>>,
    /// Bytes of a code.
    code_bytes: usize,
    widths: BTreeMap<u32, f32>,
    default_width: f32,
    is_typewriter: bool,
    has_widths: bool,
}

/// A character or ligature, its width in thousandths of the font size, and whether it is the blank of one byte.
pub(super) struct Glyph {
    pub text: String,
    pub width: f32,
    pub is_blank: bool,
}

impl<'a> Font<'a> {
    pub(super) fn read(font: &'a Dictionary, document: &'a Document) -> Self {
        let is_composite = font.get(b"Subtype").and_then(Object::as_name).is_ok_and(|name| name == b"Type0");
        let name = font.get(b"BaseFont").and_then(Object::as_name).unwrap_or_default();
        let mut read = Self {
            meaning: meaning(font, document),
            code_bytes: if is_composite { 2 } else { 1 },
            widths: BTreeMap::new(),
            default_width: OTHER,
            is_typewriter: name.windows(7).any(|part| part == b"Courier"),
            has_widths: false,
        };
        if is_composite {
            read.composite_widths(font, document)
        } else {
            read.simple_widths(font, document)
        };
        read
    }

    fn simple_widths(&mut self, font: &Dictionary, document: &Document) -> Option<()> {
        let first = font.get_deref(b"FirstChar", document).ok()?.as_i64().ok()?;
        let widths = font.get_deref(b"Widths", document).ok()?.as_array().ok()?;
        for (n, width) in widths.iter().take(256).enumerate() {
            let code = u32::try_from(first).ok()?.checked_add(u32::try_from(n).ok()?)?;
            self.widths.insert(code, number(width, document)?);
        }
        self.has_widths = true;
        Some(())
    }

    /// `W` of the descendant: `c [w …]` or `first last w` (ISO 32000-1 section 9.7.4.3).
    fn composite_widths(&mut self, font: &Dictionary, document: &Document) -> Option<()> {
        let descendants = font.get_deref(b"DescendantFonts", document).ok()?.as_array().ok()?;
        let (_, descendant) = document.dereference(descendants.first()?).ok()?;
        let descendant = descendant.as_dict().ok()?;
        self.has_widths = true;
        self.default_width = 1000.0;
        if let Ok(width) = descendant.get_deref(b"DW", document) {
            self.default_width = number(width, document)?;
        }
        let mut list = descendant.get_deref(b"W", document).ok()?.as_array().ok()?.iter();
        while let Some(first) = list.next() {
            let first = u32::try_from(document.dereference(first).ok()?.1.as_i64().ok()?).ok()?;
            let (_, second) = document.dereference(list.next()?).ok()?;
            let widths: Vec<(u32, f32)> = match second {
                Object::Array(widths) => {
                    (first..).zip(widths).map_while(|(code, width)| Some((code, number(width, document)?))).collect()
                }
                last => {
                    let last = u32::try_from(last.as_i64().ok()?).ok()?.min(first.saturating_add(0xFFFF));
                    let width = number(list.next()?, document)?;
                    (first..=last).map(|code| (code, width)).collect()
                }
            };
            self.widths.extend(widths);
            if self.widths.len() > WIDTHS_MAX {
                return None;
            }
        }
        Some(())
    }

    fn width(&self, code: u32, text: &str) -> f32 {
        if self.has_widths {
            return self.widths.get(&code).copied().unwrap_or(self.default_width);
        }
        if self.is_typewriter {
            return TYPEWRITER;
        }
        let at = text.chars().next().and_then(|c| u32::from(c).checked_sub(32)).and_then(|n| usize::try_from(n).ok());
        at.and_then(|n| HELVETICA.get(n)).map_or(OTHER, |width| f32::from(*width))
    }

    /// The glyphs of a string.
    pub(super) fn glyphs(&self, string: &[u8]) -> Vec<Glyph> {
        let glyph = |bytes: &[u8]| {
            let code = bytes.iter().fold(0_u32, |code, byte| code << 8 | u32::from(*byte));
            let text = self.meaning.as_ref().and_then(|m| m.bytes_to_string(bytes).ok()).unwrap_or_default();
            // What a font does not map is no text; control characters are none either.
            let text: String = text.chars().filter(|c| !c.is_control() && *c != '\u{fffd}' && *c != '\u{ad}').collect();
            let width = self.width(code, &text);
            Glyph { text: apart(&text), width, is_blank: bytes == b" " }
        };
        string.chunks(self.code_bytes).map(glyph).collect()
    }
}

/// Ligatures as their letters, so that words are found.
fn apart(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\u{fb00}' => out.push_str("ff"),
            '\u{fb01}' => out.push_str("fi"),
            '\u{fb02}' => out.push_str("fl"),
            '\u{fb03}' => out.push_str("ffi"),
            '\u{fb04}' => out.push_str("ffl"),
            c => out.push(c),
        }
    }
    out
}

/// A font's own map to Unicode says what its codes mean; its encoding only which glyphs they are.
fn meaning<'a>(font: &'a Dictionary, document: &'a Document) -> Option<Encoding<'a>> {
    if font.has(b"ToUnicode") {
        let mut mapped = font.clone();
        mapped.remove(b"Encoding");
        if let Ok(Encoding::UnicodeMapEncoding(map)) = mapped.get_font_encoding_with_limit(document, STREAM_BYTES_MAX) {
            return Some(Encoding::UnicodeMapEncoding(map));
        }
    }
    font.get_font_encoding_with_limit(document, STREAM_BYTES_MAX).ok()
}

fn number(object: &Object, document: &Document) -> Option<f32> {
    document.dereference(object).ok()?.1.as_float().ok()
}
