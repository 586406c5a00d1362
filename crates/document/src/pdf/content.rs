//! The content of a page as runs of text with their places (ISO 32000-1 sections 8.4 and 9.4).

use std::collections::BTreeMap;

use lopdf::{Dictionary, Document, Object, ObjectId, content::Content};

use super::{STREAM_BYTES_MAX, font::Font};

/// Text that stands together, in points from the lower left.
pub(super) struct Run {
    pub x: f32,
    pub y: f32,
    pub end: f32,
    /// Height of the letters.
    pub size: f32,
    pub text: String,
}

/// Forms inside forms.
const FORMS_DEEP_MAX: u8 = 8;
/// Most operations of a page.
const OPERATIONS_MAX: usize = 2_000_000;
/// Deepest stack of graphics states.
const STATES_MAX: usize = 256;

/// `a b c d e f` of a transformation.
#[derive(Clone, Copy)]
struct Matrix([f32; 6]);

impl Matrix {
    const ONE: Self = Self([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);

    /// This one, then the other.
    fn then(self, other: Self) -> Self {
        let ([a, b, c, d, e, f], [g, h, i, j, k, l]) = (self.0, other.0);
        Self([a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + l])
    }

    fn moved(self, x: f32, y: f32) -> Self {
        Self([1.0, 0.0, 0.0, 1.0, x, y]).then(self)
    }

    fn read(operands: &[Object]) -> Option<Self> {
        let mut matrix = [0.0; 6];
        for (n, to) in matrix.iter_mut().enumerate() {
            *to = operands.get(n)?.as_float().ok()?;
        }
        Some(Self(matrix))
    }
}

#[derive(Clone)]
struct State {
    page: Matrix,
    font: Vec<u8>,
    size: f32,
    between_letters: f32,
    between_words: f32,
    stretch: f32,
    leading: f32,
    rise: f32,
}

struct Interpreter<'a> {
    document: &'a Document,
    runs: Vec<Run>,
    operations: usize,
    state: State,
    states: Vec<State>,
    text: Matrix,
    line: Matrix,
}

/// The runs of a page in the order they are drawn.
pub(super) fn runs(document: &Document, page: ObjectId) -> Result<Vec<Run>, String> {
    let content = document
        .get_page_content_with_limit(page, STREAM_BYTES_MAX)
        .map_err(|e| format!("content that does not unpack ({e})"))?;
    let (resources, inherited) =
        document.get_page_resources(page).map_err(|e| format!("no readable resources ({e})"))?;
    let inherited = inherited.into_iter().filter_map(|id| document.get_dictionary(id).ok());
    let resources: Vec<&Dictionary> = resources.into_iter().chain(inherited).collect();
    let state = State {
        page: upright(document, page),
        font: Vec::new(),
        size: 1.0,
        between_letters: 0.0,
        between_words: 0.0,
        stretch: 1.0,
        leading: 0.0,
        rise: 0.0,
    };
    let mut interpreter = Interpreter {
        document,
        runs: Vec::new(),
        operations: 0,
        state,
        states: Vec::new(),
        text: Matrix::ONE,
        line: Matrix::ONE,
    };
    interpreter.run(&content, &resources, 0)?;
    Ok(interpreter.runs)
}

/// A page that is turned for its reader, turned.
fn upright(document: &Document, page: ObjectId) -> Matrix {
    let turned = document.get_dictionary(page).and_then(|page| page.get_deref(b"Rotate", document)?.as_i64());
    match turned.unwrap_or(0).rem_euclid(360) {
        90 => Matrix([0.0, -1.0, 1.0, 0.0, 0.0, 0.0]),
        180 => Matrix([-1.0, 0.0, 0.0, -1.0, 0.0, 0.0]),
        270 => Matrix([0.0, 1.0, -1.0, 0.0, 0.0, 0.0]),
        _ => Matrix::ONE,
    }
}

/// A resource of a kind by name, from the nearest dictionary that has it.
fn resource<'a>(document: &'a Document, all: &[&'a Dictionary], kind: &[u8], name: &[u8]) -> Option<&'a Object> {
    all.iter().find_map(|resources| {
        let kind = resources.get_deref(kind, document).ok()?.as_dict().ok()?;
        kind.get_deref(name, document).ok()
    })
}

impl<'a> Interpreter<'a> {
    fn run(&mut self, content: &[u8], resources: &[&'a Dictionary], depth: u8) -> Result<(), String> {
        let content = Content::decode(content).map_err(|e| format!("content that cannot be read ({e})"))?;
        let mut fonts: BTreeMap<Vec<u8>, Font<'a>> = BTreeMap::new();
        for operation in &content.operations {
            self.operations += 1;
            if self.operations > OPERATIONS_MAX {
                return Err("too much is drawn".to_owned());
            }
            let operands = operation.operands.as_slice();
            let number = |n: usize| operands.get(n).and_then(|o| o.as_float().ok()).unwrap_or(0.0);
            match operation.operator.as_str() {
                "q" if self.states.len() < STATES_MAX => self.states.push(self.state.clone()),
                "Q" => self.state = self.states.pop().unwrap_or_else(|| self.state.clone()),
                "cm" => {
                    let matrix = Matrix::read(operands).unwrap_or(Matrix::ONE);
                    self.state.page = matrix.then(self.state.page);
                }
                "BT" => (self.text, self.line) = (Matrix::ONE, Matrix::ONE),
                "Tf" => {
                    let name = operands.first().and_then(|o| o.as_name().ok()).unwrap_or_default();
                    name.clone_into(&mut self.state.font);
                    self.state.size = number(1);
                    if !fonts.contains_key(name)
                        && let Some(font) = resource(self.document, resources, b"Font", name)
                        && let Ok(font) = font.as_dict()
                    {
                        fonts.insert(name.to_owned(), Font::read(font, self.document));
                    }
                }
                "Tc" => self.state.between_letters = number(0),
                "Tw" => self.state.between_words = number(0),
                "Tz" => self.state.stretch = number(0) / 100.0,
                "TL" => self.state.leading = number(0),
                "Ts" => self.state.rise = number(0),
                "Td" => self.next_line(number(0), number(1)),
                "TD" => {
                    self.state.leading = -number(1);
                    self.next_line(number(0), number(1));
                }
                "Tm" => {
                    let matrix = Matrix::read(operands).unwrap_or(Matrix::ONE);
                    (self.text, self.line) = (matrix, matrix);
                }
                "T*" => self.next_line(0.0, -self.state.leading),
                "Tj" => self.show(operands.first(), &fonts),
                "'" => {
                    self.next_line(0.0, -self.state.leading);
                    self.show(operands.first(), &fonts);
                }
                "\"" => {
                    (self.state.between_words, self.state.between_letters) = (number(0), number(1));
                    self.next_line(0.0, -self.state.leading);
                    self.show(operands.get(2), &fonts);
                }
                "TJ" => {
                    for part in operands.first().and_then(|o| o.as_array().ok()).into_iter().flatten() {
                        match part.as_float() {
                            Ok(back) => {
                                let across = -back / 1000.0 * self.state.size * self.state.stretch;
                                self.text = self.text.moved(across, 0.0);
                            }
                            Err(_) => self.show(Some(part), &fonts),
                        }
                    }
                }
                "Do" => self.form(operands.first(), resources, depth)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn next_line(&mut self, x: f32, y: f32) {
        self.line = self.line.moved(x, y);
        self.text = self.line;
    }

    fn show(&mut self, string: Option<&Object>, fonts: &BTreeMap<Vec<u8>, Font<'a>>) {
        let Some(Ok(string)) = string.map(Object::as_str) else { return };
        let Some(font) = fonts.get(&self.state.font) else { return };
        let from = self.text.moved(0.0, self.state.rise).then(self.state.page);
        let mut text = String::new();
        for glyph in font.glyphs(string) {
            let blank = if glyph.is_blank { self.state.between_words } else { 0.0 };
            let across = glyph.width / 1000.0 * self.state.size + self.state.between_letters + blank;
            self.text = self.text.moved(across * self.state.stretch, 0.0);
            text.push_str(&glyph.text);
        }
        let to = self.text.moved(0.0, self.state.rise).then(self.state.page);
        let ([_, _, c, d, x, y], [.., end, _]) = (from.0, to.0);
        if !text.is_empty() {
            self.runs.push(Run { x, y, end, size: c.hypot(d) * self.state.size.abs(), text });
        }
    }

    fn form(&mut self, name: Option<&Object>, resources: &[&'a Dictionary], depth: u8) -> Result<(), String> {
        let Some(Ok(name)) = name.map(Object::as_name) else { return Ok(()) };
        let Some(Object::Stream(form)) = resource(self.document, resources, b"XObject", name) else { return Ok(()) };
        let is_form = form.dict.get(b"Subtype").and_then(Object::as_name).is_ok_and(|kind| kind == b"Form");
        if !is_form || depth >= FORMS_DEEP_MAX {
            return Ok(());
        }
        let content = form
            .get_plain_content_with_limit(STREAM_BYTES_MAX)
            .map_err(|e| format!("a form that does not unpack ({e})"))?;
        let own = form.dict.get_deref(b"Resources", self.document).and_then(Object::as_dict).ok();
        let inner: Vec<&Dictionary> = own.into_iter().chain(resources.iter().copied()).collect();
        let saved = (self.state.clone(), std::mem::take(&mut self.states), self.text, self.line);
        let matrix = form.dict.get_deref(b"Matrix", self.document).and_then(Object::as_array).ok();
        if let Some(matrix) = matrix.and_then(|m| Matrix::read(m)) {
            self.state.page = matrix.then(self.state.page);
        }
        self.run(&content, &inner, depth + 1)?;
        (self.state, self.states, self.text, self.line) = saved;
        Ok(())
    }
}
