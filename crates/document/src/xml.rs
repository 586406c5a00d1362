//! XML with limits: no document type, no entities of its own, bounded depth and attributes, and every text with the
//! bytes it stands in.

use std::ops::Range;

use quick_xml::{Reader, events::Event};

use crate::{
    Kind, ReadError, html,
    limit::{ATTRIBUTES_MAX, DEPTH_MAX},
};

/// What comes next.
pub(crate) enum Node<'a> {
    /// An element begins.
    Start(Element),
    /// The element of this local name ends.
    End(String),
    /// Text as it stands.
    Text(&'a str, Range<usize>),
    /// A character reference and where it stands.
    Character(char, Range<usize>),
}

/// An element by its local names.
pub(crate) struct Element {
    pub name: String,
    attributes: Vec<(String, String)>,
}

impl Element {
    /// An attribute by its local name; empty when it is not there.
    pub(crate) fn attribute(&self, name: &str) -> &str {
        self.attributes.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value)
    }
}

/// A document being read.
pub(crate) struct Xml<'a> {
    kind: Kind,
    text: &'a str,
    reader: Reader<&'a [u8]>,
    depth: usize,
}

impl<'a> Xml<'a> {
    pub(crate) fn new(text: &'a str, kind: Kind) -> Self {
        let mut reader = Reader::from_str(text);
        reader.config_mut().expand_empty_elements = true;
        Self { kind, text, reader, depth: 0 }
    }

    fn at(&self) -> usize {
        usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX)
    }

    pub(crate) fn refuse(&self, found: impl Into<String>, advice: &str) -> ReadError {
        ReadError::new(self.kind, format!("byte {}", self.at()), found, advice)
    }

    /// The next node; none after the root has ended.
    pub(crate) fn next(&mut self) -> Result<Option<Node<'a>>, ReadError> {
        loop {
            let start = self.at();
            let event = self.reader.read_event().map_err(|error| {
                let found = format!("no well-formed XML ({error})");
                let place = format!("byte {}", self.reader.error_position());
                ReadError::new(self.kind, place, found, "the file is damaged: save or send it again")
            })?;
            let span = start..self.at();
            let raw = self.text.get(span.clone()).unwrap_or_default();
            match event {
                Event::Start(element) => {
                    self.depth += 1;
                    if self.depth > DEPTH_MAX {
                        return Err(self.refuse("elements nested too deeply", "save the note as plain text"));
                    }
                    return Ok(Some(Node::Start(self.element(&element)?)));
                }
                Event::End(element) => {
                    self.depth = self.depth.saturating_sub(1);
                    let name = String::from_utf8_lossy(element.local_name().as_ref()).into_owned();
                    return Ok(Some(Node::End(name)));
                }
                Event::Text(_) => return Ok(Some(Node::Text(raw, span))),
                Event::CData(_) => {
                    const MARKS: (usize, usize) = ("<![CDATA[".len(), "]]>".len());
                    let inner = span.start + MARKS.0..span.end.saturating_sub(MARKS.1);
                    return Ok(Some(Node::Text(self.text.get(inner.clone()).unwrap_or_default(), inner)));
                }
                Event::GeneralRef(_) => {
                    let name = raw.trim_start_matches('&').trim_end_matches(';');
                    let Some(character) = html::named(name) else {
                        let found = format!("the entity &{};", name.chars().take(20).collect::<String>());
                        return Err(self.refuse(found, "expected &amp; &lt; &gt; &quot; &apos; or a number"));
                    };
                    return Ok(Some(Node::Character(character, span)));
                }
                Event::DocType(_) => {
                    return Err(self.refuse("a document type", "entities of a file's own are not read; leave it out"));
                }
                Event::Eof if self.depth > 0 => {
                    return Err(self.refuse("the file ends inside an element", "the file was cut off, send it again"));
                }
                Event::Eof => return Ok(None),
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::Empty(_) => {}
            }
        }
    }

    fn element(&self, start: &quick_xml::events::BytesStart<'_>) -> Result<Element, ReadError> {
        let name = String::from_utf8_lossy(start.local_name().as_ref()).into_owned();
        let mut attributes = Vec::new();
        for attribute in start.attributes().with_checks(false) {
            let attribute =
                attribute.map_err(|e| self.refuse(format!("an attribute of <{name}> ({e})"), "send the file again"))?;
            if attributes.len() >= ATTRIBUTES_MAX {
                return Err(self.refuse(format!("too many attributes of <{name}>"), "save the note as plain text"));
            }
            let raw = String::from_utf8_lossy(&attribute.value);
            let value = quick_xml::escape::unescape(&raw).map_or_else(|_| raw.clone().into_owned(), |v| v.into_owned());
            attributes.push((String::from_utf8_lossy(attribute.key.local_name().as_ref()).into_owned(), value));
        }
        Ok(Element { name, attributes })
    }
}
