//! X12 as JSON and back, without loss of meaning: loops nest, every value is a string as it was sent.
//!
//! ```json
//! {"interchanges": [{"isa": ["00", "…"], "groups": [{"gs": ["HC", "…"], "transactions": [
//!   {"st": ["837", "0001", "005010X222A1"], "body": [
//!     ["BHT", "0019", "00", "1", "20261002", "0915", "CH"],
//!     {"loop": "2300", "body": [["CLM", "A1", "125", "", "", ["11", "B", "1"]]]}
//! ]}]}]}]}
//! ```
//!
//! A segment is an array: its identifier, then its elements; trailing empty elements are left out. A composite is an
//! array of strings, a repeated element `{"repeat": […]}`. Amounts stay decimal strings. SE, GE and IEA are not part of
//! the document: their counts and numbers follow from it.

use serde::{Deserialize, Serialize};

pub use crate::json_file::write_document;

use crate::envelope::{Group, Interchange, ReadError, Transaction, read_complete};
use crate::segment::{Delimiters, Segment};
use crate::walk::{Located, locate};
use crate::write::WriteError;

/// A file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// Its interchanges.
    pub interchanges: Vec<InterchangeNode>,
}

/// One interchange.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InterchangeNode {
    /// ISA01 to ISA16, padding removed from ISA02 to ISA08.
    pub isa: Vec<String>,
    /// TA1 segments.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub answers: Vec<Vec<Value>>,
    /// Its groups.
    pub groups: Vec<GroupNode>,
}

/// One functional group.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupNode {
    /// GS01 to GS08.
    pub gs: Vec<String>,
    /// Its transaction sets.
    pub transactions: Vec<TransactionNode>,
}

/// One transaction set.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TransactionNode {
    /// ST01 to ST03.
    pub st: Vec<String>,
    /// Segments and loops in order.
    pub body: Vec<Node>,
}

/// A segment, or a loop of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Node {
    /// Identifier and elements.
    Segment(Vec<Value>),
    /// A loop of the guide.
    Loop {
        /// Such as `2010AA`.
        #[serde(rename = "loop")]
        id: String,
        /// What it holds, in order.
        body: Vec<Node>,
    },
}

/// An element.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// A plain value, empty for none.
    Text(String),
    /// Components.
    Composite(Vec<String>),
    /// Repetitions.
    Repeat {
        /// Each of them.
        repeat: Vec<Value>,
    },
}

impl Document {
    /// Reads a whole file.
    ///
    /// # Errors
    /// [`ReadError`] when it cannot be read, is cut or holds segments outside its envelopes, which a document has no
    /// place for.
    pub fn read(bytes: &[u8]) -> Result<Self, ReadError> {
        let interchanges = read_complete(bytes)?;
        if let Some(stray) = interchanges.iter().find_map(stray) {
            return Err(ReadError::stray(stray));
        }
        Ok(Self { interchanges: interchanges.iter().map(interchange_node).collect() })
    }

    /// Writes the file anew, one segment a line, with counts by construction: elements and segments end in the usual
    /// delimiters, components and repetitions in those the ISA names.
    ///
    /// # Errors
    /// [`WriteError`] for a value that X12 cannot carry, or an ISA that does not fit its widths.
    pub fn write(&self) -> Result<Vec<u8>, WriteError> {
        let mut pen = Pen { out: Vec::new(), marks: Delimiters::default(), segments: 0 };
        for interchange in &self.interchanges {
            pen.interchange(interchange)?;
        }
        Ok(pen.out)
    }
}

/// The first segment outside its envelope.
fn stray<'i, 'a>(interchange: &'i Interchange<'a>) -> Option<&'i Segment<'a>> {
    let after = |group: &'i Group<'a>| {
        let end = group.ge.as_ref().map_or(usize::MAX, Segment::offset);
        let begins = group.transactions.iter().filter_map(|set| set.segments.first());
        begins.into_iter().find(|st| st.offset() > end)
    };
    interchange.strays.first().or_else(|| interchange.groups.iter().find_map(after))
}

fn interchange_node(interchange: &Interchange<'_>) -> InterchangeNode {
    let isa = &interchange.isa;
    let padded =
        |element: usize| if matches!(element, 2 | 4 | 6 | 8) { isa.el(element).trim_end() } else { isa.el(element) };
    let groups = interchange.groups.iter().map(|group| GroupNode {
        gs: (1..=8).map(|element| group.gs.el(element).to_owned()).collect(),
        transactions: group.transactions.iter().map(transaction_node).collect(),
    });
    InterchangeNode {
        isa: (1..=16).map(|element| padded(element).to_owned()).collect(),
        answers: interchange.answers.iter().map(segment_node).collect(),
        groups: groups.collect(),
    }
}

fn transaction_node(transaction: &Transaction<'_>) -> TransactionNode {
    let st = transaction.st();
    let mut values: Vec<String> = (1..=3).map(|element| st.map_or("", |st| st.el(element)).to_owned()).collect();
    while values.last().is_some_and(String::is_empty) {
        values.pop();
    }
    let mut tree = Tree { root: Vec::new(), open: Vec::new() };
    for located in locate(transaction).iter().filter(|located| !matches!(located.segment.id(), "ST" | "SE")) {
        tree.place(located);
    }
    tree.close_to(0);
    TransactionNode { st: values, body: tree.root }
}

/// Loops as they open and close: id, occurrence, content.
struct Tree {
    root: Vec<Node>,
    open: Vec<(&'static str, u32, Vec<Node>)>,
}

impl Tree {
    fn place(&mut self, located: &Located<'_>) {
        let depth = usize::from(located.depth);
        self.close_to(depth);
        let is_open = self.open.last().is_some_and(|(id, at, _)| (*id, *at) == (located.loop_id, located.occurrence));
        if depth > 0 && !is_open {
            self.close_to(depth.saturating_sub(1));
            self.open.push((located.loop_id, located.occurrence, Vec::new()));
        }
        self.add(Node::Segment(segment_node(&located.segment)));
    }

    fn add(&mut self, node: Node) {
        match self.open.last_mut() {
            Some((.., body)) => body.push(node),
            None => self.root.push(node),
        }
    }

    fn close_to(&mut self, depth: usize) {
        while self.open.len() > depth {
            let Some((id, _, body)) = self.open.pop() else { return };
            self.add(Node::Loop { id: id.to_owned(), body });
        }
    }
}

/// A segment as its JSON array.
fn segment_node(segment: &Segment<'_>) -> Vec<Value> {
    let mut values = vec![Value::Text(String::from_utf8_lossy(segment.id_bytes()).into_owned())];
    values.extend(segment.elements().skip(1).map(|element| element_node(segment, element)));
    while values.len() > 1 && values.last().is_some_and(|value| *value == Value::Text(String::new())) {
        values.pop();
    }
    values
}

fn element_node(segment: &Segment<'_>, element: &[u8]) -> Value {
    let component = segment.delimiters().component;
    let one = |text: &str| match text.contains(char::from(component)) {
        true => Value::Composite(text.split(char::from(component)).map(str::to_owned).collect()),
        false => Value::Text(text.to_owned()),
    };
    // Bytes that are no text are replaced, not lost in silence: JSON cannot carry them.
    let text = String::from_utf8_lossy(element);
    match segment.delimiters().repetition {
        Some(mark) if text.contains(char::from(mark)) => {
            Value::Repeat { repeat: text.split(char::from(mark)).map(one).collect() }
        }
        _ => one(&text),
    }
}

/// The delimiters of an interchange that is written, by its ISA11 and ISA16.
fn marks(repetition: &str, component: &str) -> Delimiters {
    let usual = Delimiters::default();
    let mark = |text: &str| match text.as_bytes() {
        [byte] if byte.is_ascii_alphanumeric() || byte.is_ascii_whitespace() || !byte.is_ascii() => None,
        [byte] => Some(*byte).filter(|byte| ![usual.element, usual.segment].contains(byte)),
        _ => None,
    };
    let component = mark(component).unwrap_or(usual.component);
    let repetition = if is_letter(repetition) { None } else { mark(repetition).or(usual.repetition) };
    Delimiters { component, repetition, ..usual }
}

/// Before 00501 a letter stood in ISA11, and nothing repeated.
fn is_letter(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Writes a document, counting.
struct Pen {
    out: Vec<u8>,
    marks: Delimiters,
    segments: usize,
}

impl Pen {
    fn interchange(&mut self, node: &InterchangeNode) -> Result<(), WriteError> {
        let part = |element: usize| element.checked_sub(1).and_then(|at| node.isa.get(at)).map_or("", String::as_str);
        let widths = [2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1, 1];
        self.marks = marks(part(11), part(16));
        let component = char::from(self.marks.component).to_string();
        let letter = Some(part(11)).filter(|text| text.len() == 1 && is_letter(text)).unwrap_or("U").to_owned();
        let repetition = self.marks.repetition.map_or(letter, |mark| char::from(mark).to_string());
        self.out.extend_from_slice(b"ISA");
        for (element, width) in (1_usize..).zip(widths) {
            let value = match element {
                11 => &repetition,
                16 => &component,
                _ => part(element),
            };
            if !value.is_ascii() || value.len() > width {
                let expected = "ASCII characters that fit its width";
                return Err(WriteError::Envelope { field: "ISA", value: value.to_owned(), expected });
            }
            self.out.push(self.marks.element);
            if !matches!(element, 11 | 16) {
                self.check("ISA", element, value)?;
            }
            self.out.extend_from_slice(format!("{value:width$}").as_bytes());
        }
        self.out.extend_from_slice(b"~\n");
        for answer in &node.answers {
            self.segment(answer)?;
        }
        for group in &node.groups {
            self.group(group)?;
        }
        self.texts("IEA", &[&node.groups.len().to_string(), part(13)])
    }

    fn group(&mut self, node: &GroupNode) -> Result<(), WriteError> {
        self.texts("GS", &node.gs.iter().map(String::as_str).collect::<Vec<_>>())?;
        for transaction in &node.transactions {
            self.segments = 0;
            self.texts("ST", &transaction.st.iter().map(String::as_str).collect::<Vec<_>>())?;
            self.nodes(&transaction.body)?;
            let count = self.segments.saturating_add(1).to_string();
            self.texts("SE", &[&count, transaction.st.get(1).map_or("", String::as_str)])?;
        }
        let count = node.transactions.len().to_string();
        self.texts("GE", &[&count, node.gs.get(5).map_or("", String::as_str)])
    }

    fn nodes(&mut self, nodes: &[Node]) -> Result<(), WriteError> {
        nodes.iter().try_for_each(|node| match node {
            Node::Segment(values) => self.segment(values),
            Node::Loop { body, .. } => self.nodes(body),
        })
    }

    fn texts(&mut self, id: &str, elements: &[&str]) -> Result<(), WriteError> {
        let texts = std::iter::once(&id).chain(elements).map(|text| Value::Text((*text).to_owned()));
        self.segment(&texts.collect::<Vec<_>>())
    }

    fn segment(&mut self, values: &[Value]) -> Result<(), WriteError> {
        let id = match values.first() {
            Some(Value::Text(id)) => id.as_str(),
            _ => "",
        };
        self.segments = self.segments.saturating_add(1);
        for (element, value) in values.iter().enumerate() {
            if element > 0 {
                self.out.push(self.marks.element);
            }
            self.value(id, element, value)?;
        }
        self.out.extend_from_slice(b"~\n");
        Ok(())
    }

    fn value(&mut self, id: &str, element: usize, value: &Value) -> Result<(), WriteError> {
        match value {
            Value::Text(text) => self.text(id, element, text),
            Value::Composite(components) => components.iter().enumerate().try_for_each(|(at, component)| {
                if at > 0 {
                    self.out.push(self.marks.component);
                }
                self.text(id, element, component)
            }),
            Value::Repeat { repeat } => repeat.iter().enumerate().try_for_each(|(at, value)| {
                if at > 0 {
                    self.out.extend(self.marks.repetition);
                }
                self.value(id, element, value)
            }),
        }
    }

    fn text(&mut self, id: &str, element: usize, text: &str) -> Result<(), WriteError> {
        self.check(id, element, text)?;
        self.out.extend_from_slice(text.as_bytes());
        Ok(())
    }

    fn check(&self, id: &str, element: usize, value: &str) -> Result<(), WriteError> {
        let Delimiters { element: mark, component, repetition, segment } = self.marks;
        let marks = [Some(mark), Some(component), repetition, Some(segment)];
        let is_forbidden = |c: &char| c.is_control() || u8::try_from(*c).is_ok_and(|byte| marks.contains(&Some(byte)));
        match value.chars().find(is_forbidden) {
            Some(found) => {
                Err(WriteError::Forbidden { segment: id.to_owned(), element, value: value.to_owned(), found })
            }
            None => Ok(()),
        }
    }
}
