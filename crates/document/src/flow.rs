//! The flow of words that markup describes: blank space collapses, blocks begin on lines of their own, cells stand
//! beside each other. The same for HTML, narrative blocks and rich text.

use std::ops::Range;

use crate::{Kind, Map, Place, ReadError, builder::Builder};

/// What separates the next word from the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    None,
    Space,
    Cell,
    Line,
    Blank,
}

/// Between cells of a table row.
const CELL: &str = " | ";
/// Before an item of a list.
const ITEM: &str = "- ";

/// Words in, lines out.
pub(crate) struct Flow {
    builder: Builder,
    gap: Gap,
    /// An item mark waits for the first word of its item.
    is_item: bool,
    /// A cell has begun and has no word yet: blocks inside it break nothing.
    is_cell_open: bool,
    /// The row has a word: the next cell stands beside it.
    is_row_begun: bool,
    page: Option<u32>,
    paragraph: Option<u32>,
}

impl Flow {
    pub(crate) fn new(kind: Kind) -> Self {
        Self {
            builder: Builder::new(kind),
            gap: Gap::None,
            is_item: false,
            is_cell_open: false,
            is_row_begun: false,
            page: None,
            paragraph: None,
        }
    }

    /// What follows comes from this part of the file; paragraphs count anew.
    pub(crate) fn part(&mut self, part: &str) {
        self.builder.set_part(part);
        self.paragraph = Some(0);
    }

    /// The next paragraph begins.
    pub(crate) fn paragraph(&mut self) {
        self.line();
        self.paragraph = self.paragraph.map(|n| n.saturating_add(1));
    }

    /// What follows stands on this page; paragraphs are lines and count anew.
    pub(crate) fn page(&mut self, page: u32) {
        self.page = Some(page);
        self.paragraph = Some(0);
    }

    fn widen(&mut self, gap: Gap) {
        if !self.is_cell_open {
            self.gap = self.gap.max(gap);
        }
    }

    /// The next word begins a line.
    pub(crate) fn line(&mut self) {
        self.widen(Gap::Line);
    }

    /// The next word begins a line after an empty one.
    pub(crate) fn blank(&mut self) {
        self.widen(Gap::Blank);
    }

    /// A row of a table begins or ends.
    pub(crate) fn row(&mut self) {
        self.is_cell_open = false;
        self.gap = self.gap.max(Gap::Line);
        self.is_row_begun = false;
    }

    /// A cell begins.
    pub(crate) fn cell(&mut self) {
        self.gap = if self.is_row_begun { Gap::Cell } else { self.gap.max(Gap::Line) };
        self.is_cell_open = true;
    }

    /// A cell ends.
    pub(crate) fn cell_end(&mut self) {
        if self.is_row_begun {
            self.gap = Gap::Cell;
        }
        self.is_cell_open = false;
    }

    /// The next word begins an item of a list.
    pub(crate) fn item(&mut self) {
        self.line();
        self.is_item = true;
    }

    /// A blank, where no wider gap is due.
    pub(crate) fn space(&mut self) {
        self.widen(Gap::Space);
    }

    /// Adds text that stands in these bytes, letter by letter when it is as long. Blank space collapses.
    pub(crate) fn text(&mut self, text: &str, bytes: Option<Range<usize>>) -> Result<(), ReadError> {
        let is_level = bytes.as_ref().is_some_and(|b| b.len() == text.len());
        let mut rest = 0;
        for word in text.split(|c: char| c.is_whitespace() && c != '\u{a0}') {
            let (start, end) = (rest, rest + word.len());
            // Every split consumed one character of blank space, of whatever length.
            rest = end + text.get(end..).and_then(|t| t.chars().next()).map_or(0, char::len_utf8);
            if start > 0 {
                self.widen(Gap::Space);
            }
            if word.is_empty() {
                continue;
            }
            let at = bytes.clone().map(|b| if is_level { b.start + start..b.start + end } else { b });
            let blank = at.as_ref().filter(|_| is_level && start > 0).map(|at| at.start - 1);
            self.place(word, at, blank)?;
        }
        Ok(())
    }

    /// Adds text as it is, blank space included.
    pub(crate) fn word(&mut self, word: &str, bytes: Option<Range<usize>>) -> Result<(), ReadError> {
        self.place(word, bytes, None)
    }

    fn place(&mut self, word: &str, bytes: Option<Range<usize>>, blank: Option<usize>) -> Result<(), ReadError> {
        if word.is_empty() {
            return Ok(());
        }
        self.close_gap(blank)?;
        self.builder.push(word, self.at(bytes))
    }

    fn at(&self, bytes: Option<Range<usize>>) -> Place {
        let bytes = bytes.map(|b| (b.start, b.end));
        Place { part: String::new(), bytes, page: self.page, paragraph: self.paragraph }
    }

    /// Writes what is due before a word; a blank that stands at a byte of the original keeps its place.
    fn close_gap(&mut self, blank: Option<usize>) -> Result<(), ReadError> {
        let is_start = self.builder.text().is_empty();
        let gap = std::mem::replace(&mut self.gap, Gap::None);
        (self.is_cell_open, self.is_row_begun) = (false, true);
        match gap {
            _ if is_start => {}
            Gap::None => {}
            Gap::Space => match blank {
                Some(blank) => self.builder.push(" ", self.at(Some(blank..blank + 1)))?,
                None => self.builder.add(" ")?,
            },
            Gap::Cell => self.builder.add(CELL)?,
            Gap::Line => self.builder.add("\n")?,
            Gap::Blank => self.builder.add("\n\n")?,
        }
        if std::mem::take(&mut self.is_item) && (is_start || gap >= Gap::Line) {
            self.builder.add(ITEM)?;
        }
        Ok(())
    }

    /// Adds a note that was read from a part of this file.
    pub(crate) fn embed(&mut self, note: &crate::Read, part: &str) -> Result<(), ReadError> {
        self.blank();
        self.close_gap(None)?;
        self.builder.embed(note, part)?;
        self.blank();
        Ok(())
    }

    pub(crate) fn finish(mut self) -> Result<(String, Map), ReadError> {
        if !self.builder.text().is_empty() && !self.builder.text().ends_with('\n') {
            self.builder.add("\n")?;
        }
        Ok(self.builder.finish())
    }
}

/// How an element of HTML or of a narrative block breaks the flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Break {
    /// Not at all.
    Inline,
    /// A line of its own.
    Line,
    /// A line of its own, apart from what is before.
    Blank,
    /// An item of a list.
    Item,
    /// A row of a table.
    Row,
    /// A cell of a row.
    Cell,
    /// A line break where it stands.
    Here,
    /// What is inside is not text.
    Hidden,
}

/// How an element breaks the flow, by its name in lower case.
pub(crate) fn break_of(name: &str) -> Break {
    match name {
        "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "table" | "section" | "article" | "blockquote" | "caption"
        | "fieldset" | "hr" | "pre" | "title" => Break::Blank,
        "div" | "ul" | "ol" | "dl" | "dt" | "dd" | "header" | "footer" | "main" | "nav" | "aside" | "form"
        | "address" | "figure" | "list" | "paragraph" | "thead" | "tbody" | "tfoot" | "legend" | "option" | "body" => {
            Break::Line
        }
        "li" | "item" => Break::Item,
        "tr" => Break::Row,
        "td" | "th" => Break::Cell,
        "br" => Break::Here,
        "script" | "style" | "head" | "template" | "noscript" | "svg" | "math" | "iframe" | "object" | "select"
        | "textarea" | "button" => Break::Hidden,
        _ => Break::Inline,
    }
}

impl Flow {
    /// An element begins.
    pub(crate) fn open(&mut self, how: Break) {
        match how {
            Break::Line | Break::Here => self.line(),
            Break::Blank => self.blank(),
            Break::Item => self.item(),
            Break::Row => self.row(),
            Break::Cell => self.cell(),
            Break::Inline | Break::Hidden => {}
        }
    }

    /// An element ends.
    pub(crate) fn close(&mut self, how: Break) {
        match how {
            Break::Line | Break::Item => self.line(),
            Break::Blank => self.blank(),
            Break::Row => self.row(),
            Break::Cell => self.cell_end(),
            Break::Inline | Break::Hidden | Break::Here => {}
        }
    }
}
