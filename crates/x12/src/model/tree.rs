//! Segments as the tree of their loops, and the reading and writing of types from it.

use crate::envelope::{ReadError, Transaction, read_complete};
use crate::segment::Segment;
use crate::walk::{Located, locate};
use crate::write::{Element, Envelope, WriteError, Writer};

/// One occurrence of a loop: its own segments, and the loops inside it.
#[derive(Debug, Default)]
pub struct Tree<'a> {
    id: &'static str,
    occurrence: u32,
    segments: Vec<Segment<'a>>,
    below: Vec<Self>,
}

impl<'a> Tree<'a> {
    /// The tree of located segments; ST and SE are left out.
    pub fn of(located: &[Located<'a>]) -> Self {
        let mut open = vec![Self::default()];
        for one in located.iter().filter(|one| !matches!(one.segment.id_bytes(), b"ST" | b"SE")) {
            let depth = usize::from(one.depth);
            close_to(&mut open, depth.saturating_add(1));
            let is_open = |tree: &Self| (tree.id, tree.occurrence) == (one.loop_id, one.occurrence);
            if depth > 0 && !open.last().is_some_and(is_open) {
                close_to(&mut open, depth);
                let (id, occurrence) = (one.loop_id, one.occurrence);
                open.push(Self { id, occurrence, ..Self::default() });
            }
            if let Some(tree) = open.last_mut() {
                tree.segments.push(one.segment);
            }
        }
        close_to(&mut open, 1);
        open.pop().unwrap_or_default()
    }

    pub fn segments(&self, id: &str) -> impl Iterator<Item = &Segment<'a>> {
        self.segments.iter().filter(move |segment| segment.id() == id)
    }

    pub fn below(&self, ids: &[&str]) -> impl Iterator<Item = &Self> {
        self.below.iter().filter(move |tree| ids.contains(&tree.id))
    }
}

fn close_to(open: &mut Vec<Tree<'_>>, depth: usize) {
    while open.len() > depth {
        let Some(closed) = open.pop() else { return };
        match open.last_mut() {
            Some(above) => above.below.push(closed),
            None => open.push(closed),
        }
    }
}

/// A segment or loop that can be read.
pub(crate) trait Part<'a>: Sized {
    /// Every occurrence in a loop.
    fn read_all(tree: &Tree<'a>) -> Vec<Self>;
}

/// A segment or loop that can be written.
pub(crate) trait Put {
    /// HL03, when it begins with an HL.
    const LEVEL: Option<&'static str>;

    fn put(&self, pen: &mut Pen<'_, '_>);
}

/// A field of a loop: one part that may be absent, or several.
pub(crate) trait Field {
    type Item;

    fn from_all(all: Vec<Self::Item>) -> Self;
    fn items(&self) -> &[Self::Item];

    fn is_absent(&self) -> bool {
        self.items().is_empty()
    }

    fn is_level_below(&self) -> bool
    where
        Self::Item: Put,
    {
        Self::Item::LEVEL.is_some() && !self.is_absent()
    }

    fn put(&self, pen: &mut Pen<'_, '_>)
    where
        Self::Item: Put,
    {
        self.items().iter().for_each(|item| item.put(pen));
    }
}

impl<T> Field for Option<T> {
    type Item = T;

    fn from_all(all: Vec<T>) -> Self {
        all.into_iter().next()
    }

    fn items(&self) -> &[T] {
        self.as_slice()
    }
}

impl<T> Field for Vec<T> {
    type Item = T;

    fn from_all(all: Vec<T>) -> Self {
        all
    }

    fn items(&self) -> &[T] {
        self
    }
}

/// A field from a loop.
pub(crate) fn field<'a, F: Field<Item: Part<'a>>>(tree: &Tree<'a>) -> F {
    F::from_all(F::Item::read_all(tree))
}

/// Element `element`, or its component when that is above zero.
pub(crate) fn value<'a>(segment: &Segment<'a>, element: usize, component: usize) -> &'a str {
    if component == 0 { segment.el(element) } else { segment.comp(element, component) }
}

/// Whether a text is left out of JSON.
pub(crate) fn is_blank(text: &impl AsRef<str>) -> bool {
    text.as_ref().is_empty()
}

/// A segment to be written: elements, each as components or repetitions.
#[derive(Default)]
pub struct Row<'v> {
    cells: Vec<Cell<'v>>,
}

#[derive(Clone)]
enum Cell<'v> {
    Components(Vec<&'v str>),
    Repetitions(Vec<&'v str>),
}

impl<'v> Row<'v> {
    /// Sets an element, or its component when that is above zero.
    pub fn set(&mut self, element: usize, component: usize, value: &'v str) {
        self.put(element, |cell| {
            let Cell::Components(components) = cell else { return };
            let at = component.saturating_sub(1);
            if components.len() <= at {
                components.resize(at.saturating_add(1), "");
            }
            if let Some(place) = components.get_mut(at) {
                *place = value;
            }
        });
    }

    /// Sets an element that occurs several times.
    pub fn repeat(&mut self, element: usize, values: Vec<&'v str>) {
        self.put(element, |cell| *cell = Cell::Repetitions(values));
    }

    fn put(&mut self, element: usize, change: impl FnOnce(&mut Cell<'v>)) {
        let at = element.saturating_sub(1);
        if self.cells.len() <= at {
            self.cells.resize(at.saturating_add(1), Cell::Components(Vec::new()));
        }
        if let Some(cell) = self.cells.get_mut(at) {
            change(cell);
        }
    }
}

/// Writes types into an open transaction set, numbering levels.
pub struct Pen<'w, 'e> {
    writer: &'w mut Writer<'e>,
    levels: u32,
    /// The numbers of the levels open.
    open: Vec<u32>,
}

impl Pen<'_, '_> {
    pub fn row(&mut self, id: &str, row: Row<'_>) {
        let repeats: Vec<Vec<Element<'_>>> = row
            .cells
            .iter()
            .map(|cell| match cell {
                Cell::Repetitions(values) => values.iter().map(|value| Element::Text(value)).collect(),
                Cell::Components(_) => Vec::new(),
            })
            .collect();
        let elements: Vec<Element<'_>> = row
            .cells
            .iter()
            .zip(&repeats)
            .map(|(cell, repeats)| match cell {
                Cell::Components(components) if components.len() > 1 => Element::Composite(components),
                Cell::Components(components) => Element::Text(components.first().copied().unwrap_or_default()),
                Cell::Repetitions(_) => Element::Repeat(repeats),
            })
            .collect();
        self.writer.segment(id, &elements);
    }

    /// Writes the HL of a level, if it is one.
    pub fn open_level(&mut self, code: Option<&str>, has_below: bool) {
        let Some(code) = code else { return };
        self.levels = self.levels.saturating_add(1);
        let parent = self.open.last().map_or(String::new(), u32::to_string);
        let number = self.levels.to_string();
        self.writer.segment("HL", &[number.as_str(), &parent, code, if has_below { "1" } else { "0" }]);
        self.open.push(self.levels);
    }

    pub fn close_level(&mut self, code: Option<&str>) {
        if code.is_some() {
            self.open.pop();
        }
    }
}

/// A whole transaction set as a type.
pub trait Document<'a>: Sized + sealed::Body<'a> {
    /// ST01.
    const SET: &'static str;
    /// GS01.
    const GROUP: &'static str;
}

pub(crate) mod sealed {
    use super::{Pen, Tree};

    /// What only the types of this crate can do.
    pub trait Body<'a> {
        #[doc(hidden)]
        fn body(tree: &Tree<'a>) -> Self;
        #[doc(hidden)]
        fn write_body(&self, pen: &mut Pen<'_, '_>);
        #[doc(hidden)]
        fn is_of(version: &str) -> bool;
    }
}

/// Declares which loops are whole transaction sets, and of which guides.
macro_rules! documents {
    ($($name:ident = $set:literal $group:literal [$($guide:literal),*];)*) => { $(
        impl<'a, S: From<&'a str> + AsRef<str>> crate::model::tree::Document<'a> for $name<S> {
            const SET: &'static str = $set;
            const GROUP: &'static str = $group;
        }

        impl<'a, S: From<&'a str> + AsRef<str>> crate::model::tree::sealed::Body<'a> for $name<S> {
            fn body(tree: &crate::model::tree::Tree<'a>) -> Self {
                Self::of(tree)
            }

            fn write_body(&self, pen: &mut crate::model::tree::Pen<'_, '_>) {
                crate::model::tree::Put::put(self, pen);
            }

            fn is_of(version: &str) -> bool {
                let guides: &[&str] = &[$($guide),*];
                guides.iter().any(|guide| version.starts_with(guide))
            }
        }
    )* };
}
pub(crate) use documents;

/// The transaction set as a type that borrows from it; `None` when it is another.
#[must_use]
pub fn view<'a, D: Document<'a>>(transaction: &Transaction<'a>) -> Option<D> {
    let is_it = transaction.set_id() == D::SET && D::is_of(transaction.guide());
    is_it.then(|| D::body(&Tree::of(&locate(transaction))))
}

/// Every transaction set of the type in a file, in order; others are passed over.
///
/// # Errors
/// [`ReadError`] when the file cannot be read or is cut.
pub fn read<'a, D: Document<'a>>(bytes: &'a [u8]) -> Result<Vec<D>, ReadError> {
    let interchanges = read_complete(bytes)?;
    Ok(interchanges.iter().flat_map(|one| one.transactions()).filter_map(view).collect())
}

/// Writes an interchange of one group with these transaction sets, numbered from `0001`. `guide` is GS08 and, but for
/// the 835, ST03.
///
/// # Errors
/// [`WriteError`] for a value that X12 cannot carry, or an envelope that does not fit.
pub fn write<'a, D: Document<'a>>(
    envelope: &Envelope<'_>,
    group_control: u32,
    guide: &str,
    documents: &[D],
) -> Result<Vec<u8>, WriteError> {
    let mut writer = Writer::new(envelope);
    writer.group(D::GROUP, guide, group_control);
    let is_named = !matches!(D::SET, "835" | "820");
    for (number, document) in (1_u32..).zip(documents) {
        writer.transaction(D::SET, &format!("{number:04}"), Some(guide).filter(|_| is_named));
        document.write_body(&mut Pen { writer: &mut writer, levels: 0, open: Vec::new() });
    }
    writer.finish()
}
