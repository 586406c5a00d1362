//! A small flow layout: text at a place, aligned to the left or right edge, wrapped paragraphs, rules.
//! US Letter in points, origin at the top left.

use krilla::color::rgb;
use krilla::geom::{PathBuilder, Point};
use krilla::num::NormalizedF32;
use krilla::page::PageSettings;
use krilla::paint::{Fill, Stroke};
use krilla::surface::Surface;
use krilla::text::{Font, TextDirection};

use crate::FormError;

const REGULAR: &[u8] = include_bytes!("../fonts/NotoSans-Regular-latin.ttf");
const BOLD: &[u8] = include_bytes!("../fonts/NotoSans-Bold-latin.ttf");

/// Page width in points.
pub(crate) const WIDTH: f32 = 612.0;
/// Page height in points.
pub(crate) const HEIGHT: f32 = 792.0;
/// Margin on every side.
pub(crate) const MARGIN: f32 = 54.0;

/// Weight of a text.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Weight {
    Regular,
    Bold,
}

/// A font with what is needed to measure it.
struct Face {
    font: Font,
    metrics: ttf_parser::Face<'static>,
}

impl Face {
    fn new(bytes: &'static [u8]) -> Result<Self, FormError> {
        let font = Font::new(bytes.to_vec().into(), 0).ok_or(FormError::Font)?;
        let metrics = ttf_parser::Face::parse(bytes, 0).map_err(|_| FormError::Font)?;
        Ok(Self { font, metrics })
    }

    /// Width of a text in points at a size, without kerning.
    #[expect(clippy::float_arithmetic, reason = "points on paper, not money")]
    fn width(&self, text: &str, size: f32) -> f32 {
        let units: u32 = text
            .chars()
            .filter_map(|c| self.metrics.glyph_index(c))
            .filter_map(|glyph| self.metrics.glyph_hor_advance(glyph))
            .map(u32::from)
            .sum();
        units as f32 * size / f32::from(self.metrics.units_per_em())
    }
}

/// The typefaces of a document.
pub(crate) struct Typefaces {
    regular: Face,
    bold: Face,
}

impl Typefaces {
    pub(crate) fn load() -> Result<Self, FormError> {
        Ok(Self { regular: Face::new(REGULAR)?, bold: Face::new(BOLD)? })
    }

    fn face(&self, weight: Weight) -> &Face {
        match weight {
            Weight::Regular => &self.regular,
            Weight::Bold => &self.bold,
        }
    }

    /// Breaks a paragraph into lines no wider than `width` points.
    pub(crate) fn wrap(&self, text: &str, size: f32, width: f32) -> Vec<String> {
        let mut lines = Vec::new();
        let mut line = String::new();
        for word in text.split_whitespace() {
            let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
            if line.is_empty() || self.regular.width(&longer, size) <= width {
                line = longer;
            } else {
                lines.push(std::mem::replace(&mut line, word.to_owned()));
            }
        }
        if !line.is_empty() {
            lines.push(line);
        }
        lines
    }
}

/// Settings of a letter page.
pub(crate) fn letter() -> Result<PageSettings, FormError> {
    PageSettings::from_wh(WIDTH, HEIGHT).ok_or(FormError::Layout)
}

/// A page being drawn.
pub(crate) struct Canvas<'a, 'b> {
    pub(crate) surface: &'a mut Surface<'b>,
    pub(crate) typefaces: &'a Typefaces,
}

impl Canvas<'_, '_> {
    /// Text with its baseline at `y`, starting at `x`.
    pub(crate) fn text(&mut self, x: f32, y: f32, size: f32, weight: Weight, text: &str) {
        self.ink(0);
        let font = self.typefaces.face(weight).font.clone();
        self.surface.draw_text(Point::from_xy(x, y), font, size, text, false, TextDirection::Auto);
    }

    /// Text ending at `x`.
    #[expect(clippy::float_arithmetic, reason = "points on paper, not money")]
    pub(crate) fn text_right(&mut self, x: f32, y: f32, size: f32, weight: Weight, text: &str) {
        let width = self.typefaces.face(weight).width(text, size);
        self.text(x - width, y, size, weight, text);
    }

    /// A horizontal rule.
    pub(crate) fn rule(&mut self, from: f32, to: f32, y: f32, thickness: f32) {
        let mut path = PathBuilder::new();
        path.move_to(from, y);
        path.line_to(to, y);
        let Some(path) = path.finish() else { return };
        self.surface.set_fill(None);
        self.surface.set_stroke(Some(Stroke {
            paint: rgb::Color::new(90, 90, 90).into(),
            width: thickness,
            opacity: NormalizedF32::ONE,
            ..Stroke::default()
        }));
        self.surface.draw_path(&path);
        self.surface.set_stroke(None);
    }

    fn ink(&mut self, grey: u8) {
        self.surface.set_stroke(None);
        self.surface.set_fill(Some(Fill {
            paint: rgb::Color::new(grey, grey, grey).into(),
            opacity: NormalizedF32::ONE,
            ..Fill::default()
        }));
    }
}
